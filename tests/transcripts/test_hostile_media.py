"""Files that mean harm are refused or processed, and nothing but the file itself is read."""

import re

import pytest

from tests.benchmarks.hostile_files import hostile_files
from tests.benchmarks.short import short

LARGE = "26 hours|gigabyte|200 MB|160 MB|256 MB|20,000|500 links|5,000"
"""What takes long, or much memory: left to the whole run."""


def figure(said: str, name: str) -> int:
    return int(re.findall(rf"^{name}: (\d+)$", said, re.MULTILINE)[0])


@pytest.mark.proof
def test_every_file_is_refused_or_processed_and_nothing_else_is_read() -> None:
    status, said = short("hostile_media", "--each", "0", "--but", LARGE)
    assert status == 0, said
    assert figure(said, "files") >= 80
    assert figure(said, "files") == figure(said, "refused with a sentence") + figure(said, "processed")


@pytest.mark.proof
def test_it_would_see_a_file_or_an_address_that_is_asked_for() -> None:
    status, said = short("hostile_media", "--control", "--only", "list")
    assert status == 0, said
    assert int(re.findall(r"control: (\d+) files", said)[0]) >= 6


def test_there_are_as_many_as_promised() -> None:
    files = hostile_files(1, 3, 1)
    assert len(files) == len({*files}) >= 150
