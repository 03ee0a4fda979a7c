"""What is done to bodies and meetings, and what the record and everyone learn of it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import record
from engage.people import Refused
from meetings import actions, queries
from meetings.models import Amendment, Meeting
from tests import make
from tests.make import SYSTEM, kinds

LATER = datetime(2026, 12, 8, 3, 0, tzinfo=UTC)


@pytest.fixture
def draft(db: Session) -> Meeting:
    return make.meeting(db, make.body(db), state="draft", starts_at=make.EPOCH, place="Room 1")


@pytest.fixture
def published(db: Session, draft: Meeting) -> Meeting:
    actions.publish_meeting(db, draft, by=SYSTEM)
    return draft


def noted(db: Session, meeting: Meeting) -> list[tuple[str, str, str, str, str]]:
    """What everyone is told: change, field, before, after, note."""
    found = db.scalars(select(Amendment).where(Amendment.meeting_id == meeting.id))
    return sorted((a.change, a.field, a.before, a.after, a.note) for a in found)


def last_entry(db: Session, book: str) -> record.Entry:
    db.flush()
    return db.scalars(
        select(record.Entry).where(record.Entry.book == book).order_by(record.Entry.seq.desc())
    ).first()  # type: ignore[return-value]


def test_a_body_keeps_a_name_of_its_own(db: Session) -> None:
    council, other = make.body(db), make.body(db, "Planning Commission")
    actions.change_body(db, council, by=SYSTEM, name="Council", about="Meets on Mondays.")
    assert (council.name, council.about) == ("Council", "Meets on Mondays.")
    with pytest.raises(Refused):
        actions.change_body(db, other, by=SYSTEM, name="Council", about="")
    with pytest.raises(Refused):
        actions.create_body(db, "Council", by=SYSTEM)
    assert kinds(db, record.CITY) == ["body.created", "body.created", "body.changed"]


def test_saving_a_body_unchanged_is_no_entry(db: Session) -> None:
    council = make.body(db)
    actions.change_body(db, council, by=SYSTEM, name=council.name, about=council.about)
    assert kinds(db, record.CITY) == ["body.created"]


def test_a_draft_changes_without_anyone_being_told(db: Session, draft: Meeting) -> None:
    actions.change_meeting(db, draft, by=SYSTEM, title="Special meeting", place="Room 2")
    assert (draft.title, draft.place) == ("Special meeting", "Room 2")
    assert noted(db, draft) == []
    assert kinds(db, draft.id) == ["meeting.drafted", "meeting.changed"]


def test_after_publication_each_change_is_told(db: Session, published: Meeting) -> None:
    actions.change_meeting(db, published, by=SYSTEM, title="Special meeting", kind="special", phone="")
    assert noted(db, published) == [
        ("changed", "kind", "regular", "special", ""),
        ("changed", "title", "Regular meeting", "Special meeting", ""),
    ]
    assert kinds(db, published.id) == ["meeting.drafted", "meeting.published", "meeting.changed"]


def test_saving_a_meeting_unchanged_is_no_entry(db: Session, published: Meeting) -> None:
    actions.change_meeting(db, published, by=SYSTEM, title=published.title, phone="")
    assert kinds(db, published.id) == ["meeting.drafted", "meeting.published"]


def test_the_entry_seals_the_amendments_words(db: Session, published: Meeting) -> None:
    actions.change_meeting(db, published, by=SYSTEM, title="A new name")
    entry = last_entry(db, published.id)
    (told,) = queries.amendments(db, published.id)
    sealed = record.sealed(told.salt, "title\nRegular meeting\nA new name\n")
    assert entry.facts["amendments"] == [{"id": told.id, "words": sealed}]
    assert "A new name" not in entry.data


def test_moving_tells_time_place_and_reason(db: Session, published: Meeting) -> None:
    actions.move_meeting(
        db, published, by=SYSTEM, notice="The roof leaks.", starts_at=LATER, zone="America/Denver",
        place="Room 2", comments_until=None,
    )  # fmt: skip
    assert (published.starts_at, published.zone, published.place) == (LATER, "America/Denver", "Room 2")
    assert published.notice == "The roof leaks."
    assert noted(db, published) == [
        ("moved", "place", "Room 1", "Room 2", ""),
        (
            "moved",
            "starts_at",
            "2026-11-23T18:00:00.000Z America/Los_Angeles",
            "2026-12-08T03:00:00.000Z America/Denver",
            "The roof leaks.",
        ),
    ]
    assert kinds(db, published.id)[-1] == "meeting.moved"


def test_a_move_that_moves_nothing_is_refused(db: Session, published: Meeting) -> None:
    with pytest.raises(Refused):
        actions.move_meeting(db, published, by=SYSTEM, notice="Why?", place=published.place)
    assert published.notice == ""


@pytest.mark.parametrize("state", ["draft", "open", "adjourned"])
def test_only_an_announced_meeting_is_moved(db: Session, state: str) -> None:
    meeting = make.meeting(db, make.body(db), state=state)
    with pytest.raises(Refused):
        actions.move_meeting(db, meeting, by=SYSTEM, notice="x", place="Room 9")


def test_cancelling_is_told_with_its_notice(db: Session, published: Meeting) -> None:
    actions.cancel_meeting(db, published, by=SYSTEM, notice="No quorum.")
    assert noted(db, published) == [("cancelled", "", "", "", "No quorum.")]
    assert last_entry(db, published.id).facts["notice"] == record.sealed(published.salt, "No quorum.")
    with pytest.raises(Refused):
        actions.change_meeting(db, published, by=SYSTEM, title="x")
    with pytest.raises(Refused):
        actions.publish_meeting(db, published, by=SYSTEM)


def test_a_withdrawn_item_cannot_be_called(db: Session) -> None:
    meeting = make.meeting(db, make.body(db))
    item = make.item(db, meeting, is_withdrawn=True)
    with pytest.raises(Refused):
        actions.call_item(db, meeting, item, by=SYSTEM)


def test_the_public_list_knows_past_from_upcoming(db: Session) -> None:
    council, other = make.body(db), make.body(db, "Planning Commission")
    soon = make.meeting(db, council, state="published", starts_at=datetime(2100, 1, 1, tzinfo=UTC))
    off = make.meeting(db, council, state="published", starts_at=datetime(2100, 1, 2, tzinfo=UTC))
    actions.cancel_meeting(db, off, by=SYSTEM, notice="x")
    long_off = make.meeting(db, other, state="published", starts_at=datetime(2020, 1, 1, tzinfo=UTC))
    actions.cancel_meeting(db, long_off, by=SYSTEM, notice="x")
    over = make.meeting(db, council, state="adjourned", starts_at=datetime(2021, 1, 1, tzinfo=UTC))
    make.meeting(db, council, state="draft")
    db.flush()
    assert queries.public_meetings(db, is_past=False) == [soon, off]
    assert queries.public_meetings(db, is_past=True) == [over, long_off]
    assert queries.public_meetings(db, body_id=other.id) == [long_off]
    assert queries.public_meetings(db, most=1, skip=1) == [soon]


def test_a_past_meeting_is_over_and_public_and_says_no_more_than_is_known(db: Session) -> None:
    held = datetime(2019, 3, 6, 2, 30, tzinfo=UTC)
    made = actions.record_past_meeting(
        db, make.body(db), by=SYSTEM, title="Regular meeting", starts_at=held, zone="America/Los_Angeles"
    )
    assert (made.state, made.is_public, made.opened_at, made.adjourned_at) == ("adjourned", True, None, None)
    entry = record.after(db, made.id, 0)[0]
    assert (entry.kind, entry.facts["starts_at"]) == ("meeting.archived", "2019-03-06T02:30:00.000Z")
    assert entry.at > held, "the record never says that it was written then"


def test_a_meeting_that_is_still_to_come_is_no_past_one(db: Session) -> None:
    ahead = datetime(2190, 1, 1, tzinfo=UTC)
    with pytest.raises(Refused, match="has not been held yet"):
        actions.record_past_meeting(db, make.body(db), by=SYSTEM, title="Soon", starts_at=ahead, zone="UTC")
    assert db.scalars(select(Meeting)).all() == []
