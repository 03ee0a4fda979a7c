"""kill -9 of the web process under load, in short; tests/benchmarks/kills.py is the whole proof."""

import os
import shutil

import pytest

from tests.benchmarks.short import short

pytestmark = pytest.mark.process
FEW = ("--clients", "10", "--rate", "60", "--seed", "1")
ALL_IS_WELL = "lost 0, doubled 0, reordered 0; every store whole"
has_no_strace = shutil.which("strace") is None and not os.environ.get("CI")


def test_nothing_acknowledged_is_lost_at_a_random_moment() -> None:
    status, said = short("kills", "--kills", "10", "--random-only", *FEW)
    assert status == 0, said
    assert "kills: 10\n" in said
    assert ALL_IS_WELL in said


@pytest.mark.skipif(has_no_strace, reason="strace kills at a chosen write, and is not installed")
def test_nothing_acknowledged_is_lost_at_a_chosen_write_or_sync() -> None:
    status, said = short("kills", "--kills", "10", "--calls-only", *FEW)
    assert status == 0, said
    assert "of these at a chosen write or sync: 10\n" in said
    assert ALL_IS_WELL in said


@pytest.mark.parametrize(
    ("control", "found"), [("keys", "doubled:"), ("early", "lost:"), ("order", "reordered:")]
)
def test_the_proof_finds_a_planted_fault(control: str, found: str) -> None:
    status, said = short("kills", "--kills", "4", "--random-only", "--control", control, *FEW)
    assert status == 1, said
    assert f"\n{found} " in said
