"""Who sits on the bodies of Alder Bay, and the council's recorded evening, act by act."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from comments.queue import actions as queue
from comments.queue import deck, floor
from comments.queue.models import Request
from engage import clock, people, record
from meetings import actions
from meetings.members.actions import Seat, add_member
from meetings.members.attending import call_roll
from meetings.members.queries import members_of
from meetings.models import AgendaItem, Body, Meeting
from meetings.motions import actions as motions
from meetings.motions import voting
from meetings.motions.models import CONSENT, MAIN
from meetings.queries import meeting_day

HERE = Path(__file__).parent
SYSTEM = record.SYSTEM
COUNCIL = (
    ("Ruth Calloway", "Mayor"),
    ("Helen Park", "District 1"),
    ("Daniel Brooks", "District 2"),
    ("Grace Miller", "District 3"),
)
COMMISSION = (
    ("Iris Novak", "Chair"),
    ("Omar Haddad", ""),
    ("Lucy Tran", ""),
    ("Peter Lund", ""),
    ("Sofia Reyes", ""),
)
BIKE_LANE = (
    "Approve the project with one condition: the accessible parking spaces remain, and construction waits"
    " until the autumn."
)
LIBRARY = "Try Sunday hours at the library; the director reports to the council in the spring."
ROLL_MS, CONSENT_MS, BIKE_LANE_MS, LIBRARY_MS = 36_000, 70_254, 242_334, 303_335
"""When the recording has them."""


def seat_members(db: Session, council: Body, commission: Body) -> None:
    for body, seats in ((council, COUNCIL), (commission, COMMISSION)):
        for name, seat in seats:
            add_member(db, body, Seat(name, seat, is_chair=seat in ("Mayor", "Chair")), by=SYSTEM)


def take_roll(db: Session, meeting: Meeting, *, remote: tuple[str, ...] = ()) -> None:
    members = members_of(db, meeting.body_id, meeting_day(meeting))
    states = {each.id: "remote" if each.name in remote else "present" for each in members}
    call_roll(db, meeting, states, by=SYSTEM)


def decisions(
    db: Session, meeting: Meeting, by_number: dict[int, AgendaItem]
) -> list[tuple[int, Callable[[], Any]]]:
    """The acts of the clerk that the recording has, with the millisecond of each."""

    def decide(item: AgendaItem, kind: str, words: str, mover: str, seconder: str) -> None:
        ids = {each.name: each.id for each in members_of(db, meeting.body_id, meeting_day(meeting))}
        draft = motions.Draft(kind, words, ids[mover], ids[seconder], item_id=item.id)
        motion = motions.make_motion(db, meeting, draft, by=SYSTEM)
        motions.open_vote(db, meeting, motion, by=SYSTEM)
        votes = {member.id: vote for member, vote in voting.expected_votes(db, motion)}
        voting.record_vote(db, meeting, motion, votes, by=SYSTEM)

    return [
        (ROLL_MS, lambda: take_roll(db, meeting)),
        (CONSENT_MS, lambda: decide(
            by_number[2], CONSENT, "Approve the consent calendar.", "Daniel Brooks", "Helen Park"
        )),
        (BIKE_LANE_MS, lambda: decide(by_number[3], MAIN, BIKE_LANE, "Grace Miller", "Daniel Brooks")),
        (LIBRARY_MS, lambda: decide(by_number[4], MAIN, LIBRARY, "Grace Miller", "Helen Park")),
    ]  # fmt: skip


def replay(db: Session, meeting: Meeting, items: list[AgendaItem], began: datetime) -> None:
    """The clerk's acts of that evening, at the moments at which the recording has them."""
    told = json.loads((HERE / "meeting.json").read_text())
    by_number = {int(item.number): item for item in items if item.number.isdigit()}
    acts: list[tuple[int, Any]] = [
        (each["start_ms"], lambda n=each["number"]: actions.call_item(db, meeting, by_number[n], by=SYSTEM))
        for each in told["items"]
    ]
    acts += decisions(db, meeting, by_number)
    for turn in (each for each in told["turns"] if each["role"] == "public"):
        request = asked_before(db, meeting, by_number[turn["item"]], turn["speaker"], began)
        acts.append((turn["start_ms"], lambda one=request: give_floor(db, meeting, one)))
        acts.append((turn["end_ms"], lambda one=request: floor.end_turn(db, meeting, one, by=SYSTEM)))
    with clock.set_to(began):
        actions.open_meeting(db, meeting, by=SYSTEM)
        deck.settle(db, meeting, by=SYSTEM)
    for ms, act in sorted(acts, key=lambda each: each[0]):
        with clock.set_to(began + timedelta(milliseconds=ms)):
            act()
    with clock.set_to(began + timedelta(milliseconds=told["duration_ms"])):
        actions.adjourn_meeting(db, meeting, by=SYSTEM)


def asked_before(db: Session, meeting: Meeting, item: AgendaItem, name: str, began: datetime) -> Request:
    with clock.set_to(began - timedelta(minutes=20)):
        person = people.take_part(db, meeting.id, None, name=name)
        return queue.join_queue(db, meeting, item, person, by=person.actor, mode="in_person")


def give_floor(db: Session, meeting: Meeting, request: Request) -> None:
    floor.call_next(db, meeting, request, by=SYSTEM)
    floor.start_turn(db, request, by=SYSTEM)
