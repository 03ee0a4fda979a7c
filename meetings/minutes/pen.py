"""The pen that the minutes are written with: sentences, times and dates in one language and one zone."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from engage.language import short_date, time_of_day, translate
from meetings.minutes.doings import Words
from meetings.minutes.paper import Paragraph

DOUBLED = re.compile(r"(?<=\bm\.)\.(?!\.)")


@dataclass(frozen=True)
class Pen:
    lang: str
    zone: str
    starts_at: datetime

    def say(self, message: str, **values: object) -> str:
        """Nothing for no message. A time that ends in a full stop (10:02 a.m.) needs no second one."""
        text = translate(self.lang, message, **values) if message else ""
        return DOUBLED.sub("", text)

    def time(self, at: datetime) -> str:
        """With the date when it is another day than the meeting's first."""
        text = time_of_day(at, self.lang, self.zone)
        there = ZoneInfo(self.zone)
        is_same_day = at.astimezone(there).date() == self.starts_at.astimezone(there).date()
        return text if is_same_day else f"{short_date(at, self.lang, self.zone)}, {text}"

    def day(self, on: date) -> str:
        return format_date(on, "long", locale=self.lang)

    def spoken(self, seconds: int) -> str:
        """Minutes and seconds, as a clock shows them: 2:41."""
        return f"{seconds // 60}:{seconds % 60:02d}"


def paragraphs(words: Words, *, is_quote: bool = False) -> list[Paragraph]:
    """A blank line parts them."""
    texts = (" ".join(part.split()) for part in words.text.split("\n\n"))
    return [Paragraph(text, words.lang, is_quote) for text in texts if text]


def quotes(words: Words) -> list[Paragraph]:
    return paragraphs(words, is_quote=True)
