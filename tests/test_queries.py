"""The named queries: their headers, their rules, and what they answer on the sample graph."""

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).parents[1]
QUERIES = sorted((ROOT / "ontology" / "queries").glob("*.rq"))
KEYS = {"summary", "description", "tags", "parameters", "columns"}
B = "https://w3id.org/evidence-atlas/sample/"
C = "https://w3id.org/evidence-atlas/codebooks/sample#"
VALUES = {
    "factor_iri": f"<{C}meso.leadership.supervision>",
    "paper_iri": "<https://doi.org/10.5555/alder>",
    "work_iri": f"<{B}work/elm2010>",
    "study_iri": f"<{B}study/alder2018>",
    "finding_iri": f"<{B}finding/cedar2020-1>",
    "min_passages": "1",
    "min_papers": "1",
    "text": '"super"',
    "level": '"meso"',
    "limit": "1000",
}

every_query = pytest.mark.parametrize("path", QUERIES, ids=[path.stem for path in QUERIES])


def header(path: Path) -> str:
    return "".join(f"{line[3:]}\n" for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#+ "))


def body(path: Path) -> str:
    return "".join(f"{line}\n" for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))


def listed(text: str, key: str) -> list[str]:
    found = re.search(rf"^{key}: \[(.*)\]$", text, re.MULTILINE)
    return found.group(1).split(", ") if found else []


def filled(path: Path, values: dict[str, str] = VALUES) -> str:
    values = {"limit": "1000"} | values
    return re.sub(r"\?_(\w+)", lambda match: values.get(match.group(1), match.group(0)), body(path))


@pytest.fixture(scope="module")
def oxigraph() -> ox.Store:
    store = ox.Store()
    store.load(path=str(ROOT / "ontology" / "evidence.ttl"), to_graph=ox.NamedNode("urn:ontology"))
    store.load(path=str(ROOT / "tests" / "data" / "sample.trig"))
    return store


def plain(term: object) -> object:
    """A term as people would: numbers as numbers, times in UTC written one way."""
    if term is None:
        return None
    text = str(getattr(term, "value", term)) if isinstance(term, (ox.Literal, ox.NamedNode)) else str(term)
    try:
        return Decimal(text).normalize()
    except InvalidOperation:
        return re.sub(r"(T[\d:.]+)Z$", r"\1+00:00", text)


def rows(store: ox.Store, query: str) -> list[tuple[object, ...]]:
    return [tuple(plain(term) for term in row) for row in store.query(query, use_default_graph_as_union=True)]


def named(store: ox.Store, name: str) -> list[dict[str, object]]:
    path = next(path for path in QUERIES if path.stem == name)
    return [dict(zip(listed(header(path), "columns"), row, strict=True)) for row in rows(store, filled(path))]


def test_there_are_queries_enough():
    assert len(QUERIES) >= 30


@every_query
def test_the_header_has_its_keys_and_names_the_columns(path, oxigraph):
    text = header(path)
    keys = set(re.findall(r"^(\w+):", text, re.MULTILINE))
    assert KEYS - {"parameters"} <= keys <= KEYS
    variables = oxigraph.query(filled(path), use_default_graph_as_union=True).variables
    assert [variable.value for variable in variables] == listed(text, "columns")


@every_query
def test_parameters_are_declared_and_used(path):
    declared = re.findall(r"^  - name: (\w+)$", header(path), re.MULTILINE)
    types = re.findall(r"^    type: (\w+)$", header(path), re.MULTILINE)
    assert set(declared) == set(re.findall(r"\?_(\w+)", body(path)))
    assert len(types) == len(declared)
    assert set(types) <= {"iri", "string", "integer"}


@every_query
def test_the_query_keeps_the_rules(path):
    text = body(path)
    assert not re.search(r"\b(EXISTS|MINUS|GROUP_CONCAT|SAMPLE|SERVICE)\b", text, re.IGNORECASE)
    assert "ORDER BY" in text
    prefixes = set(re.findall(r"^PREFIX (\w+):", text, re.MULTILINE))
    unquoted = re.sub(r'"[^"]*"|<[^>]*>', "", text)
    assert prefixes == set(re.findall(r"(?<![\w?:])(\w+):(?=\w)", unquoted))


@every_query
def test_the_sample_has_an_answer(path, oxigraph):
    assert rows(oxigraph, filled(path))


@pytest.mark.parametrize("name", ["factors-by-effect", "citation-matrix", "study-overlap"])
def test_an_optional_parameter_left_out_means_any(name, oxigraph):
    path = next(path for path in QUERIES if path.stem == name)
    assert 'default: ""' in header(path)
    assert rows(oxigraph, filled(path, {}))


def test_the_summary_counts_the_sample(oxigraph):
    counts = {row["what"]: int(row["number"]) for row in named(oxigraph, "corpus-summary")}
    assert (counts["papers"], counts["works"], counts["studies"], counts["findings"]) == (4, 7, 7, 12)
    assert (counts["references"], counts["citations"], counts["citations unresolved"], counts["citations ambiguous"]) == (9, 8, 1, 1)


def test_a_trace_leads_to_the_studies(oxigraph):
    traced = named(oxigraph, "trace-factor")
    assert {row["finding"] for row in traced} == {
        f"{B}finding/{name}" for name in ("alder2018-1", "birch2019-1", "cedar2020-1", "cedar2020-2", "dogwood2021-1", "dogwood2021-2")
    }
    one_study = [row for row in traced if row["finding"] == f"{B}finding/cedar2020-2"]
    assert {row["sourceLabel"] for row in one_study} == {"Elm 2010", "Fir & Elm 2012"}
    assert {row["study"] for row in one_study} == {f"{B}study/elm2010"}


def test_papers_are_not_studies(oxigraph):
    supervision = next(row for row in named(oxigraph, "papers-and-studies") if row["code"] == "meso.leadership.supervision")
    assert (supervision["papers"], supervision["papersWithOwnData"], supervision["studies"]) == (4, 2, 4)


def test_a_factor_is_contested_when_it_helps_here_and_hinders_there(oxigraph):
    contested = {row["code"]: row for row in named(oxigraph, "contested-factors")}
    assert set(contested) == {"meso.leadership.supervision", "meso.leadership.commitment"}
    assert contested["meso.leadership.supervision"]["mixed"] == 1


def test_the_gap_map_tells_kinds_of_gaps_apart(oxigraph):
    gaps = {row["code"].rpartition(".")[2]: row["gap"] for row in named(oxigraph, "gap-map")}
    assert gaps == {"funding": "narrow", "commitment": "only restated", "succession": "nobody looked", "supervision": "solid"}


def test_chains_end_where_the_evidence_is(oxigraph):
    ends = {(row["paperLabel"], row["sourceLabel"]): row["ends"] for row in named(oxigraph, "citation-chains")}
    assert ends == {
        ("Cedar et al. 2020", "Alder 2018"): "primary data",
        ("Cedar et al. 2020", "Elm 2010"): "outside the corpus",
        ("Cedar et al. 2020", "Fir & Elm 2012"): "outside the corpus",
        ("Dogwood 2021", "Cedar et al. 2020"): "cited again",
    }


def test_what_is_said_of_a_paper_is_held_against_what_it_says(oxigraph):
    agreement = {(row["code"], row["citingLabel"]): row["agree"] for row in named(oxigraph, "said-and-said-of")}
    assert agreement == {
        ("meso.leadership.supervision", "Cedar et al. 2020"): "same effect",
        ("meso.leadership.commitment", "Dogwood 2021"): "not found here",
    }


def test_paths_of_influence_are_stitched_unless_one_paper_reports_both_links(oxigraph):
    kinds = {(row["fromLabel"], row["toLabel"]): row["kind"] for row in named(oxigraph, "influence-paths")}
    assert kinds == {
        ("Funding", "Leadership commitment"): "same source",
        ("Supervision", "Funding"): "same source",
        ("Leadership commitment", "Supervision"): "stitched",
    }


def test_the_covered_area_follows_its_formula(oxigraph):
    overlap = next(path for path in QUERIES if path.stem == "study-overlap")
    papers, studies, pairs, cca = rows(oxigraph, filled(overlap, {}))[0]
    assert (papers, studies, pairs) == (2, 4, 6)
    assert cca == (pairs - studies) / (studies * (papers - 1)) * 100


def test_the_latest_decision_stands(oxigraph):
    assert [(row["verdict"], row["latest"]) for row in named(oxigraph, "review-decisions")] == [("unsure", 0), ("accept", 1)]
