"""The command line: each command opens what it needs, calls one function of the library, and prints.

Records go to standard output, progress and problems to standard error. Exit status: 0 clean, 1 something was left out or is invalid,
2 could not run. Stages are imported inside the commands, because a query should not wait for what only a build needs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

import click

from evidence import __version__

if TYPE_CHECKING:
    from evidence.cube import Counted
    from evidence.model import Problem, Reading, Work
    from evidence.papers import PaperCopy
    from evidence.pipeline import Built
    from evidence.query import NamedQuery
    from evidence.workspace import Workspace

QUERY_FORMATS = ("table", "csv", "json", "markdown", "sparql-json", "sparql-xml")
EXPORT_FORMATS = (
    "bibtex", "ris", "csl-json", "findings-csv", "findings-xlsx", "codebook-csv", "qdc", "qdpx",
    "turtle", "trig", "ntriples", "nquads", "json-ld", "rdf-xml",
)  # fmt: skip
NETWORK_FORMATS = ("graphml", "gexf", "json")
_FOR_PAGES = {"site", "trace-part"}
"""Tags of queries that pages and `evidence trace` are put together from; they are not listed."""
CONTEXT = {"help_option_names": ["-h", "--help"]}


class Failure(click.ClickException):
    """Something that ends a command before it did its work: one line on standard error, exit status 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Prints the message, without a traceback."""
        click.echo(f"evidence: {self.message}", err=True, file=file)


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, prog_name="evidence")
@click.option("-C", "--workspace", "folder", type=click.Path(path_type=Path), default=Path(), help="The workspace; default: this folder.")
@click.pass_context
def main(context: click.Context, folder: Path) -> None:
    """Evidence Atlas: read papers, code findings, and trace every claim to the study it rests on."""
    context.obj = folder


@main.command()
@click.option("--papers", "folders", multiple=True, type=click.Path(path_type=Path), help="A folder with papers (repeatable).")
@click.option("--output", type=click.Path(path_type=Path), help="Where to build; default: the workspace's build folder.")
@click.option("--changed", is_flag=True, help="Only take the files that changed into the built graph; the site waits for a whole build.")
@click.pass_obj
def build(folder: Path, folders: tuple[Path, ...], output: Path | None, changed: bool) -> None:
    """Build the graph, the store and the site of the workspace.

    \b
    evidence build
    evidence build --papers ~/my-papers     also checks every coded passage against the papers
    evidence build --changed                replaces in the store what a changed file said, and nothing else
    """
    from evidence.pipeline import STEPS, BuildError
    from evidence.pipeline import build as build_workspace
    from evidence.renewing import build_changed

    if changed and output:
        raise Failure("--changed works on the build that is there; leave --output out")

    workspace = _workspace(folder)
    for given in folders:
        if not given.is_dir():
            raise Failure(f"{given}: no such folder; --papers takes a folder with copies of the papers")
    try:
        with _progress(len(STEPS)) as step:
            if changed:
                built, replaced = build_changed(workspace, folders, step)
            else:
                built = build_workspace(workspace, folders, output, step)
    except BuildError as error:
        raise Failure(str(error)) from error
    _say_problems(built.problems)
    if changed:
        click.echo("".join(f"{name}: replaced\n" for name in replaced) or "nothing changed\n", nl=False)
    else:
        _summary(built)
    sys.exit(0 if built.clean else 1)


@main.command()
@click.argument("factor")
@click.option("--json", "form", flag_value="json", help="As JSON.")
@click.option("--csv", "form", flag_value="csv", help="As CSV, one finding a row.")
@click.option("--markdown", "form", flag_value="markdown", help="As Markdown.")
@click.option("--chains", is_flag=True, help="Follow each finding to the study it ends in, beside what that study itself says.")
@click.option("--leave-one-out", "one_out", is_flag=True, help="What is left without each study.")
@click.option("--without", multiple=True, metavar="STUDY", help="Leave a study out, by label or citation key (repeatable).")
@click.option("--without-cited-through", "without_cited", is_flag=True, help="Leave out findings that only restate others.")
@click.pass_obj
def trace(folder: Path, factor: str, form: str | None, chains: bool, one_out: bool, without: tuple[str, ...], without_cited: bool) -> None:
    """Trace the evidence for a FACTOR: which studies say so, where, for or against, on whose word.

    FACTOR is a label, a synonym, a code, or an unambiguous beginning of one.

    \b
    evidence trace supervision
    evidence trace meso.hr.remuneration --csv > pay.csv
    evidence trace supervision --chains --without-cited-through
    """
    from evidence.chains import follow_chains, leave_one_out, leave_out, render_chains, render_losses, studies_called
    from evidence.query import QueryError
    from evidence.trace import render_trace, trace_factor

    if (chains or one_out) and form not in (None, "json"):
        raise Failure("--chains and --leave-one-out print text or --json")
    store, queries = _store(_workspace(folder)), _queries()
    try:
        if chains:
            click.echo(render_chains(follow_chains(store, queries, factor, without, without_cited), form or "text"), nl=False)
            return
        traced = trace_factor(store, queries, factor)
        traced = leave_out(traced, studies_called(traced, without), without_cited)
    except QueryError as error:
        raise Failure(str(error)) from error
    if one_out:
        losses = leave_one_out(traced)
        click.echo(json.dumps([vars(loss) for loss in losses], indent=1) + "\n" if form else render_losses(losses), nl=False)
    else:
        click.echo(render_trace(traced, form or "text"), nl=False)


@main.command()
@click.argument("name", required=False)
@click.argument("parameters", nargs=-1)
@click.option("-e", "--execute", "text", help="A SPARQL query to ask.")
@click.option("-f", "--file", "file", type=click.Path(path_type=Path), help="A file with a SPARQL query to ask.")
@click.option("--format", "form", type=click.Choice(QUERY_FORMATS), help="Default: table; triples come as Turtle.")
@click.option("--describe", is_flag=True, help="Say what the named query answers, its parameters and its text.")
@click.pass_obj
def query(
    folder: Path, name: str | None, parameters: tuple[str, ...], text: str | None, file: Path | None, form: str | None, describe: bool
) -> None:
    """Ask the graph: a named query with PARAMETERS as name=value, or SPARQL of your own. Without a name: list the named queries.

    \b
    evidence query
    evidence query trace-factor factor=supervision --format csv
    evidence query -e 'SELECT (COUNT(*) AS ?findings) { ?f a ea:Finding }'
    """
    if sum(x is not None for x in (name, text, file)) > 1:
        raise Failure("give one of NAME, -e and -f")
    if name is None and text is None and file is None:
        _list_queries()
    elif name is not None and describe:
        _describe(_named(name))
    else:
        _ask(folder, *_sparql(folder, name, parameters, text, file), form)


@main.command()
@click.option("--papers", "folders", multiple=True, type=click.Path(path_type=Path), help="A folder with papers (repeatable).")
@click.option("--reanchor", is_flag=True, help="Write where the passages of papers whose text changed stand now.")
@click.pass_obj
def validate(folder: Path, folders: tuple[Path, ...], reanchor: bool) -> None:
    """Check everything without building: tables, citation keys, shapes, waiting suggestions, and coded passages where papers are at hand.

    A file that is called after a paper but is not the text that it was coded from is searched for the coded passages; each that stands
    elsewhere or nowhere is told with file and line.

    \b
    evidence validate --papers ~/papers
    evidence validate --papers ~/papers --reanchor
    """
    from evidence.anchors import overlapping
    from evidence.inbox import unsound
    from evidence.pipeline import graphs_of, read_corpus, reviewed, verify_corpus
    from evidence.resources import resource
    from evidence.validation import validate as check

    workspace = _workspace(folder)
    everywhere = (*workspace.paper_folders, *folders)
    if reanchor:
        _reanchor(workspace, everywhere)
        workspace = _workspace(folder)
    corpus = reviewed(read_corpus(workspace))
    papers, checks, unverified = verify_corpus(workspace, corpus, everywhere)
    overlaps = [p for findings in corpus.findings.values() for p in overlapping(findings)]
    waiting = unsound(workspace.root, {key: copy.document for key, copy in papers.items()}, corpus.codebook)
    _, graphs = graphs_of(workspace, corpus)
    conformance = check(graphs, resource("ontology", "shapes.ttl"))
    problems = (*corpus.problems, *unverified, *overlaps, *waiting, *conformance.problems)
    _say_problems(problems, notes=True)
    errors = sum(p.severity == "error" for p in problems)
    checked = f"{conformance.graphs} source graphs checked against the shapes, {checks} passages against {len(papers)} papers"
    click.echo(f"{checked}, {errors} problems")
    absent = sorted(key for key in corpus.findings if papers and key not in papers)
    if absent:
        click.echo(f"no unchanged copy is at hand of {', '.join(absent)}: their passages were not checked", err=True)
    sys.exit(1 if errors else 0)


@main.command()
@click.option("--papers", "folders", multiple=True, type=click.Path(path_type=Path), help="A folder with papers (repeatable).")
@click.option("--output", type=click.Path(path_type=Path), help="Where to put it; default: `site` in the build folder.")
@click.pass_obj
def site(folder: Path, folders: tuple[Path, ...], output: Path | None) -> None:
    """Render the static site again from the built graph."""
    from evidence.pipeline import render_again
    from evidence.store import StoreError

    workspace = _workspace(folder)
    target = output or workspace.build / "site"
    try:
        render_again(workspace, folders, target)
    except StoreError as error:
        raise Failure(str(error)) from error
    except OSError as error:
        raise Failure(f"{target}: cannot be written ({error.strerror})") from error
    click.echo((target / "index.html").resolve().as_uri())


@main.command()
@click.argument("paper", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Everything that was read, as one JSON object.")
@click.option("--bib", "bibliographies", multiple=True, type=click.Path(path_type=Path), help="Works to resolve citations to (repeatable).")
@click.option("--codebook", type=click.Path(path_type=Path), help="A codebook (CSV or SKOS Turtle) to suggest findings from.")
def read(paper: Path, as_json: bool, bibliographies: tuple[Path, ...], codebook: Path | None) -> None:
    """Read a PAPER (text, Markdown, HTML, JATS XML, PDF, DOCX): its references and its citations.

    \b
    evidence read paper.pdf
    evidence read paper.txt --json --bib works.bib > paper.json
    """
    from evidence.bibliography import read_bibliography
    from evidence.codebook import read_codebook
    from evidence.reading import read_paper, reading_json

    if not paper.exists():
        raise Failure(f"{paper}: no such file")
    problems: list[Problem] = []
    works: list[Work] = []
    for path in bibliographies:
        bibliography = read_bibliography(path)
        works += bibliography.works
        problems += bibliography.problems
    book = None
    if codebook:
        book, met = read_codebook(codebook)
        problems += met
    reading = read_paper(paper, works, book)
    problems += reading.problems
    if as_json:
        click.echo(json.dumps(reading_json(reading), ensure_ascii=False))
    else:
        _say_reading(reading)
    _say_problems(problems)
    if not reading.document.text and any(p.severity == "error" for p in reading.problems):
        sys.exit(2)
    sys.exit(1 if any(p.severity == "error" for p in problems) else 0)


@main.command()
@click.argument("file", type=click.File("rb"))
@click.option("--to", "form", type=click.Choice(["bibtex", "ris", "csl-json"]), help="A bibliography instead of JSON Lines.")
def references(file: BinaryIO, form: str | None) -> None:
    """Parse bare reference strings, one a line, from FILE (- for standard input): paste a list, get a bibliography.

    \b
    evidence references list.txt --to bibtex > list.bib
    """
    from evidence.bibliography import citation_key, write_bibliography
    from evidence.documents import read_lines
    from evidence.model import Work
    from evidence.references import doubts, parse_references

    lines, met = read_lines(file.read(), file.name)
    problems = list(met)
    works: dict[str, Work] = {}
    for r in parse_references(lines):
        problems += doubts(r)
        if form and r.raw.strip():
            key = citation_key(r.csl, works)
            works[key] = Work(key, r.csl)
        elif not form:
            record = {"raw": r.raw, "csl": r.csl, "year_suffix": r.year_suffix, "score": round(r.score, 4)}
            click.echo(json.dumps(record, ensure_ascii=False))
    if form:
        click.echo(write_bibliography(works.values(), form), nl=False)
    _say_problems(problems, notes=True)
    sys.exit(0 if lines else 2)


@main.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", required=False, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(QUERY_FORMATS[:4]), default="table", help="Default: table.")
@click.pass_obj
def diff(folder: Path, old: Path, new: Path | None, form: str) -> None:
    """What changed from the graph at OLD to the one at NEW (default: this workspace's): papers, findings, factors and influences.

    Each may be a build folder, a workspace, or a file that `evidence export trig` wrote. Of a factor it says when the number of independent
    studies behind it changed, or the kind of gap that is left.

    \b
    evidence export trig --output before.trig
    evidence build
    evidence diff before.trig
    """
    from evidence.changes import COLUMNS, changes, summary
    from evidence.library import open as open_atlas
    from evidence.output import FORMATS as WRITERS
    from evidence.store import StoreError

    for given in filter(None, (old, new)):
        if not given.exists():
            raise Failure(f"{given}: no such file or folder")
    try:
        found = changes(open_atlas(old).store, open_atlas(new).store if new else _store(_workspace(folder)), _queries())
    except StoreError as error:
        raise Failure(str(error)) from error
    click.echo(WRITERS[form](COLUMNS, [vars(change) for change in found]), nl=False)
    click.echo(summary(found), err=True)


@main.command()
@click.argument("kind", required=False, metavar="[KIND]")
@click.option("--format", "form", type=click.Choice(NETWORK_FORMATS), help="Write the network itself instead of its measures.")
@click.option("--output", type=click.Path(path_type=Path), help="A file instead of standard output; its ending says the format.")
@click.option("--top", default=10, help="How many nodes to print.")
@click.pass_obj
def network(folder: Path, kind: str | None, form: str | None, output: Path | None, top: int) -> None:
    """Measure a network of the evidence, or write it for Gephi, Cytoscape and others.

    KIND is factors (of one passage), studies (and the factors they bear on), citations or influences. Without --format and --output it
    prints who is central, which groups hang together and, for citations, the main path.

    \b
    evidence network citations
    evidence network factors --output factors.graphml
    evidence network influences --format json
    """
    from evidence.network import FORMATS as WRITERS
    from evidence.network import KINDS, describe, measured

    if kind not in KINDS:
        raise Failure(f"{f'there is no network of `{kind}`' if kind else 'name a network'}; there are {', '.join(KINDS)}")
    form = form or (output.suffix.removeprefix(".").lower() if output else None)
    if form is not None and form not in WRITERS:
        raise Failure(f"{output}: a network is written as {', '.join(WRITERS)}; say which with --format")
    graph = measured(_store(_workspace(folder)), _queries(), kind)
    if form is None:
        click.echo(describe(graph, top), nl=False)
    elif output is None:
        sys.stdout.buffer.write(WRITERS[form](graph))
    else:
        try:
            output.write_bytes(WRITERS[form](graph))
        except OSError as error:
            raise Failure(f"{output}: cannot be written ({error.strerror})") from error
        click.echo(f"{output}: {graph.number_of_nodes()} nodes, {graph.number_of_edges()} edges", err=True)


@main.command()
@click.option("--host", default="127.0.0.1", help="Default: this machine only.")
@click.option("--port", default=8000, help="0 takes a free one.")
@click.option("--seconds", type=float, help="How long one query may take.")
@click.option("--rows", type=int, help="How many rows one query may answer with.")
@click.option("--token", default="", envvar="EVIDENCE_TOKEN", help="Allows updates to those who know it; without one there are none.")
@click.pass_obj
def serve(folder: Path, host: str, port: int, seconds: float | None, rows: int | None, token: str) -> None:
    """Serve the site, SPARQL 1.1 at /sparql, the named queries as an API at /api/queries, and a query page at /query.

    Reading only, on this machine only, unless told otherwise. Ctrl-C ends it after the requests under way.
    """
    from dataclasses import replace

    from evidence.server.limits import Limits
    from evidence.server.running import ServeError
    from evidence.server.running import serve as serve_store
    from evidence.store import StoreError

    workspace = _workspace(folder)
    usual = Limits()
    limits = replace(usual, seconds=seconds or usual.seconds, rows=rows or usual.rows)
    try:
        serve_store(workspace.build / "store", workspace.build / "site", host, port, limits, workspace.title, token)
    except (ServeError, StoreError) as error:
        raise Failure(str(error)) from error


@main.command()
@click.argument("coders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--papers", "folders", multiple=True, type=click.Path(path_type=Path), help="A folder with papers: their sentences are the units."
)
@click.option("--disagreements", is_flag=True, help="The worklist of what the coders differ in, instead of the figures.")
@click.option("--summary", is_flag=True, help="Only the figures over all codes.")
@click.option("--format", "form", type=click.Choice(QUERY_FORMATS[:4]), default="table", help="Default: table.")
@click.pass_obj
def agree(folder: Path, coders: tuple[Path, ...], folders: tuple[Path, ...], disagreements: bool, summary: bool, form: str) -> None:
    """How far two or more CODERS agree: folders or files of codings, findings or decisions.

    Percent agreement, Cohen's and Fleiss' kappa, Gwet's AC1 and Krippendorff's alpha with bootstrap intervals, per level, category, factor
    and axis, without and (where the papers are at hand) with the uncoded bulk.

    \b
    evidence agree bib/codings/coder-1 bib/codings/coder-2 --papers ~/papers
    evidence agree bib/codings/coder-1 bib/codings/coder-2 --disagreements --format csv
    """
    from evidence.agreement import agree as agree_of
    from evidence.agreement import disagreement_records, read_coders, row_records
    from evidence.codebook import read_codebook
    from evidence.output import FORMATS as WRITERS

    workspace = _workspace(folder)
    codebook, problems = read_codebook(workspace.codebook)
    read, met = read_coders(coders, codebook)
    try:
        agreement = agree_of(read, codebook, _sentences(workspace, folders), details=not summary)
    except ValueError as error:
        raise Failure(str(error)) from error
    columns, rows = disagreement_records(agreement) if disagreements else row_records(agreement, exact=form in ("csv", "json"))
    click.echo(WRITERS[form](columns, rows), nl=False)
    click.echo(f"{', '.join(agreement.coders)}: {agreement.passages_from}", err=True)
    _say_problems([*problems, *met])
    sys.exit(1 if any(p.severity == "error" for p in (*problems, *met)) else 0)


@main.command()
@click.option("--reviewer", default="", help="Who reviews; default: the user's name as git knows it.")
@click.option("--papers", "folders", multiple=True, type=click.Path(path_type=Path), help="A folder with papers (repeatable).")
@click.option("--blind", is_flag=True, help="Hide what others decided.")
@click.option("--adjudicate", is_flag=True, help="Only what is contested, both sides beside each other.")
@click.option("--codings", multiple=True, type=click.Path(path_type=Path), help="With --adjudicate: codings made elsewhere (repeatable).")
@click.option("--port", default=0, help="Default: a free one.")
@click.pass_obj
def review(
    folder: Path, reviewer: str, folders: tuple[Path, ...], blind: bool, adjudicate: bool, codings: tuple[Path, ...], port: int
) -> None:
    """Review findings and suggestions on a page of your own machine; every decision is kept at once in bib/decisions.

    \b
    evidence review --papers ~/papers
    """
    from evidence.agreement import read_coders
    from evidence.codebook import read_codebook
    from evidence.findings.modelfile import shipped
    from evidence.findings.suggest import suggest_findings
    from evidence.inbox import FOLDER
    from evidence.review import ReviewError, eager, open_session, start_server

    workspace = _workspace(folder)
    if codings and not adjudicate:
        raise Failure("--codings are for adjudicating; add --adjudicate")
    codebook, _ = read_codebook(workspace.codebook)
    coders, problems = read_coders(codings, codebook)
    try:
        session = open_session(
            workspace, reviewer or _user(), folders,
            suggest=lambda _, document, citations: suggest_findings(document, citations, codebook),
            consider=lambda _, document, citations: suggest_findings(document, citations, codebook, eager(shipped())), learns=True,
            inbox=workspace.root / FOLDER, codings=coders, blind=blind, adjudicate=adjudicate,
        )  # fmt: skip
        server = start_server(session, port)
    except ReviewError as error:
        raise Failure(str(error)) from error
    _say_problems(problems)
    click.echo(server.address)
    click.echo("open this address in a browser; Ctrl-C ends the review, what was decided is kept", err=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("", err=True)
    finally:
        server.server_close()


@main.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--key", default="", help="The citation key of the paper (only with one paper).")
@click.option("--replace", "replace_tables", is_flag=True, help="Read a paper anew that was imported before.")
@click.option("--papers", "folders", multiple=True, type=click.Path(path_type=Path), help="A folder with papers (repeatable).")
@click.pass_obj
def import_(folder: Path, files: tuple[Path, ...], key: str, replace_tables: bool, folders: tuple[Path, ...]) -> None:
    """Bring FILES into the workspace: bibliographies (BibTeX, RIS, PubMed, EndNote XML, CSL-JSON), papers, codebooks and codings of other
    tools (REFI-QDA .qdc and .qdpx, .csv, .xlsx), or suggestions of findings from elsewhere (.json, docs/inbox.md).

    Of a paper its reference list and its citations are recorded. Prints what each entry was taken for, and why. Codings come
    into bib/codings, to be compared and adjudicated; a codebook is written beside the workspace's own. Suggestions whose quotation
    stands in a paper at hand wait in bib/inbox for `evidence review` and count for nothing until a person accepts them.

    \b
    evidence import library.ris
    evidence import paper.pdf --key smith2020
    evidence import suggestions.json --papers ~/papers
    """
    from evidence.importing import import_file
    from evidence.inbox import is_inbox
    from evidence.output import as_csv

    workspace = _workspace(folder)
    clean = True
    for path in files:
        if not path.is_file():
            raise Failure(f"{path}: no such file")
        if kind := _kind_of_exchange(path):
            clean = _import_exchanged(workspace, path, kind, folders) and clean
            continue
        if is_inbox(path):
            clean = _import_suggestions(workspace, path, folders) and clean
            continue
        try:
            imported = import_file(workspace, path, key, replace_tables)
        except OSError as error:
            raise Failure(f"the workspace cannot be written ({error})") from error
        click.echo(as_csv(["entry", "work", "new", "score", "reason"], [vars(e) for e in imported.entries]), nl=False)
        new = sum(e.new for e in imported.entries)
        paper = f" for `{imported.paper}`, {imported.citations} citations" if imported.paper else ""
        click.echo(f"{path}: {len(imported.entries)} entries{paper}, {new} new works", err=True)
        _say_problems(imported.problems)
        clean = clean and not any(p.severity == "error" for p in imported.problems)
    sys.exit(0 if clean else 1)


@main.command()
@click.argument("form", metavar="FORMAT", type=click.Choice(EXPORT_FORMATS))
@click.option("--output", type=click.Path(path_type=Path), help="A file instead of standard output.")
@click.option("--with-texts", is_flag=True, help="Codings with their passages, from the papers at hand: mind the papers' licences.")
@click.option("--papers", "folders", multiple=True, type=click.Path(path_type=Path), help="A folder with papers (repeatable).")
@click.pass_obj
def export(folder: Path, form: str, output: Path | None, with_texts: bool, folders: tuple[Path, ...]) -> None:
    """Write the workspace's works, findings, codebook or graph in another FORMAT.

    qdc and qdpx are REFI-QDA, which NVivo, ATLAS.ti, MAXQDA, QualCoder and others read.

    \b
    evidence export ris --output works.ris
    evidence export qdpx --with-texts --papers ~/papers --output review.qdpx
    """
    from evidence.exchange.spreadsheet import NoSpreadsheetsError
    from evidence.exporting import NotBuiltError
    from evidence.exporting import export as export_workspace

    workspace = _workspace(folder)
    texts = {key: paper.text for key, paper in _papers(workspace, folders).items()} if with_texts else {}
    try:
        data = export_workspace(workspace, form, texts)
        if output:
            output.write_bytes(data)
        else:
            sys.stdout.buffer.write(data)
    except (NotBuiltError, NoSpreadsheetsError, OSError) as error:
        raise Failure(str(error)) from error


@main.command()
@click.argument("target", type=click.Path(path_type=Path), default=Path())
@click.option("--example", is_flag=True, help="Bring the shipped corpus on peer support workers.")
@click.option("--title", default="", help="What the review is called.")
def init(target: Path, example: bool, title: str) -> None:
    """Make a workspace in TARGET (default: this folder)."""
    from evidence.starting import AlreadyThereError, start_workspace

    try:
        config = start_workspace(target, title, example)
    except (AlreadyThereError, OSError) as error:
        raise Failure(str(error)) from error
    click.echo(f"{config}: the workspace is ready; `evidence build` builds it", err=True)


def _workspace(folder: Path) -> Workspace:
    from evidence.workspace import WorkspaceError, find_workspace

    try:
        return find_workspace(folder)
    except WorkspaceError as error:
        raise Failure(str(error)) from error


def _reanchor(workspace: Workspace, folders: Sequence[Path]) -> None:
    """Writes the new places of what was coded in papers that changed, and says what was done. Raises ``Failure``."""
    from evidence.papers import find_papers
    from evidence.pipeline import read_corpus
    from evidence.reanchoring import find_changed, reanchor_workspace

    corpus = read_corpus(workspace)
    at_hand, _ = find_papers(folders, workspace.policies)
    changed = find_changed(workspace, folders, at_hand, corpus.findings)
    try:
        rewritten = reanchor_workspace(workspace, changed, corpus.findings, corpus.decisions)
    except OSError as error:
        raise Failure(f"the workspace cannot be written ({error}); run it again, it goes on where it was") from error
    for name, number in rewritten.files.items():
        click.echo(f"{name}: {number} rewritten", err=True)
    if not changed:
        click.echo("no paper at hand has changed since it was coded", err=True)
    _say_problems(rewritten.problems, notes=True)


def _import_suggestions(workspace: Workspace, path: Path, folders: Sequence[Path]) -> bool:
    """Takes suggestions from elsewhere in, to be reviewed; whether none was left out. Raises ``Failure``."""
    from evidence.importing import import_suggestions
    from evidence.inbox import records
    from evidence.output import as_csv

    try:
        taken = import_suggestions(workspace, path, folders)
    except OSError as error:
        raise Failure(f"the workspace cannot be written ({error})") from error
    click.echo(as_csv(*records(taken.inbox)), nl=False)
    where = f" to review, in {workspace.name(taken.file)}" if taken.file else ""
    click.echo(f"{path}: {len(taken.new)} new suggestions{where}", err=True)
    _say_problems(taken.problems, notes=True)
    return not any(p.severity == "error" for p in taken.problems)


def _kind_of_exchange(path: Path) -> str:
    """Whether a file is a ``codebook`` or ``codings`` of another tool; empty when neither. Raises ``Failure``."""
    from evidence.exchange import kind_of_table
    from evidence.exchange.spreadsheet import NoSpreadsheetsError

    suffix = path.suffix.lower()
    try:
        return {".qdpx": "codings", ".qdc": "codebook"}.get(suffix) or (kind_of_table(path) if suffix in (".csv", ".xlsx") else "")
    except NoSpreadsheetsError as error:
        raise Failure(str(error)) from error


def _import_exchanged(workspace: Workspace, path: Path, kind: str, folders: Sequence[Path]) -> bool:
    """Brings in a codebook or codings of another tool; whether nothing was left out. Raises ``Failure``."""
    from evidence.importing import import_codebook, import_codings

    try:
        if kind == "codebook":
            target, factors, problems = import_codebook(workspace, path)
            click.echo(f"{target}: {factors} factors; name it as `codebook` in evidence.toml to use it", err=True)
        else:
            written, number, problems = import_codings(workspace, path, folders)
            click.echo(f"{path}: {number} codings in {len(written)} files of {workspace.name(workspace.codings)}", err=True)
    except OSError as error:
        raise Failure(f"{path}: {error}") from error
    _say_problems(problems, notes=True)
    return not any(p.severity == "error" for p in problems)


def _user() -> str:
    """The user's name as git knows it, else the login name."""
    import getpass
    import subprocess

    try:
        asked = subprocess.run(["git", "config", "user.name"], capture_output=True, text=True, check=False)
        return asked.stdout.strip() or getpass.getuser()
    except OSError:
        return getpass.getuser()


def _sentences(workspace: Workspace, folders: Sequence[Path]) -> dict[str, list[tuple[int, int]]]:
    """The body sentences of the papers at hand, by citation key."""
    from evidence.findings.passages import find_passages

    return {key: [(p.start, p.end) for p in find_passages(paper.document)] for key, paper in _papers(workspace, folders).items()}


def _papers(workspace: Workspace, folders: Sequence[Path]) -> dict[str, PaperCopy]:
    """The papers at hand, by citation key; what could not be opened is said."""
    from evidence.papers import find_papers

    found, problems = find_papers((*workspace.paper_folders, *folders), workspace.policies)
    _say_problems(problems)
    return found


def _store(workspace: Workspace) -> Counted:
    """The built graph, with its counts."""
    from evidence.cube import Counted
    from evidence.store import Store, StoreError

    try:
        return Counted(Store.open(workspace.build / "store"))
    except StoreError as error:
        raise Failure(str(error)) from error


def _queries() -> dict[str, NamedQuery]:
    from evidence.query import QueryError, read_queries
    from evidence.resources import resource

    try:
        return read_queries(resource("ontology", "queries"))
    except QueryError as error:
        raise Failure(str(error)) from error


def _named(name: str) -> NamedQuery:
    from evidence.query import near_names

    queries = _queries()
    starting = [n for n in queries if n.startswith(name)]
    if name in queries or len(starting) == 1:
        return queries.get(name) or queries[starting[0]]
    near = starting or near_names(name, list(queries))
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    if "{" in name:
        raise Failure("SPARQL of your own goes behind -e: evidence query -e 'SELECT …'")
    raise Failure(f"no named query `{name}`{hint} (`evidence query` lists them)")


def _list_queries() -> None:
    from evidence.output import as_table

    records = [{"query": q.name, "answers": q.summary} for q in _queries().values() if not _FOR_PAGES & set(q.tags)]
    click.echo(as_table(["query", "answers"], records), nl=False)


def _describe(named: NamedQuery) -> None:
    lines = [f"{named.name}: {named.summary}", "", named.description, ""]
    for p in named.parameters:
        default = "needed" if p.default is None else f"default {p.default or 'empty'}"
        lines.append(f"  {p.name} ({p.type}, {default}): {p.description}")
    click.echo("\n".join([*lines, "", named.text.rstrip()]))


def _sparql(
    folder: Path, name: str | None, parameters: Sequence[str], text: str | None, file: Path | None
) -> tuple[str, Callable[[int], int | None]]:
    """The SPARQL text that was asked for, with its parameters filled in, and at which limit an answer of so many rows was cut.

    Raises ``Failure``.
    """
    from evidence.query import QueryError, cut_at, fill, resolve_iri

    if file is not None:
        try:
            return file.read_text(encoding="utf-8"), lambda _: None
        except (OSError, UnicodeDecodeError) as error:
            raise Failure(f"{file}: cannot be read ({getattr(error, 'strerror', None) or 'it is not UTF-8'})") from error
    if name is None:
        if not (text or "").strip():
            raise Failure("there is no query; -e takes SPARQL text")
        return text or "", lambda _: None
    named = _named(name)
    values = _values(named, parameters)
    kinds = {p.name: p.type for p in named.parameters}
    try:
        if any(kinds.get(n) == "iri" for n in values):
            store = _store(_workspace(folder))
            values = {n: resolve_iri(store, value, n) if kinds.get(n) == "iri" else value for n, value in values.items()}
        return fill(named, values), lambda rows: cut_at(named, values, rows)
    except QueryError as error:
        raise Failure(str(error)) from error


def _values(named: NamedQuery, parameters: Sequence[str]) -> dict[str, str]:
    """The values given on the command line, by parameter: ``name=value``, an unambiguous beginning of a name, or, where the query has only
    one parameter besides a limit, the bare value."""
    from evidence.query import full_name

    known = [p.name for p in named.parameters]
    asked = [name for name in known if name != "limit"] or known
    values = {}
    for given in parameters:
        name, equals, value = given.partition("=")
        if not equals and len(asked) == 1:
            name, value = asked[0], given
        values[full_name(named, name)] = value
    return values


def _ask(folder: Path, sparql: str, cut: Callable[[int], int | None], form: str | None) -> None:
    import pyoxigraph as ox

    from evidence.output import FORMATS as WRITERS
    from evidence.query import QueryError, rows_of
    from evidence.store import QuerySyntaxError, StoreError

    try:
        results = _store(_workspace(folder)).query(sparql)
        if isinstance(results, ox.QueryTriples):
            if form:
                raise Failure("a CONSTRUCT or DESCRIBE answers with triples, which come as Turtle; leave --format out")
            click.echo((results.serialize(format=ox.RdfFormat.TURTLE) or b"").decode(), nl=False)
        elif form in ("sparql-json", "sparql-xml"):
            kind = ox.QueryResultsFormat.JSON if form == "sparql-json" else ox.QueryResultsFormat.XML
            click.echo((results.serialize(format=kind) or b"").decode())
        else:
            rows = rows_of(results)
            click.echo(WRITERS.get(form or "table", WRITERS["table"])(rows.columns, rows.records()), nl=False)
            if not rows.rows:
                click.echo("no rows", err=True)
            if limit := cut(len(rows.rows)):
                click.echo(f"these are the first {limit}, there may be more: limit=NUMBER asks for others", err=True)
    except QuerySyntaxError as error:
        raise Failure(f"the query was not understood: {error}") from error
    except (StoreError, QueryError, OSError) as error:
        raise Failure(f"the query could not be answered: {error}") from error


def _summary(built: Built) -> None:
    from evidence.output import as_table

    click.echo(as_table(list(built.counts), [built.counts]), nl=False)
    if built.papers_at_hand:
        click.echo(f"{built.checks} passages checked against {built.papers_at_hand} papers at hand", err=True)
    else:
        click.echo("no paper is at hand, so no coded passage was checked (--papers FOLDER)", err=True)
    click.echo((built.folder / "site" / "index.html").resolve().as_uri())


def _say_problems(problems: Iterable[Problem], notes: bool = False) -> None:
    """Problems to standard error, errors in full, notes counted; ``notes`` says them in full, too."""
    counted = 0
    for problem in problems:
        if problem.severity == "error" or notes:
            click.echo(str(problem), err=True)
        else:
            counted += 1
    if counted:
        click.echo(f"{counted} notes (they are on the site's page of problems)" if counted > 1 else "1 note", err=True)


def _say_reading(reading: Reading) -> None:
    from evidence.graph import short_cite

    document = reading.document
    linked = sum(c.reference is not None or c.work is not None for c in reading.citations)
    size = f"{document.format}, {len(document.text):,} characters, {len(document.sections)} sections"
    click.echo(f"{document.title or 'untitled'} ({size})")
    click.echo(f"{len(reading.references)} references, {len(reading.citations)} citations ({linked} resolved)")
    if reading.suggestions:
        click.echo(f"{len(reading.suggestions)} suggested findings (--json shows them)")
    for r in reading.references:
        click.echo(f"{r.index:4}  {short_cite(r.csl)}{r.year_suffix or ''}  {r.csl.get('title', r.raw)}")


def _progress(steps: int) -> Any:
    """A progress bar on a terminal; elsewhere nothing, so that logs stay short."""
    from contextlib import nullcontext

    if not sys.stderr.isatty():
        return nullcontext(lambda _: None)
    return _Bar(steps)


class _Bar:
    """A bar that moves a step at a time."""

    def __init__(self, steps: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (TextColumn("{task.description:16}"), BarColumn(), MofNCompleteColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("", total=steps)

    def __enter__(self) -> Callable[[str], None]:
        self._bar.start()
        return self._step

    def _step(self, name: str) -> None:
        self._bar.update(self._task, description=name, advance=1)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def run() -> NoReturn:
    """Entry point: an unforeseen error is one line and exit status 2, never a traceback (``EVIDENCE_DEBUG`` shows it)."""
    import os

    try:
        main(standalone_mode=True)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if os.environ.get("EVIDENCE_DEBUG"):
            raise
        click.echo(f"evidence: unexpected {type(error).__name__}: {error} (EVIDENCE_DEBUG=1 shows where; please report it)", err=True)
        sys.exit(2)
    sys.exit(0)


if __name__ == "__main__":
    run()
