"""Who speaks when, by ear: the impressions of a whole recording told apart into numbered voices.

Privacy: what comes out are numbers that mean nothing beyond this recording; the impressions are not kept.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from transcripts.voices.clusters import Clusters, Vectors, directions, told_apart
from transcripts.voices.listening import FORM

Moments = npt.NDArray[np.void]
Numbers = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]

UNIT = 5  # what is compared first: up to five impressions in a row, about 2 s
SHORTEST_MS = 3000
LONGEST_MS = 1600  # a moment counts for no more than the sound that was heard for it
CHANGE_MS, CHANGE_IN_PAUSE_MS = (
    200,
    80,
)  # what a change of voices costs: so long would it have to be all alike
JOINED_MS = 1500
AT_ONCE = 4096


def voice_turns(impressions: Iterable[bytes]) -> list[list[int]]:
    """[[start_ms, end_ms, number], ...] in order, never overlapping; numbers from 1 as they first speak.

    `impressions` are those of all windows of one recording, in order. A voice that is heard for less than
    3 s in all counts as the one that is most like it. A pause of up to 1.5 s within one voice is of its turn.
    Ten hours are 4 s of work and 12 MB of impressions; neither grows with the square of the length. The
    thresholds: tests/benchmarks/diarisation.py says how they were fixed.
    """
    moments = np.concatenate(
        [np.frombuffer(b"", FORM), *(np.frombuffer(heard, FORM) for heard in impressions)]
    )
    if not len(moments):
        return []
    lengths = moments["end_ms"].astype(np.int64) - moments["start_ms"]
    ms = np.minimum(lengths, LONGEST_MS).astype(np.float32)
    goes_on = np.append(False, moments["start_ms"][1:] <= moments["end_ms"][:-1])
    units = _summed(moments, ms, _units(goes_on))
    found = told_apart(Clusters(directions(units.sums) * units.ms[:, None], units.ms))
    for _ in range(2):
        spoken = _spoken(moments, ms, goes_on, found.longer_than(SHORTEST_MS).voices)
        found = _summed(moments, ms, spoken)
    return _turns(moments, spoken)


def _units(goes_on: Marks) -> Numbers:
    """The number of the unit of each moment; a unit ends with the piece of speech, or when it is full."""
    piece_starts = np.flatnonzero(~goes_on)
    place = np.arange(len(goes_on)) - np.repeat(piece_starts, np.diff(piece_starts, append=len(goes_on)))
    return np.cumsum(place % UNIT == 0) - 1


def _summed(moments: Moments, ms: Vectors, groups: Numbers) -> Clusters:
    """The impressions of each group added up, each as long as it lasted."""
    sums = np.zeros((int(groups.max()) + 1, moments["voice"].shape[1]), np.float32)
    for part in _parts(len(moments)):
        np.add.at(sums, groups[part], directions(moments["voice"][part]) * ms[part, None])
    return Clusters(sums, np.bincount(groups, ms).astype(np.float32))


def _spoken(moments: Moments, ms: Vectors, goes_on: Marks, voices: Vectors) -> Numbers:
    """The voice of each moment, so that likeness is greatest in all less what the changes cost (Viterbi)."""
    costs = np.where(goes_on, CHANGE_MS, CHANGE_IN_PAUSE_MS)
    came_from = np.zeros((len(moments), len(voices)), np.int16)
    stays, best = np.arange(len(voices)), np.zeros(len(voices), np.float32)
    for part in _parts(len(moments)):
        alike = directions(moments["voice"][part]) @ voices.T * ms[part, None]
        for n, gained in enumerate(alike, part.start):
            favourite = int(best.argmax())
            changed = best[favourite] - costs[n]
            came_from[n] = np.where(best >= changed, stays, favourite)
            best = np.maximum(best, changed) + gained
            best -= best.max()
    spoken = np.zeros(len(moments), np.int64)
    spoken[-1] = best.argmax()
    for n in range(len(moments) - 1, 0, -1):
        spoken[n - 1] = came_from[n, spoken[n]]
    return spoken


def _turns(moments: Moments, spoken: Numbers) -> list[list[int]]:
    turns: list[list[int]] = []
    numbers: dict[int, int] = {}
    for start, end, voice in zip(
        moments["start_ms"].tolist(), moments["end_ms"].tolist(), spoken.tolist(), strict=True
    ):
        number = numbers.setdefault(voice, len(numbers) + 1)
        if turns and turns[-1][2] == number and start - turns[-1][1] <= JOINED_MS:
            turns[-1][1] = end
        else:
            turns.append([start, end, number])
    return turns


def _parts(count: int) -> Iterator[slice]:
    """So that never all impressions are there as floats."""
    for n in range(0, count, AT_ONCE):
        yield slice(n, min(count, n + AT_ONCE))
