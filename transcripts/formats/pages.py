"""The transcript as a file to take along, in each format: the text as it stands now, corrections included."""

import asyncio
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage import language
from engage.doors import NotFound, database, open_to, reads
from transcripts.formats.captions import as_srt, as_vtt
from transcripts.formats.cdp import as_cdp
from transcripts.formats.data import as_json
from transcripts.formats.docx import docx_of
from transcripts.formats.linked import as_jsonld
from transcripts.formats.pdf import pdf_of
from transcripts.formats.queries import written
from transcripts.formats.text import as_text
from transcripts.formats.written import Held, Written
from transcripts.pages import seen, tagged

FORMATS: dict[str, tuple[str, Callable[[Written], str]]] = {
    "cdp.json": ("application/json", as_cdp),
    "vtt": ("text/vtt; charset=utf-8", as_vtt),
    "srt": ("application/x-subrip; charset=utf-8", as_srt),
    "txt": ("text/plain; charset=utf-8", as_text),
    "json": ("application/json", as_json),
    "jsonld": ("application/ld+json", as_jsonld),
}
PAPERS: dict[str, tuple[str, Callable[[Written, Held], bytes]]] = {
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx_of),
    "pdf": ("application/pdf", pdf_of),
}
TAKEN_ALONG = ("srt", "txt", "cdp.json", "docx")
"""What a browser keeps as a file; it shows the others, or takes them as captions."""
VARY = {"Vary": "Cookie, Accept-Language"}
PRINTER = ThreadPoolExecutor(1, "transcript-printer")
"""One paper at a time: a four-hour meeting's PDF takes 3 s, and must not take the processor from a meeting
that is under way."""
KEPT = 8
_kept: dict[str, bytes] = {}
"""Papers by their tag: everyone asks for the same few."""


def found(request: Request, db: Session) -> Written:
    """The transcript of the URL's recording, in the reader's language; NotFound before there is one."""
    recording, meeting = seen(request, db)
    lang, city = language.of_request(request), request.app.state.settings.city
    made = written(db, recording, meeting, lang=lang, city=city, base=str(request.base_url))
    if made is None:
        raise NotFound
    return made


def in_format(suffix: str) -> Callable[[Request, Session], Response]:
    kind, write = FORMATS[suffix]

    def handler(request: Request, db: Session) -> Response:
        return tagged(request, write(found(request, db)), kind, headers_of(request, suffix))

    return handler


def headers_of(request: Request, suffix: str) -> dict[str, str]:
    name = f"transcript-{request.path_params['recording_id']}.{suffix}"
    if suffix in TAKEN_ALONG:
        return VARY | {"Content-Disposition": f'attachment; filename="{name}"'}
    return VARY | ({"Content-Disposition": f'inline; filename="{name}"'} if suffix in PAPERS else {})


def on_paper(suffix: str) -> Callable[..., object]:
    kind, make = PAPERS[suffix]

    async def handler(request: Request) -> Response:
        """Gathered in a reader thread, made by the printer unless it was made before. The tag is of what it
        is made from: the file itself bears the time of its making."""
        made_from = await database(request).read(lambda db: found(request, db))
        tag = hashlib.sha256(f"{suffix} {made_from!r}".encode()).hexdigest()[:20]
        headers = headers_of(request, suffix) | {"ETag": f'W/"{tag}"', "Cache-Control": "no-cache"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        paper = await asyncio.get_running_loop().run_in_executor(PRINTER, _made, tag, made_from, make)
        return Response(paper, media_type=kind, headers=headers)

    return open_to("public")(handler)


def _made(tag: str, made_from: Written, make: Callable[[Written, Held], bytes]) -> bytes:
    """In the printer's one thread, so that a second reader waits for the first one's paper."""
    assert made_from.held, "a recording belongs to a meeting"
    if tag not in _kept:
        while len(_kept) >= KEPT:
            del _kept[next(iter(_kept))]
        _kept[tag] = make(made_from, made_from.held)
    return _kept[tag]


AT = "/recordings/{recording_id}"
routes = [
    *(Route(f"{AT}.{suffix}", reads("public")(in_format(suffix))) for suffix in FORMATS),
    *(Route(f"{AT}.{suffix}", on_paper(suffix)) for suffix in PAPERS),
]
