"""Calendar and news feeds: what a resident's calendar and feed reader ask for again and again."""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage import clock, language
from engage.doors import reads
from engage.language import N_
from engage.render import fragment
from meetings import queries
from meetings.live import changes_of
from meetings.models import CANCELLED, STATES, Amendment, Meeting

MOST_IN_CALENDAR = 1000
"""The latest; a calendar has no pages."""
MOST_NEWS = 50
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""

Translate = Callable[..., str]


def uid(meeting: Meeting) -> str:
    """The same in every feed for ever, whatever the address of the site."""
    return str(uuid5(NAMESPACE_OID, f"engage meeting {meeting.id}"))


def changed_at(meeting: Meeting, amendments: list[Amendment]) -> datetime:
    """When it was last published, opened, adjourned or amended."""
    moments = [
        meeting.published_at,
        meeting.opened_at,
        meeting.adjourned_at,
        *(each.at for each in amendments),
    ]
    return max((moment for moment in moments if moment), default=meeting.starts_at)


def event_of(meeting: Meeting, amendments: list[Amendment], base: str, _: Translate) -> Event:
    """SEQUENCE counts the amendments, so that it only grows; the length is unknown, so there is no end."""
    event = Event()
    event.add("uid", uid(meeting))
    event.add("dtstamp", changed_at(meeting, amendments))
    event.add("last-modified", changed_at(meeting, amendments))
    event.add("sequence", len(amendments))
    event.add("dtstart", meeting.starts_at.astimezone(ZoneInfo(meeting.zone)))
    event.add("summary", f"{meeting.body.name}: {meeting.title}", {"LANGUAGE": meeting.language})
    event.add("status", "CANCELLED" if meeting.state == CANCELLED else "CONFIRMED")
    event.add("url", f"{base}meetings/{meeting.id}")
    if meeting.place:
        event.add("location", meeting.place)
    event.add("description", "\n".join(description(meeting, base, _)))
    return event


def description(meeting: Meeting, base: str, _: Translate) -> list[str]:
    lines = [meeting.notice] if meeting.notice else []
    if meeting.conference_url:
        lines.append(_(N_("By video: %(address)s"), address=meeting.conference_url))
    if meeting.phone:
        code = f", {meeting.phone_code}" if meeting.phone_code else ""
        lines.append(_(N_("By telephone: %(number)s"), number=meeting.phone + code))
    if meeting.stream_url:
        lines.append(_(N_("To watch: %(address)s"), address=meeting.stream_url))
    return [*lines, _(N_("Agenda, and how to speak: %(address)s"), address=f"{base}meetings/{meeting.id}")]


def calendar(request: Request, db: Session, meetings: list[Meeting]) -> Response:
    lang = language.of_request(request)
    amendments = queries.amendments_of_all(db, [meeting.id for meeting in meetings])

    def translate(message: str, **values: object) -> str:
        return language.translate(lang, message, **values)

    made = Calendar()
    made.add("prodid", "-//Engage//Public meetings//EN")
    made.add("version", "2.0")
    name = translate(N_("Public meetings of %(city)s"), city=request.app.state.settings.city)
    made.add("name", name)
    made.add("x-wr-calname", name)
    for meeting in meetings:
        made.add_component(event_of(meeting, amendments[meeting.id], str(request.base_url), translate))
    if meetings:
        days = [meeting.starts_at.date() for meeting in meetings]
        made.add_missing_timezones(min(days).replace(month=1, day=1), max(days).replace(month=12, day=31))
    return answer(made.to_ical(), "text/calendar")


def answer(content: bytes | str, media_type: str) -> Response:
    headers = {"Cache-Control": "no-cache", "Vary": "Cookie, Accept-Language"}
    return Response(content, media_type=f"{media_type}; charset=utf-8", headers=headers)


@reads("public")
def all_meetings(request: Request, db: Session) -> Response:
    return calendar(request, db, queries.public_meetings(db, most=MOST_IN_CALENDAR))


@reads("public")
def one_meeting(request: Request, db: Session) -> Response:
    return calendar(request, db, [queries.public_meeting(db, request.path_params["meeting_id"])])


@reads("public")
def news(request: Request, db: Session) -> Response:
    """Meetings as Atom entries, what changed last on top."""
    meetings = queries.public_meetings(db, most=MOST_IN_CALENDAR)
    amendments = queries.amendments_of_all(db, [meeting.id for meeting in meetings])
    dated = [(changed_at(meeting, amendments[meeting.id]), meeting) for meeting in meetings]
    dated.sort(key=lambda pair: (pair[0], pair[1].id), reverse=True)
    entries = [
        (moment, meeting, uid(meeting), changes_of(db, meeting, amendments[meeting.id]))
        for moment, meeting in dated[:MOST_NEWS]
    ]
    xml = fragment(
        language.of_request(request),
        "meetings/news.xml",
        city=request.app.state.settings.city,
        base=str(request.base_url),
        feed_id=str(uuid5(NAMESPACE_OID, "engage news")),
        entries=entries,
        updated=dated[0][0] if dated else clock.now(),
        states=STATES,
    )
    return answer(NOT_XML.sub("", xml), "application/atom+xml")


routes = [
    Route("/meetings.ics", all_meetings),
    Route("/meetings.atom", news),
    Route("/meetings/{meeting_id}.ics", one_meeting),
]
