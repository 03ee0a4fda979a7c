"""A seat as its form has it: read field by field, and filled in from a member."""

from collections.abc import Collection
from datetime import date

from engage.forms import Form
from engage.language import N_
from meetings.members.actions import Seat
from meetings.members.models import Member
from meetings.members.rules import read_day
from meetings.models import CAST, OF_FULL, OF_PRESENT, TWO_THIRDS, TWO_THIRDS_FULL, UNANIMOUS

LONGEST = 120
EXPLAINED = {
    CAST: N_("More ayes than nays. Abstentions are not counted."),
    OF_PRESENT: N_("More than half of those who are present and not recused; an abstention counts as a nay."),
    OF_FULL: N_("More than half of all seats; whoever does not vote aye counts as a nay."),
    TWO_THIRDS: N_("At least twice as many ayes as nays. Abstentions are not counted."),
    TWO_THIRDS_FULL: N_("Ayes from at least two thirds of all seats."),
    UNANIMOUS: N_("Everyone who is present and not recused votes aye."),
}
"""How each majority of a body is counted, in plain words."""


def read_seat(form: Form, accounts: Collection[str]) -> Seat | None:
    """None when something is wrong; then the form says what."""
    since, until = _day(form, "since"), _day(form, "until")
    if since and until and until < since:
        form.say("until", N_("The last day cannot be before the first."))
    seat = Seat(
        name=form.text("name", most=LONGEST, needed=True),
        seat=form.text("seat", most=LONGEST),
        since=since,
        until=until,
        is_chair=form.ticked("chair"),
        is_voting=form.ticked("voting"),
        account_id=form.choice("account", accounts, needed=False) or None,
    )
    return None if form.is_wrong else seat


def read_last_day(form: Form) -> date | None:
    last = _day(form, "until")
    if last is None:
        form.say("until", N_("Please fill this in."))
    return last


def _day(form: Form, name: str) -> date | None:
    try:
        return read_day(form.value(name))
    except ValueError:
        form.say(name, N_("Please give a day, such as 2026-11-30."))
        return None


def values_of(member: Member) -> dict[str, str]:
    return {
        "name": member.name,
        "seat": member.seat,
        "since": member.since.isoformat() if member.since else "",
        "until": member.until.isoformat() if member.until else "",
        "chair": "yes" if member.is_chair else "",
        "voting": "yes" if member.is_voting else "",
        "account": member.account_id or "",
    }
