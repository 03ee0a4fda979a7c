"""A finished stream as one recording: its playlist, its pieces, and one file of them that browsers play."""

import sys
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import PurePosixPath
from subprocess import DEVNULL, Popen, TimeoutExpired
from time import monotonic
from urllib.parse import unquote, urlsplit

from engage.language import N_
from engage.space import NO_ROOM, has_room
from transcripts.fetching.addresses import expect_allowed
from transcripts.fetching.asking import Line
from transcripts.fetching.forms import CHANGES, NO_SOUND, NO_SPACE, UNKNOWN_FORM
from transcripts.fetching.kinds import is_playlist
from transcripts.fetching.pieces import Scratch, bring, scratch
from transcripts.fetching.playlist import DAMAGED, Listed, chosen, read_list, runs_of
from transcripts.probing import HERE
from transcripts.uploads import Incoming, NotTaken

Note = Callable[[int, int | None], None]
"""Told of the bytes that are there, and how many there will be, where that is known."""
BLOCK = 1 << 20
LOOK_S = 0.1
LONGEST_S = 3600.0
"""For one file of all pieces; a day of sound and picture takes minutes."""
COMMAND = [sys.executable, "-m", "transcripts.fetching.packing"]
UNREADABLE = N_("This stream cannot be read. It may be damaged.")
WHY_NOT = {
    UNKNOWN_FORM: N_(
        "This stream has a form that cannot be read here. Please give the address of the recording as one "
        "file."
    ),
    NO_SOUND: N_("There is no sound in this stream."),
    CHANGES: N_(
        "The sound or picture of this stream changes its form midway. Please give the address of the "
        "recording as one file."
    ),
    NO_SPACE: NO_ROOM,
}
"""By the exit status of `packing`."""


def fetch_stream(line: Line, listed: Listed, file: Incoming, limit: int, note: Note) -> str:
    """The name of the file. Raises NotTaken, with what to tell the clerk."""
    runs, folder = runs_of(list_of_pieces(line, listed)), file.path.parent
    for piece in chain.from_iterable(runs):  # before hours of them have come
        expect_allowed(piece.address, line.allowed)
    with scratch(folder, limit) as packed:
        with scratch(folder, limit) as pieces:
            ends = bring(line, runs, pieces, lambda done: note(done, None))
            pack(line, pieces, packed, ends, note)
            brought = pieces.size
        take(line, packed, file, lambda: note(brought, None))
    return f"{PurePosixPath(unquote(urlsplit(listed.address).path)).stem or 'stream'}.mp4"


def list_of_pieces(line: Line, listed: Listed) -> Listed:
    """Of a list of variants, the list that is taken; any other is it already."""
    address = chosen(listed)
    return listed if address is None else line.persist(partial(ask_for_list, line, address))


def ask_for_list(line: Line, address: str) -> Listed:
    with line.answer(address) as answer:
        blocks = line.blocks(answer.response)
        first = next(blocks, b"")
        if not is_playlist("", first):
            raise NotTaken(422, DAMAGED)
        return read_list(answer.address, first, blocks)


def pack(line: Line, pieces: Scratch, packed: Scratch, ends: list[int], note: Note) -> None:
    """In a process of its own: what the pieces do to it, they do to nobody else. Raises NotTaken."""
    if not has_room(packed.folder, pieces.size):
        raise NotTaken(507, NO_ROOM)
    command = [*COMMAND, str(packed.limit), *map(str, ends)]
    pieces.file.seek(0)
    with Popen(
        command, cwd=HERE, stdin=pieces.file, stdout=packed.file, stderr=DEVNULL, process_group=0
    ) as child:
        try:
            wait_for(child, line, pieces, note)
        finally:
            child.kill()
    if child.returncode:
        raise NotTaken(422, WHY_NOT.get(child.returncode, UNREADABLE))


def wait_for(child: "Popen[bytes]", line: Line, pieces: Scratch, note: Note) -> None:
    until = monotonic() + LONGEST_S
    while monotonic() < until:
        try:
            child.wait(LOOK_S)
            return
        except TimeoutExpired:
            line.expect_wanted()
            note(pieces.size, None)
        if not has_room(pieces.folder, 0):
            raise NotTaken(507, NO_ROOM)


def take(line: Line, packed: Scratch, file: Incoming, note: Callable[[], None]) -> None:
    packed.file.seek(0)
    while block := packed.file.read(BLOCK):
        line.expect_wanted()
        file.write(block)
        note()
