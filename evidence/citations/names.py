"""Names as they are compared: folded letters, and the words that surround or end a name in running text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

PARTICLES = frozenset(
    "van von der den de del della delle degli dei di da do dos das du des le la les los lo ten ter te zu zum zur af av al el bin ibn ben "
    "st 't op vom vander vanden".split()
)
"""Lower-case words that belong to a family name and may stand in front of it."""

SMALL_WORDS = frozenset("of for the on de des du la le und für y e et and der del da do".split())
"""Words that join the capitalised words of an organisation's name."""

CONNECTORS = frozenset("and & und et y e og och en ja ve".split())
"""Words between two authors."""

LEADS = frozenset(
    """
    see also e.g eg cf i.e ie compare contra viz namely for example instance review reviews reviewed by in as but and or adapted
    from based on following after per according to cited quoted reported described reprinted modified derived source sources siehe
    vgl voir véase z.b discussed overview recent recently more an a the their his her our work particularly especially including
    notably originally first most both respectively among others of details discussion summarized summarised example examples
    """.split()
)
"""Words that may stand between an opening bracket and the first name (compared in lower case, without the final stop)."""

OPENERS = frozenset(
    """
    a about according additionally adapted after again all also although an and another as at based because before below between
    both but by chapter citing classic compare conversely despite drawing due during e.g each earlier even extending finally first
    following for formerly from further furthermore given hence here how however if in indeed inspired instead is it its it's
    later like likewise many meanwhile more moreover most nevertheless no nonetheless not notably notwithstanding now of on once
    only or other our over per previously prior professor prof dr mr mrs ms similarly similar since so some specifically still
    studies study subsequently such than thanks that the their then there therefore these they third this those though thus to two
    under unlike until upon using via we what when where whereas whether which while who whose why with within without work works
    yet second see results result findings data using author authors colleagues reviewing recently recent research researchers
    source sources sir building cf
    """.split()
)
"""Capitalised words that open a sentence or a title and are no part of the name that follows."""

NOT_NAMES = frozenset(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct
    nov dec januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre
    novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre spring summer
    autumn fall winter monday tuesday wednesday thursday friday saturday sunday figure fig figs table tables tab section sections
    chapter chapters appendix version equation eq box part panel supplement phase act wave year years day days week copyright
    published received accepted revised online available volume issue number page pages line lines experiment experiments ibid
    model models scale covid covid-19 windows mac office christmas olympics ad bc ce
    """.split()
)
"""Capitalised words that a year may follow without being a citation."""

ORGANISATION = re.compile(
    r"organi[sz]ation|associat|institut|department|ministr|committee|commission|council|agenc|cent(?:re|er)s?$|foundation|societ|universit|"
    r"bureau|^office$|^board$|^group$|network|federation|academ|government|authorit|programme|^nhs$|collab|^team$|consorti|^trust$|service",
    re.IGNORECASE,
)
"""A word by which an organisation is known."""

_SPECIAL = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ĳ": "ij", "’": "", "‘": "", "ʼ": ""}
)


@lru_cache(maxsize=20_000)
def fold(name: str) -> str:
    """Letters and digits only, without case, accents and ligatures: ``"O’Hára-Łoś"`` is ``"oharalos"``."""
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_SPECIAL))
    return "".join(c for c in letters if c.isalnum())


def initialism(name: str) -> str:
    """The first letters of the capitalised words: ``"World Health Organization"`` is ``"who"``."""
    return fold("".join(word[0] for word in re.findall(r"\w+", name) if word[0].isupper()))
