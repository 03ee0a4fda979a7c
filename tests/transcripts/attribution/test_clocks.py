"""Known moments lay a recording's clock over the meeting's: offset, drift, a recorder that stood still."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from engage import clock
from tests.make import EPOCH
from transcripts.attribution.clocks import knots_of, ms_of, unsure_spans, with_pauses
from transcripts.attribution.course import clock_at, ms_at

MINUTE = 60_000


def at(ms: int) -> str:
    return clock.text(EPOCH + timedelta(milliseconds=ms))


def test_without_a_known_moment_nobody_can_say() -> None:
    assert ms_at([], EPOCH) is None


def test_one_known_moment_is_an_offset_on_both_sides_of_it() -> None:
    anchors = [[5000, at(65_000)]]
    assert ms_at(anchors, EPOCH + timedelta(seconds=60)) == 0
    assert ms_at(anchors, EPOCH) == -60_000
    assert clock_at(anchors, 10_000) == EPOCH + timedelta(seconds=70)


def test_between_two_known_moments_a_clock_that_drifts_is_stretched() -> None:
    anchors = [[0, at(0)], [60 * MINUTE, at(60 * MINUTE + 6000)]]
    assert ms_at(anchors, EPOCH + timedelta(minutes=30, seconds=3)) == 30 * MINUTE
    assert clock_at(anchors, 30 * MINUTE) == EPOCH + timedelta(minutes=30, seconds=3)
    assert ms_at(anchors, EPOCH + timedelta(minutes=70, seconds=6)) == 70 * MINUTE
    assert unsure_spans(knots_of(anchors)) == []


def test_a_recorder_that_stood_still_in_the_recess_is_allowed_for() -> None:
    """15 minutes of recess, of which it ran on for the first."""
    knots = knots_of([[10 * MINUTE, at(10 * MINUTE)], [40 * MINUTE, at(54 * MINUTE)]])
    rose, sat = (EPOCH + timedelta(minutes=n) for n in (20, 35))
    paused = with_pauses(knots, [(rose, sat)])
    assert unsure_spans(knots) == [(10 * MINUTE, 40 * MINUTE)]
    assert unsure_spans(paused) == []
    assert ms_of(paused, EPOCH + timedelta(minutes=15)) == 15 * MINUTE
    assert ms_of(paused, EPOCH + timedelta(minutes=50)) == 36 * MINUTE
    assert {ms_of(paused, EPOCH + timedelta(minutes=n)) for n in (21, 27, 33)} == {20 * MINUTE}


def test_two_recesses_share_by_their_length() -> None:
    knots = knots_of([[0, at(0)], [40 * MINUTE, at(70 * MINUTE)]])
    breaks = [(EPOCH + timedelta(minutes=a), EPOCH + timedelta(minutes=b)) for a, b in ((10, 20), (40, 60))]
    paused = with_pauses(knots, breaks)
    assert [ms_of(paused, EPOCH + timedelta(minutes=n)) for n in (10, 20, 30, 60)] == [
        10 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE
    ]  # fmt: skip


def test_moments_that_no_recess_explains_are_not_sure_between_them() -> None:
    knots = knots_of([[0, at(0)], [10 * MINUTE, at(12 * MINUTE)], [20 * MINUTE, at(22 * MINUTE)]])
    assert unsure_spans(with_pauses(knots, [])) == [(0, 10 * MINUTE)]


@st.composite
def anchors(draw: st.DrawFn) -> list[list[object]]:
    """Of a recording whose clock drifts by up to 5 %."""
    places = sorted(draw(st.sets(st.integers(0, 10_000_000), min_size=1, max_size=5)))
    clocks, now = [], draw(st.integers(-1000, 1000))
    for n, place in enumerate(places):
        now += round((place - (places[n - 1] if n else 0)) * draw(st.floats(0.95, 1.05)))
        clocks.append(now + n)
    return [[place, at(shown)] for place, shown in zip(places, clocks, strict=True)]


@given(anchors(), st.integers(0, 12_000_000))
def test_there_and_back_is_the_same_place(known: list[list[object]], ms: int) -> None:
    back = ms_at(known, clock_at(known, ms))
    assert back is not None and abs(back - ms) <= 1


@given(anchors(), st.lists(st.integers(0, 12_000_000), min_size=2, max_size=2))
def test_what_is_heard_later_happened_later(known: list[list[object]], places: list[int]) -> None:
    first, second = sorted(places)
    assert clock_at(known, first) <= clock_at(known, second)
