"""The words of a cue: without tags and entities, by who speaks, each with its time."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import groupby
from typing import Any, NamedTuple

from engage.forms import clean
from transcripts.imports.cues import TIME, Cue, ms_of
from transcripts.imports.spoken import LONGEST_LINE, LONGEST_NAME, TOO_LONG, NotATranscript, Spoken, tidy
from transcripts.rules import spread

TAG = re.compile(r"<(/?[A-Za-z][^<>]*|/?|\d[\d:.]*)>|\{\\[^{}]*\}")
"""A tag, or a position of SubStation ({\\an8}); "a < b" is none."""
VOICE = re.compile(r"v(?:\.[^\s<>]*)?\s(.*)", re.IGNORECASE | re.DOTALL)
WITHIN = re.compile(TIME, re.ASCII)
NAME_FIRST = re.compile(r"\s*(?:>>\s*|-\s*)?([^\s:][^:]{0,79}):\s(.*)", re.DOTALL)
PARTICLE = re.compile(r"[^\W\d_]{1,3}")


class Piece(NamedTuple):
    """Words between two tags."""

    speaker: str | None
    at_ms: int
    """Since when they are said, as far as a tag tells; else when the cue begins."""
    text: str


def spoken(cue: Cue, *, is_vtt: bool, has_names_first: bool = False) -> Iterator[Spoken]:
    """A line for each speaker of the cue. `has_names_first`: rows may begin with "Ana Ruiz: "."""
    pieces = list(_pieces(cue, is_vtt, has_names_first))
    if sum(len(piece.text) for piece in pieces) > LONGEST_LINE:
        raise NotATranscript(TOO_LONG, line=cue.line)
    for speaker, group in groupby(_timed(pieces, cue.end_ms), key=lambda each: each[0]):
        words = [word for _, word in group]
        words[0][2] = words[0][2].lstrip()
        yield Spoken(words[0][0], words[-1][1], "".join(word[2] for word in words), words, speaker)


def _pieces(cue: Cue, is_vtt: bool, has_names_first: bool) -> Iterator[Piece]:
    speaker, at_ms = None, cue.start_ms
    for row in cue.rows:
        if has_names_first and (named := _named(row)):
            speaker, row = named
        place = 0
        for tag in TAG.finditer(f"{row}\n"):
            yield Piece(speaker, at_ms, _plain(row[place : tag.start()], is_vtt))
            place = tag.end()
            speaker = _voice(tag[1] or "", speaker, is_vtt)
            at_ms = _moment(tag[1] or "", at_ms, cue.end_ms)
        yield Piece(speaker, at_ms, _plain(row[place:], is_vtt) + "\n")


def _plain(text: str, is_vtt: bool) -> str:
    return unescape(text) if is_vtt else text


def _voice(tag: str, speaker: str | None, is_vtt: bool) -> str | None:
    if tag.strip().lower() == "/v":
        return None
    match = VOICE.fullmatch(tag)
    return name_of(_plain(match[1], is_vtt)) if match else speaker


def name_of(text: str) -> str | None:
    return tidy(text)[:LONGEST_NAME].strip() or None


def _moment(tag: str, at_ms: int, end_ms: int) -> int:
    """Of a tag that is a time within the cue; times never go back."""
    match = WITHIN.fullmatch(tag)
    told = ms_of(*match.groups()) if match else None
    return at_ms if told is None else min(max(told, at_ms), end_ms)


def _named(row: str) -> tuple[str, str] | None:
    """The speaker and the rest, where a row begins with what looks like a name."""
    match = NAME_FIRST.fullmatch(TAG.sub("", row) + " ")
    words = match[1].split() if match else []
    is_name = all(word[0].isupper() or word[0].isdecimal() or PARTICLE.fullmatch(word) for word in words)
    if match is None or not is_name or len(words) > 6 or not words[0][0].isupper():
        return None
    name = name_of(match[1])
    return (name, match[2]) if name else None


def _timed(pieces: Iterable[Piece], end_ms: int) -> Iterator[tuple[str | None, list[Any]]]:
    """Each word with its speaker; those between two known times share them by their letters."""
    spans = [(at_ms, list(group)) for at_ms, group in groupby(pieces, key=lambda piece: piece.at_ms)]
    ends = [at_ms for at_ms, _ in spans[1:]] + [end_ms] * bool(spans)
    has_gap = False
    for (at_ms, group), until in zip(spans, ends, strict=True):
        words: list[tuple[str | None, str]] = []
        for piece in group:
            for part in re.split(r"(\s+)", piece.text):
                if part and not part.isspace() and (bare := clean(part)):
                    if words and words[-1][0] == piece.speaker and not has_gap:  # a tag within a word
                        bare = words.pop()[1] + bare
                    words.append((piece.speaker, " " * has_gap + bare))
                    has_gap = False
                has_gap = has_gap or part.isspace()
        times = spread([text for _, text in words], at_ms, until)
        yield from zip((speaker for speaker, _ in words), times, strict=True)


def unrolled(found: list[Cue]) -> list[Cue]:
    """Captions that roll up show every row twice or more; here each row once.

    That is how video sites hand out captions made by machine; they are known by the times inside their cues.
    """
    if not any(re.search(r"<\d[\d:.]*>", row) for cue in found for row in cue.rows):
        return found
    shown: list[str] = []
    until_ms = -1
    for cue in found:
        bare = [" ".join(TAG.sub("", row).split()) for row in cue.rows]
        before = shown if cue.start_ms <= until_ms + 20 else []
        cue.rows = [row for row, words in zip(cue.rows, bare, strict=True) if words not in before]
        shown, until_ms = [words for words in bare if words], cue.end_ms
    return found
