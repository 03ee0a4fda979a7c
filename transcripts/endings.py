"""Whether a recording stops before its own end, by what its format says of it."""

from pathlib import Path

UNKNOWN_LENGTH = (0, 2**32 - 1)


def ogg_is_open(path: Path) -> bool:
    """The last page of an Ogg file carries the flag "end of stream" (RFC 3533)."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2**17))
        tail = file.read()
    page = tail.rfind(b"OggS")
    flags = tail[page + 5 : page + 6]
    return page < 0 or not flags or not flags[0] & 4


def wav_is_short(path: Path) -> bool:
    """RIFF's length counts what follows its own first 8 bytes."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8)[4:], "little")
    return length not in UNKNOWN_LENGTH and length + 8 > path.stat().st_size


def mp3_tells_length(path: Path) -> bool:
    """Without this header the length is only a guess from the first frame's bit rate."""
    with path.open("rb") as file:
        head = file.read(2**20)
    return b"Xing" in head or b"Info" in head
