"""Many listeners at one process, in short; tests/benchmarks/floor_listeners.py is the whole proof."""

import pytest

from tests.benchmarks.short import short

pytestmark = pytest.mark.process
SHORT = ("--listeners", "100", "--seconds", "3", "--most", "500", "--no-pin")


def test_everybody_gets_every_packet_whoever_does_not_read() -> None:
    status, said = short("floor_listeners", *SHORT, "--stalled", "10")
    assert status == 0, said
    assert "packets not delivered: 0" in said


def test_the_proof_notices_a_packet_that_is_missing() -> None:
    status, said = short("floor_listeners", *SHORT, "--control")
    assert status == 1, said
    assert "packets not delivered: 0" not in said
