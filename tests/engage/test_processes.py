"""Several web processes on one socket: each pushes what another commits, and one that dies is replaced."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy.orm import Session
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from comments.queue.actions import join_queue
from engage import people
from engage.db import Database
from engage.settings import Settings
from tests.benchmarks.serving import free_port
from tests.make import City, meeting, participant, wait_for

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes and their sockets in /proc"),
]


class Served:
    """`engage serve --processes 2` on a store with a small city in it, and what /proc says of it."""

    def __init__(self, settings: Settings, *more: str) -> None:
        store = Database(settings.database)
        self.city = store.write_now(City)
        self.clerk = store.write_now(lambda db: people.sign_in(db, self.city.clerk.id))
        self.token = "t" * 32
        store.write_now(self._join)
        store.close()
        self.settings, self.port = settings, free_port()
        self.pages = ExitStack()
        given = {"ENGAGE_DATA": str(settings.data), "ENGAGE_PORT": str(self.port), "ENGAGE_WORKERS": "1"}
        environment = os.environ | given
        command = [sys.executable, "-m", "engage", "serve", "--processes", "2", *more]
        self.parent = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)

    def wait_until_ready(self) -> None:
        wait_for(lambda: len(self.web()) == 2 and self.answers("/readyz"))

    def _join(self, db: Session) -> None:
        person = participant(db, self.city.meeting, token=self.token)
        join_queue(db, self.city.meeting, self.city.item, person, mode="remote", by=person.actor)

    def children(self) -> list[int]:
        """Two web processes and, unless told otherwise, a worker and who writes the live captions."""
        found: list[int] = []
        for task in Path(f"/proc/{self.parent.pid}/task").glob("*/children"):
            with suppress(OSError):  # the thread has just ended
                found += [int(child) for child in task.read_text().split()]
        return found

    def web(self) -> list[int]:
        """The processes that have taken the socket up, and answer."""
        return [each for each in self.children() if f"{self.port:04X}" in listening(each)]

    def answers(self, path: str) -> bool:
        with suppress(OSError, http.client.HTTPException), closing(self.connection()) as line:
            line.request("GET", path)
            return line.getresponse().status == 200
        return False

    def connection(self) -> http.client.HTTPConnection:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.connect()
        return line

    def owner(self, own: socket.socket) -> int:
        """The process that has the other end of this connection."""
        inode = wait_for(lambda: inode_of(self.port, own.getsockname()[1]))
        return int(wait_for(lambda: next((pid for pid in self.children() if inode in sockets(pid)), None)))

    def line_to(self, pid: int) -> http.client.HTTPConnection:
        """A connection that this process, and no other, has taken."""
        deadline = time.monotonic() + 60  # it may only just have been started
        while time.monotonic() < deadline:
            line = self.connection()
            assert line.sock
            if self.owner(line.sock) == pid:
                return line
            line.close()
            time.sleep(0.01)
        raise AssertionError(f"process {pid} takes no connections")

    def page_at(self, pid: int, *, at: str = "/meetings", cookie: str = "") -> ClientConnection:
        """An open page that this process serves, brought up to date already."""
        line = self.line_to(pid)
        assert line.sock
        opening = connect(
            f"ws://127.0.0.1:{self.port}{at}/{self.city.meeting.id}/live?since=0-00000000",
            sock=line.sock, origin=Origin(f"http://127.0.0.1:{self.port}"),
            additional_headers={"Cookie": cookie} if cookie else {},
        )  # fmt: skip
        page: ClientConnection = self.pages.enter_context(opening)
        news(page)
        return page

    def post_at(self, pid: int, path: str) -> None:
        """As the clerk."""
        with closing(self.line_to(pid)) as line:
            url = f"/clerk/meetings/{self.city.meeting.id}/{path}"
            line.request("POST", url, "", {"Cookie": self.clerk_cookie})
            assert line.getresponse().status == 303

    def console_at(self, pid: int) -> str:
        with closing(self.line_to(pid)) as line:
            line.request(
                "GET",
                f"/clerk/meetings/{self.city.meeting.id}/console",
                headers={"Cookie": self.clerk_cookie},
            )
            return line.getresponse().read().decode()

    @property
    def clerk_cookie(self) -> str:
        return f"{people.SESSION_COOKIE}={self.clerk}"

    @property
    def resident_cookie(self) -> str:
        return f"p_{self.city.meeting.id}={self.token}"


def sockets(pid: int) -> set[str]:
    """The inodes of a process's sockets."""
    with suppress(OSError):
        links = [os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir()]
        return {link[8:-1] for link in links if link.startswith("socket:[")}
    return set()


def connections() -> Iterator[list[str]]:
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        yield line.split()


def inode_of(port: int, peer: int) -> str:
    """The server's end of a connection; nothing before a process has taken it."""
    ends = (f"0100007F:{port:04X}", f"0100007F:{peer:04X}")
    return next((each[9] for each in connections() if (each[1], each[2]) == ends and each[9] != "0"), "")


def listening(pid: int) -> set[str]:
    """Ports, as /proc writes them."""
    own = sockets(pid)
    return {each[1].rpartition(":")[2] for each in connections() if each[3] == "0A" and each[9] in own}


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


@contextmanager
def served(settings: Settings, *more: str) -> Iterator[Served]:
    made = Served(settings, *more)
    try:
        made.wait_until_ready()
        yield made
    finally:
        made.pages.close()
        made.parent.kill()
        made.parent.wait()


def news(page: ClientConnection) -> dict[str, Any]:
    """The next message that is more than a sign of life."""
    while True:
        message: dict[str, Any] = json.loads(page.recv(timeout=30))
        if "beat" not in message:
            return message


def test_what_is_done_at_one_process_reaches_the_pages_of_the_other(settings: Settings) -> None:
    with served(settings, "--no-worker") as server:
        here, there = server.web()
        pages = {pid: server.page_at(pid) for pid in (here, there)}
        for pid, path in ((here, "closing"), (there, "reopening"), (here, "closing"), (there, "reopening")):
            server.post_at(pid, f"queue/{path}")
            seen = {each: news(page) for each, page in pages.items()}
            assert seen[here] == seen[there] | {"now": seen[here]["now"]}
            assert 'id="panel-queue"' in seen[here]["content"]

        assert "Not connected" in server.console_at(here)
        clerk = server.page_at(here, at="/clerk/meetings", cookie=server.clerk_cookie)
        resident = server.page_at(there, cookie=server.resident_cookie)
        assert news(clerk)["nudge"] is True
        wait_for(lambda: "Not connected" not in server.console_at(here), 10)
        resident.close()
        assert news(clerk)["nudge"] is True
        wait_for(lambda: "Not connected" in server.console_at(here), 10)


def holder(lock: Path, among: list[int]) -> int | None:
    """The process that holds this file's lock."""
    inode = str(lock.stat().st_ino) if lock.exists() else "-"
    for line in Path("/proc/locks").read_text().splitlines():
        words = line.split()
        if words[5].rpartition(":")[2] == inode and int(words[4]) in among:
            return int(words[4])
    return None


def test_a_process_that_is_killed_is_replaced_and_the_rest_goes_on(settings: Settings) -> None:
    """The one that is killed is the one that keeps the search index: the other takes that over."""
    with served(settings, "--no-worker") as server:
        before = server.web()
        (lock,) = wait_for(lambda: list(settings.index.glob("*/.tantivy-writer.lock")))
        killed = wait_for(lambda: holder(lock, before))
        (other,) = set(before) - {killed}
        page = server.page_at(other)
        os.kill(killed, signal.SIGKILL)

        server.post_at(other, "queue/closing")
        assert 'id="panel-queue"' in news(page)["content"]
        store = Database(settings.database)
        store.write_now(lambda db: meeting(db, server.city.body, state="published", title="Zeppelin mooring"))
        store.close()
        wait_for(lambda: "mooring" in found(server, "zeppelin"))

        after = wait_for(lambda: len(server.web()) == 2 and server.web())
        assert other in after
        (new,) = set(after) - {other}
        late = server.page_at(new)
        server.post_at(other, "queue/reopening")
        assert 'id="panel-queue"' in news(late)["content"]


def found(server: Served, words: str) -> str:
    with closing(server.connection()) as line:
        line.request("GET", f"/search?q={quote(words)}")
        return line.getresponse().read().decode()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_all_end_with_the_one_that_started_them(settings: Settings, how: signal.Signals) -> None:
    with served(settings) as server:
        children = wait_for(lambda: len(server.children()) == 4 and server.children())
        page = server.page_at(server.web()[0])
        server.parent.send_signal(how)
        with pytest.raises(ConnectionClosed):
            while True:
                page.recv(timeout=30)
        assert page.close_code == 1012
        assert server.parent.wait(30) == (-how if how == signal.SIGKILL else 0)
        wait_for(lambda: all(map(is_gone, children)))


def test_told_a_second_time_it_does_not_wait(settings: Settings) -> None:
    with served(settings, "--no-worker") as server:
        children = server.children()
        with closing(server.line_to(children[0])) as line:
            line.putrequest("POST", f"/clerk/meetings/{server.city.meeting.id}/queue/closing")
            line.putheader("Cookie", server.clerk_cookie)
            line.putheader("Content-Type", "application/x-www-form-urlencoded")
            line.putheader("Content-Length", "9")
            line.endheaders(b"key=")
            server.parent.send_signal(signal.SIGTERM)
            wait_for(lambda: is_gone(children[1]))
            assert not is_gone(children[0])
            server.parent.send_signal(signal.SIGTERM)
            assert server.parent.wait(5) == 0
            wait_for(lambda: all(map(is_gone, children)), 5)
