"""The sound of a file that somebody has sent, decoded in a process of its own: a file that crashes a decoder,
or fills all memory, costs that process and not the worker with its model."""

import json
import os
import signal
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import NamedTuple

import numpy as np

from transcripts.audio import NotAudio, Window, is_cut_off, windows_of
from transcripts.decoding import DECODING_S, Reading, opened
from transcripts.pauses import WINDOW_S, Samples
from transcripts.probing import HERE, TOO_MUCH, limit_this_process

COMMAND = [sys.executable, "-m", "transcripts.apart"]
LONGEST_CPU_S = 3600
"""For a whole file; a day of sound takes a minute or two."""
HEAD = struct.Struct("<cqI")
"""Before each piece: what it is, its place, and how many bytes follow."""
SOUND, END, REFUSED = b"s", b"e", b"r"
CRASHES = "SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE", "SIGTRAP", "SIGPROF", "SIGXCPU"
BY_THE_FILE = {number for name in CRASHES if (number := getattr(signal, name, None))}
"""What ends a decoder when the file is to blame: its flaws, and our limits. All else comes from outside."""


class Piece(NamedTuple):
    kind: bytes
    at: int
    content: bytes


class Interrupted(Exception):
    """The decoding was ended from outside: nothing is known of the file."""


def windows(path: Path, *, start_ms: int = 0, longest_s: int = WINDOW_S) -> Iterator[Window]:
    """As `windows`: the same windows of the same file. Where its sound breaks off because the decoder did,
    the file ends early. Raises Interrupted, too."""
    with path.open("rb"):  # the system's own errors
        pass
    with Popen(
        [*COMMAND, str(path.resolve())], cwd=HERE, stdin=DEVNULL, stdout=PIPE, process_group=0
    ) as child:
        is_short: list[bool] = []
        try:
            yield from windows_of(
                received(child, is_short), lambda: is_short[0], start_ms=start_ms, longest_s=longest_s
            )
        finally:
            child.kill()


def received(child: "Popen[bytes]", is_short: list[bool]) -> Iterator[tuple[int, Samples]]:
    """The pieces that come; at the end it is noted whether the file was cut off."""
    has_sound = False
    while (piece := read_piece(child)) and piece.kind == SOUND:
        has_sound = True
        yield piece.at, np.frombuffer(piece.content, np.float32)
    if piece and piece.kind == REFUSED:
        raise NotAudio(piece.content.decode())
    if piece is None and -child.wait() not in BY_THE_FILE:
        raise Interrupted
    if piece is None and not has_sound:
        raise NotAudio(TOO_MUCH)
    is_short.append(piece is None or json.loads(piece.content))


def read_piece(child: "Popen[bytes]") -> Piece | None:
    """None when the decoder has ended without a word."""
    assert child.stdout
    head = child.stdout.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    kind, at, size = HEAD.unpack(head)
    content = child.stdout.read(size)
    return Piece(kind, at, content) if len(content) == size else None


def send(kind: bytes, at: int, content: bytes) -> None:
    sys.stdout.buffer.write(HEAD.pack(kind, at, len(content)) + content)


def main(path: Path) -> None:
    """Ended by the system when one piece takes too long, also within the decoder."""
    limit_this_process(LONGEST_CPU_S)
    try:
        with opened(path) as container:
            reading = Reading(container)
            for at, samples in reading.sound():
                send(SOUND, at, samples.tobytes())
                if hasattr(signal, "setitimer"):
                    signal.setitimer(signal.ITIMER_PROF, DECODING_S)
            send(END, 0, json.dumps(is_cut_off(reading, path)).encode())
    except NotAudio as reason:
        send(REFUSED, 0, str(reason).encode())
    except BrokenPipeError:  # the worker is gone
        os._exit(0)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
