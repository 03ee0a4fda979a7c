"""Calendar and news, as a resident's programs read them."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar
from sqlalchemy.orm import Session

from meetings import actions
from meetings.models import Meeting
from tests import make
from tests.make import SYSTEM, Cast

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def calendar(cast: Cast, url: str = "/meetings.ics", **headers: str) -> Any:
    answer = cast.resident(**headers).get(url)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content)


def write(cast: Cast, work: Callable[[Session], object]) -> None:
    cast.db.write_now(work)


def upcoming(cast: Cast, **over: object) -> str:
    """The id of a published meeting, in June, so that it is on summer time."""

    def publish(db: Session) -> str:
        body = db.get_one(type(cast.city.body), cast.city.body.id)
        details = {"starts_at": datetime(2027, 6, 8, 1, 30, tzinfo=UTC), "title": "Budget; first, reading"}
        return make.meeting(db, body, state="published", **details | over).id

    made: str = cast.db.write_now(publish)
    return made


def test_a_calendar_holds_all_public_meetings_with_their_zone(cast: Cast) -> None:
    upcoming(cast)
    made = calendar(cast)
    assert sorted(str(event["summary"]) for event in made.events) == [
        "City Council: Budget; first, reading",
        "City Council: Regular meeting",
    ]
    (event,) = [each for each in made.events if "Budget" in each["summary"]]
    start = event["dtstart"].dt
    assert start.isoformat() == "2027-06-07T18:30:00-07:00"
    assert [str(zone["tzid"]) for zone in made.timezones] == ["America/Los_Angeles"]
    assert b"DTSTART;TZID=America/Los_Angeles:20270607T183000" in made.to_ical()


def test_a_changed_event_keeps_its_uid_and_its_sequence_grows(cast: Cast) -> None:
    meeting_id = upcoming(cast)
    url = f"/meetings/{meeting_id}.ics"
    (before,) = calendar(cast, url).events

    def move(db: Session) -> None:
        meeting = db.get_one(Meeting, meeting_id)
        later = meeting.starts_at + timedelta(days=1)
        actions.move_meeting(db, meeting, by=SYSTEM, notice="The roof leaks.", starts_at=later)

    write(cast, move)
    (after,) = calendar(cast, url).events
    assert before["uid"] == after["uid"]
    assert (int(before["sequence"]), int(after["sequence"])) == (0, 1)
    assert after["dtstart"].dt - before["dtstart"].dt == timedelta(days=1)
    assert str(after["status"]) == "CONFIRMED"
    write(cast, lambda db: actions.cancel_meeting(db, db.get_one(Meeting, meeting_id), by=SYSTEM, notice="x"))
    (cancelled,) = calendar(cast, url).events
    assert (str(cancelled["status"]), int(cancelled["sequence"])) == ("CANCELLED", 2)
    assert cancelled["uid"] == before["uid"]


def test_an_event_tells_how_to_take_part_in_the_language_asked(cast: Cast) -> None:
    over = {"place": "Room 1\n100 Main Street", "conference_url": "https://v.example.org/1", "phone": "555"}
    meeting_id = upcoming(cast, **over)
    (event,) = calendar(cast, f"/meetings/{meeting_id}.ics?lang=en").events
    assert str(event["location"]) == "Room 1\n100 Main Street"
    assert str(event["description"]).split("\n") == [
        "By video: https://v.example.org/1",
        "By telephone: 555",
        f"Agenda, and how to speak: http://testserver/meetings/{meeting_id}",
    ]
    assert str(event["url"]) == f"http://testserver/meetings/{meeting_id}"


def test_a_draft_is_in_no_feed(cast: Cast) -> None:
    draft = cast.city.draft.id
    assert cast.anyone.get(f"/meetings/{draft}.ics").status_code == 404
    assert cast.anyone.get("/meetings/unknown.ics").status_code == 404
    assert "Not public yet" not in cast.anyone.get("/meetings.ics").text
    assert "Not public yet" not in cast.anyone.get("/meetings.atom").text


def atom(cast: Cast, url: str = "/meetings.atom") -> ET.Element:
    answer = cast.anyone.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "application/atom+xml; charset=utf-8",
    )
    return ET.fromstring(answer.content)


def text(element: ET.Element, path: str) -> str:
    found = element.find(path, ATOM)
    assert found is not None and found.text is not None
    return found.text


def test_news_names_what_changed_last_first(cast: Cast) -> None:
    meeting_id = upcoming(cast, title="<Fees> & fines")
    first = atom(cast)
    assert [text(entry, "a:title") for entry in first.findall("a:entry", ATOM)] == [
        "City Council: <Fees> & fines (Upcoming)",
        "City Council: Regular meeting (Live now)",
    ]
    open_id = cast.city.meeting.id
    write(
        cast, lambda db: actions.change_meeting(db, db.get_one(Meeting, open_id), by=SYSTEM, title="Special")
    )
    second = atom(cast)
    entry = second.find("a:entry", ATOM)
    assert entry is not None
    assert text(entry, "a:title") == "City Council: Special (Live now)"
    assert "Changed (Title)" in text(entry, "a:content")
    assert text(second, "a:updated") == text(entry, "a:updated") > text(first, "a:updated")
    ids = {text(each, "a:id") for each in second.findall("a:entry", ATOM)}
    assert ids == {text(each, "a:id") for each in first.findall("a:entry", ATOM)}
    assert any(each.get("href") == f"http://testserver/meetings/{meeting_id}" for each in second.iter())


def test_news_is_xml_whatever_a_title_holds(cast: Cast) -> None:
    upcoming(cast, title="A\ufffeB \x0b]]> \U0001f600 مرحبا")
    titles = [text(entry, "a:title") for entry in atom(cast).findall("a:entry", ATOM)]
    assert "City Council: AB ]]> \U0001f600 مرحبا (Upcoming)" in titles


def test_an_empty_city_has_feeds(cast: Cast) -> None:
    def cancel_all(db: Session) -> None:
        db.get_one(Meeting, cast.city.meeting.id).state = "draft"

    write(cast, cancel_all)
    assert atom(cast).findall("a:entry", ATOM) == []
    assert calendar(cast).events == []


def test_feeds_speak_spanish_when_asked(cast: Cast) -> None:
    meeting_id = upcoming(cast, phone="555")
    root = atom(cast, "/meetings.atom?lang=es")
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "es"
    contents = [text(entry, "a:content") for entry in root.findall("a:entry", ATOM)]
    assert [content for content in contents if content.startswith("lunes, 7 de junio de 2027")] != []
    english, spanish = (
        calendar(cast, f"/meetings/{meeting_id}.ics?lang={lang}").events[0] for lang in ("en", "es")
    )
    assert english["uid"] == spanish["uid"]
    assert english["description"] != spanish["description"]
