"""Pages that stop reading, in short; tests/benchmarks/stalled.py is the whole proof."""

import pytest

from tests.benchmarks.short import short

pytestmark = pytest.mark.process
SHORT = ("--watchers", "100", "--stalled", "20", "--rate", "20", "--seconds", "3", "--p99", "1500")


def test_who_reads_does_not_wait_for_who_does_not() -> None:
    status, said = short("stalled", *SHORT)
    assert status == 0, said
    assert "stalled pages that show in the end what a fresh page shows: 20" in said


def test_the_proof_notices_a_server_that_waits_for_every_page() -> None:
    status, said = short("stalled", *SHORT, "--control")
    assert status == 1, said
    assert "beside those when all were reading: 0." in said
