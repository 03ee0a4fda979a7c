"""The clerk's kiosks: made here, their link shown once, ended here."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comments.kiosk import actions
from comments.kiosk.queries import kiosk_of, running_kiosks
from engage.doors import back, new_form, reads, staff, writes
from engage.forms import Form
from engage.qr import address, qr_svg
from engage.render import page
from meetings.desk import clerks
from meetings.models import Meeting


def kiosk_page(request: Request, db: Session, meeting: Meeting, **link: Any) -> Response:
    shown = {"link": "", "qr": ""} | link
    form, kiosks = new_form(request), running_kiosks(db, meeting.id)
    return page(request, "comments/kiosk/clerk.html", meeting=meeting, form=form, kiosks=kiosks, **shown)


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    meeting = clerks(request, db)
    return kiosk_page(request, db, meeting)


@writes("clerk")
def make(request: Request, db: Session, form: Form) -> Response:
    """Answered with the link itself, not with a way to it: nobody can ask for it again."""
    meeting = clerks(request, db)
    token = actions.make_kiosk(db, meeting, by=staff(request))
    link = address(request, f"/kiosk/{token}")
    return kiosk_page(request, db, meeting, link=link, qr=qr_svg(link))


@writes("clerk")
def end(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    kiosk = kiosk_of(db, meeting.id, request.path_params["kiosk_id"])
    actions.end_kiosk(db, kiosk, by=staff(request).actor)
    return back(f"/clerk/meetings/{meeting.id}/kiosk")


AT = "/clerk/meetings/{meeting_id}/kiosk"
routes = [
    Route(AT, show),
    Route(AT, make, methods=["POST"]),
    Route(f"{AT}/{{kiosk_id}}/end", end, methods=["POST"]),
]
