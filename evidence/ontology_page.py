"""The documentation of the vocabulary as Markdown, made from ``ontology/evidence.ttl`` and nothing else: same file, same bytes.

Run as a program at the repository's root it writes ``docs/ontology.md``::

    python -m evidence.ontology_page
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyoxigraph as ox

from evidence import vocabulary as v

SOURCE = Path("ontology/evidence.ttl")
PAGE = Path("docs/ontology.md")

OWL = v.PREFIXES["owl"]
RDFS = v.PREFIXES["rdfs"]
PROPERTY_TYPES = (OWL + "ObjectProperty", OWL + "DatatypeProperty")

MAPPINGS = {
    RDFS + "subClassOf": "a kind of",
    RDFS + "subPropertyOf": "a kind of",
    v.SKOS_CLOSE_MATCH: "close to",
    v.SKOS_RELATED_MATCH: "related to",
}
"""Predicates that map a term out -> how the page says it."""

Terms = dict[str, dict[str, list[str]]]
"""Term IRI -> predicate IRI -> values (IRIs or literals), in the order of the file."""


class Page:
    """Renders the terms of one Turtle file; ``prefixes`` are those that the file declares."""

    def __init__(self, source: Path) -> None:
        parser = ox.parse(path=str(source), format=ox.RdfFormat.TURTLE)
        self.terms: Terms = {}
        for quad in parser:
            values = self.terms.setdefault(_value(quad.subject), {}).setdefault(quad.predicate.value, [])
            values.append(_value(quad.object))
        self.prefixes = parser.prefixes

    def render(self) -> str:
        """The whole page."""
        parts = [self._header(), "## Classes", *map(self._class_section, self._of_type(OWL + "Class"))]
        parts += ["## Properties", self._property_table(self._of_type(*PROPERTY_TYPES))]
        parts += ["## Words used in our files", *map(self._scheme_section, self._of_type(v.SKOS_CONCEPT_SCHEME))]
        return "\n\n".join(parts) + "\n"

    def _of_type(self, *types: str) -> list[str]:
        return [iri for iri, term in self.terms.items() if any(kind in types for kind in term.get(v.RDF_TYPE, ()))]

    def _get(self, iri: str, predicate: str) -> str:
        return next(iter(self.terms[iri].get(predicate, ())), "")

    def _header(self) -> str:
        ontology = self._of_type(OWL + "Ontology")[0]
        facts = (
            f"Namespace `{v.EA}`, prefix `ea:`, version {self._get(ontology, v.OWL_VERSION_INFO)}, "
            f"licence <{self._get(ontology, v.DCTERMS_LICENSE)}>. Rules that a sound graph keeps: `ontology/shapes.ttl`; "
            "JSON-LD context: `ontology/context.jsonld`; example questions: `ontology/queries/`."
        )
        note = "<!-- made by `python -m evidence.ontology_page` from ontology/evidence.ttl; edit that file, not this one -->"
        title, description = self._get(ontology, v.DCTERMS_TITLE), self._get(ontology, v.DCTERMS_DESCRIPTION)
        return "\n\n".join([f"# {title}", note, description, facts])

    def _class_section(self, iri: str) -> str:
        rows = [
            f"### {self._get(iri, v.RDFS_LABEL)} (`{self._short(iri)}`)",
            self._get(iri, RDFS + "comment"),
            *([f"Mapped: {mapped}."] if (mapped := self._mappings(iri)) else []),
        ]
        properties = [self._short(term) for term in self._of_type(*PROPERTY_TYPES) if iri in self.terms[term].get(RDFS + "domain", ())]
        if properties:
            rows.append("Properties: " + ", ".join(f"`{name}`" for name in properties) + ".")
        return "\n\n".join(rows)

    def _property_table(self, iris: list[str]) -> str:
        head = "| property | meaning | of | value | mapped |\n| --- | --- | --- | --- | --- |"
        return "\n".join([head, *map(self._property_row, iris)])

    def _property_row(self, iri: str) -> str:
        domain, value = (self._code(self._get(iri, RDFS + end)) for end in ("domain", "range"))
        return f"| `{self._short(iri)}` | {self._get(iri, RDFS + 'comment')} | {domain} | {value} | {self._mappings(iri)} |"

    def _scheme_section(self, iri: str) -> str:
        concepts = [term for term in self._of_type(v.SKOS_CONCEPT) if iri in self.terms[term].get(v.SKOS_IN_SCHEME, ())]
        head = "| word | term | meaning | mapped |\n| --- | --- | --- | --- |"
        title = f"### {self._get(iri, v.RDFS_LABEL)} (`{self._short(iri)}`)"
        return "\n".join([title, "", self._get(iri, RDFS + "comment"), "", head, *map(self._concept_row, concepts)])

    def _concept_row(self, iri: str) -> str:
        word, meaning = self._get(iri, v.SKOS_NOTATION), self._get(iri, v.SKOS_DEFINITION)
        return f"| {word} | `{self._short(iri)}` | {meaning} | {self._mappings(iri)} |"

    def _mappings(self, iri: str) -> str:
        """``a kind of `prov:Entity`, close to `obo:…` ``; empty for a term that is not mapped."""
        term = self.terms[iri]
        return ", ".join(f"{words} {self._code(other)}" for predicate, words in MAPPINGS.items() for other in term.get(predicate, ()))

    def _code(self, iri: str) -> str:
        return f"`{self._short(iri)}`" if iri else ""

    def _short(self, iri: str) -> str:
        """The IRI with the longest fitting prefix; as it is where none fits."""
        fits = [(namespace, name) for name, namespace in self.prefixes.items() if iri.startswith(namespace)]
        if not fits:
            return iri
        namespace, name = max(fits, key=lambda fit: len(fit[0]))
        return f"{name}:{iri.removeprefix(namespace)}"


def _value(node: object) -> str:
    return str(node.value) if isinstance(node, (ox.NamedNode, ox.Literal, ox.BlankNode)) else str(node)


def main(source: Path = SOURCE, page: Path = PAGE) -> int:
    """Write the page, with the folder it goes to; returns the exit status 0. Raises OSError where a file cannot be read or written."""
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(Page(source).render(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
