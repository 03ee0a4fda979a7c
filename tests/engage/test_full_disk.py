"""A full store: a plain answer, nothing acknowledged is lost, and it goes on when there is room again."""

import os
import shutil
from collections import namedtuple
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from engage import record
from engage.settings import Settings
from engage.space import NO_ROOM, RESERVE
from meetings.agenda.upload import NotTaken, take_upload
from tests.benchmarks.full_disk import NOT_ALLOWED
from tests.benchmarks.short import short
from tests.make import Cast, in_a_loop, kinds, send

Usage = namedtuple("Usage", "total used free")
LOAD = ("--clients", "20", "--rate", "40", "--seed", "1")


def pages(cast: Cast, most: int | None) -> None:
    """Let the database grow no further than it is, or (None) as it likes."""

    def work(db: Any) -> None:
        now = db.execute(text("PRAGMA page_count")).scalar()
        db.execute(text(f"PRAGMA max_page_count = {now if most is None else now + most}"))

    cast.db.write_now(
        work if most is not None else lambda db: db.execute(text("PRAGMA max_page_count = 1000000"))
    )


def comment(cast: Cast, words: str) -> Any:
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/comment"
    return send(cast.resident(), url, name="Ana", position="support", text=words)


def test_what_cannot_be_kept_is_said_so_and_nothing_else_is_lost(cast: Cast) -> None:
    assert comment(cast, "before").status_code == 303
    pages(cast, 0)
    answers = [comment(cast, "x" * 3000) for _ in range(6)]
    refused = [answer for answer in answers if answer.status_code != 303]
    kept = len(answers) - len(refused)

    assert refused
    assert {answer.status_code for answer in refused} == {503}
    assert "Nothing was saved; please go back and send it again." in refused[0].text
    assert refused[0].headers["retry-after"] == "5"
    assert cast.anyone.get(f"/meetings/{cast.city.meeting.id}").status_code == 200
    received = cast.read(lambda db: kinds(db, cast.city.meeting.id)).count("comment.received")
    assert received == 1 + kept

    pages(cast, None)
    assert comment(cast, "after").status_code == 303
    assert cast.read(lambda db: record.first_fault(db, cast.city.meeting.id)) is None


def attach(cast: Cast, client: TestClient, content: bytes) -> Any:
    url = f"/clerk/meetings/{cast.city.meeting.id}/agenda/{cast.city.item.id}/files"
    return client.post(url, files={"file": ("Report.pdf", content, "application/pdf")})


def test_below_the_reserve_files_are_refused_and_comments_are_not(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(RESERVE, 0, RESERVE - 1))
    clerk = cast.clerk
    recordings = f"/clerk/meetings/{cast.city.meeting.id}/recordings"
    for answer in (
        attach(cast, clerk, b"%PDF-1.7"),
        clerk.post(recordings, files={"file": ("council.mp3", b"sound", "audio/mpeg")}),
    ):
        assert answer.status_code == 507
        assert "There is not enough space left on the server for this file." in answer.text
    assert [path for path in settings.files.rglob("*") if path.is_file()] == []
    assert comment(cast, "still taken").status_code == 303


def test_a_document_that_reaches_the_reserve_is_ended_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter([RESERVE + 100, RESERVE + 100, RESERVE])
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(RESERVE, 0, next(left, 0)))
    head = b'--b0\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'

    async def pieces() -> AsyncIterator[bytes]:
        for piece in (head, b"a" * 100, b"b" * 100, b"c" * 100, b"\r\n--b0--\r\n"):
            yield piece

    path = tmp_path / "a.part"
    with pytest.raises(NotTaken) as refusal:
        in_a_loop(take_upload(pieces(), 'multipart/form-data; boundary="b0"', path))
    assert (refusal.value.status, refusal.value.message) == (507, NO_ROOM)
    assert path.read_bytes() in (b"", b"a" * 100)


@pytest.mark.process
@pytest.mark.parametrize(("control", "expected"), [((), 0), (("--control",), 1)], ids=["proof", "control"])
def test_a_disk_that_is_full_again_and_again(control: tuple[str, ...], expected: int) -> None:
    """A real one, which only root can make; tests/benchmarks/full_disk.py is the whole proof."""
    status, said = short("full_disk", "--rounds", "1", *LOAD, *control)
    if status == NOT_ALLOWED and not (os.environ.get("CI") == "true" and os.geteuid() == 0):
        pytest.skip(said)
    assert status == expected, said
    assert ("a file for recordings was answered 303" in said) == bool(control)
    assert "acknowledged acts lost, doubled or reordered: 0\n" in said
