"""The clerk's page of recordings: upload, the work on them, and whether the public has them."""

import asyncio
from pathlib import Path

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.db import new_id
from engage.doors import back, database, new_form, open_to, reads, staff, write, writes
from engage.forms import Form
from engage.language import LANGUAGES
from engage.render import page
from engage.settings import Settings
from meetings.desk import clerks
from meetings.floor.pending import pending
from meetings.models import Meeting
from meetings.queries import clerks_meeting
from transcripts import actions, live, queries, rules, uploads
from transcripts.actions import Stored
from transcripts.audio import Media, NotAudio
from transcripts.fetching.addresses import allowed_by
from transcripts.fetching.queries import fetches_of
from transcripts.heartbeat import is_running
from transcripts.models import RUNNING, STANDINGS, STATES, Recording
from transcripts.probing import look_into
from transcripts.uploads import Incoming, NotTaken
from transcripts.withholding.rules import public_media
from transcripts.work import heard_so_far

UNKNOWN = Media(duration_ms=None, has_sound=False, has_picture=False, kind="application/octet-stream")
"""What is no recording is kept as it came; why it cannot be written down is said by its transcription."""


def meeting_and_recording(request: Request, db: Session) -> tuple[Meeting, Recording]:
    meeting = clerks(request, db)
    return meeting, queries.recording_of(db, meeting.id, request.path_params["recording_id"])


def list_of(meeting: Meeting, recording_id: str = "") -> Response:
    anchor = f"#recording-{recording_id}" if recording_id else ""
    return back(f"/clerk/meetings/{meeting.id}/recordings{anchor}")


@reads("clerk")
def index(request: Request, db: Session) -> Response:
    return list_page(request, db, new_form(request))


def list_page(
    request: Request, db: Session, form: Form, *, status: int = 200, fetch_form: Form | None = None
) -> Response:
    """`form` is that of the upload, `fetch_form` that of an address."""
    meeting = clerks(request, db)
    recordings = queries.recordings(db, meeting.id)
    spans = queries.withheld(db, [each.id for each in recordings])
    return page(
        request, "transcripts/recordings.html", status=status, meeting=meeting, form=form,
        recordings=recordings, states=STATES, spans=spans,
        work={each.id: live.progress(each) for each in recordings},
        heard={each.id: heard(db, each) for each in recordings},
        sounds={each.id: public_media(each, spans[each.id]) for each in recordings},
        standings=queries.standings(db, recordings), standing_words=STANDINGS,
        limit=request.app.state.settings.upload_limit,
        too_large=uploads.too_large(request.app.state.settings.upload_limit),
        fetches=fetches_of(db, meeting.id), fetch_form=fetch_form or Form(),
        fetched_from=sorted(allowed_by(request.app.state.settings)),
        already=request.query_params.get("already", ""),
        is_worker_running=is_running(request.app.state.settings.run),
        pending=pending(request.app.state.settings, meeting),
    )  # fmt: skip


def heard(db: Session, recording: Recording) -> list[tuple[int, str]]:
    """The latest sentences of what is being written down, each with its start."""
    job = recording.transcription
    return heard_so_far(db, recording.id) if job and job.state == RUNNING else []


@open_to("clerk")
async def add(request: Request) -> Response:
    """Takes the file while it comes in. Only what cannot be stored is refused; what is odd about it is told
    by its transcription."""
    db, settings = database(request), request.app.state.settings
    meeting_id = request.path_params["meeting_id"]
    await db.read(lambda session: clerks_meeting(session, meeting_id, staff(request)))
    try:
        recording_id, is_new = await take_in(request, settings)
    except NotTaken as refusal:
        form, status = new_form(request), refusal.status
        form.say("file", refusal.message, **refusal.values)
        return await db.read(lambda session: list_page(request, session, form, status=status))
    already = "" if is_new else f"?already={recording_id}"
    return back(f"/clerk/meetings/{meeting_id}/recordings{already}#recording-{recording_id}")


async def take_in(request: Request, settings: Settings) -> tuple[str, bool]:
    """The new recording's id; or that of the one that is the same file, and False."""
    recording_id, by = new_id(), staff(request)
    path = rules.file_of(settings, recording_id)
    async with uploads.incoming(path) as file:
        sent = await uploads.receive(request, file, limit=settings.upload_limit)
        await asyncio.to_thread(file.complete)
        media = await asyncio.to_thread(media_of, file.path)
        language = sent.fields.get("language", "")

        def work(db: Session) -> tuple[str, bool]:
            meeting = clerks_meeting(db, request.path_params["meeting_id"], by)
            if same := queries.same_file(db, meeting.id, file.sha256):
                return same.id, False
            stored = stored_file(file, sent.file_name, media)
            actions.add_recording(
                db, meeting, stored, language=language if language in LANGUAGES else None, by=by.actor,
                publishes_itself="publishes_itself" in sent.fields,
            )  # fmt: skip
            file.keep()
            return recording_id, True

        return await write(request, work)


def stored_file(file: Incoming, name: str, media: Media) -> Stored:
    return Stored(
        id=file.path.name,
        name=uploads.tidy_name(name),
        size=file.size,
        sha256=file.sha256,
        kind=media.kind,
        duration_ms=media.duration_ms,
        has_picture=media.has_picture,
        made_at=media.made_at,
    )


def media_of(path: Path) -> Media:
    try:
        return look_into(path)
    except (NotAudio, OSError):
        return UNKNOWN


@reads("clerk")
def work(request: Request, db: Session) -> Response:
    """How far it is, alone: a page that shows it asks again and again until it has ended."""
    meeting, recording = meeting_and_recording(request, db)
    return page(
        request, "transcripts/_work.html", meeting=meeting, one=recording, states=STATES,
        work=live.progress(recording), heard=heard(db, recording), form=new_form(request),
        is_worker_running=is_running(request.app.state.settings.run),
    )  # fmt: skip


@writes("clerk")
def retry(request: Request, db: Session, form: Form) -> Response:
    meeting, recording = meeting_and_recording(request, db)
    actions.retry_transcription(db, recording, by=staff(request).actor)
    return list_of(meeting, recording.id)


@writes("clerk")
def transcribe(request: Request, db: Session, form: Form) -> Response:
    """Written down anew, in the language that the clerk says."""
    meeting, recording = meeting_and_recording(request, db)
    language = form.choice("language", LANGUAGES, needed=False) or None
    actions.queue_transcription(db, recording, language=language, by=staff(request).actor)
    return list_of(meeting, recording.id)


AT = "/clerk/meetings/{meeting_id}/recordings"
ONE = f"{AT}/{{recording_id}}"
routes = [
    Route(AT, index),
    Route(AT, add, methods=["POST"]),
    Route(f"{ONE}/work", work),
    Route(f"{ONE}/retry", retry, methods=["POST"]),
    Route(f"{ONE}/transcription", transcribe, methods=["POST"]),
]
