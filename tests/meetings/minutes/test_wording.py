"""The minutes in words: each kind of block, and the whole."""

import json
from datetime import date

import pytest

from meetings.minutes.blocks import written
from meetings.minutes.document import Attendance, Minutes, Roll, Section
from meetings.minutes.doings import (
    Ballots,
    Block,
    Called,
    ClosedSession,
    Comments,
    Decision,
    Disruption,
    Event,
    Line,
    Motion,
    Poll,
    Recess,
    Speaker,
    Speakers,
    Summary,
    Words,
)
from meetings.minutes.keeping import packed, unpacked
from meetings.minutes.paper import Facts, Lines, Paragraph, Table
from meetings.minutes.paper import Line as Written
from meetings.minutes.pen import Pen
from meetings.minutes.wording import put_in_words
from tests.make import EPOCH, MINUTE

ZONE = "America/Los_Angeles"
PEN = Pen("en", ZONE, EPOCH)
TEN = EPOCH
HALF_PAST = EPOCH + 30 * MINUTE


def said(block: Block) -> list[object]:
    return list(written(block, PEN))


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        (Called(TEN), "The item was called at 10:00\u00a0AM."),
        (Called(TEN, is_again=True), "The item was taken up again at 10:00\u00a0AM."),
        (Recess(TEN, HALF_PAST), "Recess from 10:00\u00a0AM to 10:30\u00a0AM."),
        (Recess(TEN, None), "Recess from 10:00\u00a0AM on."),
        (Recess(TEN, TEN + 15 * 60 * MINUTE), "Recess from 10:00\u00a0AM to Nov 24, 2026, 1:00\u00a0AM."),
        (Event(TEN, "%(name)s left at %(time)s", (("name", "Ana"),)), "Ana left at 10:00\u00a0AM"),
        (Event(TEN, "Reason: %(why)s", (), (("why", "Noise"),)), "Reason: Noise"),
        (
            Comments((("Supports", 2), ("Opposes", 0), ("Neutral", 1))),
            "Written comments received: 3 (Supports 2, Neutral 1).",
        ),
        (
            Decision(4, None, "Moved, not yet seconded", None),
            "Motion 4 was not decided.",
        ),
        (Decision(4, TEN, "Withdrawn", None), "Motion 4: Withdrawn, at 10:00\u00a0AM."),
    ],
)  # fmt: skip
def test_what_needs_one_sentence(block: Block, sentence: str) -> None:
    assert said(block) == [Paragraph(sentence)]


def test_a_summary_has_its_paragraphs_and_its_language() -> None:
    assert said(Summary(Words("Uno\ny medio.\n\nDos.", "es"))) == [
        Paragraph("Uno y medio.", "es"),
        Paragraph("Dos.", "es"),
    ]


def test_speakers_without_positions_have_no_column_for_them() -> None:
    people = (Speaker("", "In the room", "", "", 125), Speaker("Ana", "Remote", "", "Point of order", 9))
    assert said(Speakers(1, 0, people)) == [
        Table(
            "Public comment: 1 spoke in the room, 0 remotely",
            ("Speaker", "Where", "Minutes spoken"),
            (
                ("A person without a name", "In the room", "2:05"),
                ("Ana (Point of order)", "Remote", "0:09"),
            ),
        )
    ]


def test_a_motion_and_its_vote() -> None:
    motion = Motion(2, "Amendment", Words("Strike it.", "en"), 1, "Ana", "Sam")
    ballots = Ballots("by roll call", (("Ana", "Aye"), ("Sam", "Nay")), (("Aye", 1), ("Nay", 1)), "Majority")
    assert said(motion) == [
        Paragraph("Motion 2 (Amendment, on motion 1), moved by Ana, seconded by Sam:"),
        Paragraph("Strike it.", "en", is_quote=True),
    ]
    assert said(Decision(2, TEN, "Failed", Words("Strike all.", "en"), ballots)) == [
        Paragraph("Motion 2 as amended:"),
        Paragraph("Strike all.", "en", is_quote=True),
        Paragraph("Motion 2, vote at 10:00\u00a0AM: Failed (Aye 1, Nay 1). Needed: Majority."),
        Table(
            "Vote on motion 2, 10:00\u00a0AM, by roll call",
            ("Member", "Vote"),
            (("Ana", "Aye"), ("Sam", "Nay")),
        ),
    ]


def test_a_closed_session_and_a_disruption() -> None:
    session = ClosedSession(
        TEN, HALF_PAST, "Personnel", "54957", (Line("7", Words("The manager", "en")),), Words("None.", "en")
    )
    assert said(session) == [
        Paragraph(
            "Closed session from 10:00\u00a0AM to 10:30\u00a0AM:"
            " Personnel (California Government Code 54957)."
        ),
        Lines((Written("7 The manager", "en"),)),
        Paragraph("Reported from the closed session:"),
        Paragraph("None.", "en", is_quote=True),
    ]
    disruption = Disruption(TEN, HALF_PAST, "Noise", (), "Order is restored", "The body found so.")
    assert said(disruption) == [
        Paragraph("Disruption from 10:00\u00a0AM to 10:30\u00a0AM (30 minutes): Noise. Order is restored."),
        Paragraph("The body found so."),
    ]


def test_a_poll_of_choices_and_one_of_texts() -> None:
    question = Words("¿Cuándo?", "es")
    assert said(Poll(question, "Everyone", 3, (("Lunes", 2), ("Viernes", 1)), "People", mean="4.5")) == [
        Paragraph("Poll among: Everyone. Answers: 3."),
        Table("¿Cuándo?", ("Answer", "People"), (("Lunes", "2"), ("Viernes", "1")), lang="es"),
        Paragraph("Mean: 4.5"),
    ]
    assert said(Poll(question, "Everyone", 3, (), "People")) == [
        Paragraph("Question to: Everyone. Answers in words: 3."),
        Paragraph("¿Cuándo?", "es", is_quote=True),
    ]


def minutes(**over: object) -> Minutes:
    facts: dict[str, object] = {
        "city": "Alder Bay",
        "body": "City Council",
        "title": Words("Regular meeting", "en"),
        "kind": "Regular meeting",
        "starts_at": TEN,
        "zone": ZONE,
        "place": "Council Chamber\n12 Main St",
        "remote": ("Telephone",),
        "state": "Approved minutes",
        "approved_on": date(2026, 12, 8),
        "opened_at": TEN,
        "adjourned_at": HALF_PAST,
        "roll": Roll(TEN, 2, 3, 2),
        "members": (Attendance("Ana", "Mayor", True, "Present", ((HALF_PAST, "Absent"),)),),
        "opening": (),
        "sections": (
            Section("i", "1", Words("Bike lane", "en"), (Called(TEN),)),
            Section("general", "", None, ()),
        ),
    }
    return Minutes(**facts | over)  # type: ignore[arg-type]


def test_the_whole_in_its_parts() -> None:
    paper = put_in_words(
        minutes(remark=Words("Late.", "en"), not_taken_up=(Line("2", Words("Fees", "en")),)), "en"
    )
    assert [(part.title, part.anchor, part.is_item) for part in paper.parts] == [
        ("The meeting", "meeting", False),
        ("Remark", "remark", False),
        ("Attendance", "attendance", False),
        ("Call to order", "opening", False),
        ("1 Bike lane", "i", True),
        ("General public comment", "general", False),
        ("Not taken up", "not-taken-up", False),
        ("Adjournment", "adjournment", False),
    ]
    assert (paper.name, paper.state) == (
        "Minutes: City Council, Regular meeting, Nov 23, 2026",
        "Approved minutes, approved on December 8, 2026",
    )


def test_heading_and_attendance() -> None:
    heading, attendance = (part.blocks for part in put_in_words(minutes(), "en").parts[:2])
    assert heading == (
        Facts(
            (
                ("Body", "City Council"),
                ("Kind", "Regular meeting"),
                ("Announced for", "Monday, November 23, 2026, 10:00\u00a0AM PST"),
                ("Place", "Council Chamber, 12 Main St"),
                ("Taking part remotely", "Telephone"),
                ("Called to order", "10:00\u00a0AM"),
                ("Adjourned", "10:30\u00a0AM"),
            )
        ),
    )
    assert attendance == (
        Paragraph("The roll was called at 10:00\u00a0AM: 2 of 3 seats present. Quorum: 2."),
        Table(
            "Members",
            ("Member", "Seat", "At the roll call", "Later"),
            (("Ana", "Mayor, chair", "Present", "10:30\u00a0AM: Absent"),),
        ),
    )


def test_spanish_words_dates_and_times() -> None:
    paper = put_in_words(minutes(), "es")
    (facts,) = paper.parts[0].blocks
    assert isinstance(facts, Facts)
    assert facts.rows[2][1] == "lunes, 23 de noviembre de 2026, 10:00\u00a0a.m. PST"
    assert facts.rows[3] == ("Lugar", "Council Chamber, 12 Main St")


def test_a_sentence_that_ends_in_a_spanish_time_ends_once() -> None:
    assert Pen("es", ZONE, TEN).say("Opened at %(time)s. Then %(time)s.", time="10:00 a.m.") == (
        "Opened at 10:00 a.m. Then 10:00 a.m."
    )
    assert PEN.say("To the 7 p.m...") == "To the 7 p.m..."


def test_kept_minutes_come_back_as_they_were() -> None:
    paper = put_in_words(
        minutes(not_taken_up=(Line("2", Words("Fees", "en"), Event(TEN, "withdrawn")),)), "en"
    )
    assert unpacked(json.loads(packed(paper))) == paper
