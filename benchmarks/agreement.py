"""Agreement between the two independent codings of the corpus, and of each with the adjudicated findings.

    python benchmarks/agreement.py

The unit is (passage, factor). F1 is 2 x shared / (one + other); effect, state and role are compared on shared units.
"""

from __future__ import annotations

import csv
from pathlib import Path

BIB = Path(__file__).resolve().parents[1] / "bib"
Coding = dict[tuple[str, str, str, str], dict[str, str]]


def coding(folder: Path) -> Coding:
    units: Coding = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                units[path.stem, row["start"], row["end"], row["factor"]] = row
    return units


def f1(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


def compare(label: str, one: Coding, other: Coding) -> None:
    shared = one.keys() & other.keys()
    same = {axis: sum(one[u][axis] == other[u][axis] for u in shared) for axis in ("effect", "state", "role")}
    sentences = f1({u[:3] for u in one}, {u[:3] for u in other})
    levels = f1({(*u[:3], u[3].split(".")[0]) for u in one}, {(*u[:3], u[3].split(".")[0]) for u in other})
    categories = f1({(*u[:3], u[3].rsplit(".", 1)[0]) for u in one}, {(*u[:3], u[3].rsplit(".", 1)[0]) for u in other})
    axes = "  ".join(f"{axis} {n}/{len(shared)}" for axis, n in same.items())
    factors = f1(set(one), set(other))
    print(f"{label:28} passage {sentences:.3f}  level {levels:.3f}  category {categories:.3f}  factor {factors:.3f}  {axes}")


def main() -> None:
    one, two, final = (coding(BIB / folder) for folder in ("codings/coder-1", "codings/coder-2", "findings"))
    for paper in sorted({u[0] for u in one}):
        compare(paper, {u: r for u, r in one.items() if u[0] == paper}, {u: r for u, r in two.items() if u[0] == paper})
    compare("coder 1 and coder 2", one, two)
    compare("coder 1 and the findings", one, final)
    compare("coder 2 and the findings", two, final)


if __name__ == "__main__":
    main()
