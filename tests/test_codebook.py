"""Codebooks as CSV and as SKOS Turtle, and the shipped ones."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import vocabulary as v
from evidence.codebook import concept_iri, main, read_codebook, read_identified, write_codebook_ttl
from evidence.model import Category, Codebook, Factor, Level

SHIPPED = Path(__file__).parents[1] / "ontology" / "codebooks"
HEADER = "code,level,category,category_label,factor,definition\n"
ROW = "macro.money.grants,macro,money,Money,grants,money from outside\n"
OTHER = "meso.staff.pay,meso,staff,Staff,pay,what people earn\n"
PREFIXES = """@prefix : <http://x.org/s#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ea: <https://w3id.org/evidence-atlas/ns#> .
"""


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def codes(codebook: Codebook) -> list[str]:
    return [factor.code for factor in codebook.factors]


def test_the_shipped_turtle_equals_its_regeneration():
    codebook, problems = read_codebook(SHIPPED / "peer-support.csv")
    assert not problems
    shipped = (SHIPPED / "peer-support.ttl").read_text(encoding="utf-8")
    assert shipped == write_codebook_ttl(codebook), "run: python -m evidence.codebook ontology/codebooks/peer-support.csv"


def test_the_shipped_codes_are_the_notations_of_the_turtle():
    rows = (SHIPPED / "peer-support.csv").read_text(encoding="utf-8").splitlines()[1:]
    known, problems = read_identified(SHIPPED / "peer-support.ttl")
    assert not problems
    assert codes(known.codebook) == [row.partition(",")[0] for row in rows]
    assert all(known.iris[code] == concept_iri("peer-support", code) for code in codes(known.codebook))


def test_csv_and_turtle_of_the_shipped_codebook_read_the_same():
    assert read_codebook(SHIPPED / "peer-support.csv") == read_codebook(SHIPPED / "peer-support.ttl")


def test_every_shipped_factor_can_be_found_by_its_words():
    codebook, _ = read_codebook(SHIPPED / "peer-support.ttl")
    assert [level.code for level in codebook.levels] == ["macro", "meso", "micro"]
    for factor in codebook.factors:
        assert factor.label, factor.code
        assert factor.definition, factor.code
        assert 3 <= len(factor.synonyms) <= 8, factor.code
        assert len(factor.indicators) >= 8, factor.code
        assert not {label.lower() for label in factor.synonyms} & {factor.label.lower()}, factor.code


def test_opposites_of_shipped_factors_are_mutual():
    codebook, _ = read_codebook(SHIPPED / "peer-support.ttl")
    for factor in codebook.factors:
        if factor.opposite:
            assert codebook.factor(factor.opposite).opposite == factor.code


def test_mappings_of_shipped_factors_lead_to_concepts_of_the_framework():
    cfir, problems = read_identified(SHIPPED / "cfir-2022.ttl")
    codebook, _ = read_codebook(SHIPPED / "peer-support.ttl")
    assert not problems
    assert {iri for factor in codebook.factors for _, iri in factor.mappings} <= set(cfir.iris.values())


def test_a_plain_csv_is_read_with_readable_labels(tmp_path):
    codebook, problems = read_codebook(written(tmp_path, "my-field.csv", HEADER + ROW + OTHER))
    assert not problems
    assert (codebook.name, codebook.title) == ("my-field", "My field")
    assert codebook.levels == (Level("macro", "Macro", "", 0), Level("meso", "Meso", "", 1))
    assert codebook.categories[0] == Category("macro.money", "Money", "macro")
    assert codebook.factor("meso.staff.pay") == Factor("meso.staff.pay", "Pay", "meso", "meso.staff", "what people earn")


def test_extra_columns_and_a_labels_file_are_merged(tmp_path):
    written(tmp_path, "a-labels.csv", "code,kind,label\nmacro.money.grants,synonym,awards\nmacro.money.grants,closeMatch,cfir:financing\n")
    header = HEADER.rstrip() + ",label,synonyms,indicators\n"
    path = written(tmp_path, "a.csv", header + ROW.rstrip() + ",Grants and gifts,gifts; donations,grant;donor\n")
    factor = read_codebook(path)[0].factors[0]
    assert factor.label == "Grants and gifts"
    assert factor.synonyms == ("gifts", "donations", "awards")
    assert factor.indicators == ("grant", "donor")
    assert factor.mappings == ((v.SKOS_CLOSE_MATCH, v.FRAMEWORKS + "cfir#financing"),)


BROKEN_CSV = [
    ("a missing column", HEADER.replace(",definition", "") + ROW.replace(",money from outside", ""), 1, "definition is missing", 1),
    ("a missing code column", HEADER.replace("code,", "") + "macro,money,Money,grants,x\n", 1, "the column code is missing", 0),
    ("an empty code", HEADER + ROW + ROW.replace("macro.money.grants", "", 1) + OTHER, 3, "no code", 2),
    ("a code given twice", HEADER + ROW + ROW + OTHER, 3, "already in line 2", 2),
    (
        "a code given twice after a cell of two lines",
        HEADER + ROW.replace("money from outside", '"money\nfrom outside"') + ROW,
        4,
        "line 2",
        1,
    ),
    ("a row with too many cells", HEADER + ROW + OTHER.rstrip() + ",surplus\n", 3, "7 cells, the header 6", 1),
    ("no level", HEADER + "grants,,money,Money,grants,x\n" + OTHER, 2, "no level", 1),
    ("Windows-1252", (HEADER + ROW + OTHER.replace("earn", "caf\u00e9")).encode("cp1252"), 3, "not UTF-8", 2),
    ("a factor called like its level", HEADER + "macro,macro,money,Money,grants,x\n" + OTHER, 2, "a code of its own", 1),
    ("nothing at all", "", None, "empty", 0),
]


@pytest.mark.parametrize(("content", "line", "message", "left"), [case[1:] for case in BROKEN_CSV], ids=[case[0] for case in BROKEN_CSV])
def test_a_broken_csv_gives_a_problem_with_its_line_and_the_rest_is_read(tmp_path, content, line, message, left):
    codebook, problems = read_codebook(written(tmp_path, "b.csv", content))
    assert any(problem.line == line and message in problem.message for problem in problems), problems
    assert len(codebook.factors) == left


def test_letters_of_windows_1252_are_kept(tmp_path):
    codebook, _ = read_codebook(written(tmp_path, "b.csv", (HEADER + ROW.replace("outside", "caf\u00e9s")).encode("cp1252")))
    assert codebook.factors[0].definition == "money from caf\u00e9s"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_spreadsheet_that_separates_otherwise_is_read(tmp_path, separator):
    codebook, problems = read_codebook(written(tmp_path, "c.csv", (HEADER + ROW + OTHER).replace(",", separator)))
    assert not problems
    assert len(codebook.factors) == 2


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("macro.money.grant,synonym,x", "not in the codebook"),
        ("macro.money.grants,nickname,x", "the kind nickname"),
        ("macro.money.grants,opposite,x", "the opposite x"),
    ],
)
def test_a_broken_labels_row_is_left_out_with_its_line(tmp_path, row, message):
    file = written(tmp_path, "d-labels.csv", f"code,kind,label\nmacro.money.grants,synonym,gifts\n{row}\n")
    codebook, problems = read_codebook(written(tmp_path, "d.csv", HEADER + ROW))
    assert [(problem.source, problem.line, message in problem.message) for problem in problems] == [(str(file), 3, True)]
    assert codebook.factors[0].synonyms == ("gifts",)


def test_a_file_that_is_not_there_is_a_problem(tmp_path):
    for name in ("none.csv", "none.ttl"):
        codebook, problems = read_codebook(tmp_path / name)
        assert "cannot be opened" in problems[0].message
        assert codebook.factors == ()


CONCEPT = ':{} a skos:Concept ; skos:prefLabel "{}"@en ; skos:broader :{} .\n'
TOP = ':{} a skos:Concept ; skos:prefLabel "{}"@en .\n'


def test_three_layers_of_a_foreign_scheme_are_levels_categories_and_factors(tmp_path):
    turtle = PREFIXES + TOP.format("a", "A") + CONCEPT.format("b", "B", "a") + CONCEPT.format("c", "C", "b") + CONCEPT.format("d", "D", "a")
    known, problems = read_identified(written(tmp_path, "x.ttl", turtle))
    assert not problems
    assert [level.code for level in known.codebook.levels] == ["a"]
    assert [(factor.code, factor.level, factor.category) for factor in known.codebook.factors] == [("c", "a", "b"), ("d", "a", "a")]
    assert [category.code for category in known.codebook.categories] == ["b", "a"]
    assert known.iris["c"] == "http://x.org/s#c"


def test_two_layers_of_a_foreign_scheme_are_categories_and_factors(tmp_path):
    turtle = PREFIXES + TOP.format("a", "A") + ":b a skos:Concept . :a skos:narrower :b .\n"
    codebook, _ = read_codebook(written(tmp_path, "x.ttl", turtle))
    assert [(factor.code, factor.level, factor.category) for factor in codebook.factors] == [("b", "all", "a")]


def test_a_flat_foreign_scheme_is_all_factors(tmp_path):
    codebook, _ = read_codebook(written(tmp_path, "x.ttl", PREFIXES + TOP.format("a", "A") + TOP.format("b", "B")))
    assert [(factor.code, factor.level, factor.category) for factor in codebook.factors] == [("a", "all", "all"), ("b", "all", "all")]
    assert [category.code for category in codebook.categories] == [level.code for level in codebook.levels] == ["all"]


BROKEN_TURTLE = [
    (
        "a circle",
        ":a a skos:Concept ; skos:broader :b .\n:b a skos:Concept ; skos:broader :a .\n:c a skos:Concept .\n",
        5,
        "broader than itself",
    ),
    ("a concept broader than itself", ":a a skos:Concept ; skos:broader :a .\n:c a skos:Concept .\n", 4, "broader than itself"),
    (
        "a code given twice",
        ':a a skos:Concept ; skos:notation "n" .\n:b a skos:Concept ; skos:notation "n" .\n:c a skos:Concept .\n',
        5,
        "already belongs",
    ),
    ("an open string", ':a a skos:Concept ; skos:prefLabel "A .\n:c a skos:Concept .\n', 4, "not Turtle"),
    ("an unknown prefix", ":c a skos:Concept .\nno:a a skos:Concept .\n", 5, "not Turtle"),
    ("a file cut short", ":c a skos:Concept .\n:a a skos:Con", 5, "not Turtle"),
]


@pytest.mark.parametrize(("turtle", "line", "message"), [case[1:] for case in BROKEN_TURTLE], ids=[case[0] for case in BROKEN_TURTLE])
def test_broken_turtle_gives_a_problem_with_its_line_and_the_rest_is_read(tmp_path, turtle, line, message):
    codebook, problems = read_codebook(written(tmp_path, "x.ttl", PREFIXES + turtle))
    assert [(problem.line, message in problem.message) for problem in problems] == [(line, True)], problems
    assert "c" in codes(codebook)


def test_a_turtle_file_without_concepts_is_a_problem(tmp_path):
    assert "no concept" in read_codebook(written(tmp_path, "x.ttl", PREFIXES))[1][0].message


def test_a_concept_code_becomes_part_of_its_iri():
    assert concept_iri("peer-support", "macro.economic.funding") == v.CODEBOOKS + "peer-support#macro.economic.funding"
    assert concept_iri("my codes", "a b>c") == v.CODEBOOKS + "my%20codes#a%20b%3Ec"


def test_the_program_writes_the_turtle_beside_the_csv(tmp_path, capsys):
    for name in ("peer-support.csv", "peer-support-labels.csv"):
        shutil.copy(SHIPPED / name, tmp_path / name)
    assert main([str(tmp_path / "peer-support.csv")]) == 0
    assert (tmp_path / "peer-support.ttl").read_bytes() == (SHIPPED / "peer-support.ttl").read_bytes()
    assert main([str(written(tmp_path, "bad.csv", HEADER + ROW + ROW))]) == 1
    assert "bad.csv:3" in capsys.readouterr().err


words = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), min_size=1, max_size=12)
names = st.lists(words, min_size=1, max_size=4, unique=True)


@given(labels=names, code=st.from_regex(r"[a-z]{1,8}(_[a-z]{1,5})?", fullmatch=True), definition=words)
def test_any_codebook_survives_turtle(tmp_path_factory, labels, code, definition):
    factor = Factor(f"l.k.{code}", labels[0], "l", "l.k", definition, tuple(labels[1:]), (definition,))
    codebook = Codebook("any", "Any title", (Level("l", "L", "", 0),), (Category("l.k", "K", "l"),), (factor,))
    path = written(tmp_path_factory.mktemp("turtle"), "any.ttl", write_codebook_ttl(codebook))
    assert read_codebook(path) == (codebook, ())


@given(st.binary(max_size=300), st.sampled_from(["x.csv", "x.ttl"]))
def test_no_bytes_end_in_an_error(tmp_path_factory, content, name):
    codebook, problems = read_codebook(written(tmp_path_factory.mktemp("bytes"), name, content))
    assert codebook.factors or problems
