"""Council Data Project's transcript, field for field, as its pipeline and its web pages read it.

The model is cdp_backend/pipeline/transcript_model.py of cdp-backend 4: times are seconds, a word is cleaned
as its SRModel._clean_word does it, and the items are sections among the annotations.
"""

import json
import re
from typing import Any

from transcripts.formats.wording import gap_words, note_of
from transcripts.formats.written import Gap, Line, Section, Who, Written

NO_LETTER = re.compile(r"[^\w/\-']+")
"""What is taken out of a word; letters, digits, "/", "-" and "'" stay."""
GENERATOR = "Engage"


def as_cdp(written: Written) -> str:
    """A withheld span is a sentence of its own without words, which says so."""
    origin, recorded = written.origin, written.recorded
    speakers: dict[str, int] = {}
    sentences = [_sentence(n, each, written.lang, speakers) for n, each in enumerate(written.said)]
    start = recorded.starts_at if recorded else None
    transcript = {
        "generator": f"{GENERATOR} -- {note_of(origin)} -- {origin.engine}" if origin else GENERATOR,
        "confidence": _confidence(written),
        "session_datetime": start.isoformat() if start else None,
        "created_datetime": origin.made_at.isoformat() if origin and origin.made_at else "",
        "sentences": sentences,
        "annotations": {"sections": _sections(written)},
    }
    return json.dumps(transcript, ensure_ascii=False) + "\n"


def _confidence(written: Written) -> float:
    """The mean over the lines; 0 where nobody has measured it, for the model wants a number."""
    measured = [line.confidence for line in written.lines if line.confidence is not None]
    return round(sum(measured) / len(measured), 4) if measured else 0.0


def _sentence(n: int, each: Line | Gap, lang: str, speakers: dict[str, int]) -> dict[str, Any]:
    if isinstance(each, Gap):
        said = {"confidence": 1.0, "words": [], "text": gap_words(each, lang)}
        who = None
    else:
        said = {"confidence": each.confidence or 0.0, "words": _words(each), "text": each.text}
        who = each.who
    return {
        "index": n,
        "confidence": said["confidence"],
        "start_time": each.start_ms / 1000,
        "end_time": each.end_ms / 1000,
        "words": said["words"],
        "text": said["text"],
        "speaker_index": _index(who, speakers),
        "speaker_name": who.label if who and who.is_name else None,
        "annotations": None,
    }


def _index(who: Who | None, speakers: dict[str, int]) -> int | None:
    """In order of appearance; none where several people may have spoken."""
    return speakers.setdefault(who.key, len(speakers)) if who and who.is_one else None


def _words(line: Line) -> list[dict[str, Any]]:
    cleaned = [(start, end, NO_LETTER.sub("", text).lower()) for start, end, text, _ in line.words]
    return [
        {"index": n, "start_time": start / 1000, "end_time": end / 1000, "text": text, "annotations": None}
        for n, (start, end, text) in enumerate(each for each in cleaned if each[2])
    ]


def _sections(written: Written) -> list[dict[str, Any]]:
    """From one sentence up to, but without, another, as Python slices a list."""
    found, at = [], 0
    for section in written.sections:
        until = at + len(section.said)
        if section.item:
            found.append(_section(section, at, until))
        at = until
    return found


def _section(section: Section, start: int, stop: int) -> dict[str, Any]:
    return {
        "name": section.item.heading if section.item else "",
        "start_sentence_index": start,
        "stop_sentence_index": stop,
        "generator": f"{GENERATOR} -- the meeting's own record",
        "description": None,
    }
