"""How a line of a pasted agenda begins (4. or 2.1 or A. or III. or a bullet), and the minutes it names."""

import re
from dataclasses import dataclass

Path = tuple[int, ...]
"""(4,) for 4. or D. or IV., (2, 1) for 2.1 or 2a."""


@dataclass(frozen=True)
class Marker:
    """`style` tells counts apart: number, dotted, upper, lower, Roman, roman, bullet, or a code like C-."""

    style: str
    path: Path
    rest: str

    @property
    def is_first(self) -> bool:
        return self.path[-1] == 1


WORD = r"(?:(?:agenda\s+)?item|punto|asunto)\s+(?:no\.?\s*)?"
END = r"(?:[.):\]]|\s-)+(?:\s+|$)"
PATTERNS = {
    "dotted": re.compile(rf"(?:{WORD})?(\d{{1,3}}(?:\.\d{{1,3}})+)(?:{END}|\s+)(.*)", re.I),
    "mixed": re.compile(rf"(?:{WORD})?(\d{{1,3}})[.-]?([A-Za-z])(?:{END})(.*)", re.I),
    "number": re.compile(rf"(?:{WORD})?\(?(\d{{1,3}})(?:{END}|\t|\s{{2,}})(.*)", re.I),
    "named": re.compile(rf"{WORD}(\d{{1,3}})\s+(.*)", re.I),
    "code": re.compile(rf"([A-Z]{{1,3}}-)(\d{{1,2}})(?:{END}|\s+)(.*)"),
    "letter": re.compile(rf"\(?([A-Za-z]){END}(.*)"),
    "roman": re.compile(rf"\(?([IVXL]+|[ivxl]+){END}(.*)"),
    "bullet": re.compile(r"[-*\u2022\u00b7\u25aa\u25e6\u2013]\s+(.*)"),
}
ROMAN = re.compile(r"(XL|L?X{0,3})(IX|IV|V?I{0,3})", re.I)
ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}

MINUTES = re.compile(
    r"\s*(?:[\[(]\s*|[-\u2013\u2014,:|\t]\s*)(?:about|approx\.?|aprox\.?|unos)?\s*"
    r"(\d{1,3})\s*(?:min(?:ute)?s?|minutos?)\b\.?(\s*[\])])?",
    re.I,
)
LEADERS = re.compile(r"\s*(?:\.\s?){4,120}\s*\d{0,4}\s*$")
"""Dots to a page number; bounded, since each dot of a long row is a place to begin."""
CONSENT = re.compile(
    r"(?:(?:approval|adoption|approve|adopt|aprobaci[oó]n)\s+(?:of\s+|del?\s+)?(?:the\s+|la\s+)?)?"
    r"(?:consent\s+(?:calendar|agenda|items?)|"
    r"(?:calendario|agenda|orden|asuntos|puntos)\s+(?:de|por)\s+consentimiento)\b.{0,30}",
    re.I,
)


def markers(text: str) -> list[Marker]:
    """Every way to read the beginning of a line; i. may be a letter or a numeral. White space is as typed."""
    found = {name: match for name, pattern in PATTERNS.items() if (match := pattern.match(text))}
    made: list[Marker] = []
    if match := found.get("dotted"):
        path = tuple(int(part) for part in match[1].split("."))
        while len(path) > 1 and path[-1] == 0:  # 2.0 is how some write 2
            path = path[:-1]
        made.append(Marker("number" if len(path) == 1 else "dotted", path, match[2]))
    elif match := found.get("mixed"):
        made.append(Marker("dotted", (int(match[1]), _letter(match[2])), match[3]))
    elif match := found.get("number") or found.get("named"):
        made.append(Marker("number", (int(match[1]),), match[2]))
    if match := found.get("code"):
        made.append(Marker(match[1], (int(match[2]),), match[3]))
    if match := found.get("letter"):
        made.append(Marker("upper" if match[1].isupper() else "lower", (_letter(match[1]),), match[2]))
    if (match := found.get("roman")) and (value := roman_value(match[1])):
        made.append(Marker("Roman" if match[1].isupper() else "roman", (value,), match[2]))
    if match := found.get("bullet"):
        made.append(Marker("bullet", (1,), match[1]))
    return made


def _letter(letter: str) -> int:
    return ord(letter.lower()) - ord("a") + 1


def roman_value(text: str) -> int:
    """0 for what is no numeral; up to 89."""
    if not text or not ROMAN.fullmatch(text):
        return 0
    values = [ROMAN_VALUES[letter] for letter in text.upper()]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def without_minutes(text: str) -> tuple[str, int | None]:
    """The text without its planned length (in brackets, or last after a dash or comma), and that length."""
    for match in MINUTES.finditer(text):
        is_bracketed = match[0].strip().startswith(("(", "[")) and match[2]
        if is_bracketed or match.end() == len(text.rstrip()):
            return " ".join((text[: match.start()] + text[match.end() :]).split()), int(match[1])
    return text, None


def is_heading(text: str) -> bool:
    """Capitals only, and short: how agendas write a heading that has no number."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 3 and text.isupper() and len(text) <= 80 and ":" not in text.rstrip(" :")


def is_consent(text: str) -> bool:
    """The consent calendar's own line; not one that only speaks of it."""
    return CONSENT.fullmatch(text) is not None
