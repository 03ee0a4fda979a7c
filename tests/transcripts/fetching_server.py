"""A broadcaster's server on this machine, which a test's `way` leads to under any name."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from starlette.testclient import TestClient

from engage.app import create_app
from engage.settings import Settings
from tests.make import Cast, City, wait_for
from transcripts.fetching.addresses import Way
from transcripts.fetching.download import Download
from transcripts.fetching.models import Fetch
from transcripts.uploads import Incoming

MEDIA, OTHER, INSIDE = "https://media.example.org", "https://cdn.example.org", "https://inside.example.org"
HOSTS = {
    "media.example.org": ["93.184.215.14"],
    "cdn.example.org": ["2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
    "inside.example.org": ["93.184.215.14", "192.168.1.10"],
}
"""As the names are resolved; whatever is connected to is a server of ours."""
ALLOWED = f"{MEDIA} {INSIDE} https://gone.example.org https://127.0.0.1 https://[::1] https://localhost"
KINDS = {"m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t", "aac": "audio/aac"}


class Media(BaseHTTPRequestHandler):
    """What it has, and how it misbehaves, is the class's: a test makes a class of its own."""

    protocol_version, disable_nagle_algorithm = "HTTP/1.1", True
    sound: ClassVar[bytes]
    port: ClassVar[int]
    asked: ClassVar[list[tuple[str, str | None]]]
    is_held: ClassVar[threading.Event]
    connections: ClassVar[list[str]]
    files: ClassVar[dict[str, bytes]]
    """Of a stream; their ranges can be asked for, over one connection."""
    faults: ClassVar[dict[str, list[str]]]
    """What goes wrong with a file, once each: "cut", "busy", "missing", "closed", "whole" (no
    ranges), "held"."""
    pages = {
        "/page": ("text/html; charset=utf-8", b"<!doctype html><title>Watch</title>"),
        "/hidden-page": ("video/mp4", b"\n<!DOCTYPE html><title>Watch</title>"),
        "/manifest": ("text/xml", b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">'),
        "/manifest.mpd": ("application/dash+xml", b"<MPD/>"),
        "/empty.mp3": ("audio/mpeg", b""),
        "/large.mp3": ("audio/mpeg", b"x" * 70_000),
    }
    redirects: ClassVar[dict[str, str]] = {
        "/moved": "/council.wav",
        "/elsewhere": f"{OTHER}/council.wav",
        "/plain": "http://media.example.org/council.wav",
        "/inside": f"{INSIDE}/council.wav",
        "/loopback": "https://127.0.0.1/council.wav",
        "/round": "/round",
        "/nowhere": "",
    }

    def setup(self) -> None:
        self.connections.append("")
        super().setup()

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Host"]))
        path = self.path.partition("?")[0]
        if path in self.files:
            self.give(path, self.faults[path].pop(0) if self.faults.get(path) else "")
        elif path in self.redirects:
            self.answer(302, ("Location", self.redirects[path]))
        elif path in self.pages:
            kind, body = self.pages[path]
            self.answer(200, ("Content-Type", kind), ("Content-Length", str(len(body))), body=body)
        elif path == "/council.wav":
            length = ("Content-Length", str(len(self.sound)))
            self.answer(200, ("Content-Type", "audio/wav"), length, body=self.sound)
        elif path == "/short.wav":
            length = ("Content-Length", str(len(self.sound) + 1))
            self.answer(200, ("Content-Type", "audio/wav"), length, body=self.sound)
        elif path == "/unmeasured.wav":
            self.answer(200, ("Content-Type", "audio/wav"), body=self.sound)
        elif path == "/slow.wav":
            self.answer(
                200, ("Content-Type", "audio/wav"), ("Content-Length", "4000"), body=self.sound[:2000]
            )
            self.wfile.flush()
            self.is_held.wait(20)
        else:
            self.answer(404)

    def give(self, path: str, fault: str) -> None:
        content, asked = self.files[path], self.headers["Range"]
        kind = ("Content-Type", KINDS.get(path.rpartition(".")[2], "application/octet-stream"))
        if fault in ("busy", "missing"):
            self.answer(503 if fault == "busy" else 404)
        elif fault == "closed":
            self.close_connection = True
        elif asked and fault != "whole":
            first, last = map(int, asked.removeprefix("bytes=").split("-"))
            part = content[first : last + 1]
            told = ("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(content)}")
            self.give_all(206, part, kind, told, fault=fault)
        else:
            self.give_all(200, content, kind, fault=fault)

    def give_all(self, status: int, body: bytes, *headers: tuple[str, str], fault: str) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if fault else body)
        self.wfile.flush()
        if fault:
            self.close_connection = True
        if fault == "held":
            self.is_held.wait(20)

    def answer(self, status: int, *headers: tuple[str, str], body: bytes = b"") -> None:
        """The last one over its connection."""
        self.send_response(status)
        for name, value in (*headers, ("Connection", "close")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def serving(sound: bytes, files: dict[str, bytes] | None = None) -> Iterator[type[Media]]:
    class Made(Media):
        pass

    Made.sound, Made.asked, Made.connections, Made.is_held = sound, [], [], threading.Event()
    Made.files, Made.faults, Made.redirects = dict(files or {}), {}, dict(Media.redirects)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Made)
    Made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Made
    finally:
        Made.is_held.set()
        server.shutdown()
        server.server_close()
        thread.join()


def way_to(media: type[Media]) -> Way:
    def resolved(host: str, port: int) -> list[str]:
        if host in ("127.0.0.1", "::1", "localhost"):
            return Way().resolved(host, port)
        if host not in HOSTS:
            raise socket.gaierror("no such host")
        return HOSTS[host]

    def connection(host: str, port: int, address: str) -> HTTPConnection:
        made = HTTPConnection("127.0.0.1", media.port, timeout=10)
        made.host, made.port = "127.0.0.1", media.port
        return made

    return Way(resolved=resolved, connection=connection, rest_s=0.01)


def fetch(way: Way, path: Path, address: str, *, limit: int = 1 << 20) -> tuple[str, bytes]:
    """The name and the file, or what was said against it; nothing of the file is left then."""
    file = Incoming(path)
    try:
        name = Download(way, frozenset(ALLOWED.split()), limit).fetch(address, file, lambda done, total: None)
        file.complete()
        file.keep()
    finally:
        file.close()
    return name, path.read_bytes()


# in the clerk's page


@contextmanager
def cast_with(settings: Settings, city: City, way: Way) -> Iterator[Cast]:
    """The store is there."""
    app = create_app(settings.model_copy(update={"fetch_from": ALLOWED}))
    with TestClient(app, follow_redirects=False) as client:
        made = Cast(client, city)
        made.state.fetching.way = way
        yield made


def at(cast: Cast) -> str:
    return f"/clerk/meetings/{cast.city.meeting.id}/recordings"


def ask(cast: Cast, address: str, **fields: str) -> Any:
    client = cast.clerk
    page = client.get(at(cast))
    key = page.text.split('name="key" value="', 1)[1].split('"', 1)[0]
    return client.post(f"{at(cast)}/fetches", data={"key": key, "address": address} | fields)


def rows(cast: Cast) -> list[Fetch]:
    found: list[Fetch] = cast.read(lambda db: list(db.query(Fetch)))
    return found


def ended(cast: Cast) -> Fetch:
    """The only one, once it has come to an end."""
    return wait_for(lambda: next((each for each in rows(cast) if each.error or each.recording_id), None))
