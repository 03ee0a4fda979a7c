"""One recording heard by several processes, without a meeting, a server or a database."""

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from transcripts.audio import EndsEarly, Window, probe, windows
from transcripts.memory import give_back
from transcripts.weights import ModelMissing
from transcripts.whisper import Heard, Recogniser, Transcript, UnknownLanguage

LOOK_S = 0.2


class CannotHear(Exception):
    """What a process cannot do; its text is a sentence for people."""


class Ear(NamedTuple):
    """What one process hears with; the same for all."""

    recogniser: Recogniser
    language: str | None
    vocabulary: Sequence[str]
    told: "SimpleQueue[tuple[int, int]]"
    """(number of the window, milliseconds of the file)."""
    is_over: Event
    """It is wanted no more."""


_ear: Ear | None = None
"""Of this process, where it is one that hears."""


def transcribe_together(
    path: Path | str,
    *,
    model: str = "base",
    language: str | None = None,
    vocabulary: Sequence[str] = (),
    processes: int = 2,
    threads: int = 1,
    on_progress: Callable[[int, int | None], None] = lambda done_ms, total_ms: None,
) -> Transcript:
    """A whole file; its language is that of most words, if not given. Processes do not change the result.

    In memory are at most one window more than there are processes, however long the file is. `on_progress`
    is given the milliseconds that are done and those of the whole file, None if it does not say. Raises
    OSError, NotAudio or CannotHear.
    """
    total_ms, spawned = probe(path).duration_ms, multiprocessing.get_context("spawn")
    recogniser = Recogniser(model, threads=threads)
    ear = Ear(recogniser, language, vocabulary, spawned.SimpleQueue(), spawned.Event())
    with ProcessPoolExecutor(processes, spawned, initializer=_open, initargs=(ear,)) as pool:
        work = Work(pool, ear.told, lambda done_ms: on_progress(done_ms, total_ms))
        try:
            ends_early = work.go_through(path, most=processes + 1)
            work.go_on(until=0)
        except BrokenProcessPool:
            raise CannotHear(
                "A process that was hearing was ended. There may be too little memory."
            ) from None
        finally:
            ear.is_over.set()
    heard = [each.result() for each in work.heard]
    segments = tuple(segment for each in heard for segment in each.segments)
    return Transcript(model, language or main_language(heard), segments, ends_early)


def main_language(heard: Sequence[Heard]) -> str | None:
    """In which most words were said; None when none were."""
    counts = Counter[str | None]()
    for each in heard:
        counts[each.language] += sum(len(segment.words) for segment in each.segments)
    return max(counts, key=lambda each: counts[each]) if counts.total() else None


class Work:
    """What was given to the processes, and how far they are."""

    def __init__(
        self, pool: ProcessPoolExecutor, told: "SimpleQueue[tuple[int, int]]", say: Callable[[int], None]
    ) -> None:
        self.pool, self.told, self.say = pool, told, say
        self.heard: list[Future[Heard]] = []
        self.running: set[Future[Heard]] = set()
        self.end_ms = 0
        self.left: dict[int, int] = {}
        """Milliseconds of each window that are still to be heard."""
        self.ends: dict[int, int] = {}

    def go_through(self, path: Path | str, *, most: int) -> bool:
        """Give out every window, never more than `most` at a time; True when the file ends early."""
        try:
            for window in windows(path):
                self.ends[window.n] = self.end_ms = window.end_ms
                self.left[window.n] = window.end_ms - window.start_ms
                self.heard.append(self.pool.submit(_hear, window))
                self.running.add(self.heard[-1])
                self.go_on(until=most - 1)
        except EndsEarly:
            return True
        return False

    def go_on(self, *, until: int) -> None:
        """Wait until so many windows are left with the processes. Raises what keeps one from hearing."""
        while len(self.running) > until:
            done, self.running = wait(self.running, LOOK_S, FIRST_COMPLETED)
            while not self.told.empty():
                n, ms = self.told.get()
                self.left[n] = self.ends[n] - ms
            for each in done:
                each.result()
            if done_ms := self.end_ms - sum(self.left.values()):
                self.say(done_ms)


def _open(ear: Ear) -> None:
    """Begin to be a process that hears."""
    global _ear
    _ear = ear
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches every process; the first tells the others
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _hear(window: Window) -> Heard:
    assert _ear is not None
    ear = _ear

    def tell(ms: int) -> None:
        if ear.is_over.is_set():
            raise CannotHear
        ear.told.put((window.n, ms))

    try:
        heard = ear.recogniser.hear(
            window, language=ear.language, vocabulary=ear.vocabulary, on_progress=tell
        )
    except (ModelMissing, UnknownLanguage) as error:
        raise CannotHear(str(error)) from None
    tell(window.end_ms)
    give_back()
    return heard
