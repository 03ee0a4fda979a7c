"""WebVTT and SubRip in blocks: which lines of a file are times, and which words stand under them.

None of the libraries says in which line of the file a mistake is, and each loses words without a sign, so
this is read here. https://www.w3.org/TR/webvtt1/#file-parsing
"""

import re
from dataclasses import dataclass, field

from transcripts.imports.spoken import (
    BACKWARDS,
    LATEST_MS,
    LONGEST_LINE,
    MOST_LINES,
    MOST_WORDS,
    NO_TIME,
    NOT_TIMES,
    TOO_LATE,
    TOO_LONG,
    TOO_MANY,
    NotATranscript,
)

TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
TIMES = re.compile(rf"\s*{TIME}\s*-->\s*{TIME}(?=\s|$)", re.ASCII)
ASIDE = re.compile(r"(WEBVTT|NOTE|STYLE|REGION)(\s|$)")
ROW = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")


@dataclass
class Cue:
    """What is shown from one time to another; `line` is that of its times, from 1."""

    line: int
    start_ms: int
    end_ms: int
    rows: list[str] = field(default_factory=list)


def cues(text: str, *, is_vtt: bool) -> list[Cue]:
    """In the order of the file. Raises NotATranscript."""
    reading = _Reading(is_vtt)
    for number, row in enumerate(ROW.finditer(text), 1):
        reading.take(number, row[1])
    reading.take_blank()
    if reading.identifier:
        raise NotATranscript(NO_TIME, line=reading.identifier)
    return reading.found


def ms_of(hours: str | None, minutes: str, seconds: str, part: str | None) -> int | None:
    """None for 70 minutes or 70 seconds."""
    if int(minutes) > 59 or int(seconds) > 59:
        return None
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int((part or "0").ljust(3, "0"))


class _Reading:
    """How far a file is read: which cue is open, and whether what comes now is set aside (header, notes)."""

    def __init__(self, is_vtt: bool) -> None:
        self.is_vtt = is_vtt
        self.found: list[Cue] = []
        self.is_open, self.is_aside = False, False
        self.was_blank, self.is_alone = False, False
        """Whether the last line was blank, and whether the one before the last words was."""
        self.identifier = 0
        """Line of what stands above times that have not come yet."""
        self.letters, self.rows = 0, 0
        """Of the open cue with its tags, and of all cues."""

    def take(self, number: int, row: str) -> None:
        if "-->" in row and not self._is_aside_begun(row):
            self._take_times(number, row)
        elif not (row if self.is_vtt else row.strip()):
            self.take_blank()
        else:
            self._take_words(number, row)
            self.is_alone, self.was_blank = self.was_blank, False

    def take_blank(self) -> None:
        """In WebVTT it ends the cue; in SubRip words may go on after it."""
        if self.is_vtt and self.identifier:
            raise NotATranscript(NO_TIME, line=self.identifier)
        self.is_open = self.is_open and not self.is_vtt
        self.is_aside, self.was_blank = False, True

    def _is_aside_begun(self, row: str) -> bool:
        """The header, a note, styles: up to the next blank line nobody says it."""
        return self.is_vtt and not self.is_open and not self.identifier and ASIDE.match(row) is not None

    def _take_words(self, number: int, row: str) -> None:
        if self.is_open:
            self.letters, self.rows = self.letters + len(row), self.rows + 1
            if self.letters > 8 * LONGEST_LINE:
                raise NotATranscript(TOO_LONG, line=self.found[-1].line)
            if self.rows > MOST_WORDS:
                raise NotATranscript(TOO_MANY)
            self.found[-1].rows.append(row)
        elif self._is_aside_begun(row):
            self.is_aside = True
        elif not self.is_aside:
            if self.identifier:
                raise NotATranscript(NOT_TIMES, line=number)
            if not (self.is_vtt or row.strip().isdecimal()):
                raise NotATranscript(NO_TIME, line=number)
            self.identifier = number

    def _take_times(self, number: int, row: str) -> None:
        match = TIMES.match(row)
        start_ms, end_ms = (ms_of(*match.groups()[:4]), ms_of(*match.groups()[4:])) if match else (None, None)
        if start_ms is None or end_ms is None:
            if self.is_aside:
                return
            raise NotATranscript(NOT_TIMES, line=number)
        if end_ms < start_ms:
            raise NotATranscript(BACKWARDS, line=number)
        if end_ms > LATEST_MS:
            raise NotATranscript(TOO_LATE, line=number)
        if len(self.found) >= MOST_LINES:
            raise NotATranscript(TOO_MANY)
        self._drop_number()
        self.found.append(Cue(number, start_ms, end_ms))
        self.is_open, self.is_aside, self.was_blank, self.identifier, self.letters = True, False, False, 0, 0

    def _drop_number(self) -> None:
        """The number of this cue, which was taken for words of the one before."""
        rows = self.found[-1].rows if self.is_open else []
        number = rows[-1].strip() if rows else ""
        is_next = self.is_alone and number == str(len(self.found) + 1)
        if number.isdecimal() and (is_next or not self.was_blank):
            rows.pop()
