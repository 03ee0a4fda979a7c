"""The sound or picture of a recording: the file as it came, or the public's copy with silence in it."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from engage import language
from engage.doors import NotFound, database, open_to
from engage.language import N_
from engage.people import Account
from engage.render import page
from engage.settings import Settings
from transcripts import queries
from transcripts.models import Recording
from transcripts.withholding.rules import FAILED, PREPARING, copy_of, digest_of, public_media
from transcripts.withholding.sound import kind_of_copy, name_of_copy

CHECK_S = 1.0
"""How often an answer on its way asks whether it may go on."""
RETRY_S = 10


@dataclass(frozen=True)
class Part:
    """What somebody gets of a recording: a file, or none yet and the `state` that says why."""

    path: Path
    tag: str
    kind: str
    name: str
    is_played: bool
    state: str = ""


class NoLonger(Exception):
    """What is being sent has been withheld meanwhile."""


def part_for(
    db: Session, settings: Settings, recording_id: str, account: Account | None, version: str
) -> Part:
    """Staff get the file as it came, unless they ask for the public's `version`; the public never does while
    anything is withheld."""
    recording, meeting = queries.visible_recording(db, recording_id, account)
    spans = queries.gaps(db, recording.id)
    is_staff = account is not None and account.runs(meeting.body_id)
    digest = "" if is_staff and not version else digest_of(spans)
    path = copy_of(settings, recording.id, digest)
    if path.is_file():
        return _part(recording, path, digest)
    if not digest:
        raise NotFound
    state = public_media(recording, spans).state
    return _part(recording, path, digest, state=FAILED if state == FAILED else PREPARING)


def _part(recording: Recording, path: Path, digest: str, state: str = "") -> Part:
    return Part(
        path=path,
        tag=f'"{recording.sha256[:20]}-{digest}"',
        kind=kind_of_copy(recording.kind) if digest else recording.kind,
        name=name_of_copy(recording.name, recording.kind) if digest else recording.name,
        is_played=recording.is_playable,
        state=state,
    )


@open_to("public")
async def media(request: Request) -> Response:
    """A browser may ask for parts of it, and asks anew each time: what was public may not be so now."""
    db, settings, account = database(request), request.app.state.settings, request.state.account
    recording_id, version = request.path_params["recording_id"], request.query_params.get("v", "")

    def look(session: Session) -> Part:
        return part_for(session, settings, recording_id, account, version)

    part = await db.read(look)
    if part.state:
        return not_yet(request, part.state)
    headers = {"Cache-Control": "private, no-cache", "ETag": part.tag, "Vary": "Cookie"}
    if part.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return WatchedFile(
        part,
        headers,
        still=lambda: db.read(lambda session: is_still(session, look, part)),
    )


def is_still(db: Session, look: Callable[[Session], Part], part: Part) -> bool:
    try:
        return look(db) == part
    except NotFound:
        return False


class WatchedFile(FileResponse):
    """A file that is sent only while `still` says so: somebody may be hearing it just when it is withheld."""

    def __init__(self, part: Part, headers: Mapping[str, str], still: Callable[[], Awaitable[bool]]) -> None:
        super().__init__(
            part.path,
            media_type=part.kind,
            headers=headers,
            filename=part.name,
            content_disposition_type="inline" if part.is_played else "attachment",
        )
        self.still = still

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Broken off without an end, so that nobody takes what has come for the whole."""
        next_check = monotonic() + CHECK_S

        async def checked(message: Message) -> None:
            nonlocal next_check
            if message["type"] == "http.response.body" and monotonic() >= next_check:
                next_check = monotonic() + CHECK_S
                if not await self.still():
                    raise NoLonger
            await send(message)

        with suppress(NoLonger):
            await super().__call__(scope, receive, checked)


def not_yet(request: Request, state: str) -> Response:
    """A plain page; a player shows that it cannot play."""
    lang = language.of_request(request)
    heading, text = WORDS[state]
    response = page(
        request, "problem.html", status=503,
        heading=language.translate(lang, heading), text=language.translate(lang, text),
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    if state == PREPARING:
        response.headers["Retry-After"] = str(RETRY_S)
    return response


WORDS = {
    PREPARING: (
        N_("The recording is being prepared"),
        N_("A part of it is withheld from the public. It can be heard as soon as that part is silent."),
    ),
    FAILED: (
        N_("This recording cannot be heard"),
        N_("A part of it is withheld from the public, and no copy without that part could be made."),
    ),
}
routes = [Route("/recordings/{recording_id}/media", media)]
