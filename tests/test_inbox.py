"""Suggestions from elsewhere: locked to a passage, and counted only when a person accepted them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from review_workspace import CODEBOOK, make_workspace, paper_text

from evidence import cli
from evidence.codebook import read_codebook
from evidence.documents import read_document
from evidence.inbox import Inbox, read_inbox, records
from evidence.model import Document
from evidence.output import as_json
from evidence.pipeline import read_corpus, reviewed
from evidence.review import open_session
from evidence.workspace import find_workspace

SCHEMA = json.loads((Path(__file__).resolve().parents[1] / "docs" / "inbox.schema.json").read_text())
TEXT = paper_text("lee2020")
QUOTE = "Team 5 of lee2020 said that the training slowed the change down"
GOOD = {"paper": "lee2020", "quote": QUOTE, "factor": "meso.hr.pay", "effect": "barrier"}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    root = make_workspace(tmp_path_factory.mktemp("inbox") / "ws")
    return {key: read_document(root / "papers" / f"{key}.md") for key in ("lee2020", "ito2021")}


def inbox(tmp_path: Path, documents: dict[str, Document], *entries: Any) -> Inbox:
    (tmp_path / "codebook.csv").write_text(CODEBOOK)
    path = tmp_path / "in.json"
    path.write_text(json.dumps({"format": "evidence-suggestions", "version": 1, "source": {"name": "tool"}, "suggestions": list(entries)}))
    return read_inbox(path, documents, read_codebook(tmp_path / "codebook.csv")[0])


AT = TEXT.index(QUOTE)
LOCKED = [
    ("once in the paper", {}, "at the place", "lee2020"),
    ("at the offsets", {"start": AT, "end": AT + len(QUOTE)}, "at the place", "lee2020"),
    ("at offsets that are a little off", {"start": AT + 9, "end": AT + len(QUOTE) + 12}, "at the place", "lee2020"),
    ("at other offsets", {"start": 5, "end": 60}, "elsewhere", "lee2020"),
    ("in other spelling", {"quote": QUOTE.replace(" ", "\n")}, "at the place", "lee2020"),
    ("in several places", {"quote": "slowed the change down (Roe, 1999)."}, "elsewhere", "lee2020"),
    ("in another paper", {"quote": QUOTE.replace("lee2020", "ito2021")}, "elsewhere", "ito2021"),
    ("of a paper that is not at hand, in another", {"paper": "roe1999"}, "elsewhere", "lee2020"),
    ("nowhere", {"quote": "Team 5 of lee2020 said that nothing ever changed"}, "not found", ""),
    ("nowhere, of a paper that is not at hand", {"paper": "roe1999", "quote": "Nothing of the kind was said."}, "not found", ""),
]


@pytest.mark.parametrize(("change", "verdict", "paper"), [r[1:] for r in LOCKED], ids=[r[0] for r in LOCKED])
def test_a_quotation_is_held_against_the_papers(
    tmp_path: Path, documents: dict[str, Document], change: dict[str, Any], verdict: str, paper: str
) -> None:
    entry = GOOD | change
    jsonschema.validate({"format": "evidence-suggestions", "version": 1, "suggestions": [entry]}, SCHEMA)
    found = inbox(tmp_path, documents, entry)
    (checked,) = found.checked
    assert (checked.verdict, checked.paper) == (verdict, paper)
    assert bool(found.problems) == (verdict == "not found")
    assert (checked.suggestion is None) == (verdict == "not found")
    if checked.suggestion:
        text = documents[paper].text[checked.suggestion.start : checked.suggestion.end]
        assert text == " ".join(entry["quote"].split())


BAD = [
    ("no object", "x", "must be an object"),
    ("no quote", {"quote": " "}, "`quote` is missing"),
    ("an unknown factor", {"factor": "meso.pax"}, "not in the codebook"),
    ("an unknown effect", {"effect": "bad"}, "effect `bad` must be"),
    ("an unknown role", {"role": "boss"}, "role `boss` must be"),
    ("a place of words", {"start": "a", "end": "b"}, "must be offsets"),
    ("half a place", {"start": 4}, "go together"),
    ("a place turned round", {"start": 9, "end": 3}, "start before end"),
    ("a score beyond one", {"score": 7}, "from 0 to 1"),
    ("a score of true", {"score": True}, "from 0 to 1"),
    ("an endless quote", {"quote": "x" * 30_000}, "at most 20,000"),
    ("a quote that is a list", {"quote": ["x"]}, "must be a text"),
]


@pytest.mark.parametrize(("change", "message"), [r[1:] for r in BAD], ids=[r[0] for r in BAD])
def test_a_wrong_suggestion_is_left_out_and_the_rest_is_read(
    tmp_path: Path, documents: dict[str, Document], change: Any, message: str
) -> None:
    entry = GOOD | change if isinstance(change, dict) else change
    found = inbox(tmp_path, documents, entry, GOOD)
    assert [c.verdict for c in found.checked] == ["at the place"]
    (problem,) = found.problems
    assert message in problem.message
    assert "suggestion 1" in problem.message


FILES = [
    (b"", "is not JSON"),
    (b"[" * 100_000, "is not JSON"),
    (b"\xff\xfe\x00", "is not JSON"),
    (b"[]", "must be an object with"),
    (b'{"format": "evidence-suggestions", "version": 2, "suggestions": []}', "must be an object with"),
    (b'{"format": "evidence-suggestions", "version": 1, "suggestions": {}}', "has no list"),
]


@pytest.mark.parametrize(("data", "message"), FILES)
def test_a_file_that_is_no_inbox_ends_in_a_problem(tmp_path: Path, documents: dict[str, Document], data: bytes, message: str) -> None:
    (tmp_path / "codebook.csv").write_text(CODEBOOK)
    (tmp_path / "x.json").write_bytes(data)
    found = read_inbox(tmp_path / "x.json", documents, read_codebook(tmp_path / "codebook.csv")[0])
    assert message in found.problems[0].message


def test_a_check_that_did_not_run_does_not_look_like_one_that_passed(tmp_path: Path) -> None:
    found = inbox(tmp_path, {}, GOOD)
    assert found.looked_for == 0
    assert "could not be looked for" in found.problems[0].message


def test_the_same_suggestion_counts_once_and_a_nan_is_refused(tmp_path: Path, documents: dict[str, Document]) -> None:
    assert len(inbox(tmp_path, documents, GOOD, GOOD | {"score": 0.2}).checked) == 1
    assert inbox(tmp_path, documents, GOOD | {"score": float("nan")}).problems


def test_a_problem_names_the_line_where_its_suggestion_begins(tmp_path: Path, documents: dict[str, Document]) -> None:
    (tmp_path / "codebook.csv").write_text(CODEBOOK)
    entries = [GOOD, GOOD | {"effect": "bad"}, GOOD | {"quote": "Nobody said this at all."}, GOOD]
    lines = ",\n ".join(json.dumps(e) for e in entries)
    (tmp_path / "in.json").write_text(f'{{"format": "evidence-suggestions", "version": 1,\n"suggestions": [\n {lines}]}}')
    found = read_inbox(tmp_path / "in.json", documents, read_codebook(tmp_path / "codebook.csv")[0], "in.json")
    assert [(p.line, p.severity) for p in found.problems] == [(4, "error"), (5, "error"), (6, "note")]
    assert str(found.problems[2]) == "in.json:6: suggestion 4: says the same as suggestion 1; it counts once"


def test_every_suggestion_is_listed_with_its_verdict(tmp_path: Path, documents: dict[str, Document]) -> None:
    listed = json.loads(as_json(*records(inbox(tmp_path, documents, GOOD, GOOD | {"quote": "Nobody said this at all."}))))
    assert [r["verdict"] for r in listed] == ["at the place", "not found"]


def test_the_example_in_the_documentation_fits_the_schema() -> None:
    text = (Path(__file__).resolve().parents[1] / "docs" / "inbox.md").read_text()
    jsonschema.validate(json.loads(text.split("```json")[1].split("```")[0]), SCHEMA)


def test_a_received_suggestion_is_reviewed_as_unreviewed(tmp_path: Path, documents: dict[str, Document]) -> None:
    root = make_workspace(tmp_path / "ws")
    (root / "bib" / "inbox").mkdir()
    inbox(root / "bib" / "inbox", documents, GOOD | {"statement": "Pay matters.", "rationale": "names pay", "score": 0.5})
    of = open_session(find_workspace(root), "anna", inbox=root / "bib" / "inbox" / "in.json")
    (line,) = (i for i in of.queue()["items"] if i["origin"] == "elsewhere")
    assert line["status"] == "unreviewed"
    item = of.item(line["id"])
    assert item["evidence"] == ["from tool", "names pay"]
    assert item["coding"]["statement"] == "Pay matters."


# ---- evidence import


def taken_in(root: Path, *entries: Any, name: str = "from tool.json") -> Result:
    path = root.parent / name
    head = {"format": "evidence-suggestions", "version": 1, "source": {"name": "tool", "version": "2"}}
    path.write_text(json.dumps(head | {"suggestions": list(entries)}, indent=1))
    return CliRunner().invoke(cli.main, ["-C", str(root), "import", str(path)])


def test_imported_suggestions_wait_for_a_reviewer_and_count_for_nothing(tmp_path: Path) -> None:
    root = make_workspace(tmp_path / "ws")
    workspace = find_workspace(root)
    before = reviewed(read_corpus(workspace)).findings
    result = taken_in(root, GOOD, GOOD | {"factor": "micro.people.trust", "state": "lacking"})
    assert result.exit_code == 0, result.stderr
    assert result.stdout.count("at the place,lee2020") == 2
    (file,) = (root / "bib" / "inbox").iterdir()
    assert f"2 new suggestions to review, in bib/inbox/{file.name}" in result.stderr
    assert json.loads(file.read_text())["source"] == {"name": "tool", "version": "2"}
    assert reviewed(read_corpus(workspace)).findings == before
    of = open_session(workspace, "anna", inbox=root / "bib" / "inbox")
    ids = [i["id"] for i in of.queue()["items"] if i["origin"] == "elsewhere"]
    of.decide({"item": ids[0], "verdict": "accept"})
    of.decide({"item": ids[1], "verdict": "unsure"})
    after = reviewed(read_corpus(workspace)).findings
    assert sum(map(len, after.values())) == sum(map(len, before.values())) + 1


def test_what_cannot_be_locked_is_left_out_with_file_and_line(tmp_path: Path) -> None:
    root = make_workspace(tmp_path / "ws")
    result = taken_in(root, GOOD | {"quote": "Nobody said this at all."}, GOOD, GOOD | {"factor": "meso.pax"})
    assert result.exit_code == 1
    assert "from tool.json:9: suggestion 1: its quotation is nowhere" in result.stderr
    assert "suggestion 3: factor `meso.pax` is not in the codebook. It was left out" in result.stderr
    (file,) = (root / "bib" / "inbox").iterdir()
    assert json.loads(file.read_text())["suggestions"] == [GOOD]


def test_what_is_in_the_inbox_or_coded_already_is_not_taken_in_again(tmp_path: Path) -> None:
    root = make_workspace(tmp_path / "ws")
    taken_in(root, GOOD)
    (file,) = (root / "bib" / "inbox").iterdir()
    coded = GOOD | {"quote": "Team 4 of lee2020 said that low pay slowed the change down (Roe, 1999)."}
    again = taken_in(root, coded, GOOD | {"rationale": "in other words"}, GOOD, name="more.json")
    assert again.exit_code == 0, "nothing is lost: it is there"
    assert f"suggestion 2: stands in {file.name} already, as suggestion 1" in again.stderr
    assert "suggestion 1: is coded already" in again.stderr
    assert "suggestion 3: says the same as suggestion 2" in again.stderr
    assert "0 new suggestions" in again.stderr
    assert list((root / "bib" / "inbox").iterdir()) == [file]


def test_a_broken_file_of_suggestions_is_told_from_a_bibliography(tmp_path: Path) -> None:
    root = make_workspace(tmp_path / "ws")
    path = tmp_path / "x.json"
    path.write_text('{"version": 1, "suggestions": []}')
    result = CliRunner().invoke(cli.main, ["-C", str(root), "import", str(path)])
    assert result.exit_code == 1
    assert "must be an object with" in result.stderr
    assert not (root / "bib" / "inbox").exists()


def test_what_waits_is_checked_with_everything_else(tmp_path: Path) -> None:
    root = make_workspace(tmp_path / "ws")
    entries = [GOOD, GOOD | {"factor": "meso.pax"}, GOOD | {"paper": "nobody1999", "quote": "Of a paper that nobody has."}]
    (root / "bib" / "inbox").mkdir()
    (root / "bib" / "inbox" / "tool.json").write_text(
        json.dumps({"format": "evidence-suggestions", "version": 1, "suggestions": entries}, indent=1)
    )
    result = CliRunner().invoke(cli.main, ["-C", str(root), "validate"])
    assert result.exit_code == 1
    (said,) = [line for line in result.stderr.splitlines() if line.startswith("bib/inbox/")]
    assert said.startswith("bib/inbox/tool.json:11: suggestion 2: factor `meso.pax` is not in the codebook")
