"""REFI-QDA projects (``.qdpx``): a ZIP with one XML file and the plain texts.

A finding is one selection with its place in the text, coded with its factor and with codes for effect, state and role, which also stand in
named lines at the end of its description: a tool that gives back each code as a selection of its own (QualCoder) keeps the description with
each, so the effect of a factor is found again. The papers' texts go in only when the caller gives them, because they are often not ours to
pass on; tools need them to show the codings. A paper without its text is written as blanks of the right length behind a sentence that says
so, because a source must have a text: tools stop at one that has none.

A project is read from memory: no part of it is ever written to disk, its parts are found by name only, and none may be larger than it is
sensible. Positions count Unicode code points; a line break is one (``\\r\\n`` is written and read as ``\\n``).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

from evidence.documents.xml import Element, local, parse_xml
from evidence.exchange.refi import (
    AXES,
    ORIGIN,
    STAGE,
    Project,
    axis_elements,
    axis_name,
    bare,
    clean,
    code_elements,
    codebook_of,
    codes_in,
    guid,
    prefix,
)
from evidence.findings.tables import finding_id
from evidence.model import Codebook, Finding, Problem, passage_digest

PROJECT_NS = "urn:QDA-XML:project:1.0"
LARGEST = 200_000_000
"""Bytes of one part of a project, unpacked."""
MOST = 20_000
"""Parts of a project."""
WITHOUT = "The text of this paper is not in this project: export it --with-texts."
"""How the text begins that stands for one that was not given."""
NO_TIME = "2000-01-01T00:00:00Z"
"""Stands for an unknown date, because tools need one and the same input gives the same file."""


# ---- writing


def write_qdpx(codebook: Codebook, findings: Iterable[Finding], texts: Mapping[str, str] | None = None, title: str = "") -> bytes:
    """A project with a codebook and codings. ``texts`` are the papers' texts by key, as far as they shall go in."""
    texts, findings = texts or {}, list(findings)
    papers = sorted({f.paper for f in findings} | set(texts))
    counts = Counter(f.coder or "unnamed" for f in findings)
    coders = [*sorted(counts, key=lambda c: (-counts[c], c)), *([] if ORIGIN in counts else [ORIGIN])]  # tools show the first one's work
    root = _element("Project", name=title or codebook.title, origin=ORIGIN, creatingUserGUID=guid("user", ORIGIN), creationDateTime=NO_TIME)
    etree.SubElement(root, _tag("Users")).extend(_element("User", guid=guid("user", c), name=c) for c in coders)
    codes = etree.SubElement(etree.SubElement(root, _tag("CodeBook")), _tag("Codes"))
    codes.extend([*code_elements(codebook, PROJECT_NS), axis_elements(PROJECT_NS)])
    sources = etree.SubElement(root, _tag("Sources"))
    for paper in papers:
        own = sorted((f for f in findings if f.paper == paper), key=lambda f: (f.start, f.end, f.id, f.coder))
        sources.append(_source(paper, own, texts.get(paper)))
    parts = {"project.qde": etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)}
    for paper in papers:
        text = texts.get(paper, WITHOUT.ljust(max((f.end for f in findings if f.paper == paper), default=0)))
        parts[f"sources/{guid('source', paper)}.txt"] = _one_break(text).encode("utf-8", "replace")
    return _zip(parts)


def _source(paper: str, findings: list[Finding], text: str | None) -> Element:
    identifier = guid("source", paper)
    path = {"plainTextPath": f"internal://{identifier}.txt"}
    source = _element("TextSource", guid=identifier, name=paper, **path, creatingUser=guid("user", ORIGIN), creationDateTime=NO_TIME)
    source.extend(_selection(f, text) for f in findings)
    return source


def _selection(finding: Finding, text: str | None) -> Element:
    """A finding as a selection; places are shifted where the text has line breaks of two characters."""
    shift = [text.count("\r\n", 0, at) if text else 0 for at in (finding.start, finding.end)]
    user, time = guid("user", finding.coder or "unnamed"), _time(finding.date)
    said = {"creatingUser": user, "creationDateTime": time}
    identifier = guid("selection", finding.id, finding.coder)
    start, end = str(finding.start - shift[0]), str(finding.end - shift[1])
    selection = _element("PlainTextSelection", guid=identifier, name=finding.id, startPosition=start, endPosition=end, **said)
    values = {axis: getattr(finding, axis) for axis in AXES if getattr(finding, axis) in AXES[axis]}
    described = [finding.statement, *(axis_name(axis, value) for axis, value in values.items())]
    etree.SubElement(selection, _tag("Description")).text = clean("\n".join(filter(None, described)))
    targets = [guid("factor", finding.factor), *(guid("axis", axis, v) for axis, v in values.items())]
    for target in targets:
        coding = _element("Coding", guid=guid("coding", identifier, target), **said)
        coding.append(_element("CodeRef", targetGUID=target))
        selection.append(coding)
    return selection


def _time(date: str) -> str:
    return f"{date}T00:00:00Z" if re.fullmatch(r"\d{4}-\d\d-\d\d", date) else NO_TIME


def _tag(name: str) -> str:
    return f"{{{PROJECT_NS}}}{name}"


def _element(tag: str, /, **attributes: str) -> Element:
    return etree.Element(_tag(tag), {k: clean(v) for k, v in attributes.items()}, nsmap=prefix(PROJECT_NS))


def _one_break(text: str) -> str:
    return text.replace("\r\n", "\n")


def _zip(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP whose bytes depend on the parts only."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# ---- reading


def read_qdpx(data: bytes, name: str = "project") -> Project:
    """A project from the bytes of a ``.qdpx`` file. Never raises on content: what could not be used is among the problems."""
    parts, wrong = _parts(data)
    main = next((n for n in sorted(parts) if n.lower().endswith(".qde")), None)
    if wrong or main is None:
        return _nothing(name, wrong or "holds no .qde file; is it a REFI-QDA project?")
    content, wrong = _content(data, parts[main])
    root, broken = parse_xml(content) if not wrong else (None, wrong)
    if root is None or local(root) != "Project":
        return _nothing(name, f"{main} is no REFI-QDA project ({broken or 'its first element is not Project'})")
    problems = [Problem(STAGE, name, None, "", f"{main} is damaged ({broken}); what stands before was read")] if broken else []
    books = [child for child in root if local(child) == "CodeBook"]
    codebook, codes, met = codebook_of([c for book in books for c in codes_in(book)], name)
    problems += met
    users = {bare(u.get("guid")): u.get("name") or "" for u in root.iter() if local(u) == "User"}
    texts: dict[str, str | None] = {}
    findings: dict[str, Finding] = {}
    for holder in (child for child in root if local(child) == "Sources"):
        for source in holder:
            paper, text, faults = _read_source(source, data, parts, texts)
            texts[paper] = text
            problems += [Problem(STAGE, name, None, paper, fault) for fault in faults]
            read, faults = _read_selections(source, paper, text, codes, users)
            problems += [Problem(STAGE, name, None, paper, fault) for fault in faults]
            findings |= {f"{f.id}|{f.coder}": f for f in read}
    without = sum(not f.effect for f in findings.values())
    if without:
        message = f"{without} codings say nothing of an effect; give one before they can count as findings"
        problems.append(Problem(STAGE, name, None, "", message, "note"))
    return Project(codebook, texts, tuple(findings.values()), tuple(problems))


def _nothing(name: str, message: str) -> Project:
    return Project(Codebook(name, name, (), (), ()), {}, (), (Problem(STAGE, name, None, "", message),))


def _parts(data: bytes) -> tuple[dict[str, zipfile.ZipInfo], str]:
    """The parts of a ZIP by name, and what is wrong with it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        return {}, f"is no ZIP archive ({error}); export it again"
    if len(infos) > MOST:
        return {}, f"has {len(infos)} parts; at most {MOST} are read"
    return {info.filename: info for info in infos if not info.is_dir()}, ""


def _content(data: bytes, part: zipfile.ZipInfo) -> tuple[bytes, str]:
    """The bytes of a part, and what is wrong with it. What a part says of its size is not believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(part) as stream:
            content = stream.read(LARGEST + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        return b"", f"{part.filename} cannot be unpacked ({error})"
    except Exception as error:  # noqa: BLE001 - zlib, bz2 and lzma each have an error of their own
        return b"", f"{part.filename} cannot be unpacked ({error})"
    return (content, "") if len(content) <= LARGEST else (b"", f"{part.filename} unpacks to more than {LARGEST:,} bytes")


def _read_source(
    source: Element, data: bytes, parts: Mapping[str, zipfile.ZipInfo], known: Mapping[str, object]
) -> tuple[str, str | None, list[str]]:
    """Name and text of a source. Only plain text has places that mean something here; other sources come without."""
    paper = PurePosixPath((source.get("name") or "").replace("\\", "/")).name.strip() or bare(source.get("guid")) or "unnamed"
    paper = re.sub(r"\.(txt|md|docx?|pdf|rtf)$", "", paper, flags=re.IGNORECASE)
    while paper in known:
        paper += "-2"
    if local(source) != "TextSource":
        return paper, None, [f"{local(source)} `{paper}` is not text; its codings were left out"]
    inline = next((c for c in source if local(c) == "PlainTextContent"), None)
    if inline is not None:
        return paper, _given(_one_break("".join(map(str, inline.itertext())))), []
    path = source.get("plainTextPath") or ""
    if not path:
        return paper, None, []
    part = _named(parts, path)
    if part is None:
        return paper, None, [f"the text of `{paper}` ({path[:80]}) is not in the project; its codings have no passage to check"]
    content, wrong = _content(data, part)
    return paper, None if wrong else _given(_one_break(content.decode("utf-8-sig", "replace"))), [wrong] if wrong else []


def _given(text: str) -> str | None:
    """A text, or ``None`` where it only stands for one."""
    return None if text.startswith(WITHOUT) else text


def _named(parts: Mapping[str, zipfile.ZipInfo], path: str) -> zipfile.ZipInfo | None:
    """The part that an address names: only one inside ``sources/`` of this archive, in whatever case the tool wrote."""
    if not path.startswith("internal://"):
        return None
    wanted = f"sources/{path.removeprefix('internal://').lstrip('/')}".lower()
    return next((info for name, info in parts.items() if name.lower() == wanted), None)


def _read_selections(
    source: Element, paper: str, text: str | None, codes: Mapping[str, str], users: Mapping[str, str]
) -> tuple[list[Finding], list[str]]:
    selections: list[_Selection] = []
    faults: list[str] = []
    for selection in source if local(source) == "TextSource" else ():
        if local(selection) != "PlainTextSelection":
            continue
        start, end = _whole(selection.get("startPosition")), _whole(selection.get("endPosition"))
        if start is None or end is None or not start < end or (text is not None and end > len(text)):
            place = f"{selection.get('startPosition')}-{selection.get('endPosition')}"
            size = f" of a text of {len(text)} characters" if text is not None else ""
            faults.append(f"selection {place} is no passage{size}; its codings were left out")
            continue
        named, unknown = _codes_of(selection, codes)
        faults += [f"selection {start}-{end} names a code ({u[:60]}) that is not in the project" for u in unknown]
        selections.append(_selected(selection, (start, end), named, users))
    beside: dict[object, set[str]] = defaultdict(set)
    for one in selections:
        beside[one.place, one.coder] |= set(one.axes)
    return [f for one in selections for f in _findings(one, paper, text, beside[one.place, one.coder])], faults


@dataclass(frozen=True)
class _Selection:
    """A selection as read: who coded which passage with which factors and values (``axis:value``), what its description says, and the
    values that stand in lines at its end."""

    place: tuple[int, int]
    coder: str
    name: str
    own: bool
    factors: tuple[str, ...]
    axes: tuple[str, ...]
    statement: str
    described: Mapping[str, str]
    date: str


def _selected(selection: Element, place: tuple[int, int], named: list[str], users: Mapping[str, str]) -> _Selection:
    coder = users.get(bare(selection.get("creatingUser")), "")
    name = selection.get("name") or ""
    axes = tuple(n for n in named if n.split(":", 1)[0] in AXES)
    statement = next(("".join(map(str, c.itertext())).strip() for c in selection if local(c) == "Description"), "")
    statement, described = _described(statement)
    own = bare(selection.get("guid")) == guid("selection", name, coder)
    factors = tuple(n for n in named if n not in axes)
    return _Selection(place, coder, name, own, factors, axes, statement, described, (selection.get("creationDateTime") or "")[:10])


def _described(text: str) -> tuple[str, dict[str, str]]:
    """A description without the values in lines at its end, and these by axis."""
    names = {axis_name(axis, value): (axis, value) for axis in AXES for value in AXES[axis]}
    lines = text.splitlines()
    values: dict[str, str] = {}
    while lines and lines[-1].strip() in names:
        axis, value = names[lines.pop().strip()]
        values[axis] = value
    return "\n".join(lines).strip(), values


def _findings(one: _Selection, paper: str, text: str | None, beside: set[str]) -> list[Finding]:
    """A finding for each factor that a selection is coded with; ``beside`` are the values that its coder gave this very passage."""
    values = {axis: _value(axis, one, beside) for axis in AXES}
    digest = passage_digest(text[slice(*one.place)]) if text is not None else ""
    coder, date = "" if one.coder == "unnamed" else one.coder, "" if one.date == NO_TIME[:10] else one.date
    findings = []
    for factor in one.factors:
        id_ = one.name if one.own and len(one.factors) == 1 else finding_id(paper, *one.place, factor, values["effect"])
        findings.append(
            Finding(
                id_, paper, factor, values["effect"], values["state"], values["role"], one.statement, "", *one.place, digest,
                coder=coder, date=date,
            )
        )  # fmt: skip
    return findings


def _value(axis: str, one: _Selection, beside: set[str]) -> str:
    """A value of a finding: as its selection is coded; else as described, unless the codes of the passage say otherwise; else the only one
    of the passage; else none."""
    own = [n.split(":", 1)[1] for n in one.axes if n.startswith(f"{axis}:")]
    if own:
        return own[-1]
    near = {n.split(":", 1)[1] for n in beside if n.startswith(f"{axis}:")}
    described = one.described.get(axis, "")
    if one.described and (not described or not near or described in near):
        return described
    return near.pop() if len(near) == 1 else ""


def _codes_of(selection: Element, codes: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The codes that a selection is coded with, and identifiers that no code has."""
    targets = [bare(e.get("targetGUID")) for coding in selection if local(coding) == "Coding" for e in coding if local(e) == "CodeRef"]
    known = [codes[t] for t in dict.fromkeys(targets) if codes.get(t)]
    return known, [t for t in targets if t not in codes]


def _whole(number: str | None) -> int | None:
    return int(number) if number and number.isascii() and number.isdecimal() and len(number) < 12 else None
