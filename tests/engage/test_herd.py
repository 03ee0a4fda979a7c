"""kill -9 with pages open, in short; tests/benchmarks/herd.py is the whole proof."""

import json
import re

import pytest

from engage.render import STATIC
from tests.benchmarks.short import short
from tests.benchmarks.sites import CROWD, FIRST

pytestmark = pytest.mark.process


def test_everybody_comes_back_and_the_clerk_first() -> None:
    status, said = short("herd", "--watchers", "200", "--faster", "4")
    assert status == 0, said
    assert "handshakes answered with something else: 0" in said


def test_the_proof_comes_back_as_the_browsers_do() -> None:
    script = (STATIC / "js" / "connection.js").read_text()
    spreads = dict(re.findall(r"(crowd|first): (\[.*?\])", script))
    assert {name: tuple(json.loads(numbers)) for name, numbers in spreads.items()} == {
        "crowd": CROWD,
        "first": FIRST,
    }
