"""Public comments made of clips: turns, a dais that speaks between and into them, and the record of it."""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from tests.benchmarks.made_meetings import Clip, Said, Stage, clips, write_sound
from transcripts.pauses import RATE

LATE_S = 3
EVERY = 3
INTERJECTION_S = 10
SHORTEST_S, LONGEST_S = 20, 60

FloorTurn = tuple[int, int, str]


class Evening(NamedTuple):
    path: Path
    said: list[Said]
    """What was really said, in order: each stretch with its speaker and its text."""
    exact: list[FloorTurn]
    """The record of a clerk without delay: (start_ms, end_ms, who), from the first word to the last."""
    late: list[FloorTurn]
    """The record as it is: both ends 0 to 3 s later."""
    dais: str
    """Who speaks at the dais; they never have the floor."""
    interjections: int


def assembled(speech: Path, folder: Path, seed: int, *, hard: bool = False) -> Evening:
    """About ten minutes of public comments, written to `folder`.

    Each resident has turns of 20 to 60 s, as far as there are clips of them. Four times in five somebody at
    the dais speaks between two turns; into every third turn, in a pause of its middle, they speak for some
    10 s. `hard`: echo of 0.6 s, noise 15 dB below the voices, MP3 of 32 kbit/s.
    """
    chance = np.random.default_rng([5, seed])
    of = clips(speech)
    dais = str(chance.choice([name for name in sorted(of) if len(of[name]) >= 10]))
    calls = cycle([of[dais][n] for n in chance.permutation(len(of[dais]))])
    stage = Stage(chance, echo_s=0.6 if hard else 0.25, noise_db=15 if hard else 40)
    exact, count = [], 0
    for n, turn in enumerate(turns(of, dais, chance)):
        if chance.random() < 0.8:
            stage.say(next(calls))
        stage.pause(chance.uniform(0.5, 1.8))
        start_ms, is_broken = stage.now_ms, n % EVERY == EVERY - 1 and len(turn) > 1
        for place, clip in enumerate(turn):
            if is_broken and place == len(turn) // 2:
                count += interject(stage, calls, chance)
            stage.say(clip)
            end_ms = stage.now_ms
            stage.pause(chance.uniform(0.3, 0.8))
        exact.append((start_ms, end_ms, turn[0].speaker))
    path = write_sound(folder / f"evening-{seed}.{'mp3' if hard else 'wav'}", stage.sound())
    return Evening(path, stage.said, exact, made_late(exact, chance), dais, count)


def turns(of: dict[str, list[Clip]], dais: str, chance: Generator) -> list[list[Clip]]:
    """In random order, but every third is one that can be spoken into: of more than one clip."""
    long: list[list[Clip]] = []
    short: list[list[Clip]] = []
    for name in sorted(of.keys() - {dais}):
        for turn in dealt([of[name][n] for n in chance.permutation(len(of[name]))], chance):
            (long if len(turn) > 1 else short).append(turn)
    long = [long[n] for n in chance.permutation(len(long))]
    broken = [long.pop() for _ in range((len(long) + len(short)) // EVERY) if long]
    others = [*long, *short]
    others = [others[n] for n in chance.permutation(len(others))]
    return [
        broken.pop() if n % EVERY == EVERY - 1 and broken else (others or broken).pop()
        for n in range(len(broken) + len(others))
    ]


def dealt(spoken: list[Clip], chance: Generator) -> Iterator[list[Clip]]:
    turn: list[Clip] = []
    length = chance.uniform(SHORTEST_S, LONGEST_S)
    for clip in spoken:
        turn.append(clip)
        if sum(len(each.samples) for each in turn) >= length * RATE:
            yield turn
            turn, length = [], chance.uniform(SHORTEST_S, LONGEST_S)
    if turn:
        yield turn


def interject(stage: Stage, calls: Iterator[Clip], chance: Generator) -> int:
    begun = stage.at
    while stage.at - begun < INTERJECTION_S * RATE * 0.8:
        stage.say(next(calls))
        stage.pause(chance.uniform(0.2, 0.6))
    return 1


def made_late(exact: list[FloorTurn], chance: Generator) -> list[FloorTurn]:
    """Nobody is given the floor while another has it: a late end gives way to the next beginning."""
    starts = [start + round(chance.uniform(0, LATE_S) * 1000) for start, _, _ in exact]
    ends = [end + round(chance.uniform(0, LATE_S) * 1000) for _, end, _ in exact]
    ends = [min(end, following) for end, following in zip(ends, [*starts[1:], ends[-1]], strict=True)]
    return [
        (start, end, who) for start, end, (_, _, who) in zip(starts, ends, exact, strict=True) if start < end
    ]
