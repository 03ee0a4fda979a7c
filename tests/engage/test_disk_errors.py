"""A disk that refuses writes and syncs, in short; tests/benchmarks/disk_errors.py is the whole proof."""

import pytest

from tests.benchmarks.short import short

pytestmark = pytest.mark.process
LOAD = ("--clients", "20", "--rate", "40", "--seed", "1")


def test_no_act_is_acknowledged_that_the_disk_refused() -> None:
    status, said = short("disk_errors", "--seconds", "4", *LOAD)
    assert status == 0, said
    assert "acknowledged acts lost, doubled or reordered: 0\n" in said


def test_the_proof_sees_a_failed_commit_that_is_believed() -> None:
    status, said = short("disk_errors", "--seconds", "6", *LOAD, "--control")
    assert status == 1, said
    assert "lost: " in said
