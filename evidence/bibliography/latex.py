"""LaTeX in BibTeX values: to plain text and back.

Own code, because a decoder of whole documents drops what follows a ``%`` and takes milliseconds a field. What is no known
LaTeX stays as it stands.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307", '"': "\u0308", "r": "\u030a",
    "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328", "b": "\u0331",
}  # fmt: skip
"""Accent command to combining character."""

_SYMBOLS = {
    "ss": "ß", "SS": "ẞ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
    "aa": "å", "AA": "Å", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "S": "§", "P": "¶",
    "pounds": "£", "euro": "€", "texteuro": "€", "EUR": "€", "copyright": "©", "textcopyright": "©", "textregistered": "®",
    "texttrademark": "™", "dots": "…", "ldots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—", "textquoteleft": "‘",
    "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”", "textquotesingle": "'", "textquotedbl": '"',
    "guillemotleft": "«", "guillemotright": "»", "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textasciigrave": "`", "textless": "<", "textgreater": ">", "textbar": "|", "textbraceleft": "{", "textbraceright": "}",
    "textunderscore": "_", "textdollar": "$", "textdegree": "°", "degree": "°", "textmu": "µ", "textperiodcentered": "·",
    "textbullet": "•", "textexclamdown": "¡", "textquestiondown": "¿", "newline": "\n", "par": "\n\n", "slash": "/", "LaTeX": "LaTeX",
    "TeX": "TeX", "BibTeX": "BibTeX", "times": "×", "pm": "±", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "approx": "≈",
    "sim": "∼", "infty": "∞", "rightarrow": "→", "to": "→", "leftarrow": "←", "cdot": "⋅", "circ": "°", "prime": "′", "ell": "ℓ",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ",
    "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
"""Command without an argument to its character."""

_DROPPED = frozenset(
    "em it bf sl sc rm tt sf emph textit textbf textsl textsc textrm texttt textsf textup textmd textnormal text mbox hbox uppercase "
    "url href path ensuremath enquote mkbibquote mkbibemph mkbibitalic mkbibbold noopsort bibstring mathrm mathit mathbf mathsf "
    "protect relax selectfont normalfont itshape bfseries scshape upshape nobreak allowbreak".split()
)
"""Commands that only change how their argument looks."""

_ESCAPES = {
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "%": "\\%", "#": "\\#", "_": "\\_",
    "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "\n": "\\newline{}",
}  # fmt: skip
_ENCODED = re.compile(r"[\\{}$&%#_~^\n]|-(?=-)|`(?=`)|'(?=')")
_LATEX = re.compile(r"[\\{}$~]|--|``|''")
_TOKEN = re.compile(r"\\(?:[a-zA-Z]+\*?|.|$)|[{}~$]|---?|``|''", re.DOTALL)
_LIGATURES = {"--": "–", "---": "—", "``": "“", "''": "”", "~": " ", "{": "", "}": ""}
_WHITESPACE = re.compile(r"[ \t\r\n\f\v]*")


def decode(text: str) -> str:
    """``text`` with its LaTeX turned into characters: accents, symbols, escapes, dashes and quotes; grouping braces are
    dropped. Inline mathematics is resolved where nothing but symbols is in it and left as it stands otherwise."""
    if not _LATEX.search(text):
        return text
    out: list[str] = []
    position = 0
    while match := _TOKEN.search(text, position):
        out.append(text[position : match.start()])
        piece, position = _resolve(text, match)
        out.append(piece)
    out.append(text[position:])
    return "".join(out)


def encode(text: str) -> str:
    """``text`` with the characters that are special to LaTeX escaped; ``decode`` gives it back. Other characters stay: the
    files are UTF-8."""
    return _ENCODED.sub(lambda match: _ESCAPES.get(match[0]) or match[0] + "{}", text)


def is_balanced(text: str) -> bool:
    """Whether every unescaped brace of ``text`` has its partner, so that it can stand in a braced value."""
    depth = 0
    for match in re.finditer(r"(?<!\\)[{}]", text):
        depth += 1 if match[0] == "{" else -1
        if depth < 0:
            return False
    return depth == 0 and not text.endswith("\\")


def _resolve(text: str, match: re.Match[str]) -> tuple[str, int]:
    """The characters for one token, and the position after all it takes."""
    token, end = match[0], match.end()
    if token == "$":
        return _mathematics(text, end)
    if not token.startswith("\\"):
        return _LIGATURES[token], end
    name = token[1:].rstrip("*")
    if name in _MARKS:
        return _accent(text, name, end)
    if name in _SYMBOLS:
        return _SYMBOLS[name], _after_command(text, end)
    if not name.isalpha():
        return {"-": "", "/": "", ",": " ", ";": " ", ":": " ", "!": "", "\\": " ", "(": "", ")": ""}.get(name, name) or "", end
    if name in _DROPPED or text[end : end + 1] == "{":
        return "", _after_command(text, end)
    return token, end


def _after_command(text: str, end: int) -> int:
    """The position behind a command: it swallows the blanks that end it and an empty group."""
    if text.startswith("{}", end):
        return end + 2
    blank = _WHITESPACE.match(text, end)
    return blank.end() if blank else end


def _accent(text: str, name: str, end: int) -> tuple[str, int]:
    """The accented letter; a bare accent (``\\~{}``) is the sign itself."""
    start = _after_blanks(text, end) if name.isalpha() else end
    argument, after = _argument(text, start)
    letters = {"ı": "i", "ȷ": "j"}.get(argument, argument)
    if not letters or not letters[0].isalpha():
        return ("" if name.isalpha() else name) + letters, after
    return unicodedata.normalize("NFC", letters[0] + _MARKS[name]) + letters[1:], after


def _after_blanks(text: str, position: int) -> int:
    blank = _WHITESPACE.match(text, position)
    return blank.end() if blank else position


def _argument(text: str, start: int) -> tuple[str, int]:
    """What an accent stands on: a short group, a command (``\\i``), or one character; and the position behind it."""
    if text.startswith("{", start):
        close = text.find("}", start, start + 20)
        return (decode(text[start + 1 : close]), close + 1) if close > 0 else ("", start)
    command = re.compile(r"\\([a-zA-Z]+)\s*").match(text, start)
    if command and command[1] in _SYMBOLS:
        return _SYMBOLS[command[1]], command.end()
    if start < len(text) and text[start] not in "\\}$":
        return text[start], start + 1
    return "", start


def _mathematics(text: str, start: int) -> tuple[str, int]:
    """``$…$``: as plain characters when only symbols are in it, verbatim otherwise; a lone ``$`` is a dollar."""
    close = text.find("$", start)
    inner = text[start:close]
    if close < 0:
        return "$", start
    plain = re.sub(r"\\([a-zA-Z]+) ?", lambda m: _SYMBOLS.get(m[1], "" if m[1] in _DROPPED else m[0]), inner)
    simple = not re.search(r"[\\^_]", plain)
    return (re.sub(r"[{}]", "", plain) if simple else f"${inner}$"), close + 1
