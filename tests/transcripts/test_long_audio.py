"""Long recordings, in short; tests/benchmarks/long_audio.py is the whole proof."""

import pytest

from tests.benchmarks.short import short

pytestmark = [pytest.mark.process, pytest.mark.proof]
SMALL = ("--speech", "0", "--warm-up", "0.1", "--window", "20")


def test_memory_does_not_grow_with_the_length_and_silence_says_nothing() -> None:
    status, said = short("long_audio", *SMALL, "--silence", "0.4")
    assert status == 0, said
    assert "silence: lines: 0\n" in said


def test_the_proof_sees_a_worker_that_keeps_what_it_has_heard() -> None:
    status, said = short("long_audio", *SMALL, "--silence", "0.2", "--control")
    assert (status, "memory grows" in said) == (1, True), said
