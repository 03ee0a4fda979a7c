"""Captions: WebVTT, as browsers take it for <track>, and SubRip, for players and video sites."""

import re
from html import escape

from transcripts.formats.wording import gap_words, notes, plain
from transcripts.formats.written import Gap, Line, Written

TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""A language tag, as far as a cue needs to know one (BCP 47)."""


def as_vtt(written: Written) -> str:
    """https://www.w3.org/TR/webvtt1/: the speaker as a voice span, words in another language as a language
    span. Its cues are in order of time; a withheld span is a cue of its own, as long as the silence."""
    note = [_escaped(each) for each in notes(written)]
    head = ["WEBVTT", *(["NOTE " + "\n".join(note)] if note else [])]
    cues = [f"{_span(each, '.')}\n{_payload(each, written.lang)}" for each in written.said]
    return "\n\n".join([*head, *cues]) + "\n"


def as_srt(written: Written) -> str:
    """SubRip has no comments and no languages; the speaker stands before the words."""
    cues = (
        f"{n}\n{_span(each, ',')}\n{_unbroken(spoken(each, written.lang))}\n"
        for n, each in enumerate(written.said, 1)
    )
    return "\n".join(cues)


def spoken(each: Line | Gap, lang: str) -> str:
    """On one line: who speaks, where that is known, and the words."""
    if isinstance(each, Gap):
        return gap_words(each, lang)
    return f"{plain(each.who.label)}: {plain(each.text)}" if each.who else plain(each.text)


def _payload(each: Line | Gap, lang: str) -> str:
    if isinstance(each, Gap):
        return _escaped(gap_words(each, lang))
    words = _escaped(each.text)
    if TAG.fullmatch(each.language):
        words = f"<lang {each.language}>{words}</lang>"
    return f"<v {_escaped(each.who.label)}>{words}" if each.who else words


def _span(each: Line | Gap, point: str) -> str:
    """A cue that ends when it starts would never be shown, and WebVTT forbids it."""
    return f"{_clock(each.start_ms, point)} --> {_clock(max(each.end_ms, each.start_ms + 1), point)}"


def _clock(ms: int, point: str) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{ms:03}"


def _unbroken(text: str) -> str:
    """ "-->" would begin the times of another cue."""
    return text.replace("-->", "→")


def _escaped(text: str) -> str:
    return escape(_unbroken(plain(text)), quote=False)
