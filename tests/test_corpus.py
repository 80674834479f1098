"""The shipped corpus against the papers it came from: what the program reads is what a person recorded."""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from pathlib import Path

import pytest

from evidence.bibliography import read_bibliography
from evidence.model import Reading, Work
from evidence.reading import read_paper
from evidence.references.match import match_works
from evidence.workspace import find_workspace

ROOT = Path(__file__).resolve().parents[1]
BIB = ROOT / "bib"
LISTED = sorted(p.stem for p in (BIB / "lists").glob("*.csv"))
CITING = sorted(p.stem for p in (BIB / "citations").glob("*.csv"))

pytestmark = pytest.mark.papers


def table(*parts: str) -> list[dict[str, str]]:
    with BIB.joinpath(*parts).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def works() -> tuple[Work, ...]:
    return (*read_bibliography(BIB / "papers.bib").works, *read_bibliography(BIB / "references.bib").works)


@cache
def reading(folder: Path, key: str) -> Reading:
    wanted = find_workspace(ROOT).policy(key).sha256
    path = next(p for p in folder.iterdir() if hashlib.sha256(p.read_bytes()).hexdigest() == wanted)
    return read_paper(path, works())


@pytest.mark.parametrize("key", LISTED)
def test_every_entry_of_a_list_is_found_where_it_stands(papers: Path, key: str) -> None:
    recorded = [(int(r["start"]), int(r["end"])) for r in table("lists", f"{key}.csv")]
    assert [(r.start, r.end) for r in reading(papers, key).references] == recorded


@pytest.mark.parametrize("key", LISTED)
def test_every_entry_of_a_list_is_matched_to_its_work(papers: Path, key: str) -> None:
    recorded = [r["work"] for r in table("lists", f"{key}.csv")]
    assert [r.work for r in reading(papers, key).references] == recorded


@pytest.mark.parametrize("key", CITING)
def test_every_citation_is_found_where_it_stands(papers: Path, key: str) -> None:
    recorded = [(int(r["start"]), int(r["end"]), r["text"]) for r in table("citations", f"{key}.csv")]
    assert [(c.start, c.end, c.text) for c in reading(papers, key).citations] == recorded


def test_the_works_of_all_lists_are_told_apart_and_no_work_stands_twice(papers: Path) -> None:
    entries = [(key, r) for key in LISTED for r in reading(papers, key).references]
    matched = match_works([r.csl for _, r in entries])
    right = {(key, int(row["index"])): row["work"] for key in LISTED for row in table("lists", f"{key}.csv")}
    named = [{right[entries[i][0], entries[i][1].index] for i in cluster} for cluster in matched.clusters]
    assert [names for names in named if len(names) > 1] == []


def test_the_bibliography_has_no_work_twice() -> None:
    assert [c for c in match_works([w.csl for w in works()]).clusters if len(c) > 1] == []
