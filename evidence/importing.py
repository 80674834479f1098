"""Into the workspace: works of a bibliography, a paper with its reference list and its citations, suggestions from elsewhere, and
codebooks and codings of other tools.

Nothing that a person wrote is rewritten: new works are appended to the bibliography, and a paper's tables are written only where there
are none yet (or where ``replace`` says so). Every match says its reason and score, and ``bib/overrules.csv`` has the last word on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evidence.anchors import reanchor
from evidence.bibliography import citation_key, read_bibliography, recognise, write_bibliography
from evidence.bibliography.keys import is_safe
from evidence.codebook import read_codebook, write_codebook_ttl
from evidence.exchange import place_codings, read_codebook_table, read_codings_table, read_qdc, read_qdpx, write_codings
from evidence.findings.tables import read_findings
from evidence.inbox import FOLDER, Taken, take_in
from evidence.lists import write_citations, write_list
from evidence.model import CslItem, Finding, Problem, Reference, Work
from evidence.papers import find_papers
from evidence.reading import read_paper
from evidence.references.match import Overrule, WorkIndex, index_works, match_reference, match_works, overrules_from
from evidence.tables import read_table
from evidence.workspace import CONFIG, Workspace

STAGE = "import"
_UNSURE = 0.5
"""Parser's score below which a new work is noted for a person to look at."""


@dataclass(frozen=True)
class Imported:
    """One entry that came in: the work it is now, whether that is new to the workspace, and why it was taken for a known one."""

    entry: str
    work: str
    new: bool
    score: float
    reason: str


@dataclass(frozen=True)
class Import:
    """What one file brought."""

    source: Path
    entries: tuple[Imported, ...]
    citations: int
    problems: tuple[Problem, ...]
    paper: str = ""


def import_file(workspace: Workspace, path: Path, key: str = "", replace_tables: bool = False) -> Import:
    """Imports a bibliography, or else a paper; which of both a file is shows in what it holds.

    ``key`` is the paper's citation key (default: made from its first author and year). Raises ``OSError`` when the workspace cannot be
    written.
    """
    if _is_bibliography(path):
        return _import_bibliography(workspace, path)
    return _import_paper(workspace, path, key, replace_tables)


def import_suggestions(workspace: Workspace, path: Path, folders: Sequence[Path] = ()) -> Taken:
    """Takes suggestions from elsewhere into the workspace's inbox, where they wait for a reviewer.

    Their quotations are looked for in the papers of the workspace and of ``folders``. Raises ``OSError`` when the inbox cannot be written.
    """
    codebook, wrong = read_codebook(workspace.codebook)
    copies, met = find_papers((*workspace.paper_folders, *folders), workspace.policies)
    tables = [read_findings(table, codebook, ())[0] for table in sorted(workspace.findings.glob("*.csv"))]
    coded = {(f.paper, f.start, f.end, f.factor) for findings in tables for f in findings}
    taken = take_in(path, workspace.root / FOLDER, {key: copy.document for key, copy in copies.items()}, codebook, coded)
    return replace(taken, problems=(*(p for p in (*wrong, *met) if p.severity == "error"), *taken.problems))


def import_codebook(workspace: Workspace, path: Path) -> tuple[Path, int, tuple[Problem, ...]]:
    """Writes a codebook (REFI-QDA, CSV or XLSX) beside the workspace's own: the file, its number of factors, and what was met.

    Raises ``FileExistsError`` when there is such a file, ``OSError``, ``NoSpreadsheetsError``.
    """
    codebook, problems = read_qdc(path.read_bytes(), path.stem) if path.suffix.lower() == ".qdc" else read_codebook_table(path)
    target = workspace.codebook.with_name(f"{path.stem}.ttl")
    if target.exists():
        raise FileExistsError(f"{target} is there already; rename {path.name}")
    target.write_text(write_codebook_ttl(codebook), encoding="utf-8")
    return target, len(codebook.factors), problems


def import_codings(workspace: Workspace, path: Path, folders: Sequence[Path] = ()) -> tuple[tuple[Path, ...], int, tuple[Problem, ...]]:
    """Writes the codings of a project (``.qdpx``) or a table (CSV, XLSX) to ``bib/codings``: the files, the number of codings, and what was
    met. Each passage is looked for in the papers at hand. Raises ``OSError``, ``NoSpreadsheetsError``.
    """
    copies, met = find_papers((*workspace.paper_folders, *folders), workspace.policies)
    texts = {key: copy.text for key, copy in copies.items()}
    if path.suffix.lower() == ".qdpx":
        project = read_qdpx(path.read_bytes(), path.stem)
        findings, placed = place_codings(project, texts, path.stem)
        problems = (*met, *project.problems, *placed)
    else:
        codebook, wrong = read_codebook(workspace.codebook)
        read, faults = read_codings_table(path, codebook, {w.key for w in _known(workspace)[0]})
        own, strange = _of_papers(workspace, path, read)
        findings, moved = _at_their_places(own, texts)
        problems = (*met, *wrong, *faults, *strange, *moved)
    return write_codings(workspace.codings, findings), len(findings), problems


def _of_papers(workspace: Workspace, path: Path, findings: Sequence[Finding]) -> tuple[list[Finding], list[Problem]]:
    """The codings of papers of the workspace; the others are left out, with a Problem for each paper."""
    papers = {w.key for w in read_bibliography(workspace.papers_bib).works} if workspace.papers_bib.exists() else set()
    first = {f.paper: f.line for f in reversed(findings) if f.paper not in papers}
    message = f"is no paper of {workspace.name(workspace.papers_bib)}; its codings were left out"
    problems = [Problem(STAGE, path.name, line, paper, f"`{paper[:80]}` {message}") for paper, line in first.items()]
    return [f for f in findings if f.paper in papers], problems


def _at_their_places(findings: Sequence[Finding], texts: Mapping[str, str]) -> tuple[tuple[Finding, ...], list[Problem]]:
    """Codings of a table where their passages stand; one whose passage is nowhere in its paper is left out. Without a digest, or without
    the paper at hand, a place is taken as it is."""
    kept = [f for f in findings if f.paper not in texts or not f.passage_sha256]
    problems: list[Problem] = []
    for key, text in texts.items():
        found = reanchor([f for f in findings if f.paper == key and f.passage_sha256], text)
        kept += [*found.kept, *found.moved]
        problems += found.problems
    return tuple(kept), problems


def _is_bibliography(path: Path) -> bool:
    if path.suffix.lower() in (".bib", ".ris", ".nbib", ".enw", ".json"):
        return True
    if path.suffix.lower() not in (".xml", ".txt"):
        return False
    try:
        head = path.read_bytes()[:4000].decode("utf-8", errors="replace")
    except OSError:
        return False
    known = recognise(head)
    return known is not None and (known != "endnote" or "<records" in head or "<record>" in head)


def _import_bibliography(workspace: Workspace, path: Path) -> Import:
    bibliography = read_bibliography(path)
    known, problems = _known(workspace)
    incoming = [(work.key, work.csl, work.key, 1.0) for work in bibliography.works]
    entries, new, notes = _merge(workspace, known, incoming)
    _append(workspace.references_bib[0], new)
    return Import(path, entries, 0, (*problems, *bibliography.problems, *notes))


def _import_paper(workspace: Workspace, path: Path, key: str, replace_tables: bool) -> Import:
    known, problems = _known(workspace)
    reading = read_paper(path, known)
    problems = (*problems, *(replace(p, source=p.source or path.name) for p in reading.problems))
    if not reading.document.text:
        return Import(path, (), 0, problems)
    paper, new_paper = _paper(workspace, reading.document.metadata, reading.document.title, key)
    if not paper:
        message = "says neither its title nor its authors; give its citation key with --key"
        return Import(path, (), 0, (*problems, Problem(STAGE, path.name, None, "", message)))
    target = workspace.lists / f"{paper}.csv"
    if target.exists() and not replace_tables:
        message = f"{workspace.name(target)} is there already and was kept; --replace reads the paper anew"
        return Import(path, (), 0, (*problems, Problem(STAGE, path.name, None, "", message)), paper)
    _append(workspace.papers_bib, new_paper)
    incoming = [(f"{paper}/{r.index}", r.csl, "", r.score) for r in reading.references]
    entries, new, notes = _merge(workspace, [*known, *new_paper], incoming, [r.raw for r in reading.references])
    _append(workspace.references_bib[0], new)
    references = tuple(_told(r, e) for r, e in zip(reading.references, entries, strict=True))
    works = {r.index: r.work for r in references}
    citations = [replace(c, work=works.get(c.reference, c.work) if c.reference else c.work) for c in reading.citations]
    if references:
        write_list(target, references)
    if citations:
        write_citations(workspace.citations / f"{paper}.csv", citations)
    _remember(workspace, paper, reading.document.sha256)
    return Import(path, entries, len(citations), (*problems, *notes), paper)


def _known(workspace: Workspace) -> tuple[list[Work], tuple[Problem, ...]]:
    """The works the workspace has, papers first."""
    works: list[Work] = []
    problems: list[Problem] = []
    for path in (workspace.papers_bib, *workspace.references_bib):
        if path.exists():
            bibliography = read_bibliography(path)
            works += bibliography.works
            problems += [p for p in bibliography.problems if p.severity == "error"]
    return works, tuple(problems)


def _paper(workspace: Workspace, metadata: CslItem, title: str | None, key: str) -> tuple[str, list[Work]]:
    """The paper's citation key, and its own entry when ``papers.bib`` has none; an empty key when there is nothing to name it by."""
    csl = {"type": "article-journal", **metadata} | ({"title": title} if title and not metadata.get("title") else {})
    own = list(read_bibliography(workspace.papers_bib).works) if workspace.papers_bib.exists() else []
    if key:
        return key, [] if any(w.key == key for w in own) else [Work(key, csl)]
    found, _, _ = match_reference(csl, index_works(own))
    if found:
        return found, []
    if not csl.get("title"):
        return "", []
    key = citation_key(csl, {w.key for w in _known(workspace)[0]})
    return key, [Work(key, csl)]


def _merge(
    workspace: Workspace, known: Sequence[Work], incoming: Sequence[tuple[str, CslItem, str, float]], raws: Sequence[str] = ()
) -> tuple[tuple[Imported, ...], list[Work], tuple[Problem, ...]]:
    """Ties each incoming record (name, fields, wished key, parser's score) to a known work or makes a new one.

    Records that are no known work are held against each other, so a list that names a work twice brings it once.
    """
    overrules, problems = _overrules(workspace)
    index = index_works(known)
    matched = [_match(name, csl, raws[i] if raws else "", index, overrules) for i, (name, csl, _, _) in enumerate(incoming)]
    unknown = [i for i, (found, _, _) in enumerate(matched) if found is None]
    among = match_works([{**incoming[i][1], "id": incoming[i][0]} for i in unknown], tuple(overrules))
    why = {merge.b: merge for merge in among.merges} | {merge.a: merge for merge in among.merges}
    taken = {w.key for w in known}
    new: list[Work] = []
    notes = list(problems)
    entries = {i: Imported(incoming[i][0], found, False, score, reason) for i, (found, score, reason) in enumerate(matched) if found}
    for cluster in among.clusters:
        first = unknown[cluster[0]]
        name, csl, wished, sure = incoming[first]
        key = wished if is_safe(wished) and wished not in taken else citation_key(csl, taken)
        taken.add(key)
        new.append(Work(key, csl))
        entries[first] = Imported(name, key, True, matched[first][1], matched[first][2])
        for position in cluster[1:]:
            merge = why[position]
            entries[unknown[position]] = Imported(incoming[unknown[position]][0], key, False, merge.score, merge.reason)
        if sure < _UNSURE:
            message = f"`{key}` was hard to read; compare its fields with the printed entry"
            notes.append(Problem(STAGE, name, None, raws[first] if raws else "", message, "note"))
    return tuple(entries[i] for i in range(len(incoming))), new, tuple(notes)


def _match(name: str, csl: CslItem, raw: str, index: WorkIndex, overrules: Sequence[Overrule]) -> tuple[str | None, float, str]:
    """The known work a record is, unless a person said otherwise."""
    for rule in overrules:
        if rule.same and name in (rule.a, rule.b):
            other = rule.b if rule.a == name else rule.a
            if other in index.keys:
                return other, 1.0, f"overruled: {rule.reason or 'the same'}"
    found, score, reason = match_reference(csl, index, raw)
    for rule in overrules:
        if not rule.same and {name, found} == {rule.a, rule.b}:
            return None, 0.0, f"overruled: {rule.reason or 'not the same'}"
    return found, score, reason


def _overrules(workspace: Workspace) -> tuple[Sequence[Overrule], tuple[Problem, ...]]:
    if not workspace.overrules.exists():
        return (), ()
    name = workspace.name(workspace.overrules)
    table = read_table(workspace.overrules, ("a", "b", "verdict"), STAGE, name)
    overrules, problems = overrules_from((row.cells for row in table.rows), name)
    return overrules, (*table.problems, *problems)


def _told(reference: Reference, entry: Imported) -> Reference:
    return replace(
        reference, work=entry.work, work_score=1.0 if entry.new else entry.score, work_reason="new" if entry.new else entry.reason
    )


def _append(path: Path, works: Sequence[Work]) -> None:
    """Adds works at the end of a BibTeX file; what stands there stays as it is."""
    if not works:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(before + gap + write_bibliography(works, "bibtex"), encoding="utf-8")
    temporary.replace(path)


def _remember(workspace: Workspace, paper: str, sha256: str) -> None:
    """Notes in ``evidence.toml`` which text the paper was read from, unless it is noted already."""
    if workspace.policy(paper).sha256:
        return
    config = workspace.root / CONFIG
    text = config.read_text(encoding="utf-8")
    config.write_text(f'{text.rstrip()}\n\n[papers.{paper}]\nsha256 = "{sha256}"\nquote = false\n', encoding="utf-8")
