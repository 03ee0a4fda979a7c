"""An agenda in the making, and after publication."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue.models import Request
from engage import clock, record
from engage.people import Refused
from meetings import actions as meeting_actions
from meetings import queries
from meetings.agenda import actions, order
from meetings.agenda.actions import Wanted, Words
from meetings.agenda.queries import lines, stamp
from meetings.models import AgendaItem, AgendaText, Attachment, Meeting
from tests import make
from tests.make import SYSTEM, kinds


@pytest.fixture
def draft(db: Session) -> Meeting:
    return make.meeting(db, make.body(db), state="draft")


def wanted(title: str, kind: str = "item", **over: int) -> Wanted:
    return Wanted(kind, (Words("en", title),), **over)


Add = Callable[..., AgendaItem]


@pytest.fixture
def add(db: Session, draft: Meeting) -> Add:
    def add(title: str, *, under: str = "", after: str = "", kind: str = "item") -> AgendaItem:
        return actions.add_item(
            db, draft, wanted(title, kind), by=SYSTEM, after=under or after, is_under=bool(under)
        )

    return add


def drawn(db: Session, meeting: Meeting) -> list[str]:
    """Number and title, indented by level."""
    db.flush()
    items = {item.id: item for item in queries.flat(queries.agenda(db, meeting.id))}
    return [
        "  " * line.level + f"{items[line.id].number} {items[line.id].title}".strip()
        for line in lines(db, meeting.id)
    ]


def changes(db: Session, meeting: Meeting) -> list[tuple[str, str, str, str]]:
    found = queries.amendments(db, meeting.id)
    return sorted((each.change, each.field, each.before, each.after) for each in found)


def test_items_are_numbered_as_they_come(db: Session, draft: Meeting, add: Add) -> None:
    add("Opening", kind="section")
    first = add("Call to order")
    consent = add("Consent calendar", kind="consent")
    minutes = add("Minutes", under=consent.id)
    add("Page 1", under=minutes.id)
    add("Pledge", after=first.id)
    assert drawn(db, draft) == [
        "Opening",
        "1 Call to order",
        "2 Pledge",
        "3 Consent calendar",
        "  3.1 Minutes",
        "    3.1.1 Page 1",
    ]
    assert kinds(db, draft.id) == ["meeting.drafted", *["item.added"] * 6]


def test_there_is_no_fourth_level_and_nothing_under_a_heading(db: Session, draft: Meeting, add: Add) -> None:
    heading = add("Opening", kind="section")
    third = add("c", under=add("b", under=add("a").id).id)
    for place in (third, heading):
        with pytest.raises(Refused):
            add("too deep", under=place.id)
    with pytest.raises(Refused):
        add("A heading", under=third.id, kind="section")


def test_the_entry_holds_seals_instead_of_words(db: Session, draft: Meeting) -> None:
    item = actions.add_item(
        db, draft, Wanted("item", (Words("en", "Bike lane", "Yes?"), Words("es", "Carril")), 5), by=SYSTEM
    )
    db.flush()
    entry = db.scalars(select(record.Entry).where(record.Entry.kind == "item.added")).one()
    salts = {text.lang: text.salt for text in item.texts}
    assert entry.facts["texts"] == [
        {"lang": "en", "words": record.sealed(salts["en"], "Bike lane\nYes?")},
        {"lang": "es", "words": record.sealed(salts["es"], "Carril\n")},
    ]
    assert (entry.facts["minutes"], entry.facts["number"]) == (5, "1")


def test_moving_renumbers_a_draft(db: Session, draft: Meeting, add: Add) -> None:
    a, b, c = add("a"), add("b"), add("c")
    order.move_item(db, draft, c, "up", by=SYSTEM)
    order.move_item(db, draft, b, "in", by=SYSTEM)
    assert drawn(db, draft) == ["1 a", "2 c", "  2.1 b"]
    order.move_item(db, draft, b, "out", by=SYSTEM)
    order.place_item(db, draft, b, a.id, by=SYSTEM)
    assert drawn(db, draft) == ["1 b", "2 a", "3 c"]
    with pytest.raises(Refused):
        order.move_item(db, draft, b, "up", by=SYSTEM)
    order.place_item(db, draft, b, a.id, by=SYSTEM)
    assert kinds(db, draft.id).count("item.moved") == 4


def test_a_draft_item_is_removed_with_what_is_under_it(db: Session, draft: Meeting, add: Add) -> None:
    a, b = add("a"), add("b")
    under = add("b.1", under=b.id)
    deeper = add("b.1.1", under=under.id)
    add("c")
    file = Attachment(id="f", item_id=deeper.id, name="x", size=1, pages=1, sha256="", added_at=clock.now())
    db.add(file)
    db.flush()
    db.expire(deeper)
    assert actions.remove_item(db, draft, b, by=SYSTEM) == ["f"]
    assert drawn(db, draft) == ["1 a", "2 c"]
    assert db.scalars(select(AgendaText.title).order_by(AgendaText.title)).all() == ["a", "c"]
    assert kinds(db, draft.id)[-3:] == ["item.removed"] * 3
    assert a.number == "1"


def test_an_item_that_something_belongs_to_is_not_removed(db: Session, draft: Meeting, add: Add) -> None:
    item = add("a")
    person = make.participant(db, draft)
    db.add(
        Request(
            meeting_id=draft.id, item_id=item.id, participant_id=person.id, mode="remote", place=1,
            limit_s=180, asked_at=clock.now(), salt="00",
        )
    )  # fmt: skip
    db.flush()
    with pytest.raises(Refused):
        actions.remove_item(db, draft, item, by=SYSTEM)


def test_changing_an_item(db: Session, draft: Meeting, add: Add) -> None:
    item = add("a")
    before = stamp(item)
    both = Wanted("consent", (Words("en", "A", "More"), Words("es", "Á")), 10)
    actions.change_item(db, draft, item, both, by=SYSTEM)
    db.flush()
    assert (item.title, item.text("es").title, item.kind, item.minutes) == ("A", "Á", "consent", 10)
    assert stamp(item) != before
    actions.change_item(db, draft, item, wanted("A"), by=SYSTEM)
    db.flush()
    assert [text.lang for text in item.texts] == ["en"]
    count = len(kinds(db, draft.id))
    actions.change_item(db, draft, item, wanted("A"), by=SYSTEM)
    assert len(kinds(db, draft.id)) == count


def test_a_heading_has_nothing_above_or_under_it(db: Session, draft: Meeting, add: Add) -> None:
    a = add("a")
    under = add("a.1", under=a.id)
    for item in (a, under):
        with pytest.raises(Refused):
            actions.change_item(db, draft, item, wanted("x", "section"), by=SYSTEM)
    b = add("b")
    add("c")
    actions.change_item(db, draft, b, wanted("B", "section"), by=SYSTEM)
    assert drawn(db, draft) == ["1 a", "  1.1 a.1", "B", "2 c"]


def test_after_publication_numbers_stay(db: Session, draft: Meeting, add: Add) -> None:
    a, b, c = add("a"), add("b"), add("c")
    under = add("b.1", under=b.id)
    meeting_actions.publish_meeting(db, draft, by=SYSTEM)
    add("between", after=a.id)
    add("last")
    add("b.2", under=b.id)
    order.move_item(db, draft, c, "up", by=SYSTEM)
    assert drawn(db, draft) == ["1 a", "1a between", "3 c", "2 b", "  2.1 b.1", "  2.2 b.2", "4 last"]
    for item, how in ((c, "in"), (under, "out")):
        with pytest.raises(Refused):
            order.move_item(db, draft, item, how, by=SYSTEM)
    with pytest.raises(Refused):
        order.place_item(db, draft, under, a.id, by=SYSTEM)
    with pytest.raises(Refused):
        actions.remove_item(db, draft, a, by=SYSTEM)
    with pytest.raises(Refused):
        actions.change_item(db, draft, a, wanted("a", "section"), by=SYSTEM)
    assert changes(db, draft) == [
        ("added", "", "", "b.2"),
        ("added", "", "", "between"),
        ("added", "", "", "last"),
        ("moved", "", "1, 1a, 2, 3, 4", "1, 1a, 3, 2, 4"),
    ]
    assert queries.marks(db, draft.id)[c.id] == "changed"


def test_after_publication_changed_words_are_told(db: Session, draft: Meeting, add: Add) -> None:
    item = add("a")
    meeting_actions.publish_meeting(db, draft, by=SYSTEM)
    both = Wanted("item", (Words("en", "A"), Words("es", "Á")), 10)
    actions.change_item(db, draft, item, both, by=SYSTEM)
    assert changes(db, draft) == [
        ("changed", "minutes", "", "10"),
        ("changed", "title.en", "a", "A"),
        ("changed", "title.es", "", "Á"),
    ]
    assert len({each.at for each in queries.amendments(db, draft.id)}) == 1


def test_an_item_is_withdrawn_and_put_back(db: Session, draft: Meeting, add: Add) -> None:
    a = add("a")
    under = add("a.1", under=a.id)
    with pytest.raises(Refused):
        actions.withdraw_item(db, draft, a, by=SYSTEM, note="")
    meeting_actions.publish_meeting(db, draft, by=SYSTEM)
    actions.withdraw_item(db, draft, a, by=SYSTEM, note="Not ready.")
    assert (a.is_withdrawn, under.is_withdrawn) == (True, True)
    assert {each.note for each in queries.amendments(db, draft.id)} == {"Not ready."}
    with pytest.raises(Refused):
        actions.restore_item(db, draft, under, by=SYSTEM)
    with pytest.raises(Refused):
        add("under a withdrawn one", under=a.id)
    actions.restore_item(db, draft, a, by=SYSTEM)
    assert (a.is_withdrawn, under.is_withdrawn) == (False, False)
    assert kinds(db, draft.id)[-4:] == ["item.withdrawn"] * 2 + ["item.restored"] * 2
    assert drawn(db, draft) == ["1 a", "  1.1 a.1"]


def test_the_open_item_is_not_withdrawn(db: Session, draft: Meeting, add: Add) -> None:
    item = add("a")
    meeting_actions.publish_meeting(db, draft, by=SYSTEM)
    meeting_actions.open_meeting(db, draft, by=SYSTEM)
    meeting_actions.call_item(db, draft, item, by=SYSTEM)
    with pytest.raises(Refused):
        actions.withdraw_item(db, draft, item, by=SYSTEM, note="")


def test_when_it_is_over_items_stay_but_words_can_be_put_right(db: Session, draft: Meeting, add: Add) -> None:
    a, b = add("a"), add("b")
    for verb in ("publish", "open", "adjourn"):
        getattr(meeting_actions, f"{verb}_meeting")(db, draft, by=SYSTEM)
    actions.change_item(db, draft, a, wanted("A"), by=SYSTEM)
    assert a.title == "A"
    with pytest.raises(Refused):
        add("c")
    with pytest.raises(Refused):
        order.move_item(db, draft, b, "up", by=SYSTEM)
    with pytest.raises(Refused):
        actions.withdraw_item(db, draft, b, by=SYSTEM, note="")
    with pytest.raises(Refused):
        actions.restore_item(db, draft, b, by=SYSTEM)


def test_a_copy_has_the_agenda_with_fresh_numbers(db: Session, draft: Meeting, add: Add) -> None:
    add("Opening", kind="section")
    a, b = add("a"), add("b")
    add("b.1", under=b.id)
    meeting_actions.publish_meeting(db, draft, by=SYSTEM)
    actions.withdraw_item(db, draft, a, by=SYSTEM, note="")
    new = make.meeting(db, draft.body, state="draft", title="Next")
    actions.copy_agenda(db, draft, new, by=SYSTEM)
    assert drawn(db, new) == ["Opening", "1 b", "  1.1 b.1"]
    assert kinds(db, new.id) == ["meeting.drafted", *["item.added"] * 3, "meeting.copied"]
    assert drawn(db, draft) == ["Opening", "1 a", "2 b", "  2.1 b.1"]


def test_a_draft_in_another_language_puts_its_words_first(db: Session, draft: Meeting, add: Add) -> None:
    add("Opening")
    both = Wanted("item", (Words("en", "Bike lane"), Words("es", "Carril")))
    actions.add_item(db, draft, both, by=SYSTEM)
    draft.language = "es"
    actions.relabel_agenda(db, draft)
    first, second = queries.flat(queries.agenda(db, draft.id))
    assert [(text.lang, text.title) for text in first.texts] == [("es", "Opening")]
    assert [(text.lang, text.title) for text in second.texts] == [("es", "Carril"), ("en", "Bike lane")]
