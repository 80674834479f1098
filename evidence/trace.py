"""Tracing a factor: which findings say so, for or against, where, and on which studies they rest.

Counting papers misleads: five reviews that restate two studies are two studies. So findings, papers and independent studies are
counted apart.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from textwrap import fill as wrap

from evidence.output import as_csv
from evidence.query import Asks, NamedQuery, QueryError, near_names, records

EFFECT_ORDER = ("barrier", "facilitator", "mixed", "none")
_HEADINGS = {"barrier": "What hinders", "facilitator": "What helps", "mixed": "Mixed", "none": "No effect found"}
_ROLES = {"primary": "own data", "cited": "restates", "synthesis": "synthesis", "opinion": "opinion", "": "role not assessed"}


@dataclass(frozen=True)
class TracedFactor:
    """The factor that was meant."""

    iri: str
    code: str
    label: str
    level: str
    category: str


@dataclass(frozen=True)
class Source:
    """A work that a finding stands on, and the study it reports; ``key`` is empty when no bibliography lists the work."""

    study: str
    study_label: str
    work_label: str
    key: str
    design: str
    country: str


@dataclass(frozen=True)
class TracedFinding:
    """A finding with everything a reader needs to check it."""

    iri: str
    effect: str
    state: str
    role: str
    statement: str
    paper_key: str
    paper_label: str
    section: str
    start: int
    end: int
    countries: tuple[str, ...]
    settings: tuple[str, ...]
    phase: str
    informant: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Trace:
    """A factor and its findings, ordered by effect, paper and place."""

    factor: TracedFactor
    findings: tuple[TracedFinding, ...]

    def count(self, effect: str | None = None) -> dict[str, int]:
        """How many findings, papers that say it, and independent studies that they rest on; of one effect or of all."""
        chosen = [f for f in self.findings if effect in (None, f.effect)]
        studies = {s.study for f in chosen for s in f.sources}
        return {"findings": len(chosen), "papers": len({f.paper_key for f in chosen}), "studies": len(studies)}


def trace_factor(store: Asks, queries: Mapping[str, NamedQuery], name: str) -> Trace:
    """Traces a factor by label, synonym, code or unambiguous beginning of one. Raises ``QueryError`` that suggests near names."""
    factor = find_factor(store, queries, name)
    asked = {"factor_iri": factor.iri}
    sources: dict[str, list[Source]] = {}
    for row in records(store, queries["trace-sources"], asked):
        source = Source(row["study"], row["studyLabel"], row["workLabel"], row["workKey"], row["design"], row["country"])
        if not any(s.work_label == source.work_label and s.study == source.study for s in sources.get(row["finding"], [])):
            sources.setdefault(row["finding"], []).append(source)
    contexts: dict[tuple[str, str], list[str]] = {}
    for row in records(store, queries["trace-contexts"], asked):
        contexts.setdefault((row["finding"], row["kind"]), []).append(row["label"])
    findings = [_finding(row, sources, contexts) for row in records(store, queries["trace-findings"], asked)]
    return Trace(factor, tuple(sorted(findings, key=lambda f: EFFECT_ORDER.index(f.effect))))


def find_factor(store: Asks, queries: Mapping[str, NamedQuery], name: str) -> TracedFactor:
    """The one factor that ``name`` means. Raises ``QueryError`` when it is none or several, naming them."""
    names: dict[str, TracedFactor] = {}
    meant: dict[str, set[str]] = {}
    for row in records(store, queries["factor-names"]):
        factor = TracedFactor(row["factor"], row["code"], row["label"], row["level"], row["category"])
        names[factor.code] = factor
        for said in (row["name"], factor.code, factor.code.rsplit(".", 1)[-1], factor.iri):
            meant.setdefault(_folded(said), set()).add(factor.code)
    wanted = _folded(name)
    steps: tuple[Callable[[str], bool], ...] = (lambda n: n == wanted, lambda n: n.startswith(wanted), lambda n: wanted in n.split())
    for matches in steps if wanted else ():
        found = sorted({code for said, codes in meant.items() if matches(said) for code in codes})
        if len(found) == 1:
            return names[found[0]]
        if found:
            raise QueryError(f"`{name}` may be {' or '.join(found[:8])}; give a code")
    near = near_names(wanted, sorted(meant))
    codes = list(dict.fromkeys(code for n in near for code in sorted(meant[n])))
    hint = f"; near it are {', '.join(codes)}" if codes else ""
    raise QueryError(f"no factor is called `{name}`{hint} (`evidence query factor-names` lists all)")


def render_trace(trace: Trace, form: str) -> str:
    """The trace as ``text`` for a terminal, ``json``, ``csv`` (one finding a row) or ``markdown``."""
    return {"text": _as_text, "json": _as_json, "csv": _as_rows, "markdown": _as_markdown}[form](trace)


def _finding(
    row: Mapping[str, str], sources: Mapping[str, Sequence[Source]], contexts: Mapping[tuple[str, str], Sequence[str]]
) -> TracedFinding:
    iri = row["finding"]
    return TracedFinding(
        iri=iri,
        effect=row["effect"],
        state=row["state"],
        role=row["role"],
        statement=row["statement"],
        paper_key=row["paperKey"],
        paper_label=row["paperLabel"],
        section=row["section"],
        start=int(row["start"]),
        end=int(row["end"]),
        countries=tuple(contexts.get((iri, "country"), ())),
        settings=tuple(contexts.get((iri, "setting"), ())),
        phase=row["phase"],
        informant=row["informant"],
        sources=tuple(sources.get(iri, ())),
    )


def _folded(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())


def _counted(count: Mapping[str, int]) -> str:
    said = (f"{n} {what[:-3] + 'y' if n == 1 and what == 'studies' else what.rstrip('s') if n == 1 else what}" for what, n in count.items())
    return ", ".join(said)


def _place(f: TracedFinding) -> str:
    return ", ".join(part for part in (f.paper_label, f.section, f"{f.start}–{f.end}") if part)


def _word(f: TracedFinding) -> str:
    """On whose word: the role, and the works it restates."""
    works = ", ".join(s.work_label + ("" if s.key else " (not listed)") for s in f.sources) if f.role == "cited" else ""
    return f"{_ROLES[f.role]} {works}".strip() if works else _ROLES[f.role]


def _context(f: TracedFinding) -> str:
    return "; ".join(part for part in (*f.countries, *f.settings, f.phase, f.informant) if part)


def _groups(trace: Trace) -> Iterable[tuple[str, list[TracedFinding]]]:
    for effect in EFFECT_ORDER:
        findings = [f for f in trace.findings if f.effect == effect]
        if findings:
            yield effect, findings


def _as_text(trace: Trace) -> str:
    factor = trace.factor
    lines = [f"{factor.label}  ({factor.code}; {factor.level} > {factor.category})", _counted(trace.count()), ""]
    for effect, findings in _groups(trace):
        lines += [f"{_HEADINGS[effect].upper()}: {_counted(trace.count(effect))}", ""]
        for f in findings:
            lines.append(
                wrap(f.statement + (" [lacking]" if f.state == "lacking" else ""), 100, initial_indent="  ", subsequent_indent="  ")
            )
            lines.append(
                wrap(
                    " · ".join(part for part in (_place(f), _word(f), _context(f)) if part),
                    100,
                    initial_indent="    ",
                    subsequent_indent="    ",
                )
            )
        lines.append("")
    if not trace.findings:
        lines.append("Nobody says anything about it in this corpus.\n")
    return "\n".join(lines)


def _as_markdown(trace: Trace) -> str:
    factor = trace.factor
    lines = [f"# {factor.label}", "", f"`{factor.code}` · {factor.level} › {factor.category} · {_counted(trace.count())}", ""]
    for effect, findings in _groups(trace):
        lines += [f"## {_HEADINGS[effect]} ({_counted(trace.count(effect))})", ""]
        lines += [f"- {f.statement} — {' · '.join(part for part in (_place(f), _word(f), _context(f)) if part)}" for f in findings]
        lines.append("")
    return "\n".join(lines)


_COLUMNS = (
    "effect",
    "state",
    "role",
    "statement",
    "paper",
    "section",
    "start",
    "end",
    "country",
    "setting",
    "phase",
    "informant",
    "cites",
    "studies",
)


def _as_rows(trace: Trace) -> str:
    rows = [
        {
            "effect": f.effect, "state": f.state, "role": f.role, "statement": f.statement, "paper": f.paper_key, "section": f.section,
            "start": f.start, "end": f.end, "country": f.countries, "setting": f.settings, "phase": f.phase, "informant": f.informant,
            "cites": [s.key or s.work_label for s in f.sources] if f.role == "cited" else [], "studies": [s.study_label for s in f.sources],
        }
        for f in trace.findings
    ]  # fmt: skip
    return as_csv(_COLUMNS, rows)


def _as_json(trace: Trace) -> str:
    counts = {"all": trace.count(), **{effect: trace.count(effect) for effect, _ in _groups(trace)}}
    return (
        json.dumps(
            {"factor": asdict(trace.factor), "counts": counts, "findings": [asdict(f) for f in trace.findings]},
            ensure_ascii=False,
            indent=1,
        )
        + "\n"
    )
