"""What everyone sees of the recordings: how far the work on them is, and what can be read and taken along.

The lines themselves are not pushed: a long meeting's are a megabyte. The pushed panel says which text is the
present one, and a page that shows an older one fetches it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engage import clock
from engage.push.panels import Panel
from meetings.models import Meeting
from transcripts import queries, rules
from transcripts.models import RUNNING, STATES, Recording, Transcription


def transcript(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """The state of every recording of the meeting; None before the first."""
    recordings = queries.recordings(db, meeting_id)
    if not recordings:
        return None
    return {
        "meeting": db.get_one(Meeting, meeting_id),
        "recordings": recordings,
        "states": STATES,
        "texts": queries.text_versions(db, [each.id for each in recordings]),
        "progress": {each.id: progress(each) for each in recordings},
    }


def progress(recording: Recording) -> dict[str, Any] | None:
    """Of what is under way: percent (None: nobody knows the length), minutes done, seconds left (or None)."""
    job = recording.transcription
    if job is None or not job.is_under_way:
        return None
    return {
        "percent": rules.percent(job.done_ms, recording.duration_ms) if job.state == RUNNING else None,
        "minutes": job.done_ms // 60_000,
        "seconds_left": _seconds_left(job, recording.duration_ms),
    }


def _seconds_left(job: Transcription, total_ms: int | None) -> float | None:
    if job.state != RUNNING or job.started_at is None or job.heartbeat_at is None:
        return None
    elapsed = (job.heartbeat_at - job.started_at).total_seconds()
    left = rules.seconds_left(elapsed, job.from_ms, job.done_ms, total_ms)
    if left is None:
        return None
    return max(left - (clock.now() - job.heartbeat_at).total_seconds(), 0)


def running(db: Session) -> dict[str, tuple[tuple[str, int], ...]]:
    """By meeting, the progress of its running transcriptions: when it changes, the panel has."""
    return queries.progress_of_running(db)


panels = [Panel("transcript", "transcripts/_state.html", transcript)]

touches = {
    "recording.added": ("transcript",),
    "recording.timed": ("transcript",),
    "transcription.queued": ("transcript",),
    "transcription.started": ("transcript",),
    "transcription.failed": ("transcript",),
    "transcript.made": ("transcript",),
    "transcript.certified": ("transcript",),
    "transcript.uncertified": ("transcript",),
    "line.corrected": ("transcript",),
}
