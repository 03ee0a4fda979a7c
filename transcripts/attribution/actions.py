"""What clerks say of clocks and of speakers; each verb changes the rows and appends the entry."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from engage import clock, record
from engage.language import N_
from engage.people import Refused
from transcripts.attribution.clocks import Anchors, knots_of
from transcripts.attribution.course import Course
from transcripts.attribution.models import DAIS, Speaker
from transcripts.attribution.relabelling import reattribute
from transcripts.models import Line, Recording

CLERK, FILE, RECORD = "clerk", "file", "record"
"""Who may have set a recording's clock."""


def set_clock(
    db: Session, recording: Recording, anchors: Anchors, *, clock_from: str, course: Course | None, by: str
) -> None:
    """Say at which moments places of the recording were, or that nobody knows; then its lines are told apart
    anew. Refused when the moments would turn time round."""
    if recording.is_certified:
        raise Refused(
            N_("The transcript is certified. Take the certification back before you set the clock.")
        )
    knots = knots_of(anchors)
    if any(one.ms >= other.ms or one.at >= other.at for one, other in zip(knots, knots[1:], strict=False)):
        raise Refused(N_("These moments cannot all be right: what is heard later must have happened later."))
    said = [[knot.ms, clock.text(knot.at)] for knot in knots]
    source = clock_from if said else ""
    if (said, source) == (recording.anchors, recording.clock_from):
        return
    recording.anchors, recording.clock_from = said, source
    recording.starts_at = knots[0].clock_at(0) if knots else None
    record.append(
        db, recording.meeting_id, "recording.timed", by=by, recording=recording.id, anchors=said,
        clock_from=source, starts_at=clock.text(recording.starts_at) if recording.starts_at else None,
    )  # fmt: skip
    reattribute(db, recording, course, by=by)


def add_moment(
    db: Session, recording: Recording, ms: int, at: datetime, *, course: Course | None, by: str
) -> None:
    """What was noted at this time is heard at this place. It replaces what was said of either before, and the
    file's own clock."""
    kept = recording.anchors if recording.clock_from == CLERK else []
    others = [knot for knot in knots_of(kept) if knot.ms != ms and knot.at != at]
    moments = [*((knot.ms, clock.text(knot.at)) for knot in others), (ms, clock.text(at))]
    set_clock(db, recording, moments, clock_from=CLERK, course=course, by=by)


def take_back_moment(db: Session, recording: Recording, ms: int, *, course: Course | None, by: str) -> None:
    others = [moment for moment in recording.anchors if moment[0] != ms]
    set_clock(db, recording, others, clock_from=recording.clock_from, course=course, by=by)


def name_speaker(db: Session, speaker: Speaker, name: str, *, by: str) -> None:
    """Everywhere in the meeting; an empty name takes the clerk's back. Refused for the dais as a whole, where
    several people speak."""
    if speaker.kind == DAIS and not speaker.number and name:
        raise Refused(N_("Several people speak at the dais. Name them line by line in the transcript."))
    if name == speaker.name:
        return
    speaker.name = name
    record.append(
        db, speaker.meeting_id, "speaker.named", by=by, speaker=speaker.id,
        name=record.sealed(speaker.salt, name) if name else None,
    )  # fmt: skip


def join_speakers(db: Session, speaker: Speaker, other: Speaker, *, by: str) -> None:
    """Say that both are the same person: what `speaker` says is the other's from now on."""
    if speaker.id == other.id or speaker.meeting_id != other.meeting_id or other.same_as_id:
        raise Refused(N_("Choose another speaker of this meeting."))
    if any(each.kind == DAIS and not each.number for each in (speaker, other)):
        raise Refused(N_("Several people speak at the dais. Name them line by line in the transcript."))
    earlier = update(Speaker).where(Speaker.same_as_id == speaker.id).values(same_as_id=other.id)
    db.execute(earlier)
    speaker.same_as_id = other.id
    theirs = update(Line).where(Line.speaker_id == speaker.id)
    moved = db.scalars(theirs.values(speaker_id=other.id, version=Line.version + 1).returning(Line.id)).all()
    record.append(
        db, speaker.meeting_id, "speaker.joined", by=by, speaker=speaker.id, to=other.id, lines=len(moved)
    )
