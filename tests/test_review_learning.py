"""What is learned while somebody reviews: scores follow decisions, candidates come up, and nobody waits for it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from patience import eventually
from review_workspace import FACTORS, make_workspace, paper_text

from evidence.codebook import read_codebook
from evidence.decisions import Coding
from evidence.documents import read_document
from evidence.findings.modelfile import shipped
from evidence.findings.suggest import suggest_findings
from evidence.model import Citation, Document, Suggestion
from evidence.review import Item, Session, eager, open_session
from evidence.review.learning import ADDED, Example, candidates_of, examples_of, learned_scores
from evidence.workspace import find_workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_workspace(tmp_path / "ws")
    for table in (root / "bib" / "findings").iterdir():
        table.unlink()
    return root


def sentences(document: Document) -> list[tuple[int, int]]:
    return [m.span() for m in re.finditer(r"Team \d+ of .*?\(Roe, 1999\)\.", document.text)]


def suggester(suggested: Mapping[str, str], score: float) -> Any:
    """Suggests a factor for each sentence that is about some factor."""

    def suggest(_: str, document: Document, _citations: Sequence[Citation]) -> Iterable[Suggestion]:
        for n, (start, end) in enumerate(sentences(document)):
            if FACTORS[n % 4] in suggested:
                yield Suggestion(start, end, suggested[FACTORS[n % 4]], "barrier", "present", "primary", (), score)

    return suggest


PAY, TRAINING, TRUST, LAW = FACTORS


def session(root: Path) -> Session:
    usual, more = suggester({PAY: PAY, TRAINING: TRAINING}, 0.5), suggester({PAY: TRUST}, 0.3)
    return open_session(find_workspace(root), "anna", suggest=usual, consider=lambda *said: [*usual(*said), *more(*said)], learns=True)


def learned(of: Session, decisions: int) -> dict[str, Any]:
    """The queue once so many decisions were learned from."""
    told = eventually(lambda: of.queue("text", paper="lee2020"), lambda told: told["learned"] == decisions)
    assert told["learned"] == decisions
    return told


def scores(of: Session, told: dict[str, Any], label: str) -> list[float]:
    return [of.item(i["id"])["score"] for i in told["items"] if i["factor"] == label]


def decide(of: Session, label: str, verdict: str, number: int, **more: str) -> None:
    for line in [i for i in of.queue("text")["items"] if i["factor"] == label][:number]:
        of.decide({"item": line["id"], "verdict": verdict, "reason": "no", **more})


def test_scores_follow_what_is_decided_and_tell_what_they_were(root: Path) -> None:
    of = session(root)
    decide(of, "Pay", "reject", 4)
    told = learned(of, 4)
    assert max(scores(of, told, "Pay")) < min(scores(of, told, "Training")) < 0.5
    item = of.item(told["items"][0]["id"])
    assert item["at_first"] == 0.5
    decide(of, "Training", "accept", 4)
    told = learned(of, 8)
    assert max(scores(of, told, "Pay")) < 0.45
    assert min(scores(of, told, "Training")) > 0.6


def test_the_order_changes_and_the_estimate_with_it(root: Path) -> None:
    of = session(root)
    before = of.queue()
    decide(of, "Pay", "reject", 6)
    decide(of, "Training", "unsure", 1)
    learned(of, 6)
    after = of.queue()
    assert after["progress"]["expected"] < before["progress"]["expected"] - 6
    assert [i["id"] for i in after["items"]] != [i["id"] for i in before["items"] if i["id"] in {j["id"] for j in after["items"]}]


def test_a_candidate_comes_up_when_decisions_make_it_likely(root: Path) -> None:
    of = session(root)
    assert "Trust" not in {i["factor"] for i in of.queue()["items"]}
    decide(of, "Pay", "revise", 4, factor=TRUST)
    decide(of, "Training", "accept", 2)
    learned(of, 10)
    assert "Trust" in {i["factor"] for i in of.queue()["items"]}


def test_an_item_can_be_decided_on_whatever_was_learned_meanwhile(root: Path) -> None:
    of = session(root)
    shown = of.queue("text")["items"][-1]["id"]
    for label in ("Pay", "Training"):
        decide(of, label, "reject", 5)
    learned(of, 10)
    assert of.decide({"item": shown, "verdict": "accept"})["item"] == shown


def test_undoing_unlearns(root: Path) -> None:
    of = session(root)
    decide(of, "Pay", "reject", 1)
    learned(of, 1)
    of.undo({})
    assert scores(of, learned(of, 0), "Pay")[0] == pytest.approx(0.5)


def test_what_was_decided_before_is_learned_from_at_the_start(root: Path) -> None:
    decide(session(root), "Pay", "reject", 5)
    of = session(root)
    assert max(scores(of, learned(of, 5), "Pay")) < 0.45


def test_learning_keeps_nobody_waiting(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()

    def slow(items: Sequence[Item], *_: object) -> dict[str, float]:
        go_on.wait(20)
        return {i.id: i.score or 0.5 for i in items}

    monkeypatch.setattr("evidence.review.session.learned_scores", slow)
    of = session(root)
    decide(of, "Pay", "accept", 6)
    assert of.queue()["progress"]["done"] == 6
    assert of.queue()["learned"] == 0
    go_on.set()
    learned(of, 6)


def test_a_suggestion_of_what_was_added_is_not_asked_for_again(root: Path) -> None:
    of = session(root)
    line = of.queue("text")["items"][0]
    coding = of.item(line["id"])["coding"]
    of.add({k: coding[k] for k in ("paper", "start", "end", "factor", "state", "role")} | {"effect": "facilitator"})
    assert line["id"] not in {i["id"] for i in of.queue()["items"]}


def items(*factors: str) -> list[Item]:
    return [Item(f"i{n}", Coding("p", 10 * n, 10 * n + 9, f, "barrier"), "suggestion", 0.5) for n, f in enumerate(factors)]


def test_without_decisions_the_suggesters_scores_stand() -> None:
    made = [replace(item, score=s) for item, s in zip(items("a", "b"), (0.2, 0.9), strict=True)]
    assert learned_scores(made, [], {}) == {"i0": 0.2, "i1": 0.9}


def test_what_is_said_of_a_factor_counts_more_for_it_than_for_others() -> None:
    one, same, other = items("a", "a", "b")
    found = learned_scores([same, other], [Example(one, False)], {})
    assert found["i1"] < found["i2"] < 0.5


def test_passages_that_speak_of_the_same_things_are_alike(root: Path) -> None:
    document = read_document(root / "papers" / "lee2020.md")
    spans = sentences(document)
    made = [Item(str(n), Coding("lee2020", *spans[n], "x", "barrier"), "suggestion", 0.5) for n in range(8)]
    found = learned_scores(made[1:], [Example(made[0], True)], {"lee2020": document})
    assert paper_text("lee2020")[slice(*spans[4])].startswith("Team 4 of lee2020 said that low pay")
    assert max(found, key=lambda id_: found[id_]) == "4"


def test_a_corrected_factor_teaches_twice(root: Path) -> None:
    of = session(root)
    line = of.queue("text")["items"][0]
    of.decide({"item": line["id"], "verdict": "revise", "factor": LAW})
    item = Item(line["id"], Coding("lee2020", 0, 9, PAY, "barrier"), "suggestion", 0.4)
    taught = examples_of([d for votes in of._votes.values() for d in votes.values()], {item.id: item})
    assert [(e.item.coding.factor, e.holds, e.item.score) for e in taught] == [(PAY, False, 0.4), (LAW, True, ADDED)]


def test_an_eager_model_suggests_more_and_its_scores_are_put_right(root: Path) -> None:
    document = read_document(root / "papers" / "lee2020.md")
    book, _ = read_codebook(root / "codebook.csv")
    usual, more = (suggest_findings(document, (), book, model) for model in (shipped(), eager(shipped())))
    assert {(s.start, s.factor) for s in usual} <= {(s.start, s.factor) for s in more}
    one, other = items("a", "b")
    bold = [replace(one, score=0.8), replace(other, score=0.7)]
    (candidate,) = candidates_of([one], bold)
    assert candidate.place == other.place
    assert candidate.score == pytest.approx(0.368, abs=0.001), "both are overstated fourfold in odds"


def test_what_goes_wrong_in_learning_is_told_and_ends_no_review(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> dict[str, float]:
        raise MemoryError("too much")

    monkeypatch.setattr("evidence.review.session.learned_scores", fail)
    of = session(root)
    decide(of, "Pay", "accept", 1)
    assert eventually(lambda: of.queue()["unlearnt"]) == "nothing more is learned: MemoryError too much"
    decide(of, "Pay", "accept", 1)
    assert of.queue()["progress"]["done"] == 2
