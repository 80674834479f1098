"""Whole answers kept in the store: what a named query answers when nothing is chosen, asked once at build.

A list of findings or papers looks up a label here and a title there, and each look-up costs the embedded engine some tens of microseconds
on disk. Written down as one literal, the same list is read at once. An answer is known by the very text of its query, so another query, or
the same one with other parameters, is simply asked; and whoever writes to the store drops the answers (``evidence.cube``).

A query that looks for a text in one of its columns (``FILTER(CONTAINS(LCASE(?found), LCASE(?_text)))``) is kept as it answers to the empty
text, which is every row; the rows in which a text stands are picked from these.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

import pyoxigraph as ox

from evidence.query import NamedQuery, fill, plain, rows_of
from evidence.store import GraphStore, Results
from evidence.vocabulary import DCTERMS_IDENTIFIER, DCTERMS_TITLE, PREFIXES

_FORMAT: Final = PREFIXES["dcterms"] + "format"
_VALUE: Final = PREFIXES["rdf"] + "value"
_TSV: Final = "text/tab-separated-values"
_SEARCH: Final = re.compile(r'FILTER\(CONTAINS\(LCASE\(\?(\w+)\), LCASE\(("(?:[^"\\]|\\.)*")\)\)\)')
_LIMIT: Final = re.compile(r"\bLIMIT\s+(\d+)\s*$", re.IGNORECASE)
_BREAKS: Final = re.compile(r"[\x00-\x1f]")
"""Control characters; in names they become spaces, and a text with one is not looked for here."""
_SITE: Final = "site"
"""Tag of the queries that a site is made from: they are asked once, at build."""


@dataclass(frozen=True)
class Search:
    """A query for the rows with a text in a ``column``: ``everything`` is the query for all rows, ``limit`` is -1 where there is none."""

    everything: str
    column: str
    text: str
    limit: int


def search_of(sparql: str) -> Search | None:
    """The search that a query is; ``None`` for one that looks for no text, or for several."""
    found = _SEARCH.findall(sparql)
    if len(found) != 1:
        return None
    limit = _LIMIT.search(sparql)
    everything = _SEARCH.sub(lambda m: m[0].replace(m[2], '""'), _LIMIT.sub("", sparql)).rstrip()
    (text,) = rows_of(ox.Store().query(f"SELECT ({found[0][1]} AS ?text) {{}}")).rows[0]
    return Search(everything, found[0][0], plain(text), int(limit[1]) if limit else -1)


def to_keep(queries: Mapping[str, NamedQuery]) -> Iterator[tuple[str, str]]:
    """The name and the text of each query whose answer is worth keeping: those that need no parameter, a search as the one for all rows."""
    for query in queries.values():
        if _SITE not in query.tags and all(p.default is not None for p in query.parameters):
            text = fill(query, {})
            search = search_of(text)
            yield query.name, search.everything if search else text


def keep(store: GraphStore, base: str, name: str, sparql: str) -> list[ox.Triple]:
    """The triples that keep the answer to a query which ``to_keep`` names."""
    table = as_table(store.query(sparql)).decode()
    digest = digest_of(sparql)
    iri = f"{base}cube/answer-{digest}"
    said = [(iri, DCTERMS_TITLE, f"answer to {name}"), (iri, DCTERMS_IDENTIFIER, digest), (iri, _FORMAT, _TSV), (iri, _VALUE, table)]
    search = search_of(sparql)
    if search:
        found = (plain(row[search.column]) for row in of_table(table.encode()))
        said.append((f"{iri}/names", _VALUE, "\n".join(_BREAKS.sub(" ", name).lower() for name in found)))
    return [ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text)) for subject, predicate, text in said]


def kept(store: GraphStore) -> dict[str, str]:
    """What is kept in a store: the digest of each query to the IRI of its answer."""
    rows = rows_of(store.query(f'SELECT ?digest ?answer {{ ?answer <{_FORMAT}> "{_TSV}" ; <{DCTERMS_IDENTIFIER}> ?digest }}'))
    return {row["digest"]: row["answer"] for row in rows.records()}


def dropped(store: GraphStore) -> frozenset[str]:
    """The digests of the queries whose answers were kept until something changed."""
    found = f'?answer <{_FORMAT}> "{_TSV}" OPTIONAL {{ ?answer <{DCTERMS_IDENTIFIER}> ?digest }} FILTER(!BOUND(?digest))'
    rows = rows_of(store.query(f"SELECT ?answer {{ {found} }}"))
    return frozenset(row["answer"].rpartition("-")[2] for row in rows.records())


def answer(store: GraphStore, known: Mapping[str, str], sparql: str) -> Results | None:
    """The answer to a query from what is ``kept``; ``None`` where it must be asked."""
    iri = known.get(digest_of(sparql))
    if iri:
        return of_table(_text_of(store, iri).encode())
    search = search_of(sparql) if known and _SEARCH.search(sparql) else None
    iri = known.get(digest_of(search.everything)) if search else None
    if search is None or iri is None or _BREAKS.search(search.text):
        return None
    header, *rows = _text_of(store, iri).split("\n")
    numbers = lines_with(_text_of(store, f"{iri}/names"), search.text.lower())
    picked = islice(numbers, search.limit if search.limit >= 0 else None)
    return of_table("\n".join([header, *(rows[n] for n in picked), ""]).encode())


def lines_with(text: str, word: str) -> Iterator[int]:
    """The numbers of the lines, from 0, in which a word without a line end stands."""
    number = begin = 0
    while (at := text.find(word, begin)) >= 0:
        number += text.count("\n", begin, at)
        yield number
        end = text.find("\n", at)
        if end < 0:
            return
        number, begin = number + 1, end + 1


def digest_of(sparql: str) -> str:
    """What a query is known by."""
    return hashlib.sha256(sparql.encode()).hexdigest()[:16]


def _text_of(store: GraphStore, iri: str) -> str:
    return plain(rows_of(store.query(f"SELECT ?text {{ <{iri}> <{_VALUE}> ?text }}")).rows[0][0])


def as_table(results: Results) -> bytes:
    """The answer of a SELECT as it is kept."""
    assert isinstance(results, ox.QuerySolutions)
    return results.serialize(format=ox.QueryResultsFormat.TSV) or b""


def of_table(table: bytes) -> ox.QuerySolutions:
    """An answer from what is kept of it."""
    parsed = ox.parse_query_results(table, format=ox.QueryResultsFormat.TSV)
    assert isinstance(parsed, ox.QuerySolutions)
    return parsed
