"""QR codes for paper: one for each item and one for general comment, opening the page that asks to speak."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comments.place import GENERAL, place
from engage.doors import reads
from engage.language import LANGUAGES, N_, translate
from engage.qr import address, qr_svg
from engage.render import page
from meetings.desk import clerks
from meetings.models import SECTION, Meeting
from meetings.queries import agenda, flat

SCAN = N_("Scan to ask to speak")
KEPT_S = 3600
"""How long anybody may keep the file; it changes only with our own address."""


def ask_path(meeting_id: str, item_id: str) -> str:
    return f"/meetings/{meeting_id}/items/{item_id}/request"


@reads("public")
def code(request: Request, db: Session) -> Response:
    """The QR code of one item as a file."""
    meeting, item = place(request, db)
    svg = qr_svg(address(request, ask_path(meeting.id, item.id if item else GENERAL)))
    headers = {"Cache-Control": f"public, max-age={KEPT_S}", "Vary": "Host"}
    return Response(svg, media_type="image/svg+xml", headers=headers)


def scan_words(meeting: Meeting) -> list[tuple[str, str]]:
    """On paper in every language, the meeting's own first."""
    first = sorted(LANGUAGES, key=lambda lang: lang != meeting.language)
    return [(lang, translate(lang, SCAN)) for lang in first]


@reads("clerk")
def sheet(request: Request, db: Session) -> Response:
    """All codes of a meeting, to be printed and put on the wall."""
    meeting = clerks(request, db)
    items = [item for item in flat(agenda(db, meeting.id)) if item.kind != SECTION and not item.is_withdrawn]
    ids = [*(item.id for item in items), GENERAL]
    addresses = {each: address(request, ask_path(meeting.id, each)) for each in ids}
    return page(
        request, "comments/codes.html", meeting=meeting, items=[*items, None], general=GENERAL,
        addresses=addresses, codes={each: qr_svg(path) for each, path in addresses.items()},
        scan=scan_words(meeting),
    )  # fmt: skip


routes = [
    Route("/meetings/{meeting_id}/items/{item_id}/request.svg", code),
    Route("/clerk/meetings/{meeting_id}/codes", sheet),
]
