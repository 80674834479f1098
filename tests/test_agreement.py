"""Agreement of coders: what a unit is, who saw what, and the list of disagreements."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evidence.agreement import Agreement, Coder, Marking, Row, agree, disagreement_records, read_coder, read_coders, row_records
from evidence.codebook import read_codebook
from evidence.decisions import Coding, Decision, append_decision
from evidence.model import Codebook
from evidence.output import FORMATS

BOOK = "code,level,category,category_label,factor,definition\n" + "".join(
    f"{code},{code.split('.')[0]},{code.split('.')[1]},x,{code},d\n"
    for code in ("meso.hr.pay", "meso.hr.training", "meso.culture.trust", "macro.rules.law")
)
PASSAGES = {"p": [(n * 100, n * 100 + 90) for n in range(10)], "q": [(n * 100, n * 100 + 90) for n in range(10)]}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Codebook:
    path = tmp_path_factory.mktemp("b") / "codebook.csv"
    path.write_text(BOOK)
    return read_codebook(path)[0]


def mark(n: int, factor: str = "meso.hr.pay", effect: str = "barrier", paper: str = "p", **more: object) -> Marking:
    return Marking(paper, n * 100, n * 100 + 90, factor, effect, "present", "primary", **more)  # type: ignore[arg-type]


def coder(name: str, *markings: Marking, papers: str = "p") -> Coder:
    return Coder(name, frozenset(papers), markings)


def row(agreement: Agreement, scope: str, code: str = "", bulk: str = "without") -> Row:
    return next(r for r in agreement.rows if (r.scope, r.code, r.bulk) == (scope, code, bulk))


def value(agreement: Agreement, name: str, scope: str, code: str = "", bulk: str = "without") -> float | None:
    return row(agreement, scope, code, bulk).estimates[name].value


def test_two_who_agree_agree_entirely(book: Codebook) -> None:
    one = coder("a", mark(0), mark(1, "macro.rules.law"))
    found = agree([one, replace(one, name="b")], book, PASSAGES)
    assert value(found, "alpha", "factor") == value(found, "cohen", "level") == 1
    assert not found.disagreements


def test_the_bulk_that_nobody_coded_raises_agreement_but_not_specific_agreement(book: Codebook) -> None:
    found = agree([coder("a", mark(0), mark(1)), coder("b", mark(0), mark(2))], book, PASSAGES)
    assert [row(found, "factor", "meso.hr.pay", bulk).units for bulk in ("without", "with")] == [3, 10]
    assert [value(found, "agreement", "factor", "meso.hr.pay", bulk) for bulk in ("without", "with")] == [pytest.approx(1 / 3), 0.8]
    assert value(found, "positive", "factor") == value(found, "positive", "factor", bulk="with") == 0.5
    assert value(found, "cohen", "passage") is None


def test_without_the_papers_nothing_is_said_of_a_bulk(book: Codebook) -> None:
    found = agree([coder("a", mark(0), mark(1)), coder("b", mark(0), mark(2))], book)
    assert {r.bulk for r in found.rows} == {"without"}
    assert "not known" in found.passages_from


def test_another_factor_of_the_same_category_agrees_on_the_category(book: Codebook) -> None:
    found = agree([coder("a", mark(0)), coder("b", mark(0, "meso.hr.training"))], book, PASSAGES)
    assert [value(found, "positive", scope) for scope in ("factor", "category", "level", "passage")] == [0, 1, 1, 1]


def test_effect_is_compared_where_both_coded_the_factor(book: Codebook) -> None:
    found = agree([coder("a", mark(0), mark(1), mark(5)), coder("b", mark(0), mark(1, effect="mixed"))], book, PASSAGES)
    assert row(found, "effect").units == 2
    assert value(found, "agreement", "effect") == 0.5


def test_only_what_both_saw_is_compared(book: Codebook) -> None:
    a = coder("a", mark(0), mark(0, paper="q"), papers="pq")
    found = agree([a, coder("b", mark(0))], book, PASSAGES)
    assert row(found, "passage", bulk="with").units == 10
    assert not found.disagreements


def test_three_coders_of_overlapping_samples_are_compared_pairwise(book: Codebook) -> None:
    a, b = coder("a", mark(0), papers="p"), coder("b", mark(0), mark(1, paper="q"), papers="pq")
    c = coder("c", mark(1, paper="q"), papers="q")
    found = agree([a, b, c], book, PASSAGES)
    assert value(found, "fleiss", "factor") == 1
    assert value(found, "cohen", "factor") is None


def test_a_reviewers_rejection_is_a_word_and_what_they_did_not_see_is_none(book: Codebook) -> None:
    ben = Coder("ben", frozenset(), (mark(0, coded=False), mark(1)))
    found = agree([coder("a", mark(0), mark(1), mark(2)), ben], book, PASSAGES)
    assert row(found, "factor").units == 2
    assert [d.start for d in found.disagreements] == [0]


def test_markings_of_other_length_meet_in_the_sentence(book: Codebook) -> None:
    short = replace(mark(3), start=310, end=385)
    long = replace(mark(3), start=290, end=500)
    found = agree([coder("a", short), coder("b", long)], book, PASSAGES)
    assert [(d.start, d.differs) for d in found.disagreements] == [(400, "coded")]
    without = agree([coder("a", short), coder("b", long)], book)
    assert (without.passages, without.disagreements) == (1, ())


def test_disagreements_say_who_said_what_in_what_they_differ(book: Codebook) -> None:
    found = agree([coder("a", mark(0), mark(1)), coder("b", mark(1, effect="mixed"))], book, PASSAGES)
    columns, records = disagreement_records(found)
    assert columns[-2:] == ["a", "b"]
    assert [(r["differs"], r["a"], r["b"]) for r in records] == [
        ("coded", "barrier / present / primary", "not coded"),
        ("effect", "barrier / present / primary", "mixed / present / primary"),
    ]


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_the_report_comes_in_every_format(book: Codebook, form: str) -> None:
    found = agree([coder("a", mark(0)), coder("b", mark(0), mark(1))], book, PASSAGES, rounds=20)
    assert "meso.hr.pay" in FORMATS[form](*row_records(found, exact=form in ("csv", "json")))


def test_one_coder_alone_cannot_agree(book: Codebook) -> None:
    with pytest.raises(ValueError, match="at least two"):
        agree([coder("a")], book)


def test_folders_files_and_decisions_are_read(tmp_path: Path, book: Codebook) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "p.csv").write_text("factor,effect,state,role,start,end\nmeso.hr.pay,barrier,present,primary,0,90\n")
    (tmp_path / "a" / "q.csv").write_text("factor,effect,state,role,start,end\n")
    one, problems = read_coder(tmp_path / "a", book)
    assert (one.name, one.papers, len(one.markings), problems) == ("a", frozenset("pq"), 1, ())
    coding = Coding("p", 0, 90, "meso.hr.pay", "barrier", "present", "primary")
    for n, verdict in enumerate(("reject", "unsure")):
        time = f"2026-01-01T00:00:0{n}.000000Z"
        append_decision(tmp_path / "ben.csv", Decision(f"i{n}", verdict, coding, "ben", time, coding.version))
    ((ben,), _) = read_coders([tmp_path], book)
    assert ben == read_coder(tmp_path / "ben.csv", book)[0]
    assert [(m.coded, m.start) for m in ben.markings] == [(False, 0)]
    assert len(agree([one, ben], book, PASSAGES).disagreements) == 1


BAD = [
    ("factor,start,end\nmeso.hr.wage,0,9\n", "not in the codebook"),
    ("factor,start,end\nmeso.hr.pay,9,0\n", "are no passage"),
    ("factor,begin\nmeso.hr.pay,9\n", "is missing"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_bad_rows_are_reported(tmp_path: Path, book: Codebook, text: str, message: str) -> None:
    (tmp_path / "p.csv").write_text(text)
    one, (problem,) = read_coder(tmp_path / "p.csv", book)
    assert message in problem.message
    assert not one.markings


def test_coders_of_one_name_are_told_apart(tmp_path: Path, book: Codebook) -> None:
    for name in ("anna", "ben"):
        (tmp_path / name / "codings").mkdir(parents=True)
        (tmp_path / name / "codings" / "p.csv").write_text("factor,effect,state,role,start,end\n")
    coders, _ = read_coders([tmp_path / "anna" / "codings", tmp_path / "ben" / "codings"], book)
    assert [c.name for c in coders] == ["anna/codings", "ben/codings"]
    with pytest.raises(ValueError, match="name of their own"):
        agree([coders[0], coders[0]], book)


def test_an_empty_folder_is_reported(tmp_path: Path, book: Codebook) -> None:
    assert "no CSV file" in read_coder(tmp_path, book)[1][0].message


def test_the_corpus_codings_agree_as_published() -> None:
    root = Path(__file__).resolve().parents[1]
    shipped, _ = read_codebook(root / "ontology" / "codebooks" / "peer-support.ttl")
    coders = [read_coder(root / "bib" / "codings" / name, shipped)[0] for name in ("coder-1", "coder-2")]
    found = agree(coders, shipped, rounds=0, details=False)
    assert value(found, "positive", "factor") == pytest.approx(0.93, abs=0.005)
    assert value(found, "alpha", "effect") == pytest.approx(0.99, abs=0.005)
