"""What happens to references between the author and us: captures of web pages and PDFs, missing spaces, cut ends.

Each kind of noise is a small function over marked text; :data:`NOISES` lists them with their shares.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence.references.training.marked import Marked, concat, mark, substitute

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random


def lost_spaces(rng: Random, text: Marked) -> Marked:
    """Spaces after stops and commas gone in places."""
    share = rng.choice((0.1, 0.3))
    return substitute(text, r"(?<=[.,:;]) (?=\S)", lambda m: "" if rng.random() < share else m[0])


def initials_closed(_rng: Random, text: Marked) -> Marked:
    """``J. A.`` as ``J.A.``."""
    return substitute(text, r"(?<=\b[A-Z]\.) (?=[A-Z]\.)", "")


def physics_layout(rng: Random, text: Marked) -> Marked:
    """Spaces before stops and inside brackets, as PDF text of journals set with narrow spaces has them."""
    share = rng.choice((0.3, 0.8))
    text = substitute(text, r"(?<=\w)([.,:;]) (?=\w)", lambda m: f" {m[1]}" if rng.random() < share else m[0])
    text = substitute(text, r"\((?=\d{4})", lambda m: "( " if rng.random() < share else m[0])
    return substitute(text, r"(?<=\d{4}\)) ", lambda m: "" if rng.random() < share else m[0])


def glued_volume(_rng: Random, text: Marked) -> Marked:
    """``Phys. Lett. B 739`` as ``Phys. Lett. B739``."""
    return substitute(text, r"(?:(?<=\b[A-Z])|(?<=JHEP)|(?<=JCAP)) (?=\d)", "")


def words_run_together(rng: Random, text: Marked) -> Marked:
    """Some words without the space between them."""
    share = rng.choice((0.04, 0.1))
    return substitute(text, r"(?<=[a-z]) (?=[A-Za-z])", lambda _: "" if rng.random() < share else " ")


def misread(rng: Random, text: Marked) -> Marked:
    """Single letters taken for others, as optical recognition does."""
    return substitute(text, r"[lIoOecrn]", lambda m: _MISREAD[m[0]] if rng.random() < 0.015 else m[0])


_MISREAD = {"l": "1", "I": "l", "o": "0", "O": "0", "e": "c", "c": "e", "r": "i", "n": "ri"}


def loose_accents(rng: Random, text: Marked) -> Marked:
    """Accents that PDF text has beside their letter: ``Mu¨ller``, ``Garc´ıa``."""
    before = rng.random() < 0.5
    return substitute(text, "[äöüéèáóíñ]", lambda m: _LOOSE[m[0]][::-1] if before else _LOOSE[m[0]])


_LOOSE = {"ä": "a¨", "ö": "o¨", "ü": "u¨", "é": "e´", "è": "e`", "á": "a´", "ó": "o´", "í": "ı´", "ñ": "n˜"}


def no_accents(_rng: Random, text: Marked) -> Marked:
    """Letters without their accents; German ones written out."""
    return substitute(text, "[äöüßéèáóíñç]", lambda m: _PLAIN[m[0]])


_PLAIN = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "á": "a", "ó": "o", "í": "i", "ñ": "n", "ç": "c"}


def capital_title(_rng: Random, text: Marked) -> Marked:
    """The title in capitals."""
    return Marked("".join(_upper(c) if code == "t" else c for c, code in zip(text.text, text.labels, strict=True)), text.labels)


def _upper(letter: str) -> str:
    return letter.upper() if len(letter.upper()) == 1 else letter


def hyphenated(rng: Random, text: Marked) -> Marked:
    """Words broken at a line end: ``classi- fication``, ``classi-fication``."""
    share, mark = rng.choice((0.03, 0.08)), rng.choice(("- ", "- ", "-"))
    return substitute(text, r"(?<=[a-z]{3})(?=[a-z]{3})", lambda _: mark if rng.random() < share else "")


def cut_short(rng: Random, text: Marked) -> Marked:
    """Only the beginning or the end of the reference."""
    words = [m.start() for m in re.finditer(r"(?<=\s)\S", text.text)]
    if len(words) < 8:
        return text
    place = words[rng.randrange(3, len(words) - 3)]
    return (
        Marked(text.text[:place].rstrip(), text.labels[: len(text.text[:place].rstrip())])
        if rng.random() < 0.6
        else Marked(text.text[place:], text.labels[place:])
    )


def plain_quotes(_rng: Random, text: Marked) -> Marked:
    """Typographic quotation marks as straight ones."""
    return substitute(substitute(text, "[“”„]", '"'), "[‘’]", "'")


def no_final_stop(_rng: Random, text: Marked) -> Marked:
    """The last stop gone."""
    return Marked(text.text[:-1], text.labels[:-1]) if text.text.endswith(".") else text


def ended(rng: Random, text: Marked) -> Marked:
    """Another mark or remark at the end."""
    return concat(
        [
            text,
            mark(
                rng.choice(
                    (
                        ".",
                        ";",
                        ",",
                        " *",
                        " *†",
                        ".;",
                        " (Accessed).",
                        ". Print.",
                        ". Web.",
                        ". Im Erscheinen.",
                        " Google Scholar",
                        " 2",
                        ". Available online",
                    )
                ),
                "r",
            ),
        ]
    )


def lower_case(_rng: Random, text: Marked) -> Marked:
    """Journal names and titles without capitals: ``journal of alloys and compounds``."""
    return Marked(
        "".join(
            c.lower() if code == "c" and i and text.labels[i - 1] == "c" else c
            for i, (c, code) in enumerate(zip(text.text, text.labels, strict=True))
        ),
        text.labels,
    )


def tagged(_rng: Random, text: Marked) -> Marked:
    """A space before colon and semicolon, as French typesetting has it."""
    return substitute(text, r"(?<=\w)(?=[:;?](?:\s|$))", " ")


def no_commas(rng: Random, text: Marked) -> Marked:
    """A separating comma or stop left out between two fields."""
    return (
        substitute(text, r"[.,](?= [A-Z„“\"])", "", count=rng.randint(1, 2))
        if rng.random() < 0.5
        else substitute(text, r"(?<=[a-z])[,](?= \d)", "")
    )


NOISES: tuple[tuple[float, Callable[[Random, Marked], Marked]], ...] = (
    (0.05, lost_spaces),
    (0.05, initials_closed),
    (0.09, physics_layout),
    (0.01, misread),
    (0.01, loose_accents),
    (0.02, no_accents),
    (0.01, capital_title),
    (0.1, glued_volume),
    (0.03, words_run_together),
    (0.08, hyphenated),
    (0.03, cut_short),
    (0.25, plain_quotes),
    (0.15, no_final_stop),
    (0.04, ended),
    (0.05, lower_case),
    (0.03, tagged),
    (0.02, no_commas),
)
"""Kinds of noise, each with the share of references it meets."""


def disturb(rng: Random, text: Marked) -> Marked:
    """The reference after every noise that happens to meet it."""
    for share, noise in NOISES:
        if rng.random() < share:
            text = noise(rng, text)
    return text
