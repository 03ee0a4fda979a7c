"""What everyone sees of a meeting and of what was changed in it."""

from sqlalchemy.orm import Session

from engage.push.panels import Panel
from meetings import actions, live
from meetings.agenda import actions as agenda_actions
from meetings.agenda.actions import Wanted, Words
from meetings.models import Meeting
from tests import make
from tests.make import SYSTEM

PANELS = {panel.name: panel for panel in live.panels}


def panel(db: Session, name: str, meeting: Meeting, lang: str = "en") -> str:
    shown: Panel = PANELS[name]
    db.flush()
    return " ".join(shown.html(db, meeting.id, lang).split())


def published(db: Session) -> Meeting:
    return make.meeting(db, make.body(db), state="published", starts_at=make.EPOCH, place="Room 1")


def test_an_unchanged_meeting_says_nothing_of_changes(db: Session) -> None:
    meeting = published(db)
    assert panel(db, "changes", meeting) == '<div id="panel-changes" class="panel" data-panel></div>'
    assert "Changed since publication" not in panel(db, "status", meeting)


def test_a_move_shows_before_and_now_in_the_zone(db: Session) -> None:
    meeting = published(db)
    later = make.EPOCH + 60 * make.MINUTE
    actions.move_meeting(db, meeting, by=SYSTEM, notice="The roof leaks.", starts_at=later, place="Room 2")
    shown = panel(db, "changes", meeting)
    assert shown.count('class="card"') == 1
    for words in ("10:00 AM PST", "11:00 AM PST", "Room 1", "Room 2", "The roof leaks."):
        assert shown.count(words) == 1, words
    assert "See what changed" in panel(db, "status", meeting)


def test_fields_changed_at_once_stand_together(db: Session) -> None:
    meeting = published(db)
    item = agenda_actions.add_item(db, meeting, Wanted("item", (Words("en", "Bike lane"),)), by=SYSTEM)
    both = Wanted("consent", (Words("en", "Bike lane"), Words("es", "<Carril>")), 5)
    agenda_actions.change_item(db, meeting, item, both, by=SYSTEM)
    shown = panel(db, "changes", meeting)
    assert shown.count('class="card"') == 2
    assert f'<a href="#item-{item.id}">Item 1</a>: Changed' in shown
    assert "&lt;Carril&gt;" in shown
    for label in ("Title (Español), now", "Planned minutes, now", "Kind, before", "Consent calendar"):
        assert label in shown


def test_how_to_join_is_gone_when_it_is_over(db: Session) -> None:
    meeting = published(db)
    assert "Room 1" in panel(db, "join", meeting)
    actions.cancel_meeting(db, meeting, by=SYSTEM, notice="No quorum.")
    assert panel(db, "join", meeting) == '<div id="panel-join" class="panel" data-panel></div>'
    assert "No quorum." in panel(db, "status", meeting)
    assert "Add to calendar" not in panel(db, "status", meeting)


def test_every_touched_panel_is_one_of_the_room() -> None:
    names = {name for touched in live.touches.values() for name in touched}
    assert names == {*PANELS, "agenda"}
