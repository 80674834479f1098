"""What the review page is told and may decide, without a browser."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from review_workspace import make_workspace, paper_text

from evidence.agreement import Coder, Marking
from evidence.decisions import Coding, read_all_decisions
from evidence.model import Suggestion
from evidence.review import Item, ReviewError, ReviewServer, Session, open_session, start_server, teach_order
from evidence.workspace import find_workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "ws")


def session(root: Path, reviewer: str = "anna", **options: Any) -> Session:
    return open_session(find_workspace(root), reviewer, **options)


def first(of: Session) -> str:
    return str(of.queue()["items"][0]["id"])


def test_every_finding_is_to_be_reviewed(root: Path) -> None:
    assert session(root).queue()["progress"] == {"done": 0, "all": 120, "expected": 0, "seconds": None}


def test_the_first_items_come_from_different_factors(root: Path) -> None:
    assert len({i["factor"] for i in session(root).queue()["items"][:4]}) == 4


def test_an_item_shows_its_passage_in_its_paragraph_with_citations(root: Path) -> None:
    of = session(root)
    item = of.item(first(of))
    text = paper_text(item["paper"])
    coding = item["coding"]
    holding = [p for p in item["paragraphs"] if p["start"] <= coding["start"] < p["end"]]
    assert holding[0]["text"] == text[holding[0]["start"] : holding[0]["end"]]
    assert [c["label"] for c in holding[0]["citations"]] == ["Roe 1999"] * 4
    assert len(holding[0]["sentences"]) == 4
    assert item["cited"][0]["title"] == "An early count"


def test_a_decision_is_on_the_disk_before_the_page_hears_of_it(root: Path) -> None:
    of = session(root)
    answer = of.decide({"item": first(of), "verdict": "accept"})
    assert answer["progress"]["done"] == 1
    assert answer["decision"] in (d.id for d in read_all_decisions(root / "bib" / "decisions")[0])
    assert session(root).queue()["progress"]["done"] == 1


REFUSED = [
    ("an unknown item", {"item": "x", "verdict": "accept"}, "there is no item"),
    ("an unknown verdict", {"verdict": "perhaps"}, "must be accept"),
    ("a rejection without a reason", {"verdict": "reject"}, "say why"),
    ("an unknown factor", {"verdict": "revise", "factor": "meso.hr.pax"}, "not in the codebook"),
    ("no factor", {"verdict": "revise", "factor": ""}, "choose a factor"),
    ("an unknown effect", {"verdict": "revise", "effect": "bad"}, "effect must be one of"),
    ("a place out of range", {"verdict": "revise", "start": 5, "end": 10**9}, "is no passage"),
    ("a place turned round", {"verdict": "revise", "start": 9, "end": 5}, "is no passage"),
    ("a place that is no number", {"verdict": "revise", "start": True, "end": "x"}, "is no passage"),
    ("a reason that is no text", {"verdict": "reject", "reason": 7}, "must be text"),
    ("an endless reason", {"verdict": "reject", "reason": "x" * 3000}, "2000 are enough"),
]


@pytest.mark.parametrize(("said", "message"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_cannot_be_decided_so_is_refused_with_a_reason(root: Path, said: dict[str, Any], message: str) -> None:
    of = session(root)
    with pytest.raises(ReviewError, match=message):
        of.decide({"item": first(of)} | said)
    assert not (root / "bib" / "decisions").exists()


def test_a_correction_takes_the_new_coding(root: Path) -> None:
    of = session(root)
    id_ = first(of)
    of.decide({"item": id_, "verdict": "revise", "factor": "macro.rules.law", "effect": "mixed"})
    (decision,), _ = read_all_decisions(root / "bib" / "decisions")
    assert (decision.coding.factor, decision.coding.effect) == ("macro.rules.law", "mixed")
    assert of.item(id_)["mine"]["factor"] == "macro.rules.law"


def test_a_correction_says_what_it_corrects_where_no_reason_is_given(root: Path) -> None:
    of = session(root)
    one, two = (i["id"] for i in of.queue()["items"][:2])
    of.decide({"item": one, "verdict": "revise", "factor": "macro.rules.law", "effect": "mixed"})
    assert of.item(one)["mine"]["reason"] == "corrected: factor, effect"
    of.decide({"item": two, "verdict": "revise", "effect": "none", "reason": "says so"})
    assert of.item(two)["mine"]["reason"] == "says so"


def test_what_is_accepted_without_words_is_stated_by_factor_and_effect(root: Path) -> None:
    text = paper_text("lee2020")
    place = {"paper": "lee2020", "start": text.index("Team 8 "), "end": text.index("Team 9 "), "factor": "micro.people.trust"}
    of = session(root)
    id_ = of.add(place | {"effect": "barrier", "state": "lacking"})["item"]
    assert of.item(id_)["mine"]["statement"] == "Trust (lacking): a barrier."


def test_what_was_missed_is_added_with_its_passage_trimmed_and_its_citations(root: Path) -> None:
    of = session(root)
    text = paper_text("lee2020")
    start = text.index("Team 8 ")
    said = {"paper": "lee2020", "start": start - 1, "end": text.index("Team 9 "), "factor": "micro.people.trust", "effect": "facilitator"}
    id_ = of.add(said | {"state": "present", "role": "primary", "statement": "Trust helps."})["item"]
    coding = of.item(id_)["coding"]
    assert text[coding["start"] : coding["end"]].startswith("Team 8")
    assert text[coding["start"] : coding["end"]].endswith(".")
    assert (coding["cites"], coding["section"]) == (["roe1999"], "Results")
    with pytest.raises(ReviewError, match="already"):
        of.add(said | {"state": "present", "role": "primary"})


def test_undo_takes_back_the_last_decision_and_can_go_on(root: Path) -> None:
    of = session(root)
    one, two = (i["id"] for i in of.queue()["items"][:2])
    of.decide({"item": one, "verdict": "accept"})
    of.decide({"item": two, "verdict": "unsure"})
    assert of.undo({})["item"] == two
    assert of.undo({})["item"] == one
    with pytest.raises(ReviewError, match="nothing to undo"):
        of.undo({})
    assert of.queue()["progress"]["done"] == 0


def test_a_blind_reviewer_hears_nothing_of_others(root: Path) -> None:
    anna = session(root)
    id_ = first(anna)
    anna.decide({"item": id_, "verdict": "reject", "reason": "no influence"})
    text = paper_text("lee2020")
    place = {
        "paper": "lee2020",
        "start": text.index("Team 8 "),
        "end": text.index("Team 9 "),
        "factor": "micro.people.trust",
        "effect": "mixed",
    }
    added = anna.add(place)["item"]
    blind = session(root, "ben", blind=True)
    told = json.dumps([blind.overview(), blind.queue("text", "all"), blind.item(id_)])
    assert "anna" not in told
    assert "no influence" not in told
    assert "contested" not in told
    assert added not in told
    assert session(root, "ben").item(id_)["others"][0]["reviewer"] == "anna"


def test_adjudication_shows_what_is_contested_and_settles_it(root: Path) -> None:
    anna, ben = session(root), session(root, "ben")
    id_, other = (i["id"] for i in anna.queue()["items"][:2])
    anna.decide({"item": id_, "verdict": "accept"})
    anna.decide({"item": other, "verdict": "accept"})
    ben.decide({"item": id_, "verdict": "reject", "reason": "no"})
    cleo = session(root, "cleo", adjudicate=True)
    assert [i["id"] for i in cleo.queue(show="contested")["items"]] == [id_]
    assert [v["reviewer"] for v in cleo.item(id_)["others"]] == ["anna", "ben"]
    cleo.decide({"item": id_, "verdict": "accept", "reason": "with anna"})
    assert not cleo.queue(show="contested")["items"]
    assert session(root).queue(show="contested")["items"] == []
    cleo.undo({})
    assert [i["id"] for i in cleo.queue(show="contested")["items"]] == [id_]


def test_coders_who_worked_elsewhere_are_adjudicated_side_by_side(root: Path) -> None:
    text = paper_text("lee2020")
    spans = [(m.start(), m.end()) for m in re.finditer(r"Team \d+ of .*?\(Roe, 1999\)\.", text)][:3]

    def coder(name: str, *effects: str) -> Coder:
        markings = [
            Marking("lee2020", *span, "macro.rules.law", e, "present", "primary") for span, e in zip(spans, effects, strict=False) if e
        ]
        return Coder(name, frozenset({"lee2020"}), tuple(markings))

    coders = [coder("one", "barrier", "barrier", "barrier"), coder("two", "barrier", "mixed", "")]
    of = session(root, "cleo", codings=coders, adjudicate=True)
    lines = of.queue("text", "contested")["items"]
    assert [of.item(i["id"])["coding"]["start"] for i in lines] == [spans[1][0], spans[2][0]]
    item = of.item(lines[0]["id"])
    assert [(v["reviewer"], v["effect"]) for v in item["others"]] == [("one", "barrier"), ("two", "mixed")]
    assert item["paragraphs"]
    assert [v["reason"] for v in of.item(lines[1]["id"])["others"]] == ["", "not coded"]
    of.decide({"item": lines[0]["id"], "verdict": "revise", "effect": "mixed"})
    assert len(session(root, "cleo", codings=coders, adjudicate=True).queue("text", "contested")["items"]) == 1
    (decision,), _ = read_all_decisions(root / "bib" / "decisions")
    assert len(decision.about) == 2


def test_the_codings_of_one_coder_are_not_adjudicated(root: Path) -> None:
    with pytest.raises(ReviewError, match="at least two coders"):
        session(root, "cleo", codings=[Coder("one", frozenset(), ())], adjudicate=True)


def test_blind_adjudication_is_refused(root: Path) -> None:
    with pytest.raises(ReviewError, match="must see both"):
        session(root, blind=True, adjudicate=True)


def test_a_name_that_cannot_be_a_file_is_refused(root: Path) -> None:
    with pytest.raises(ReviewError, match="needs a letter"):
        session(root, "//")


def test_without_the_paper_the_coding_can_still_be_decided(root: Path) -> None:
    (root / "papers" / "lee2020.md").unlink()
    of = session(root)
    item = of.item(of.queue(paper="lee2020")["items"][0]["id"])
    assert "No copy of lee2020" in item["trouble"]
    of.decide({"item": item["id"], "verdict": "accept"})
    with pytest.raises(ReviewError, match="no copy"):
        of.paper("lee2020")


def test_a_changed_paper_is_not_shown_as_if_it_were_the_coded_one(root: Path) -> None:
    path = root / "papers" / "lee2020.md"
    path.write_text("New first line.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    of = session(root)
    assert of.item(of.queue(paper="lee2020")["items"][0]["id"])["paragraphs"] == []
    assert any("lee2020" in p for p in of.overview()["problems"])


def test_suggestions_are_reviewed_but_not_what_is_coded_already(root: Path) -> None:
    text = paper_text("lee2020")
    new, old = text.index("Team 1 "), text.index("Team 0 ")

    def suggest(paper: str, *_: object) -> list[Suggestion]:
        places = [(new, text.index("Team 2 ") - 1), (old, text.index("Team 1 ") - 1)]
        return [Suggestion(s, e, "meso.hr.pay", "mixed", "", "", (0,), 0.5, ("pay",)) for s, e in places] if paper == "lee2020" else []

    of = session(root, suggest=suggest)
    lines = [i for i in of.queue()["items"] if i["origin"] == "suggestion"]
    assert len(lines) == 1
    assert of.queue()["items"][0]["id"] == lines[0]["id"], "an uncertain suggestion teaches the most"
    item = of.item(lines[0]["id"])
    assert (item["score"], item["evidence"], item["coding"]["cites"]) == (0.5, ["pay"], ["roe1999"])


def test_in_the_papers_order_what_stands_behind_comes_first(root: Path) -> None:
    of = session(root)
    ids = [i["id"] for i in of.queue("text")["items"]]
    assert of.queue("text", after=ids[5])["items"][0]["id"] == ids[6]
    assert of.queue("text", after=ids[-1])["items"][0]["id"] == ids[0]


def test_a_long_list_is_told_in_part(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evidence.review.session.MOST_LINES", 7)
    told = session(root).queue()
    assert (len(told["items"]), told["total"]) == (7, 120)


def test_the_order_prefers_uncertainty_and_then_other_factors() -> None:
    def item(id_: str, factor: str, score: float) -> Item:
        return Item(id_, Coding("p", 0, 1, factor, "barrier"), "suggestion", score)

    items = [item("sure", "a", 0.98), item("a1", "a", 0.5), item("a2", "a", 0.5), item("b", "b", 0.6), item("never", "b", 0.0)]
    assert teach_order(items, []) == ["a1", "b", "a2", "sure", "never"]


# ---- the server


@pytest.fixture
def server(root: Path) -> Iterator[ReviewServer]:
    running = start_server(session(root), token="key")
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()


def call(server: ReviewServer, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    sent = {"X-Evidence-Token": "key", "Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}
    connection.request(method, path, body, sent)
    response = connection.getresponse()
    return response.status, response.read().decode()


REQUESTS = [
    ("the page needs no key", "GET", "/", None, {"X_Evidence_Token": ""}, 200),
    ("questions need the key", "GET", "/api/session", None, {"X_Evidence_Token": "other"}, 403),
    ("a rebound name is refused", "GET", "/api/session", None, {"Host": "evil.example"}, 421),
    ("another site is refused", "POST", "/api/undo", "{}", {"Origin": "https://evil.example"}, 421),
    ("another site without the key is refused", "POST", "/api/undo", "{}", {"X_Evidence_Token": ""}, 403),
    ("a form is refused", "POST", "/api/undo", "a=b", {"Content_Type": "text/plain"}, 400),
    ("no JSON is refused", "POST", "/api/undo", "{", {}, 400),
    ("a list is refused", "POST", "/api/undo", "[]", {}, 400),
    ("deep nesting is refused", "POST", "/api/undo", "[" * 60_000, {}, 400),
    ("a flood is refused", "POST", "/api/undo", "x" * 70_000, {}, 400),
    ("nothing to undo is said", "POST", "/api/undo", "{}", {}, 422),
    ("only named files are served", "GET", "/../../etc/passwd", None, {}, 404),
    ("unknown questions have no answer", "GET", "/api/token", None, {}, 404),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "headers", "status"), [r[1:] for r in REQUESTS], ids=[r[0] for r in REQUESTS])
def test_the_server_answers(server: ReviewServer, method: str, path: str, body: str | None, headers: dict[str, str], status: int) -> None:
    assert call(server, method, path, body, **headers)[0] == status


def test_the_server_listens_on_the_loopback_only(server: ReviewServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.address.endswith("/#key")


def test_a_taken_port_is_said(server: ReviewServer, root: Path) -> None:
    with pytest.raises(ReviewError, match="choose another"):
        start_server(session(root), server.server_port)


def test_parallel_decisions_are_all_kept(server: ReviewServer, root: Path) -> None:
    ids = [i["id"] for i in json.loads(call(server, "GET", "/api/queue")[1])["items"][:24]]
    threads = [
        threading.Thread(target=lambda id_=id_: call(server, "POST", "/api/decide", json.dumps({"item": id_, "verdict": "accept"})))
        for id_ in ids
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    decisions, problems = read_all_decisions(root / "bib" / "decisions")
    assert {d.item for d in decisions} == set(ids)
    assert len({d.time for d in decisions}) == len(ids)
    assert not problems
