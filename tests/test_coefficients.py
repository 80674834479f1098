"""Coefficients of agreement against the examples that their authors published."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.coefficients import NAMES, Pattern, Ratings, estimates, ratings_of


def rated(*raters: str) -> Ratings:
    """Ratings from one string a rater; ``.`` is a unit that the rater did not see."""
    letters = sorted({c for r in raters for c in r} - {"."})
    patterns = [tuple(None if c == "." else letters.index(c) for c in unit) for unit in zip(*raters, strict=True)]
    return ratings_of({n: [p] for n, p in enumerate(patterns)}, max(2, len(letters)))


def table(*cells: list[int]) -> Ratings:
    """Ratings of two raters from their table."""
    size = len(cells)
    return ratings_of({(i, j, n): [(i, j)] for i in range(size) for j in range(size) for n in range(cells[i][j])}, size)


FLEISS = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
""".split()
"""Fleiss 1971, table 1: thirty patients, how many of six psychiatrists gave each of five diagnoses."""


def fleiss_ratings() -> Ratings:
    units: dict[int, list[Pattern]] = {}
    for n, row in enumerate(FLEISS):
        units[n] = [tuple(value for value, count in enumerate(row) for _ in range(int(count)))]
    return ratings_of(units, 5)  # type: ignore[arg-type]


KRIPPENDORFF_C = rated("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
PUBLISHED = [
    ("Cohen 1960, table 2", table([88, 14, 18], [10, 40, 10], [2, 6, 12]), "cohen", 0.492),
    ("Fleiss 1971, table 1", fleiss_ratings(), "fleiss", 0.430),
    ("Gwet 2008: kappa's paradox", table([118, 5], [2, 0]), "cohen", -0.0234),
    ("Gwet 2008: AC1", table([118, 5], [2, 0]), "ac1", 0.9408),
    ("Krippendorff 2011, A: two coders, two values", rated("0100000010", "1110010000"), "alpha", 0.095),
    ("Krippendorff 2011, B: two coders, five values", rated("aabbdcccedda", "babbbccceddd"), "alpha", 0.692),
    ("Krippendorff 2011, C: four coders, gaps", KRIPPENDORFF_C, "alpha", 0.743),
]  # fmt: skip


@pytest.mark.parametrize(("ratings", "name", "value"), [r[1:] for r in PUBLISHED], ids=[r[0] for r in PUBLISHED])
def test_published_examples_come_out(ratings: Ratings, name: str, value: float) -> None:
    found = estimates(ratings, rounds=0)[name].value
    assert found == pytest.approx(value, abs=0.0006)


def test_specific_agreement_is_twice_the_shared_over_the_sum_of_both() -> None:
    assert estimates(table([50, 10], [20, 30]), rounds=0)["positive"].value == pytest.approx(2 * 30 / (40 + 50))


def test_the_interval_is_the_same_each_time_and_holds_the_value() -> None:
    first, second = estimates(fleiss_ratings()), estimates(fleiss_ratings())
    assert first == second
    kappa = first["fleiss"]
    assert kappa.low is not None
    assert kappa.value is not None
    assert kappa.high is not None
    assert kappa.low < kappa.value < kappa.high


def test_units_of_one_cluster_are_drawn_together() -> None:
    alone = ratings_of({n: [(n % 2, 0)] for n in range(40)}, 2)
    together = ratings_of({n: [(n % 2, 0)] * 10 for n in range(4)}, 2)
    one, other = estimates(alone)["agreement"], estimates(together)["agreement"]
    assert (other.high or 0) - (other.low or 0) > (one.high or 0) - (one.low or 0)


@pytest.mark.parametrize(
    "ratings", [rated("1111", "1111"), rated("1...", ".1.."), ratings_of({}, 2)], ids=["one value", "no pair", "nothing"]
)
def test_where_chance_alone_agrees_nothing_is_claimed(ratings: Ratings) -> None:
    found = estimates(ratings, rounds=20)
    assert found["alpha"].value is None
    assert found["cohen"].value is None


@settings(max_examples=60)
@given(st.lists(st.tuples(*[st.sampled_from([0, 1, 2, None])] * 3), min_size=1, max_size=30))
def test_no_coefficient_exceeds_one_and_equal_raters_reach_it(units: list[Pattern]) -> None:
    found = estimates(ratings_of({n: [u] for n, u in enumerate(units)}, 3), rounds=0)
    assert all(e.value is None or e.value <= 1 + 1e-9 for e in found.values())
    alike = estimates(ratings_of({n: [(u[0], u[0], u[0])] for n, u in enumerate(units)}, 3), rounds=0)
    assert all(alike[name].value in (None, pytest.approx(1)) for name in NAMES)
