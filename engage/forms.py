"""What a person typed: read field by field, with a plain sentence beside each field that is wrong.

Errors are kept as msgids with their values and translated where they are shown, so that a rule does not
need to know the language of the page.
"""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engage.language import N_, translate

LONGEST = 20_000
"""Characters of one field that are shown back; nothing here takes more."""


class Form:
    """`values` is what was typed, `errors` what is wrong; the key "" is about the whole form."""

    def __init__(self, values: Mapping[str, str] | None = None, lists: Mapping[str, list[str]] | None = None):
        self.values = {name: value[:LONGEST] for name, value in (values or {}).items()}
        self.lists = dict(lists or {})
        self._wrong: dict[str, tuple[str, dict[str, object]]] = {}
        self.lang = "en"

    @property
    def errors(self) -> dict[str, str]:
        return {name: translate(self.lang, text, **values) for name, (text, values) in self._wrong.items()}

    @property
    def is_wrong(self) -> bool:
        return bool(self._wrong)

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def error(self, name: str) -> str | None:
        return self.errors.get(name)

    def say(self, name: str, message: str, **values: object) -> None:
        """Note what is wrong; the first complaint about a field stays."""
        self._wrong.setdefault(name, (message, values))

    def text(self, name: str, *, most: int, needed: bool = False, lines: bool = False) -> str:
        """A text without control characters, trimmed; at most `most` characters."""
        words = clean(self.value(name), lines=lines)
        if needed and not words.strip(JOINERS):
            self.say(name, N_("Please fill this in."))
        if len(words) > most:
            self.say(
                name,
                N_("This is %(count)s characters long; at most %(most)s fit."),
                count=len(words),
                most=most,
            )
        return words

    def choice(self, name: str, choices: Collection[str], *, needed: bool = True) -> str:
        chosen = self.value(name)
        if chosen in choices or (not chosen and not needed):
            return chosen
        self.say(name, N_("Please choose one of the answers."))
        return ""

    def ticked(self, name: str) -> bool:
        return self.value(name) in ("on", "yes", "1")

    def number(self, name: str, *, least: int, most: int, default: int | None = None) -> int | None:
        """A whole number; an empty field is `default`."""
        typed = self.value(name).strip()
        if not typed:
            return default
        if typed.isascii() and typed.removeprefix("-").isdigit() and least <= int(typed[:12]) <= most:
            return int(typed)
        self.say(name, N_("Please type a whole number from %(least)s to %(most)s."), least=least, most=most)
        return default

    def moment(self, name: str, zone: str, *, needed: bool = True) -> datetime | None:
        """A date and time typed in the meeting's zone (YYYY-MM-DDTHH:MM), as UTC."""
        typed = self.value(name).strip().replace(" ", "T")
        if not typed and not needed:
            return None
        try:
            local = datetime.fromisoformat(typed)
            return local.replace(tzinfo=local.tzinfo or ZoneInfo(zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.say(name, N_("Please give a date and a time, such as 2026-11-30T18:30."))
            return None


def clean(text: str, *, lines: bool = False) -> str:
    """NFC, without control and bidirectional override characters; white space folded, lines kept if asked."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") or c in JOINERS
    )
    if not lines:
        return " ".join(kept.split())
    return "\n".join(" ".join(line.split()) for line in kept.strip().split("\n"))


JOINERS = "\u200c\u200d\u200e\u200f"
"""Format characters that ordinary names and right-to-left text need."""
