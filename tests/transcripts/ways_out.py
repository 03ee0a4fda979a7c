"""Every way by which something of a recording may come out to the public; for tests of what must not."""

import io
import time
import zipfile
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from starlette.routing import Route

from engage.app import create_app
from engage.index import Index
from engage.settings import Settings
from tests.make import Cast, kinds
from transcripts.models import Recording


def public_addresses() -> list[str]:
    """Every address of the app that anybody may ask for, with its parameters."""
    routes = [each for each in create_app(Settings()).routes if isinstance(each, Route)]
    asked = [each for each in routes if "GET" in (each.methods or ())]
    return sorted({each.path for each in asked if each.endpoint.access == "public"})  # type: ignore[attr-defined]


OF_RECORDINGS = [each for each in public_addresses() if "{recording_id}" in each]
OF_MEETINGS = [each for each in public_addresses() if "{" not in each.replace("{meeting_id}", "")]
SOUND = [each for each in OF_RECORDINGS if each.endswith("/media")]


def indexed(cast: Cast) -> None:
    """Wait for the app's own indexer to have read the meeting's book."""
    index: Index = cast.state.index
    book = cast.city.meeting.id
    deadline = time.monotonic() + 5
    while index.cursors().get(book) != len(cast.read(lambda db: kinds(db, book))):
        assert time.monotonic() < deadline, "the index did not catch up"
        time.sleep(0.02)


def answers(
    cast: Cast, made: Recording, *, word: str, clip: str = "from=0&to=700"
) -> Iterator[tuple[str, Any]]:
    """Each way with its answer; `word` is searched for, `clip` is the query of a clip."""
    client = cast.resident()
    for path in OF_RECORDINGS:
        query = f"?{clip}" if "/clip" in path else ""
        yield path, client.get(path.format(recording_id=made.id) + query)
    for path in OF_MEETINGS:
        yield path, client.get(path.format(meeting_id=cast.city.meeting.id))
    page = f"/meetings/{cast.city.meeting.id}"
    yield "in Spanish", client.get(f"{page}?lang=es")
    yield "a moment of it", client.get(f"{page}?at={made.id}.0")
    yield "search", client.get("/search", params={"q": word})


def pushed(cast: Cast) -> str:
    """Everything that a page gets which comes back with a cursor that nobody knows."""
    url = f"/meetings/{cast.city.meeting.id}/live?since=1-00000000"
    with cast.resident().websocket_connect(url, headers={"origin": "http://testserver"}) as socket:
        text: str = socket.receive_text()
    return text


def text_in(content: bytes) -> str:
    """All words of an answer, also of what is packed in it."""
    if content.startswith(b"PK"):
        packed = zipfile.ZipFile(io.BytesIO(content))
        return " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    if content.startswith(b"%PDF"):
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return content.decode("utf-8", "replace")
