"""Who is present at the other processes: told within two of their looks, forgotten when they end."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engage.neighbours import STALE_S
from engage.push import presence
from engage.push.presence import WRITE_S, Presence


class Process(Presence):
    """Stands for a process of its own: the file of a number that is running, and a clock of the test's."""

    def __init__(self, folder: Path, number: int) -> None:
        super().__init__(folder)
        self.file = folder / f"present-{number}.json"

    def later(self) -> set[str]:
        """As though the time between two writings had gone by."""
        self._written_at -= WRITE_S
        return self.exchange()


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Process, Process]:
    return Process(tmp_path / "run", os.getpid()), Process(tmp_path / "run", os.getppid())


def test_who_is_here_is_known_there(pair: tuple[Process, Process]) -> None:
    here, there = pair
    here.tell({"m": {"ana", "ben"}, "empty": set()})
    assert here.exchange() == set()
    assert there.exchange() == {"m"}
    assert there.others("m") == {"ana", "ben"}
    assert there.others("empty") == there.others("other") == set()
    assert here.others("m") == set()


def test_only_the_meetings_where_somebody_has_come_or_gone_are_named(pair: tuple[Process, Process]) -> None:
    here, there = pair
    here.tell({"m": {"ana"}, "n": {"cy"}})
    here.exchange(), there.exchange()

    here.tell({"m": {"ana"}, "n": {"cy", "dee"}})
    here.later()
    assert there.exchange() == {"n"}
    assert there.exchange() == set()

    here.tell({"m": {"ana"}})
    here.later()
    assert there.exchange() == {"n"}
    assert (there.others("m"), there.others("n")) == ({"ana"}, set())


def test_a_file_is_written_at_most_once_a_second_and_only_with_news(pair: tuple[Process, Process]) -> None:
    here, there = pair
    here.tell({"m": {"ana"}})
    here.exchange()
    here.tell({"m": {"ana", "ben"}})
    here.exchange()
    there.exchange()
    assert there.others("m") == {"ana"}

    here.later()
    first = here.file.stat().st_ino, here.file.stat().st_mtime_ns
    here.later()
    assert (here.file.stat().st_ino, here.file.stat().st_mtime_ns) == first


def test_a_process_that_has_ended_is_present_nowhere(pair: tuple[Process, Process]) -> None:
    here, _ = pair
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    gone = Process(here.folder, ended.pid)
    gone.tell({"m": {"ana"}})
    gone.exchange()
    assert here.exchange() == set()
    assert here.others("m") == set()
    assert not gone.file.exists()


def test_a_process_that_leaves_takes_its_people_along(pair: tuple[Process, Process]) -> None:
    here, there = pair
    here.tell({"m": {"ana"}})
    here.exchange(), there.exchange()
    here.leave()
    here.leave()
    assert there.exchange() == {"m"}
    assert there.others("m") == set()


def test_a_number_with_a_new_owner_does_not_keep_the_old_ones_people(pair: tuple[Process, Process]) -> None:
    here, there = pair
    here.tell({"m": {"ana"}})
    here.exchange()
    old = time.time() - STALE_S - 1
    os.utime(here.file, (old, old))
    assert there.exchange() == set()
    assert there.others("m") == set()

    here._written_at -= presence.BEAT_S
    here.exchange()
    assert there.exchange() == {"m"}


def test_a_file_that_was_taken_away_is_written_again(pair: tuple[Process, Process]) -> None:
    here, there = pair
    here.tell({"m": {"ana"}})
    here.exchange()
    here.file.unlink()
    here._written_at -= presence.BEAT_S
    here.exchange(), here.exchange()
    there.exchange()
    assert there.others("m") == {"ana"}


@pytest.mark.parametrize("junk", ["", "{"])
def test_junk_in_the_folder_is_nobody(pair: tuple[Process, Process], junk: str) -> None:
    here, there = pair
    here.folder.mkdir()
    here.file.write_text(junk, "utf-8")
    (here.folder / "present-x.json").write_text(json.dumps({"m": ["ana"]}), "utf-8")
    assert there.exchange() == set()
    assert there.others("m") == set()
