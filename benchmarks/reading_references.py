"""How well and how fast reference strings are read: ``python benchmarks/reading_references.py FOLDER``.

FOLDER holds gold sets, one ``*.jsonl`` each, a JSON object a line: ``raw`` and ``fields`` (``author``: family names; ``year``, ``title``,
``container``, ``volume``, ``issue``, ``pages``, ``doi``). Printed per set: share of references with all seven core fields right,
including absent ones (*whole*), F1 of every field and their mean (*macro*), and references a second of processor time.
Values are compared after folding case, accents, punctuation and white space; page ranges are written out first.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import unicodedata
from pathlib import Path
from typing import Any

from evidence.references import parse_references

CORE = ("author", "year", "title", "container", "volume", "issue", "pages")
FIELDS = (*CORE, "doi")
PARTICLES = frozenset("van von de der den del della di da dos das do du la le les el al bin ibn ter ten zu zur vom af".split())


def fold(value: object) -> str:
    """Letters and digits of a value, without case and accents."""
    text = unicodedata.normalize("NFKD", str(value or "").translate(str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "ß": "ss", "æ": "ae"})))
    return re.sub(r"[\W_]+", "", "".join(c for c in text if not unicodedata.combining(c)).lower())


def fold_name(name: str) -> str:
    """A family name without leading particles."""
    words = re.split(r"[\s_]+", name.strip())
    while len(words) > 1 and fold(words[0]) in PARTICLES:
        words = words[1:]
    return fold(" ".join(words))


def fold_pages(value: object) -> str:
    """A page range written out: ``373-79`` as ``373-379``."""
    text = re.sub("[‐‑‒–—−]", "-", str(value or ""))
    match = re.match(r"\s*([A-Za-z]*)(\d+)\s*-+\s*([A-Za-z]*)(\d+)", text)
    if not match:
        return fold(text)
    first, last = match[2], match[4]
    return f"{match[1]}{first}-{match[3] or match[1]}{first[: max(0, len(first) - len(last))]}{last}".lower()


def comparable(fields: dict[str, Any]) -> dict[str, object]:
    """Gold or predicted fields in the form in which they are compared; absent ones are false."""
    year = re.search(r"(?:1[4-9]|20)\d\d", str(fields.get("year") or ""))
    return {
        "author": tuple(x for x in map(fold_name, fields.get("author") or ()) if x),
        "year": year[0] if year else fold(fields.get("year")),
        "container": fold(re.sub(r"^(?:in|the)\b:?\s*", "", str(fields.get("container") or ""), flags=re.IGNORECASE)),
        "pages": fold_pages(fields.get("pages")),
        "doi": str(fields.get("doi") or "").lower(),
        **{name: fold(fields.get(name)) for name in ("title", "volume", "issue")},
    }


def from_csl(csl: dict[str, Any]) -> dict[str, Any]:
    """The measured fields of a CSL-JSON item."""
    dates = csl.get("issued", {}).get("date-parts")
    names = [name.get("family") or name.get("literal") for name in csl.get("author", ())]
    return {
        "author": names,
        "year": dates[0][0] if dates else "",
        "title": csl.get("title"),
        "container": csl.get("container-title"),
        "volume": csl.get("volume"),
        "issue": csl.get("issue"),
        "pages": csl.get("page"),
        "doi": csl.get("DOI"),
    }


def f1(right: int, said: int, wanted: int) -> float:
    """F1 in per cent."""
    return 200 * right / (said + wanted) if said + wanted else 0.0


def read_gold(path: Path) -> list[dict[str, Any]]:
    """The strings of a gold set, each with its fields."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def scored(gold: list[dict[str, Any]], read: list[dict[str, Any]]) -> tuple[float, float, dict[str, float]]:
    """Whole, macro and each field's F1 in per cent; ``read`` are the measured fields in the order of the gold."""
    right, said, wanted, whole = dict.fromkeys(FIELDS, 0), dict.fromkeys(FIELDS, 0), dict.fromkeys(FIELDS, 0), 0
    for item, fields in zip(gold, read, strict=True):
        truth, guess = comparable(item["fields"]), comparable(fields)
        names = [name for name in FIELDS if name != "author" or item.get("author_ok") is not False]
        for name in names:
            right[name] += bool(truth[name]) and truth[name] == guess[name]
            said[name] += bool(guess[name])
            wanted[name] += bool(truth[name])
        whole += all(truth[name] == guess[name] for name in names if name in CORE)
    score = {name: f1(right[name], said[name], wanted[name]) for name in FIELDS}
    return 100 * whole / len(gold), sum(score[name] for name in CORE) / len(CORE), score


def measure(path: Path) -> str:
    """One gold set read and compared: a line of the report."""
    gold = read_gold(path)
    start = time.process_time()
    read = list(parse_references(item["raw"] for item in gold))
    seconds = time.process_time() - start
    whole, macro, score = scored(gold, [from_csl(reference.csl) for reference in read])
    each = "  ".join(f"{name} {score[name]:.1f}" for name in FIELDS)
    return f"{path.stem:24} n {len(gold):5}  whole {whole:5.1f}  macro {macro:5.1f}  {len(gold) / seconds:6.0f}/s  {each}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder with gold sets (*.jsonl)")
    sets = sorted((folder := parser.parse_args().folder).glob("*.jsonl"))
    if not sets:
        parser.error(f"no gold set (*.jsonl) is in {folder}")
    list(parse_references(["Warm, U. (2020). Up. Journal of Starts, 1(1), 1-2."]))
    for path in sets:
        print(measure(path), flush=True)


if __name__ == "__main__":
    main()
