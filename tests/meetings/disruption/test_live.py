"""What everyone sees while the meeting is held up; the page and the push show the same."""

import pytest
from sqlalchemy.orm import Session

from engage import clock
from engage.push.panels import Panel
from engage.room import PANELS, joined_touches
from meetings import actions as meeting_actions
from meetings.disruption import actions, live, recesses
from meetings.models import Meeting
from tests.make import EPOCH, MINUTE, SYSTEM, Cast, body, item, meeting

STATUS: Panel = next(panel for panel in PANELS if panel.name == "status")


@pytest.fixture
def of(db: Session) -> Meeting:
    return meeting(db, body(db), starts_at=EPOCH)


def status(db: Session, of: Meeting, lang: str = "en") -> str:
    db.flush()
    return " ".join(STATUS.html(db, of.id, lang).split()).replace("\xa0", " ")


def clock_of(html: str) -> str:
    return html.split("data-clock ", 1)[1].split("</time>", 1)[0]


def test_nothing_is_said_while_the_meeting_goes_on(db: Session, of: Meeting) -> None:
    shown = status(db, of)
    assert '<div role="status" id="held-up"> </div>' in shown
    assert "notice" not in shown
    assert '<span class="badge badge-live">Live now</span>' in shown


def test_a_recess_says_when_the_meeting_resumes(db: Session, of: Meeting) -> None:
    with clock.set_to(EPOCH):
        meeting_actions.recess_meeting(db, of, by=SYSTEM, minutes=15)
    with clock.set_to(EPOCH + 5 * MINUTE):
        shown = status(db, of)
    assert '<span class="badge badge-recess">In recess</span>' in shown
    assert "Since 10:00 AM. The meeting resumes at about 10:15 AM." in shown
    started = clock.ms(EPOCH)
    assert clock_of(shown) == (
        f'data-started="{started}" data-elapsed="0" data-limit="900000" data-running="true">10:00'
    )
    assert "until the meeting resumes</span>" in shown
    with clock.set_to(EPOCH + 16 * MINUTE):
        assert clock_of(status(db, of)).endswith(">+1:00")
        assert "The planned time has passed</span>" in status(db, of)


def test_a_recess_without_a_length_has_no_timer(db: Session, of: Meeting) -> None:
    meeting_actions.recess_meeting(db, of, by=SYSTEM)
    shown = status(db, of)
    assert "The meeting is in recess" in shown
    assert ("data-clock" in shown, "resumes" in shown) == (False, False)


def test_a_closed_session_says_why_and_about_what(db: Session, of: Meeting) -> None:
    pay = item(db, of, "Pay of the <crew>", place=4)
    with clock.set_to(EPOCH):
        session = recesses.close_session(db, of, "labor", by=SYSTEM, items=[pay])
        shown = status(db, of)
    assert '<span class="badge badge-recess">In closed session</span>' in shown
    assert "The body meets in closed session" in shown
    assert "Reason: Negotiations with employees (California Government Code 54957.6)." in shown
    assert f'On item 4: <a href="#item-{pay.id}" lang="en" dir="auto">Pay of the &lt;crew&gt;</a>' in shown
    assert "in recess</p>" not in shown
    with clock.set_to(EPOCH + 30 * MINUTE):
        recesses.reopen_session(db, of, session, by=SYSTEM, report="No action was <taken>.")
    shown = status(db, of)
    assert "Report from the closed session, 10:00 AM to 10:30 AM" in shown
    assert "<p>No action was &lt;taken&gt;.</p>" in shown
    assert "meets in closed session" not in shown


def test_a_disruption_says_what_it_is_and_what_is_done_but_not_the_notes(db: Session, of: Meeting) -> None:
    with clock.set_to(EPOCH):
        one = actions.declare_disruption(db, of, "technical", by=SYSTEM)
        actions.take_step(db, of, one, "reconnected", by=SYSTEM, note="A note for the minutes.")
        shown = status(db, of)
    assert '<span class="badge badge-recess">Interrupted</span>' in shown
    assert "Since 10:00 AM. Reason: Technical failure of remote access." in shown
    assert "The meeting may go on at 11:00 AM, or earlier when access or order is restored." in shown
    assert clock_of(shown).endswith('data-limit="3600000" data-running="true">60:00')
    assert shown.count("Tried to reconnect") == 1
    assert "A note for the minutes." not in shown
    with clock.set_to(EPOCH + 61 * MINUTE):
        assert "The hour has passed: the meeting may go on</span>" in status(db, of)


def test_a_locked_room_says_what_stays_open(db: Session, of: Meeting) -> None:
    actions.lock_room(db, of, by=SYSTEM)
    assert "Nobody new can ask to speak" in status(db, of)
    assert "Watching, written comments and surveys stay open." in status(db, of)
    actions.unlock_room(db, of, by=SYSTEM)
    assert "Nobody new" not in status(db, of)


def test_a_meeting_that_is_over_is_not_locked(db: Session, of: Meeting) -> None:
    actions.lock_room(db, of, by=SYSTEM)
    meeting_actions.adjourn_meeting(db, of, by=SYSTEM)
    assert "Nobody new" not in status(db, of)


def test_the_page_holds_what_is_pushed(cast: Cast) -> None:
    with clock.set_to(EPOCH):

        def hold_up(db: Session) -> None:
            of = db.get_one(Meeting, cast.city.meeting.id)
            one = actions.declare_disruption(db, of, "noise", by=SYSTEM)
            actions.take_step(db, of, one, "warned", by=SYSTEM)
            recesses.close_session(db, of, "security", by=SYSTEM)
            actions.lock_room(db, of, by=SYSTEM)

        cast.db.write_now(hold_up)
        pushed = cast.read(lambda db: STATUS.html(db, cast.city.meeting.id, "en"))
        page = cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text
    assert pushed in page
    assert pushed.count('class="notice-title"') == 3


def test_every_entry_of_ours_reaches_the_status_and_the_agenda() -> None:
    touches = joined_touches()
    assert {kind: "status" in touches[kind] for kind in live.touches} == dict.fromkeys(live.touches, True)
    changes_requests = set(live.touches) - {"disruption.step_taken"}
    assert [kind for kind in sorted(changes_requests) if "agenda" not in touches[kind]] == []
