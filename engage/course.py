"""What the record tells of a meeting: who had the floor, whose microphones there were, which item was open,
when the body sat."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue.models import HAS_FLOOR, SPEAKING, WRITTEN
from comments.queue.models import Request as RequestToSpeak
from engage import clock, record
from engage.record import Entry
from meetings.floor.models import ROOM
from meetings.floor.queries import every_place_of
from meetings.floor.seats import names_of
from transcripts.attribution.course import ENDS, KINDS, Course, Seat, Turn, items_of, sittings_of

CALLS, LEAVES = "floor.called", ("floor.ended", "request.no_show", "request.withdrawn", "request.removed")
STARTS = ("floor.started", "floor.resumed")
STOPS = ("floor.paused", *LEAVES)
Run = tuple[datetime, datetime, str]


def course_of(db: Session, meeting_id: str) -> Course:
    """In four queries at most. A turn that still goes on ends now."""
    entries = record.of_kinds(db, [meeting_id], (*KINDS, CALLS, *STARTS, *STOPS))
    runs, called = list(turns(entries, clock.now())), list(calls(entries))
    people = _people(db, {request for _, _, request in runs} | {one for _, one in called if one})
    spoken = (Turn(start, end, one, people[one]) for start, end, one in runs if one in people)
    open_for = ((at, people.get(one) if one else None) for at, one in called)
    return Course(
        tuple(spoken), items_of(entries), sittings_of(entries), tuple(open_for), tuple(_seats(db, meeting_id))
    )


def _people(db: Session, requests: Collection[str]) -> dict[str, str]:
    """Whose requests these are: participants by request. What a clerk reads out is not in their voice."""
    wanted = select(RequestToSpeak.id, RequestToSpeak.participant_id).where(
        RequestToSpeak.id.in_(requests), RequestToSpeak.mode != WRITTEN
    )
    rows = db.execute(wanted) if requests else ()
    return {row[0]: row[1] for row in rows}


def _seats(db: Session, meeting_id: str) -> Iterator[Seat]:
    """In the order in which they were made; an interpreter's is no part of the recording."""
    places = [each for each in every_place_of(db, meeting_id) if not each.is_interpreter]
    names = names_of(db, places)
    for place in sorted(places, key=lambda each: each.made_at):
        name = names[place.id]
        key = f"member:{place.member_id}" if place.member_id else place.person
        yield Seat(place.channel, place.made_at, key if name else "", name, is_room=place.kind == ROOM)


def calls(entries: Sequence[Entry]) -> Iterator[tuple[datetime, str | None]]:
    """From when on whose microphone was open: (moment, request or nobody). Who interrupts comes before those
    who wait for it. What was taken back was heard all the same."""
    holders: list[str] = []
    for entry in entries:
        before = holders[-1:]
        holders = holders_after(entry, holders)
        if holders[-1:] != before:
            yield entry.at, holders[-1] if holders else None


def holders_after(entry: Entry, holders: list[str]) -> list[str]:
    """The requests that have the floor after this entry, whoever has it now the last."""
    request: str | None = entry.facts.get("request")
    if entry.kind == CALLS and request:
        return [*(one for one in holders if one != request), request]
    if entry.kind in LEAVES:
        return [one for one in holders if one != request]
    if entry.kind == "meeting.adjourned":
        return []
    if entry.kind == "act.undone":
        states = put_back(entry)
        kept = [one for one in holders if states.get(one, SPEAKING) in HAS_FLOOR]
        return [*kept, *(one for one, state in states.items() if state in HAS_FLOOR and one not in kept)]
    return holders


def put_back(undone: Entry) -> dict[str, str]:
    """The states that an act has been undone to, by request."""
    requests = undone.facts.get("requests", {})
    return {one: values["state"] for one, values in requests.items() if "state" in values}


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
        states = put_back(entry)
        left = None if before in states else before
        return next((one for one, state in states.items() if state == SPEAKING), left)
    return None if request == before or entry.kind in ENDS else before
