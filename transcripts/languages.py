"""Languages of speech: told for every turn in a window, looked at closely only where they are in doubt."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from math import log

from engage.language import LANGUAGES
from transcripts.gate import Piece
from transcripts.pauses import RATE
from transcripts.stretches import Stretch, with_pauses

STRONG = 0.9
"""So sure must Whisper be of a language that is not one of the likely ones."""
TRACE = 0.005
"""Of the less likely one. Where a tenth of a stretch is Spanish it gets 0.002 to 0.02, else less than that;
in 11 minutes of English at most 0.003."""
SWITCH = 2.0
"""What a change of language must bring, in nats: one word in between is not enough."""
TURN_GAP = 2 * RATE // 5
SHORTEST = RATE // 2

Probabilities = Mapping[str, float]
Detect = Callable[[int, int], Probabilities]
"""How likely each language is from one sample to another."""


def language_of(found: Probabilities) -> str | None:
    """That of a whole stretch; None where another of the likely ones is also heard in it."""
    first = max(found, key=lambda each: found[each])
    if first not in LANGUAGES and found[first] >= STRONG:
        return first
    likely = sorted((found.get(each, 0.0) for each in LANGUAGES), reverse=True)
    if likely[1] > TRACE * likely[0]:
        return None
    return max(LANGUAGES, key=lambda each: found.get(each, 0.0))


def parts(stretch: Stretch, detect: Detect) -> list[tuple[str, Stretch]]:
    """A stretch in parts of one language each, cut in pauses of 0.4 s and more."""
    turns = list(_turns(stretch.pieces))
    told = _path([detect(turn[0].start, turn[-1].end) for turn in turns])
    languages, groups = [], []
    for language, run in groupby(zip(told, turns, strict=True), key=lambda each: each[0]):
        languages.append(language)
        groups.append([piece for _, turn in run for piece in turn])
    return list(zip(languages, with_pauses(groups, stretch.start, stretch.end), strict=True))


def _turns(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    turn: list[Piece] = []
    for piece in pieces:
        if turn and piece.start - turn[-1].end >= TURN_GAP and piece.end - piece.start >= SHORTEST:
            yield turn
            turn = []
        turn.append(piece)
    if turn:
        yield turn


def _path(found: Sequence[Probabilities]) -> list[str]:
    """The likeliest language of each turn, a change having its price."""
    best: dict[str, tuple[float, list[str]]] = {each: (0.0, []) for each in LANGUAGES}
    for probabilities in found:
        total = sum(probabilities.get(each, 0.0) for each in LANGUAGES) + 1e-6
        best = {
            each: _step(each, log((probabilities.get(each, 0.0) + 1e-6) / total), best) for each in LANGUAGES
        }
    return max(best.values(), key=lambda each: each[0])[1]


def _step(language: str, gain: float, best: Mapping[str, tuple[float, list[str]]]) -> tuple[float, list[str]]:
    score, path = max(
        (score - (SWITCH if path and path[-1] != language else 0.0), path) for score, path in best.values()
    )
    return score + gain, [*path, language]
