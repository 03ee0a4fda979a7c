"""A stream's times go on where they jump."""

import pytest

from transcripts.fetching.timeline import Timeline

S = 1_000_000
WRAP = 2**33 * S // 90_000
"""When a clock of MPEG-TS has counted round."""


def sound(timeline: Timeline, *starts: int) -> list[float]:
    """When packets of a second are heard."""
    return [timeline.placed("audio", start, start, S)[0] / S for start in starts]


def begun(start: int) -> Timeline:
    timeline = Timeline()
    timeline.begin_run(start, start)
    return timeline


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ((0, 1, 2), (0, 1, 2)),
        ((500, 501), (0, 1)),
        ((5, 6, 0, 1), (0, 1, 2, 3)),
        ((5, 6, 5000, 5001, 7), (0, 1, 2, 3, 4)),
        ((WRAP // S - 1, 0, 1), (0, 1, 2)),
        ((0, 1, 8, 9), (0, 1, 8, 9)),
        ((0, 1, 12.5, 13.5), (0, 1, 2, 3)),
    ],
    ids=["from 0", "from later on", "back", "away and back", "round", "a hole", "too large a hole"],
)
def test_what_comes_after_a_jump_goes_on(starts: tuple[float, ...], expected: tuple[int, ...]) -> None:
    timeline = begun(int(starts[0] * S))
    assert sound(timeline, *(int(start * S) for start in starts)) == list(expected)


def test_sound_and_picture_stay_together_when_both_jump() -> None:
    timeline = begun(0)
    for second in (0, 1, 900, 901):
        assert timeline.placed("video", second * S, second * S, S)[0] == (second % 100 + 2 * (second > 1)) * S
        [heard] = sound(timeline, second * S + S // 10)
        assert heard == pytest.approx(second % 100 + 2 * (second > 1) + 0.1)


def test_a_picture_that_seldom_changes_is_no_jump() -> None:
    timeline = begun(0)
    timeline.placed("video", 0, 0, 0)
    sound(timeline, *range(0, 60 * S, S))
    assert timeline.placed("video", 60 * S, 60 * S, 0) == (60 * S, 60 * S)


def test_packets_are_decoded_one_after_another_and_not_shown_before() -> None:
    timeline = begun(0)
    times = [(0, -80), (160, -40), (80, 0), (40, 0), (120, -10), (None, None)]
    placed = [
        timeline.placed("video", pts and pts * 1000, None if dts is None else dts * 1000, 40_000)
        for pts, dts in times
    ]
    decoded = [at for _, at in placed]
    assert decoded == sorted(set(decoded)) and all(shown >= at for shown, at in placed)


def test_a_new_run_begins_where_the_sound_has_ended_unless_only_the_picture_went_on() -> None:
    timeline = begun(0)
    sound(timeline, 0, S)
    timeline.placed("video", 0, 0, 2 * S + S // 10)
    timeline.begin_run(70 * S, 70 * S)
    assert sound(timeline, 70 * S) == [2]
    timeline.placed("video", 70 * S, 70 * S, 9 * S)
    timeline.begin_run(0, 0)
    assert sound(timeline, 0) == [11]
