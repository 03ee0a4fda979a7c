"""Decisions as everyone sees them, before, during and after."""

import pytest
from sqlalchemy.orm import Session

from engage.push.panels import Panel
from engage.room import joined_touches
from meetings import actions as meeting_actions
from meetings.members.queries import present_members
from meetings.models import AgendaItem, Meeting
from meetings.motions import actions, consent, live, voting
from tests import make
from tests.make import SYSTEM, Cast

PANEL: Panel = live.panels[0]
EMPTY = '<div id="panel-decisions" class="panel" data-panel></div>'


@pytest.fixture
def meeting(db: Session) -> Meeting:
    made = make.meeting(db, make.body(db))
    make.council(db, made.body)
    make.roll(db, made, "present", "remote", "present", "present", "absent")
    return made


@pytest.fixture
def item(db: Session, meeting: Meeting) -> AgendaItem:
    return make.item(db, meeting)


def shown(db: Session, meeting: Meeting, lang: str = "en") -> str:
    db.flush()
    return " ".join(PANEL.html(db, meeting.id, lang).split())


def test_nothing_before_the_first_motion(db: Session, meeting: Meeting, item: AgendaItem) -> None:
    assert shown(db, meeting) == EMPTY


def test_a_motion_is_seen_from_the_moment_it_is_moved(
    db: Session, meeting: Meeting, item: AgendaItem
) -> None:
    motion = make.motion(db, meeting, item, state="moved", words="Build <it>.")
    html = shown(db, meeting)
    for words in (
        "Build &lt;it&gt;.",
        "Moved, not yet seconded",
        "Main motion, item 1.",
        "Moved by Ana Ruiz.",
    ):
        assert words in html, words
    actions.second_motion(db, meeting, motion, present_members(db, meeting.id)[1].id, by=SYSTEM)
    assert "Moved by Ana Ruiz, seconded by Sam Okafor." in shown(db, meeting)
    actions.open_vote(db, meeting, motion, by=SYSTEM)
    assert "Open for the vote" in shown(db, meeting)


def test_a_vote_says_who_voted_how_with_a_bar_of_the_same_numbers(
    db: Session, meeting: Meeting, item: AgendaItem
) -> None:
    make.vote(db, meeting, make.motion(db, meeting, item), "aye", "nay", "aye", "abstain")
    html = shown(db, meeting)
    assert "Carried, 2 to 1, abstaining: 1" in html
    rows = [row.split("</tr>")[0] for row in html.split('<tr><th scope="row">')[1:]]
    told = [
        (row.split("<")[0], row.split('rect width="')[1].split('"')[0], row.count("<bdi>")) for row in rows
    ]
    assert told == [("Aye", "40.0", 2), ("Nay", "20.0", 1), ("Abstain", "20.0", 1), ("Absent", "20.0", 1)]
    assert "<bdi>Ana Ruiz</bdi>, <bdi>Lin Marsh</bdi>" in rows[0]


def test_a_corrected_vote_says_what_it_was(db: Session, meeting: Meeting, item: AgendaItem) -> None:
    motion = make.motion(db, meeting, item)
    make.vote(db, meeting, motion, "aye", "nay", "nay", "nay")
    make.vote(db, meeting, motion, "aye", "aye", "aye", "aye")
    html = shown(db, meeting)
    assert "Carried, 4 to 0" in html
    assert "the vote was first recorded as 1 to 3." in html


def test_an_amended_motion_shows_both_wordings(db: Session, meeting: Meeting, item: AgendaItem) -> None:
    make.motion(db, meeting, item, state="seconded", words="Close Elm Street.")
    amendment = make.motion(db, meeting, item, kind="amendment", words="Add: at night.")
    make.vote(db, meeting, amendment)
    voting.give_wording(db, meeting, amendment, "Close Elm Street at night.", by=SYSTEM)
    html = shown(db, meeting)
    assert html.index("Close Elm Street at night.") < html.index("As moved, before it was amended")
    assert html.count("Close Elm Street.") == 1
    assert "Amendment of motion 1, item 1." in html


def test_the_consent_calendar_says_what_is_decided_together_and_what_alone(
    db: Session, meeting: Meeting, item: AgendaItem
) -> None:
    calendar = make.item(db, meeting, "Consent calendar", place=2, kind="consent")
    one, two = (
        make.item(db, meeting, title, place=n, parent_id=calendar.id) for n, title in [(1, "A"), (2, "B")]
    )
    consent.pull_item(db, meeting, one, "public", by=SYSTEM)
    assert "1 A</span> (asked for by A member of the public)" in shown(db, meeting)
    make.motion(db, meeting, calendar, kind="consent")
    html = shown(db, meeting)
    assert html.count('class="card"') == 1
    assert f"Together: <span>{two.number} B</span>" in html


def test_the_latest_comes_first_while_it_runs_and_the_first_afterwards(
    db: Session, meeting: Meeting, item: AgendaItem
) -> None:
    for words in ("First words.", "Second words."):
        make.vote(db, meeting, make.motion(db, meeting, item, words=words))
    html = shown(db, meeting)
    assert html.index("Second words.") < html.index("First words.")
    meeting_actions.adjourn_meeting(db, meeting, by=SYSTEM)
    html = shown(db, meeting)
    assert html.index("First words.") < html.index("Second words.")


def test_the_pushed_panel_is_the_page_s_part(cast: Cast) -> None:
    def work(db: Session) -> None:
        meeting = db.merge(cast.city.meeting)
        make.council(db, meeting.body)
        make.roll(db, meeting)
        make.vote(db, meeting, make.motion(db, meeting, db.merge(cast.city.item)))

    cast.db.write_now(work)
    page = cast.resident().get(f"/meetings/{cast.city.meeting.id}").text
    pushed = cast.read(lambda db: PANEL.html(db, cast.city.meeting.id, "en"))
    assert "Carried, 5 to 0" in pushed
    assert pushed in page


def test_every_act_with_a_motion_is_pushed() -> None:
    touched = joined_touches()
    for kind in (*live.MOTION, *live.SETTLED):
        assert "decisions" in touched[kind], kind
    assert {"agenda", "decisions"} <= touched["item.pulled"]
