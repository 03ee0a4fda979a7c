"""In short: a server that is killed while somebody speaks, and listeners behind relays."""

import pytest

from tests.benchmarks.short import short

pytestmark = [pytest.mark.process, pytest.mark.proof]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_turn_goes_on_after_kill_9_and_its_recording_is_whole(processes: int) -> None:
    chosen = (
        "--kills",
        "1",
        "--listeners",
        "3",
        "--processes",
        str(processes),
        "--seed",
        "1",
        "--apart",
        "250",
    )
    status, said = short("floor_kills", *chosen)
    assert status == 0, said
    assert "packets sent earlier than 300 ms before a kill, and lost: 0" in said.splitlines()


def test_what_a_recording_has_lost_is_found() -> None:
    status, said = short("floor_kills", "--kills", "1", "--listeners", "1", "--seed", "1", "--control")
    assert status == 1, said
    found = said.splitlines()[-1]  # a part that is cut in its first page cannot be read at all
    assert "packets lost" in found or "cannot be read to its end" in found


def test_listeners_behind_relays_get_every_packet() -> None:
    status, said = short("floor_relays", "--listeners", "20", "--seconds", "3")
    assert status == 0, said
    assert {"listeners: 20", "packets not delivered: 0"} <= set(said.splitlines())


def test_a_packet_that_a_listener_has_missed_is_found() -> None:
    status, said = short("floor_relays", "--listeners", "3", "--seconds", "3", "--control")
    assert status == 1, said
    assert "packets not delivered: 0" not in said.splitlines()
