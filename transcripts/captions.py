"""A transcript as a file to take along: plain text, WebVTT, SubRip or JSON."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from html import escape


@dataclass(frozen=True)
class Line:
    start_ms: int
    end_ms: int
    text: str
    speaker: str | None = None


@dataclass(frozen=True)
class Origin:
    """Who made the transcript, for a note that goes with every format that has room for one."""

    model: str
    language: str | None = None

    def __str__(self) -> str:
        language = f", language {self.language}" if self.language else ""
        return f"Machine-made transcript (Whisper {_plain(self.model)}{language})"


def as_text(lines: Iterable[Line], *, origin: Origin | None = None) -> str:
    """One line for each line, with the speaker's name where it is known."""
    note = [str(origin), ""] if origin else []
    return "".join(f"{text}\n" for text in (*note, *(_spoken(line) for line in lines)))


def as_vtt(lines: Iterable[Line], *, origin: Origin | None = None) -> str:
    """WebVTT, as browsers take it for <track>: https://www.w3.org/TR/webvtt1/"""
    note = [f"NOTE {_escaped(str(origin))}"] if origin else []
    cues = [f"{_span(line, '.')}\n{_voice(line)}{_escaped(line.text)}" for line in lines]
    return "\n\n".join(["WEBVTT", *note, *cues]) + "\n"


def as_srt(lines: Iterable[Line], *, origin: Origin | None = None) -> str:
    """SubRip, for players and video sites; it has no comments, so the origin is left out."""
    cues = (f"{n}\n{_span(line, ',')}\n{_spoken(line)}\n" for n, line in enumerate(lines, 1))
    return "\n".join(cues)


def as_json(lines: Iterable[Line], *, origin: Origin | None = None) -> str:
    """`origin` (note, model, language; or null) and `lines` (start_ms, end_ms, text, speaker or null)."""
    about = {"note": str(origin), **asdict(origin)} if origin else None
    record = {"origin": about, "lines": [asdict(line) for line in lines]}
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def _span(line: Line, point: str) -> str:
    """A cue that ends when it starts would never be shown, and WebVTT forbids it."""
    return f"{_clock(line.start_ms, point)} --> {_clock(max(line.end_ms, line.start_ms + 1), point)}"


def _clock(ms: int, point: str) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{ms:03}"


def _plain(text: str) -> str:
    """On one line: an empty line would end a cue. "-->" would begin the times of another."""
    return " ".join(text.split()).replace("-->", "→")


def _escaped(text: str) -> str:
    return escape(_plain(text), quote=False)


def _voice(line: Line) -> str:
    return f"<v {_escaped(line.speaker)}>" if line.speaker else ""


def _spoken(line: Line) -> str:
    text = _plain(line.text)
    return f"{_plain(line.speaker)}: {text}" if line.speaker else text
