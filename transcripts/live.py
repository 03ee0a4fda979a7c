"""What everyone sees of the recordings: how far the work on them is, and what can be read and taken along.

Not all lines are pushed: a long meeting's are a megabyte. The panel says which text is the present one, and
brings the lines that the latest edits have changed; a page that shows an older text fetches it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engage import clock
from engage.push.panels import Panel
from meetings.models import Meeting
from transcripts import queries, rules, work
from transcripts.drawing import looks
from transcripts.editing.corrections import corrections
from transcripts.editing.queries import error_rate
from transcripts.models import RUNNING, STANDINGS, STATES, Recording, Transcription
from transcripts.withholding.rules import public_media


def transcript(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """The state of every published recording of the meeting; None before the first."""
    recordings = queries.public_recordings(db, meeting_id)
    if not recordings:
        return None
    facts = queries.text_facts(db, [each.id for each in recordings])
    spans = queries.withheld(db, [each.id for each in recordings])
    return {
        "meeting": db.get_one(Meeting, meeting_id),
        "recordings": recordings,
        "sounds": {each.id: public_media(each, spans[each.id]) for each in recordings},
        "states": STATES,
        "texts": {each: told.version for each, told in facts.items()},
        "corrections": {
            each.id: corrections(db, each, facts[each.id]) for each in recordings if each.id in facts
        },
        "rates": {each: error_rate(db, each) for each in facts},
        "standings": queries.standings(db, recordings),
        "words_of_standing": STANDINGS,
        "looks": looks,
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
    return work.progress_of_running(db)


panels = [Panel("transcript", "transcripts/_state.html", transcript)]

touches = {
    "recording.added": ("transcript",),
    "recording.timed": ("transcript", "agenda"),
    "recording.published": ("transcript", "agenda"),
    "recording.unpublished": ("transcript", "agenda"),
    "recording.cleared": ("transcript",),
    "clearing.queued": ("transcript",),
    "clearing.failed": ("transcript",),
    "span.withheld": ("transcript",),
    "span.lifted": ("transcript",),
    "transcription.queued": ("transcript",),
    "transcription.started": ("transcript",),
    "transcription.failed": ("transcript",),
    "transcript.made": ("transcript", "agenda"),
    "transcript.imported": ("transcript", "agenda"),
    "transcript.certified": ("transcript",),
    "transcript.uncertified": ("transcript",),
    "line.corrected": ("transcript",),
    "line.edited": ("transcript",),
    "lines.attributed": ("transcript", "agenda"),
    "speaker.named": ("transcript",),
    "speaker.joined": ("transcript",),
}
