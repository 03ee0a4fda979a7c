"""The minutes for everyone, once they are published: as a page, as DOCX and as PDF."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage import language
from engage.doors import NotFound, database, open_to, reads
from engage.minutes.gathering import gather
from engage.render import page
from meetings.minutes.docx import docx_of
from meetings.minutes.paper import Paper
from meetings.minutes.pdf import pdf_of
from meetings.minutes.queries import approved_paper, minutes_state, state_of
from meetings.minutes.rules import are_public
from meetings.minutes.wording import put_in_words
from meetings.models import Meeting
from meetings.queries import meeting_day, public_meeting

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
PRINTER = ThreadPoolExecutor(1, "printer")
"""One file at a time: many readers at once must not take the processor from a meeting that is under way."""


def published(request: Request, db: Session) -> Meeting:
    """NotFound for minutes that the clerk has not published."""
    meeting = public_meeting(db, request.path_params["meeting_id"])
    if not are_public(meeting, state_of(minutes_state(db, meeting.id))):
        raise NotFound
    return meeting


def paper_of(request: Request, db: Session, meeting: Meeting, lang: str = "") -> Paper:
    """As it was approved, or as it stands now; in the reader's language unless another is given."""
    lang = lang or language.of_request(request)
    city = request.app.state.settings.city
    return approved_paper(db, meeting.id, lang) or put_in_words(gather(db, meeting, lang, city=city), lang)


@reads("public")
def show(request: Request, db: Session) -> Response:
    meeting = published(request, db)
    state = state_of(minutes_state(db, meeting.id))
    paper = paper_of(request, db, meeting)
    return page(request, "meetings/minutes/show.html", meeting=meeting, state=state, paper=paper)


Found = Callable[[Request, Session], Meeting]


async def file(request: Request, found: Found, make: Callable[[Paper], bytes], kind: str) -> Response:
    """Gathered in a reader thread, made by the printer: making takes up to a second."""

    def read(db: Session) -> tuple[Meeting, Paper]:
        meeting = found(request, db)
        return meeting, paper_of(request, db, meeting)

    meeting, paper = await database(request).read(read)
    made = await asyncio.get_running_loop().run_in_executor(PRINTER, make, paper)
    name = f"minutes-{meeting_day(meeting).isoformat()}.{'pdf' if kind == PDF else 'docx'}"
    headers = {
        "Content-Disposition": f'{"inline" if kind == PDF else "attachment"}; filename="{name}"',
        "Cache-Control": "no-store" if request.state.account else "no-cache",
        "Vary": "Cookie, Accept-Language",
    }
    return Response(made, media_type=kind, headers=headers)


@open_to("public")
async def show_docx(request: Request) -> Response:
    return await file(request, published, docx_of, DOCX)


@open_to("public")
async def show_pdf(request: Request) -> Response:
    return await file(request, published, pdf_of, PDF)


AT = "/meetings/{meeting_id}/minutes"
routes = [
    Route(AT, show),
    Route(f"{AT}.docx", show_docx),
    Route(f"{AT}.pdf", show_pdf),
]
