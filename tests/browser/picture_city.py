"""The city of the guide's pictures before the evening: its council, an agenda, who has signed up."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from comments.queue import actions as queue
from comments.queue import listing
from comments.queue.order import ALTERNATING
from comments.queue.rules import Rules
from comments.written import actions as written
from engage import clock, people, record
from engage.demo.city import ZONE, agenda
from engage.demo.texts import CANNERY, CANNERY_ES
from meetings import actions
from meetings.members.actions import Seat, add_member
from meetings.members.queries import members_of
from meetings.models import CONSENT, ITEM, AgendaItem, Meeting
from meetings.queries import meeting_day

BY = record.SYSTEM
PASSWORD = "a password for pictures"
EVENING = datetime(2026, 12, 1, tzinfo=ZoneInfo(ZONE))
SEATS = (
    ("Ruth Calloway", "Mayor"),
    ("Helen Park", "District 1"),
    ("Daniel Brooks", "District 2"),
    ("Grace Miller", "District 3"),
    ("Luis Ortega", "District 4"),
)
RULES = Rules(order=ALTERNATING, limit_s=120, total_s=40 * 60, cede_most=2)
AGENDA: list[tuple[Any, ...]] = [
    (0, ITEM, 5, "Call to order and roll call", "", ("Apertura de la sesión y pase de lista", "")),
    (0, CONSENT, 5, "Consent calendar", "Routine items, approved together by one vote.",
     ("Calendario de consentimiento", "Asuntos de rutina que se aprueban con un solo voto.")),
    (1, ITEM, None, "Minutes of November 17", "", ("Acta del 17 de noviembre", "")),
    (1, ITEM, None, "New benches for Ferry Park", "", ("Bancas nuevas para el parque Ferry", "")),
    (1, ITEM, None, "Lease for the community garden", "", ("Contrato del huerto comunitario", "")),
    (0, ITEM, 60, "Public hearing: rezoning of the old cannery", CANNERY, CANNERY_ES),
    (0, ITEM, 30, "Budget for street lighting", "Replace four hundred lamps in the north of the city.",
     ("Presupuesto del alumbrado público", "Cambiar cuatrocientas lámparas en el norte de la ciudad.")),
    (0, ITEM, 1, "Adjournment", "", ("Clausura", "")),
]  # fmt: skip
HEARING, LIGHTING = "3", "4"
ON_CALENDAR = (("Rita Sandoval", "in_person", ""),)
SIGNED_UP = (
    ("Priya Natarajan", "in_person", "support"),
    ("Tom Hadley", "in_person", "oppose"),
    ("Carl Jensen", "in_person", "neutral"),
    ("Hannah Osei", "in_person", "support"),
    ("Victor Lindqvist", "remote", "oppose"),
    ("Marta Nowak", "remote", "neutral"),
)
LATER = (
    ("Joyce Kim", "remote", "oppose"),
    ("", "in_person", "neutral"),
    ("Samuel Adeyemi", "in_person", "support"),
    ("George Whitfield", "in_person", "oppose"),
    ("Dolores Vega", "remote", "support"),
)
ON_LIGHTING = (
    ("Frank Delgado", "in_person", "support"),
    ("Nadia Petrov", "remote", "oppose"),
    ("Owen Clarke", "in_person", "support"),
)
WRITTEN = (
    ("Ines Moreau", "support", "Ninety homes within a walk of the ferry: this is what the city needs."),
    ("Juniper Street Neighbors", "oppose", "Four floors are too many beside our houses. Three would fit."),
    ("", "neutral", "Will the workshops be kept affordable?"),
)
MARTA = "a page that Marta Nowak has open"
"""What the cookie of this one remote speaker holds."""


def local(time: str, days: int = 0) -> datetime:
    """HH:MM of the evening, or of so many days before or after it."""
    hour, minute = map(int, time.split(":"))
    return (EVENING + timedelta(days=days)).replace(hour=hour, minute=minute).astimezone(UTC)


class Evening(NamedTuple):
    """Ids, for sessions that begin after the story's."""

    body: str
    meeting: str
    items: Mapping[str, str]
    """By the number on the agenda."""

    def now(self, db: Session) -> Meeting:
        return db.get_one(Meeting, self.meeting)

    def item(self, db: Session, number: str) -> AgendaItem:
        return db.get_one(AgendaItem, self.items[number])

    def members(self, db: Session) -> dict[str, str]:
        meeting = self.now(db)
        return {each.name: each.id for each in members_of(db, self.body, meeting_day(meeting))}


def prepare(db: Session) -> Evening:
    """Body, members, rules and a published agenda, some days before; with the first who sign up."""
    with clock.set_to(local("09:00", -20)):
        council = actions.create_body(db, "City Council", by=BY)
        people.add_account(db, "clerk", PASSWORD, by=BY, role="admin")
        for name, seat in SEATS:
            add_member(db, council, Seat(name, seat, is_chair=seat == "Mayor"), by=BY)
        listing.set_body_rules(db, council, RULES, by=BY)
    with clock.set_to(local("10:30", -6)):
        meeting = actions.draft_meeting(
            db, council, by=BY, title="Regular meeting", starts_at=local("19:00"), zone=ZONE,
            place="Council Chamber, City Hall, 100 Harbor Street", speaking_s=120,
            conference_url="https://video.example.org/alder-bay-council", phone="+1 555 010 0142",
        )  # fmt: skip
        items = {each.number: each.id for each in agenda(db, meeting, AGENDA)}
        actions.publish_meeting(db, meeting, by=BY)
    evening = Evening(council.id, meeting.id, items)
    with clock.set_to(local("16:10", -1)):
        sign_up(db, evening, HEARING, SIGNED_UP)
        for name, position, words in WRITTEN:
            person = people.take_part(db, meeting.id, None, name=name)
            written.receive_comment(
                db, meeting, evening.item(db, HEARING), person, by=person.actor, name=name,
                position=position, text=words,
            )  # fmt: skip
    return evening


def sign_up(db: Session, evening: Evening, number: str, who: tuple[tuple[str, str, str], ...]) -> None:
    meeting, item = evening.now(db), evening.item(db, number)
    for name, mode, stance in who:
        token = MARTA if name == "Marta Nowak" else None
        person = people.take_part(db, meeting.id, token, name=name)
        queue.join_queue(db, meeting, item, person, by=person.actor, mode=mode, stance=stance)
