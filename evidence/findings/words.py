"""Words of a text: tokens with their places, stems that bring the forms of a word together, and words that say nothing.

The stemmer is a table of English endings, taken off as long as enough of the word is left; it serves to compare words,
its results are not meant to be read. British and American spellings fall together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*%?")

STOP = frozenset(
    "a about above after again against all almost along also although always am among an and another any are around as at be became "
    "because become becomes been before being below between both but by can cannot could did do does doing done down during each "
    "either else etc even ever every few for from further get gets give given gives go had has have having he hence her here hers "
    "him his how however i if in into is it its itself just least less let like likely made make makes making many may me might "
    "more most much must my nearly neither never nevertheless no nor not now of off often on once one ones only onto or other "
    "others otherwise our out over own part particularly per perhaps put quite rather really regarding relating s same second see "
    "seem seemed seems she should show shown shows simply since so some something sometimes such t take taken takes than that the "
    "their theirs them themselves then there thereby therefore these they thing things third this those though through throughout "
    "thus to together too toward towards two under until up upon us use used using usually very via was way ways we well were what "
    "when where whereas whether which while who whom whose why will with within without would yet you your first also three four "
    "five six said say says".split()
)
"""Words that carry no topic."""

_SPELLING = (
    (re.compile(r"is(e|ed|es|ing|ation|ations|er|ers)$"), r"iz\1"),
    (re.compile(r"our(s|ed|ing|able|al|ally|ful)?$"), r"or\1"),
    (re.compile(r"([aeiou])ll(ing|ed|er|ers)$"), r"\1l\2"),
    (re.compile(r"programmes?$"), "program"),
)
_NOT_SPELLED = frozenset(
    "rise raise wise four hour your tour pour precise exercise advise revise promise otherwise likewise premise arise".split()
)

_ENDINGS = tuple(
    sorted(
        "izations ization izing izers izer ized izes ize ations ation ators ator ational ating ated ates ate ions ion ing ings ed "
        "es s ers er ors or ment ments mental ness nesses ities ity ties ty ly ally ably able ible ability ibility ance ances ence "
        "ences ense enses ant ants ent ents ency ancy al ial ual ally ical ic ics ive ives ively iveness ous ously ful fully "
        "fulness less lessness ism ist ists ship ships y ies ied e ee ees eer".split(),
        key=len,
        reverse=True,
    )
)
_KEEP = 4
"""Letters that must be left of a word; shorter words lose nothing but a plural."""

_IRREGULAR = {
    "women": "woman", "men": "man", "children": "child", "taught": "teach", "paid": "pay", "left": "leave", "felt": "feel",
    "led": "lead", "kept": "keep", "knew": "know", "known": "know", "knowing": "know", "chosen": "choose", "chose": "choose",
    "analyses": "analysis", "able": "abil", "hired": "hire", "hires": "hire", "hiring": "hire", "used": "use", "uses": "use",
    "using": "use", "ready": "ready", "ties": "tie", "dual": "dual", "said": "say", "costly": "cost", "worst": "bad", "worse": "bad",
    "better": "good", "best": "good", "ageing": "age", "written": "write", "wrote": "write", "died": "die", "dying": "die",
}  # fmt: skip

_FAMILIES = tuple(
    (prefix, stem)
    for line in """career:career confidential:confidential confident:confidence confidence:confidence readiness:ready skil:skill
    volunt:volunteer recogn:recognise caring:care caregiv:caregiver clarit:clear clarif:clear disclos:disclose
    supervis:supervise abilit:abil inabilit:abil capab:capable incapab:capable stigma:stigma destigma:stigma
    prejudic:prejudice understood:understand misunderstood:misunderstand communit:community communic:communicate
    miscommunic:communicate resourc:resource usabilit:usable usable:usable experien:experience experient:experience
    collab:collaborate integrat:integrate organis:organise organiz:organise universit:university universal:universal
    general:general generat:generate policy:policy policies:policy policing:police legisl:law legal:law
    interpersonal:interpersonal personnel:personnel personal:personal person:person credib:credible credit:credit
    employ:employ emplo:employ hierarch:hierarchy author:author authorit:authority authoris:authorise
    authoriz:authorise autonom:autonomy medica:medical medicin:medicine medicat:medication meeting:meeting
    interest:interest internal:internal internet:internet international:international intern:intern national:national
    nation:nation natur:nature relationship:relationship relation:relationship related:relate relative:relative
    compet:compete competen:competent incompeten:competent competit:compete prescrib:prescribe prescrip:prescribe
    isolat:isolate alien:alien family:family families:family familiar:familiar unfamiliar:familiar famil:family
    accept:accept access:access account:account accountab:accountable appreci:appreciate communal:community
    consult:consult consultant:consultant referr:refer referen:reference emotion:emotion motivat:motivate
    demotivat:motivate motive:motivate burnout:burnout recover:recovery sustain:sustain sustainab:sustain
    remunerat:pay salar:pay wage:pay expert:expert expertis:expert environ:environment sever:severe several:several
    severa:several evaluat:evaluate valid:valid value:value valuing:value undervalu:devalue devalu:devalue
    transport:transport transpar:transparent studen:student studies:study studied:study import:important
    secur:security insecur:security securit:security certain:certain uncertain:uncertain train:train retrain:train
    equit:equity equal:equal inequal:equal unequal:equal inequit:equity patien:patient impatien:impatient
    physic:physical physician:physician technic:technical technolog:technology hospita:hospital hospitab:hospitable
    politic:politics politi:politics institution:institution institut:institution constrain:constrain""".splitlines()
    for prefix, _, stem in (pair.partition(":") for pair in line.split())
)  # fmt: skip
_PREFIXES = dict(_FAMILIES)
_LONGEST = max(map(len, _PREFIXES))
"""Beginnings of words whose family the endings alone would tear apart or throw together with another one -> stem."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word at ``[start, end)`` of the text it was read from, in lower case, and its stem."""

    start: int
    end: int
    word: str
    stem: str


def tokens(text: str, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
    """The words and numbers of ``text[start:end]`` in order; offsets are those of ``text``. Hyphens part words."""
    found = _WORD.finditer(text, start, len(text) if end is None else end)
    return tuple(Token(m.start(), m.end(), word, stem(word)) for m in found for word in (_bare(m[0]),))


def stems(text: str) -> tuple[str, ...]:
    """The stems of a text's words, stop words included."""
    return tuple(stem(_bare(m[0])) for m in _WORD.finditer(text))


def _bare(word: str) -> str:
    lowered = word.lower().replace("’", "'")
    return lowered[:-2] if lowered.endswith("'s") else lowered


def american(word: str) -> str:
    """The word (lower case) in American spelling, as far as its ending tells."""
    if word in _NOT_SPELLED or len(word) < 5:
        return word
    for pattern, replacement in _SPELLING:
        word = pattern.sub(replacement, word)
    return word


@lru_cache(maxsize=60_000)
def stem(word: str) -> str:
    """The stem of a word in lower case."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= _KEEP:
        return word[:-1] if len(word) == _KEEP and word.endswith("s") and word[-2] not in "sui" else word
    family = next((_PREFIXES[word[:n]] for n in range(min(len(word), _LONGEST), 3, -1) if word[:n] in _PREFIXES), None)
    return family or _shortened(american(word))


def _shortened(word: str) -> str:
    for _ in range(3):
        shorter = _without_ending(word)
        if shorter == word:
            break
        word = shorter
    return _undoubled(word)


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _KEEP:
            if ending == "s" and word[-2] in "su":
                continue
            return word[: -len(ending)] + ("y" if ending in {"ies", "ied"} and len(word) < 8 else "")
    return word


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > _KEEP and word[-1] == word[-2] and word[-1] not in "ls" else word
