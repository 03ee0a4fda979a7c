"""The form of a meeting's details: its fields, and how they are read."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engage import clock
from engage.forms import Form
from engage.language import LANGUAGES, N_
from meetings.embedding import embeddable, origin_of
from meetings.models import KINDS, Body, Meeting
from meetings.rules import (
    fingerprint,
    is_web_address,
    is_zone,
    may_choose_sound,
    minutes_of,
    moments_of,
    seconds_of,
    wall_time,
)

NOT_ALLOWED = N_(
    "This address cannot be shown in the page yet. Whoever runs this server must first add %(origin)s to the "
    "setting ENGAGE_EMBEDS."
)
LONGEST_TITLE = 300
LONGEST_PLACE = 500
LONGEST_ADDRESS = 2000
SPEAKING_S = range(10, 3601)
"""Seconds that a speaker may be given."""

TIMES = ("starts_at", "comments_until")
CHANGEABLE = (
    "title", "kind", "conference_url", "phone", "phone_code", "stream_url", "embed_url",
    "embed_is_conference", "carries_sound", "speaking_s", "comments_until",
)  # fmt: skip
"""After publication; the time and the place are changed by moving the meeting, with a notice."""
HERE, ELSEWHERE = "here", "elsewhere"
"""What the form says of where the meeting is heard."""
BROADCAST, CONFERENCE = "broadcast", "conference"
"""What it says of what is shown in the page."""
DRAFTED = (*CHANGEABLE, "starts_at", "zone", "place", "language")


def values_in_form(meeting: Meeting) -> dict[str, str]:
    """Everything as it is typed: times on the zone's wall clock, speaking time in minutes."""
    values = {name: str(getattr(meeting, name) or "") for name in DRAFTED}
    moments = {name: getattr(meeting, name) for name in TIMES}
    times = {name: wall_time(moment, meeting.zone) for name, moment in moments.items() if moment}
    # A time that the clocks show twice is told apart, so that saving does not move the meeting by an hour.
    times |= {
        f"{name}_turn": str(moments_of(typed, meeting.zone).index(moments[name]) + 1)
        for name, typed in times.items()
        if len(moments_of(typed, meeting.zone)) > 1
    }
    heard = HERE if meeting.carries_sound else ELSEWHERE
    told = {"body": meeting.body_id, "carries_sound": heard, "speaking_s": minutes_of(meeting.speaking_s)}
    shown = CONFERENCE if meeting.embed_is_conference else BROADCAST
    return values | times | told | {"embed_is_conference": shown}


def values_of_next(former: Meeting) -> dict[str, str]:
    """After the pattern of a former meeting: the same weekday and time, in the next week to come."""
    zone = ZoneInfo(former.zone)
    weeks = max((clock.now() - former.starts_at).days // 7 + 1, 1)
    wall = former.starts_at.astimezone(zone).replace(tzinfo=None) + timedelta(weeks=weeks)
    values = values_in_form(former)
    kept = {name: value for name, value in values.items() if not name.startswith("comments_until")}
    return kept | {"starts_at": wall.strftime("%Y-%m-%dT%H:%M"), "from": former.id}


def stamp(meeting: Meeting) -> str:
    """What a form carries of the details that it showed."""
    return fingerprint([str(getattr(meeting, name)) for name in (*DRAFTED, "body_id")])


def read_draft(form: Form, bodies: list[Body]) -> dict[str, Any]:
    """All details, as columns of Meeting with its body; some are missing when the form is wrong."""
    zone = read_zone(form)
    chosen = form.choice("body", [body.id for body in bodies])
    return read_changeable(form, zone) | read_time_and_place(form, zone) | {
        "body": next((body for body in bodies if body.id == chosen), None),
        "language": form.choice("language", LANGUAGES),
    }  # fmt: skip


def read_changeable(form: Form, zone: str) -> dict[str, Any]:
    return {
        "title": form.text("title", most=LONGEST_TITLE, needed=True),
        "kind": form.choice("kind", KINDS),
        "conference_url": read_address(form, "conference_url"),
        "phone": form.text("phone", most=100),
        "phone_code": form.text("phone_code", most=50),
        "stream_url": read_address(form, "stream_url"),
        "speaking_s": read_speaking_time(form),
        "comments_until": read_moment(form, "comments_until", zone, is_needed=False),
    }


def read_time_and_place(form: Form, zone: str) -> dict[str, Any]:
    return {
        "zone": zone,
        "starts_at": read_moment(form, "starts_at", zone),
        "place": form.text("place", most=LONGEST_PLACE, lines=True),
    }


def read_sound(form: Form, meeting: Meeting | None) -> dict[str, bool]:
    """Where it is heard; as it was, where the form does not say. A meeting that runs is not silenced."""
    before = meeting is not None and meeting.carries_sound
    chosen = form.choice("carries_sound", (HERE, ELSEWHERE), needed=False)
    wanted = chosen == HERE if chosen else before
    if meeting and wanted != before and not may_choose_sound(meeting.state, carries_sound=before):
        form.say("carries_sound", N_("The meeting has begun: this can no longer be changed."))
    return {"carries_sound": wanted}


def read_embed(form: Form, meeting: Meeting | None, allowed: Collection[str]) -> dict[str, Any]:
    """What is shown in the page: only from the origins that the operator has `allowed`, or as it was."""
    address = read_address(form, "embed_url")
    if not address:
        return {"embed_url": "", "embed_is_conference": False}
    if not form.error("embed_url"):
        address = embeddable(address)
        origin, is_new = origin_of(address), meeting is None or address != meeting.embed_url
        if not origin:
            form.say("embed_url", N_("Please give a web address that begins with https://"))
        elif is_new and origin not in allowed:
            form.say("embed_url", NOT_ALLOWED, origin=origin)
    chosen = form.choice("embed_is_conference", (BROADCAST, CONFERENCE))
    return {"embed_url": address, "embed_is_conference": chosen == CONFERENCE}


def read_zone(form: Form) -> str:
    zone = form.text("zone", most=60, needed=True)
    if zone and not is_zone(zone):
        form.say("zone", N_("There is no time zone with this name. Please type one such as America/Denver."))
        return ""
    return zone


def read_moment(form: Form, name: str, zone: str, *, is_needed: bool = True) -> datetime | None:
    """A time on the zone's wall clock. One that it shows twice needs NAME_turn, 1 or 2.

    None without a zone, since nothing can be said of the time then.
    """
    typed = form.value(name).strip()
    if not zone or not (typed or is_needed):
        return None
    try:
        moments = moments_of(typed, zone)
    except (ValueError, OverflowError):
        form.say(name, N_("Please give a date and a time, such as 2026-11-30T18:30."))
        return None
    if not moments:
        form.say(name, N_("The clocks go forward on that day, and leave this time out."))
        return None
    turn = form.value(f"{name}_turn")
    if len(moments) == 1 or turn in ("1", "2"):
        return moments[-1] if turn == "2" else moments[0]
    form.values[f"{name}_turn"] = "0"
    form.say(name, N_("The clocks are put back on that day, and show this time twice. Which one is meant?"))
    return None


def read_address(form: Form, name: str) -> str:
    address = form.text(name, most=LONGEST_ADDRESS)
    if address and not is_web_address(address):
        form.say(name, N_("Please give a web address that begins with https://"))
    return address


def read_speaking_time(form: Form) -> int | None:
    seconds = seconds_of(form.value("speaking_s"))
    if seconds is None or seconds not in SPEAKING_S:
        form.say("speaking_s", N_("Please give minutes, or minutes and seconds such as 1:30; at most 60:00."))
        return None
    return seconds
