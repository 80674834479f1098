"""Suggested findings: what is found, in which shape, from which codebook, how well and how fast."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import comes_to_an_end

from evidence.codebook import read_codebook
from evidence.findings.coded import CodedPaper, read_coded, read_sentences
from evidence.findings.cues import find_cues
from evidence.findings.effect import telling_cues, turned_by
from evidence.findings.learn import choose, learn, material_of, material_of_sentences
from evidence.findings.lexicon import lexicon
from evidence.findings.logistic import fit_logistic
from evidence.findings.modelfile import read_model, shipped, write_model
from evidence.findings.passages import find_passages
from evidence.findings.roles import assign_roles, kind_of
from evidence.findings.suggest import suggest_findings
from evidence.findings.train import coded_papers, invented, other_fields
from evidence.findings.wording import fit, inverted
from evidence.findings.words import stems
from evidence.model import EFFECTS, ROLES, STATES, Citation, Codebook, Document, Section
from evidence.resources import resource

DATA = Path(__file__).parent / "data" / "findings"


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return read_codebook(resource("ontology", "codebooks", "peer-support.csv"))[0]


def other(name: str) -> CodedPaper:
    own, _ = read_codebook(DATA / f"{name}-codebook.csv")
    return read_coded(name, (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines(), own)


def said_of(text: str, codebook: Codebook, citations: tuple[Citation, ...] = ()) -> dict[str, str]:
    """Last name of a factor -> effect, over all suggestions for a text under the heading Results."""
    document = Document(f"Results\n\n{text}", "text", "", sections=(Section("Results", 1, 0, len(text) + 9),))
    return {s.factor.rsplit(".", 1)[-1]: s.effect for s in suggest_findings(document, citations, codebook)}


@pytest.mark.parametrize(
    ("text", "factor", "effect"),
    [
        ("Lack of supervision was a major barrier to the work of peer staff.", "supervision", "barrier"),
        ("Good supervision helped the workers to stay in their posts.", "supervision", "facilitator"),
        ("Low wages made it hard to keep peer workers.", "remuneration", "barrier"),
        ("Stigma among colleagues hindered the integration of the peer workers.", "staff_stigma", "barrier"),
        ("Sustainable funding is essential for peer programmes to last.", "funding", "facilitator"),
        ("Unclear job descriptions caused role confusion and conflict.", "role_clarity", "barrier"),
    ],
)
def test_plain_claims_are_found_with_their_effect(codebook: Codebook, text: str, factor: str, effect: str) -> None:
    assert said_of(text, codebook).get(factor) == effect


def test_three_coordinated_factors_are_three_findings(codebook: Codebook) -> None:
    found = said_of("Role clarity, fair pay and regular supervision enable the integration of peer workers.", codebook)
    assert {"role_clarity", "remuneration", "supervision"} <= found.keys()
    assert set(found.values()) == {"facilitator"}


def test_a_lacking_factor_is_a_barrier_by_its_lack(codebook: Codebook) -> None:
    text = "Results\n\nA lack of funding hindered the expansion of peer services."
    document = Document(text, "text", "", sections=(Section("Results", 1, 0, len(text)),))
    states = {s.factor: s.state for s in suggest_findings(document, (), codebook)}
    assert states["macro.economic.funding"] == "lacking"


def test_a_claim_with_a_citation_is_a_cited_one(codebook: Codebook) -> None:
    text = "Lack of supervision is a barrier to peer work (Ode, 2001)."
    document = Document(text, "text", "")
    start = text.index("Ode")
    found = suggest_findings(document, (Citation(start, start + 9, "Ode, 2001", "parenthetical"),), codebook)
    assert found
    assert all(s.role == "cited" and s.citations == (0,) for s in found)


@pytest.mark.parametrize(("name", "kind"), [("interview-synthesis", "review"), ("focus-groups", "empirical")])
def test_the_citations_in_its_results_tell_a_synthesis_of_interview_studies_from_an_interview_study(
    codebook: Codebook, name: str, kind: str
) -> None:
    paper = read_coded(name, (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines(), codebook)
    passages = find_passages(paper.document, paper.citations)
    assert kind_of(passages) == kind
    told = {p.part: role for p, (role, _) in zip(passages, assign_roles(passages), strict=True) if p.citations}
    assert told["introduction"] == "cited"
    assert told.get("results", "primary") == ("cited" if kind == "review" else "primary")


def test_a_cue_with_a_gap_is_found_where_its_parts_stand_in_order_and_in_reach() -> None:
    told = "some nurses welcomed it and others did not".split()
    assert (0, "contested") in find_cues(told)
    assert (0, "contested") not in find_cues(told[::-1])
    assert (0, "contested") not in find_cues(["some", *["nurses"] * 60, "others"])


def test_what_recedes_is_remedied_and_what_stands_behind_a_comma_is_not() -> None:
    (passage,) = find_passages(Document("Whatever the doubts, the old tension abated within weeks.", "text", ""))
    turned = dict(zip((t.word for t in passage.tokens), turned_by(passage, telling_cues(passage)), strict=True))
    assert (turned["tension"], turned["doubts"], turned["weeks"]) == ("remedies", "", "")


def test_every_suggestion_is_sound(codebook: Codebook) -> None:
    paper = read_coded("hospital-peers", (DATA / "hospital-peers.txt").read_text(encoding="utf-8").splitlines(), codebook)
    found = suggest_findings(paper.document, paper.citations, codebook)
    codes = {f.code for f in codebook.factors}
    assert found == tuple(sorted(found, key=lambda s: s.start))
    for s in found:
        assert s.factor in codes
        assert s.effect in EFFECTS
        assert s.state in STATES
        assert s.role in ROLES
        assert 0 <= s.score <= 1
        assert paper.document.text[s.start : s.end].strip()
    assert any(s.evidence for s in found)
    assert max(sum(t.start == s.start for t in found) for s in found) <= 4


@pytest.mark.parametrize("name", ["records", "meals"])
def test_an_unseen_codebook_of_another_field_works_from_labels_and_definitions(name: str) -> None:
    paper = other(name)
    said = {(s.start, s.factor) for s in suggest_findings(paper.document, paper.citations, paper.codebook)}
    coded = {(f.start, f.factor) for f in paper.findings}
    by_category = [{(start, code.rsplit(".", 1)[0]) for start, code in pairs} for pairs in (said, coded)]
    assert 2 * len(said & coded) / (len(said) + len(coded)) >= 0.5
    assert 2 * len(by_category[0] & by_category[1]) / (len(by_category[0]) + len(by_category[1])) >= 0.6


def test_a_known_codebook_without_synonyms_is_still_known(codebook: Codebook) -> None:
    bare = replace(codebook, factors=tuple(replace(f, synonyms=(), indicators=()) for f in codebook.factors))
    text = "Low wages made it hard to keep peer workers."
    assert said_of(text, bare) == said_of(text, codebook)


@pytest.mark.parametrize("text", ["", " \n\n ", "References", "…", "\x00\ufffd", "12 34 56", "a" * 5000])
def test_text_without_sense_ends_in_no_error(codebook: Codebook, text: str) -> None:
    assert isinstance(suggest_findings(Document(text, "text", ""), (), codebook), tuple)


@settings(max_examples=25)
@given(st.text(max_size=300))
def test_any_text_ends_in_suggestions_inside_it(text: str) -> None:
    codebook = other("meals").codebook
    assert all(0 <= s.start < s.end <= len(text) for s in suggest_findings(Document(text, "text", ""), (), codebook))


def test_an_empty_codebook_and_one_of_a_single_factor_are_no_trouble(codebook: Codebook) -> None:
    document = Document("Lack of supervision is a barrier.", "text", "")
    assert suggest_findings(document, (), replace(codebook, factors=())) == ()
    single = replace(codebook, factors=codebook.factors[:1])
    assert isinstance(suggest_findings(document, (), single), tuple)


def test_a_long_paper_comes_to_an_end(codebook: Codebook) -> None:
    lines = (resource("evidence") if resource("evidence").is_dir() else Path(__file__).parents[1] / "evidence") / "findings" / "training"
    text = " ".join(sentence for sentence, _ in read_sentences((lines / "sentences.txt").read_text(encoding="utf-8").splitlines()))
    shipped(), lexicon()
    with comes_to_an_end():
        suggest_findings(Document(text[:60_000], "text", ""), (), codebook)


# --- learning -----------------------------------------------------------------------------------------------------------


def test_scores_with_a_group_left_out_are_those_of_a_model_that_never_saw_it() -> None:
    words = lexicon()
    texts = ["good pay", "low pay", "weekly supervision", "no supervision", "pay and supervision", "the weather", "rain and pay"]
    passages = [stems(t) for t in texts]
    targets = np.array([[float("pay" in t), float("superv" in t)] for t in texts], np.float32)
    groups = ["a", "a", "b", "b", "c", "c", "d"]
    model, honest, parts = fit(words, passages, targets, ("pay", "supervision"), groups, parts=[(p,) for p in passages])
    assert np.allclose(parts, honest, atol=1e-3)
    assert honest.shape == targets.shape
    assert model.scores(words, [stems("pay")])[0].argmax() == 0
    assert float(np.abs(honest - model.scores(words, passages)).max()) > 1e-3


@pytest.mark.parametrize("size", [1, 2, 7, 601])
def test_the_inverse_by_its_root_is_the_inverse(size: int) -> None:
    rows = np.random.default_rng(size).normal(size=(size, 40)).astype(np.float32)
    matrix = rows @ rows.T + 1.5 * np.eye(size, dtype=np.float32)
    assert np.allclose(inverted(matrix) @ matrix, np.eye(size), atol=1e-3)


def test_logistic_regression_finds_the_column_that_matters() -> None:
    rows = np.random.default_rng(1).normal(size=(400, 3)).astype(np.float32)
    model = fit_logistic(rows, (rows[:, 1] > 0).astype(np.float32), ("a", "b", "c"))
    assert abs(model.weights[1]) > 5 * max(abs(model.weights[0]), abs(model.weights[2]))
    assert ((model.probability(rows) > 0.5) == (rows[:, 1] > 0)).mean() > 0.95


def test_at_most_four_factors_are_chosen_and_always_the_best() -> None:
    pairs = np.array([[0.1, 0.9, 0.8, 0.7, 0.6, 0.5], [0.2, 0.01, 0, 0, 0, 0]], np.float32)
    taken = choose(np.array([0.9, 0.76], np.float32), pairs)
    assert taken == [(0, 1), (0, 2), (0, 3), (0, 4), (1, 0)]


def test_a_further_factor_has_to_be_likely_by_itself_and_the_best_one_only_with_its_passage() -> None:
    pairs = np.array([[0.4, 0.35, 0.0], [0.4, 0.35, 0.0]], np.float32)
    assert choose(np.array([1.0, 0.5], np.float32), pairs) == [(0, 0)]


def test_findings_of_a_new_codebook_teach_its_wording(tmp_path: Path) -> None:
    paper = other("meals")
    model = learn([material_of(paper)], other_fields(), lexicon())
    assert model.knows(paper.codebook)
    write_model(tmp_path / "model.npz", model)
    again = read_model(tmp_path / "model.npz")
    found = suggest_findings(paper.document, (), paper.codebook, again)
    assert {s.factor for s in found} <= {f.code for f in paper.codebook.factors}
    said, coded = {(s.start, s.factor) for s in found}, {(f.start, f.factor) for f in paper.findings}
    assert 2 * len(said & coded) / (len(said) + len(coded)) > 0.7


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.npz", "two.npz"):
        write_model(tmp_path / name, shipped())
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_a_model_of_another_format_is_refused_in_plain_words(tmp_path: Path) -> None:
    np.savez(tmp_path / "old.npz", said=np.array('{"format": 0}'))
    with pytest.raises(ValueError, match="train it anew"):
        read_model(tmp_path / "old.npz")


def test_the_invented_texts_are_coded_with_factors_of_their_codebooks(codebook: Codebook) -> None:
    materials = [*invented(codebook), *other_fields()]
    assert len(materials) >= 8
    assert all(len(m.passages) == len(m.codings) for m in materials)
    lines = ["supervision-0 | Nobody guided them.", ". | We asked twelve people."]
    one = material_of_sentences("x", read_sentences(lines), codebook)
    assert [[effect for _, effect in codings] for codings in one.codings] == [["barrier"], []]


@pytest.mark.papers
def test_the_corpus_is_found_by_its_passages(papers: Path, codebook: Codebook) -> None:
    found = coded_papers(sorted(papers.glob("*.txt")), resource("bib", "findings"), codebook)
    assert [p.name for p in found] == ["bochicchio2022", "byrne2022", "gillard2015", "kent2019", "mirbahaeddin2022"]
