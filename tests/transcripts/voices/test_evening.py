"""The benchmarks' made evenings are what they say, and their scores count what they should."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.interjections import Evening, assembled, made_late
from tests.benchmarks.made_meetings import write_sound
from transcripts.audio import probe
from transcripts.pauses import RATE

RNG = np.random.default_rng(2)


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips of hum and noise: ten of 5 s for each of three speakers."""
    folder = tmp_path_factory.mktemp("speech")
    rows = []
    for speaker in ("ann", "bob", "cat"):
        for n in range(10):
            write_sound(folder / f"{speaker}{n}.wav", RNG.standard_normal(5 * RATE).astype(np.float32) * 0.1)
            words = {"text": f"{speaker} {n}", "language": "en", "speaker": speaker}
            rows.append(json.dumps({"file": f"{speaker}{n}.wav", **words}))
    (folder / "manifest.jsonl").write_text("\n".join(rows))
    return folder


@pytest.fixture(scope="module")
def evening(speech: Path, tmp_path_factory: pytest.TempPathFactory) -> Evening:
    return assembled(speech, tmp_path_factory.mktemp("evening"), 4)


def test_the_record_covers_what_the_speakers_say(evening: Evening) -> None:
    assert evening.dais not in {who for _, _, who in evening.exact}
    for said in evening.said:
        floor = [who for start, end, who in evening.exact if start <= said.start_ms and said.end_ms <= end]
        assert floor == [said.speaker] or said.speaker == evening.dais
    assert (probe(evening.path).duration_ms or 0) >= evening.said[-1].end_ms


def test_into_every_third_turn_the_dais_speaks_for_ten_seconds(evening: Evening) -> None:
    within = [
        sum(
            s.end_ms - s.start_ms
            for s in evening.said
            if s.speaker == evening.dais and start < s.start_ms < end
        )
        for start, end, _ in evening.exact
    ]
    assert [ms > 0 for ms in within] == [n % 3 == 2 for n in range(len(within))]
    assert evening.interjections == len(within) // 3
    assert {ms for ms in within if ms} == {10_000}


def test_both_ends_of_a_turn_are_noted_up_to_three_seconds_late() -> None:
    exact = [(n * 20_000, n * 20_000 + 15_000, "ann") for n in range(200)]
    late = made_late(exact, np.random.default_rng(1))
    starts = [was - start for (start, _, _), (was, _, _) in zip(exact, late, strict=True)]
    ends = [was - end for (_, end, _), (_, was, _) in zip(exact, late, strict=True)]
    for delays in (starts, ends):
        assert (min(delays), max(delays)) == (pytest.approx(0, abs=100), pytest.approx(3000, abs=100))
        assert np.mean(delays) == pytest.approx(1500, abs=150)


def test_the_next_turn_ends_the_one_before() -> None:
    exact = [(n * 5000, n * 5000 + 5000, "ann") for n in range(50)]
    late = made_late(exact, np.random.default_rng(1))
    assert all(one[1] <= following[0] for one, following in pairwise(late))


def test_the_same_seed_makes_the_same_evening(speech: Path, evening: Evening, tmp_path: Path) -> None:
    again, other = assembled(speech, tmp_path, 4), assembled(speech, tmp_path, 5)
    assert again.path.read_bytes() == evening.path.read_bytes()
    assert again[1:] == evening[1:]
    assert other.late != evening.late


def test_the_hard_one_is_a_small_mp3(speech: Path, tmp_path: Path) -> None:
    hard = assembled(speech, tmp_path, 4, hard=True)
    seconds = (probe(hard.path).duration_ms or 0) / 1000
    assert probe(hard.path).kind == "audio/mpeg"
    assert hard.path.stat().st_size * 8 / seconds == pytest.approx(32_000, rel=0.05)


def test_errors_are_counted_by_kind() -> None:
    scoring = pytest.importorskip("tests.benchmarks.diarisation", reason="the extra `bench` is not installed")
    annotation, compared = scoring.annotation, scoring.compared
    truth = annotation([(0, 10, "ann"), (10, 20, "bob")])
    assert compared(truth, annotation([(0, 10, "1"), (10, 20, "2")]), 30) == (0, 0, 0, 0, 0)
    assert compared(truth, annotation([(0, 10.2, "1"), (10.2, 20, "2")]), 30) == pytest.approx(
        (0, 1, 0, 0, 1)
    )
    assert compared(truth, annotation([(0, 10, "1"), (12, 20, "2")]), 30)[1:] == pytest.approx((10, 10, 0, 0))
    assert compared(truth, annotation([(0, 10, "1"), (10, 24, "2")]), 30)[1:] == pytest.approx((20, 0, 20, 0))
    assert compared(truth, annotation([(0, 20, "1")]), 30)[1:] == pytest.approx((50, 0, 0, 50))
