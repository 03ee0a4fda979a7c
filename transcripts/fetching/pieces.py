"""The pieces of a stream on their way in: one after another into a file without a name, which the
system takes away when this process ends, however it ends."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPResponse
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from engage.space import why_not
from transcripts.fetching.asking import BROKEN_OFF, Line
from transcripts.fetching.kinds import expect_file, is_playlist
from transcripts.fetching.playlist import DAMAGED, Piece
from transcripts.uploads import NotTaken, put_down, too_large


@dataclass
class Scratch:
    """On the recordings' disk."""

    file: IO[bytes]
    folder: Path
    limit: int
    size: int = 0

    def write(self, block: bytes) -> None:
        """Raises NotTaken: too large, no room."""
        if self.size + len(block) > self.limit:
            raise too_large(self.limit)
        put_down(self.file, self.folder, block)
        self.size += len(block)

    def go_back(self, size: int) -> None:
        self.file.seek(size)
        self.file.truncate()
        self.size = size


@contextmanager
def scratch(folder: Path, limit: int) -> Iterator[Scratch]:
    """Raises NotTaken where the disk refuses it."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(TemporaryFile(dir=folder))
        except OSError as error:
            raise NotTaken(*why_not(error)) from None
        yield Scratch(file, folder, limit)


def bring(
    line: Line, runs: Sequence[Sequence[Piece]], into: Scratch, note: Callable[[int], None]
) -> list[int]:
    """Where each run ends in the file. `note` is told of the bytes that are there. Raises NotTaken."""
    ends = []
    for run in runs:
        for piece in run:
            line.persist(partial(bring_piece, line, piece, into, into.size, note))
        ends.append(into.size)
    return ends


def bring_piece(line: Line, piece: Piece, into: Scratch, at: int, note: Callable[[int], None]) -> None:
    """Whole, to this place; what an earlier try has left there is gone."""
    into.go_back(at)
    status, headers = asked_as(piece)
    with line.answer(piece.address, status=status, headers=headers) as (_, response):
        expect_part(piece, response)
        expect_file(response.headers.get_content_type(), b"")
        for block in line.blocks(response):
            if into.size == at:
                expect_piece(block)
            into.write(block)
            note(into.size)
            expect_no_more(piece, into.size - at)
    if piece.length not in (None, into.size - at):
        raise NotTaken(502, BROKEN_OFF)


def expect_piece(start: bytes) -> None:
    """Another list among them would be passed over, and its sound lost."""
    expect_file("", start)
    if is_playlist("", start):
        raise NotTaken(422, DAMAGED)


def asked_as(piece: Piece) -> tuple[int, dict[str, str]]:
    if piece.length is None:
        return 200, {}
    return 206, {"Range": f"bytes={span_of(piece)}"}


def span_of(piece: Piece) -> str:
    return f"{piece.start}-{piece.start + (piece.length or 0) - 1}"


def expect_part(piece: Piece, response: HTTPResponse) -> None:
    """The very bytes that were asked for. Raises NotTaken."""
    told = response.headers.get("Content-Range", "")
    if piece.length is not None and told.partition("/")[0] != f"bytes {span_of(piece)}":
        raise NotTaken(502, BROKEN_OFF)


def expect_no_more(piece: Piece, came: int) -> None:
    if piece.length is not None and came > piece.length:
        raise NotTaken(502, BROKEN_OFF)
