"""Where sentences of scholarly prose end."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import comes_to_an_end

from evidence.documents.sentences import sentences

SPLITS = {
    "plain stops": ["Peers help others.", "They share what they know!", "Do they like it?", "Most do."],
    "et al. inside": ["As Moss et al. (2019) say, it rained.", "Fern et al. 2001 found sun."],
    "et al. at the end": ["It was shown by Moss et al.", "However, nobody read it."],
    "initials": ["The work of J. R. Moss is known.", "M. Fern wrote it."],
    "latin abbreviations": ["Some plants (e.g. Moss, i.e. Fern) grow, cf. Reed, vs. Rush.", "They do."],
    "figures and tables": ["See Fig. 2 and Eq. 4, pp. 3–4, vol. 2.", "Table 2 shows it."],
    "decimals and probabilities": ["It fell (p < .05) to 3.7 at r = .21.", "Nothing else did."],
    "a number ends it": ["There were 12.", "In 2019 there were 14."],
    "country": ["In the U.S. Government grants were few.", "They ended in the U.S.", "The rest is known."],
    "closing quotes": ["She said, “It is a role.”", "He agreed."],
    "quotation of several sentences": ["“It is good.", "It is very good.”", "(Site 3, Director)"],
    "who spoke stands alone": ["“It is very good.”", "(Nurse 3, site 2)", "Others left."],
    "a citation after a quotation does not": ["“It is very good.”", "(Moss, 2001) So they say."],
    "an aside after a quotation does not": ["“It is very good.” (they say) and go.", "Others left."],
    "attribution after a quotation": ["They found it “a bit lonely” (p. 244).", "It was."],
    "question inside": ["They asked “why?” and left.", "Nobody knew."],
    "citation in brackets inside": ["Many walk (Moss, 2001; Fern et al., 2003).", "Few run."],
    "citation after the stop": ["Training covers many topics.", "(Moss 2018; Fern 2019).", "It is long."],
    "numbered citation after the stop": ["Training works. [12, 14–16]", "It is long."],
    "superscript citation": ["Training works.12,13", "It is long."],
    "typographic superscripts": ["Training works.¹²", "It is long."],
    "brackets keep together": ["They left (it was late. It rained.) at once.", "We stayed."],
    "bracketed sentences": ["(See Fig. 2. It is large.)", "We stayed."],
    "ellipsis goes on": ["It was long… and hard… [they said] so."],
    "ellipsis ends": ["It was irritating...", "Like, very."],
    "numbered heading": ["2.1. Methods of the study"],
    "gene names open": ["It was measured.", "mRNA was low."],
    "lettered name": ["They took vitamin C.", "Patients improved."],
    "etc.": ["Cats, dogs, etc. were seen.", "We saw birds, etc.", "The rest fled."],
    "unbalanced bracket": ["It relates to (pay and time, among others.", "It does."],
    "no stop at all": ["Role and Scope"],
    "japanese": ["これは文です。", "これも文です。"],
}


@pytest.mark.parametrize("wanted", SPLITS.values(), ids=SPLITS)
def test_sentences_end_where_a_reader_ends_them(wanted):
    text = " ".join(wanted) if wanted[0].isascii() or " " in wanted[0] else "".join(wanted)
    assert [text[a:b] for a, b in sentences(text)] == wanted


def test_a_heading_and_its_paragraph_are_apart_with_or_without_a_blank_line():
    text = (
        "Role and Scope\nThe role is wide, and it is described at length in this long paragraph that nobody needs to read in full. It ends."
    )
    assert text[slice(*sentences(text)[0])] == "Role and Scope"
    assert len(sentences(text)) == 3


def test_wrapped_lines_are_one_sentence():
    lines = (
        "The gardens of the town were opened to all of its people in the",
        "spring of that year, and they were walked in by nearly everyone who",
        "lived there. It was warm.",
    )
    text = "\n".join(lines)
    assert [" ".join(text[a:b].split())[-12:] for a, b in sentences(text)] == ["lived there.", "It was warm."]


def test_furniture_is_read_over_on_request():
    text = "The role that people have in the town may\n\n✉ A. Moss\n\nchange with time. It does."
    cut = (text.index("\n\n✉"), text.index("change"))
    assert len(sentences(text)) == 4
    assert [text[a:b][:8] for a, b in sentences(text, furniture=[cut])] == ["The role", "It does."]


def test_a_part_of_a_text_is_split_in_its_own_offsets():
    text = "One. Two. Three. Four."
    assert [text[a:b] for a, b in sentences(text, 5, 16)] == ["Two.", "Three."]


@given(st.text(alphabet=st.sampled_from("aB1 .?!…()[]“”'\n\r\t,;§。é"), max_size=300))
def test_sentences_are_ordered_apart_and_hold_every_letter(text):
    spans = sentences(text)
    assert all(a < b for a, b in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    left_over = "".join(text[a:b] for a, b in zip([0, *(b for _, b in spans)], [*(a for a, _ in spans), len(text)], strict=True))
    assert not left_over.strip()


@given(st.text(max_size=200))
def test_any_text_is_split_without_loss(text):
    spans = sentences(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


@pytest.mark.parametrize("piece", [". ", ".", "A. B. ", "(a). ", "[1] . A ", "“”", "word "], ids=repr)
def test_time_is_linear(piece):
    text = piece * (200_000 // len(piece))
    with comes_to_an_end():
        sentences(text)


@pytest.mark.papers
def test_gold_sentences_are_reproduced(papers):
    """At least 97 % of the coders' sentences, where the gold stands beside the papers."""
    folder = papers.parent / "gold" / "sentences"
    files = {"byrne2022": "000", "bochicchio2022": "001", "kent2019": "002", "mirbahaeddin2022": "003", "gillard2015": "004"}
    if not folder.is_dir():
        pytest.skip("no gold sentences beside the papers")
    found = wanted = 0
    for key, number in files.items():
        text = next(papers.glob(f"{number}_*.txt")).read_bytes().decode("utf-8")
        spans = set(sentences(text))
        gold = [tuple(map(int, line.split("\t")[1:3])) for line in (folder / f"{key}.tsv").read_text().splitlines()]
        found, wanted = found + sum(span in spans for span in gold), wanted + len(gold)
    assert found / wanted > 0.97
