"""What a transcript file says, whatever its format: lines with their times; or why it is no transcript."""

from dataclasses import dataclass
from typing import Any

from engage.forms import clean
from engage.language import N_, hms

LARGEST = 20 << 20
"""Bytes. A whole day of captions is 2 MB; with the time of every word in JSON 15 MB."""
MOST_LINES, MOST_WORDS = 100_000, 500_000
"""A whole day of captions, one every second; fifty hours of speech."""
LONGEST_LINE = 20_000
"""Characters that one speaker says in one line."""
LONGEST_NAME = 120
LATEST_MS = 100 * 3_600_000

NOT_TIMES = N_("Line %(line)s: here should be two times, such as 00:01:02.500 --> 00:01:05.000.")
NO_TIME = N_("Line %(line)s: these words have no time above them.")
BACKWARDS = N_("Line %(line)s: the second time is before the first.")
TOO_LATE = N_("Line %(line)s: no recording is longer than 100 hours.")
TOO_LONG = N_("Line %(line)s: more than 20,000 characters follow at one time.")
TOO_MANY = N_("A transcript can have up to 100,000 lines and 500,000 words, and this one has more.")
NO_WORDS = N_("No words were found in this file.")
UNKNOWN = N_(
    "This is no transcript that can be read in. WebVTT, SRT and the JSON of Council Data Project can be."
)
TOO_FAR = N_(
    "The last words are at %(last)s, but the recording ends at %(end)s."
    " Perhaps this belongs to another recording."
)
MEASURED_MS = 10_000
"""By so much the length of a recording and the clock of its captions may differ."""


class NotATranscript(Exception):
    """`message` (a msgid) and `values` make a sentence for whoever sent the file."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values)
        self.message, self.values = message, values


@dataclass(frozen=True)
class Spoken:
    """What one speaker says in one go; `words` join to `text`."""

    start_ms: int
    end_ms: int
    text: str
    words: list[list[Any]]
    """[[start_ms, end_ms, text, None]]; the probability of a word is not known."""
    speaker: str | None


@dataclass(frozen=True)
class Transcript:
    """A file that was read: `source` is "vtt", "srt" or "cdp"; its lines in order of time."""

    source: str
    lines: list[Spoken]
    generator: str = ""
    """The program that made it, where the file says so."""


def tidy(text: str) -> str:
    """One line, white space folded, without control characters."""
    return clean(" ".join(text.split()))


def expect_fit(read: Transcript, duration_ms: int | None) -> None:
    """Raises NotATranscript for words after the end of the recording (None: nobody knows where that is)."""
    last_ms = max(line.start_ms for line in read.lines)
    if duration_ms is not None and last_ms > duration_ms + MEASURED_MS:
        raise NotATranscript(TOO_FAR, last=hms(last_ms), end=hms(duration_ms))
