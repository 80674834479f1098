"""Which references and works are the same work.

Records are blocked (same DOI, same first author and year, same volume and page, same rare title words), candidates inside a
block compared field by field, and what agrees joined, best pairs first. The comparison adds up evidence as Fellegi and Sunter
(1969, *JASA* 64, 1183-1210) do: each field that agrees or differs adds or takes bits, ``WEIGHTS`` lists how many; the sum is the
logarithm to base 2 of the odds that two records are the same work. Differences that tell two publications apart (a part
number, an erratum, a protocol, another edition, another DOI) also keep chains of look-alikes from running together.

Every merge carries its score and its reason in words, and people may overrule it (``Overrule``).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from evidence.model import CslItem, Problem, Work

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

THRESHOLD = 0.5
"""Score from which two records count as the same work."""

_PRIOR = -10.0
"""Bits before any evidence: two records of a block are rarely the same work."""

WEIGHTS = {
    "same DOI": 22.0, "same PubMed id": 22.0, "another DOI": -14.0, "nearly the same DOI": -2.0,
    "same title": 12.0, "same short title": 6.0, "one title is the beginning of the other": 8.0, "nearly the same title": 6.0,
    "another word in the title": -9.0, "another title": -16.0, "another number in the title": -16.0, "another kind of publication": -14.0,
    "same first author": 5.0, "first author spelt otherwise": 4.0, "authors in another order": 3.0, "an organisation for the people": -2.0,
    "another first author": -7.0,
    "same year": 3.0, "one year apart": -1.0, "another year": -8.0, "another letter after the year": -3.0,
    "same journal or book": 2.0, "another journal or book": -3.0, "same volume": 2.0, "another volume": -4.0, "same page": 4.0,
    "another page": -5.0, "nothing of the place the same": -4.0,
    "a chapter and a book": -12.0, "another edition": -14.0, "a preprint": -8.0, "a thesis": -8.0,
}  # fmt: skip
"""What is said of two records, and the bits it adds to the odds that they are the same work."""

_DECISIVE = frozenset(
    (
        "another DOI",
        "another number in the title",
        "another kind of publication",
        "another edition",
        "a chapter and a book",
        "another letter after the year",
    )
)
"""Differences that no chain of look-alikes may bridge."""

_MARKERS = {
    "protocol": "protocol", "protocols": "protocol", "erratum": "correction", "errata": "correction", "corrigendum": "correction",
    "correction": "correction", "corrections": "correction", "addendum": "correction", "retraction": "retraction",
    "retracted": "retraction",
    "reply": "reply", "response": "reply", "rejoinder": "reply", "comment": "comment", "comments": "comment", "commentary": "comment",
    "supplement": "supplement", "appendix": "supplement", "summary": "summary", "update": "update", "updated": "update",
    "revisited": "revisited",
}  # fmt: skip
"""Title words that make another publication of the same name."""

_NUMBER_WORDS = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10", "one": "1", "two": "2",
    "three": "3", "four": "4", "five": "5", "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5",
}  # fmt: skip
_COUNTED = frozenset("part parts study phase volume vol chapter wave report section series stage round book no number".split())
_SMALL_WORDS = frozenset("a an the of in on and for to with by from at as der die das und le la les et de del el".split())
_PREPRINT = re.compile(r"\b(?:arxiv|biorxiv|medrxiv|psyarxiv|socarxiv|chemrxiv|ssrn|preprints?|research square|osf)\b")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_NOT_WORD = re.compile(r"[\W_]+")
_TAG = re.compile(r"</?[a-zA-Z]{1,5}[^<>]{0,40}>")
_APOSTROPHES = str.maketrans("", "", "'’‘`´ʼ")
_LONG_TITLE = 24
_PRINTED = 0.9
_BLOCK_LIMIT = 250
_WINDOW = 25
_CHAIN_SAMPLE = 12


@dataclass(frozen=True)
class Overrule:
    """A person's word on two items, named by their ``id``: the same work or not, and why."""

    a: str
    b: str
    same: bool
    reason: str = ""


Overrules = tuple[Overrule, ...]


@dataclass(frozen=True)
class Merge:
    """Two items (0-based positions), the score (0 to 1) that they are the same work, and the reason in words."""

    a: int
    b: int
    score: float
    reason: str


@dataclass(frozen=True)
class Matches:
    """The works among the items. ``clusters`` are sorted 0-based positions, one cluster a work, in the order of their first
    item; every item is in exactly one. ``merges`` are the pairs that made them; ``flags`` are pairs that look the same but were
    kept apart, with the reason, for a person to look at."""

    clusters: tuple[tuple[int, ...], ...] = ()
    merges: tuple[Merge, ...] = ()
    flags: tuple[Merge, ...] = ()


@dataclass(frozen=True, slots=True)
class _Record:
    """A record as it is compared: folded to lower case, without accents and punctuation. Empty: not there. ``text`` is the title
    as one string."""

    doi: str
    pmid: str
    title: tuple[str, ...]
    text: str
    first: str
    first_words: frozenset[str]
    people: frozenset[str]
    is_group: bool
    year: int | None
    suffix: str
    container: str
    volume: str
    page: str
    kind: str
    edition: str


@dataclass(frozen=True, slots=True)
class _Comparison:
    """What is said of two records (keys of ``WEIGHTS``), and the score it comes to."""

    findings: tuple[str, ...]
    score: float

    @property
    def is_same(self) -> bool:
        return self.score >= THRESHOLD

    @property
    def is_barred(self) -> bool:
        """Whether a decisive difference keeps the two apart."""
        return not self.is_same and not _DECISIVE.isdisjoint(self.findings)

    @property
    def reason(self) -> str:
        """``same title, same year; but another volume``."""
        agree = ", ".join(name for name in self.findings if WEIGHTS[name] > 0)
        differ = ", ".join(name for name in self.findings if WEIGHTS[name] < 0)
        return "; but ".join(filter(None, (agree, differ)))


def match_works(items: Sequence[CslItem], overrules: Overrules = ()) -> Matches:
    """Which of the items are the same work. Overrules come first: ``same`` joins whatever the fields say, ``different`` keeps
    apart, also by way of a third item. The result depends on the items and their order only."""
    records = [_record(item) for item in items]
    twins, singles = _twins(records)
    pairs = [(Merge(a, b, compared.score, compared.reason), compared) for a, b, compared in _candidates(records, singles)]
    merges = sorted((merge for merge, compared in pairs if compared.is_same), key=lambda merge: _rank(merge, records))
    clustering = _Clustering(records, _forbidden(items, overrules))
    flags = [merge for merge, compared in pairs if _is_suspicious(compared)]
    made = []
    for merge in [*_overruled(items, overrules), *twins, *merges]:
        refused = clustering.join(merge.a, merge.b, force=merge.reason.startswith("overruled"))
        if refused is None:
            made.append(merge)
        elif refused:
            flags.append(Merge(merge.a, merge.b, merge.score, f"kept apart: {refused} ({merge.reason})"))
    return Matches(clustering.clusters(), tuple(made), tuple(sorted(flags, key=lambda m: (m.a, m.b))))


@dataclass(frozen=True)
class WorkIndex:
    """Known works, prepared for looking up many references; made by ``index_works``."""

    keys: tuple[str, ...]
    records: tuple[_Record, ...]
    blocks: Mapping[str, tuple[int, ...]]
    frequency: Mapping[str, int]


def index_works(works: Sequence[Work]) -> WorkIndex:
    """The index of these works."""
    records = tuple(_record(work.csl) for work in works)
    frequency = _frequency(records)
    blocks: dict[str, list[int]] = defaultdict(list)
    for position, record in enumerate(records):
        for key in _keys(record, frequency, 1):
            blocks[key].append(position)
    return WorkIndex(tuple(work.key for work in works), records, {key: tuple(found) for key, found in blocks.items()}, frequency)


def match_reference(csl: CslItem, index: WorkIndex, raw: str = "") -> tuple[str | None, float, str]:
    """The key of the work that a reference is, with score and reason; ``None`` when no work is, or when two fit equally well
    (the reason names them). Where the parsed fields lead nowhere, the printed entry ``raw`` may still hold a work's title, first
    author and year."""
    record = _record(csl)
    positions = sorted({position for key in _keys(record, index.frequency, 1) for position in index.blocks.get(key, ())})
    compared = [(_compare(record, index.records[position]), index.keys[position]) for position in positions]
    ranked = sorted(compared, key=lambda pair: (-pair[0].score, pair[1]))
    if not ranked or not ranked[0][0].is_same:
        printed = _printed_in(fold(raw).split(), index)
        nearest = f"nearest is {ranked[0][1]}: {ranked[0][0].reason}" if ranked else "no work with this title, author or DOI"
        return printed or (None, ranked[0][0].score if ranked else 0.0, nearest)
    (best, key), *others = ranked
    rivals = [other for comparison, other in others if comparison.is_same and comparison.score == best.score and other != key]
    if rivals:
        return None, best.score, f"fits equally well: {', '.join([key, *rivals])}"
    return key, best.score, best.reason


def _printed_in(words: Sequence[str], index: WorkIndex) -> tuple[str, float, str] | None:
    """The one work whose whole title, first author and year stand among the words of a printed entry."""
    text, known = f" {' '.join(words)} ", {word for word in words if word in index.frequency}
    rare = sorted(sorted(known, key=lambda word: (index.frequency[word], word))[:10])
    positions = {position for a, b in combinations(rare, 2) for position in index.blocks.get(f"title {a} {b}", ())}
    found = [position for position in sorted(positions) if _is_printed(index.records[position], text)]
    longest = [
        position
        for position in found
        if not any(index.records[position].text in index.records[other].text for other in found if other != position)
    ]
    return (index.keys[longest[0]], _PRINTED, "title, first author and year stand in the entry") if len(longest) == 1 else None


def _is_printed(record: _Record, text: str) -> bool:
    """Whether a title that says something, the first author and the year stand in a folded text."""
    names = [word for word in record.first_words if len(word) > 2]
    has_names = any(f" {name} " in text for name in names)
    return len(record.title) > 2 and f" {record.text} " in text and has_names and (not record.year or f" {record.year}" in text)


def overrules_from(rows: Iterable[Mapping[str, str]], source: str = "") -> tuple[Overrules, tuple[Problem, ...]]:
    """Overrules from the rows of a table with the columns ``a,b,same|different,reason`` (third column named ``verdict`` or
    ``same|different``); a row that cannot be used is a Problem. The header is line 1."""
    overrules: list[Overrule] = []
    problems: list[Problem] = []
    for line, row in enumerate(rows, 2):
        a, b = (row.get("a") or "").strip(), (row.get("b") or "").strip()
        verdict = (row.get("verdict") or row.get("same|different") or "").strip().lower()
        if a and b and verdict in ("same", "different"):
            overrules.append(Overrule(a, b, verdict == "same", (row.get("reason") or "").strip()))
        else:
            message = "An overrule names two works and says “same” or “different”; this row does not and was left out."
            problems.append(Problem("matching", source, line, f"{a},{b},{verdict}", message))
    return tuple(overrules), tuple(problems)


# Preparing ------------------------------------------------------------------------------------------------------------


def fold(text: str) -> str:
    """Lower case, without accents, mark-up, apostrophes and punctuation; words separated by one space."""
    text = _TAG.sub("", text) if "<" in text else text
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", text.translate(_APOSTROPHES).replace("&", " and ").lower()).strip()


def _record(csl: CslItem) -> _Record:
    names = _names(csl)
    first = names[0] if names else {}
    family = _family(first)
    title = fold(_string(csl, "title"))
    return _Record(
        doi=_doi(csl),
        pmid=re.sub(r"\D", "", str(csl.get("PMID") or "")),
        title=tuple(title.split()),
        text=title,
        first=family,
        first_words=frozenset(fold(" ".join(str(first.get(part) or "") for part in ("family", "given", "literal"))).split()),
        people=frozenset(filter(None, map(_family, names))),
        is_group="literal" in first,
        year=_year(csl),
        suffix=_string(csl, "year-suffix"),
        container=fold(_string(csl, "container-title")),
        volume=fold(_string(csl, "volume")).replace(" ", ""),
        page=_first_page(_string(csl, "page") or _string(csl, "number")),
        kind=_kind(csl),
        edition="".join(re.findall(r"\d+", _string(csl, "edition"))) or fold(_string(csl, "edition"))[:4],
    )


def _string(csl: CslItem, var: str) -> str:
    value = csl.get(var)
    return str(value) if isinstance(value, (str, int)) else ""


def _names(csl: CslItem) -> list[dict[str, str]]:
    """The authors, or the editors of what has no author."""
    listed = csl.get("author") or csl.get("editor") or []
    return [name for name in listed if isinstance(name, dict)] if isinstance(listed, list) else []


def _family(name: Mapping[str, str]) -> str:
    """The family name without particles and blanks, or the organisation's name."""
    if name.get("family"):
        words = fold(str(name["family"])).split()
        return "".join([word for word in words if word not in _PARTICLES] or words)
    return fold(str(name.get("literal") or name.get("given") or ""))


_PARTICLES = frozenset("van von der den de del della di da dos du la le ter ten zu st".split())


def _doi(csl: CslItem) -> str:
    match = _DOI.search(_string(csl, "DOI").lower()) or _DOI.search(_string(csl, "URL").lower() if "doi" in _string(csl, "URL") else "")
    return match[0].rstrip(".,;)]") if match else ""


def _year(csl: CslItem) -> int | None:
    issued = csl.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    value = str(parts[0][0]) if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0] else ""
    return int(value) if re.fullmatch(r"-?\d{1,4}", value) else None


def _first_page(text: str) -> str:
    return re.split(r"[-–—,;:\s]", text.strip().lower(), maxsplit=1)[0].lstrip("p.0")


def _kind(csl: CslItem) -> str:
    """``article``, ``book``, ``chapter``, ``thesis``, ``preprint`` or ``other``."""
    kind = _string(csl, "type")
    if _PREPRINT.search(f"{_string(csl, 'container-title')} {_string(csl, 'publisher')} {_string(csl, 'genre')}".lower()):
        return "preprint"
    if kind == "book":
        return "chapter" if csl.get("container-title") and csl.get("page") else "book"
    if kind.startswith("article") and csl.get("container-title"):
        return "article"
    return kind if kind in ("chapter", "thesis") else "other"


# Blocking -------------------------------------------------------------------------------------------------------------


def _frequency(records: Iterable[_Record]) -> Counter[str]:
    """In how many titles each word stands."""
    return Counter(word for record in records for word in set(record.title))


def _keys(record: _Record, frequency: Mapping[str, int], least: int) -> set[str]:
    """The blocks of a record. Years are blocked with the next one, so that those one apart meet; of the title, pairs of its
    three rarest words that stand in at least ``least`` titles."""
    keys = {f"doi {record.doi}"} if record.doi else set()
    if record.pmid:
        keys.add(f"pmid {record.pmid}")
    if record.first and record.year:
        keys |= {f"name {record.first[:5]} {record.year}", f"name {record.first[:5]} {record.year + 1}"}
    if record.volume and record.page:
        keys.add(f"page {record.volume} {record.page}")
    known = {word for word in record.title if frequency.get(word, 0) >= least}
    rare = sorted(sorted(known, key=lambda word: (frequency[word], word))[:3])
    return keys | {f"title {a} {b}" for a, b in combinations(rare, 2)} | ({f"title {rare[0]}"} if len(record.title) < 3 and rare else set())


def _twins(records: Sequence[_Record]) -> tuple[list[Merge], list[int]]:
    """Records with all fields the same, joined to the first of them; and the positions of the first ones. Records that say too
    little to be told apart are no twins."""
    first: dict[_Record, int] = {}
    twins: list[Merge] = []
    singles: list[int] = []
    for position, record in enumerate(records):
        known = first.setdefault(record, position)
        compared = _compare(record, record) if known != position else None
        if compared and compared.is_same:
            twins.append(Merge(known, position, compared.score, f"all fields the same: {compared.reason}"))
        else:
            singles.append(position)
    return twins, singles


def _candidates(records: Sequence[_Record], positions: Sequence[int]) -> Iterator[tuple[int, int, _Comparison]]:
    """Pairs that share a block, each once, compared; those that are plainly two works are left out."""
    frequency = _frequency(records[position] for position in positions)
    blocks: dict[str, list[int]] = defaultdict(list)
    for position in positions:
        for key in _keys(records[position], frequency, 2):
            blocks[key].append(position)
    texts = {position: records[position].text for position in positions}
    seen: set[int] = set()
    for block in blocks.values():
        for a, b in _pairs_of(block, texts) if len(block) > 1 else ():
            pair = a * len(records) + b
            if pair in seen:
                continue
            seen.add(pair)
            if _may_match(records[a], records[b], texts[a], texts[b]):
                compared = _compare(records[a], records[b])
                if compared.is_same or _is_suspicious(compared):
                    yield a, b, compared


def _pairs_of(block: Sequence[int], texts: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """All pairs of a small block; of a large one each with its neighbours in the order of titles (the sorted-neighbourhood
    method of Hernández and Stolfo, 1995)."""
    if len(block) <= _BLOCK_LIMIT:
        yield from combinations(block, 2)
        return
    ordered = sorted(block, key=lambda position: (texts[position], position))
    for index, a in enumerate(ordered):
        for b in ordered[index + 1 : index + 1 + _WINDOW]:
            yield min(a, b), max(a, b)


def _may_match(a: _Record, b: _Record, text_a: str, text_b: str) -> bool:
    """A quick look that spares the comparison: titles that share too little, and nothing else to go by."""
    if not text_a or not text_b or (a.doi and a.doi == b.doi) or (a.volume and a.page and (a.volume, a.page) == (b.volume, b.page)):
        return True
    shorter, longer = sorted((text_a, text_b), key=len)
    return longer.startswith(shorter[:40]) or fuzz.ratio(text_a, text_b, score_cutoff=70) > 0


# Comparing ------------------------------------------------------------------------------------------------------------


def _compare(a: _Record, b: _Record) -> _Comparison:
    """All that is said of two records, and its score."""
    said = (*_identifiers(a, b), _title(a, b), _authors(a, b), *_date(a, b), *_place(a, b), *_form(a, b))
    findings = tuple(filter(None, said))
    bits = _PRIOR + sum(WEIGHTS[name] for name in findings)
    return _Comparison(findings, round(1 / (1 + 2 ** -max(-30.0, min(30.0, bits))), 4))


def _rank(merge: Merge, records: Sequence[_Record]) -> tuple[float, list[tuple[str, ...]], int, int]:
    """Best pairs first; of equal ones by what they hold, so that the order of the items counts last."""
    return -merge.score, sorted(map(_held, (records[merge.a], records[merge.b]))), merge.a, merge.b


def _held(r: _Record) -> tuple[str, ...]:
    return (r.text, r.first, str(r.year), r.container, r.volume, r.page, r.doi, r.kind, r.edition, r.suffix, r.pmid, *sorted(r.people))


def _is_suspicious(compared: _Comparison) -> bool:
    """The same DOI on two works that are plainly not the same: one of the DOIs is wrong."""
    return not compared.is_same and "same DOI" in compared.findings


def _identifiers(a: _Record, b: _Record) -> Iterator[str]:
    if a.doi and b.doi:
        if a.doi == b.doi:
            yield "same DOI"
        elif min(len(a.doi), len(b.doi)) > 12 and (a.doi.startswith(b.doi) or b.doi.startswith(a.doi)):
            yield "nearly the same DOI"
        else:
            yield "another DOI"
    if a.pmid and a.pmid == b.pmid:
        yield "same PubMed id"


def _title(a: _Record, b: _Record) -> str:
    """How two titles compare; empty when one is not there."""
    if not a.title or not b.title:
        return ""
    if a.title == b.title:
        return "same title" if len(a.text) > _LONG_TITLE else "same short title"
    return _title_of(*sorted((a.title, b.title)))


@lru_cache(maxsize=4096)
def _title_of(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    """How two different titles compare, by what stands in one and not in the other."""
    if fuzz.ratio(" ".join(a), " ".join(b)) < 60 and not _is_beginning(a, b):
        return "another title"
    gaps = list(_gaps(a, b))
    added = [word for only_a, only_b, _ in gaps for word in (*only_a, *only_b)]
    if _numbers(a) != _numbers(b):
        return "another number in the title"
    if _markers(a) != _markers(b):
        return "another kind of publication"
    if all(_is_spelling(only_a, only_b) for only_a, only_b, _ in gaps):
        return "same title" if len(" ".join(a)) > _LONG_TITLE else "same short title"
    real = [(only_a, only_b, at_end) for only_a, only_b, at_end in gaps if not _is_spelling(only_a, only_b)]
    if all(at_end and not (only_a and only_b) for only_a, only_b, at_end in real) and min(len(a), len(b)) >= 3:
        return "one title is the beginning of the other"
    if all(only_a and only_b for only_a, only_b, _ in real) or len(added) > 4:
        return "another word in the title" if fuzz.ratio(" ".join(a), " ".join(b)) >= 80 else "another title"
    return "nearly the same title"


def _is_beginning(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    shorter, longer = sorted((" ".join(a), " ".join(b)), key=len)
    return longer.startswith(shorter) or (len(shorter) > 20 and fuzz.ratio(shorter, longer[: len(shorter)]) > 92)


def _gaps(a: tuple[str, ...], b: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], bool]]:
    """The stretches of words in which two titles differ, and whether a stretch is the end of both."""
    start_a = start_b = 0
    for operation in [*Levenshtein.opcodes(a, b), None]:
        if operation is not None and operation.tag != "equal":
            continue
        end_a, end_b = (operation.src_start, operation.dest_start) if operation is not None else (len(a), len(b))
        if end_a > start_a or end_b > start_b:
            yield a[start_a:end_a], b[start_b:end_b], end_a == len(a) and end_b == len(b)
        if operation is not None:
            start_a, start_b = operation.src_end, operation.dest_end


def _is_spelling(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether two stretches are one text spelt or printed otherwise (``health care``, ``healthcare``; a slip of a letter), or
    differ in small words only."""
    if not set(a) - _SMALL_WORDS and not set(b) - _SMALL_WORDS:
        return True
    one, other = "".join(a), "".join(b)
    if not one or not other:
        return False
    slips = Levenshtein.distance(one, other, score_cutoff=3)
    return slips == 0 or (slips <= max(1, max(len(one), len(other)) // 6) and one[0] == other[0] and min(len(one), len(other)) > 3)


def _numbers(title: tuple[str, ...]) -> list[str]:
    """The numbers of a title: digits anywhere, number words and Roman numerals behind ``part``, ``study``, …, and at the end."""
    found = [word for word in title if any(c.isdigit() for c in word)]
    before = ("", *title)
    counted = [
        _NUMBER_WORDS[word]
        for index, word in enumerate(title)
        if word in _NUMBER_WORDS and (before[index] in _COUNTED or (index == len(title) - 1 and word in ("ii", "iii", "iv")))
    ]
    return sorted(found + counted)


def _markers(title: tuple[str, ...]) -> set[str]:
    """What the marker words of a title, misspelt or not, say of the publication."""
    return set(filter(None, map(_marker, title)))


@lru_cache(maxsize=65_536)
def _marker(word: str) -> str:
    if word in _MARKERS or len(word) < 6:
        return _MARKERS.get(word, "")
    return next(
        (kind for marker, kind in _MARKERS.items() if len(marker) > 6 and Levenshtein.distance(word, marker, score_cutoff=1) < 2), ""
    )


def _authors(a: _Record, b: _Record) -> str:
    """How the first authors compare; empty when one record names nobody."""
    if not a.first or not b.first:
        return ""
    if a.first == b.first:
        return "same first author"
    if fuzz.ratio(a.first, b.first) >= 80 or a.first in b.first_words or b.first in a.first_words:
        return "first author spelt otherwise"
    if a.is_group and b.is_group and (_are_initials(a.first, b.first) or fuzz.token_set_ratio(a.first, b.first) >= 90):
        return "first author spelt otherwise"
    if a.first in b.people or b.first in a.people:
        return "authors in another order"
    return "an organisation for the people" if a.is_group != b.is_group else "another first author"


def _are_initials(a: str, b: str) -> bool:
    """Whether one organisation's name is the initials of the other's (``who``), or of its telling words."""
    shorter, longer = sorted((a, b), key=len)
    initials = iter(word[0] for word in longer.split())
    return 1 < len(shorter) < 9 and " " in longer and all(letter in initials for letter in shorter)


def _date(a: _Record, b: _Record) -> Iterator[str]:
    if a.year and b.year:
        apart = abs(a.year - b.year)
        yield "same year" if apart == 0 else "one year apart" if apart == 1 else "another year"
    if a.suffix and b.suffix and a.suffix != b.suffix and a.year == b.year:
        yield "another letter after the year"


def _place(a: _Record, b: _Record) -> Iterator[str]:
    """Journal or book, volume, first page."""
    agree = []
    if a.container and b.container:
        agree.append(_same_container(*sorted((a.container, b.container))))
        yield "same journal or book" if agree[-1] else "another journal or book"
    if a.volume and b.volume:
        agree.append(a.volume == b.volume)
        yield "same volume" if agree[-1] else "another volume"
    if a.page and b.page:
        agree.append(_same_page(a.page, b.page))
        yield "same page" if agree[-1] else "another page"
    if len(agree) > 1 and not any(agree):
        yield "nothing of the place the same"


def _same_page(a: str, b: str) -> bool:
    return a == b or (len(min(a, b, key=len)) > 2 and (a.endswith(b) or b.endswith(a)))


@lru_cache(maxsize=65_536)
def _same_container(a: str, b: str) -> bool:
    """The same name, spelt otherwise, cut, or abbreviated word by word (``j ment health``) or to initials (``bmj``)."""
    if a == b or fuzz.token_set_ratio(a, b) >= 90:
        return True
    short, long = sorted((_telling(a), _telling(b)), key=lambda words: len("".join(words)))
    if len(short) == 1 and short[0] in ("".join(word[0] for word in long), "".join(word[0] for word in max(a, b, key=len).split())):
        return True
    return len(short) == len(long) and all(map(_abbreviates, short, long))


def _abbreviates(short: str, long: str) -> bool:
    """``psychol`` for ``psychology``, ``jrnl`` for ``journal``."""
    return long.startswith(short) or (short[0] == long[0] and short[-1] == long[-1] and len(short) < len(long))


def _telling(text: str) -> list[str]:
    return [word for word in text.split() if word not in _SMALL_WORDS] or text.split()


def _form(a: _Record, b: _Record) -> Iterator[str]:
    """Differences in what kind of publication the records are."""
    kinds = {a.kind, b.kind}
    if kinds == {"chapter", "book"}:
        yield "a chapter and a book"
    if a.edition and b.edition and a.edition != b.edition:
        yield "another edition"
    if len(kinds) == 2 and "preprint" in kinds:
        yield "a preprint"
    if kinds in ({"thesis", "article"}, {"thesis", "chapter"}, {"thesis", "book"}):
        yield "a thesis"


# Joining --------------------------------------------------------------------------------------------------------------


def _overruled(items: Sequence[CslItem], overrules: Overrules) -> list[Merge]:
    """The merges that people ordered."""
    places = _places(items)
    return [
        Merge(min(a, b), max(a, b), 1.0, f"overruled: {rule.reason or 'the same work'}")
        for rule in overrules
        if rule.same
        for a in places.get(rule.a, ())
        for b in places.get(rule.b, ())
        if a != b
    ]


def _forbidden(items: Sequence[CslItem], overrules: Overrules) -> dict[int, set[int]]:
    """The pairs that people keep apart, both ways."""
    places = _places(items)
    apart: dict[int, set[int]] = defaultdict(set)
    for rule in overrules:
        for a in () if rule.same else places.get(rule.a, ()):
            for b in places.get(rule.b, ()):
                apart[a].add(b)
                apart[b].add(a)
    return apart


def _places(items: Sequence[CslItem]) -> dict[str, list[int]]:
    """Item id to positions."""
    places: dict[str, list[int]] = defaultdict(list)
    for position, item in enumerate(items):
        if item.get("id") not in (None, ""):
            places[str(item["id"])].append(position)
    return places


@dataclass
class _Clustering:
    """Union-find over positions that refuses a union which would put two plainly different works together."""

    records: Sequence[_Record]
    apart: Mapping[int, set[int]]
    roots: list[int] = field(init=False)
    members: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.roots = list(range(len(self.records)))

    def root(self, position: int) -> int:
        while self.roots[position] != position:
            self.roots[position] = self.roots[self.roots[position]]
            position = self.roots[position]
        return position

    def join(self, a: int, b: int, *, force: bool) -> str | None:
        """Join the clusters of two positions: ``None`` when done, an empty string when they were one already, else why not."""
        root, other = sorted((self.root(a), self.root(b)))
        if root == other:
            return ""
        ours, theirs = self.members.get(root, [root]), self.members.get(other, [other])
        refused = self._told_apart(ours, theirs) or ("" if force else self._barred(ours, theirs))
        if refused:
            return refused
        self.roots[other] = root
        self.members[root] = ours + theirs
        self.members.pop(other, None)
        return None

    def clusters(self) -> tuple[tuple[int, ...], ...]:
        found: dict[int, list[int]] = defaultdict(list)
        for position in range(len(self.records)):
            found[self.root(position)].append(position)
        return tuple(sorted(tuple(members) for members in found.values()))

    def _told_apart(self, ours: list[int], theirs: list[int]) -> str:
        kept = self.apart and any(not self.apart.get(a, set()).isdisjoint(theirs) for a in ours)
        return "overruled as different" if kept else ""

    def _barred(self, ours: list[int], theirs: list[int]) -> str:
        """A decisive difference between the clusters; records alike are looked at once, of many a fixed few."""
        for a in self._distinct(ours):
            for b in self._distinct(theirs):
                compared = _compare(a, b)
                if compared.is_barred:
                    return compared.reason
        return ""

    def _distinct(self, members: list[int]) -> list[_Record]:
        return list(dict.fromkeys(self.records[position] for position in members[: 20 * _CHAIN_SAMPLE]))[:_CHAIN_SAMPLE]
