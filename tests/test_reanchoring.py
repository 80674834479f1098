"""Papers whose text changed since they were coded: places are found again and written, or flagged; nothing is kept unseen."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from review_workspace import make_workspace, paper_text

from evidence import cli
from evidence.anchors import overlapping
from evidence.decisions import read_all_decisions, read_decisions
from evidence.model import passage_digest
from evidence.papers import find_papers
from evidence.pipeline import read_corpus, reviewed, verify_corpus
from evidence.reanchoring import Rewritten, find_changed, reanchor_workspace
from evidence.review import open_session
from evidence.workspace import find_workspace

GONE = "Team 6 of lee2020 said that mutual trust 🙂 slowed the change down (Roe, 1999). "
KEPT = "bib/findings/ito2021.csv"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "ws")


def change(root: Path) -> str:
    """Puts something in before, takes a sentence out, puts something in further on; the new text."""
    path = root / "papers" / "lee2020.md"
    text = path.read_text(encoding="utf-8").replace("## Results", "A first line that is new.\n\n## Results").replace(GONE, "")
    text = text.replace("Team 20 of", "Something else was said (Poe, 2001). Team 20 of")
    path.write_text(text, encoding="utf-8")
    return text


def validate(root: Path, *options: str) -> Result:
    return CliRunner().invoke(cli.main, ["-C", str(root), "validate", *options])


def look(root: Path, *folders: Path) -> list[str]:
    """What is wrong with places in the papers at hand."""
    workspace = find_workspace(root)
    folders = folders or workspace.paper_folders
    return [str(p) for p in verify_corpus(workspace, reviewed(read_corpus(workspace)), folders)[2]]


def reanchor(root: Path, *folders: Path) -> Rewritten:
    workspace = find_workspace(root)
    corpus, folders = read_corpus(workspace), (*workspace.paper_folders, *folders)
    changed = find_changed(workspace, folders, find_papers(folders, workspace.policies)[0], corpus.findings)
    return reanchor_workspace(workspace, changed, corpus.findings, corpus.decisions)


def said(rewritten: Rewritten) -> list[str]:
    return [str(p) for p in rewritten.problems if p.severity == "error"]


def test_each_passage_that_moved_or_is_gone_is_told_with_file_and_line(root: Path) -> None:
    change(root)
    result = validate(root)
    assert result.exit_code == 1
    assert "lee2020.md: is not the text that `lee2020` was coded from (its digest differs): of its passages, 59 elsewhere, 1 nowhere" in (
        result.stderr
    )
    assert "bib/findings/lee2020.csv:2: finding `lee2020-2f8f999a`: its passage stands at 50-121 now, not at 23-94" in result.stderr
    assert "bib/findings/lee2020.csv:8: finding `lee2020-18af6e8e`: its passage (477-555) is nowhere" in result.stderr
    assert "it stood behind 503 and before 504" in result.stderr
    assert "no unchanged copy is at hand of lee2020" in result.stderr


def test_new_places_are_written_and_everything_else_stays_byte_for_byte(root: Path) -> None:
    table = root / "bib" / "findings" / "lee2020.csv"
    table.write_text(table.read_text().replace("date,note", "date,note,own column").replace(",c,,\n", ",c,,,mine\n"), encoding="utf-8")
    before = {p: p.read_bytes() for p in root.rglob("*.csv")}
    text = change(root)
    assert reanchor(root).files["bib/findings/lee2020.csv"] == 59
    rows = list(csv.DictReader(table.open(encoding="utf-8")))
    held = [passage_digest(text[int(r["start"]) : int(r["end"])]) == r["passage_sha256"] for r in rows]
    assert held.count(False) == 1
    assert {r["own column"] for r in rows} == {"mine"}
    lines, old = table.read_bytes().splitlines(), before[table].splitlines()
    assert [n for n, (a, b) in enumerate(zip(lines, old, strict=True)) if a == b] == [0, 7], "the head and the lost row"
    assert {p for p in before if p.read_bytes() == before[p]} >= {root / KEPT, root / "codebook.csv"}
    cites = list(csv.DictReader((root / "bib" / "citations" / "lee2020.csv").open(encoding="utf-8")))
    assert sum(text[int(r["start"]) : int(r["end"])] == r["text"] for r in cites) >= 59
    (problem,) = [p for p in look(root) if "finding `" in p]
    assert "lee2020.csv:8" in problem, "what is lost goes on being reported"


def test_reanchoring_twice_changes_nothing_more(root: Path) -> None:
    change(root)
    result = validate(root, "--reanchor")
    assert result.exit_code == 1, "one passage is lost"
    assert "bib/findings/lee2020.csv: 59 rewritten" in result.stderr
    before = {p: p.read_bytes() for p in root.rglob("*") if p.is_file()}
    assert reanchor(root) == Rewritten({}, ())
    assert {p: p.read_bytes() for p in root.rglob("*") if p.is_file()} == before


def test_decisions_are_carried_over_and_none_is_changed(root: Path) -> None:
    workspace, text = find_workspace(root), paper_text("lee2020")
    anna, ben = open_session(workspace, "anna"), open_session(workspace, "ben")
    first, second, *_, gone = (i["id"] for i in anna.queue("text", paper="lee2020")["items"][:7])
    anna.decide({"item": first, "verdict": "accept"})
    anna.decide({"item": second, "verdict": "revise", "effect": "mixed"})
    anna.decide({"item": gone, "verdict": "accept"})
    ben.decide({"item": first, "verdict": "reject", "reason": "hearsay"})
    open_session(workspace, "cleo", adjudicate=True).decide({"item": first, "verdict": "reject", "reason": "with ben"})
    place = {"paper": "lee2020", "start": text.index("Team 8 "), "end": text.index("Team 9 ")}
    added = anna.add(place | {"factor": "micro.people.trust", "effect": "facilitator", "statement": "Trust helps."})["item"]
    before = {p: p.read_bytes() for p in (root / "bib" / "decisions").iterdir()}
    standing = {i: anna.item(i)["status"] for i in (first, second, gone, added)}
    new = change(root)
    assert reanchor(root).files["bib/decisions/anna.csv"] == 3
    assert all(p.read_bytes().startswith(old) for p, old in before.items())
    after = open_session(workspace, "anna")
    assert {i: after.item(i)["status"] for i in (first, second, gone, added)} == standing
    coding = after.item(added)["coding"]
    assert new[coding["start"] : coding["end"]].startswith("Team 8 ")
    assert not read_all_decisions(root / "bib" / "decisions")[1]
    (mine,) = [d for d in read_decisions(root / "bib" / "decisions" / "cleo.csv")[0] if "carried over" in d.reason]
    assert len(mine.about) == 2


def test_what_only_a_decision_codes_is_flagged_where_it_stands(root: Path) -> None:
    workspace, text = find_workspace(root), paper_text("lee2020")
    place = {"paper": "lee2020", "start": text.index("Team 6 "), "end": text.index("Team 7 ")}
    open_session(workspace, "anna").add(place | {"factor": "meso.hr.pay", "effect": "barrier", "statement": "Pay."})
    change(root)
    assert any(p.startswith("bib/decisions/anna.csv:2: finding") for p in look(root))
    assert any(p.startswith("bib/decisions/anna.csv:2: `lee2020-") for p in said(reanchor(root)))


def test_another_paper_under_the_same_name_is_not_taken_for_it(root: Path) -> None:
    (root / "papers" / "lee2020.md").write_text("Quite another text.\n")
    before = {p: p.read_bytes() for p in root.rglob("*") if p.is_file()}
    (message,) = said(reanchor(root))
    assert "of its passages, 60 nowhere. Is it this paper?" in message
    assert message.endswith("Nothing was written")
    assert {p: p.read_bytes() for p in root.rglob("*") if p.is_file()} == before


def test_a_reset_text_is_followed_by_its_words_where_the_coded_one_is_at_hand(root: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    text = paper_text("lee2020").replace("said that", "said\nthat")
    (new / "lee2020.md").write_text(text, encoding="utf-8")
    assert reanchor(root, new).files["bib/findings/lee2020.csv"] == 60
    assert look(root, new) == []


def test_overlapping_passages_of_one_factor_are_noted(root: Path) -> None:
    table = root / "bib" / "findings" / "lee2020.csv"
    row = table.read_text(encoding="utf-8").splitlines()[1]
    start = int(row.split(",")[7])
    digest = passage_digest(paper_text("lee2020")[start + 5 : start + 60])
    table.write_text(table.read_text(encoding="utf-8") + f"x,meso.hr.pay,barrier,,,s,Results,{start + 5},{start + 60},{digest}\n")
    (note,) = overlapping(read_corpus(find_workspace(root)).findings["lee2020"])
    assert f"lee2020.csv:62: finding `x` ({start + 5}-{start + 60}) overlaps" in str(note)
