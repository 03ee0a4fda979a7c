"""What a meeting's state allows, and how a clerk's times, addresses and numbers are read."""

import hashlib
import json
from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from engage.people import Account
from meetings.models import ADJOURNED, CANCELLED, DRAFT, OPEN, PUBLISHED, RECESS

NEXT_STATES = {
    DRAFT: {PUBLISHED},
    PUBLISHED: {OPEN, CANCELLED},
    OPEN: {RECESS, ADJOURNED},
    RECESS: {OPEN, ADJOURNED},
    ADJOURNED: set[str](),
    CANCELLED: set[str](),
}
YEARS = range(1900, 2200)
"""Of a meeting; outside them a typing error is the likelier reading."""


def may_become(state: str, wanted: str) -> bool:
    """A meeting is published, opened, perhaps recessed and reconvened, and adjourned; or cancelled before."""
    return wanted in NEXT_STATES[state]


def may_be_edited(state: str) -> bool:
    """Words and files may be put right even after adjournment; a cancelled meeting stays as it was."""
    return state != CANCELLED


def may_be_rearranged(state: str) -> bool:
    """Items may be added, moved, withdrawn and restored until the meeting is over."""
    return state in (DRAFT, PUBLISHED, OPEN, RECESS)


def may_choose_sound(state: str, *, carries_sound: bool) -> bool:
    """Until the meeting opens. While it runs sound may still be turned on, never off: it is recorded."""
    return state in (DRAFT, PUBLISHED) or (state in (OPEN, RECESS) and not carries_sound)


def may_create_bodies(account: Account) -> bool:
    """Administrators and clerks of all bodies; not the clerk of one."""
    return any(role.name in ("admin", "clerk") and role.body_id is None for role in account.roles)


def is_zone(name: str) -> bool:
    """A name of the IANA time zone database."""
    return name in available_timezones()


def is_web_address(text: str) -> bool:
    """An http or https address with a host: the only kind that is made a link."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        return False


def moments_of(typed: str, zone: str) -> list[datetime]:
    """The moments, in UTC, at which a clock on this zone's wall shows YYYY-MM-DDTHH:MM.

    None when the clock jumps over it in spring, two when it is put back in autumn. ValueError when the text
    is no date and time, or its year is not within YEARS.
    """
    wall = datetime.fromisoformat(typed.strip().replace(" ", "T"))
    if wall.tzinfo is not None or wall.year not in YEARS:
        raise ValueError(typed)
    there = ZoneInfo(zone)
    found = (wall.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
    shown = [moment for moment in found if moment.astimezone(there).replace(tzinfo=None) == wall]
    return sorted(set(shown))


def wall_time(moment: datetime, zone: str) -> str:
    """The other way: YYYY-MM-DDTHH:MM as the zone's clocks show it."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def seconds_of(typed: str) -> int | None:
    """A length typed as minutes ("3") or minutes and seconds ("1:30"); None when it is neither."""
    minutes, colon, seconds = typed.strip().partition(":")
    parts = [minutes, seconds] if colon else [minutes, "0"]
    if not all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts) or int(parts[1]) > 59:
        return None
    return int(parts[0]) * 60 + int(parts[1])


def minutes_of(seconds: int) -> str:
    """As it is typed: 3:00."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def fingerprint(*values: object) -> str:
    """The same for the same values: a form carries that of what was shown, against overwriting unseen."""
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, default=str).encode()).hexdigest()[:16]
