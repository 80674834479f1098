"""What was read out of the coded papers and looked over by a person: reference lists, citations, studies.

These files are facts about the papers (who cites whom, where), so the graph can be built where the papers themselves, which
are often not ours to pass on, are not at hand. ``evidence import PAPER`` writes them; a person may correct them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from evidence.model import Citation, Problem, Reference, Study
from evidence.tables import Row, read_table, write_table

LIST_COLUMNS = "index,start,end,raw,work,score,reason,note".split(",")
CITATION_COLUMNS = "start,end,kind,text,reference,work,candidates,note".split(",")
STUDY_COLUMNS = "study,works,design,country,setting,participants,read_in".split(",")


def read_list(path: Path, works: Collection[str], name: str = "") -> tuple[tuple[Reference, ...], tuple[Problem, ...]]:
    """The recorded reference list of one paper. An entry whose work is in no bibliography stays, unmatched, with a Problem."""
    name = name or str(path)
    table = read_table(path, ("index", "start", "end", "raw", "work"), "references", name)
    problems, references = list(table.problems), []
    for row in table.rows:
        if not _whole_numbers(row, "index", "start", "end"):
            message = "index, start and end must be whole numbers. The entry was left out"
            problems.append(Problem("references", name, row.line, row["raw"], message))
            continue
        work = row["work"] or None
        if work and work not in works:
            message = f"citation key `{work}` is in no bibliography; the entry stays without a work"
            problems.append(Problem("references", name, row.line, work, message))
            work = None
        references.append(
            Reference(
                int(row["index"]), int(row["start"]), int(row["end"]), row["raw"], {}, 0.0,
                work=work, work_score=_decimal(row["score"]), work_reason=row["reason"],
            )
        )  # fmt: skip
    return tuple(references), tuple(problems)


def write_list(path: Path, references: Iterable[Reference], notes: dict[int, str] | None = None) -> None:
    """Writes a recorded reference list; ``notes`` by index say what was put right. Raises ``OSError``."""
    rows = (
        {"index": r.index, "start": r.start, "end": r.end, "raw": r.raw, "work": r.work, "score": f"{r.work_score:.2f}"}
        | {"reason": r.work_reason, "note": (notes or {}).get(r.index, "")}
        for r in references
    )
    write_table(path, LIST_COLUMNS, rows)


def read_citations(path: Path, references: int, works: Collection[str], name: str = "") -> tuple[tuple[Citation, ...], tuple[Problem, ...]]:
    """The recorded citations of one paper; ``references`` is the length of its list (0: it has none).

    ``work`` may be ``?Author Year`` for a work that no bibliography lists, where the text's own spelling misleads."""
    name = name or str(path)
    table = read_table(path, ("start", "end", "kind", "text"), "citations", name)
    problems, citations = list(table.problems), []
    for row in table.rows:
        wrong = _wrong_citation(row, references)
        if wrong:
            problems.append(Problem("citations", name, row.line, row["text"], f"{wrong}. The citation was left out"))
            continue
        work = row["work"] or None
        if work and not work.startswith("?") and work not in works:
            message = f"citation key `{work}` is in no bibliography; the citation stays unresolved"
            problems.append(Problem("citations", name, row.line, work, message))
            work = None
        citations.append(
            Citation(
                int(row["start"]), int(row["end"]), row["text"], row["kind"],  # type: ignore[arg-type]
                int(row["reference"]) if row["reference"] else None, work,
                tuple(c.strip() for c in row["candidates"].split(";") if c.strip()), row["note"],
            )
        )  # fmt: skip
    return tuple(citations), tuple(problems)


def write_citations(path: Path, citations: Iterable[Citation]) -> None:
    """Writes recorded citations. Raises ``OSError``."""
    write_table(path, CITATION_COLUMNS, (vars(c) | {"candidates": ";".join(c.candidates)} for c in citations))


def read_studies(path: Path, works: Collection[str], name: str = "") -> tuple[tuple[Study, ...], tuple[Problem, ...]]:
    """What is known of the studies; a work that no row names gets a study of its own, without facts, and so counts alone."""
    name = name or str(path)
    table = read_table(path, ("study", "works"), "studies", name)
    problems, studies = list(table.problems), []
    reported: dict[str, str] = {}
    for row in table.rows:
        keys = [k.strip() for k in row["works"].split(";") if k.strip()]
        for key in keys:
            if key not in works:
                problems.append(Problem("studies", name, row.line, key, f"citation key `{key}` is in no bibliography; it was left out"))
            elif key in reported:
                message = f"`{key}` already reports study `{reported[key]}`; a work reports one study. It was left out here"
                problems.append(Problem("studies", name, row.line, key, message))
        own = tuple(k for k in keys if k in works and k not in reported)
        reported.update(dict.fromkeys(own, row["study"]))
        if row["study"] and own:
            facts = {column: row[column] for column in STUDY_COLUMNS[2:]}
            studies.append(Study(key=row["study"], works=own, source=name, line=row.line, **facts))
    studies.extend(Study(key, (key,)) for key in works if key not in reported)
    return tuple(studies), tuple(problems)


def _wrong_citation(row: Row, references: int) -> str:
    if not _whole_numbers(row, "start", "end"):
        return "start and end must be whole numbers"
    if row["kind"] not in ("parenthetical", "narrative", "numeric"):
        return f"kind `{row['kind']}` must be parenthetical, narrative or numeric"
    if row["reference"] and not (row["reference"].isdecimal() and 1 <= int(row["reference"]) <= references):
        return f"reference {row['reference']} is not in the paper's list of {references}"
    return ""


def _whole_numbers(row: Row, *columns: str) -> bool:
    return all(row[column].isdecimal() for column in columns)


def _decimal(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return 0.0
