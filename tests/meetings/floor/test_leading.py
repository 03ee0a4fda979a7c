"""Who leads: one of several, until it lets go or is killed."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from meetings.floor.leading import LONGEST_ADDRESS, Leading, address_of, opened_door, own_door

HOLD = """
import sys, time
from pathlib import Path
from meetings.floor.leading import Leading
leading = Leading(Path(sys.argv[1]))
print(leading.try_to_lead(), flush=True)
time.sleep(60)
"""


def test_one_leads_and_another_takes_over_when_it_lets_go(tmp_path: Path) -> None:
    first, second = Leading(tmp_path / "run"), Leading(tmp_path / "run")
    second.own = tmp_path / "run" / "web-2.sock"
    assert first.leader_path() is None
    assert [first.try_to_lead(), second.try_to_lead(), first.try_to_lead()] == [True, False, True]
    assert [first.is_leader, second.is_leader] == [True, False]
    assert second.leader_path() == first.leader_path() == own_door(tmp_path / "run")

    first.let_go()
    assert second.try_to_lead()
    assert [first.is_leader, second.is_leader] == [False, True]
    assert first.leader_path() == second.own
    assert not first.try_to_lead()
    second.let_go()


@pytest.mark.process
def test_the_lock_of_a_process_that_is_killed_is_free(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == "True\n"
        leading = Leading(tmp_path)
        assert not leading.try_to_lead()
        assert leading.leader_path() == tmp_path / f"web-{holder.pid}.sock"
        holder.send_signal(signal.SIGKILL)
    assert leading.try_to_lead()
    leading.let_go()


@pytest.mark.parametrize("length", [1, 2 * LONGEST_ADDRESS])
def test_the_door_for_neighbours_is_there_however_long_its_path_is(tmp_path: Path, length: int) -> None:
    folder = tmp_path / ("f" * length)
    with opened_door(folder) as door:
        door.listen()
        assert own_door(folder).stat().st_mode & 0o777 == 0o600
        with socket.socket(socket.AF_UNIX) as neighbour, address_of(own_door(folder)) as address:
            neighbour.connect(address)
            inside, _ = door.accept()
            with inside:
                neighbour.sendall(b"hello")
                assert inside.recv(5) == b"hello"
    assert not own_door(folder).exists()


def test_what_killed_processes_have_left_is_removed_and_no_neighbours_door(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    neighbour, left = tmp_path / f"web-{os.getppid()}.sock", tmp_path / f"web-{gone.pid}.sock"
    for path in (own_door(tmp_path), neighbour, left):
        path.touch()
    with opened_door(tmp_path) as door:
        door.listen()
        assert set(tmp_path.iterdir()) == {own_door(tmp_path), neighbour}
