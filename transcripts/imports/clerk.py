"""The clerk's page on which a transcript that was made elsewhere is read in for a recording."""

import asyncio
import hashlib
from typing import NamedTuple

from python_multipart.exceptions import FormParserError
from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import back, database, new_form, open_to, reads, staff, write
from engage.forms import LONGEST, Form
from engage.language import LANGUAGES, N_
from engage.multipart import FormWithFile
from engage.people import Refused
from engage.render import page
from meetings.desk import clerks
from meetings.models import Meeting
from transcripts import queries
from transcripts.imports.actions import expect_free, import_transcript
from transcripts.imports.reading import TOO_LARGE, read_transcript
from transcripts.imports.spoken import LARGEST, NotATranscript, Transcript
from transcripts.models import Recording

BROKEN_OFF = N_("The file did not arrive completely. Please send it again.")


class Sent(NamedTuple):
    """What came with the form, and the file as it was read."""

    form: Form
    sha256: str
    read: Transcript | None


def meeting_and_recording(request: Request, db: Session) -> tuple[Meeting, Recording]:
    meeting = clerks(request, db)
    return meeting, queries.recording_of(db, meeting.id, request.path_params["recording_id"])


@reads("clerk")
def ask(request: Request, db: Session) -> Response:
    meeting, _ = meeting_and_recording(request, db)
    return show(request, db, new_form(request, language=meeting.language))


def show(request: Request, db: Session, form: Form, *, status: int = 200) -> Response:
    """Says before anything is sent what stands against it."""
    meeting, recording = meeting_and_recording(request, db)
    try:
        expect_free(db, recording)
        refusal = ""
    except Refused as reason:
        refusal = reason.message
    number = [each.id for each in queries.recordings(db, meeting.id)].index(recording.id) + 1
    return page(
        request, "transcripts/import.html", status=status, form=form, meeting=meeting, one=recording,
        number=number, refusal=refusal,
    )  # fmt: skip


@open_to("clerk")
async def take(request: Request) -> Response:
    """The file is read while nobody waits for the store; its lines come in one transaction."""
    db = database(request)
    await db.read(lambda session: meeting_and_recording(request, session))
    form, sha256, read = await received(request)
    language = form.choice("language", LANGUAGES)
    if form.is_wrong or read is None:
        return await db.read(lambda session: show(request, session, form, status=422))

    def work(session: Session) -> str:
        meeting, recording = meeting_and_recording(request, session)
        import_transcript(session, recording, read, sha256=sha256, language=language, by=staff(request).actor)
        return f"/clerk/meetings/{meeting.id}/recordings#recording-{recording.id}"

    try:
        return back(await write(request, work))
    except Refused as refusal:
        form.say("", refusal.message, **refusal.values)
        return await db.read(lambda session: show(request, session, form, status=409))
    except NotATranscript as reason:
        form.say("file", reason.message, **reason.values)
        return await db.read(lambda session: show(request, session, form, status=422))


async def received(request: Request) -> Sent:
    """What is wrong with it is said in the form. Holds the file in memory, up to its limit."""
    form = new_form(request)
    try:
        sent = FormWithFile(request.headers.get("content-type"))
        data = await read_file(request, sent)
    except (ClientDisconnect, FormParserError):
        form.say("file", BROKEN_OFF)
        return Sent(form, "", None)
    form.values |= {name: value[:LONGEST] for name, value in sent.fields.items()}
    if len(data) > LARGEST:
        form.say("file", TOO_LARGE, size=LARGEST >> 20)
    elif not sent.is_whole:
        form.say("file", BROKEN_OFF)
    elif not sent.file_name:
        form.say("file", N_("Please choose a file."))
    else:
        return await asyncio.to_thread(read_sent, form, bytes(data))
    return Sent(form, "", None)


async def read_file(request: Request, sent: FormWithFile) -> bytearray:
    """Not more of it than tells that it is too large."""
    data = bytearray()
    async for chunk in request.stream():
        sent.write(chunk)
        data += b"".join(sent.data)
        sent.data = []
        if len(data) > LARGEST:
            break
    return data


def read_sent(form: Form, data: bytes) -> Sent:
    read = None
    try:
        read = read_transcript(data, has_names_first=form.ticked("names_first"))
    except NotATranscript as reason:
        form.say("file", reason.message, **reason.values)
    return Sent(form, hashlib.sha256(data).hexdigest(), read)


AT = "/clerk/meetings/{meeting_id}/recordings/{recording_id}/import"
routes = [Route(AT, ask), Route(AT, take, methods=["POST"])]
