"""Where packets belong in time: bursts, drift, sleep, and what is put in and left out for it."""

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from meetings.floor.timing import FAR_MS, GAP_MS, NEAR_MS, Amends, Arrival, Pace, amends

T = 1_790_000_000_000.0


def came(*moments: float, first: int = 5, turn: int = 1, step: int = 1, frame: float = 60) -> list[Arrival]:
    """Packets that count on, by when they came after T."""
    return [Arrival(turn, first + n * step, b"x", frame, T + at) for n, at in enumerate(moments)]


def places(pace: Pace, packets: Sequence[Arrival]) -> list[float]:
    """When each was spoken, after T, as it is known once the last has come."""
    media = [pace.hear(each) for each in packets]
    return [pace.moment(each) - T for each in media]


def test_a_packet_was_spoken_before_it_came() -> None:
    assert places(Pace(), came(60, 120, 180)) == [0, 60, 120]


def test_a_burst_after_a_stall_is_not_torn() -> None:
    assert places(Pace(), came(60, 120, 580, 580, 580, 580, 580, 581, 600)) == [60 * n for n in range(9)]


def test_what_the_line_held_back_at_the_beginning_is_told_by_what_comes_with_it() -> None:
    assert places(Pace(), came(500, 500, 500, 500, 300)) == [0, 60, 120, 180, 240]


def test_frames_that_were_counted_and_not_sent_leave_a_gap() -> None:
    assert places(Pace(), came(60, 240, 420, step=3)) == [0, 180, 360]


def test_a_count_that_runs_ahead_of_time_is_not_believed() -> None:
    assert places(Pace(), came(60, 120, 180, step=1000)) == [0, 60, 120]


@given(st.floats(-200, 200), st.floats(0, 30), st.integers())
def test_the_clock_of_a_speaker_is_followed(ppm: float, base: float, seed: int) -> None:
    """For two minutes. Every tenth packet takes the least time; the others are as late as they like."""
    chance, pace, step, free = random.Random(seed), Pace(), 60 / (1 + ppm / 1e6), 0.0
    wrong = []
    for n in range(2000):
        least = n * step + step + base
        free = max(free, least + (chance.uniform(0, 400) if n % 10 else 0))
        media = pace.hear(Arrival(1, n, b"x", 60, T + free))
        if free == least:
            wrong.append(pace.moment(media) - T - n * step - base)
    assert max(map(abs, wrong)) < 6


def test_after_a_break_the_count_holds_for_what_was_held_back_and_not_for_a_sleeper() -> None:
    pace = Pace()
    places(pace, came(60, 120, 180))
    held_back = came(*[3180] * 50, first=8)
    slept = came(3180, 3240, first=8)
    counted = came(3200, 3260, first=58)
    others = came(*[3180] * 50, first=8, turn=2)
    anew = came(*[3180] * 50, first=0)
    assert [pace.goes_on(each) for each in (held_back, slept, counted, others, anew)] == [
        True, False, True, False, False,
    ]  # fmt: skip


def test_small_drift_waits_for_a_quiet_packet() -> None:
    assert amends(NEAR_MS, 60, is_quiet=False) == Amends(0, True)
    assert amends(NEAR_MS, 60, is_quiet=True) == Amends(1, True)
    assert amends(-NEAR_MS, 60, is_quiet=False) == Amends(0, True)
    assert amends(-NEAR_MS, 60, is_quiet=True) == Amends(2, False)
    assert amends(-NEAR_MS, 20, is_quiet=True) == Amends(0, False)


def test_greater_drift_waits_for_nothing() -> None:
    assert amends(FAR_MS, 60, is_quiet=False) == Amends(2, True)
    assert amends(-FAR_MS, 60, is_quiet=False) == Amends(2, False)


def test_nobody_loses_a_sentence_because_it_came_late() -> None:
    assert amends(-GAP_MS, 60, is_quiet=False) == Amends(0, True)
    assert amends(-400, 60, is_quiet=True) == Amends(0, False)


def test_a_gap_is_filled() -> None:
    assert amends(1000, 60, is_quiet=False) == Amends(50, True)


@given(st.floats(-10_000, 10_000), st.sampled_from([20.0, 60.0]), st.booleans())
def test_amends_never_make_it_worse(behind: float, frame: float, is_quiet: bool) -> None:
    put = amends(behind, frame, is_quiet=is_quiet)
    after = behind - 20 * put.silences if put.is_kept else behind + frame - 20 * put.silences
    assert abs(after) <= max(abs(behind), 10)


def test_a_packet_is_quiet_when_it_is_much_smaller_than_they_are_of_late() -> None:
    pace = Pace()
    assert [pace.is_quiet(bytes(size)) for size in (200, 180, 220, 20, 190)] == [
        False, False, False, True, False,
    ]  # fmt: skip
