"""Renders records the way authors write reference lists: a head, a title, a body and a tail, drawn from ``templates.toml``.

What citation styles do not give is made here: forms without a title, German and French habits, names in every order.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from evidence.references.training.marked import EMPTY, Marked, concat, mark, substitute
from evidence.references.training.records import PARTICLES, REGIONS, WORDS, abbreviate, article_number, organisation, person

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from evidence.model import CslItem

TEMPLATES: dict[str, list[str]] = {
    name: block.split("\n")
    for name, block in tomllib.loads(resources.files(__package__).joinpath("templates.toml").read_text(encoding="utf-8")).items()
}
BODIES = {
    "article-journal": "article",
    "book": "book",
    "chapter": "chapter",
    "paper-conference": "paper",
    "thesis": "thesis",
    "report": "report",
    "webpage": "web",
    "article-magazine": "article",
    "article": "preprint",
}
CODES = {
    "Y": "y",
    "M": "m",
    "T": "t",
    "C": "c",
    "V": "v",
    "I": "i",
    "P": "p",
    "N": "N",
    "H": "b",
    "L": "l",
    "E": "n",
    "S": "s",
    "G": "r",
    "K": "k",
    "D": "d",
    "U": "u",
    "Q": "q",
    "X": "r",
    "W": "r",
    "TR": "r",
    "PM": "r",
    "AR": "k",
    "AR2": "k",
    "IS": "r",
    "Y2": "r",
    "MM": "r",
    "C2": "r",
    "A": "a",
    "B": "e",
    "b": "e",
    "F": "m",
    "F2": "y",
    "H2": "b",
    "Z": "f",
    "J": "r",
    "O": "r",
    "O2": "r",
    "CH": "r",
    "NV": "r",
    "R": "r",
    "X2": "r",
    "E2": "n",
    "Y3": "r",
    "P0": "p",
    "FD": "b",
    "DP": "b",
    "AV": "r",
    "RP": "r",
    "ST": "r",
}
FIXED = {
    "Z": "ders.|Ders.|dies.|Dies.|ders. (Hg.)|ders. (Hrsg.)|Ders. (Hrsg.)|dies. (Hg.)|Ders.|ders./Dies.|idem",
    "J": "[28 Absätze]|[47 Absätze]|[36 paragraphs]|[113 Absätze]|[58 paragraphs]|[Abstract]|[abstract]|[in German]|(abstract)",
    "O": "[Online Journal]|[On-line Journal]|[Online-Journal]|[Internet]|[online]|[Elektronische Zeitschrift]",
    "O2": "ProQuest Dissertations and Theses Global|ProQuest Dissertations & Theses|UMI|Retrieved from ProQuest|ETH Zürich",
    "CH": "ch. 4|chap. 2|ch. 12|esp. ch. 3|passim|cap. 2",
    "NV": "2 vols|2 vols.|3 vols|4 vols|2 vol|3 Bde|2 tomes|2 voll|5 vols",
    "R": "Print|Print|Print|Web|Web|JSTOR. Web|Project MUSE. Web|JSTOR|DVD|Film|Academic Search Premier. Web",
    "DP": "Department of Computer Science|Dept. of Computer Science|Computer Science Department|School of Computer Science"
    "|Computer Science Dept."
    "|Dept. of Electrical Engineering and Computer Science|Department of Computer Science and Engineering|Laboratory for Computer Science"
    "|Artificial Intelligence Laboratory|Institut für Informatik|Computer Science Division (EECS)|Dept. of Mathematics|Computing Laboratory"
    "|Department of Computing|Dept. of Computer and Information Science|Robotics Institute|Dept. of Psychology|Department of History",
    "AV": "Available as technical report 93-09-09|Also available as Technical Report 94-12|A preliminary version appeared in the 30th FOCS"
    "|Extended abstract in STOC ’89|Preliminary version in Proceedings of SIGCOMM ’88, Stanford, CA, August 1988|Revised March 1994"
    "|Proceedings of the Sigcomm ’88 Symposium in Stanford, CA|An earlier version appeared in Proc. CADE-10|Special issue on learning"
    "|Lecture Notes in Artificial Intelligence No. 449|Reprinted in Readings in Planning|Also in Proc. 5th COLT, 1992|Invited paper",
    "RP": "repr. in id., Collected Papers (London, 1980)|reprinted in Studies in History (Oxford, 1975), pp. 1–20|repr. Darmstadt 1968"
    "|rpt. New York: Dover, 1970|repr. 1991|originally published in 1905|ried. Roma 1978|rist. anast. Bologna 1969|rééd. 1990"
    "|ND Hildesheim 1972"
    "|see also N. Goldberg, ibid. 284, 87 (1999)|and references therein|cf. also Smith, Essays, p. 20",
    "ST": "to appear|To appear|in press|In press|submitted|Submitted for publication|forthcoming|in preparation|accepted for publication",
    "X2": "Mimeo|mimeo|Mimeographed|Unpublished manuscript|Unveröffentlichtes Manuskript|unv. Manuskript|hektogr. Ms.|Ms.|Manuskript"
    "|Endbericht|Abschlussbericht|Unpublished|Manuscript|Draft|Unpublished paper|Personal communication",
}
"""What slots hold that no record fills: one of these."""
EDITIONS = {
    "de": "2., völlig überarb. u. aktual. Aufl|3., unveränd. Aufl|2. Aufl|4., neubearb. Aufl|5. Auflage|2., verb. Aufl"
    "|2., überarb. Aufl|3., erw. Aufl|5., rev. Aufl|3., grundlegend überarb. Aufl|2., durchges. Aufl|2. umgearb. Aufl"
    "|4. Auflage"
    "|2., überarbeitete und erweiterte Auflage|6. Aufl|2. erweiterte Aufl|3., aktualisierte Auflage|1. Aufl|12. Auflage|Neuausgabe",
    "it": "2ª ed|5ª ed|seconda edizione|nuova ed|II ed",
    "es": "2ª ed|3.ª ed|segunda edición|2da. ed|4a ed",
    "fr": "2e éd|3e éd|2e édition|nouvelle éd|2e éd. revue et augmentée|4e édition revue",
    "en": "2nd ed|3rd ed|second edition|Second edition|third edition|Rev. ed|revised edition|2nd rev. ed|2nd edition|reprint|4th edn|2d ed"
    "|fourth edition|1st ed|Second ed|International edition",
}
MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split(),
}


@dataclass(frozen=True)
class NameStyle:
    """How a list of persons is written.

    ``order``: ``family`` first, ``given`` first, or ``mixed`` (only the first person family first). ``initials``: how given
    names are cut (``"J. A."``, ``"J.A."``, ``"JA"``, ``"J A"``) or empty when written out. ``comma`` stands between family and
    given name, ``between`` between persons, ``last`` before the last one. ``shown``: how many persons before "et al."."""

    order: str
    initials: str
    comma: str
    between: str
    last: str
    capitals: bool = False
    shown: int = 99
    others: str = ", et al."


PRESETS = (
    *((NameStyle("family", "J. A.", ", ", ", ", ", & "),) * 8),
    *((NameStyle("family", "JA", " ", ", ", ", "),) * 7),
    *((NameStyle("family", "J. A.", ", ", ", ", " & "),) * 3),
    *((NameStyle("family", "J. A.", ", ", ", ", " and "),) * 4),
    *((NameStyle("family", "J.A.", ", ", ", ", " and "),) * 3),
    NameStyle("family", "J.A.", ", ", ", ", ", "),
    NameStyle("family", "J.A.", ", ", ", ", " & "),
    NameStyle("family", "J.A.", ",", ", ", " and "),
    *((NameStyle("family", "J. A.", " ", ", ", ", and "),) * 2),
    NameStyle("family", "J. A.", " ", ", ", " and "),
    NameStyle("family", "J. A.", " ", ", ", ", "),
    *((NameStyle("family", "J. A.", ", ", "; ", "; "),) * 3),
    NameStyle("family", "J.A.", ", ", "; ", "; "),
    NameStyle("family", "J.A.", ", ", "; ", " and "),
    NameStyle("family", "JA", " ", ", ", " and "),
    NameStyle("family", "JA", " ", ", ", " & "),
    NameStyle("family", "JA", " ", ", ", ", & "),
    NameStyle("family", "JA", " ", "; ", "; "),
    *((NameStyle("mixed", "", ", ", ", ", ", and "),) * 8),
    NameStyle("mixed", "J. A.", ", ", ", ", ", and "),
    NameStyle("mixed", "J. A.", ", ", ", ", " and "),
    NameStyle("mixed", "", ", ", ", ", " and "),
    NameStyle("mixed", "", ", ", ", ", ", "),
    NameStyle("mixed", "", ", ", ", ", " und "),
    NameStyle("mixed", "", ", ", ", ", " et "),
    *((NameStyle("mixed", "J. A.", ", ", ", ", ", and "),) * 4),
    *((NameStyle("given", "J. A.", " ", ", ", ", and "),) * 4),
    *((NameStyle("given", "J. A.", " ", ", ", " and "),) * 4),
    *((NameStyle("given", "J.A.", " ", ", ", " and "),) * 3),
    *((NameStyle("given", "", " ", ", ", ", and "),) * 4),
    NameStyle("given", "", " ", ", ", " and "),
    NameStyle("given", "J. A.", " ", ", ", ", "),
    NameStyle("given", "", " ", ", ", " & "),
    NameStyle("given", "J. A.", " ", ", ", " et "),
    NameStyle("given", "JA", " ", ", ", " and "),
    NameStyle("given", "", " ", ", ", " y "),
    *((NameStyle("family", "", ", ", "/", "/"),) * 4),
    NameStyle("family", "", ", ", " / ", " / "),
    *((NameStyle("family", "", ", ", "; ", "; "),) * 3),
    NameStyle("family", "J.", ", ", "/", "/"),
    *((NameStyle("family", "", ", ", ", ", " und "),) * 2),
    NameStyle("family", "", ", ", "; ", " und "),
    NameStyle("family", "J. A.", ", ", ", ", " und "),
    NameStyle("family", "", ", ", " und ", " und "),
    NameStyle("family", "J. A.", ", ", "/", "/"),
    NameStyle("family", "", ", ", ", ", " & "),
    NameStyle("family", "", ", ", ", ", ", "),
    NameStyle("given", "", " ", "/", "/"),
    NameStyle("given", "", " ", ", ", " und "),
    NameStyle("family", "", " ", ", ", ", "),
    NameStyle("family", "", " ", ", ", " and "),
    NameStyle("family", "J. A.", ", ", " & ", " & "),
    NameStyle("family", "J.-A.", ", ", " - ", " - "),
    NameStyle("family", "J.", ", ", ", ", " a "),
    NameStyle("family", "J. A.", ", ", ", ", " y "),
    NameStyle("family", "J. A.", ", ", ", ", ", et "),
    NameStyle("family", "J. A.", ", ", ", ", " e "),
    NameStyle("family", "", ", ", ", ", " et "),
    NameStyle("family", "J. A.", ", ", ", ", ", ..., "),
    NameStyle("family", "J. A.", ", ", "; ", "; & "),
)
DITTO = ("———", "---", "___", "——", "— — —", "______", "Ders.", "Dies.", "–––")
"""What stands for the author of the entry before."""
OTHERS = (
    ", et al.",
    ", et al.",
    " et al.",
    " et al.",
    " et al",
    ", et al",
    ", et al.,",
    " u. a.",
    " u.a.",
    ", and others",
    " et al.,",
    " & al.",
    ", ...",
    " et alii",
)
ROLES = {
    1: (
        " (Ed.)",
        " (Ed.)",
        " (ed.)",
        ", ed.",
        ", Ed.",
        " (Hg.)",
        " (Hrsg.)",
        " (Hrsg.)",
        " [Hrsg.]",
        ", editor",
        ", Hrsg.",
        " (dir.)",
        " (éd.)",
        " ed.",
        " (coord.)",
        " (Hg.),",
        " (editor)",
        " (a cura di)",
        " (a c. di)",
        " (ed.),",
        ", dir.",
        " éd.",
        ", éd.",
        " (comp.)",
        " (Bearb.)",
    ),
    2: (
        " (Eds.)",
        " (Eds.)",
        " (eds.)",
        " (eds)",
        ", eds.",
        ", Eds.",
        " (Hg.)",
        " (Hrsg.)",
        " (Hrsg.)",
        " [Hrsg.]",
        ", editors",
        ", Hrsg.",
        " (dir.)",
        " (éds)",
        " eds.",
        " (Hgg.)",
        " (Eds)",
        " (Ed.)",
        " (Edrs.)",
        " (a cura di)",
        " (a cura di)",
        " (éds.)",
        " (dirs.)",
        " (coords.)",
        " (eds.),",
        ", dir.",
        ", éd.",
        " (Hrsg.),",
        " (comps.)",
    ),
}


def random_name_style(rng: Random) -> NameStyle:
    """A preset, or parts put together."""
    if rng.random() < 0.85:
        style = rng.choice(PRESETS)
    else:
        order = rng.choice(("family", "family", "given", "mixed"))
        between = rng.choice((", ", ", ", "; ", "/", " and ", " & "))
        style = NameStyle(
            order,
            rng.choice(("J. A.", "J.A.", "JA", "J A", "", "")),
            rng.choice((", ", ", ", " ")),
            between,
            rng.choice((between, " and ", " & ", ", & ", ", and ", " et ", " und ")),
        )
    shown = rng.choice((99, 99, 99, 99, 1, 3, 3, 6, 6, 7, 2))
    return NameStyle(style.order, style.initials, style.comma, style.between, style.last, rng.random() < 0.06, shown, rng.choice(OTHERS))


def initials(given: str, form: str) -> str:
    """Given names cut to initials in the given form; unchanged when ``form`` is empty."""
    if not form:
        return given
    letters = ["-".join(part[0] for part in word.split("-") if part) for word in given.replace(".", " ").split()]
    if form in ("JA", "J A"):
        return ("" if form == "JA" else " ").join(x.replace("-", "") for x in letters)
    dotted = [x.replace("-", ".-") + "." for x in letters]
    return (" " if form in ("J. A.", "J.", "J.-A.") else "").join(dotted)


def _one_person(name: dict[str, str], style: NameStyle, first: bool, codes: str) -> Marked:
    """One person; ``codes`` are the labels of family name, given name and organisation."""
    if "literal" in name:
        return mark(name["literal"], codes[2])
    family = name["family"].upper() if style.capitals else name["family"]
    given = initials(name["given"], style.initials)
    suffix = name.get("suffix", "")
    if style.order == "family" or (style.order == "mixed" and first):
        particle = next((p for p in PARTICLES if family.startswith(p) and p[0].islower()), "")
        if particle and len(family) % 5 == 0:  # "Gogh, V. van"
            return concat(
                [mark(family[len(particle) :] + style.comma.rstrip(), codes[0]), mark(" " + given + " " + particle.strip(), codes[1])]
            )
        end = mark(f", {suffix}" if suffix and "," in style.comma else f" {suffix}", codes[1]) if suffix else EMPTY
        return concat([mark(family + style.comma, codes[0]), mark(given, codes[1]), end])
    end = mark(f" {suffix}", codes[0]) if suffix else EMPTY
    return concat([mark(given + " ", codes[1]), mark(family, codes[0]), end])


def render_names(rng: Random, names: list[dict[str, str]], style: NameStyle, *, editors: bool = False, role: bool = True) -> Marked:
    """A list of persons; with the role word ("Eds.") of editors unless ``role`` is false."""
    codes, joint = ("ehA", "W") if editors else ("agA", "w")
    shown = names if len(names) <= style.shown + 1 else names[: style.shown]
    parts = [_one_person(name, style, i == 0, codes) for i, name in enumerate(shown)]
    ellipsis = len(shown) == len(names) > 6 and rng.random() < 0.3
    row = [parts[0]]
    if ellipsis:
        row = [x for part in parts[:6] for x in (part, mark(style.between, joint))][:-1]
        row += [mark(rng.choice((", ... ", ", … ", ", . . . ", ", ..., & ", ", … & ")), joint), parts[-1]]
    else:
        for i, part in enumerate(parts[1:], 2):
            row += [mark(style.last if i == len(parts) and len(shown) == len(names) else style.between, joint), part]
    if len(shown) < len(names):
        row.append(mark(style.others, "z"))
    if editors and role:
        row.append(mark(rng.choice(ROLES[1 if len(names) == 1 else 2]), "f"))
    return concat(row)


def title_case(text: str) -> str:
    """English headline case."""
    small = {"a", "an", "the", "of", "and", "in", "on", "for", "to", "from", "with", "by", "as", "at", "or"}
    return " ".join(w if i and w in small else w[:1].upper() + w[1:] for i, w in enumerate(text.split(" ")))


def ordinal(number: str, lang: str) -> str:
    """``"3"`` as ``"3rd"``; bare in German."""
    if lang == "de":
        return number
    return number + {"1": "st", "2": "nd", "3": "rd"}.get(number[-1] if number not in ("11", "12", "13") else "", "th")


def _date(rng: Random, parts: list[int], lang: str) -> str:
    """Month and day of a date (or a season, without a month)."""
    month = MONTHS[lang][parts[1] - 1] if len(parts) > 1 else rng.choice(("Spring", "Summer", "Fall", "Winter", "Autumn", "Spring/Summer"))
    if rng.random() < 0.45 and len(parts) > 1:
        month = month[:3] + rng.choice(("", ".", ""))
    if len(parts) < 3:
        return month
    day = str(parts[2])
    return rng.choice((f"{month} {day}", f"{day} {month}", f"{day}. {month}" if lang == "de" else f"{month} {day}"))


def _access_date(rng: Random, parts: list[int], lang: str) -> str:
    year, month, day = parts
    name = MONTHS[lang][month - 1]
    return rng.choice(
        (
            f"{name} {day}, {year}",
            f"{day} {name} {year}",
            f"{day:02d}.{month:02d}.{year}",
            f"{year}-{month:02d}-{day:02d}",
            f"{day}/{month}/{year}",
            f"{name} {year}",
            f"{year} {name[:3]} {day}",
            f"{day}.{month}.{str(year)[2:]}",
        )
    )


@dataclass(frozen=True)
class Style:
    """The choices one reference list keeps to: names, case of titles, short journal names, words for 'no date'."""

    names: NameStyle
    editors: NameStyle
    headline: bool
    short: bool
    suffix: str
    dash: str


def random_style(rng: Random) -> Style:
    """A style whose editors are written like its authors, or given name first."""
    names = random_name_style(rng)
    editors = (
        names
        if rng.random() < 0.5
        else rng.choice(
            (
                NameStyle("given", names.initials, " ", ", ", " & "),
                NameStyle("given", names.initials, " ", ", ", " and "),
                random_name_style(rng),
            )
        )
    )
    return Style(
        names,
        editors,
        rng.random() < 0.3,
        rng.random() < 0.35,
        rng.choice(("",) * 30 + ("a", "b", "c")),
        rng.choice(("–", "–", "–", "-", "-", "-", "—", " - ", "‐", "--", " – ", "−")),
    )


def _translator(rng: Random, lang: str) -> str:
    name = person(rng, REGIONS[lang])
    return rng.choice((f"{name['given']} {name['family']}", f"{initials(name['given'], 'J. A.')} {name['family']}"))


def _edition_words(rng: Random, lang: str) -> str:
    return rng.choice(EDITIONS.get(lang, EDITIONS["en"]).split("|"))


def _date_in_figures(rng: Random, parts: list[int]) -> str:
    year, month, day = (*parts, rng.randint(1, 12), rng.randint(1, 28))[:3]
    return rng.choice(
        (f"{day:02d}.{month:02d}.{year}", f"{day}.{month}.{year}", f"{day}. {month}. {year}", f"{day}. {MONTHS['de'][month - 1]} {year}")
    )


def fill_slots(rng: Random, item: CslItem, style: Style) -> dict[str, Marked]:
    """Every template slot that the record can fill, rendered and labelled."""
    lang: str = item["lang"]
    date: list[int] = item["issued"]["date-parts"][0]
    case: Callable[[str], str] = title_case if style.headline and lang == "en" else str
    journal = item["type"] in ("article-journal", "article-magazine")
    container = item.get("container-title", "")
    if container:
        container = (abbreviate(rng, container) if style.short else container) if journal else case(container)
    in_press = not item.get("volume") and not item.get("page") and rng.random() < 0.2
    year = (
        rng.choice(("in press", "n.d.", "forthcoming", "im Erscheinen", "o.J.", "im Druck", "submitted"))
        if in_press or rng.random() < 0.015
        else f"{date[0]}{style.suffix}"
    )
    if rng.random() < 0.025:
        year = rng.choice(
            (
                f"{date[0]}-{(date[0] + 1) % 100:02d}",
                f"{date[0]}–{(date[0] + 1) % 10}",
                f"{date[0]}–{date[0] + 2}",
                f"{date[0]}-{date[0] + 1}",
                f"[{date[0]}]",
                f"{date[0]} (zuerst {date[0] - 30})",
                f"{date[0]} [{date[0] - 40}]",
                f"[{date[0] - 40}] {date[0]}",
                f"{date[0] - 30}/{date[0]}",
                f"{date[0]}/{str(date[0] + 1)[2:]}",
            )
        )
    values = {
        "Y": year,
        "T": case(item["title"]),
        "C": container,
        "V": item.get("volume"),
        "I": item.get("issue"),
        "H": item.get("publisher"),
        "L": item.get("publisher-place"),
        "P": str(item.get("page", "")).replace("–", style.dash),
        "N": item.get("number-of-pages"),
        "S": item.get("collection-title"),
        "G": item.get("genre"),
        "K": item.get("number"),
        "D": item.get("DOI"),
        "U": item.get("URL"),
        "X": item.get("note"),
        "W": item.get("version"),
        "M": _date(rng, date, lang) if len(date) > 1 or rng.random() < 0.1 else "",
        "E": ordinal(item["edition"], lang) if "edition" in item else "",
        "Q": _access_date(rng, item["accessed"]["date-parts"][0], lang) if "accessed" in item else "",
        "PM": str(rng.randint(1000000, 39999999)),
        "AR": rng.choice((f"arXiv:{rng.randint(700, 2300):04d}.{rng.randint(0, 9999):04d}", f"hep-ph/{rng.randint(9201001, 9912999)}")),
        "AR2": f"{rng.randint(1000, 2300)}.{rng.randint(10000, 99999)}",
        "IS": f"978-{rng.randint(0, 9)}-{rng.randint(10, 99)}-{rng.randint(100000, 999999)}-{rng.randint(0, 9)}",
        "Y2": str(date[0]),
        "Y3": str(date[0] - rng.randint(2, 90)),
        "F": _date_in_figures(rng, date),
        "F2": _date_in_figures(rng, date),
        "E2": _edition_words(rng, lang),
        "H2": organisation(rng),
        "FD": rng.choice(WORDS["journal"]["field_en"]).title(),
        "P0": str(rng.randint(1, 400)),
        **{slot: rng.choice(words.split("|")) for slot, words in FIXED.items()},
        "MM": rng.choice(MONTHS["en"])[:3],
        "TR": _translator(rng, lang),
        "C2": f"{rng.choice(WORDS['journal']['acronym'])} {rng.randint(1, 300)}{rng.choice((', ', ' (1966) '))}"
        f"{rng.randint(1, 4000)}{rng.choice(('', ' (1999)'))}",
    }
    slots = {slot: mark(str(value), CODES[slot]) for slot, value in values.items() if value}
    if item.get("author"):
        ditto = rng.random() < 0.015
        slots["A"] = mark(rng.choice(DITTO), "z") if ditto else render_names(rng, item["author"], style.names)
    if item.get("editor"):
        if "author" in item:
            slots["B"] = render_names(rng, item["editor"], style.editors, editors=True)
            slots["b"] = render_names(rng, item["editor"], style.editors, editors=True, role=False)
        else:
            row = render_names(rng, item["editor"], style.names)
            slots["A"] = concat([row, mark(rng.choice(ROLES[1 if len(item["editor"]) == 1 else 2]), "f")])
    return slots


@lru_cache(maxsize=4096)
def parse_template(template: str) -> tuple[Any, ...]:
    """A template as a row of literals (``str``), slots (``("slot", name)``) and groups (``("group", row)``)."""
    row: list[Any] = []
    for piece in re.findall(r"\{\w+\}|\[[^\[\]]*\{[^\[\]]*\]|[^{\[]+|\[", template):
        if re.fullmatch(r"\{\w+\}", piece):
            row.append(("slot", piece[1:-1]))
        elif piece.startswith("[") and "{" in piece:
            row.append(("group", parse_template(piece[1:-1])))
        else:
            row.append(piece)
    return tuple(row)


def _flatten(row: tuple[Any, ...], slots: dict[str, Marked]) -> list[Any] | None:
    """The row with its groups opened; ``None`` when a slot outside a group cannot be filled."""
    flat: list[Any] = []
    for piece in row:
        if isinstance(piece, str):
            flat.append(piece)
        elif piece[0] == "slot":
            if piece[1] not in slots:
                return None
            flat.append(slots[piece[1]])
        else:
            flat += _flatten(piece[1], slots) or []
    return flat


def label_literals(row: list[Any]) -> Marked:
    """Literals get the label of the field before them as far as they close it, and of the field after them from there on."""
    parts: list[Marked] = []
    joined: list[Any] = []
    for piece in row:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    for i, piece in enumerate(joined):
        if isinstance(piece, Marked):
            parts.append(piece)
            continue
        before = parts[-1].labels[-1:] if parts else ""
        after = next((p.labels[:1] for p in joined[i + 1 :] if isinstance(p, Marked)), "")
        cut = _closing(piece, before)
        if piece[:cut].rstrip().endswith(('"', "“", "'")) and after == "t":  # these open what follows
            cut = len(piece[:cut].rstrip()) - 1
        role = _EDITORS_ROLE.match(piece, cut) if before in ("e", "h") and after not in ("e", "h") else None
        turn = role.end() if role else cut
        following = "f" if after in ("e", "h") and piece[turn:].strip() else after
        parts += [
            mark(piece[:cut], before or after or "o"),
            mark(piece[cut:turn], "f"),
            mark(piece[turn:], following or "r" if piece[turn:].strip() else after or before),
        ]
    return concat(parts)


_EDITORS_ROLE = re.compile(r"\(?(?:eds?|editors?|Eds?|Hrsg|Hg)\b\.?\)?[.,:]?\s*")
CLOSING_WORDS = {"n": r"eds?|edn|edition|Aufl|Auflage|überarb\. Aufl|erw\. Aufl", "v": "Jg", "N": "pp?|S", "p": "ff", "r": "Trans"}
"""Words that stand after a field and belong to it, by the field's label."""


def _closing(literal: str, before: str) -> int:
    """How much of a literal closes the field before it, whose label is ``before`` (empty: there is none)."""
    if not before:
        return 0
    words = rf"(?:[\s.,]*(?:{CLOSING_WORDS[before]})\b)?" if before in CLOSING_WORDS else ""
    match = re.match(words + r"[\s.,;:)\]”\"’'»“?]*", literal)
    return match.end() if match else 0


def compose(rng: Random, lines: Sequence[str], slots: dict[str, Marked], wanted: str) -> Marked | None:
    """A whole reference in one of the forms; ``None`` when the slots fill none of those that were drawn."""
    row = _draw(rng, lines, slots, wanted)
    return tidy(label_literals(_quotes_inside(row))) if row else None


def _draw(rng: Random, lines: Sequence[str], slots: dict[str, Marked], wanted: str) -> list[Any]:
    """A template of the lines that the slots can fill; those that show more of ``wanted`` are likelier."""
    for _ in range(12):
        row = _flatten(parse_template(rng.choice(lines)), slots)
        if row is None:
            continue
        missing = sum(slot in slots and slots[slot] not in row for slot in wanted)
        if rng.random() < 0.25**missing:
            return row
    return []


def tidy(marked: Marked) -> Marked:
    """Doubled stops and spaces, as left where a field ended in one, made single."""
    for pattern, new in (
        (r"\.(\.)(?!\.)(?=[\s,”\")]|$)", "."),
        (r"([?!])[.,](?=\s|$|”|\"|»|“)", r"\1"),
        (r"\.(?=[.,:;]) ?\.", "."),
        (r" {2,}", " "),
        (r" (?=[.,;)])", ""),
    ):
        marked = substitute(marked, pattern, new)
    return marked


def render_physics(rng: Random, item: CslItem, block: str = "physics") -> Marked:
    """An article as physicists and chemists cite: abbreviated journal, often no title, sometimes no page range."""
    style = random_style(rng)
    if rng.random() < 0.65:
        given = rng.random() < 0.7
        names = NameStyle(
            "given" if given else "family",
            rng.choice(("J. A.", "J.A.")),
            " " if given else ", ",
            rng.choice((", ", ", ", "; ")),
            rng.choice((" and ", ", and ", ", ", " et ", " & ")),
            rng.random() < 0.1,
            rng.choice((99, 99, 99, 1, 3)),
            " et al.",
        )
        style = Style(names, names, style.headline, block == "physics" or rng.random() < 0.3, "", style.dash)
    item = dict(item)
    if rng.random() < 0.75 and block == "physics":
        name = rng.choice(WORDS["journal"]["acronym"])
        item["container-title"] = name if rng.random() < 0.75 else name.replace(".", "")
        if rng.random() < 0.6:
            item["page"] = rng.choice((str(rng.randint(1, 5000)), article_number(rng)))
    if rng.random() < 0.07:
        item["container-title"], item["issue"] = rng.choice(("JHEP", "JHEP", "JCAP")), f"{rng.randint(1, 12):02d}"
        item.pop("volume", None)
    if rng.random() < 0.06 and block == "physics":
        item["author"] = [
            {
                "literal": f"{rng.choice(('ATLAS', 'CMS', 'ALICE', 'LHCb', 'BELLE', 'Planck', 'STAR'))}"
                f" {rng.choice(('collaboration', 'Collaboration'))}"
            }
        ]
    slots = fill_slots(rng, item, style)
    if rng.random() < 0.1 and "T" in slots:
        slots["T"] = substitute(
            slots["T"],
            "$",
            rng.choice(
                (
                    " at √ sNN = 2 . 76 TeV",
                    " in e+e- annihilation",
                    " at √s N N = 2 .76TeV",
                    " in Pb–Pb collisions",
                    " : π 0 → γ γ",
                    " in D = 4",
                    " of TaAs",
                    " (II)",
                )
            ),
        )
    wanted = "CVPYA" if "volume" in item else "CIPYA"
    return tidy(label_literals(_quotes_inside(_draw(rng, TEMPLATES[block], slots, wanted))))


def render(rng: Random, item: CslItem) -> Marked:
    """The record as one labelled reference, in a style drawn anew."""
    draw = rng.random()
    if item["type"] == "article-journal" and draw < 0.4:
        return render_physics(rng, item) if draw < 0.35 else render_physics(rng, item, "header")
    if item["type"] in ("chapter", "paper-conference") and draw < 0.05:
        untitled = _draw(rng, TEMPLATES["untitled"], fill_slots(rng, item, random_style(rng)), "ACYP")
        if untitled:
            return tidy(label_literals(untitled))
    style = random_style(rng)
    slots = fill_slots(rng, item, style)
    body = BODIES.get(item["type"], "book")
    if item["type"] == "book" and not item.get("publisher-place") and not item.get("publisher"):
        body = "manual"
    if rng.random() < 0.03:
        slots.pop("A", None)
    no_title = body == "article" and rng.random() < 0.06 and "volume" in item
    year_first = not no_title and rng.random() < 0.52
    head = _draw(rng, TEMPLATES["head_year" if year_first else "head"], slots, "A") if "A" in slots else []
    if "A" not in slots and year_first:
        head = [slots["Y"], rng.choice((". ", " ", ": "))]
    has_year = slots["Y"] in head
    title = [] if no_title else _draw(rng, TEMPLATES["title"], slots, "T")
    if has_year and "A" not in slots and title and rng.random() < 0.6:  # without an author the title comes first
        title, head = [*title[:-1], rng.choice((". (", " (")), slots["Y"], "). "], []
    kind = "journal_only" if no_title else f"{body}_year" if not has_year and rng.random() < 0.97 else body
    rest = _draw(rng, TEMPLATES[kind], slots, "CVIPHL" + ("Y" if not has_year else ""))
    tail = (
        _draw(rng, TEMPLATES["tail"], slots, "D")
        if "D" in slots or "U" in slots or rng.random() < 0.3
        else [rng.choice((".", ".", ".", "", ""))]
    )
    if "E" in slots and slots["E"] not in rest and title and rng.random() < 0.7:
        stop = len(title) - 1
        form = rng.choice(
            (
                " ({E} ed.)",
                " ({E} ed.)",
                ", {E} ed.",
                ". {E} edition",
                ", {E} edn",
                " {E}. Aufl.",
                ". {E}. Aufl",
                ". {E}., überarb. Aufl",
                ". {E}., erw. Aufl",
                ", {E}. Auflage",
                ", {E} edition",
                " ({E} edn)",
                " ({E} ed)",
            )
        )
        title = title[:stop] + (_flatten(parse_template(form), slots) or []) + title[stop:]
    if not rest and isinstance(title[-1] if title else None, str):
        title[-1] = title[-1].rstrip(" ,:;–")
    return tidy(label_literals(_quotes_inside([*head, *title, *rest, *tail])))


def _quotes_inside(row: list[Any]) -> list[Any]:
    """Quotation marks inside a quoted title changed to the inner kind."""
    for i, piece in enumerate(row[:-1]):
        if isinstance(piece, str) and piece.endswith(("“", '"', "„")) and isinstance(row[i + 1], Marked):
            row[i + 1] = substitute(substitute(row[i + 1], "“|„", "‘"), "”", "’")
    return row
