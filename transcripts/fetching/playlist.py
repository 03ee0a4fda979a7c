"""What an HLS playlist says (RFC 8216): which pieces a finished stream has; nothing is asked for here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import chain, islice
from typing import Any
from urllib.parse import urljoin

import m3u8

from engage.language import N_
from transcripts.uploads import NotTaken

MOST_BYTES = 8_000_000
MOST_PIECES = 50_000
MOST_LINES, LONGEST_LINE = 6 * MOST_PIECES, 10_000
MOST_RUNS = 1_000
"""How often the clock, or what the pieces begin with, may change."""
MOST_TRACKS = 500
"""Variants and renditions."""
BEST_BANDWIDTH = 2_500_000
"""Bits a second: enough to see who speaks; what is better only takes longer."""
TRACKS = ("#EXT-X-STREAM-INF:", "#EXT-X-MEDIA:")
HEEDED: tuple[str, ...] = (
    *TRACKS,
    "#EXTINF:",
    "#EXT-X-BYTERANGE:",
    "#EXT-X-MAP:",
    "#EXT-X-DISCONTINUITY",
    "#EXT-X-GAP",
)
HEEDED += ("#EXT-X-I-FRAMES-ONLY", "#EXT-X-IMAGES-ONLY", "#EXT-X-ENDLIST")
UNHEEDED = "#EXT-X-DISCONTINUITY-SEQUENCE"
KEYS = ("#EXT-X-KEY", "#EXT-X-SESSION-KEY")
FAULTS = (m3u8.ParseError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError)
"""What the parser raises for a playlist that is none."""
DAMAGED = N_("This playlist cannot be read. It may be damaged.")
TOO_LONG = N_("This playlist is too long. Please give the address of the recording as one file.")
GOES_ON = N_("This stream is still going on. Please fetch it when it has ended.")
ENCRYPTED = N_("This stream is encrypted. Please give the address of the recording as one file.")
NO_SOUND = N_("This playlist lists no sound. Please give the address of another one.")
GAPS = N_(
    "Parts of this stream are missing on its server. Please give the address of the recording as one file."
)


@dataclass(frozen=True)
class Listed:
    """A playlist as it came: where from, and its text."""

    address: str
    text: str


@dataclass(frozen=True)
class Piece:
    """A file, or some bytes of one; `length` None: all."""

    address: str
    start: int = 0
    length: int | None = None


def read_list(address: str, first: bytes, more: Iterable[bytes]) -> Listed:
    """From its blocks as they come. Raises NotTaken."""
    content = b""
    for block in chain([first], more):
        content += block
        if len(content) > MOST_BYTES:
            raise NotTaken(422, TOO_LONG)
    try:
        return Listed(address, content.decode("utf-8-sig"))
    except ValueError:
        raise NotTaken(422, DAMAGED) from None


def parsed(listed: Listed) -> Any:
    """By the parser; it gets only those lines that matter here, and not too many. Raises NotTaken."""
    if not listed.text.lstrip().startswith("#EXTM3U"):
        raise NotTaken(422, DAMAGED)
    kept = list(islice(heeded(listed.text), MOST_LINES + 1))
    pieces, tracks = sum(line[0] != "#" for line in kept), sum(line.startswith(TRACKS) for line in kept)
    if pieces > MOST_PIECES or tracks > MOST_TRACKS or len(kept) > MOST_LINES:
        raise NotTaken(422, TOO_LONG)
    try:
        return m3u8.loads("\n".join(kept))
    except FAULTS:
        raise NotTaken(422, DAMAGED) from None


def heeded(text: str) -> Iterator[str]:
    for line in map(str.strip, StringIO(text, newline=None)):
        if is_encrypted(line):
            raise NotTaken(422, ENCRYPTED)
        if line and (line[0] != "#" or line.startswith(HEEDED)) and not line.startswith(UNHEEDED):
            if len(line) > LONGEST_LINE:
                raise NotTaken(422, DAMAGED)
            yield line


def is_encrypted(line: str) -> bool:
    """What it says, or what nobody can be sure of."""
    return line.startswith(KEYS) and "METHOD=NONE" not in line.partition(":")[2].replace(" ", "").split(",")


def chosen(listed: Listed) -> str | None:
    """Of a list of variants, the address of the one to take, or of its sound alone where that is apart; None
    for a list of pieces."""
    found = parsed(listed)
    if not found.is_variant:
        return None
    variants = sorted(found.playlists, key=lambda each: each.stream_info.bandwidth)
    if not variants:
        raise NotTaken(422, NO_SOUND)
    fitting = [each for each in variants if each.stream_info.bandwidth <= BEST_BANDWIDTH]
    best = fitting[-1] if fitting else variants[0]
    group = best.stream_info.audio
    sounds = [each for each in found.media if group and (each.type, each.group_id) == ("AUDIO", group)]
    sound = min(sounds, key=lambda each: each.default != "YES", default=None)
    return joined(listed.address, sound.uri if sound and sound.uri else best.uri)


def runs_of(listed: Listed) -> list[list[Piece]]:
    """The pieces of a stream that has ended, in order; a run is what belongs together, on one clock, and
    begins with what its pieces need (EXT-X-MAP). Raises NotTaken."""
    found = parsed(listed)
    if found.is_variant or any(each.uri is None for each in found.segments):
        raise NotTaken(422, DAMAGED)
    if found.is_i_frames_only or found.is_images_only or not found.segments:
        raise NotTaken(422, NO_SOUND)
    if not found.is_endlist:
        raise NotTaken(422, GOES_ON)
    if any(each.gap_tag for each in found.segments):
        raise NotTaken(422, GAPS)
    try:
        runs = cut(listed.address, found.segments)
    except FAULTS:
        raise NotTaken(422, DAMAGED) from None
    if len(runs) > MOST_RUNS:
        raise NotTaken(422, TOO_LONG)
    return runs


def cut(address: str, segments: Iterable[Any]) -> list[list[Piece]]:
    runs: list[list[Piece]] = []
    ends: dict[str, int] = {}
    before = None
    for each in segments:
        begins = starting_with(address, each.init_section)
        if each.discontinuity or begins != before or not runs:
            runs.append([begins] if begins else [])
            before = begins
        runs[-1].append(piece_of(joined(address, each.uri), each.byterange, ends))
    return runs


def starting_with(address: str, section: Any) -> Piece | None:
    return piece_of(joined(address, section.uri), section.byterange, {}, 0) if section else None


def piece_of(address: str, span: str | None, ends: dict[str, int], start: int | None = None) -> Piece:
    """`span` is LENGTH[@START]; without START it goes on where the one before it in this file has ended.
    Raises ValueError or KeyError."""
    if span is None:
        return Piece(address)
    length, _, told = span.partition("@")
    if told:
        start = natural(told)
    elif start is None:
        start = ends[address]
    ends[address] = start + natural(length, least=1)
    return Piece(address, start, natural(length))


def natural(text: str, least: int = 0) -> int:
    """Raises ValueError for what is no number of bytes."""
    if not (text.isascii() and text.isdigit() and len(text) < 16 and int(text) >= least):
        raise ValueError
    return int(text)


def joined(address: str, uri: str) -> str:
    try:
        return urljoin(address, uri)
    except ValueError:
        raise NotTaken(422, DAMAGED) from None
