"""The voices in one window of sound, as short-lived impressions from which a whole recording is told apart.

Privacy: an impression can tell people apart, so it is kept only in `heard_window.voices` of a transcription
that is under way. Once the transcript is made it is forgotten; what stays are numbers of one recording (1, 2,
3 ...) that are compared with no other recording and with no list of people.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from transcripts.pauses import RATE, Samples
from transcripts.voices.encoder import SIZE, WINDOW, voices
from transcripts.voices.weights import is_installed

HOP = RATE * 2 // 5
PER_MS = RATE // 1000
SPEECH = {
    "threshold": 0.3,
    "min_silence_duration_ms": 200,
    "min_speech_duration_ms": 100,
    "speech_pad_ms": 60,
}
FORM = np.dtype([("start_ms", "<u4"), ("end_ms", "<u4"), ("voice", "u1", SIZE)])
"""A moment of speech, and how the voice around it sounds: only the direction counts, not the length."""


class Moment(NamedTuple):
    """A part of a piece of speech, in samples, and the 1.6 s of sound (or less) that tell how it sounds."""

    start: int
    end: int
    sound: slice


def impression(samples: Samples, start_ms: int) -> bytes | None:
    """Of one window of sound at 16 kHz: for every 0.4 s of speech how the voice sounds around it.

    It depends on this window alone. About 650 bytes a second of speech, by FORM; None without the extra.
    Raises ModelDamaged.
    """
    if not is_installed():
        return None
    moments = [moment for start, end in speech(samples) for moment in parts(start, end)]
    found = np.zeros(len(moments), FORM)
    heard = voices([np.resize(samples[moment.sound], WINDOW) for moment in moments])
    for row, moment, voice in zip(found, moments, heard, strict=True):
        row["start_ms"], row["end_ms"] = start_ms + moment.start // PER_MS, start_ms + moment.end // PER_MS
        row["voice"] = np.rint(voice * (255 / voice.max()))
    return found.tobytes()


def speech(samples: Samples) -> list[tuple[int, int]]:
    """Where somebody speaks, in samples; a pause of 0.2 s parts two pieces."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps  # noqa: PLC0415 - half a second to load

    pieces = get_speech_timestamps(samples, VadOptions(**SPEECH))
    return [(piece["start"], piece["end"]) for piece in pieces]


def parts(start: int, end: int) -> Iterator[Moment]:
    """A piece of speech in moments of 0.4 s, the first and the last longer. No look goes beyond the piece:
    there somebody else may speak. (One that is too short for a whole look is repeated.)"""
    more = max(0, end - start - WINDOW) // HOP
    first = start + max(0, end - start - WINDOW - more * HOP) // 2
    edge = start
    for begin in range(first, first + more * HOP + 1, HOP):
        following = end if begin == first + more * HOP else begin + (WINDOW + HOP) // 2
        yield Moment(edge, following, slice(begin, min(end, begin + WINDOW)))
        edge = following
