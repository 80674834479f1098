"""The vocabulary, the shapes, the JSON-LD context and the page made from the vocabulary."""

import json
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from evidence import model
from evidence import vocabulary as v
from evidence.ontology_page import Page

ROOT = Path(__file__).parents[1]
ONTOLOGY = ROOT / "ontology"
RDFS, OWL, SH = v.PREFIXES["rdfs"], v.PREFIXES["owl"], "http://www.w3.org/ns/shacl#"
MAPPING = {RDFS + "subClassOf", RDFS + "subPropertyOf", v.SKOS_CLOSE_MATCH, v.SKOS_RELATED_MATCH}


@pytest.fixture(scope="module")
def terms() -> dict[str, dict[str, list[object]]]:
    own: dict[str, dict[str, list[object]]] = {}
    for quad in ox.parse(path=str(ONTOLOGY / "evidence.ttl"), format=ox.RdfFormat.TURTLE):
        if quad.subject.value.startswith(v.EA):
            own.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(quad.object)
    return own


def constants() -> set[str]:
    return {value for value in vars(v).values() if isinstance(value, str) and value.startswith(v.EA) and value != v.EA}


def test_constants_and_ontology_hold_the_same_terms(terms):
    assert constants() == set(terms)


def test_every_term_has_a_label_a_comment_and_says_where_it_is_defined(terms):
    for iri, term in terms.items():
        assert len(term[v.RDFS_LABEL]) == 1, iri
        assert len(term[v.RDFS_COMMENT]) == 1, iri
        assert term[v.RDFS_LABEL][0].language == term[v.RDFS_COMMENT][0].language == "en", iri
        assert [node.value for node in term[v.RDFS_IS_DEFINED_BY]] == [v.EA.removesuffix("#")], iri


def test_every_class_and_property_is_mapped_out(terms):
    for iri, term in terms.items():
        if not {node.value for node in term[v.RDF_TYPE]} & {v.SKOS_CONCEPT, v.SKOS_CONCEPT_SCHEME}:
            outside = [node.value for predicate in MAPPING & term.keys() for node in term[predicate]]
            assert outside, iri
            assert not any(other.startswith(v.EA) for other in outside), iri


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (v.EFFECT_TERMS, set(model.EFFECTS)),
        (v.STATE_TERMS, set(model.STATES) - {""}),
        (v.ROLE_TERMS, set(model.ROLES) - {""}),
        (v.SIGN_TERMS, {"increases", "decreases", "conditional"}),
        (v.STATUS_TERMS, {"resolved", "ambiguous", "unresolved"}),
        (v.VERDICT_TERMS, {"accept", "reject", "revise", "unsure"}),
    ],
    ids=["effect", "state", "role", "sign", "status", "verdict"],
)
def test_the_words_of_our_files_are_the_notations(terms, table, words):
    assert set(table) == words
    for word, iri in table.items():
        assert [node.value for node in terms[iri][v.SKOS_NOTATION]] == [word]


def test_the_context_covers_every_own_term():
    context = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    targets = {entry["@id"] if isinstance(entry, dict) else entry for entry in context.values() if isinstance(entry, (dict, str))}
    schemes = {iri for iri in constants() if iri.endswith("Scheme")}
    assert {v.EA + target.removeprefix("ea:") for target in targets if target.startswith("ea:")} == constants() - schemes


def test_the_context_reads_a_finding_as_the_graph_writes_it():
    context = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))
    node = {
        "id": "https://x.org/f",
        "type": "Finding",
        "effect": "Barrier",
        "statement": "It hinders.",
        "hadPrimarySource": ["https://x.org/w"],
    }
    graph = rdflib.Graph().parse(data=json.dumps(context | node), format="json-ld")
    finding = rdflib.URIRef("https://x.org/f")
    assert (finding, rdflib.URIRef(v.EFFECT), rdflib.URIRef(v.BARRIER)) in graph
    assert (finding, rdflib.URIRef(v.STATEMENT), rdflib.Literal("It hinders.", lang="en")) in graph
    assert (finding, rdflib.URIRef(v.PROV_HAD_PRIMARY_SOURCE), rdflib.URIRef("https://x.org/w")) in graph


def test_the_documentation_page_is_up_to_date():
    page = Page(ONTOLOGY / "evidence.ttl").render()
    assert (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8") == page, "run: python -m evidence.ontology_page"
    for iri in constants():
        assert f"`ea:{iri.removeprefix(v.EA)}`" in page


@pytest.fixture(scope="module")
def sample() -> rdflib.Graph:
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(ROOT / "tests" / "data" / "sample.trig")
    graph = rdflib.Graph()
    for subject, predicate, value, _ in dataset.quads():
        graph.add((subject, predicate, value))
    return graph


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(ONTOLOGY / "shapes.ttl")


def messages(graph: rdflib.Graph, shapes: rdflib.Graph) -> set[str]:
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inplace=True)
    return {str(message) for message in report.objects(None, rdflib.URIRef(SH + "resultMessage"))}


def test_shapes_are_sound_and_the_sample_conforms(sample, shapes):
    conforms, _, text = pyshacl.validate(sample, shacl_graph=shapes, meta_shacl=True, inplace=True)
    assert conforms, text


def test_every_constraint_has_a_message_for_the_coder(shapes):
    message, properties = rdflib.URIRef(SH + "message"), rdflib.URIRef(SH + "property")
    for shape in shapes.subjects(rdflib.RDF.type, rdflib.URIRef(SH + "NodeShape")):
        constraints = list(shapes.objects(shape, properties)) or [shape]
        assert all((constraint, message, None) in shapes for constraint in constraints), shape


S = "https://w3id.org/evidence-atlas/sample/"
F = "https://w3id.org/evidence-atlas/codebooks/sample#"
FINDING = f"<{S}finding/cedar2020-1>"
OWN = f"<{S}finding/alder2018-1>"
LONG = "word " * 31
WRONG = [
    ("two factors", f"INSERT DATA {{ {FINDING} ea:aboutFactor <{F}macro.economic.funding> }}", "exactly one factor"),
    ("no effect", f"DELETE WHERE {{ {FINDING} ea:effect ?e }}", "exactly one effect"),
    ("an effect of our own making", f"INSERT DATA {{ {FINDING} ea:effect ea:Present }}", "exactly one effect"),
    ("two states", f"INSERT DATA {{ {FINDING} ea:state ea:Lacking }}", "at most one state"),
    ("two roles", f"INSERT DATA {{ {FINDING} ea:evidenceRole ea:AuthorOpinion }}", "at most one role"),
    ("cited without a source", f"DELETE WHERE {{ {FINDING} prov:hadPrimarySource ?w }}", "names no cited work"),
    (
        "cited from itself",
        f"INSERT {{ {FINDING} prov:hadPrimarySource ?p }} WHERE {{ {FINDING} prov:wasQuotedFrom ?p }}",
        "the very paper it stands in",
    ),
    (
        "primary with a source",
        f"INSERT DATA {{ {OWN} prov:hadPrimarySource <{S}work/elm2010> }}",
        "the paper's own result but names a cited work",
    ),
    ("a factor that nobody declared", f"DELETE WHERE {{ <{F}macro.economic.funding> a ea:Factor }}", "not in the codebook"),
    ("a factor without level", f"DELETE WHERE {{ <{F}macro.economic.funding> ea:level ?l }}", "at exactly one level"),
    ("no place", f"DELETE WHERE {{ {FINDING} ea:place ?p }}", "exactly one place"),
    (
        "end before start",
        f"DELETE {{ ?s oa:end ?e }} INSERT {{ ?s oa:end 1 }} WHERE {{ BIND(<{S}finding/cedar2020-1/place/position> AS ?s) ?s oa:end ?e }}",
        "ends before it starts",
    ),
    ("a digest that is none", f'INSERT DATA {{ <{S}finding/cedar2020-1/place> ea:sha256 "abc" }}', "not a SHA-256"),
    (
        "a statement of 31 words",
        f'DELETE {{ {FINDING} ea:statement ?s }} INSERT {{ {FINDING} ea:statement "{LONG}"@en }} WHERE {{ {FINDING} ea:statement ?s }}',
        "longer than 30 words",
    ),
    (
        "an empty statement",
        f'DELETE {{ {FINDING} ea:statement ?s }} INSERT {{ {FINDING} ea:statement " "@en }} WHERE {{ {FINDING} ea:statement ?s }}',
        "missing, empty",
    ),
    (
        "a citation to two entries",
        "INSERT { ?c c4o:denotes <https://x.org/r> } WHERE { ?c ea:status ea:Resolved }",
        "one entry of the list",
    ),
    ("resolved to nothing", "DELETE { ?c ea:resolvesTo ?w } WHERE { ?c ea:status ea:Resolved ; ea:resolvesTo ?w }", "leads to no work"),
    ("ambiguous with one candidate", f"DELETE WHERE {{ ?c ea:candidate <{S}work/elm2010> }}", "fewer than two candidates"),
    ("a work of two studies", f"INSERT DATA {{ <{S}study/gorse2009> ea:reportedIn <{S}work/elm2010> }}", "exactly one study"),
    ("an influence on itself", f"INSERT DATA {{ <{S}influence/1> ea:toFactor <{F}macro.economic.funding> }}", "from a factor to itself"),
    ("an influence that nobody reports", f"DELETE WHERE {{ <{S}influence/1> ea:reportedBy ?f }}", "No finding reports"),
    ("a rejection without a reason", "DELETE { ?d ea:reason ?r } INSERT { ?d ea:verdict ea:Reject } WHERE { ?d ea:reason ?r }", "says why"),
    ("a suggestion counted as a finding", f"INSERT DATA {{ {FINDING} a ea:Suggestion }}", "not a finding before"),
    ("a problem without words", f"DELETE WHERE {{ <{S}problem/1> ea:message ?m }}", "what is wrong"),
]


@pytest.mark.parametrize(("update", "message"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_graph_is_told_so_in_plain_words(sample, shapes, update, message):
    graph = rdflib.Graph()
    graph += sample
    prefixes = {**{name: rdflib.Namespace(iri) for name, iri in v.PREFIXES.items()}}
    graph.update(update, initNs=prefixes)
    found = messages(graph, shapes)
    assert any(message in text for text in found), found


def test_looking_only_at_what_changed_finds_what_is_wrong_with_it(sample, shapes):
    graph = rdflib.Graph()
    graph += sample
    finding = rdflib.URIRef(f"{S}finding/cedar2020-1")
    graph.remove((finding, rdflib.URIRef(v.PROV_HAD_PRIMARY_SOURCE), None))
    for focus, conforms in ((finding, False), (rdflib.URIRef(f"{S}finding/cedar2020-2"), True)):
        assert pyshacl.validate(graph, shacl_graph=shapes, inplace=True, focus_nodes=[focus])[0] is conforms
