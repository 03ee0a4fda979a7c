"""Languages: which one a page is in, its messages, and how dates and numbers are written in it."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import dates, negotiate_locale
from babel.support import NullTranslations, Translations
from starlette.requests import HTTPConnection

LANGUAGES = {"en": "English", "es": "Español"}
DEFAULT = "en"
COOKIE = "lang"
FOLDER = Path(__file__).parent / "locale"


def N_(message: str) -> str:
    """Mark a sentence for the catalogues; it is translated when it is shown."""
    return message


@cache
def translations(lang: str) -> NullTranslations:
    if lang == DEFAULT:
        return NullTranslations()
    return Translations.load(FOLDER, [lang], "messages")


def translate(lang: str, message: str, **values: object) -> str:
    text = translations(lang).gettext(message)
    return text % values if values else text


def of_request(request: HTTPConnection) -> str:
    """?lang=, then the cookie, then Accept-Language, then English."""
    for asked in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return asked
    header = request.headers.get("accept-language", "")
    wanted = [part.split(";")[0].strip() for part in header.split(",") if part.strip()]
    return negotiate_locale(wanted, list(LANGUAGES), sep="-") or DEFAULT


def long_date(moment: datetime, lang: str, zone: str) -> str:
    """Monday, November 23, 2026"""
    return dates.format_date(_in(moment, zone), "full", locale=_locale(lang))


def short_date(moment: datetime, lang: str, zone: str) -> str:
    return dates.format_date(_in(moment, zone), "medium", locale=_locale(lang))


def month_day(moment: datetime, lang: str, zone: str) -> tuple[str, str]:
    """("Nov", "23"), for the date block of a card."""
    there = _in(moment, zone)
    return dates.format_date(there, "LLL", locale=_locale(lang)), str(there.day)


def time_of_day(moment: datetime, lang: str, zone: str, *, named: bool = False) -> str:
    """7:41 PM, in the meeting's own zone; `named` adds the zone's short name."""
    there = _in(moment, zone)
    text = dates.format_time(there, "short", locale=_locale(lang)).replace("\u202f", "\u00a0")
    return f"{text} {dates.get_timezone_name(there, 'short', locale=_locale(lang))}" if named else text


def time_to_the_second(moment: datetime, lang: str, zone: str) -> str:
    """7:41:05 PM, in the meeting's own zone."""
    return dates.format_time(_in(moment, zone), "medium", locale=_locale(lang)).replace("\u202f", "\u00a0")


def hms(ms: int) -> str:
    """A place in a recording: 4:51, and 1:04:51 from an hour on."""
    hours, rest = divmod(ms // 1000, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def duration(seconds: float, lang: str) -> str:
    """About so many minutes, in words."""
    return dates.format_timedelta(timedelta(seconds=seconds), granularity="minute", locale=_locale(lang))


def _in(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def _locale(lang: str) -> str:
    return {"en": "en_US", "es": "es_US"}[lang]
