"""How much a microphone may send."""

import pytest

from meetings.floor.allowance import BURST_S, BYTES_S, PACKETS_S, Allowance
from meetings.floor.packets import HEADER, MOST_OPUS, PCM_RATE


class Watch:
    """Monotonic seconds as a test sets them."""

    at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.mark.parametrize(
    ("frame_ms", "size"),
    [(20, 80), (60, 240), (20, 2 * PCM_RATE * 20 // 1000), (60, 2 * PCM_RATE * 60 // 1000)],
)
def test_what_a_browser_sends_is_taken_for_hours(frame_ms: int, size: int) -> None:
    watch = Watch()
    allowance = Allowance(watch)
    for _ in range(3 * 3_600_000 // frame_ms):
        watch.at += frame_ms / 1000
        assert allowance.takes(HEADER.size + size)


def test_what_a_stalled_line_held_is_taken_at_once() -> None:
    """Some seconds of it; and when it has flowed again for as long, once more."""
    watch = Watch()
    allowance = Allowance(watch)
    for _ in range(3):
        assert all(allowance.takes(248) for _ in range(1000 * BURST_S // 60))
        watch.at += 2 * BURST_S


def test_more_packets_than_frames_are_too_many() -> None:
    allowance = Allowance(Watch())
    assert [allowance.takes(20) for _ in range(PACKETS_S * BURST_S + 1)].index(False) == PACKETS_S * BURST_S


def test_more_bytes_than_a_codec_makes_are_too_many() -> None:
    allowance = Allowance(Watch())
    most = BYTES_S * BURST_S // MOST_OPUS
    assert [allowance.takes(MOST_OPUS) for _ in range(most + 1)].index(False) == most


def test_a_steady_excess_is_found() -> None:
    watch = Watch()
    allowance = Allowance(watch)
    while allowance.takes(100):
        watch.at += 1 / (2 * PACKETS_S)
    assert watch.at == pytest.approx(100 + BURST_S, abs=0.1)
