"""Keeping up with what is said: late, later, too late."""

from transcripts.captioning.pace import FINE, LATE_S, SKIP, STOP, Pace


def test_being_a_little_behind_is_fine() -> None:
    pace = Pace()
    assert [pace.note(LATE_S, n) for n in range(100)] == [FINE] * 100


def test_who_is_late_again_and_again_stops() -> None:
    pace = Pace()
    assert [pace.note(20, 20 * n) for n in range(4)] == [SKIP, SKIP, SKIP, STOP]


def test_being_late_now_and_then_is_borne() -> None:
    pace = Pace()
    assert [pace.note(20, 100 * n) for n in range(10)] == [SKIP] * 10
