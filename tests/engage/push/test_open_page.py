"""Open pages on our own server, by real sockets: what they get, and what comes of one that stops reading."""

import contextlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from comments.queue import actions
from engage import people
from engage.push import hub as hubs
from engage.settings import Settings
from tests.make import City, wait_for
from tests.served import Served, serving_here

CROWD = 60
"""Names in the queue make its panel some 30 KB large."""


class Pages(Served):
    """With pages of its meeting."""

    def open(self, since: str = "", **options: Any) -> ClientConnection:
        return self.connect(f"/meetings/{self.city.meeting.id}/live?since={since}&lang=en", **options)

    def join(self, name: str) -> None:
        def work(session: Any) -> None:
            me = people.take_part(session, self.city.meeting.id, None, name=name)
            actions.join_queue(session, self.city.meeting, None, me, by=me.actor, mode="remote")

        self.db.write_now(work)

    def figures(self) -> dict[str, int]:
        return self.in_its_loop(self.hub.figures)


@pytest.fixture
def served(settings: Settings, filled_store: tuple[Path, City]) -> Iterator[Pages]:
    with serving_here(Pages, settings, filled_store) as made:
        yield made


def read(page: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(page.recv(timeout=10))
    return message


def read_until(page: ClientConnection, word: str) -> dict[str, Any]:
    while word not in (message := read(page))["content"]:
        pass
    return message


def test_one_frame_is_written_to_all_compressed_or_not(served: Pages) -> None:
    with served.open(compression=None) as plain, served.open(compression="deflate") as packed:
        assert [len(each.protocol.extensions) for each in (plain, packed)] == [0, 1]
        assert read(plain)["content"] == read(packed)["content"]
        for name in ("Ana", "Ben"):
            served.join(name)
            texts = [read_until(plain, name), read_until(packed, name)]
            assert texts[0] == texts[1]


def test_what_a_page_sends_is_dropped_and_it_is_still_heard(served: Pages) -> None:
    with served.open() as page:
        read(page)
        for junk in ("{", "x" * 60_000, b"\xff" * 1000):
            page.send(junk)
        assert page.ping().wait(5)
        served.join("Ana")
        read_until(page, "Ana")


def test_a_page_that_goes_leaves_nothing_behind(served: Pages) -> None:
    with served.open():
        wait_for(lambda: served.figures()["watchers"] == 1)
    wait_for(lambda: served.figures() == {"watchers": 0, "rooms": 0, "stalled": 0, "bytes_waiting": 0})


@contextlib.contextmanager
def stalled(served: Pages) -> Iterator[ClientConnection]:
    """A page that has stopped reading while the queue grew, and one that has read everything."""
    own = socket.socket()
    own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    own.connect(("127.0.0.1", served.port))
    with served.open(compression=None) as good, served.open(sock=own, compression=None, max_queue=1) as slow:
        read(good)
        for n in range(CROWD):
            served.join(f"Resident number {n} {'with a long name ' * 20}"[:200])
            read_until(good, f"number {n} ")
            if n > 10 and served.figures()["stalled"]:
                break
        assert served.figures()["stalled"] == 1
        yield slow


def last_of(page: ClientConnection) -> dict[str, Any]:
    """Read everything that is there."""
    message = {}
    with contextlib.suppress(TimeoutError):
        while True:
            message = json.loads(page.recv(timeout=1))
    return message


def test_a_page_that_reads_again_gets_what_is_so_now(served: Pages) -> None:
    with stalled(served) as slow:
        assert served.figures()["bytes_waiting"] < 256 * 1024
        last = last_of(slow)
        with served.open(last["since"]) as now:
            assert read(now)["content"] == ""  # it has everything
        assert served.figures()["stalled"] == 0


def test_a_page_that_does_not_read_is_closed_and_told_to_come_back(
    served: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "SLOW_S", 0.3)
    with stalled(served) as slow:
        wait_for(lambda: served.hub.closed_slow == 1)
        since = ""
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                since = json.loads(slow.recv(timeout=10))["since"]
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1013
        with served.open(since) as again:
            assert 'id="panel-queue"' in read(again)["content"]
    wait_for(lambda: served.figures()["watchers"] == 0)


def test_a_shutdown_says_that_it_is_one(served: Pages) -> None:
    with served.open() as page:
        read(page)
        served.server.should_exit = True
        with pytest.raises(ConnectionClosed) as closed:
            page.recv(timeout=10)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1012
