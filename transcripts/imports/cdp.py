"""A transcript of Council Data Project as lines: the model of cdp-backend 4, and that of 3.

cdp_backend/pipeline/transcript_model.py of CouncilDataProject/cdp-backend: times are seconds. Since 4 a
sentence has `speaker_name` where it had `speaker`.
"""

import json
import math
from typing import Any, NoReturn

from engage.language import N_
from transcripts.imports.cue_text import name_of
from transcripts.imports.spoken import (
    LATEST_MS,
    LONGEST_LINE,
    MOST_LINES,
    MOST_WORDS,
    TOO_MANY,
    UNKNOWN,
    NotATranscript,
    Spoken,
    Transcript,
    tidy,
)
from transcripts.rules import realigned, spread

NO_JSON = N_("Line %(line)s: this is no JSON.")
TOO_DEEP = N_("This JSON is nested too deeply.")
WRONG = N_("Sentence %(number)s: %(field)s is missing, or is not what it should be.")
LONGEST_GENERATOR = 200


def read_cdp(text: str) -> Transcript:
    """Raises NotATranscript."""
    found = _parsed(text)
    sentences = found.get("sentences") if isinstance(found, dict) else None
    if not isinstance(sentences, list):
        raise NotATranscript(UNKNOWN)
    if len(sentences) > MOST_LINES:
        raise NotATranscript(TOO_MANY)
    lines = [_line(number, each) for number, each in enumerate(sentences, 1)]
    generator = found.get("generator")
    told = tidy(generator)[:LONGEST_GENERATOR] if isinstance(generator, str) else ""
    return Transcript("cdp", [line for line in lines if line.text], told)


def _parsed(text: str) -> Any:
    if text.count("{") + text.count("[") > 2 * (MOST_WORDS + MOST_LINES):
        raise NotATranscript(TOO_MANY)
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise NotATranscript(NO_JSON, line=error.lineno) from None
    except ValueError:  # a number of thousands of digits
        raise NotATranscript(NO_JSON, line=1) from None
    except RecursionError:
        raise NotATranscript(TOO_DEEP) from None


def _refuse(constant: str) -> NoReturn:
    """NaN and Infinity are no JSON."""
    raise json.JSONDecodeError(constant, "", 0)


def _line(number: int, sentence: Any) -> Spoken:
    def wrong(field: str) -> NotATranscript:
        return NotATranscript(WRONG, number=number, field=field)

    if not isinstance(sentence, dict):
        raise wrong("sentence")
    text, speaker = sentence.get("text"), sentence.get("speaker_name", sentence.get("speaker"))
    if not isinstance(text, str) or len(text) > LONGEST_LINE:
        raise wrong("text")
    if not isinstance(speaker, str | None):
        raise wrong("speaker_name")
    start_ms, end_ms = _ms(sentence.get("start_time")), _ms(sentence.get("end_time"))
    if start_ms is None or end_ms is None or end_ms < start_ms:
        raise wrong("start_time" if start_ms is None else "end_time")
    words = _words(tidy(text), sentence.get("words"), start_ms, end_ms)
    return Spoken(start_ms, end_ms, tidy(text), words, name_of(speaker or ""))


def _ms(seconds: Any) -> int | None:
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not math.isfinite(seconds) or not 0 <= seconds * 1000 <= LATEST_MS:
        return None
    return int(round(seconds * 1000))


def _words(text: str, told: Any, start_ms: int, end_ms: int) -> list[list[Any]]:
    """CDP's words have no punctuation. As many as the text has: their times; else as far as they agree."""
    fresh = [f" {word}" if n else word for n, word in enumerate(text.split())]
    times = _times(told if isinstance(told, list) else [], start_ms, end_ms)
    if len(times) == len(fresh):
        return [[*span[:2], word, None] for span, word in zip(times, fresh, strict=True)]
    return (
        realigned(times, text, start_ms=start_ms, end_ms=end_ms) if times else spread(fresh, start_ms, end_ms)
    )


def _times(told: list[Any], start_ms: int, end_ms: int) -> list[list[Any]]:
    """Inside the sentence and never going back; nothing when one of them is no word with times."""
    found, latest = [], start_ms
    for word in told:
        fields = word if isinstance(word, dict) else {}
        begin, end, text = _ms(fields.get("start_time")), _ms(fields.get("end_time")), fields.get("text")
        if begin is None or end is None or not isinstance(text, str):
            return []
        begin = min(max(begin, latest), end_ms)
        latest = min(max(end, begin), end_ms)
        found.append([begin, latest, tidy(text), None])
    return found
