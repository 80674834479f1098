"""REFI-QDA out and in: what goes out comes back, other readers read it, and hostile files end in problems."""

from __future__ import annotations

import copy
import io
import re
import uuid
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import skip_or_fail
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from evidence.codebook import read_codebook
from evidence.exchange import project as project_module
from evidence.exchange import read_qdc, read_qdpx, write_qdc, write_qdpx
from evidence.exchange.refi import guid
from evidence.findings.tables import finding_id
from evidence.model import Category, Codebook, Factor, Finding, Level, passage_digest

ROOT = Path(__file__).resolve().parents[1]
TEXT = "Low pay — so they said — was a barrier.\r\nTrust 🙂 helped.\r\nThe end."
BOOK = Codebook(
    "small",
    "small",
    (Level("meso", "Organisation", "the house"), Level("micro", "People", "", 1)),
    (Category("meso.hr", "Staffing", "meso", "hiring & paying"), Category("micro", "People", "micro")),
    (
        Factor("meso.hr.pay", "Pay", "meso", "meso.hr", "what people are paid\nor <not>", ("wages",), ("low pay", "pay"), "micro.trust"),
        Factor("micro.trust", "Trust", "micro", "micro", "", mappings=(("https://example.org/close", "https://example.org/x"),)),
    ),
)  # fmt: skip


def coded(start: int, end: int, factor: str, coder: str = "anna", **more: str) -> Finding:
    made = Finding(
        "", "lee2020", factor, "barrier", "lacking", "primary", "Pay is low.", "", start, end, passage_digest(TEXT[start:end]),
        coder=coder, date="2026-01-31",
    )  # fmt: skip
    made = replace(made, **more)  # type: ignore[arg-type]
    return replace(made, id=finding_id("lee2020", start, end, factor, made.effect))


FINDINGS = [
    coded(0, 39, "meso.hr.pay"),
    coded(0, 39, "meso.hr.pay", "ben", state="", role=""),
    coded(0, 39, "micro.trust", effect="mixed"),
    coded(TEXT.index("Trust"), TEXT.index("\r\nThe"), "micro.trust", effect="facilitator", state="present"),
]


def test_a_codebook_comes_back_as_it_went() -> None:
    back, problems = read_qdc(write_qdc(BOOK), "small")
    assert back == BOOK
    assert not problems


def test_the_shipped_codebook_comes_back_in_full() -> None:
    book, _ = read_codebook(ROOT / "ontology" / "codebooks" / "peer-support.ttl")
    back, problems = read_qdc(write_qdc(book), book.name)
    assert (back.levels, back.categories, back.factors) == (book.levels, book.categories, book.factors)
    assert not problems


def test_a_project_comes_back_as_it_went() -> None:
    data = write_qdpx(BOOK, FINDINGS, {"lee2020": TEXT})
    project = read_qdpx(data, "small")
    assert not project.problems
    text = TEXT.replace("\r\n", "\n")
    assert project.texts == {"lee2020": text}
    kept = [(f.id, f.coder, f.factor, f.effect, f.state, f.role, f.statement, f.date) for f in project.findings]
    assert sorted(kept) == sorted((f.id, f.coder, f.factor, f.effect, f.state, f.role, f.statement, f.date) for f in FINDINGS)
    passages = {f.id: text[f.start : f.end] for f in project.findings}
    assert passages == {f.id: TEXT[f.start : f.end] for f in FINDINGS}
    assert all(f.passage_sha256 == passage_digest(passages[f.id]) for f in project.findings)


def test_the_same_project_is_the_same_file() -> None:
    assert write_qdpx(BOOK, FINDINGS, {"lee2020": TEXT}) == write_qdpx(BOOK, FINDINGS[::-1], {"lee2020": TEXT})


def test_a_papers_text_goes_in_only_when_it_is_given() -> None:
    data = write_qdpx(BOOK, FINDINGS)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _, name = archive.namelist()
        text = archive.read(name).decode()
        assert text.rstrip() == project_module.WITHOUT, "tools stop at a source without a text"
        assert len(text) >= max(f.end for f in FINDINGS)
        assert b"so they said" not in archive.read("project.qde")
    project = read_qdpx(data)
    assert project.texts == {"lee2020": None}
    assert [f.passage_sha256 for f in project.findings] == [""] * 4


def test_an_independent_reader_reads_both(tmp_path: Path) -> None:
    try:
        from pyrefiqda import RefiCodebook, RefiProject
    except ImportError:
        skip_or_fail("refi", "pyrefiqda is not installed")
    (tmp_path / "b.qdc").write_bytes(write_qdc(BOOK))
    levels = RefiCodebook.load(tmp_path / "b.qdc").codes.code
    assert [level.name for level in levels] == ["Organisation", "People"]
    assert [(c.name, c.is_codable) for c in levels[0].code[0].code] == [("Pay", True)]
    (tmp_path / "p.qdpx").write_bytes(write_qdpx(BOOK, FINDINGS, {"lee2020": TEXT}))
    project = RefiProject.load(tmp_path / "p.qdpx", tmp_path / "x")
    (source,) = project.sources.text_source
    text = RefiProject.resolve_source_path(source.plain_text_path, tmp_path / "x").read_bytes().decode()
    found = [(text[s.start_position : s.end_position], len(s.coding)) for s in source.plain_text_selection]
    assert sorted(found) == [(TEXT[:39], 2), (TEXT[:39], 4), (TEXT[:39], 4), ("Trust 🙂 helped.", 4)]
    assert {u.name for u in project.users.user} == {"anna", "ben", "Evidence Atlas"}


def split_by_code(data: bytes) -> bytes:
    """A project as QualCoder gives it back: each code of a passage a selection of its own, with the description, all with new identifiers;
    one coder gives a passage a code once."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    root = etree.fromstring(parts["project.qde"])
    for source in root.iter("{*}TextSource"):
        seen = set()
        for selection in source.findall("{*}PlainTextSelection"):
            source.remove(selection)
            for coding in selection.findall("{*}Coding"):
                what = (
                    selection.get("startPosition"),
                    selection.get("endPosition"),
                    selection.get("creatingUser"),
                    coding[0].get("targetGUID"),
                )
                alone = copy.deepcopy(selection)
                alone.set("guid", str(uuid.uuid4()))
                alone.set("name", "the passage")
                for other in alone.findall("{*}Coding"):
                    if other[0].get("targetGUID") != what[-1]:
                        alone.remove(other)
                if what not in seen:
                    source.append(alone)
                seen.add(what)
    return zipped({**parts, "project.qde": etree.tostring(root)})


def test_a_tool_that_gives_back_each_code_alone_loses_no_effect() -> None:
    findings = [*FINDINGS, coded(0, 39, "micro.trust", "ben", effect="facilitator", statement="Trust helps.")]
    back = read_qdpx(split_by_code(write_qdpx(BOOK, findings, {"lee2020": TEXT})))
    kept = {(f.start, f.coder, f.factor, f.effect, f.state, f.role, f.statement) for f in back.findings}
    shift = TEXT[: FINDINGS[3].start].count("\r\n")
    moved = [replace(f, start=f.start - (shift if f.start else 0)) for f in findings]
    assert kept == {(f.start, f.coder, f.factor, f.effect, f.state, f.role, f.statement) for f in moved}


def test_an_effect_that_was_changed_in_another_tool_wins() -> None:
    data = split_by_code(write_qdpx(BOOK, [FINDINGS[3]], {"lee2020": TEXT}))
    other = {guid("axis", "effect", "facilitator"): guid("axis", "effect", "none")}
    for old, new in other.items():
        data = changed(data, f'targetGUID="{old}"', f'targetGUID="{new}"')
    (finding,) = read_qdpx(data).findings
    assert (finding.effect, finding.statement) == ("none", "Pay is low.")


def changed(data: bytes, old: str, new: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return zipped({name: archive.read(name).replace(old.encode(), new.encode()) for name in archive.namelist()})


def test_the_busiest_coder_is_named_first_and_the_program_last() -> None:
    data = write_qdpx(BOOK, [*FINDINGS, replace(FINDINGS[0], coder="zoe")], {})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("project.qde"))
    assert [u.get("name") for u in root.iter("{*}User")] == ["anna", "ben", "zoe", "Evidence Atlas"]


CODES = """<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="elsewhere"><Codes>
<Code guid="{A0000000-0000-0000-0000-000000000001}" name="Work life" isCodable="false"><Description>all of it</Description>
  <Code guid="a0000000-0000-0000-0000-000000000002" name="Pay &amp; hours"><Description>money</Description></Code>
  <Code guid="a0000000-0000-0000-0000-000000000003" name="Team" isCodable="true">
    <Code guid="a0000000-0000-0000-0000-000000000004" name="Größe"/></Code></Code>
<Code guid="a0000000-0000-0000-0000-000000000005" name="Loose"/>
<Code guid="a0000000-0000-0000-0000-000000000006" name="Loose"/>
</Codes></CodeBook>"""


def test_a_foreign_codebook_becomes_levels_categories_and_factors() -> None:
    book, (twice,) = read_qdc(CODES.encode(), "theirs")
    assert [(f.code, f.label, f.level, f.category) for f in book.factors] == [
        ("work_life.pay_hours", "Pay & hours", "work_life", "work_life"),
        ("work_life.team", "Team", "work_life", "work_life"),
        ("work_life.team.grosse", "Größe", "work_life", "work_life.team"),
        ("loose", "Loose", "all", "all"),
    ]
    assert [level.definition for level in book.levels] == ["all of it", ""]
    assert "twice" in twice.message


PROJECT = """<?xml version="1.0" encoding="utf-8"?><Project xmlns="urn:QDA-XML:project:1.0" name="theirs" origin="elsewhere">
<Users><User guid="{{B0000000-0000-0000-0000-000000000001}}" name="Zoe"/></Users>
<CodeBook><Codes><Code guid="a1" name="Pay"/><Code guid="a2" name="Trust"/></Codes></CodeBook>
<Sources><TextSource guid="c1" name="interview 1.txt" plainTextPath="{path}">
{selections}
</TextSource><PictureSource guid="c2" name="photo.jpg" path="internal://photo.jpg"/></Sources></Project>"""
SELECTION = """
<PlainTextSelection guid="d{n}" startPosition="{start}" endPosition="{end}" creatingUser="b0000000-0000-0000-0000-000000000001">
<Coding guid="e{n}"><CodeRef targetGUID="{code}"/></Coding></PlainTextSelection>"""


def project(selections: list[tuple[object, object, str]], path: str = "internal://c1.txt", parts: dict[str, bytes] | None = None) -> bytes:
    inner = "".join(SELECTION.format(n=n, start=s, end=e, code=c) for n, (s, e, c) in enumerate(selections))
    return zipped(
        {"theirs.qde": PROJECT.format(path=path, selections=inner).encode(), "Sources/C1.txt": b"\xef\xbb\xbfLow pay.\r\nTrust."}
        | (parts or {})
    )


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_foreign_project_is_read_and_what_it_does_not_say_is_told() -> None:
    found = read_qdpx(project([(0, 8, "a1"), (9, 15, "{A2}")]))
    assert [(f.paper, f.factor, f.effect, f.coder, f.start) for f in found.findings] == [
        ("interview 1", "pay", "", "Zoe", 0),
        ("interview 1", "trust", "", "Zoe", 9),
    ]
    assert found.findings[1].passage_sha256 == passage_digest("Trust.")
    messages = " ".join(p.message for p in found.problems)
    assert "PictureSource" in messages
    assert "say nothing of an effect" in messages


BAD_SELECTIONS = [(5, 5, "a1"), (9, 4, "a1"), (0, 10**6, "a1"), (-1, 4, "a1"), ("x", 4, "a1"), ("9" * 500, 4, "a1"), ("٣", 4, "a1")]


@pytest.mark.parametrize("selection", BAD_SELECTIONS)
def test_a_place_out_of_range_is_left_out_and_reported(selection: tuple[object, object, str]) -> None:
    found = read_qdpx(project([selection, (0, 8, "a1")]))
    assert len(found.findings) == 1
    assert any("is no passage" in p.message for p in found.problems)


def test_a_code_that_is_not_there_is_reported() -> None:
    found = read_qdpx(project([(0, 8, "zz")]))
    assert not found.findings
    assert any("zz" in p.message for p in found.problems)


@pytest.mark.parametrize(
    "path", ["internal://../theirs.qde", "internal:///etc/passwd", "absolute:///etc/passwd", "relative://x.txt", "internal://no.txt"]
)
def test_an_address_outside_the_project_is_not_followed(path: str) -> None:
    found = read_qdpx(project([(0, 8, "a1")], path))
    assert found.texts["interview 1"] is None
    assert any("is not in the project" in p.message for p in found.problems)


def test_parts_with_paths_outside_are_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    read_qdpx(project([(0, 8, "a1")], parts={"../../evil.txt": b"x", "/evil.txt": b"x"}))
    assert not list(tmp_path.iterdir())


_NESTED = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
ENTITIES = (
    f'<!DOCTYPE Project [<!ENTITY a0 "aaaaaaaaaa">{_NESTED}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<Project xmlns="urn:QDA-XML:project:1.0" name="x"><Description>&a11;&x;</Description>'
    "<CodeBook><Codes>&a11;</Codes></CodeBook></Project>"
).encode()

HOSTILE = {
    "no ZIP": b"hello",
    "nothing": b"",
    "a cut ZIP": project([(0, 8, "a1")])[:-40],
    "no .qde": zipped({"readme.txt": b"x"}),
    "an empty .qde": zipped({"project.qde": b""}),
    "no project": zipped({"project.qde": b"<a/>"}),
    "an entity bomb": zipped({"project.qde": ENTITIES}),
    "deep nesting": zipped({"project.qde": b"<Project xmlns='urn:QDA-XML:project:1.0'>" + b"<Code>" * 100_000}),
    "a wrong checksum": project([(0, 8, "a1")]).replace(b"PK\x03\x04", b"PK\x03\x05", 1),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_end_in_problems(data: bytes) -> None:
    found = read_qdpx(data)
    assert found.problems
    assert not found.findings


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_module, "LARGEST", 1_000_000)
    bomb = zipped({"project.qde": b" " * 5_000_000})
    assert len(bomb) < 10_000
    assert "unpacks to more than" in read_qdpx(bomb).problems[0].message
    text = read_qdpx(project([(0, 8, "a1")], parts={"sources/c1.txt": b" " * 5_000_000, "Sources/C1.txt": b" " * 5_000_000}))
    assert any("unpacks to more than" in p.message for p in text.problems)


def test_nested_codes_without_end_are_read_to_a_depth() -> None:
    deep = (
        b'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>'
        + b'<Code guid="a" name="a">' * 200
        + b"</Code>" * 200
        + b"</Codes></CodeBook>"
    )
    book, _ = read_qdc(deep)
    assert book.factors


@pytest.mark.parametrize("data", [b"", b"<a/>", b"\x00\x01", b"<CodeBook><Codes/></CodeBook>"])
def test_no_codebook_ends_in_a_problem(data: bytes) -> None:
    assert read_qdc(data)[1]


@settings(max_examples=60)
@given(st.text(max_size=60), st.text(min_size=1, max_size=20).filter(str.strip), st.text(max_size=40))
def test_any_text_goes_through(statement: str, coder: str, definition: str) -> None:
    book = replace(BOOK, factors=(replace(BOOK.factors[0], definition=definition),))
    data = write_qdpx(book, [coded(0, 39, "meso.hr.pay", coder, statement=statement)], {"lee2020": TEXT})
    (finding,) = read_qdpx(data).findings
    printable = re.sub(r"\s+", " ", "".join(c for c in statement if c.isprintable() or c.isspace())).strip()
    assert finding.factor == "meso.hr.pay"
    assert finding.statement or not printable
