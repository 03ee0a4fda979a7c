"""Taking, withholding and restoring written comments, and what the record keeps of it."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.written import actions, queries, rules
from comments.written.models import POSITIONS
from comments.written.search import visible_comments
from engage import clock, people, record
from engage.people import Refused
from engage.record import Entry
from meetings import actions as meeting_actions
from tests.make import EPOCH, MINUTE, SYSTEM, body, comment, item, kinds, meeting


def entry(db: Session, book: str, kind: str) -> Entry:
    return db.scalars(select(Entry).where(Entry.book == book, Entry.kind == kind)).one()


def test_a_comment_is_on_the_record_without_its_words(db: Session) -> None:
    of = meeting(db, body(db))
    on = item(db, of)
    made = comment(db, of, on, name="Ana", position="support", text="Build a curb.")
    received = entry(db, of.id, "comment.received")
    assert received.facts == {
        "comment": made.id,
        "item": on.id,
        "number": 1,
        "position": "support",
        "text": record.sealed(made.salt, "Build a curb."),
        "name": record.sealed(made.salt, "Ana"),
    }
    assert (received.actor, made.entry) == (f"participant:{made.participant_id}", received.seq)


def test_a_name_may_be_left_out(db: Session) -> None:
    of = meeting(db, body(db))
    comment(db, of, name="")
    assert entry(db, of.id, "comment.received").facts["name"] is None


def test_a_comment_keeps_the_name_it_was_sent_with(db: Session) -> None:
    of = meeting(db, body(db))
    person = people.take_part(db, of.id, "token", name="Ana")
    first = comment(db, of, person=person, name="A neighbor")
    people.take_part(db, of.id, "token", name="Ana Morales")
    assert (first.name, person.name) == ("A neighbor", "Ana Morales")


@pytest.mark.parametrize("state", ["draft", "adjourned"])
def test_nothing_is_taken_outside_the_meetings_time(db: Session, state: str) -> None:
    of = meeting(db, body(db), state=state)
    with pytest.raises(Refused, match="Written comments are closed"):
        comment(db, of)


def test_the_cut_off_is_the_first_moment_that_is_too_late(db: Session) -> None:
    of = meeting(db, body(db), state="published", comments_until=EPOCH)
    with clock.set_to(EPOCH - MINUTE / 60_000):
        comment(db, of)
    with clock.set_to(EPOCH), pytest.raises(Refused, match="Written comments are closed"):
        comment(db, of)
    assert queries.comment_count(db, of.id) == 1


@pytest.mark.parametrize("over", [{"kind": "section"}, {"is_withdrawn": True}])
def test_headings_and_withdrawn_items_take_no_comments(db: Session, over: dict[str, Any]) -> None:
    of = meeting(db, body(db))
    with pytest.raises(Refused, match="This item takes no comments"):
        comment(db, of, item(db, of, **over))


def test_withholding_keeps_place_number_and_count(db: Session) -> None:
    of = meeting(db, body(db))
    on = item(db, of)
    first, second, third = (comment(db, of, on, position="oppose", text=text) for text in "abc")
    actions.withhold_comment(db, second, by=SYSTEM, reason="It threatens someone.")
    (group,) = queries.whole_sheet(db, of.id).groups
    assert group.comments == [first, second, third]
    assert [each.number for each in group.comments] == [1, 2, 3]
    assert group.counts == dict.fromkeys(POSITIONS, 0) | {"oppose": 3}
    assert visible_comments(db, of.id) == [first, third]
    assert queries.latest(db, of.id, most=5) == [third, first]


def test_the_reason_is_sealed_and_outlives_a_restoration(db: Session) -> None:
    of = meeting(db, body(db))
    one = comment(db, of)
    actions.withhold_comment(db, one, by=SYSTEM, reason="It names a child.")
    actions.restore_comment(db, one, by=SYSTEM)
    withheld = entry(db, of.id, "comment.withheld").facts
    assert withheld == {"comment": one.id, "number": 1, "reason": record.sealed(one.salt, one.reason)}
    assert not one.is_withheld
    assert kinds(db, of.id)[-3:] == ["comment.received", "comment.withheld", "comment.restored"]


def test_what_is_already_so_is_refused(db: Session) -> None:
    one = comment(db, meeting(db, body(db)))
    with pytest.raises(Refused):
        actions.restore_comment(db, one, by=SYSTEM)
    actions.withhold_comment(db, one, by=SYSTEM, reason="x")
    with pytest.raises(Refused):
        actions.withhold_comment(db, one, by=SYSTEM, reason="y")
    assert one.reason == "x"


def test_the_cut_off_is_set_and_lifted_until_the_meeting_is_over(db: Session) -> None:
    of = meeting(db, body(db))
    actions.set_cut_off(db, of, EPOCH, by=SYSTEM)
    actions.set_cut_off(db, of, None, by=SYSTEM)
    entries = db.scalars(select(Entry).where(Entry.kind == "comments.cut_off_set").order_by(Entry.seq))
    assert [each.facts["until"] for each in entries] == ["2026-11-23T18:00:00.000Z", None]
    meeting_actions.adjourn_meeting(db, of, by=SYSTEM)
    with pytest.raises(Refused):
        actions.set_cut_off(db, of, EPOCH, by=SYSTEM)


def test_the_list_follows_the_agenda_and_ends_with_general_comment(db: Session) -> None:
    of = meeting(db, body(db))
    second, first = item(db, of, "Library", place=2), item(db, of, "Bike lane", place=1)
    general, *_ = comment(db, of), comment(db, of, second), comment(db, of, first), comment(db, of, second)
    groups = queries.whole_sheet(db, of.id).groups
    assert [group.item for group in groups] == [first, second, None]
    assert [[each.number for each in group.comments] for group in groups] == [[3], [2, 4], [general.number]]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (100, 1), (101, 2), (200, 2), (201, 3)])
def test_a_page_is_begun_only_when_the_one_before_is_full(count: int, pages: int) -> None:
    assert rules.pages_of(count) == pages
    assert count == 0 or rules.page_holding(count - 1) == pages


def test_the_pages_together_are_the_whole_list(db: Session) -> None:
    of = meeting(db, body(db))
    on = [item(db, of, place=1), item(db, of, place=2), None]
    person = people.take_part(db, of.id, None, name="")
    made = [comment(db, of, on[n % 3], person=person) for n in range(203)]
    whole = [each.id for group in queries.whole_sheet(db, of.id).groups for each in group.comments]
    sheets = [queries.sheet(db, of.id, page=n) for n in (1, 2, 3)]
    assert [each.id for s in sheets for group in s.groups for each in group.comments] == whole
    assert {s.pages for s in sheets} == {3}
    assert all(group.total == len(made) // 3 + (group.item is not None) for s in sheets for group in s.groups)
    assert [queries.sheet(db, of.id, page=n).page for n in (-5, 0, 4, 10**9)] == [1, 1, 3, 3]
    for one in made[::40]:
        found = queries.sheet(db, of.id, holding=one.id)
        assert one in [each for group in found.groups for each in group.comments]
