"""Live captions as everyone sees them: the last ones in the panel that is pushed, all of them on a page."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from engage.language import N_
from engage.push.panels import Panel
from meetings.floor.models import Caption
from meetings.floor.queries import why_no_captions
from meetings.models import OPEN, Meeting
from transcripts.captioning import queries
from transcripts.captioning.queries import Name
from transcripts.live import running

NOBODY = Name(N_("Speaker not known"), False)
MOST = 30
"""Of the captions in a push; some four kilobytes. The page keeps what it has shown before."""


def captions(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """None where nothing is captioned and nothing was."""
    meeting = db.get_one(Meeting, meeting_id)
    if not meeting.carries_sound or not (meeting.is_live or meeting.is_over):
        return None
    shown = queries.newest(db, meeting_id, MOST)
    if meeting.is_over and not shown:
        return None
    return {
        "meeting": meeting,
        "has_earlier": queries.count(db, meeting_id) > len(shown),
        "is_on": meeting.has_captions and meeting.state == OPEN,
        "why_off": why_no_captions(db, meeting),
        "withheld": queries.withheld(db, meeting_id),
        **written(db, shown),
    }


class Line(NamedTuple):
    caption: Caption
    name: Name | None
    """Of who speaks, where another spoke before."""
    is_timed: bool
    """The time stands there where somebody begins, and with every new minute."""


def written(db: Session, shown: list[Caption]) -> dict[str, Any]:
    """What the lines need to be drawn."""
    names = queries.names(db, shown)
    lines, person, minute = list[Line](), None, None
    for each in shown:
        begins = each.person != person
        now = each.start_at.replace(second=0, microsecond=0)
        name = names.get(each.person, NOBODY) if begins else None
        lines.append(Line(each, name, begins or now != minute))
        person, minute = each.person, now
    return {"lines": lines}


def signs(db: Session) -> dict[tuple[str, str], object]:
    """By meeting and panel, what changes without an entry: progress of transcriptions, captions."""
    of_jobs = {(meeting_id, "transcript"): jobs for meeting_id, jobs in running(db).items()}
    return of_jobs | queries.stamps(db)


panels = [Panel("captions", "transcripts/_captions.html", captions)]

touches = dict.fromkeys(
    (
        "meeting.opened",
        "meeting.recessed",
        "meeting.reconvened",
        "meeting.adjourned",
        "meeting.changed",
        "session.closed",
        "session.reopened",
        "disruption.declared",
        "disruption.ended",
        "captions.started",
        "captions.stopped",
        "captions.withheld",
        "span.withheld",
        "recording.published",
        "transcript.made",
    ),
    ("captions",),
)
