"""Invented bibliographic records, as CSL-JSON items.

Names, journals, publishers and places are well-known or composed; titles are composed from word lists (``words.toml``).
Beside CSL fields an item may hold ``lang`` (``"en"``, ``"de"``, ...), which the renderers read.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from evidence.model import CslItem

Names = list[dict[str, str]]


def _listed(value: Any, *, key: str = "") -> Any:
    """Word blocks as lists: phrases by line for the keys that hold phrases, words otherwise (``_`` stands for a space)."""
    if isinstance(value, dict):
        return {k: _listed(v, key=k) for k, v in value.items()}
    if key in ("named", "pattern", "tail", "acronym") or key.startswith("lines"):
        return [line for line in value.split("\n") if line.strip()]
    return [word.replace("_", " ") for word in value.split()]


def load_words() -> dict[str, Any]:
    """The tables of ``words.toml``, every block a list."""
    text = resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    words: dict[str, Any] = _listed(tomllib.loads(text))
    return words


WORDS = load_words()
PARTICLES = (
    "van ",
    "van der ",
    "van den ",
    "van de ",
    "von ",
    "von ",
    "von der ",
    "de ",
    "de ",
    "de la ",
    "del ",
    "zu ",
    "ter ",
    "da ",
    "dos ",
    "Van ",
    "Von ",
    "De ",
    "Le ",
    "La ",
    "Di ",
)
LANGUAGES = ("en",) * 54 + ("de",) * 24 + ("fr",) * 9 + ("es",) * 5 + ("it",) * 7
REGIONS = {
    "en": ("en",) * 9 + ("de", "fr", "es", "it", "asian", "asian", "north", "east", "arab"),
    "de": ("de",) * 12 + ("en", "north", "east"),
    "fr": ("fr",) * 9 + ("en", "arab"),
    "es": ("es",) * 9 + ("it",),
    "it": ("it",) * 9 + ("fr",),
}
FORMULAE = ("C14", "C60", "D2O", "H2O", "CO2", "TiO2", "Na3Bi", "GaAs", "p53", "Ca2+", "NO2", "IL-6", "HIV-1", "COVID-19", "C20", "CH4")
SCIENCE_REGIONS = ("en", "en", "asian", "asian", "asian", "de", "fr", "it", "es", "north", "east", "arab")


def _slots(pattern: str, fill: Callable[[str], str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: fill(match[1]), pattern)


def _acronym(rng: Random) -> str:
    letters = "".join(rng.choice("ABCDEFGHIKLMNOPRSTUV") for _ in range(rng.randint(2, 5)))
    return letters + rng.choice(("", "", "", str(rng.randint(1, 12)), f"-{rng.randint(1, 90)}"))


COINED = 0.3
"""Share of the words of titles that no list holds."""


@lru_cache(maxsize=32)
def _chain(lang: str, slot: str) -> dict[str, str]:
    """Which letters follow which three in the listed words of a language (``$``: the word ends)."""
    chain: dict[str, str] = defaultdict(str)
    for listed in WORDS["title"][lang][slot]:
        padded = f"^^^{listed}$"
        for i in range(len(padded) - 3):
            chain[padded[i : i + 3]] += padded[i + 3]
    return chain


def coined(rng: Random, lang: str, slot: str) -> str:
    """A word that sounds like those of a list (``noun``, ``adjective``) of the language and mostly is none."""
    chain, word = _chain(lang, slot), "^^^"
    while len(word) < 18 and not word.endswith("$"):
        word += rng.choice(chain[word[-3:]])
    word = word.strip("^$")
    return word if len(word) > 2 else str(rng.choice(WORDS["title"][lang][slot]))


def _listed_or_coined(rng: Random, lang: str, slot: str) -> str:
    """A word for a slot of a title: of the list, coined, or (German) put together."""
    if slot not in ("noun", "adjective") or rng.random() > COINED:
        word = str(rng.choice(WORDS["title"][lang][slot]))
        if lang == "de" and slot == "noun" and rng.random() < 0.25:
            return word + rng.choice(("s", "s", "en", "", "-")) + str(rng.choice(WORDS["title"]["de"]["noun"])).lower()
        return word
    return coined(rng, lang, slot)


def proper_name(rng: Random) -> str:
    """A name of a place, person or work, as titles mention them."""
    lists = WORDS["name"]
    region = rng.choice(("en", "de", "fr", "es", "it", "east", "north", "arab"))
    return str(
        rng.choice(
            (
                rng.choice(lists[region]),
                f"{rng.choice(lists[f'given_{region}'])} {rng.choice(lists[region])}",
                re.split(r"[,/:;]| a\.", rng.choice(WORDS["place"]["named"]))[0],
                _odd_name(rng),
                f"{_odd_name(rng)} {_odd_name(rng)}",
                f"{rng.choice(lists[region])} {_odd_name(rng)}",
                rng.choice(lists[f"given_{region}"]),
            )
        )
    )


def _compound(rng: Random) -> str:
    word = WORDS["title"]["science"]
    made = rng.choice(word["prefix"]) + rng.choice(word["root"]) + rng.choice(word["suffix"])
    return str(rng.choice(("", "", "", "N-", "α-", "β-", "2-", "anti-")) + made)


def family_name(rng: Random, region: str) -> str:
    """A family name as people of the region have them: simple, double or with a particle."""
    name: str = rng.choice(WORDS["name"][region])
    draw = rng.random()
    if draw < 0.035:
        joint = rng.choice(("-", "-", "-", " ")) if region in ("es", "fr", "en", "de") else "-"
        return name + joint + str(rng.choice(WORDS["name"][region]))
    if draw < 0.075:
        return rng.choice(PARTICLES) + name
    if draw < 0.085:
        return rng.choice(("Mc", "Mac", "Ne", "Van", "De", "O’")) + name
    if draw < 0.13:
        return _odd_name(rng)
    return name


def _odd_name(rng: Random) -> str:
    """A name of no list: syllables."""
    syllables = (
        "ba",
        "chu",
        "dor",
        "el",
        "fen",
        "gal",
        "hin",
        "ish",
        "kov",
        "lun",
        "mor",
        "nak",
        "oz",
        "pin",
        "qu",
        "ras",
        "sten",
        "tak",
        "ul",
        "vin",
        "wo",
        "ya",
        "zil",
        "bren",
        "ström",
        "mann",
        "ian",
        "ski",
        "dis",
        "eau",
        "oux",
        "etti",
        "elli",
        "wald",
        "gren",
        "vić",
        "sson",
        "ey",
        "field",
        "worth",
    )
    return "".join(rng.choice(syllables) for _ in range(rng.randint(2, 3))).capitalize()


def person(rng: Random, regions: tuple[str, ...]) -> dict[str, str]:
    """One person: ``family`` and ``given`` (one to three given names or initials)."""
    region = rng.choice(regions)
    given = rng.choice(WORDS["name"][f"given_{region}"])
    draw = rng.random()
    if draw < 0.33:
        given += f" {rng.choice('ABCDEFGHIJKLMNOPRSTUVWZ')}."
    elif draw < 0.45:
        given += " " + rng.choice(WORDS["name"][f"given_{region}"])
    elif draw < 0.47:
        given = f"{rng.choice('ABCDEFGHJKLMNRSTW')}. {given}"
    elif draw < 0.49:
        given += rng.choice((" ", " ", " de ", " da ")) + rng.choice(WORDS["name"][region])
    elif draw < 0.56:
        given = _odd_name(rng)
    name = {"family": family_name(rng, region), "given": given}
    if rng.random() < 0.012 and region == "en":
        name["suffix"] = rng.choice(("Jr.", "Jr", "Sr.", "III", "II"))
    return name


def people(rng: Random, regions: tuple[str, ...], most: int) -> Names:
    """One to ``most`` persons, short lists more often than long ones."""
    count = min(most, rng.choice((1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 9, 12)))
    return [person(rng, regions) for _ in range(count)]


def organisation(rng: Random) -> str:
    """The name of an organisation."""
    table = WORDS["organisation"]
    named = rng.random() < 0.55
    name = str(rng.choice(table["named"])) if named else _slots(rng.choice(table["pattern"]), lambda slot: _name_slot(rng, slot))
    if rng.random() < 0.12 and " " in name:
        short = "".join(w[0] for w in name.split() if w[0].isupper())
        name = rng.choice((f"{short} - {name}", f"{short} ({name})", f"{name} ({short})", f"{name} [{short}]", f"{short} – {name}"))
    return name


def _name_slot(rng: Random, slot: str) -> str:
    journal = WORDS["journal"]
    makers: dict[str, Callable[[], str]] = {
        "Place": lambda: re.split(r"[,/:;]| a\.", rng.choice(WORDS["place"]["named"]))[0],
        "Field": lambda: rng.choice(journal["field_en"]).title().replace("_", " "),
        "Adj": lambda: rng.choice(journal["adjective"]),
        "Latin": lambda: rng.choice(journal["latin"]),
        "Deutsch": lambda: rng.choice(journal["deutsch"]),
        "French": lambda: rng.choice(journal["french"]),
        "Spanish": lambda: rng.choice(journal["spanish"]),
        "Family": lambda: rng.choice(WORDS["name"][rng.choice(("en", "de", "fr"))]),
        "Acronym": lambda: _acronym(rng),
    }
    return makers[slot]()


def title(rng: Random, lang: str, *, short: bool = False) -> str:
    """A composed title, in sentence case; with a subtitle in a third of the cases unless ``short``."""
    table = WORDS["title"][lang]

    def fill(slot: str) -> str:
        region = lang if lang in ("de", "fr", "es", "it") else "en"
        makers: dict[str, Callable[[], str]] = {
            "place": lambda: rng.choice(WORDS["place"]["countries"]),
            "family": lambda: rng.choice(WORDS["name"][region]),
            "given": lambda: rng.choice(WORDS["name"][f"given_{region}"]),
            "name": lambda: proper_name(rng),
            "science": lambda: _compound(rng),
            "acronym": lambda: _acronym(rng),
            "number": lambda: str(rng.choice((2, 3, 5, 7, 12, 13, 100, 2.76, 5.02, 0.5, 900))),
            "ordinal": lambda: rng.choice(("nineteenth", "20th", "21st", "eighteenth", "16th")),
            "roman": lambda: rng.choice(("I", "II", "III", "IV", "V", "1", "2")),
            "genus": lambda: _compound(rng).capitalize() + " " + rng.choice(("lineola", "rerio", "vulgaris", "sapiens", "elegans", "coli")),
            "year": lambda: str(rng.randint(1750, 1985)),
            "year2": lambda: str(rng.randint(1986, 2022)),
        }
        return makers[slot]() if slot in makers else _listed_or_coined(rng, lang, slot)

    main = _slots(rng.choice(table["pattern"]), fill)
    main = main[0].upper() + main[1:]
    if rng.random() < 0.09:
        word = rng.choice((fill("noun"), fill("noun"), fill("family"), fill("acronym"), _odd_name(rng), fill("noun").upper()))
        return _one_word(rng, word[0].upper() + word[1:], lambda: _slots(rng.choice(table["pattern"]), fill), short=short)
    if rng.random() < 0.05:
        main = _quoting(rng, main, lang)
    if not short and rng.random() < 0.1:
        main += rng.choice(
            (
                " (abstract)",
                " (in German)",
                f" ({_acronym(rng)})",
                f": {rng.randint(1990, 2020)} update",
                " [abstract]",
                f": a statement from the {organisation(rng)}",
                f" ({rng.randint(2, 18)}–{rng.randint(19, 60)} years of age)",
                f": {rng.choice(WORDS['place']['countries'])}, {rng.randint(1950, 2000)}–{rng.randint(2001, 2023)}",
                f", {rng.choice(WORDS['place']['countries'])}, {rng.randint(1990, 2023)}",
                f" for {organisation(rng)}",
                f" of {rng.randint(12, 2400)} {fill('noun')}",
                f" in {_acronym(rng)}{rng.randint(1, 20)} ({_acronym(rng)}{rng.randint(1, 9)}) {fill('noun')}",
                f", {rng.choice(WORDS['place']['countries'])}",
                f", {proper_name(rng)}",
                f", {proper_name(rng)}, {rng.choice(WORDS['place']['countries'])}",
                f", {proper_name(rng)}: {fill('noun')} and {fill('noun')}",
                f" in {proper_name(rng)}",
                f" of {proper_name(rng)}, {rng.choice(WORDS['place']['countries'])}",
                f", {rng.choice('IVX')}{rng.choice(('', 'I'))}. {fill('noun')}",
                f" {rng.choice(('I', 'II', 'III', 'IV'))}",
                f" {rng.randint(1, 6)}.{rng.randint(0, 9)}",
                f". {fill('noun').capitalize()} of the {organisation(rng)}",
                f" ({_odd_name(rng)}: {_odd_name(rng)})",
                f", {rng.choice(WORDS['place']['countries'])} (abstract)",
                f", {_odd_name(rng)} {rng.choice(('Island', 'County', 'Valley', 'Province'))}, {rng.choice(WORDS['place']['countries'])}",
                f". {rng.choice(('Band', 'Bd.', 'Teil', 'Volume', 'Part'))} {rng.randint(1, 4)}: {fill('noun')}",
                f", {rng.randint(1500, 1800)}–{rng.randint(1801, 1990)}",
                *(f" {word} {rng.choice(FORMULAE)}" for word in ("of", "in")),
                f" {'im Jahre' if lang == 'de' else rng.choice(('in', 'of', 'since'))} {rng.randint(1650, 1990)}",
            )
        )
    if rng.random() < 0.04 and not main.endswith("?"):
        main += "?"
    if short or rng.random() > 0.38:
        return main if short or rng.random() < 0.8 else _longer(rng, main, fill)
    tail = _slots(rng.choice(table["tail"]), fill) if rng.random() < 0.5 else _slots(rng.choice(table["pattern"]), fill)
    marks = (".", ".", ".", ".", ":", ":", " –", " -") if lang == "de" else (":", ":", ":", ":", ".", ".", " –", " -", ",", " :")
    mark = "" if main.endswith("?") else rng.choice(marks)
    return f"{main}{mark} {tail[0].upper() + tail[1:] if mark == '.' or rng.random() < 0.6 else tail}"


def _one_word(rng: Random, word: str, make: Callable[[], str], *, short: bool) -> str:
    """A title of one word, mostly with a subtitle."""
    if short or rng.random() < 0.35:
        return word
    tail = make()
    return word + rng.choice((": ", ": ", ": ", ". ", " – ")) + tail[0].upper() + tail[1:]


def _quoting(rng: Random, main: str, lang: str) -> str:
    """A title with one or two of its words in quotation marks."""
    words = main.split()
    start = rng.randrange(len(words))
    end = min(len(words), start + rng.choice((1, 1, 2)))
    opening, closing = rng.choice(("„“", '""', '""', "»«", "‚‘") if lang == "de" else ("“”", '""', '""', "‘’"))
    return " ".join([*words[:start], opening + " ".join(words[start:end]) + closing, *words[end:]])


def _longer(rng: Random, main: str, fill: Callable[[str], str]) -> str:
    joint = {"Die": "und", "Der": "und"}.get(main.split()[0], rng.choice(("and", "in", "with", "of", "for")))
    return f"{main.rstrip('?')} {joint} {fill('adjective')} {fill('noun')}"


def journal_name(rng: Random, lang: str) -> str:
    """A journal's full name, well-known or composed."""
    table = WORDS["journal"]
    if rng.random() < 0.26:
        return str(rng.choice(table["named"]))
    if rng.random() < 0.16:
        return _magazine(rng, lang)
    wanted = {"de": ("{Deutsch}",), "fr": ("{French}",), "es": ("{Spanish}",), "it": ("{Spanish}", "{Latin}")}.get(lang)
    patterns = [p for p in table["pattern"] if any(w in p for w in wanted)] if wanted and rng.random() < 0.8 else table["pattern"]
    name = _slots(rng.choice(patterns), lambda slot: _name_slot(rng, slot))
    if rng.random() < 0.05:
        name += rng.choice(
            (", Series B", ": Part A", " C", " (Amsterdam)", " (London)", ": Applied", " Supplement", " – Reports", " A", " B")
        )
    return name


def _magazine(rng: Random, lang: str) -> str:
    """A periodical named like anything else: two or three words of the language's titles, with or without an article."""
    words = WORDS["title"][lang]
    noun, other, adjective = (rng.choice(words[kind]) for kind in ("noun", "noun", "adjective"))
    forms = {
        "en": (
            f"The {noun}",
            f"{adjective} {noun}",
            f"{noun} & {other}",
            f"{noun} and {other}",
            f"{noun} Matters",
            f"World {noun}",
            f"{adjective} {noun} Magazine",
            f"{adjective} {noun} (London, England)",
            f"{noun}, {other} and {noun}",
            f"{noun}",
            f"Journal of {adjective} {noun} and {other}",
            f"{adjective} {noun}: A Journal of {other}",
            f"Perspectives on {noun}",
            f"{noun} in {adjective} {other}",
            f"{noun} News",
            f"{noun}. {other}",
        ),
        "de": (
            f"{noun}",
            f"{noun} und {other}",
            f"Die {noun}",
            f"{noun} heute",
            f"Neue {noun}",
            f"{adjective} {noun}",
            f"Zeitschrift für {noun} und {other}",
            f"{noun}. Zeitschrift für {other}",
            f"Forum {noun}",
            f"Deutsche {noun}",
        ),
        "fr": (
            f"La revue de la {noun}",
            f"L’{noun}",
            f"Vivre la {noun}",
            f"{noun} et {other}",
            f"Revue {adjective} de {noun}",
            f"Cahiers de {noun} {adjective}",
            f"{noun} {adjective}",
            f"Sociétés et {noun}",
            f"{noun}s. {other} et {noun}",
        ),
    }.get(lang, (f"{noun} {adjective}", f"{noun} y {other}", f"Revista {adjective} de {noun}", f"Studi di {noun}"))
    name = str(rng.choice(forms))
    return " ".join(w if w in _SMALL or w in "yed" else w[0].upper() + w[1:] for w in name.split())


def abbreviate(rng: Random, name: str) -> str:
    """``name`` shortened word by word as journal lists do; small words dropped, stops kept or left out."""
    if " " not in name or name in WORDS["journal"]["acronym"]:
        return name
    stop = rng.choice((".", ".", ""))
    words = [w for w in re.split(r"\s+", re.sub(r"[(),:&].*| and | und ", " ", name)) if w and w.lower() not in _SMALL]
    return " ".join(_short(rng, word, stop) for word in words) or name


_SMALL = frozenset("of the and for in de für des la zur und et on a an di del della".split())
_FIXED = {
    "Journal": "J",
    "International": "Int",
    "American": "Am",
    "European": "Eur",
    "British": "Br",
    "Review": "Rev",
    "Annals": "Ann",
    "Zeitschrift": "Z",
    "Canadian": "Can",
}


def _short(rng: Random, word: str, stop: str) -> str:
    if word in _FIXED:
        return _FIXED[word] + stop
    if len(word) < 6:
        return word
    return word[: rng.choice((3, 4, 4, 5, 6))].rstrip("aeiou") + stop


def publisher_name(rng: Random) -> str:
    """A publisher's name, well-known or composed."""
    table = WORDS["publisher"]
    if rng.random() < 0.75:
        return str(rng.choice(table["named"]))
    return _slots(rng.choice(table["pattern"]), lambda slot: _name_slot(rng, slot))


def pages(rng: Random, mark: str = "–") -> str:
    """A page range, a single page or an article number."""
    start = rng.choice((rng.randint(1, 99), rng.randint(100, 999), rng.randint(1000, 9999)))
    end = start + rng.randint(1, 40)
    prefix = rng.choice(("",) * 30 + ("S", "e", "L", "B", "A", "EL", "R"))
    if prefix == "e":
        return f"e{start}"
    if prefix:
        return f"{prefix}{start}{mark}{rng.choice((prefix, ''))}{end}"
    shown = str(end)
    if rng.random() < 0.2 and len(str(end)) == len(str(start)):
        shown = str(end)[-2:] if len(str(end)) > 2 and str(end)[:-2] == str(start)[:-2] else str(end)
    return f"{start}{mark}{shown}"


def article_number(rng: Random) -> str:
    """A number that stands for pages in journals without printed issues."""
    form = rng.choice(("6d", "7d", "7d", "5d", "e5", "e6", "0d", "letter", "P", "short", "cd", "nz"))
    low, high = rng.randint(1, 9), rng.randint(10000, 99999)
    return {
        "6d": f"{low}{high}",
        "7d": f"{rng.randint(10, 99)}{high}",
        "5d": str(high),
        "e5": f"e{high}",
        "e6": f"e{low}{high}",
        "0d": f"0{high}",
        "P": f"P{rng.randint(10, 99):05d}",
        "letter": f"{rng.choice(('RG', 'L', 'D', 'G', 'B', 'ARTN ', 'Article '))}{rng.randint(1000, 99999)}",
        "short": str(rng.randint(1, 400)),
        "cd": f"CD{rng.randint(1000, 20000):06d}",
        "nz": f"{rng.choice(('nzac', 'djx', 'ckab', 'dqy'))}{rng.randint(10, 400):03d}",
    }[form]


def doi(rng: Random) -> str:
    """An invented DOI in one of the usual shapes."""
    registrants = (1000, 1002, 1007, 1016, 1037, 1038, 1080, 1093, 1103, 1126, 1177, 1186, 1371, 2196, 3389, 3390, 5172, 7554, 21926)
    prefix = f"10.{rng.choice(registrants)}"
    number = rng.randint(100000, 99999999)
    tails = (
        f"s{rng.randint(10000, 99999)}-0{rng.randint(10, 22)}-{rng.randint(1000, 9999)}-{rng.choice('0123456789xy')}",
        (
            f"j.{rng.choice(('cell', 'jcp', 'socscimed', 'neuron', 'ijintrel'))}.{rng.randint(1998, 2024)}.{rng.randint(1, 12):02d}"
            f".{rng.randint(1, 99):03d}"
        ),
        f"{rng.choice(('amp', 'ser', 'wps', 'bjp', 'EJM', 'jama'))}.{number}",
        str(number),
        f"journal.pone.{number:07d}",
        f"{number}.{rng.randint(1980, 2020)}.{number}",
        f"S0{rng.randint(100, 999)}-{rng.randint(1000, 9999)}({rng.randint(10, 99)}){rng.randint(10000, 99999)}-{rng.randint(0, 9)}",
        f"annurev-psych-{rng.randint(100000, 999999)}-{rng.randint(100000, 999999)}",
    )
    return f"{prefix}/{rng.choice(tails)}"


def url(rng: Random) -> str:
    """An invented web address."""
    host = rng.choice(("www.", "", "")) + rng.choice(
        ("who", "oecd", "example", "destatis", "nhs", "cdc", "bmbf", "ncbi.nlm.nih", "jstor", "guardian", "uni-koeln", "insee")
    )
    top = rng.choice((".org", ".int", ".com", ".de", ".fr", ".gov", ".ac.uk", ".edu", ".net", ".eu"))
    path = "/".join(
        rng.choice(
            (
                "publications",
                "reports",
                "en",
                "2015",
                "pdf",
                "index.html",
                "news",
                "view",
                "article_12.pdf",
                "docs",
                "stable",
                "book",
                "id=42&p=3",
            )
        )
        for _ in range(rng.randint(0, 4))
    )
    return f"{rng.choice(('http', 'https', 'https'))}://{host}{top}/{path}".rstrip("/") + rng.choice(("", "", "/"))


def issued(rng: Random) -> dict[str, Any]:
    """A date: year, sometimes with month and day."""
    year = rng.choice(
        (rng.randint(1900, 1970), rng.randint(1970, 2000), rng.randint(1995, 2025), rng.randint(1995, 2025), rng.randint(2005, 2025))
    )
    parts = [year]
    if rng.random() < 0.3:
        parts += [rng.randint(1, 12)] + ([rng.randint(1, 28)] if rng.random() < 0.6 else [])
    return {"date-parts": [parts]}


ODD_VOLUMES = (
    "X XV XIII IV LII III VI VII XXI XXXIV cxii xvii lii 12A "
    "100-B S1 2015 16-18 36/37 19,20 VIII XII ASSP-37 SE-12 C-35 PAMI-6 SMC-13 COM-28 36A 4B"
).split()


def _volume(rng: Random) -> str:
    return rng.choice(
        (
            str(rng.randint(1, 60)),
            str(rng.randint(1, 60)),
            str(rng.randint(1, 600)),
            str(rng.randint(60, 400)),
            *((rng.choice(ODD_VOLUMES),) * (rng.random() < 0.2)),
        )
    )


def _issue(rng: Random) -> str:
    return rng.choice(
        (str(rng.randint(1, 12)),) * 12
        + (
            str(rng.randint(1, 52)),
            f"{rng.randint(1, 5)}-{rng.randint(6, 9)}",
            f"{rng.randint(1, 5)}/{rng.randint(6, 9)}",
            "Suppl 1",
            "Suppl. 2",
            "S2",
            "4 Suppl",
            "3, Pt 2",
            f"0{rng.randint(1, 9)}",
            "Pt 1",
            "Special Issue",
            f"{rng.randint(1, 5)}–{rng.randint(6, 9)}",
            "1 SUPPL",
            str(rng.randint(1000, 9999)),
        )
    )


def _article(rng: Random, item: CslItem) -> None:
    item["container-title"] = journal_name(rng, item["lang"])
    item["volume"] = _volume(rng) if rng.random() < 0.98 else str(item["issued"]["date-parts"][0][0])
    if rng.random() < 0.68:
        item["issue"] = _issue(rng)
    if rng.random() < 0.94:
        item["page"] = pages(rng) if rng.random() < 0.82 else article_number(rng)
    if rng.random() < 0.07:
        del item["volume"]
    if rng.random() < 0.05:  # online first, or cited without its numbers
        for key in ("volume", "issue", "page"):
            item.pop(key, None)
    if rng.random() < 0.4:
        item["DOI"] = doi(rng)
    elif rng.random() < 0.15:
        item["URL"] = url(rng)
        item["accessed"] = {"date-parts": [[rng.randint(2000, 2025), rng.randint(1, 12), rng.randint(1, 28)]]}


def _book(rng: Random, item: CslItem) -> None:
    if rng.random() < 0.93:
        item["publisher"] = publisher_name(rng)
    if rng.random() < 0.75 or "publisher" not in item:
        item["publisher-place"] = rng.choice(WORDS["place"]["named"])
    if rng.random() < 0.17:
        item["edition"] = str(rng.randint(2, 12))
    if rng.random() < 0.06:
        item["volume"] = rng.choice((str(rng.randint(1, 9)), "I", "II", "IV"))
    if rng.random() < 0.07:
        item["collection-title"] = rng.choice(
            ("Studies in ", "Series in ", "Schriften zur ", "Lecture Notes in ", "Collection ", "Oxford Studies in ", "")
        ) + journal_name(rng, item["lang"])
    if rng.random() < 0.1:
        item["number-of-pages"] = str(rng.randint(80, 900))
    if rng.random() < 0.07:
        item["URL"] = url(rng)
    if rng.random() < 0.04:
        item["DOI"] = doi(rng)
    if rng.random() < 0.12:
        item["editor"] = people(rng, REGIONS[item["lang"]], 2)


def _edited(rng: Random, item: CslItem) -> None:
    _book(rng, item)
    item["editor"] = item.pop("author")
    if rng.random() < 0.1:
        item["editor"] = [{"literal": organisation(rng)}]


def _chapter(rng: Random, item: CslItem) -> None:
    _book(rng, item)
    item.pop("number-of-pages", None)
    item["container-title"] = title(rng, item["lang"])
    item.pop("editor", None)
    if rng.random() < 0.84:
        item["editor"] = people(rng, REGIONS[item["lang"]], 4)
    if rng.random() < 0.9:
        item["page"] = pages(rng)


def _paper(rng: Random, item: CslItem) -> None:
    short = rng.choice(("EMNLP", "NIPS", "CVPR", "ICML", "ACL", "SIGMOD", "VLDB", "CHI", "ICRA", "INTERSPEECH", "STOC", "FOCS"))
    field = rng.choice(WORDS["journal"]["field_en"]).title().replace("_", " ")
    if rng.random() < 0.4:
        field = " ".join(w[0].upper() + w[1:] if len(w) > 3 else w for w in title(rng, "en", short=True).split())
    year = item["issued"]["date-parts"][0][0]
    place = _name_slot(rng, "Place")
    number = rng.choice(
        ("1st", "2nd", "3rd", "4th", "8th", "12th", "Second", "Third", "Fifth", "Tenth", "Twenty-third", "21st", "XI", "13th", "15th")
    )
    field = rng.choice((field, field, field, f"{field} and {rng.choice(WORDS['journal']['field_en']).title()}"))
    item["container-title"] = rng.choice(
        (
            f"Proceedings of the {number} International Conference on {field}",
            f"Proc. of the {number} Conf. on {field}",
            f"{number} Symposium on {field}",
            short,
            f"{short} {year}",
            f"{short}’{year % 100:02d}",
            f"Proceedings of {short}",
            f"Proc. {short}",
            f"IEEE International Conference on {field}",
            f"Advances in {field} ({short} {year})",
            f"Conference on {field}",
            f"Proceedings of the {number} Annual Meeting of the Association for {field}",
            f"Workshop on {field}",
            f"Intl. Conf. on {field}",
            f"Tagung {field} {year}",
            f"{field} ’{year % 100:02d}",
            f"Proceedings of the ACM {short} Conference",
            f"Proc. {number} ACM Symp. on {field}",
            f"International Conference on {field}, {short}",
            f"{short} {year}",
            f"{field}, Proceedings of the {number} Conference",
            f"{short}’{year % 100:02d}: Proceedings of the {number} Conference on {field}",
            f"Proceedings of the {number} International Conference on {field} ({short} ’{year % 100:02d})",
            f"Advances in {field} {rng.randint(1, 30)}",
            f"Proc. {number}. {short}-{rng.choice(('ACM', 'IEEE', 'FACS'))} Workshop",
            f"IEEE Conf. on {field} ({short})",
            f"{field}: Proceedings of the {number} International Conference",
            f"Proceedings of {short} {year}, the {number} Workshop on {field}",
            f"Proceedings of the {number} {short}",
            f"Proc. of {short}-{year % 100:02d}",
            f"Proc. {number} {short}",
            f"Proc. {short}’{year % 100:02d}",
            f"Proc. IEEE {short} ’{year % 100:02d}",
            f"Proc. IEEE Int. Conf. {field}",
            f"Proc. of the {number} Int'l Conference on {field}",
            f"Proc. of the Second Int. Conf. on {field} ({short} '{year % 100:02d})",
            f"Proceedings of the {year} IEEE International Conference on {field}",
            f"Proceedings of the {year} ACM Conference on {field}",
            f"{year} IEEE Symposium on {field}",
            f"{short}-{year % 100:02d}",
            f"Proceedings {short}-{year % 100:02d}",
            f"Machine Learning: Proceedings of the {number} International Conference",
            f"{field}: Proceedings of the {number} Workshop",
            f"Advances in {field} {rng.choice(('II', 'IV', '5', '8', 'VI'))}",
            f"{field} II",
            f"ACM {short} Int. Conf. on {field}",
            f"ACM Symposium on {field}",
            f"Working Notes of the {short} Workshop on {field}",
            f"Notes of the {short}-{year % 100:02d} Workshop on {field}",
            f"{number} Intl. Symp. on {field}",
            f"{number} International Workshop on {field}, {place}",
            f"{number} {rng.choice(('USENIX', 'IFIP', 'SIAM', 'European', 'Annual', 'National'))} Conference on {field}",
            f"Proceedings of the International Workshop on {field}",
            f"Proceedings of the {number} Conference of the {place} Chapter of the Association for {field}, Volume 1 (Long Papers)",
            f"Proceedings of the {place} Workshop on {field}",
            f"Proceedings of the {field} Conference",
            f"Proceedings of the {rng.choice(('Spring', 'Summer', 'Winter'))} {year} {short} Conference",
            f"{field}: {number} International Conference, {short} {year}, {place}, Proceedings",
            f"Proceedings of IEEE International Conference on {field}, {field} and {rng.choice(WORDS['journal']['field_en']).title()}",
            f"Actes du colloque de {place}",
            f"Atti del {rng.choice(('II', 'IV', 'XX'))} Convegno di {place}",
        )
    )
    for key, share, make in (
        ("page", 0.75, lambda: pages(rng)),
        ("publisher", 0.4, lambda: publisher_name(rng)),
        ("publisher-place", 0.4, lambda: rng.choice(WORDS["place"]["named"])),
        ("editor", 0.15, lambda: people(rng, SCIENCE_REGIONS, 3)),
        ("volume", 0.12, lambda: str(rng.randint(1, 3000))),
        ("DOI", 0.15, lambda: doi(rng)),
    ):
        if rng.random() < share:
            item[key] = make()
    if "volume" not in item and rng.random() < 0.08:
        item["volume"] = rng.choice(("1", "2", "3", "II", "4", "IV"))
    elif "volume" in item:
        item["collection-title"] = rng.choice(
            (
                "Lecture Notes in Computer Science",
                "LNCS",
                "JMLR Workshop and Conference Proceedings",
                "Lecture Notes in Artificial Intelligence",
                "IFIP Conference Proceedings",
                "Lecture Notes in Computer Science",
                "LNCS",
                "LNAI",
                "CEUR Workshop Proceedings",
                "Springer LNCS",
            )
        )


def _thesis(rng: Random, item: CslItem) -> None:
    item["author"] = item["author"][:1]
    item["genre"] = rng.choice(
        {
            "de": ("Dissertation", "Diplomarbeit", "Diss.", "Magisterarbeit", "Habilitationsschrift", "Unveröffentlichte Dissertation"),
            "fr": (
                "Thèse de doctorat",
                "Mémoire de maîtrise",
                "thèse d’État",
                "thèse de 3e cycle",
                "thèse dactyl.",
                "thèse",
                "Thèse de doctorat en histoire",
                "mémoire de DEA",
            ),
            "es": ("Tesis doctoral", "tesis de licenciatura", "Tesis de maestría"),
            "it": ("tesi di laurea", "Tesi di dottorato", "tesi di dottorato"),
        }.get(
            item["lang"],
            (
                "PhD thesis",
                "Ph.D. dissertation",
                "Doctoral dissertation",
                "Master’s thesis",
                "Unpublished doctoral dissertation",
                "MSc thesis",
                "Ph.D. thesis",
                "Ph.D. diss.",
                "Phd thesis",
                "PhD dissertation",
                "M.S. thesis",
                "Doctoral dissertation, Applied Mathematics",
                "M.Sc. Thesis",
                "doctoral thesis",
                "Dissertation",
                "Unpublished PhD thesis",
            ),
        )
    )
    item["publisher"] = (
        rng.choice(("Universität {}", "Univ. {}", "{} University"))
        if item["lang"] == "de"
        else rng.choice(
            (
                "University of {}",
                "{} University",
                "Université de {}",
                "{} Institute of Technology",
                "Department of Physics, University of {}",
            )
        )
    )
    item["publisher"] = item["publisher"].format(_name_slot(rng, "Place"))
    if rng.random() < 0.3:
        item["publisher-place"] = rng.choice(WORDS["place"]["named"])


def _series_of_papers(rng: Random, lang: str) -> tuple[str, ...]:
    """Names of series of working papers."""
    field, place = rng.choice(WORDS["journal"]["field_en"]).title(), _name_slot(rng, "Place")
    if lang == "de":
        return (
            f"{_acronym(rng)}-Arbeitsbericht",
            f"{_acronym(rng)} Discussion Paper",
            f"Arbeitspapiere {place}",
            f"{_acronym(rng)}-Diskussionspapier",
            "Beiträge aus der Forschung",
            f"Schriftenreihe {place}",
            "Drucksache",
            "Arbeitsbericht",
            "Working Paper",
        )
    return (
        f"{_acronym(rng)} Working Paper",
        f"{place} {field} Research Paper Series",
        f"{_acronym(rng)} Discussion Paper Series",
        f"{place} Report",
        f"Special {field.split()[0]} Report",
        f"{_acronym(rng)} Technical Memorandum",
        "Policy Brief",
        "Memo",
    )


def _report(rng: Random, item: CslItem) -> None:
    if rng.random() < 0.5:
        item["author"] = [{"literal": organisation(rng)}]
    if rng.random() < 0.7:
        item["genre"] = rng.choice(
            (
                *_series_of_papers(rng, item["lang"]),
                "Technical Report",
                "Working Paper",
                "Discussion Paper",
                "Tech. Rep.",
                "Arbeitspapier",
                "Research Report",
                "NBER Working Paper",
                "IAB-Forschungsbericht",
                "Rapport de recherche",
                "WZB Discussion Paper",
                "Technical report",
                "technical report",
                "Tech Report",
                "AI Memo",
                "A.I. Memo",
                "Internal Report",
                "Research report",
                "Report",
                "TR",
                "Technical Memo",
                "ICSI Technical Report",
                "Rapporto tecnico",
                "Asia Briefing",
                "Policy Paper",
                "Occasional Paper",
            )
        )
        item["number"] = rng.choice(
            (
                str(rng.randint(1, 9000)),
                f"{rng.choice(('TR', 'SP', 'FS', 'CS', 'WP'))}-{rng.randint(1, 99)}-{rng.randint(1, 99):02d}",
                f"UCB/ERL M{rng.randint(70, 99)}/{rng.randint(1, 99)}",
                f"{rng.randint(90, 99)}/{rng.randint(1, 40):02d}",
                f"STAN-CS-{rng.randint(70, 99)}-{rng.randint(100, 999)}",
                f"No. {rng.randint(1, 99)}",
                f"Nr. {rng.randint(1, 99)}",
                f"SP {rng.choice(('I', 'II', 'III'))} {rng.randint(1999, 2015)}-{rng.randint(100, 999)}",
                f"{rng.randint(1, 12):02d}/{rng.randint(1, 20)}",
                f"CMU-{rng.choice(('CS', 'RI', 'CMT'))}-{rng.randint(80, 99)}-{rng.randint(100, 250)}",
                f"UCSC-CRL-{rng.randint(87, 98)}-{rng.randint(1, 60)}",
                f"MIT/LCS/TR-{rng.randint(100, 700)}",
                f"CS-{rng.randint(80, 99)}-{rng.randint(1, 60):02d}",
                f"#{rng.randint(1, 400)}",
                f"RC {rng.randint(1000, 20000)}",
                f"No. {rng.randint(1, 999)}",
                f"{rng.choice(('TR', 'CAIP', 'STAN', 'CS'))}-{rng.choice(('TR', 'CS'))}-{rng.randint(100, 999)}",
                f"{rng.randint(1995, 2020)}{rng.randint(0, 99):03d}",
            )
        )
    if rng.random() < 0.8:
        item["publisher"] = rng.choice((publisher_name, organisation))(rng)
        if rng.random() < 0.1:
            item["publisher"] += f": {organisation(rng)}"
    if rng.random() < 0.5:
        item["publisher-place"] = rng.choice(WORDS["place"]["named"]) if rng.random() < 0.7 else rng.choice(WORDS["place"]["countries"])
    if rng.random() < 0.3:
        item["URL"] = url(rng)
        item["accessed"] = {"date-parts": [[rng.randint(2000, 2025), rng.randint(1, 12), rng.randint(1, 28)]]}
    if rng.random() < 0.1:
        item["number-of-pages"] = str(rng.randint(10, 300))


def _webpage(rng: Random, item: CslItem) -> None:
    if rng.random() < 0.55:
        item["author"] = [{"literal": organisation(rng)}]
    if rng.random() < 0.3:
        item["container-title"] = rng.choice((journal_name(rng, item["lang"]), organisation(rng)))
    if rng.random() < 0.2:
        item["publisher"] = organisation(rng)
    item["URL"] = url(rng)
    if rng.random() < 0.6:
        item["accessed"] = {"date-parts": [[rng.randint(2000, 2025), rng.randint(1, 12), rng.randint(1, 28)]]}


def _newspaper(rng: Random, item: CslItem) -> None:
    item["container-title"] = journal_name(rng, item["lang"])
    year = item["issued"]["date-parts"][0][0]
    item["issued"] = {"date-parts": [[year, rng.randint(1, 12), rng.randint(1, 28)][: rng.choice((2, 3, 3))]]}
    if rng.random() < 0.6:
        item["page"] = rng.choice((pages(rng), f"{rng.choice('ABC')}{rng.randint(1, 40)}", str(rng.randint(1, 80))))
    if rng.random() < 0.25:
        item["issue"] = str(rng.randint(1, 52))
    if rng.random() < 0.3:
        item["URL"] = url(rng)


def _preprint(rng: Random, item: CslItem) -> None:
    kind = rng.choice(("arxiv", "arxiv", "hep", "biorxiv", "psyarxiv"))
    number = f"{rng.randint(7, 24):02d}{rng.randint(1, 12):02d}.{rng.randint(1, 99999):05d}"
    if kind == "arxiv":
        item["container-title"], item["number"] = rng.choice(("arXiv", "arXiv preprint", "")), f"arXiv:{number}"
    elif kind == "hep":
        item["number"] = (
            f"{rng.choice(('hep-ph', 'astro-ph', 'hep-th', 'cond-mat', 'quant-ph'))}/{rng.randint(91, 99)}{rng.randint(1, 12):02d}"
            f"{rng.randint(1, 999):03d}"
        )
    else:
        item["container-title"], item["DOI"] = {"biorxiv": "bioRxiv", "psyarxiv": "PsyArXiv"}[kind], doi(rng)
    if not item.get("container-title"):
        item.pop("container-title", None)


def _manual(rng: Random, item: CslItem) -> None:
    item["title"] = rng.choice(
        (
            title(rng, item["lang"], short=True),
            _acronym(rng) + f" {rng.choice(('Text to Speech', 'User Manual', 'Statistical Software'))}",
            f"{_acronym(rng)}: {title(rng, 'en', short=True)}",
        )
    )
    if rng.random() < 0.3:
        item["version"] = f"{rng.randint(1, 9)}.{rng.randint(0, 9)}"
    if rng.random() < 0.5:
        item["URL"] = url(rng)
    if rng.random() < 0.3:
        item["publisher"] = publisher_name(rng)
    if rng.random() < 0.15:
        item["note"] = rng.choice(
            (
                "In preparation",
                "unpublished",
                "Unpublished manuscript",
                "personal communication",
                "mimeo",
                "unveröffentlichtes Manuskript",
                "Paper presented at the annual meeting of the Association",
            )
        )


KINDS: dict[str, tuple[float, str, Callable[[Random, CslItem], None]]] = {
    "article": (0.43, "article-journal", _article),
    "book": (0.17, "book", _book),
    "edited": (0.035, "book", _edited),
    "chapter": (0.135, "chapter", _chapter),
    "paper": (0.07, "paper-conference", _paper),
    "thesis": (0.025, "thesis", _thesis),
    "report": (0.05, "report", _report),
    "webpage": (0.025, "webpage", _webpage),
    "newspaper": (0.025, "article-magazine", _newspaper),
    "preprint": (0.02, "article", _preprint),
    "manual": (0.02, "book", _manual),
}
"""Kind of record: its share, its CSL type, what gives it its fields."""


def make_record(rng: Random, kind: str = "") -> CslItem:
    """One invented record; ``kind`` is a key of :data:`KINDS`, drawn by its share when empty."""
    kind = kind or rng.choices(list(KINDS), [share for share, _, _ in KINDS.values()])[0]
    lang = rng.choice(LANGUAGES)
    item: CslItem = {"id": "x", "type": KINDS[kind][1], "lang": lang, "issued": issued(rng)}
    regions = SCIENCE_REGIONS if lang == "en" and rng.random() < 0.5 else REGIONS[lang]
    item["author"] = people(rng, regions, 20 if kind == "article" else 6)
    if rng.random() < 0.035:
        item["author"] = [{"literal": organisation(rng)}]
    item["title"] = title(rng, lang)
    KINDS[kind][2](rng, item)
    return item
