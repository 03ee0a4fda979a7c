"""A recording comes in whole or leaves nothing, in constant memory, however large and however odd."""

import asyncio
import errno
import hashlib
import resource
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from python_multipart.exceptions import FormParserError
from sqlalchemy import select
from starlette.testclient import TestClient

from engage.multipart import FIELDS, FormWithFile
from engage.settings import Settings
from tests.make import Cast, in_a_loop, kinds
from transcripts import rules, uploads
from transcripts.models import Recording

MB = 1 << 20
CHUNK = bytes(range(256)) * 256
TYPE = 'multipart/form-data; boundary="b0"'
HEAD = b'--b0\r\nContent-Disposition: form-data; name="language"\r\n\r\nes\r\n'
FILE = b'--b0\r\nContent-Disposition: form-data; name="file"; filename="council.mp4"\r\n\r\n'
END = b"\r\n--b0--\r\n"
GONE = {"type": "http.disconnect"}

Body = Iterator[bytes]


def body(*pieces: bytes, repeat: int = 0) -> Body:
    yield HEAD + FILE
    yield from pieces
    for _ in range(repeat):
        yield CHUNK
    yield END


def where(cast: Cast) -> str:
    return f"/clerk/meetings/{cast.city.meeting.id}/recordings"


def send(client: TestClient, path: str, pieces: Body, **headers: str) -> tuple[int, str]:
    """Through the app piece by piece, never as a whole; the browser goes away where `pieces` ends in GONE."""
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    sent = {"host": "testserver", "content-type": TYPE, "cookie": cookie} | headers
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()],
        "http_version": "1.1", "scheme": "http", "server": ("testserver", 80), "client": ("test", 1),
    }  # fmt: skip
    answers: list[Any] = []

    async def receive() -> dict[str, Any]:
        piece = next(pieces, None)
        if piece == b"GONE":
            return GONE
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def answer(message: Any) -> None:
        answers.append(message)

    async def call() -> None:
        app: Callable[..., Awaitable[None]] = client.app
        await app(scope, receive, answer)

    assert client.portal
    client.portal.call(call)
    headers_back = {name.decode(): value.decode() for name, value in answers[0]["headers"]}
    text = b"".join(message.get("body", b"") for message in answers[1:]).decode()
    return answers[0]["status"], headers_back.get("location", text)


def files(settings: Settings) -> list[str]:
    folder = rules.folder(settings)
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def rows(cast: Cast) -> list[Recording]:
    found: list[Recording] = cast.read(lambda db: list(db.scalars(select(Recording))))
    return found


def test_a_large_file_is_stored_whole_in_constant_memory(cast: Cast, settings: Settings) -> None:
    clerk, count = cast.clerk, 100 * MB // len(CHUNK)
    tracemalloc.start()
    try:
        status, location = send(clerk, where(cast), body(repeat=count))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    [made] = rows(cast)
    assert (status, location) == (303, f"{where(cast)}#recording-{made.id}")
    assert peak < 10 * MB
    digest = hashlib.sha256()
    for _ in range(count):
        digest.update(CHUNK)
    assert (made.size, made.sha256, made.name) == (100 * MB, digest.hexdigest(), "council.mp4")
    assert files(settings) == [made.id]
    with rules.file_of(settings, made.id).open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == made.sha256


def test_the_fields_beside_the_file_are_read(cast: Cast) -> None:
    send(cast.clerk, where(cast), body(b"x"))
    [made] = rows(cast)
    assert made.transcription and made.transcription.asked_language == "es"


@pytest.mark.parametrize(
    "pieces",
    [
        [HEAD + FILE, CHUNK, CHUNK, b"GONE"],
        [HEAD + FILE, *[CHUNK] * 40, b"GONE"],
        [HEAD + FILE, CHUNK],
        [HEAD + FILE, CHUNK, END[:-4]],
        [b"no form at all"],
        [],
        [HEAD + FILE, CHUNK, b"\r\n" + FILE, CHUNK, END],
        [b"--b0\r\nContent-Disposition: form-data; name=x\r\n\r\n", b"x" * (FIELDS + 1), END],
    ],
    ids=["gone", "gone late", "short", "no end", "no form", "nothing", "two files", "long field"],
)
def test_what_does_not_arrive_whole_leaves_nothing(
    cast: Cast, settings: Settings, pieces: list[bytes]
) -> None:
    before = cast.read(lambda db: kinds(db, cast.city.meeting.id))
    status, text = send(cast.clerk, where(cast), iter(pieces))
    assert (status, "did not arrive completely" in text) == (422, True)
    assert (files(settings), rows(cast)) == ([], [])
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)) == before


def test_no_file_chosen_is_said_beside_the_field(cast: Cast, settings: Settings) -> None:
    nothing = b'--b0\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n'
    status, text = send(cast.clerk, where(cast), iter([HEAD + nothing + END]))
    assert (status, 'id="f-file-error"' in text, "Please choose a file." in text) == (422, True, True)
    assert files(settings) == []


@pytest.mark.parametrize("odd", [b"", b"just some text", b"\x00" * 1000], ids=["empty", "text", "zeros"])
def test_what_is_no_recording_is_kept_and_said_by_its_transcription(
    cast: Cast, settings: Settings, odd: bytes
) -> None:
    status, _ = send(cast.clerk, where(cast), body(odd))
    [made] = rows(cast)
    assert (status, made.kind, made.size) == (303, "application/octet-stream", len(odd))
    assert files(settings) == [made.id]


def test_the_same_file_twice_is_one_recording(cast: Cast, settings: Settings) -> None:
    clerk = cast.clerk
    send(clerk, where(cast), body(b"the same"))
    [made] = rows(cast)
    status, location = send(clerk, where(cast), body(b"the same"))
    assert (status, location) == (303, f"{where(cast)}?already={made.id}#recording-{made.id}")
    assert (files(settings), len(rows(cast))) == ([made.id], 1)
    assert "it was not added a second time" in clerk.get(location).text


@pytest.fixture
def narrow(cast: Cast) -> int:
    """The running app takes at most this many bytes."""
    settings = cast.state.settings
    cast.state.settings = settings.model_copy(update={"upload_limit": MB})
    return MB


def test_a_file_at_the_limit_is_taken(cast: Cast, narrow: int) -> None:
    assert send(cast.clerk, where(cast), body(b"x" * narrow))[0] == 303


@pytest.mark.parametrize("declared", [{}, {"content_length": str(1 << 40)}], ids=["unsaid", "declared"])
def test_a_larger_file_is_refused_and_leaves_nothing(
    cast: Cast, settings: Settings, narrow: int, declared: dict[str, str]
) -> None:
    status, text = send(cast.clerk, where(cast), body(b"x" * narrow, b"y"), **declared)
    assert (status, "too large" in text, "1 MB" in text) == (413, True, True)
    assert files(settings) == []


def test_a_file_that_the_disk_has_no_room_for_is_refused_before_it_is_read(
    cast: Cast, settings: Settings
) -> None:
    roomy = settings.model_copy(update={"upload_limit": 1 << 60})
    cast.state.settings = roomy
    status, text = send(cast.clerk, where(cast), iter(()), content_length=str(1 << 59))
    assert (status, "not enough space" in text) == (507, True)
    assert files(settings) == []


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(cast: Cast, settings: Settings) -> None:
    """The system's own limit on the size of a file stands for the full disk."""
    clerk = cast.clerk
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * MB, before[1]))
    try:
        status, text = send(clerk, where(cast), body(repeat=100))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (status, "not enough space" in text) == (507, True)
    assert (files(settings), rows(cast)) == ([], [])
    assert send(clerk, where(cast), body(b"later"))[0] == 303


def test_nobody_but_the_bodys_clerk_may_send(cast: Cast, settings: Settings) -> None:
    status, location = send(cast.resident(), where(cast), body(b"x"))
    assert (status, location) == (303, "/sign-in?next=/clerk")
    assert send(cast.signed_in("stranger"), where(cast), body(b"x"))[0] == 404
    assert send(cast.clerk, "/clerk/meetings/unknown/recordings", body(b"x"))[0] == 404
    assert files(settings) == []


def test_the_sweep_at_the_start_takes_what_a_crash_left_and_nothing_else(
    cast: Cast, settings: Settings
) -> None:
    send(cast.clerk, where(cast), body(b"kept"))
    [made] = rows(cast)
    folder = rules.folder(settings)
    (folder / "halfway.part").write_bytes(b"x")
    (folder / "norow").write_bytes(b"x")
    (settings.files / "attachment").write_bytes(b"x")
    under_way = uploads.Incoming(folder / "coming")
    under_way.write(b"x")
    cast.read(lambda db: uploads.sweep(db, settings))
    assert files(settings) == sorted([made.id, "coming.part"])
    assert (settings.files / "attachment").exists()
    under_way.complete()
    cast.read(lambda db: uploads.sweep(db, settings))
    assert files(settings) == sorted([made.id, "coming"]), "complete, its row on the way: still locked"
    under_way.close()
    assert files(settings) == [made.id]


def test_a_file_whose_upload_was_given_up_gets_no_row(tmp_path: Path) -> None:
    file = uploads.Incoming(tmp_path / "one")
    file.close()
    with pytest.raises(uploads.NotTaken):
        file.keep()
    assert list(tmp_path.iterdir()) == []


def test_a_commit_that_fails_takes_the_file_back(tmp_path: Path) -> None:
    async def lose() -> None:
        async with uploads.incoming(tmp_path / "one") as file:
            file.write(b"x")
            file.complete()
            file.keep()
            raise OSError(errno.EIO, "the commit failed")

    with pytest.raises(OSError, match="the commit failed"):
        in_a_loop(lose())
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_stops_after_the_commit_keeps_the_file(tmp_path: Path) -> None:
    async def stop() -> None:
        async with uploads.incoming(tmp_path / "one") as file:
            file.write(b"x")
            file.complete()
            file.keep()
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        in_a_loop(stop())
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("council.mp4", "council.mp4"),
        ("C:\\Users\\ana\\Sitzung März.wav", "Sitzung März.wav"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\u202egpj.mp3", "abgpj.mp3"),
        ("x" * 300 + ".mp3", "x" * 196 + ".mp3"),
    ],
)
def test_a_name_is_only_a_name(sent: str, kept: str) -> None:
    assert uploads.tidy_name(sent) == kept


@pytest.mark.parametrize("step", [1, 2, 3, 7, 64, 1000])
def test_a_form_is_taken_apart_wherever_it_is_cut(step: int) -> None:
    content = b"\r\n--b" + b"-\r\n" * 50 + b"\r\n--b0x"
    whole = HEAD + FILE + content + END
    form = FormWithFile(TYPE)
    for at in range(0, len(whole), step):
        form.write(whole[at : at + step])
    assert (form.fields, form.file_name, form.is_whole) == ({"language": "es"}, "council.mp4", True)
    assert b"".join(form.data) == content


@pytest.mark.parametrize("kind", [None, "", "text/plain", "multipart/form-data", "application/json"])
def test_what_is_no_form_with_a_file_is_told_apart(kind: str | None) -> None:
    with pytest.raises(FormParserError):
        FormWithFile(kind)
