"""What sounds alike is joined, and what does not stays apart, however long the recording is."""

import numpy as np
import pytest

from transcripts.voices import clusters
from transcripts.voices.clusters import Clusters, Vectors, directions, told_apart

RNG = np.random.default_rng(11)
PEOPLE = np.eye(8, 256, dtype=np.float32)


def heard(people: list[int], *, blur: float = 0.03) -> Clusters:
    """Each 2 s long, and 0.9 alike for one person, 0 for two."""
    voices: Vectors = directions(PEOPLE[people] + RNG.standard_normal((len(people), 256)) * blur)
    ms = np.full(len(people), 2000, np.float32)
    return Clusters(voices * ms[:, None], ms)


def people(found: Clusters) -> list[tuple[int, float]]:
    nearest = (found.voices @ PEOPLE.T).argmax(axis=1)
    return sorted(zip(nearest.tolist(), found.ms.tolist(), strict=True))


def test_each_person_is_one_cluster() -> None:
    assert people(told_apart(heard([0, 1, 1, 2, 0, 1]))) == [(0, 4000), (1, 6000), (2, 2000)]


def test_one_alone_and_nobody() -> None:
    assert people(told_apart(heard([3]))) == [(3, 2000)]
    assert people(told_apart(heard([]))) == []


@pytest.mark.parametrize("block", [2, 7, 600])
def test_blocks_do_not_change_who_is_found(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "BLOCK", block)
    order = [int(n) for n in RNG.integers(0, 8, 200)]
    assert people(told_apart(heard(order))) == [(n, 2000 * order.count(n)) for n in range(8)]


def test_the_threshold_is_a_mean_of_all_pairs() -> None:
    """Three in a row, the outer two too far from each other: two are joined, the third is not."""
    angles = np.arccos(np.array([1, 0.80, 0.80])).cumsum()
    voices = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    ms = np.array([1000, 1100, 1000], np.float32)
    found = told_apart(Clusters(voices * ms[:, None], ms))
    assert sorted(found.ms.tolist()) == [1000, 2100]


def test_short_ones_can_be_left_out_but_never_all() -> None:
    found = told_apart(heard([0, 0, 1]))
    assert people(found.longer_than(3000)) == [(0, 4000)]
    assert people(found.longer_than(9000)) == [(0, 4000)]
