"""What is said to the captioner in a benchmark, and how far behind it its captions were seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from engage.clock import EPOCH
from meetings.floor.models import Caption
from tests.benchmarks.speech_cases import Case, rows
from transcripts import gate
from transcripts.audio import windows
from transcripts.pauses import RATE, Samples

REACHES_S = 0.25
"""A caption reaches as far as its last word, whose end is known so well."""

Seen = tuple[float, float, bool]
"""When it was seen, how far it reaches (both in seconds since the sound began), and whether it is settled."""


@dataclass(frozen=True)
class Speech:
    samples: Samples
    case: Case


def speech(path: Path, seconds: float) -> Speech:
    """The first turns of a recording, and what is said in them."""
    turns = [turn for turn in rows(path.with_suffix(".ref.jsonl")) if turn["end"] <= seconds]
    sound = np.concatenate([window.samples for window in windows(path)])
    text = " ".join(turn["text"] for turn in turns)
    return Speech(sound[: round((turns[-1]["end"] + 0.3) * RATE)], Case(path.stem, (path,), text))


def spoken(samples: Samples) -> list[float]:
    """The ends of the tenths of a second in which somebody speaks."""
    return [
        end / RATE
        for piece in gate.speech(samples)
        for end in range(piece.start + RATE // 10, piece.end + 1, RATE // 10)
    ]


def captioned(moments: list[float], captions: Sequence[Caption], began: float) -> list[float]:
    """Those that lie in a caption; what Whisper has left out cannot be late."""
    spans = [(since_1970(row.start_at) - began, since_1970(row.end_at) - began) for row in captions]
    return [each for each in moments if any(start <= each <= end + REACHES_S for start, end in spans)]


def behind(moments: list[float], seen: list[Seen]) -> list[float]:
    """For each moment, how long it took until something reached so far."""
    return [min(now for now, reaches, _ in seen if reaches >= each - REACHES_S) - each for each in moments]


def since_1970(moment: datetime) -> float:
    return (moment - EPOCH) / timedelta(seconds=1)
