"""Workers that are killed, in short; tests/benchmarks/workers_killed.py is the whole proof."""

import pytest

from tests.benchmarks.short import short

pytestmark = [pytest.mark.process, pytest.mark.proof]
SMALL = ("--model", "stand-in", "--stand-in-seconds", "0.4", "--minutes", "1", "--window", "15")


def test_killed_again_and_again_they_make_the_transcript_of_an_undisturbed_run() -> None:
    status, said = short("workers_killed", *SMALL, "--workers", "2", "--kills", "3", "--lease", "1.5")
    assert status == 0, said
    assert "2 at once: killed: 3\n" in said


def test_the_proof_sees_leases_that_run_out_at_once() -> None:
    status, said = short("workers_killed", *SMALL, "--control")
    assert (status, "windows heard again after 0 kills" in said) == (1, True), said


def test_the_proof_sees_what_depends_on_what_was_heard_before() -> None:
    options = ("--workers", "1", "--kills", "3", "--lease", "4", "--control", "memory")
    status, said = short("workers_killed", *SMALL, *options)
    assert (status, "another transcript than undisturbed" in said) == (1, True), said
