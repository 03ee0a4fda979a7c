"""The benchmark of names in short: an evening of made-up words, with and without an ear, and its control."""

from typing import Any

import numpy as np
import pytest
from numpy.random import Generator
from sqlalchemy.orm import Session

from tests.benchmarks.attributed import Evening, control, score
from tests.benchmarks.interjections import made_late
from tests.benchmarks.made_meetings import Said

PEOPLE, DAIS = [f"Person {n}" for n in range(8)], "Mayor"
MOST_WRONG = 1.0


def evening(seed: int, *, interjections: bool) -> Evening:
    """Twenty turns of some 30 s; into every third somebody at the dais speaks for 10 s, if asked."""
    chance = np.random.default_rng(seed)
    said: list[Said] = []
    exact = []
    at = 1000
    for n in range(20):
        at = say(said, at, DAIS, 4, chance) + 1200
        start, who = at, PEOPLE[n % len(PEOPLE)]
        for part in range(4):
            if interjections and n % 3 == 2 and part == 2:
                at = say(said, at, DAIS, 25, chance) + 600
            at = say(said, at, who, int(chance.integers(12, 24)), chance)
            end, at = at, at + 600
        exact.append((start, end, who))
        at += int(chance.integers(300, 1500))
    late = made_late(exact, chance)
    return Evening(
        [sentence(each, chance) for each in said], voices(said, chance), said, exact, late, at + 5000
    )


def say(said: list[Said], at: int, who: str, words: int, chance: Generator) -> int:
    text = " ".join(f"w{chance.integers(1_000_000)}" for _ in range(words))
    said.append(Said(at, at + 400 * words, who, text))
    return said[-1].end_ms


def sentence(one: Said, chance: Generator) -> dict[str, Any]:
    """As Whisper would time it: 0.1 s off here and there."""
    words = []
    for n, text in enumerate(one.text.split()):
        start = one.start_ms + 400 * n + int(chance.integers(-80, 80)) * (n > 0)
        words.append([start, start + 300, f" {text}", 0.9])
    return {
        "start_ms": words[0][0], "end_ms": words[-1][1], "text": one.text, "words": words, "confidence": 0.9,
    }  # fmt: skip


def voices(said: list[Said], chance: Generator) -> list[list[int]]:
    """As an ear tells them: edges up to 0.2 s off, a pause within one voice not heard."""
    numbers = {who: n for n, who in enumerate(dict.fromkeys(each.speaker for each in said), 1)}
    found: list[list[int]] = []
    for each in said:
        start, end = (edge + int(chance.integers(-200, 200)) for edge in (each.start_ms, each.end_ms))
        if found and found[-1][2] == numbers[each.speaker] and start - found[-1][1] < 1500:
            found[-1][1] = end
        else:
            found.append([max(start, found[-1][1] if found else 0), end, numbers[each.speaker]])
    return found


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("late", [False, True])
def test_with_an_ear_no_interjection_is_put_into_the_speakers_mouth(
    db: Session, late: bool, seed: int
) -> None:
    found = score(
        db, evening(seed, interjections=True), late=late, voices=True, chance=np.random.default_rng(seed)
    )
    assert found.per_cent(found.wrong) <= MOST_WRONG
    assert found.per_cent(found.right) >= 90
    assert found.section_s <= 3


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("late", [False, True])
def test_without_an_ear_and_without_interjections_the_record_is_enough(
    db: Session, late: bool, seed: int
) -> None:
    found = score(
        db, evening(seed, interjections=False), late=late, voices=False, chance=np.random.default_rng(seed)
    )
    assert found.per_cent(found.wrong) <= MOST_WRONG
    assert found.per_cent(found.right) >= 85
    assert found.section_s <= 3


def test_a_record_taken_at_its_word_is_wrong_more_often() -> None:
    for interjections in (False, True):
        found = control(evening(1, interjections=interjections), late=True)
        assert found.per_cent(found.wrong) > MOST_WRONG
