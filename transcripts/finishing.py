"""From the heard windows to the transcript: its lines, what is known of it, and one entry."""

from collections import Counter
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engage import clock, record
from transcripts import lease, work
from transcripts.actions import publish_recording
from transcripts.attribution.course import Course
from transcripts.attribution.lines import lines_from
from transcripts.captioning.actions import give_way
from transcripts.lease import Job
from transcripts.models import DONE, HeardWindow, Line, Transcription
from transcripts.queue import forget_windows, note
from transcripts.rules import lines_hash
from transcripts.whisper import engine

Heard = list[dict[str, Any]]
"""The segments of all windows, in order."""


def note_end(db: Session, job: Job, *, windows: int, ends_early: bool) -> None:
    """Somebody has read the recording to its end. Raises Lost."""
    lease.give_sign(db, job)
    row = db.get_one(Transcription, job.transcription_id)
    if row.windows not in (None, windows):
        raise RuntimeError(f"this recording was cut into {row.windows} windows, and now into {windows}")
    row.windows, row.ends_early = windows, ends_early


def is_heard(db: Session, job: Job) -> bool:
    """Whether every window of the recording is stored."""
    stored = HeardWindow.transcription_id == job.transcription_id, HeardWindow.segments.is_not(None)
    row = db.get_one(Transcription, job.transcription_id)
    return row.windows == db.scalar(select(func.count()).select_from(HeardWindow).where(*stored))


def claim_end(db: Session, job: Job) -> int | None:
    """Take it upon oneself to make the transcript, which is done once: the number under which it is held.
    None when not everything is heard, or somebody else is at it. Raises Lost."""
    row = db.get_one(Transcription, job.transcription_id, populate_existing=True)
    if row.windows is None or not is_heard(db, job):
        return None
    end_ms = work.windows_of(db, job.transcription_id)[-1].end_ms
    return row.windows if lease.claim_window(db, job, row.windows, end_ms, end_ms) else None


def impressions(db: Session, job: Job) -> list[bytes]:
    """How the voices in it sound, in order; none where the extra is not installed."""
    return [each.voices for each in work.windows_of(db, job.transcription_id) if each.voices]


def finish(db: Session, job: Job, *, voices: list[list[int]], course: Course | None) -> None:
    """Make the transcript of the stored windows; lines of an earlier transcription give way. Raises Lost.

    `voices`: who speaks when, by ear; `course`: what the record tells of the meeting.
    """
    row = db.get_one(Transcription, job.transcription_id)
    windows, recording = work.windows_of(db, row.id), row.recording
    end_ms = windows[-1].end_ms
    lease.renew(db, job, windows[-1].n, done_ms=end_ms)
    heard = [each for window in windows for each in window.segments or ()]
    row.language, row.confidence = row.asked_language or main_language(heard), mean_confidence(heard)
    recording.voices = voices
    if row.ends_early or recording.duration_ms is None:
        recording.duration_ms = end_ms
    lines = lines_from(db, recording, heard, course)
    old = delete(Line).where(Line.recording_id == recording.id).returning(Line.id)
    replaced = sorted(db.scalars(old))
    db.add_all(lines)
    forget_windows(db, row)
    row.state, row.ended_at, row.count, row.engine = DONE, clock.now(), len(lines), engine()
    note(
        db, row, "transcript.made", count=len(lines), model=row.model, language=row.language,
        lines=lines_hash((each.start_ms, each.end_ms, each.text) for each in lines), replaced=replaced,
    )  # fmt: skip
    if recording.publishes_itself and not recording.is_published:
        publish_recording(db, recording, by=record.SYSTEM)
    else:
        give_way(db, recording)


def main_language(heard: Heard) -> str | None:
    """That in which most words were said; None when none were."""
    counts = Counter[str]()
    for segment in heard:
        if segment.get("language"):
            counts[segment["language"]] += len(segment["words"])
    return max(counts, key=lambda each: counts[each], default=None)


def mean_confidence(heard: Heard) -> float | None:
    """Mean probability of all words."""
    sure = [word[3] for segment in heard for word in segment["words"]]
    return round(sum(sure) / len(sure), 3) if sure else None
