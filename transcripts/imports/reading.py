"""A transcript file of whatever format and encoding, read."""

import codecs
import re

from engage.language import N_
from transcripts.imports.cdp import read_cdp
from transcripts.imports.cue_text import spoken, unrolled
from transcripts.imports.cues import cues
from transcripts.imports.spoken import (
    LARGEST,
    MOST_LINES,
    MOST_WORDS,
    NO_WORDS,
    TOO_MANY,
    UNKNOWN,
    NotATranscript,
    Spoken,
    Transcript,
)

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""A file that begins so is in this encoding; the longer marks first."""
TIMES = re.compile(r"^\s*[\d:.,]+\s*-->", re.MULTILINE)
"""A line of captions, which no line of JSON begins like: there "-->" can only be in what somebody said."""
DAMAGED = N_("Line %(line)s: these are no letters. The file may be damaged.")
TOO_LARGE = N_("This file is too large. A transcript can have up to %(size)s MB.")


def read_transcript(data: bytes, *, has_names_first: bool = False) -> Transcript:
    """By its content, not its name. `has_names_first`: of SRT, where a row may begin with "Ana Ruiz: ".

    Raises NotATranscript, whatever the file holds, and nothing else.
    """
    if len(data) > LARGEST:
        raise NotATranscript(TOO_LARGE, size=LARGEST >> 20)
    if not data:
        raise NotATranscript(N_("This file is empty."))
    read = _read(decoded(data), has_names_first)
    if not read.lines:
        raise NotATranscript(NO_WORDS)
    if len(read.lines) > MOST_LINES or sum(len(line.words) for line in read.lines) > MOST_WORDS:
        raise NotATranscript(TOO_MANY)
    return read


def decoded(data: bytes) -> str:
    """By its mark; else UTF-8, or UTF-16 where every other byte is 0; else Windows-1252."""
    marked = next((name for mark, name in MARKS if data.startswith(mark)), None)
    wide = {(True, False): "utf-16-be", (False, True): "utf-16-le"}.get(
        (data[:1] == b"\0", data[1:2] == b"\0")
    )
    try:
        return data.decode(marked or wide or "utf-8")
    except UnicodeDecodeError as error:
        if marked or wide:
            line = data[: error.start].count(b"\n") + 1
            raise NotATranscript(DAMAGED, line=line) from None
        return data.decode("cp1252", errors="replace")


def _read(text: str, has_names_first: bool) -> Transcript:
    begin = text.lstrip()[:7]
    if begin[:1] in ("{", "[") and not TIMES.search(text[:1000]):
        read = read_cdp(text)
    elif begin[:6] == "WEBVTT" and not begin[6:].strip():
        read = _captions(text, "vtt", False)
    elif "-->" in text:
        read = _captions(text, "srt", has_names_first)
    else:
        raise NotATranscript(UNKNOWN)
    return Transcript(read.source, sorted(read.lines, key=lambda line: line.start_ms), read.generator)


def _captions(text: str, source: str, has_names_first: bool) -> Transcript:
    is_vtt = source == "vtt"
    lines: list[Spoken] = []
    count = 0
    for cue in unrolled(cues(text, is_vtt=is_vtt)):
        for line in spoken(cue, is_vtt=is_vtt, has_names_first=has_names_first):
            lines.append(line)
            count += len(line.words)
        if count > MOST_WORDS:
            break
    return Transcript(source, lines)
