"""One worker at one transcription: it hears what nobody else hears, and makes the transcript if that was the
last of it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Protocol

from sqlalchemy.orm import Session

from engage.db import Database
from engage.language import N_
from transcripts import finishing, lease, queue
from transcripts.apart import windows
from transcripts.attribution.course import CourseOf
from transcripts.audio import EndsEarly, NotAudio, Window
from transcripts.holding import held
from transcripts.lease import Job
from transcripts.memory import forget_pages, give_back
from transcripts.voices.diarising import voice_turns
from transcripts.voices.listening import impression
from transcripts.whisper import Heard


class Hear(Protocol):
    """What is said in a window; `on_progress` is given milliseconds on the file's clock now and then."""

    def __call__(
        self,
        window: Window,
        *,
        language: str | None,
        vocabulary: Sequence[str],
        on_progress: Callable[[int], None],
    ) -> Heard: ...


class Stopped(Exception):
    """The worker was asked to stop while it was hearing."""


def hear_free(db: Database, job: Job, path: Path, *, hear: Hear, until: Event) -> None:
    """Every window that nobody has heard or hears, each stored before the next is begun.

    The file is read from its start, since the cuts depend on all that is before them; that is hundreds of
    times faster than hearing it.
    """
    if job.size == 0:
        raise NotAudio(N_("This file is empty."))
    if db.read_now(lambda session: finishing.is_heard(session, job)):
        return
    count, ends_early = 0, False
    try:
        for window in windows(path):
            count = window.n + 1
            if until.is_set():
                raise Stopped
            if claim(db, job, window):
                hear_window(db, job, window, hear=hear, until=until)
                if not db.read_now(lambda session: queue.has_free_window(session, job)):
                    return
    except EndsEarly:
        ends_early = True
    db.write_now(lambda session: finishing.note_end(session, job, windows=count, ends_early=ends_early))


def claim(db: Database, job: Job, window: Window) -> bool:
    """Whether this worker is to hear it."""
    if not db.read_now(lambda session: lease.is_free(session, job, window.n)):
        return False
    return db.write_now(
        lambda session: lease.claim_window(session, job, window.n, window.start_ms, window.end_ms)
    )


def hear_window(db: Database, job: Job, window: Window, *, hear: Hear, until: Event) -> None:
    with held(db, job, window.n, window.start_ms) as on_progress:

        def go_on(done_ms: int) -> None:
            on_progress(done_ms)
            if until.is_set():
                raise Stopped

        go_on(window.start_ms)
        heard = hear(window, language=job.language, vocabulary=job.vocabulary, on_progress=go_on)
        voices = impression(window.samples, window.start_ms)

    def keep(session: Session) -> None:
        forget_pages(session)
        lease.keep_window(session, job, window, heard, voices)

    db.write_now(keep)
    give_back()


def make_transcript(db: Database, job: Job, course_of: CourseOf | None) -> None:
    """If everything is heard and nobody else is at it."""
    n = db.write_now(lambda session: finishing.claim_end(session, job))
    if n is None:
        return
    with held(db, job, n, 0):
        voices = voice_turns(db.read_now(lambda session: finishing.impressions(session, job)))
    course = db.read_now(lambda session: course_of(session, job.meeting_id)) if course_of else None
    db.write_now(lambda session: finishing.finish(session, job, voices=voices, course=course))
