"""Chains of citation: from what a paper says of a factor, through the citation and the reference, to the study, and on for as long as the
cited study was coded itself.

A claim that many papers pass on may go back to a single study, to a review, or to nothing that was looked at here; a chain says which.
Where a cited paper was coded, what it says itself about the factor stands beside what is said of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from textwrap import fill as wrap
from typing import Final

from evidence.query import Asks, NamedQuery, QueryError, near_names, records
from evidence.trace import Source, Trace, TracedFactor, TracedFinding, trace_factor

MOST: Final = 5_000
"""How many chains are followed at most; papers that restate each other a lot have more ways through than anyone reads."""

ENDS: Final = ("primary data", "outside the corpus", "review", "opinion", "silent", "not assessed", "loop")
"""How a chain can end. ``silent``: the cited paper was coded and says nothing of this factor. ``outside the corpus``: it was not coded."""

_ROLE_ENDS: Final = {"primary": "primary data", "synthesis": "review", "opinion": "opinion"}
_FOUND: Final = ("primary data", "outside the corpus")
_REVIEW: Final = re.compile(r"review|meta-?analys|synthesis", re.IGNORECASE)


@dataclass(frozen=True)
class Step:
    """A finding on the way, and the work that it leads to next. ``citation`` and ``reference`` (its number in the list) are how; both are
    empty at the last step."""

    finding: str
    paper: str
    paper_label: str
    effect: str
    role: str
    statement: str
    citation: str = ""
    reference: int | None = None


@dataclass(frozen=True)
class Chain:
    """A way from a finding to where it ends; ``study`` is the study there, empty where there is none."""

    steps: tuple[Step, ...]
    ends: str
    work_label: str = ""
    study: str = ""
    study_label: str = ""


@dataclass(frozen=True)
class Beside:
    """What is said of a coded paper, and what that paper says itself: ``agrees`` is ``same effect``, ``other effect`` or ``silent``."""

    finding: str
    paper_label: str
    effect: str
    cited_label: str
    own_effects: tuple[str, ...]
    own_statements: tuple[str, ...]
    agrees: str


@dataclass(frozen=True)
class Chains:
    """All chains of a factor; ``complete`` is false when there are more than ``MOST``."""

    factor: TracedFactor
    chains: tuple[Chain, ...]
    beside: tuple[Beside, ...]
    papers: int
    complete: bool

    @property
    def studies(self) -> dict[str, str]:
        """The independent studies that found it: those in whose data a chain ends, and cited ones that were not coded; IRI to label."""
        return {c.study: c.study_label for c in self.chains if c.study and c.ends in _FOUND}

    @property
    def endings(self) -> dict[str, int]:
        """How many chains end in which way, in the order of ``ENDS``."""
        return {end: n for end in ENDS if (n := sum(c.ends == end for c in self.chains))}


@dataclass(frozen=True)
class Loss:
    """What is left of a factor's evidence without one study: findings that fall with it, and how many of each effect remain."""

    study: str
    study_label: str
    fallen: int
    papers_left: int
    left: Mapping[str, int]
    effects_lost: tuple[str, ...]


def follow_chains(
    store: Asks, queries: Mapping[str, NamedQuery], name: str, without: Sequence[str] = (), without_cited: bool = False
) -> Chains:
    """The chains of the factor that ``name`` means.

    ``without`` are studies (label, citation key of a report, or IRI) to leave out with all that rests on them alone; ``without_cited``
    leaves out every finding that only restates others. Raises ``QueryError`` for a name that means no factor or no study.
    """
    trace = trace_factor(store, queries, name)
    kept = leave_out(trace, studies_called(trace, without), without_cited)
    coded = {row["key"]: row["label"] for row in records(store, queries["papers"])}
    ways: dict[tuple[str, str], tuple[str, int | None]] = {}
    for row in records(store, queries["trace-citations"], {"factor_iri": trace.factor.iri}):
        ways.setdefault((row["finding"], row["workKey"]), (row["text"], int(row["position"]) if row["position"] else None))
    walk = _Walk(kept, coded, ways)
    found = tuple(islice(walk.chains(), MOST + 1))
    papers = len({f.paper_key for f in kept.findings})
    return Chains(trace.factor, found[:MOST], tuple(walk.beside()), papers, len(found) <= MOST)


def leave_out(trace: Trace, studies: Iterable[str] = (), without_cited: bool = False) -> Trace:
    """The trace without some studies (IRIs): a finding that rests on none but these falls, another loses them; findings that rest on no
    study (syntheses, opinions) stay. ``without_cited`` leaves out all findings that only restate others."""
    gone = set(studies)
    kept = []
    for finding in trace.findings:
        if without_cited and finding.role == "cited":
            continue
        sources = tuple(s for s in finding.sources if s.study not in gone)
        if sources or not finding.sources:
            kept.append(replace(finding, sources=sources))
    return Trace(trace.factor, tuple(kept))


def leave_one_out(trace: Trace) -> tuple[Loss, ...]:
    """For each study behind a factor, what is left without it; the study that most hangs on comes first."""
    labels = {s.study: s.study_label for f in trace.findings for s in f.sources}
    before = _effects(trace)
    losses = []
    for study, label in labels.items():
        kept = leave_out(trace, [study])
        left = _effects(kept)
        lost = tuple(e for e in before if e not in left)
        papers = len({f.paper_key for f in kept.findings})
        losses.append(Loss(study, label, len(trace.findings) - len(kept.findings), papers, left, lost))
    return tuple(sorted(losses, key=lambda loss: (-loss.fallen, loss.study_label, loss.study)))


def studies_called(trace: Trace, names: Sequence[str]) -> list[str]:
    """The IRIs of the studies behind a factor that are called so. Raises ``QueryError`` for a name that means none of them."""
    known: dict[str, set[str]] = {}
    for source in (s for f in trace.findings for s in f.sources):
        for name in (source.study, source.study_label, source.work_label, source.key):
            if name:
                known.setdefault(name.casefold(), set()).add(source.study)
    found: list[str] = []
    for name in names:
        if name.casefold() not in known:
            near = near_names(name.casefold(), list(known))
            hint = f"; near it are {', '.join(near)}" if near else ""
            raise QueryError(f"nothing about {trace.factor.label} rests on a study called `{name}`{hint}")
        found += sorted(known[name.casefold()])
    return found


class _Walk:
    """Follows citations through the findings of one factor."""

    def __init__(self, trace: Trace, coded: Mapping[str, str], ways: Mapping[tuple[str, str], tuple[str, int | None]]) -> None:
        self._findings = trace.findings
        self._coded = coded
        self._ways = ways
        self._own: dict[str, list[TracedFinding]] = {}
        for finding in trace.findings:
            self._own.setdefault(finding.paper_key, []).append(finding)

    def chains(self) -> Iterator[Chain]:
        """Every chain that begins at a finding, in the order of the trace."""
        for finding in self._findings:
            yield from self._from(finding, (), frozenset())

    def beside(self) -> Iterator[Beside]:
        """What is said of each coded paper beside what it says itself."""
        for finding in self._findings:
            for source in _cited(finding):
                if source.key not in self._coded:
                    continue
                own = self._own.get(source.key, [])
                effects = tuple(dict.fromkeys(f.effect for f in own))
                agrees = "silent" if not own else "same effect" if finding.effect in effects else "other effect"
                statements = tuple(f.statement for f in own)
                yield Beside(finding.iri, finding.paper_label, finding.effect, source.work_label, effects, statements, agrees)

    def _from(self, finding: TracedFinding, before: tuple[Step, ...], seen: frozenset[str]) -> Iterator[Chain]:
        last = Step(finding.iri, finding.paper_key, finding.paper_label, finding.effect, finding.role, finding.statement)
        if finding.role != "cited":
            source = finding.sources[0] if finding.sources else None
            study = (source.study, source.study_label) if source else ("", "")
            yield Chain((*before, last), _ROLE_ENDS.get(finding.role, "not assessed"), finding.paper_label, *study)
            return
        for source in _cited(finding):
            citation, reference = self._ways.get((finding.iri, source.key), ("", None))
            steps = (*before, replace(last, citation=citation, reference=reference))
            yield from self._onward(source, steps, seen | {finding.paper_key})

    def _onward(self, source: Source, steps: tuple[Step, ...], seen: frozenset[str]) -> Iterator[Chain]:
        """Where a cited work leads: on through its own findings, or to an end."""
        end: Callable[[str], Chain] = lambda ends: Chain(steps, ends, source.work_label, source.study, source.study_label)  # noqa: E731
        if source.key in seen:
            yield end("loop")
        elif source.key not in self._coded:
            yield end("review" if _REVIEW.search(source.design) else "outside the corpus")
        elif source.key not in self._own:
            yield end("silent")
        else:
            for finding in self._own[source.key]:
                yield from self._from(finding, steps, seen)


def render_chains(chains: Chains, form: str = "text") -> str:
    """The chains as ``text`` for a terminal or as ``json``."""
    if form == "json":
        said = asdict(chains) | {"studies": chains.studies, "endings": chains.endings}
        return json.dumps(said, ensure_ascii=False, indent=1) + "\n"
    return _as_text(chains)


def render_losses(losses: Sequence[Loss]) -> str:
    """What is left without each study, a line each."""
    lines = []
    for loss in losses:
        left = ", ".join(f"{n} {effect}" for effect, n in loss.left.items()) or "nothing"
        lost = f"; no {' and no '.join(loss.effects_lost)} is left" if loss.effects_lost else ""
        lines.append(f"without {loss.study_label}: {_number(loss.fallen, 'finding')} fall{'s' * (loss.fallen == 1)}, {left} left{lost}")
    return "\n".join([*lines, ""])


def _as_text(chains: Chains) -> str:
    factor = chains.factor
    say, found = ("says" if chains.papers == 1 else "say"), _number(len(chains.studies), "study")
    ends = ", ".join(f"{n} in {end}" if end in _IN else f"{n} {end}" for end, n in chains.endings.items())
    lines = [f"{factor.label}  ({factor.code})", f"{_number(chains.papers, 'paper')} {say} it, {found} found it"]
    lines += [f"Chains: {ends or 'none'}", ""]
    for chain in chains.chains:
        lines += [*_chain_lines(chain), ""]
    for beside in chains.beside:
        own = f"says {', '.join(beside.own_effects)}" if beside.own_effects else "says nothing of it"
        said = f"{beside.paper_label} says that {beside.cited_label} found: {beside.effect}."
        lines.append(wrap(f"{said} {beside.cited_label} itself {own} ({beside.agrees}).", 100, subsequent_indent="  "))
    if not chains.complete:
        lines.append(f"There are more than {MOST:,} chains; these are the first.")
    return "\n".join(lines).rstrip() + "\n"


_IN: Final = ("primary data", "review", "opinion")


def _chain_lines(chain: Chain) -> Iterator[str]:
    for depth, step in enumerate(chain.steps):
        listed = f", no. {step.reference} of its list" if step.reference is not None else ""
        via = f" [{' '.join(step.citation.split())}{listed}]" if step.citation else ""
        text = f"{'→ ' if depth else ''}{step.paper_label}, {step.effect}: {step.statement}{via}"
        yield wrap(text, 100, initial_indent="  " * depth, subsequent_indent="  " * depth + "    ")
    pad = "  " * len(chain.steps)
    to = f" {chain.work_label}:" if chain.work_label and chain.work_label != chain.steps[-1].paper_label else ""
    yield f"{pad}⇒{to} {'ends in ' if chain.ends in _IN else ''}{chain.ends}"


def _cited(finding: TracedFinding) -> tuple[Source, ...]:
    return finding.sources if finding.role == "cited" else ()


def _effects(trace: Trace) -> dict[str, int]:
    counts: dict[str, int] = {}
    for finding in trace.findings:
        counts[finding.effect] = counts.get(finding.effect, 0) + 1
    return counts


def _number(n: int, what: str) -> str:
    return f"{n} {what if n == 1 else what[:-1] + 'ies' if what.endswith('y') else what + 's'}"
