"""The documents of an agenda item: attached by the clerk, read by everyone once the meeting is public."""

import asyncio
from pathlib import Path

from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from engage.db import new_id
from engage.doors import NotFound, back, database, new_form, open_to, reads, staff, write, writes
from engage.forms import Form
from engage.people import Refused
from engage.render import page
from engage.settings import Settings
from engage.space import sync, why_not
from meetings.agenda import attachments, queries
from meetings.agenda.attachments import Document
from meetings.agenda.clerk import meeting_and_item
from meetings.agenda.pdf import count_pages
from meetings.agenda.upload import LARGEST, MIB, NotTaken, take_upload
from meetings.desk import clerks
from meetings.models import AgendaItem, Attachment, Meeting
from meetings.queries import public_meeting
from meetings.rules import may_be_edited


@reads("public")
def read(request: Request, db: Session) -> Response:
    """Shown in the browser. NotFound for a draft's file as for another meeting's."""
    meeting = public_meeting(db, request.path_params["meeting_id"])
    return answer(request, queries.attachment(db, meeting, request.path_params["file_id"]))


@reads("clerk")
def read_as_clerk(request: Request, db: Session) -> Response:
    return answer(request, queries.attachment(db, clerks(request, db), request.path_params["file_id"]))


def answer(request: Request, file: Attachment) -> Response:
    path = attachments.path_of(request.app.state.settings, file.id)
    if not path.is_file():
        raise NotFound
    return FileResponse(
        path,
        media_type="application/pdf",
        filename=file.name,
        content_disposition_type="inline",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"},
    )


@reads("clerk")
def ask(request: Request, db: Session) -> Response:
    meeting, item = meeting_and_item(request, db)
    return show(request, meeting, item, new_form(request))


def show(request: Request, meeting: Meeting, item: AgendaItem, form: Form, status: int = 200) -> Response:
    return page(
        request, "meetings/agenda/files.html", status=status, meeting=meeting, item=item, form=form,
        most=LARGEST // MIB, may_edit=may_be_edited(meeting.state),
    )  # fmt: skip


@open_to("clerk")
async def attach(request: Request) -> Response:
    """The file comes in, is checked and put in its place before the writer hears of it, or is gone."""
    settings: Settings = request.app.state.settings
    meeting, item = await database(request).read(lambda db: meeting_and_item(request, db))
    file_id = new_id()
    target = attachments.path_of(settings, file_id)
    part = target.with_suffix(".part")
    kept = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        upload = await take_upload(request.stream(), request.headers.get("content-type", ""), part)
        pages = await asyncio.to_thread(check_and_place, part, target)
        document = Document(file_id, upload.name, upload.size, pages, upload.digest.hexdigest())
        kept = await write(request, lambda db: keep(request, db, document))
    except OSError as error:
        status, message = why_not(error)
        return not_taken(request, meeting, item, NotTaken(message, status=status))
    except (NotTaken, Refused) as refusal:
        return not_taken(request, meeting, item, refusal)
    finally:
        for path in (part,) if kept == file_id else (part, target):
            path.unlink(missing_ok=True)
    return files_of(meeting, item)


def not_taken(request: Request, meeting: Meeting, item: AgendaItem, refusal: NotTaken | Refused) -> Response:
    form = new_form(request)
    form.say("file", refusal.message, **refusal.values)
    return show(request, meeting, item, form, refusal.status if isinstance(refusal, NotTaken) else 422)


def check_and_place(part: Path, target: Path) -> int:
    """On disk for good under its own name; answers with its pages. Raises NotTaken for what is no PDF."""
    pages = count_pages(part)
    sync(part)
    part.replace(target)
    sync(target.parent)
    return pages


def keep(request: Request, db: Session, document: Document) -> str:
    """The id under which the item has the document now: an older one's if it was sent twice."""
    meeting, item = meeting_and_item(request, db)
    by = staff(request).actor
    return attachments.attach_document(db, meeting, item, document, by=by).id


@writes("clerk")
def detach(request: Request, db: Session, form: Form) -> Response:
    meeting, item = meeting_and_item(request, db)
    file = queries.attachment(db, meeting, request.path_params["file_id"])
    attachments.remove_document(db, meeting, file, by=staff(request).actor)
    response = files_of(meeting, item)
    response.background = BackgroundTask(attachments.delete_files, request.app.state.settings, [file.id])
    return response


def files_of(meeting: Meeting, item: AgendaItem) -> Response:
    return back(f"/clerk/meetings/{meeting.id}/agenda/{item.id}/files")


AT = "/clerk/meetings/{meeting_id}/agenda/{item_id}/files"
routes = [
    Route("/meetings/{meeting_id}/files/{file_id}", read),
    Route("/clerk/meetings/{meeting_id}/files/{file_id}", read_as_clerk),
    Route(AT, ask),
    Route(AT, attach, methods=["POST"]),
    Route(f"{AT}/{{file_id}}/removal", detach, methods=["POST"]),
]
