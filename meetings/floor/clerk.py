"""The clerk's page of a meeting's microphones: places, links shown once, captions, tracks afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage import language
from engage.doors import back, new_form, reads, staff, writes
from engage.forms import Form
from engage.language import N_
from engage.people import Refused
from engage.qr import address, qr_svg
from engage.render import page
from meetings.desk import clerks
from meetings.floor import actions, live, queries
from meetings.floor.interpreting import language_names
from meetings.floor.models import CHAIR, FLOOR_CHANNEL, INTERPRETER, KINDS, MEMBER, STAFF, Place
from meetings.floor.pending import pending
from meetings.floor.seating import make_places_for_body
from meetings.floor.seats import names_of
from meetings.members.models import Member
from meetings.members.queries import members_of
from meetings.models import Meeting
from meetings.queries import meeting_day

LONGEST_NAME = 80


@dataclass(frozen=True)
class Link:
    """Of a place that was just made; nobody can ask for it again."""

    place: Place
    name: str
    url: str
    qr: Markup


def microphones_page(
    request: Request, db: Session, meeting: Meeting, form: Form, made: Sequence[Link] = (), status: int = 200
) -> Response:
    lang, places = language.of_request(request), queries.every_place_of(db, meeting.id)
    return page(
        request,
        "meetings/floor/microphones.html",
        status=status,
        meeting=meeting,
        form=form,
        made=made,
        kinds=KINDS,
        tongues=language_names(lang),
        members=members_of(db, meeting.body_id, meeting_day(meeting)),
        tracks=queries.tracks_of(db, meeting.id),
        pending=pending(request.app.state.settings, meeting),
        by_channel={each.channel: each for each in places},
        names=names_of(db, places),
        floor_channel=FLOOR_CHANNEL,
        **live.on_console(db, meeting, request.app.state.sound.report(meeting.id)),
    )


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    return microphones_page(request, db, clerks(request, db), new_form(request, kind=MEMBER))


@reads("clerk")
def joining(request: Request, db: Session) -> Response:
    """The sound of a meeting that is over, alone: the page asks again until it is joined."""
    meeting = clerks(request, db)
    waits = pending(request.app.state.settings, meeting)
    return page(request, "meetings/floor/_joining.html", meeting=meeting, pending=waits, has_come=not waits)


@writes("clerk")
def make(request: Request, db: Session, form: Form) -> Response:
    """Answered with the link itself, not with a way to it."""
    meeting = clerks(request, db)
    wanted = read_place(form, members_of(db, meeting.body_id, meeting_day(meeting)), request)
    if form.is_wrong:
        return microphones_page(request, db, meeting, form, status=422)
    try:
        made = actions.make_place(db, meeting, by=staff(request).actor, **wanted)
    except Refused as refusal:
        form.say("", refusal.message, **refusal.values)
        return microphones_page(request, db, meeting, form, status=409)
    return links_page(request, db, meeting, [made])


@writes("clerk")
def make_for_body(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    return links_page(request, db, meeting, make_places_for_body(db, meeting, by=staff(request).actor))


def links_page(
    request: Request, db: Session, meeting: Meeting, made: Sequence[tuple[Place, str]]
) -> Response:
    names = names_of(db, [place for place, _ in made])
    urls = [address(request, f"/microphone/{token}") for _, token in made]
    links = [
        Link(place, names[place.id], url, qr_svg(url)) for (place, _), url in zip(made, urls, strict=True)
    ]
    return microphones_page(request, db, meeting, new_form(request, kind=MEMBER), links)


def read_place(form: Form, members: Sequence[Member], request: Request) -> dict[str, Any]:
    """What each kind needs: a member who sits there, a name, a language."""
    kind = form.choice("kind", KINDS)
    chosen = form.choice("member", [each.id for each in members], needed=False)
    if kind == MEMBER and not chosen:
        form.say("member", N_("Please choose who sits there."))
    spoken = form.choice("language", language_names(language.of_request(request)), needed=kind == INTERPRETER)
    name = form.text("name", most=LONGEST_NAME, needed=kind == STAFF)
    member = next((each for each in members if each.id == chosen and kind in (CHAIR, MEMBER)), None)
    return {"kind": kind, "member": member, "name": "" if member else name, "language": spoken}


@writes("clerk")
def end(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    place = queries.place_of(db, meeting.id, request.path_params["place_id"])
    actions.end_place(db, place, by=staff(request).actor)
    return to_microphones(meeting)


@writes("clerk")
def choose_captions(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    wanted = form.value("wanted") == "yes"
    actions.choose_captions(db, meeting, wanted=wanted, by=staff(request).actor)
    return to_microphones(meeting)


def to_microphones(meeting: Meeting) -> Response:
    return back(f"/clerk/meetings/{meeting.id}/microphones")


AT = "/clerk/meetings/{meeting_id}/microphones"
routes = [
    Route(AT, show),
    Route(AT, make, methods=["POST"]),
    Route(f"{AT}/joining", joining),
    Route(f"{AT}/body", make_for_body, methods=["POST"]),
    Route(f"{AT}/{{place_id}}/removal", end, methods=["POST"]),
    Route("/clerk/meetings/{meeting_id}/captions", choose_captions, methods=["POST"]),
]
