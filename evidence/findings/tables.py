"""Coded findings and influences: the CSV files that people edit, one finding or influence a row."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from rapidfuzz import process

from evidence.model import EFFECTS, ROLES, STATES, Codebook, Context, Finding, Influence, Problem
from evidence.tables import Row, read_table, write_table

STAGE = "findings"
FINDING_COLUMNS = (
    "id,factor,effect,state,role,statement,section,start,end,passage_sha256,cites,country,setting,phase,informant,coder,date,note".split(
        ","
    )
)
INFLUENCE_COLUMNS = "id,from,to,sign,statement,findings".split(",")
SIGNS = ("increases", "decreases", "conditional")


def finding_id(paper: str, start: int, end: int, factor: str, effect: str) -> str:
    """A stable identifier from content: equal codings made on two clones get the same one, others do not collide in a merge."""
    digest = hashlib.sha256(f"{paper}|{start}|{end}|{factor}|{effect}".encode()).hexdigest()
    return f"{paper}-{digest[:8]}"


def read_findings(
    path: Path, codebook: Codebook, works: Collection[str], name: str = ""
) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    """The findings of one paper; the file's name without suffix is the paper's key.

    ``works`` are the citation keys that ``cites`` may name. A row that is wrong (unknown factor, effect, state or role, no
    number where an offset should be) is left out with a Problem; a citation key that is nowhere is reported and dropped from the
    row, the finding stays.
    """
    name, paper = name or str(path), path.stem
    table = read_table(path, ("factor", "effect", "start", "end"), STAGE, name)
    problems = list(table.problems)
    findings: list[Finding] = []
    seen: dict[str, int] = {}
    codes = {f.code for f in codebook.factors}
    for row in table.rows:
        wrong = _what_is_wrong(row, codes)
        if wrong:
            problems.append(Problem(STAGE, name, row.line, ",".join(row.cells.values()), f"{wrong}. The finding was left out"))
            continue
        finding = _finding(row, paper, name)
        if finding.id in seen:
            message = f"finding `{finding.id}` stands on line {seen[finding.id]} already; give it another id or delete one. It was left out"
            problems.append(Problem(STAGE, name, row.line, finding.id, message))
            continue
        seen[finding.id] = row.line
        unknown = [key for key in finding.cites if not key.startswith("?") and key not in works]
        messages = [_unknown("citation key", key, works, "is in no bibliography") for key in unknown]
        problems.extend(Problem(STAGE, name, row.line, key, message) for key, message in zip(unknown, messages, strict=True))
        findings.append(replace(finding, cites=tuple(key for key in finding.cites if key not in unknown)))
    return tuple(findings), tuple(problems)


def write_findings(path: Path, findings: Iterable[Finding]) -> None:
    """Writes a findings file. Raises ``OSError`` when it cannot be written."""
    write_table(path, FINDING_COLUMNS, (_cells(f) for f in findings))


def read_influences(
    path: Path, codebook: Codebook, findings: Collection[str], name: str = ""
) -> tuple[tuple[Influence, ...], tuple[Problem, ...]]:
    """The influences of factors on factors; ``findings`` are the ids of findings that may report one."""
    name = name or str(path)
    table = read_table(path, ("from", "to", "sign", "findings"), "influences", name)
    problems, influences = list(table.problems), []
    codes = {f.code for f in codebook.factors}
    for row in table.rows:
        reported = tuple(f for f in _listed(row["findings"]) if f in findings)
        wrong = (
            next((_unknown("factor", row[c], codes, "is not in the codebook") for c in ("from", "to") if row[c] not in codes), "")
            or ("" if row["sign"] in SIGNS else _unknown("sign", row["sign"], SIGNS, f"must be one of {', '.join(SIGNS)}"))
            or ("" if reported else f"findings `{row['findings']}` are not known; name at least one finding that reports the influence")
        )
        if wrong:
            problems.append(Problem("influences", name, row.line, ",".join(row.cells.values()), f"{wrong}. The influence was left out"))
            continue
        key = row["id"] or f"{row['from']}--{row['to']}"
        influences.append(Influence(key, row["from"], row["to"], row["sign"], row["statement"], reported, name, row.line))
    return tuple(influences), tuple(problems)


def _what_is_wrong(row: Row, codes: Collection[str]) -> str:
    """What keeps a row from being a finding, as a sentence; empty if nothing."""
    if row["factor"] not in codes:
        return _unknown("factor", row["factor"], codes, "is not in the codebook")
    for column, allowed in (("effect", EFFECTS), ("state", STATES), ("role", ROLES)):
        if row[column] not in allowed:
            known = ", ".join(a for a in allowed if a)
            return _unknown(column, row[column], [a for a in allowed if a], f"must be one of {known}")
    if not (row["start"].isdecimal() and row["end"].isdecimal()):
        return f"start `{row['start']}` and end `{row['end']}` must be whole numbers: offsets in the paper's text"
    if int(row["start"]) >= int(row["end"]):
        return f"start {row['start']} does not lie before end {row['end']}"
    return ""


def _finding(row: Row, paper: str, source: str) -> Finding:
    start, end = int(row["start"]), int(row["end"])
    strength = row["strength"]
    return Finding(
        id=row["id"] or finding_id(paper, start, end, row["factor"], row["effect"]),
        paper=paper,
        factor=row["factor"],
        effect=row["effect"],
        state=row["state"],
        role=row["role"],
        statement=row["statement"],
        section=row["section"],
        start=start,
        end=end,
        passage_sha256=row["passage_sha256"],
        cites=_listed(row["cites"]),
        context=Context(row["country"], row["setting"], row["phase"], row["informant"]),
        coder=row["coder"],
        date=row["date"],
        note=row["note"],
        strength=int(strength) if strength.lstrip("+-").isdecimal() else None,
        source=source,
        line=row.line,
    )


def _cells(finding: Finding) -> dict[str, object]:
    cells: dict[str, object] = {c: getattr(finding, c) for c in FINDING_COLUMNS if hasattr(finding, c)}
    return cells | vars(finding.context) | {"cites": ";".join(finding.cites)}


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _unknown(what: str, met: str, known: Collection[str], why: str) -> str:
    near = [match for match, *_ in process.extract(met, sorted(known), limit=2, score_cutoff=70)]
    hint = f" (did you mean {' or '.join(f'`{n}`' for n in near)}?)" if near else ""
    return f"{what} `{met}` {why}{hint}"
