"""One transcription in a process of its own, so that its memory and its time are its own."""

import json
import multiprocessing
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np

from tests.benchmarks.sounds import SOUNDS
from tests.benchmarks.speech_cases import DEMO, Case
from transcripts.audio import PER_MS, Window, probe, windows
from transcripts.pauses import Samples
from transcripts.together import transcribe_together
from transcripts.whisper import Recogniser

P = ParamSpec("P")
R = TypeVar("R")
SOUND_S = 60
TURNS = json.loads((DEMO / "meeting.json").read_text("utf-8"))["turns"]
SPOKEN_MS = TURNS[0]["end_ms"] + 300
"""Of the demo: its first turn."""


@dataclass(frozen=True)
class Run:
    text: str
    sound_s: float
    wall_s: float
    cpu_s: float
    peak_mib: int
    """Of the largest of the processes that hear."""


def alone(do: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(do, *given, **named).result()


def hear_case(case: Case, model: str, processes: int, threads: int) -> Run:
    """With loading. A recording is shared by the processes; many clips are one after another's."""
    began = time.perf_counter()
    if len(case.paths) == 1:
        heard = transcribe_together(case.paths[0], model=model, processes=processes, threads=threads)
        text = " ".join(segment.text for segment in heard.segments)
    else:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
            text = process.submit(hear_clips, case.paths, model, threads).result()
    sound_s = sum((probe(path).duration_ms or 0) / 1000 for path in case.paths)
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu_s = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    return Run(
        text, sound_s, time.perf_counter() - began, cpu_s, max(own.ru_maxrss, others.ru_maxrss) // 1024
    )


def hear_clips(paths: tuple[Path, ...], model: str, threads: int) -> str:
    recogniser = Recogniser(model, threads=threads)
    heard = [recogniser.hear(window) for path in paths for window in windows(path)]
    return " ".join(segment.text for each in heard for segment in each.segments)


def first_words(path: Path, model: str) -> float:
    """Seconds until words of the first window are there, loading included, on one thread."""
    began, recogniser = time.perf_counter(), Recogniser(model, threads=1)
    for window in windows(path):
        if recogniser.hear(window).segments:
            break
    return time.perf_counter() - began


def invented(model: str) -> dict[str, int]:
    """Characters heard in a minute of each sound: alone, and after somebody has spoken."""
    recogniser = Recogniser(model, threads=1)
    spoken = next(windows(DEMO / "meeting.opus")).samples[: SPOKEN_MS * PER_MS]
    found = {}
    for name, make in SOUNDS.items():
        sound = make(SOUND_S)
        found[name] = characters(recogniser, sound, 0)
        found[f"{name} after speech"] = characters(recogniser, np.concatenate([spoken, sound]), SPOKEN_MS)
    return found


def characters(recogniser: Recogniser, samples: Samples, from_ms: int) -> int:
    """Of the words that begin after `from_ms`."""
    heard = recogniser.hear(Window(0, 0, len(samples) // PER_MS, samples))
    words = [word for segment in heard.segments for word in segment.words]
    return sum(len(word.text.strip()) for word in words if word.start_ms >= from_ms)
