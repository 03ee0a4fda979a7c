"""What the record tells of a meeting: who had the floor, which item was open, when the body sat."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue.models import SPEAKING
from comments.queue.models import Request as RequestToSpeak
from engage import clock, record
from engage.record import Entry
from transcripts.attribution.course import ENDS, KINDS, Course, Turn, items_of, sittings_of

STARTS = ("floor.started", "floor.resumed")
STOPS = ("floor.paused", "floor.ended", "request.withdrawn", "request.removed")
Run = tuple[datetime, datetime, str]


def course_of(db: Session, meeting_id: str) -> Course:
    """In two queries. A turn that still goes on ends now."""
    entries = record.of_kinds(db, [meeting_id], (*KINDS, *STARTS, *STOPS))
    runs = list(turns(entries, clock.now()))
    people = _people(db, {request for _, _, request in runs})
    spoken = (Turn(start, end, one, people[one]) for start, end, one in runs if one in people)
    return Course(tuple(spoken), items_of(entries), sittings_of(entries))


def _people(db: Session, requests: Collection[str]) -> dict[str, str]:
    """Whose requests these are: participants by request."""
    columns = RequestToSpeak.id, RequestToSpeak.participant_id
    rows = db.execute(select(*columns).where(RequestToSpeak.id.in_(requests))) if requests else ()
    return {row[0]: row[1] for row in rows}


def turns(entries: Sequence[Entry], now: datetime) -> Iterator[Run]:
    """From when to when whose clock ran: (start, end, request). A start that was taken back never happened;
    an end that was taken back begins another turn, since nobody knows who spoke in between."""
    undone = {entry.facts["undone"] for entry in entries if entry.kind == "act.undone"}
    speaker, since = None, now
    for entry in entries:
        following = speaker if entry.seq in undone and entry.kind in STARTS else speaks_after(entry, speaker)
        if following != speaker:
            if speaker and since < entry.at:
                yield since, entry.at, speaker
            speaker, since = following, entry.at
    if speaker and since < now:
        yield since, now, speaker


def speaks_after(entry: Entry, before: str | None) -> str | None:
    """The request whose clock runs after this entry."""
    request: str | None = entry.facts.get("request")
    if entry.kind in STARTS:
        return request
    if entry.kind == "act.undone":
        put_back = entry.facts.get("requests", {})
        states = {one: values["state"] for one, values in put_back.items() if "state" in values}
        left = None if before in states else before
        return next((one for one, state in states.items() if state == SPEAKING), left)
    return None if request == before or entry.kind in ENDS else before
