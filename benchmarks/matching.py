"""How well and how fast references are matched: made-up works, cited many times with the slips of real lists.

    python benchmarks/matching.py [--references 100000] [--seed 1] [--errors 10]

Prints references per second on one core, peak memory, and pairwise precision and recall against the works the references were
made from. A third of the works has a look-alike that must stay apart: a second part, a protocol, an erratum, another edition,
the same group's other paper of the year. Nothing is read or downloaded.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import Counter
from math import comb
from random import Random
from typing import Any

from evidence.references.match import match_works

CslItem = dict[str, Any]

ONSETS = ("b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "k", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "tr", "v", "w")
NUCLEI = ("a", "e", "i", "o", "u", "ai", "ea", "ou", "io")
CODAS = ("", "", "l", "n", "r", "s", "t", "nd", "x", "m")
FUNCTION_WORDS = ("of", "in", "the", "and", "for", "with", "on")


def word(random: Random, syllables: int) -> str:
    return "".join(random.choice(ONSETS) + random.choice(NUCLEI) + random.choice(CODAS) for _ in range(syllables))


class World:
    """The words, families and journals that works are made of; frequencies fall as in real text (Zipf)."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.words = [word(random, random.choice((1, 2, 2, 3, 3, 4))) for _ in range(6000)]
        self.families = [word(random, random.choice((2, 2, 3))).capitalize() for _ in range(4000)]
        self.journals = [" ".join(word(random, 3).capitalize() for _ in range(random.choice((1, 2, 3, 4)))) for _ in range(500)]
        self.weights = {size: [1 / (rank + 20) for rank in range(size)] for size in (500, 4000, 6000)}

    def pick(self, pool: list[str], count: int = 1) -> list[str]:
        return self.random.choices(pool, self.weights[len(pool)], k=count)

    def title(self) -> str:
        words = self.pick(self.words, self.random.choice((3, 5, 6, 7, 8, 9, 11, 13)))
        for place in range(2, len(words), 3):
            words.insert(place, self.random.choice(FUNCTION_WORDS))
        return " ".join(words).capitalize()

    def work(self, number: int) -> CslItem:
        random = self.random
        start = random.randint(1, 1800)
        authors = [
            {"family": family, "given": f"{random.choice('ABCDEFGHJKLMNPRST')}."}
            for family in self.pick(self.families, random.choice((1, 2, 3, 3, 4, 6)))
        ]
        return {
            "type": "article-journal",
            "author": authors,
            "title": self.title(),
            "container-title": self.pick(self.journals)[0],
            "issued": {"date-parts": [[random.randint(1985, 2025)]]},
            "volume": str(random.randint(1, 60)),
            "page": f"{start}–{start + random.randint(3, 20)}",
            "DOI": f"10.{1000 + number % 700}/x.{number}",
        }

    def look_alike(self, work: CslItem, number: int) -> list[CslItem]:
        """The work, and another that resembles it."""
        other = self.work(number + 1)
        fresh = {name: other[name] for name in ("volume", "page", "DOI")}
        kind = number % 7
        if kind == 0:
            return [{**work, "title": f"{work['title']}: part 1"}, {**work, **fresh, "title": f"{work['title']}: part 2"}]
        if kind == 1:
            return [work, {**work, **fresh, "title": f"{work['title']}: protocol of a trial"}]
        if kind == 2:
            return [work, {**work, **fresh, "title": f"Erratum to: {work['title']}"}]
        if kind == 3:
            words = work["title"].split()
            words[len(words) // 2] = self.pick(self.words)[0]
            return [work, {**work, **fresh, "title": " ".join(words)}]
        if kind == 4:
            book = {name: work[name] for name in ("author", "title", "issued")} | {"type": "book", "edition": "2"}
            return [book, {**book, "edition": "3", "issued": {"date-parts": [[work["issued"]["date-parts"][0][0] + 4]]}}]
        if kind == 5:
            return [work, {**other, "author": work["author"], "issued": work["issued"]}]
        return [work, {**work, **fresh, "container-title": self.pick(self.journals)[0]}]


def slip(random: Random, text: str) -> str:
    """One letter lost, doubled or changed."""
    place = random.randrange(1, max(2, len(text)))
    return text[:place] + random.choice(("", text[place : place + 1] * 2, random.choice("aeioust"))) + text[place + 1 :]


def abbreviated(name: str) -> str:
    return " ".join(part[:4] + "." for part in name.split())


def cited(random: Random, work: CslItem) -> CslItem:
    """A reference to a work as some list prints it and some parser reads it."""
    item = {name: value for name, value in work.items() if name != "DOI" or random.random() < 0.45}
    for name, lost in (("volume", 0.06), ("page", 0.08), ("issued", 0.02), ("container-title", 0.03), ("title", 0.015), ("author", 0.01)):
        if random.random() < lost:
            item.pop(name, None)
    if "title" in item:
        if random.random() < 0.06:
            item["title"] = slip(random, item["title"])
        if random.random() < 0.03 and len(item["title"].split()) > 7 and "part" not in item["title"]:
            item["title"] = " ".join(item["title"].split()[:-2])
        if random.random() < 0.2:
            item["title"] = item["title"].title()
    if "container-title" in item and random.random() < 0.4:
        item["container-title"] = abbreviated(item["container-title"])
    if "issued" in item and random.random() < 0.03:
        item["issued"] = {"date-parts": [[item["issued"]["date-parts"][0][0] + random.choice((-1, 1))]]}
    if "author" in item and random.random() < 0.04:
        first, *rest = item["author"]
        item["author"] = [{**first, "family": slip(random, first["family"])}, *rest]
    if "author" in item and random.random() < 0.15:
        item["author"] = item["author"][:1]
    if "page" in item and random.random() < 0.2:
        item["page"] = item["page"].split("–")[0]
    return item


def references(count: int, seed: int) -> tuple[list[CslItem], list[int]]:
    """Made-up references and the number of the work each was made from."""
    random = Random(seed)
    world = World(random)
    works: list[CslItem] = []
    while len(works) < count // 3:
        work = world.work(len(works))
        works += world.look_alike(work, len(works)) if random.random() < 0.2 else [work]
    popularity = [1 / (rank + 5) ** 0.7 for rank in range(len(works))]
    chosen = random.choices(range(len(works)), popularity, k=count)
    return [cited(random, works[number]) for number in chosen], chosen


def pairs(labels: Counter[Any]) -> int:
    return sum(comb(size, 2) for size in labels.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--references", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", type=int, default=0, help="wrong merges to print")
    options = parser.parse_args()
    items, truth = references(options.references, options.seed)
    started, ticks = time.perf_counter(), time.process_time()
    found = match_works(items)
    seconds, ticks = time.perf_counter() - started, time.process_time() - ticks
    cluster = {position: number for number, members in enumerate(found.clusters) for position in members}
    joined = pairs(Counter(cluster.values()))
    right = pairs(Counter((cluster[position], truth[position]) for position in range(len(items))))
    meant = pairs(Counter(truth))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    speed = len(items) / ticks
    print(f"{len(items):,} references, {len(set(truth)):,} works, {len(found.clusters):,} clusters, {len(found.flags):,} flags")
    print(f"{seconds:.1f} s ({ticks:.1f} s of processor time), {speed:,.0f} references/s on one core, peak memory {memory:,.0f} MiB")
    print(f"pairs: precision {right / max(1, joined):.4f}, recall {right / max(1, meant):.4f}")
    wrong = [merge for merge in found.merges if truth[merge.a] != truth[merge.b]]
    print(f"merges: {len(found.merges):,}, wrong {len(wrong):,}")
    for merge in wrong[: options.errors]:
        print(f"  {merge.score} {merge.reason}\n    {items[merge.a]}\n    {items[merge.b]}")


if __name__ == "__main__":
    main()
