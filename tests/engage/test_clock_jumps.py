"""The machine's clock is set in mid-speech, in short; tests/benchmarks/clock_jumps.py is the whole proof."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.faked_clock import MISSING, library

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(library() is None and os.environ.get("CI") != "true", reason=MISSING),
]


def proof(*options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.benchmarks.clock_jumps", "--short", "--seed", "4", *options]
    return subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=300, check=False
    )


def test_a_meeting_does_not_notice_that_the_clock_is_set() -> None:
    done = proof()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "acts lost, doubled or reordered: 0\nother faults: 0\n" in done.stdout


def test_the_proof_notices_a_server_that_goes_by_the_machines_clock() -> None:
    done = proof("--control")
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(r"set back by 1:00:00: the speaker's time is off by 3,(599|600)\.\d s\n", done.stdout)
    assert "set back by 1:00:00: a session that was over has begun again\n" in done.stdout
