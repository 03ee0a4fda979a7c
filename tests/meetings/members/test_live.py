"""Attendance as everyone sees it, and at the clerk's console."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from engage.push.panels import Panel
from meetings import actions as meeting_actions
from meetings.members import attending, live
from meetings.members.queries import attendance, present_members
from meetings.models import Meeting
from tests import make
from tests.make import SYSTEM, Cast

PANEL: Panel = live.panels[0]
EMPTY = '<div id="panel-attendance" class="panel" data-panel></div>'


def shown(db: Session, meeting: Meeting) -> str:
    db.flush()
    return " ".join(PANEL.html(db, meeting.id, "en").split()).replace("\xa0", " ")


@pytest.fixture
def meeting(db: Session) -> Meeting:
    made = make.meeting(db, make.body(db))
    make.council(db, made.body)
    return made


def test_everyone_sees_who_is_here_after_the_roll_call(db: Session, meeting: Meeting) -> None:
    assert shown(db, meeting) == EMPTY
    make.roll(db, meeting, "present", "remote", "excused", "absent", "absent")
    html = shown(db, meeting)
    for words in ("No quorum", "2 of 5 present, 3 needed to decide", "Excused", "Present remotely"):
        assert words in html
    attending.note_changes(
        db, meeting, {attendance(db, meeting.id).attendees[4].member.id: "present"}, by=SYSTEM
    )
    assert "3 of 5 present" in shown(db, meeting)
    assert "No quorum" not in shown(db, meeting)


def test_afterwards_the_hours_stand_there(db: Session, meeting: Meeting) -> None:
    make.roll(db, meeting, "present", "remote", "excused")
    meeting_actions.adjourn_meeting(db, meeting, by=SYSTEM)
    html = shown(db, meeting)
    assert html.count("(remotely)") == 1
    assert ("Quorum" in html, "Excused" in html) == (False, True)


def test_who_steps_aside_is_said_with_the_reason(db: Session, meeting: Meeting) -> None:
    make.roll(db, meeting)
    make.recusal(db, meeting, present_members(db, meeting.id)[1], make.item(db, meeting))
    assert "<bdi>Sam Okafor</bdi>: steps aside on item 1: Another conflict of interest" in shown(db, meeting)


def fill(cast: Cast) -> list[str]:
    def work(db: Session) -> list[str]:
        return [member.id for member in make.council(db, db.merge(cast.city.body))]

    ids: list[str] = cast.db.write_now(work)
    return ids


def console(cast: Cast) -> str:
    page = cast.clerk.get(f"/clerk/meetings/{cast.city.meeting.id}/console")
    assert page.status_code == 200
    return " ".join(page.text.split())


def send_roll(cast: Cast, ids: list[str], *states: str, **more: str) -> Any:
    given = dict.fromkeys(ids, "present") | dict(zip(ids, states, strict=False))
    data = {f"state-{member}": state for member, state in given.items()} | more
    return cast.clerk.post(f"/clerk/meetings/{cast.city.meeting.id}/attendance", data=data)


def now(cast: Cast) -> Any:
    return cast.read(lambda db: attendance(db, cast.city.meeting.id))


def test_the_console_calls_the_roll_and_then_notes_changes(cast: Cast) -> None:
    assert "This body has no members yet." in console(cast)
    ids = fill(cast)
    html = console(cast)
    for marked in (f'id="roll-{ids[0]}-present"', f'name="state-{ids[4]}"', 'data-key="f"', 'id="roll-save"'):
        assert html.count(marked) in (1, 4), marked
    assert send_roll(cast, ids, "present", "remote", "absent", "absent", seen="0").status_code == 303
    assert [each.state for each in now(cast).attendees] == [
        "present",
        "remote",
        "absent",
        "absent",
        "present",
    ]
    assert "3 of 5 here, 3 needed" in console(cast)
    assert send_roll(cast, ids, "excused", "remote", "absent", "absent", seen="5").status_code == 303
    assert now(cast).last == 6
    assert "There is no quorum" in console(cast)
    late = send_roll(cast, ids, seen="5")
    assert (late.status_code, now(cast).last) == (409, 6)
    assert send_roll(cast, ids, seen="6", again="yes").status_code == 303
    book = cast.read(lambda db: make.kinds(db, cast.city.meeting.id))
    kinds = [kind for kind in book if kind.startswith("attendance.")]
    assert kinds == ["attendance.taken", "attendance.changed", "attendance.taken"]


def test_the_console_notes_who_steps_aside_and_takes_it_back(cast: Cast) -> None:
    ids = fill(cast)
    at = f"/clerk/meetings/{cast.city.meeting.id}"
    send_roll(cast, ids, seen="0")
    clerk = cast.clerk
    clerk.post(f"{at}/items/{cast.city.item.id}/call")
    assert 'id="recuse"' in console(cast)
    form = {"item": cast.city.item.id, "member": ids[1], "reason": "financial"}
    for wrong in ({"member": ""}, {"reason": "shy"}, {"item": ""}):
        assert clerk.post(f"{at}/recusals", data=form | wrong).status_code == 409
    assert clerk.post(f"{at}/recusals", data=form | {"member": "nobody"}).status_code == 404
    assert clerk.post(f"{at}/recusals", data=form).status_code == 303
    html = console(cast)
    assert "steps aside on item 1: Financial interest" in html
    recusal = html.split('id="return-', 1)[1].split('"', 1)[0]
    assert clerk.post(f"{at}/recusals/{recusal}/end").status_code == 303
    assert "steps aside on item 1: Financial interest" not in console(cast)


def test_the_pushed_panel_is_the_page_s_part(cast: Cast) -> None:
    ids = fill(cast)
    send_roll(cast, ids, "present", "remote", seen="0")
    page = cast.resident().get(f"/meetings/{cast.city.meeting.id}").text
    pushed = cast.read(lambda db: PANEL.html(db, cast.city.meeting.id, "en"))
    assert "Sam Okafor" in pushed
    assert pushed in page
