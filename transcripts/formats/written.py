"""A transcript as every format takes it: plain facts, gathered once, that know no database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from transcripts.models import UNREVIEWED

Words = tuple[tuple[int, int, str, float | None], ...]
"""(start_ms, end_ms, text with the space before it, probability or None when a person typed it)."""


@dataclass(frozen=True)
class Who:
    """Somebody who speaks."""

    key: str
    """Tells two of the same label apart; nothing beyond this transcript."""
    label: str
    """A name, or in the transcript's language what stands for one."""
    kind: str
    """floor, dais, voice or person (transcripts/attribution/models.py)."""
    is_name: bool = True
    is_one: bool = True
    """Always the same person, named or not; several speak from the dais."""


@dataclass(frozen=True)
class Line:
    start_ms: int
    end_ms: int
    text: str
    who: Who | None = None
    language: str = ""
    """ISO 639-1, where it is not that of the whole."""
    translation: str = ""
    """In English, by machine."""
    words: Words = ()
    confidence: float | None = None
    is_reviewed: bool = False


@dataclass(frozen=True)
class Gap:
    """A span that is withheld from the public."""

    start_ms: int
    end_ms: int
    reason: str
    """One of withholding.models.REASONS."""


@dataclass(frozen=True)
class Item:
    """An agenda item."""

    id: str
    number: str
    title: str
    language: str

    @property
    def heading(self) -> str:
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True)
class Chapter:
    """How long an item was open; to the recording's end (None) when its length is not known."""

    item: Item
    start_ms: int
    end_ms: int | None


@dataclass(frozen=True)
class Section:
    """What was said while an item was open, in order of time; without an item, what came before the first."""

    item: Item | None
    said: tuple[Line | Gap, ...]


@dataclass(frozen=True)
class Origin:
    """Where the lines come from."""

    model: str = ""
    language: str | None = None
    """ISO 639-1."""
    engine: str = ""
    source: str = "whisper"
    """"whisper", or the format that was read in: "vtt", "srt", "cdp"."""
    made_at: datetime | None = None
    confidence: float | None = None
    """Mean probability of all words, 0 to 1."""


@dataclass(frozen=True)
class Held:
    """The meeting."""

    id: str
    url: str
    """Absolute, as `Recorded.url`."""
    city: str
    body: str
    title: str
    language: str
    starts_at: datetime
    ended_at: datetime | None
    zone: str
    place: str
    is_cancelled: bool = False


@dataclass(frozen=True)
class Recorded:
    """The recording."""

    id: str
    url: str
    kind: str
    has_picture: bool
    duration_ms: int | None
    starts_at: datetime | None
    published_at: datetime | None
    sha256: str


@dataclass(frozen=True)
class Written:
    """A whole transcript, or a part of one. `held` and `recorded` are None for a file without a meeting."""

    sections: tuple[Section, ...]
    lang: str = "en"
    """Of everything in it that nobody said: labels, headings, notes."""
    standing: str = UNREVIEWED
    """One of transcripts.models.STANDINGS."""
    origin: Origin | None = None
    held: Held | None = None
    recorded: Recorded | None = None
    chapters: tuple[Chapter, ...] = ()

    @property
    def said(self) -> Iterator[Line | Gap]:
        return (each for section in self.sections for each in section.said)

    @property
    def lines(self) -> list[Line]:
        return [each for each in self.said if isinstance(each, Line)]

    @property
    def gaps(self) -> list[Gap]:
        return [each for each in self.said if isinstance(each, Gap)]

    def url_at(self, ms: int) -> str:
        """The permanent address of a moment; empty without a meeting."""
        if self.held is None or self.recorded is None:
            return ""
        return f"{self.held.url}?at={self.recorded.id}.{ms}#at-{self.recorded.id}-{ms}"


def of_lines(lines: Iterable[Line], origin: Origin | None = None) -> Written:
    """A transcript that belongs to no meeting."""
    return Written((Section(None, tuple(lines)),), origin=origin)
