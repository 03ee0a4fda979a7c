"""The fictional City of Alder Bay: what `engage demo` fills an empty data folder with."""

import hashlib
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue import actions as queue
from comments.queue import deck, listing
from comments.queue.order import ALTERNATING
from comments.queue.rules import Rules
from comments.surveys import actions as surveys
from comments.surveys.drafting import SurveyDraft
from comments.written import actions as written
from engage import clock, people, record
from engage.db import new_id
from engage.demo.decisions import replay, seat_members, take_roll
from engage.demo.microphones import give_microphones
from engage.demo.texts import (
    BIKE_LANE,
    BIKE_LANE_SUMMARY,
    CANNERY,
    CANNERY_ES,
    CANNERY_QUESTIONS,
    COUNCIL_AGENDA,
    WAITING,
    WRITTEN,
)
from engage.settings import Settings
from meetings import actions
from meetings.agenda.actions import Wanted, Words, add_item
from meetings.minutes.actions import note_minutes, publish_minutes
from meetings.models import CONSENT, ITEM, AgendaItem, Body, Meeting
from transcripts.actions import Stored, add_recording, publish_recording, time_recording
from transcripts.attribution.actions import RECORD
from transcripts.audio import probe
from transcripts.rules import file_of

HERE = Path(__file__).parent
CITY = "City of Alder Bay"
FOLDER = Path("demo-data")
ZONE = "America/Los_Angeles"
CLERK, PASSWORD = "clerk", "alder bay demo"
"""Of the demonstration only, and said so where it is printed."""
PLACE = "Council Chamber, City Hall, 100 Harbor Street"
SYSTEM = record.SYSTEM
COMMISSION_RULES = Rules(order=ALTERNATING, total_s=40 * 60, cede_most=2)


def fill(db: Session, settings: Settings) -> None:
    """Everything through the same verbs as the pages use; nothing when the folder has a city already."""
    if db.scalar(select(Body.id)):
        return
    with clock.set_to(clock.now() - timedelta(days=30)):
        people.add_account(db, CLERK, PASSWORD, by=SYSTEM, role="admin")
        council = actions.create_body(db, "City Council", by=SYSTEM)
        commission = actions.create_body(db, "Planning Commission", by=SYSTEM)
        seat_members(db, council, commission)
        listing.set_body_rules(db, commission, COMMISSION_RULES, by=SYSTEM)
    adjourned_meeting(db, settings, council)
    live_meeting(db, commission)
    next_meeting(db, council)
    workshop(db, commission)


def evening(days: int, hour: int = 18, minute: int = 0) -> datetime:
    """So many days from now, at this hour in Alder Bay."""
    from_now = clock.now() + timedelta(days=days)
    local = from_now.astimezone(ZoneInfo(ZONE))
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(from_now.tzinfo)


def agenda(db: Session, meeting: Meeting, lines: list[tuple[Any, ...]]) -> list[AgendaItem]:
    """`lines` are (level, kind, minutes, title, description, Spanish title); the last may be missing."""
    made: list[AgendaItem] = []
    tops: list[AgendaItem] = []
    for level, kind, minutes, title, description, *spanish in lines:
        words = [Words(meeting.language, title, description), *(Words("es", *each) for each in spanish)]
        after = tops[-1].id if level and tops else ""
        item = add_item(
            db, meeting, Wanted(kind, tuple(words), minutes), by=SYSTEM, after=after, is_under=bool(level)
        )
        made.append(item)
        if not level:
            tops.append(item)
    return made


def adjourned_meeting(db: Session, settings: Settings, council: Body) -> None:
    """Held last week, with its recording, which is written down for real when the demo starts."""
    began = evening(-7)
    with clock.set_to(began - timedelta(days=5)):
        meeting = actions.draft_meeting(
            db,
            council,
            by=SYSTEM,
            title="Regular meeting",
            starts_at=began,
            zone=ZONE,
            place=PLACE,
        )
        items = agenda(
            db,
            meeting,
            [
                (0, ITEM, 2, "Call to order and roll call", ""),
                (0, CONSENT, 3, "Consent calendar", "Routine items, approved together by one vote."),
                (1, ITEM, None, "Minutes of the last meeting", ""),
                (1, ITEM, None, "Yearly contract for cleaning the streets", ""),
                (1, ITEM, None, "Lease for the community garden", ""),
                (0, ITEM, 20, "Public hearing: a protected bike lane on Harbor Street", BIKE_LANE),
                (0, ITEM, 10, "Library hours on Sundays", ""),
                (0, ITEM, 1, "Adjournment", ""),
            ],
        )
        actions.publish_meeting(db, meeting, by=SYSTEM)
    bike_lane = items[5]
    with clock.set_to(began - timedelta(hours=6)):
        for name, position, text in WRITTEN:
            person = people.take_part(db, meeting.id, None, name=name)
            written.receive_comment(
                db, meeting, bike_lane, person, by=person.actor, name=name, position=position, text=text
            )
    replay(db, meeting, items, began)
    note_minutes(db, meeting, items[5], BIKE_LANE_SUMMARY, by=SYSTEM)
    publish_minutes(db, meeting, by=SYSTEM)
    keep_recording(db, settings, meeting, began)


def keep_recording(db: Session, settings: Settings, meeting: Meeting, began: datetime) -> None:
    source, recording_id = HERE / "meeting.opus", new_id()
    path = file_of(settings, recording_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)
    media = probe(path)
    stored = Stored(
        id=recording_id,
        name=source.name,
        size=path.stat().st_size,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        kind=media.kind,
        duration_ms=media.duration_ms,
        has_picture=media.has_picture,
    )
    recording = add_recording(db, meeting, stored, language=None, by=SYSTEM)
    time_recording(db, recording, began, by=SYSTEM, clock_from=RECORD)
    publish_recording(db, recording, by=SYSTEM)


def live_meeting(db: Session, commission: Body) -> None:
    """Under way since a few minutes, heard in its page: people wait, a survey is open."""
    began = clock.now() - timedelta(minutes=12)
    with clock.set_to(began - timedelta(days=4)):
        meeting = actions.draft_meeting(
            db, commission, by=SYSTEM, title="Regular meeting", starts_at=began, zone=ZONE,
            place="Room 2, City Hall, 100 Harbor Street", carries_sound=True, speaking_s=120,
        )  # fmt: skip
        items = agenda(
            db,
            meeting,
            [
                (0, ITEM, 5, "Call to order", "", ("Apertura de la sesión", "")),
                (0, ITEM, 40, "Rezoning of the old cannery on Juniper Street", CANNERY, CANNERY_ES),
                (0, ITEM, 15, "Trees in new parking lots", "One shade tree for every four spaces.",
                 ("Árboles en los estacionamientos nuevos", "Un árbol de sombra por cada cuatro lugares.")),
                (0, ITEM, 5, "Reports of staff", "", ("Informes del personal", "")),
            ],
        )  # fmt: skip
        actions.publish_meeting(db, meeting, by=SYSTEM)
    cannery = items[1]
    with clock.set_to(began):
        actions.open_meeting(db, meeting, by=SYSTEM)
        draft = SurveyDraft("The old cannery", CANNERY_QUESTIONS, cannery.id)
        survey = surveys.draft_survey(db, meeting, draft, by=SYSTEM)
        surveys.open_survey(db, meeting, survey, by=SYSTEM)
        take_roll(db, meeting, remote=("Lucy Tran",))
        give_microphones(db, meeting)
        actions.call_item(db, meeting, cannery, by=SYSTEM)
        deck.settle(db, meeting, by=SYSTEM)
    for name, mode, interpreter, stance in WAITING:
        person = people.take_part(db, meeting.id, None, name=name)
        queue.join_queue(
            db,
            meeting,
            cannery,
            person,
            by=person.actor,
            mode=mode,
            wants_interpreter=interpreter,
            stance=stance,
        )


def next_meeting(db: Session, council: Body) -> None:
    """In a week, its agenda in English and in Spanish."""
    meeting = actions.draft_meeting(
        db, council, by=SYSTEM, title="Regular meeting", starts_at=evening(7), zone=ZONE,
        place=PLACE, conference_url="https://video.example.org/alder-bay-council",
    )  # fmt: skip
    agenda(db, meeting, COUNCIL_AGENDA)
    actions.publish_meeting(db, meeting, by=SYSTEM)


def workshop(db: Session, commission: Body) -> None:
    meeting = actions.draft_meeting(
        db, commission, by=SYSTEM, title="Workshop: the waterfront in ten years", kind="workshop",
        starts_at=evening(14, 17, 30), zone=ZONE, place="Public library, 20 Ferry Lane",
    )  # fmt: skip
    agenda(
        db,
        meeting,
        [
            (0, ITEM, 20, "What residents told us so far", ""),
            (0, ITEM, 60, "Work in small groups", "Tables for families, business owners and students."),
            (0, ITEM, 20, "What comes next", ""),
        ],
    )
    actions.publish_meeting(db, meeting, by=SYSTEM)
