"""What was taken down of one stretch of sound, and how good it is."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from statistics import fmean

from transcripts.sentences import Word
from transcripts.word_times import Line

POOR = 0.88
"""Mean probability of the words, under which a second reading is worth its time."""
UNREAD_MS = 1500
"""Whisper may stop in the midst of speech without a sign; so much of it has words for sure."""
WORDS_PER_MS = 0.003
TURN_MS = 500
WORST = -9.0

Span = tuple[int, int]
"""Milliseconds on the file's clock."""


@dataclass(frozen=True)
class Taken:
    lines: list[Line]
    spoken: Sequence[Span]
    """Where the voice detector hears speech."""
    is_stuck: bool
    """It says the same again and again."""

    @property
    def words(self) -> list[Word]:
        return [word for line in self.lines for word in line]

    @property
    def unread_ms(self) -> int:
        """Of the pieces of speech in which no word begins or ends."""
        said = [(word.start_ms, word.end_ms) for word in self.words]
        return sum(
            end - start
            for start, end in self.spoken
            if not any(first < end and start < last for first, last in said)
        )

    @property
    def is_poor(self) -> bool:
        is_unlikely = fmean([word.probability for word in self.words] or [0]) < POOR
        return self.is_stuck or self.unread_ms > UNREAD_MS or is_unlikely

    @property
    def merit(self) -> float:
        """For choosing between two readings of the same sound: how likely the words are; what was not read
        counts as unlikely ones."""
        if self.is_stuck or not self.lines:
            return WORST
        missing = self.unread_ms * WORDS_PER_MS
        likely = sum(log(word.probability + 1e-3) for word in self.words)
        return (likely + missing * log(0.1)) / (len(self.words) + missing)

    def parted(self, turns: Sequence[Sequence[Span]]) -> list["Taken"]:
        """Turn by turn: a word belongs where its middle is, the pauses between turns being halved."""
        edges = [(before[-1][1] + after[0][0]) // 2 for before, after in pairwise(turns)]
        found = []
        for n, spoken in enumerate(turns):
            own = (tuple(word for word in line if bisect(edges, _middle(word)) == n) for line in self.lines)
            found.append(Taken([line for line in own if line], spoken, self.is_stuck))
        return found


def better(one: Taken, parts: Sequence[Taken]) -> list[Line]:
    """Turn by turn the likelier of two readings of the same speech; the other was done in parts."""
    lines = [line for part in parts for line in part.lines]
    other = Taken(lines, one.spoken, any(part.is_stuck for part in parts))
    turns = list(turns_of(one.spoken))
    pairs = zip(one.parted(turns), other.parted(turns), strict=True)
    return [line for pair in pairs for line in max(pair, key=lambda each: each.merit).lines]


def turns_of(spoken: Sequence[Span]) -> Iterator[list[Span]]:
    """Pieces of speech that no pause parts in which the speaker may change."""
    turn: list[Span] = []
    for span in spoken:
        if turn and span[0] - turn[-1][1] >= TURN_MS:
            yield turn
            turn = []
        turn.append(span)
    if turn:
        yield turn


def _middle(word: Word) -> int:
    return (word.start_ms + word.end_ms) // 2
