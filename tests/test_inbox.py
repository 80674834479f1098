"""Suggestions from elsewhere: locked to a passage, and counted only when a person accepted them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from review_workspace import CODEBOOK, make_workspace, paper_text

from evidence.codebook import read_codebook
from evidence.documents import read_document
from evidence.inbox import Inbox, read_inbox, records
from evidence.model import Document
from evidence.output import as_json
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
