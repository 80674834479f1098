"""Cues of scholarly English: what makes a sentence a claim of influence, what speaks against it, what makes it good or bad news.

All tables, no code that knows a field. Cues are words or phrases in lower case; ``*`` stands for any ending.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache


Cue = frozenset[str]


def _listed(*lines: str) -> Cue:
    return frozenset(cue.strip().replace("’", "'") for line in lines for cue in line.split(",") if cue.strip())


HELPS = _listed(
    "help*, facilitat*, enabl*, support* the, support* their, promot*, enhanc*, improv*, strengthen*, foster*, increas*, allow*, ease*, easing, encourag*",
    "empower*, pave* the way, open* the door, open* doors, contribut*, benefit*, advantag*, useful, beneficial, valuable, positive*, success*",
    "effective*, led to better, make it possible, made it possible, makes it easier, made it easier, smooth*, reinforc*, boost*, secure*, ensur*",
    "protect*, buffer*, alleviat*, reduc* stigma, reduc* the, lessen*, overcome, overcame, address*, resolv*, mitigat*, prevent*, motivat*",
    "gave * confidence, give* confidence, sustain*, driver*, drove, drives, leverage*, asset*, strength*, opportunit*, incentiv*, catalys*, catalyz*",
    "legitimi*, legitimacy, worked well, work well, works well, good, better, well received, well-received, welcomed, convinced, persuaded, won over",
)
HINDERS = _listed(
    "barrier*, obstacle*, hinder*, hindrance*, imped*, hamper*, challeng*, difficult*, problem*, prevent*, limit*, constrain*, undermin*, inhibit*",
    "block*, obstruct*, threat*, jeopardi*, risk*, concern*, worr*, fear*, tension*, conflict*, resist*, reluctan*, scepti*, skepti*, hesitan*, confus*",
    "frustrat*, stress*, burden*, strain*, struggl*, suffer*, harm*, damag*, erod*, weak*, fail*, poor*, lack*, absence, absent, insufficient*",
    "inadequate*, scarc*, shortage*, shortcoming*, limited, low, too few, too little, not enough, missing, without, unclear, unsure, uncertain*",
    "ambigu*, vague*, negative*, discourag*, demotivat*, deter*, reduce* the uptake, slow*, delay*, restrict*, compromis*, complicat*, pressur*, insecur*",
    "unstable, instability, isolat*, exclud*, exclusion, stigma*, discriminat*, prejudice*, mistrust*, distrust*, suspicio*, hostil*, doubt*, question* whether",
    "disadvantag*, drawback*, downside*, pitfall*, hard to, hard for, harder, worse*, worst, bad, tired*, exhaust*, overwhelm*, draining, unable, inability",
    "cannot, can not, could not, couldn’t, couldn't, can’t, can't, unwilling*, unprepared, ill-prepared, not ready, costly, expensive, time-consuming",
    "overload*, unpaid, underpaid, unrealistic, unfamiliar, uncomfortable, unsafe, unreliable, unavailable, neglect*, ignor*, devalu*, undervalu*",
    "overlook*, loss, lose, losing, lost, impossible, hurdle*, stumbling, deficien*, dissatisf*, disagree*, reject*, refus*, oppos*, threaten*, trap*",
)
BARS = _listed(
    "barrier*, obstacle*, hinder*, hindrance*, imped*, hamper*, concern, concerns, concerned, doubt*, uncertain*, reluctan*, fear*, worr*, misconception*",
    "tension*, resist*, jeopardi*, undermin*, difficult*, challeng*, problem*, complain*, frustrat*, threat*, scepti*, skepti*, confus*, inhibit*, constrain*",
    "obstruct*, suffer*, unclear, inadequate*, insufficient*, lack*, absence, shortage*, tokenis*, struggl*, burden*, drawback*, pitfall*, erod*, dilut*",
    "bottleneck*, stumbling, troubl*, worn down, wears, toll, hurdle*, impediment*, deter*, discourag*, misunderstanding*, misunderst*, prejudice*, stigma*",
)
OPENS = _listed(
    "facilitat*, enabl*, success*, asset*, beneficial, improv*, helped, helps, helpful, helping, crucial, essential, vital, important, importance, recommend*",
    "promot*, strengthen*, foster*, enhanc*, ease*, easier, smooth*, welcom*, valued, valuable, praised, appreciat*, convinc*, key, necessary, needed, should",
    "ought, must, supported, supportive, opportunit*, encourag*, empower*, motivat*, legitim*, pave*, better, advantage*, reassur*, good, well, need for",
)
NEEDS = _listed(
    "need*, necessar*, essential*, important*, importance, crucial*, critical*, vital*, key, must, should, ought, require*, requisite, prerequisite*",
    "precondition*, recommend*, call* for, advis*, suggest*, fundamental*, imperative*, indispensable, pivotal, central to, cornerstone*, paramount",
    "significant*, deserve*, warrant*, decisive*, integral*, valued, want*, wish*, demand*, desir*, emphasi*, highlight*, stress*, underscor*, urg*",
)
INFLUENCES = _listed(
    "influenc*, affect*, impact*, shape*, determin*, depend*, factor*, role in, play* a, lead* to, led to, result* in, result* from, resulting, cause*",
    "because, due to, owing to, thanks to, attribut*, associated with, related to, linked to, stem* from, arise*, arose, contribut*, therefore, thus, hence",
    "consequently, as a result, reason*, since, make* it, made it, mean* that, meant that, implication*, consequence*, effect*, reflect*, so that",
    "in order to, as a means, makes, made, leaves, left, keeps, kept, give*, gave, bring*, brought, depends on, relies on, rely on",
)
REPORTS = _listed(
    "found, find*, report*, describ*, mention*, note*, noted, state*, stated, show*, indicat*, suggest*, reveal*, identif*, express*, emphasi*, highlight*",
    "argu*, explain*, felt, feel*, perceiv*, perception*, believ*, view*, saw, seen as, regarded as, considered, consider*, experienc*, acknowledg*, point* out",
    "point* to, according to, said, told, recall*, commented, agreed, complain*, participant*, interviewee*, respondent*, informant*, evidence, literature",
)
AIMS = _listed(
    "aim*, objective*, purpose*, this study, the study, this paper, this review, this article, the present study, the current study, our study, we explore*",
    "we examine*, we investigat*, sought to, seeks to, set out to, research question*, explore*, examin*, investigat*, hypothes*, was to, is to, goal of this",
)
METHODS = _listed(
    "interview*, focus group*, questionnaire*, survey*, recorded, audiotaped, audio-recorded, transcri*, coded, coding, codebook, themes were, thematic analysis",
    "content analysis, grounded theory, sampl*, recruited, eligib*, inclusion criteria, exclusion criteria, search strategy, databases, screened, screening",
    "extracted, data were, data was, analysed, analyzed, analysis, ethical approval, ethics committee, institutional review board, informed consent, software",
    "atlas.ti, nvivo, semi-structured, semistructured, purposive, snowball*, saturation, triangulat*, conducted, reviewed independently, synthesis was",
    "participants were, participants included, years of age, mean age, median, female, male, percent, randomi*, trial, baseline, follow-up, scale, score*",
    "statistical*, p value, confidence interval, regression, control group, intervention group, aged, n =, n=",
)
DEFINES = _listed(
    "defined as, is defined, refers to, refer to, is a form of, is a model, is a type, are individuals who, are people who, known as, the term, called, i.e",
    "consists of, comprises, is characterised by, is characterized by, is understood as, is described as, is intended to, are intended to",
)
SIGNPOSTS = _listed(
    "in this section, the next section, the following section, following section, table, figure, appendix, below, as follows, is structured, are presented",
    "is presented, we present, presents, we discuss, we describe, we report, we now turn, turn to, is reviewed, are reviewed, will be reviewed, outlined, we outline",
    "we have outlined, themes, theme, sub-theme*, subtheme*, overarching, box, supplementary, see also, is organised, is organized, quotes, quotations",
)
FUTURE = _listed(
    "future research, further research, future studies, future work, more research, further studies, further investigation, remains unknown, research is needed",
    "studies are needed, research should, little is known, few studies, dearth of, gap in the literature, gap in knowledge, has not received, have not been studied",
    "sufficient attention, limitation*, generalis*, generaliz*, transferab*, sample size, bias in, this study is limited, studies have focused, studies should",
)
OUTCOMES = _listed(
    "symptom*, hospitali*, readmission*, quality of life, self-esteem, empowerment of, clinical outcome*, health outcome*, outcomes for, mortality, morbidity",
    "prevalence, incidence, burden of disease, disability, effect size*, randomised controlled, randomized controlled, treatment as usual, usual care, recovery outcomes",
)
NEGATES = _listed(
    "not, no, never, nor, neither, without, none, nobody, don't, didn’t, didn't, doesn’t, doesn't, isn’t, wasn’t, aren’t, weren’t, hardly, rarely",
    "isn't, wasn't, aren't, weren't, won’t, won't, wouldn’t, wouldn't, nothing, scarcely, seldom, few, little",
)
LACKS = _listed(
    "lack*, lacking, absence of, absent, insufficient*, inadequate*, scarc*, shortage*, missing, without, too few, too little, not enough, limited, poor, poorly",
    "low, weak, unclear, undefined, vague*, ambigu*, deficit*, deficien*, gap*, fail* to, failure to, unable, inability, no, not, never, none, nobody, little",
    "few, hardly, rarely, irregular, unpaid, underpaid, insecure, unstable, unprepared, untrained, unfamiliar, loss of, misunderst*, misconception*, unsupported",
    "unsupportive, unequal, unfair, unreliable, restricted, constrained, underfunded, under-resourced, excluded, exclusion, mistrust, distrust, doubt*",
)
REMEDIES = _listed(
    "address*, overcome, overcom*, mitigat*, reduc*, alleviat*, lessen*, counter*, combat*, resolv*, prevent*, dispel*, remov*, tackl*, remed*, solve*, solution*",
    "demystif*, protect* against, buffer*, decreas*, avoid*, minimi*, eliminat*, diminish* the, help* to manage, spare*",
)
CONCEDES = _listed("although, though, despite, in spite of, while, whereas, notwithstanding, even if, even though, regardless of, albeit")
CONTRASTS = _listed("but, however, yet, nevertheless, nonetheless, in contrast, conversely, on the other hand, still, instead, rather than, whereas, while")
CARRIES = re.compile(
    r"^[“\"'‘(]*(?:this|these|those|such|that|they|it|he|she|their|its|his|her|both|another|other|similarly|likewise|additionally|also|moreover|"
    r"furthermore|in addition|for example|for instance|as such|further|conversely|and|or|but|yet|so|second|third|first|finally|specifically|indeed|"
    r"in turn|consequently|therefore|thus|hence|as a result|in contrast|on the other hand|again|here)\b",
    re.IGNORECASE,
)
"""How a sentence begins that goes on with what the one before spoke of."""
FIRST_PERSON = _listed("i, i’m, i'm, i’ve, i've, me, my, we, we’re, we're, our, us, you, your, you’re, you're")
ATTRIBUTION = re.compile(r"^[\s“\"]*[(\[—–-]*\s*(?:[A-Z][\w .]*,?\s*){1,6}\d*\s*[)\].]*\s*$")
"""A line that only says who spoke: "(Manager, site 2)"."""
MODALS = _listed("can, could, may, might, would, will, likely, tend* to, often, sometimes, potential*")
COMPARES = _listed("more, less, better, worse, than, compared, higher, lower, greater, fewer, unlike, differ*")
MIXED = _listed(
    "both, depend*, varied, varies, vary, mixed, ambivalen*, double-edged, on the one hand, paradox*, not always, contested, debated, divided, disputed, differ*",
    "or hinder*, or barrier*, either, whether, could be understood, influence*, affect*, impact*, tension between, balance, inconsisten*, varying, variation",
    "controvers*, while others, for some, some * others, at the same time, conditional, provided that, as long as, only if, helpful but, but also",
)

CUES: tuple[tuple[str, Cue], ...] = (
    ("helps", HELPS), ("hinders", HINDERS), ("needs", NEEDS), ("influences", INFLUENCES), ("reports", REPORTS), ("aims", AIMS), ("methods", METHODS),
    ("defines", DEFINES), ("signposts", SIGNPOSTS), ("future", FUTURE), ("outcomes", OUTCOMES), ("negates", NEGATES), ("lacks", LACKS),
    ("remedies", REMEDIES), ("concedes", CONCEDES), ("contrasts", CONTRASTS), ("first_person", FIRST_PERSON), ("modals", MODALS),
    ("compares", COMPARES), ("mixed", MIXED), ("bars", BARS), ("opens", OPENS),
)  # fmt: skip
"""All cues, by name."""
NAMES = tuple(name for name, _ in CUES)


def _tables() -> tuple[dict[str, set[str]], dict[str, set[str]], dict[str, list[tuple[tuple[str, ...], str]]]]:
    """Whole words, beginnings of words and phrases (by their first word) -> names of cues."""
    words: dict[str, set[str]] = {}
    beginnings: dict[str, set[str]] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, cues in CUES:
        for cue in sorted(cues):
            parts = tuple(_PART.findall(cue))
            if len(parts) > 1:
                phrases.setdefault(parts[0].rstrip("*"), []).append((parts, name))
            elif cue.endswith("*"):
                beginnings.setdefault(cue[:-1], set()).add(name)
            else:
                words.setdefault(cue, set()).add(name)
    return words, beginnings, phrases


_PART = re.compile(r"[\w']+\*?")
_WORDS, _BEGINNINGS, _PHRASES = _tables()


@lru_cache(maxsize=50_000)
def _of_word(word: str) -> tuple[str, ...]:
    found = set(_WORDS.get(word, ()))
    for length in range(2, len(word) + 1):
        found |= _BEGINNINGS.get(word[:length], set())
    return tuple(sorted(found))


def _same(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def find_cues(words: Sequence[str]) -> list[tuple[int, str]]:
    """(position, name of the cue) for every cue in a sequence of lower-case words."""
    found = [(position, name) for position, word in enumerate(words) for name in _of_word(word)]
    for position, word in enumerate(words):
        for parts, name in _PHRASES.get(word, ()):
            said = words[position : position + len(parts)]
            if len(said) == len(parts) and all(map(_same, said, parts)):
                found.append((position, name))
    return found
