"""Do coders agree? Coefficients per level, category, factor and axis, and the disagreements as a list to work through.

**Unit.** A passage with a code: did this coder say that this passage speaks of this code (factor, category, level; for ``passage``: of
anything)? *With bulk* the units are all passages of the papers with all codes. *Without bulk* they are the passages that at least one
coder coded at all, with all codes: sentences in which nobody saw anything do not count as agreement. ``positive`` (twice what both coded
over the sum of what each coded, the F1 of one coder against the other) is the same either way. For effect, state and role the units
are the passages with a factor that two or more coders coded alike, and the value is the axis.

**Passages** are the sentences of the papers at hand, else what the coders marked, joined where two markings share more than half of the
shorter; where no paper is at hand there is no bulk, and no row with it. A marking belongs to each passage of which it covers more than
half, or that covers more than half of it.

**Sample.** A coder saw the papers that they have a file for, even an empty one; a reviewer the items that they decided on. Units that
fewer than two saw are left out, so samples may overlap in part.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evidence.coefficients import NAMES, ROUNDS, SEED, Estimate, Pattern, estimates, ratings_of
from evidence.decisions import current, read_decisions
from evidence.model import EFFECTS, ROLES, STATES, Codebook, Problem
from evidence.tables import read_table

STAGE = "agreement"
Span = tuple[int, int]
AXES = {"effect": EFFECTS, "state": STATES, "role": ROLES}
CORRECTED = ("cohen", "fleiss", "ac1", "alpha")
MARKED = "what the coders marked; without the papers the bulk that nobody coded is not known"
SCOPES = ("passage", "level", "category", "factor")


@dataclass(frozen=True)
class Marking:
    """A coder's word on a passage of a paper: it speaks of a factor (``coded``), or, of a reviewer, it does not."""

    paper: str
    start: int
    end: int
    factor: str
    effect: str = ""
    state: str = ""
    role: str = ""
    coded: bool = True


@dataclass(frozen=True)
class Coder:
    """A coder, the papers that they read in full, and their markings."""

    name: str
    papers: frozenset[str]
    markings: tuple[Marking, ...]


@dataclass(frozen=True)
class Row:
    """Agreement on one scope (``factor``), on one code of it (empty: on all), with or without the uncoded bulk."""

    scope: str
    code: str
    bulk: str
    units: int
    estimates: Mapping[str, Estimate]


@dataclass(frozen=True)
class Disagreement:
    """A passage with a factor on which coders differ: what each who saw it said in words (empty: not coded) and by axis, and in what they
    differ."""

    paper: str
    start: int
    end: int
    factor: str
    differs: str
    said: Mapping[str, str]
    markings: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Agreement:
    """All rows, the disagreements in the papers' order, and what was met while reading. ``passages`` says where they came from."""

    coders: tuple[str, ...]
    passages: int
    passages_from: str
    rows: tuple[Row, ...]
    disagreements: tuple[Disagreement, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Grid:
    """What each coder said by unit: for each coder, (paper, passage, factor) to marking, and what they saw."""

    coders: tuple[Coder, ...]
    spans: Mapping[str, Sequence[Span]]
    said: tuple[Mapping[tuple[str, int, str], Marking], ...]
    codebook: Codebook
    parents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


# ---- reading


def read_coders(paths: Sequence[Path], codebook: Codebook) -> tuple[tuple[Coder, ...], tuple[Problem, ...]]:
    """Coders named after their file or folder, with the folder above it where two would have one name; a folder of decisions is a coder for
    each of its files."""
    paths = [one for path in paths for one in (_reviewers(path) or [path])]
    stems = [path.resolve().stem for path in paths]
    names = [f"{p.resolve().parent.name}/{stem}" if stems.count(stem) > 1 else stem for p, stem in zip(paths, stems, strict=True)]
    read = [read_coder(path, codebook, name) for path, name in zip(paths, names, strict=True)]
    return tuple(coder for coder, _ in read), tuple(problem for _, problems in read for problem in problems)


def _reviewers(path: Path) -> list[Path]:
    """The files of a folder of decisions; none for anything else."""
    return [file for file in sorted(path.glob("*.csv")) if _holds_decisions(file)] if path.is_dir() else []


def read_coder(path: Path, codebook: Codebook, name: str = "") -> tuple[Coder, tuple[Problem, ...]]:
    """A coder from a folder of CSV files (one a paper, named after it) or from one file; a file with a column ``verdict`` holds decisions.

    Rows whose factor is not in the codebook, or without a passage, are left out with a Problem. Never raises on content.
    """
    name = name or path.stem
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    if not files:
        return Coder(name, frozenset(), ()), (
            Problem(STAGE, str(path), None, "", "has no CSV file; give a folder with one for each paper"),
        )
    papers: set[str] = set()
    markings: list[Marking] = []
    problems: list[Problem] = []
    for file in files:
        if _holds_decisions(file):
            found, met = _decided(file)
        else:
            found, met = _coded(file)
            papers |= {file.stem} if path.is_dir() or not found else {m.paper for m in found}
        known = [m for m in found if codebook.factor(m.factor)]
        strange = sorted({m.factor for m in found} - {m.factor for m in known})
        problems += met
        problems += [Problem(STAGE, str(file), None, f, f"factor `{f}` is not in the codebook; its rows were left out") for f in strange]
        markings += known
    return Coder(name, frozenset(papers), tuple(markings)), tuple(problems)


def _holds_decisions(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            return "verdict" in stream.readline()
    except OSError:
        return False


def _coded(path: Path) -> tuple[list[Marking], list[Problem]]:
    table = read_table(path, ("factor", "start", "end"), STAGE)
    problems = list(table.problems)
    markings = []
    for row in table.rows:
        if not (row["start"].isdecimal() and row["end"].isdecimal() and int(row["start"]) < int(row["end"])):
            message = f"start `{row['start']}` and end `{row['end']}` are no passage. The row was left out"
            problems.append(Problem(STAGE, str(path), row.line, row["factor"], message))
            continue
        paper = row["paper"] or path.stem
        markings.append(Marking(paper, int(row["start"]), int(row["end"]), row["factor"], row["effect"], row["state"], row["role"]))
    return markings, problems


def _decided(path: Path) -> tuple[list[Marking], list[Problem]]:
    """A reviewer's decisions as markings: accepted and corrected codings are coded, rejected ones are not; *unsure* says nothing."""
    decisions, problems = read_decisions(path)
    votes = [d for by_reviewer in current(decisions).values() for d in by_reviewer.values() if d.verdict != "unsure"]
    markings = [
        Marking(c.paper, c.start, c.end, c.factor, c.effect, c.state, c.role, d.verdict != "reject") for d in votes for c in [d.coding]
    ]
    return markings, list(problems)


# ---- counting


def agree(
    coders: Sequence[Coder], codebook: Codebook, passages: Mapping[str, Sequence[Span]] | None = None, *,
    details: bool = True, rounds: int = ROUNDS, seed: int = SEED,
) -> Agreement:  # fmt: skip
    """How far two or more coders agree.

    ``passages`` are the sentences of the papers at hand (a paper without them falls back on the markings); ``details`` adds a row for
    each level, category and factor; ``rounds`` is the number of bootstrap samples (0: no intervals), ``seed`` makes them repeatable.
    Raises ``ValueError`` for fewer than two coders or two of one name.
    """
    if len({c.name for c in coders}) < 2 or len({c.name for c in coders}) < len(coders):
        raise ValueError("agreement needs at least two coders, each with a name of their own")
    grid = _grid(coders, codebook, passages or {})
    given = sum(paper in (passages or {}) for paper in grid.spans)
    rows = []
    for scope in SCOPES:
        for bulk in (False, True) if given else (False,):
            rows += _rows(grid, scope, bulk, details, rounds, seed)
    rows += [_axis_row(grid, axis, rounds, seed) for axis in AXES]
    source = f"sentences of {given} papers at hand" + (f", markings in {len(grid.spans) - given}" if given < len(grid.spans) else "")
    return Agreement(
        tuple(c.name for c in coders), sum(map(len, grid.spans.values())), source if given else MARKED, tuple(rows), _disagreements(grid)
    )


def _grid(coders: Sequence[Coder], codebook: Codebook, passages: Mapping[str, Sequence[Span]]) -> _Grid:
    papers = sorted({p for c in coders for p in c.papers} | {m.paper for c in coders for m in c.markings})
    marked = {p: [(m.start, m.end) for c in coders for m in c.markings if m.paper == p] for p in papers}
    spans = {p: list(passages[p]) if p in passages else _joined(marked[p]) for p in papers}
    said = []
    for coder in coders:
        by_unit: dict[tuple[str, int, str], Marking] = {}
        for m in coder.markings:
            for n in _passages_of(spans[m.paper], (m.start, m.end)):
                kept = by_unit.get((m.paper, n, m.factor))
                by_unit[m.paper, n, m.factor] = kept if kept and kept.coded and not m.coded else m
        said.append(by_unit)
    parents = {f.code: {"factor": f.code, "category": f.category, "level": f.level, "passage": ""} for f in codebook.factors}
    return _Grid(tuple(coders), spans, tuple(said), codebook, parents)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Markings that share more than half of the shorter are one passage."""
    joined: list[Span] = []
    for start, end in sorted(set(spans)):
        if joined and 2 * (min(end, joined[-1][1]) - start) > min(end - start, joined[-1][1] - joined[-1][0]):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _passages_of(spans: Sequence[Span], marked: Span) -> list[int]:
    """The passages that a marking belongs to; where it covers half of none, the one it shares most with."""
    shared = {n: min(end, marked[1]) - max(start, marked[0]) for n, (start, end) in enumerate(spans)}
    touched = {n: s for n, s in shared.items() if s > 0}
    size = marked[1] - marked[0]
    inside = [n for n, s in touched.items() if 2 * s > spans[n][1] - spans[n][0] or 2 * s > size]
    return inside or ([max(touched, key=lambda n: touched[n])] if touched else [])


def _rows(grid: _Grid, scope: str, bulk: bool, details: bool, rounds: int, seed: int) -> list[Row]:
    """The row of a scope and, with ``details``, of each of its codes."""
    codes = list(dict.fromkeys(p[scope] for p in grid.parents.values()))
    units = _units(grid, scope, codes, bulk)
    rows = []
    for code in ("", *(codes if details and scope != "passage" else ())):
        clusters = {cluster: [p for c, p in patterns if code in ("", c)] for cluster, patterns in units.items()}
        ratings = ratings_of({c: p for c, p in clusters.items() if p}, 2)
        found = estimates(ratings, rounds, seed)
        if scope == "passage" and not bulk:  # every unit is coded by someone, so there is no chance to correct for
            found |= {name: Estimate(None) for name in CORRECTED}
        if ratings.units or not code:
            rows.append(Row(scope, code, "with" if bulk else "without", ratings.units, found))
    return rows


def _units(grid: _Grid, scope: str, codes: Sequence[str], bulk: bool) -> dict[Hashable, list[tuple[str, Pattern]]]:
    """By passage, the units (code and what each coder said of it: 1 coded, 0 not, ``None`` not seen) that two or more saw."""
    values = [_values(grid, n, scope) for n in range(len(grid.coders))]
    units: dict[Hashable, list[tuple[str, Pattern]]] = {}
    for paper, spans in grid.spans.items():
        full = [0 if paper in c.papers else None for c in grid.coders]
        for n in range(len(spans)):
            said = [v.get((paper, n), {}) for v in values]
            if bulk or any(any(s.values()) for s in said):
                patterns = [(code, tuple(s.get(code, f) for s, f in zip(said, full, strict=True))) for code in codes]
                units[paper, n] = [(code, p) for code, p in patterns if sum(v is not None for v in p) > 1]
    return units


def _values(grid: _Grid, coder: int, scope: str) -> dict[tuple[str, int], dict[str, int]]:
    """What a coder said by passage and code of the scope: 1 where any factor below it is coded."""
    values: dict[tuple[str, int], dict[str, int]] = {}
    for (paper, n, factor), marking in grid.said[coder].items():
        code = grid.parents[factor][scope]
        by_code = values.setdefault((paper, n), {})
        by_code[code] = max(by_code.get(code, 0), int(marking.coded))
    return values


def _axis_row(grid: _Grid, axis: str, rounds: int, seed: int) -> Row:
    values = AXES[axis]
    clusters: dict[Hashable, list[Pattern]] = {}
    for unit in sorted({u for said in grid.said for u in said}):
        markings = [said.get(unit) for said in grid.said]
        pattern = tuple(values.index(v) if m and m.coded and (v := getattr(m, axis)) in values else None for m in markings)
        if sum(v is not None for v in pattern) > 1:
            clusters.setdefault(unit[:2], []).append(pattern)
    ratings = ratings_of(clusters, len(values))
    return Row(axis, "", "without", ratings.units, estimates(ratings, rounds, seed))


def _disagreements(grid: _Grid) -> tuple[Disagreement, ...]:
    """Every unit that two or more coders saw and on which they differ, in the papers' order."""
    found = []
    for paper, n, factor in sorted({u for said in grid.said for u in said}):
        seen = {c.name: said.get((paper, n, factor)) for c, said in zip(grid.coders, grid.said, strict=True)}
        seen = {c.name: seen[c.name] for c in grid.coders if seen[c.name] or paper in c.papers}
        words = {name: _words(marking) for name, marking in seen.items()}
        if len(set(words.values())) > 1:
            axes = {name: {a: getattr(m, a) for a in AXES} if m and m.coded else {} for name, m in seen.items()}
            found.append(Disagreement(paper, *grid.spans[paper][n], factor, _difference(list(words.values())), words, axes))
    return tuple(found)


def _words(marking: Marking | None) -> str:
    if marking is None or not marking.coded:
        return ""
    return " / ".join(getattr(marking, axis) or "–" for axis in AXES)


def _difference(said: Sequence[str]) -> str:
    """In what coders differ: whether it is coded at all, else the axes."""
    if "" in said:
        return "coded"
    parts = [words.split(" / ") for words in said]
    return ", ".join(axis for n, axis in enumerate(AXES) if len({p[n] for p in parts}) > 1)


# ---- showing

ROW_COLUMNS = ("scope", "code", "bulk", "units", *NAMES)
EXACT_COLUMNS = ("scope", "code", "bulk", "units", *(f"{name}{part}" for name in NAMES for part in ("", "_low", "_high")))


def row_records(agreement: Agreement, exact: bool = False) -> tuple[list[str], list[dict[str, object]]]:
    """Columns and records for ``evidence.output``: for people ``0.63 [0.55,0.71]``, exactly (``exact``) with a column for each bound."""
    records = []
    for row in agreement.rows:
        record: dict[str, object] = {"scope": row.scope, "code": row.code, "bulk": row.bulk, "units": row.units}
        for name, e in row.estimates.items():
            record |= {name: e.value, f"{name}_low": e.low, f"{name}_high": e.high} if exact else {name: _shown(e)}
        records.append(record)
    return list(EXACT_COLUMNS if exact else ROW_COLUMNS), records


def disagreement_records(agreement: Agreement) -> tuple[list[str], list[dict[str, object]]]:
    """Columns and records of the worklist: one column for each coder, ``not coded`` where they saw it and did not."""
    columns = ["paper", "start", "end", "factor", "differs", *agreement.coders]
    records: list[dict[str, object]] = [
        {"paper": d.paper, "start": d.start, "end": d.end, "factor": d.factor, "differs": d.differs}
        | {coder: d.said[coder] or "not coded" for coder in agreement.coders if coder in d.said}
        for d in agreement.disagreements
    ]
    return columns, records


def _shown(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.2f}"
    return f"{estimate.value:.2f} [{estimate.low:.2f},{estimate.high:.2f}]"
