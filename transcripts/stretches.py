"""Stretches: what Whisper reads at a time, cut in pauses, so that none begins or ends within a word."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from transcripts.gate import Piece
from transcripts.pauses import RATE

LONGEST = 28 * RATE
"""Whisper reads 30 s at a time, and with the pauses around it should all fit in."""
SHORT = 5 * RATE
"""With so little around it Whisper understands less."""
GAP = 8 * RATE
"""A longer silence is left out; natural pauses stay, they help Whisper."""
MARGIN = RATE // 2


class Stretch(NamedTuple):
    """A part of a window, in samples, with the pieces of speech in it and half of the pauses around."""

    start: int
    end: int
    pieces: tuple[Piece, ...]

    @property
    def surety(self) -> float:
        return max(piece.surety for piece in self.pieces)


def stretches(pieces: Sequence[Piece], length: int) -> list[Stretch]:
    """The pieces of speech in a window of `length` samples, joined into as few stretches as can be, none too
    short, and cut in the longest pauses."""
    best = [(0.0, 0)]
    for end in range(1, len(pieces) + 1):
        ways = [(best[begin][0] + _cost(pieces, begin, end), begin) for begin in _begins(pieces, end)]
        best.append(min(ways))
    groups, end = list[Sequence[Piece]](), len(pieces)
    while end:
        begin = best[end][1]
        groups, end = [pieces[begin:end], *groups], begin
    return with_pauses(groups, 0, length)


def _begins(pieces: Sequence[Piece], end: int) -> Iterator[int]:
    """With which pieces a stretch may begin that ends before this one."""
    for begin in range(end - 1, -1, -1):
        is_long = pieces[end - 1].end - pieces[begin].start > LONGEST
        if begin < end - 1 and (is_long or pieces[begin + 1].start - pieces[begin].end >= GAP):
            return
        yield begin


def _cost(pieces: Sequence[Piece], begin: int, end: int) -> float:
    """One for a stretch, a half if it is short, and what its pause before lacks of a second."""
    is_short = pieces[end - 1].end - pieces[begin].start < SHORT
    pause = (pieces[begin].start - pieces[begin - 1].end) / RATE if begin else 1.0
    return 1 + 0.5 * is_short + max(0.0, 1 - pause)


def halves(stretch: Stretch) -> list[Stretch]:
    """Cut in its longest pause, if it has one with enough on both sides."""
    pieces = stretch.pieces
    cuts = [
        (after.start - before.end, n)
        for n, (before, after) in enumerate(pairwise(pieces), 1)
        if before.end - stretch.start >= SHORT and stretch.end - after.start >= SHORT
    ]
    if not cuts:
        return []
    _, n = max(cuts)
    middle = (pieces[n - 1].end + pieces[n].start) // 2
    return [Stretch(stretch.start, middle, pieces[:n]), Stretch(middle, stretch.end, pieces[n:])]


def with_pauses(groups: Sequence[Sequence[Piece]], first: int, last: int) -> list[Stretch]:
    """Each group with half of the pauses around it, in the sound from `first` to `last`."""
    ends = [first, *(group[-1].end for group in groups)]
    starts = [*(group[0].start for group in groups[1:]), last]
    return [
        Stretch(
            group[0].start - min((group[0].start - before) // 2, MARGIN),
            group[-1].end + min((after - group[-1].end) // 2, MARGIN),
            tuple(group),
        )
        for group, before, after in zip(groups, ends, starts, strict=False)
    ]
