"""Real servers and real browsers. Without Chromium these tests are skipped; in CI that is a failure."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from engage.db import Database
from engage.settings import Settings
from tests.make import PASSWORD, City

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


class House:
    """`engage serve` in a process of its own, on a data folder that a test may also write to."""

    def __init__(self, settings: Settings, city: City) -> None:
        self.settings = settings
        self.city = city
        self.find_port()
        self.meeting = f"{self.url}/meetings/{city.meeting.id}"
        self.console = f"{self.url}/clerk/meetings/{city.meeting.id}/console"

    def find_port(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "engage", "serve", "--no-worker", "--port", str(self.port)]
        environment = os.environ | {"ENGAGE_DATA": str(self.settings.data), "ENGAGE_CITY": "Alder Bay"}
        self.process = subprocess.Popen([*command], env=environment)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/readyz", timeout=1).close()
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise TimeoutError("the server did not start")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(20)

    def write(self, work: Callable[[Any], Any]) -> Any:
        """Commit something from beside the server, as a command or the worker would."""
        store = Database(self.settings.database)
        try:
            return store.write_now(work)
        finally:
            store.close()

    def read(self, work: Callable[[Any], Any]) -> Any:
        store = Database(self.settings.database)
        try:
            return store.read_now(work)
        finally:
            store.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing, and in CI the browser tests must run")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def house(settings: Settings, filled_store: tuple[Path, City]) -> Iterator[House]:
    shutil.copy(filled_store[0], settings.database)
    made = House(settings, filled_store[1])
    made.start()
    yield made
    if made.process.poll() is None:
        made.stop()


class Windows:
    """Opens windows, each a person of their own, and gathers what the browser complains about."""

    def __init__(self, browser: Browser, house: House) -> None:
        self.browser = browser
        self.house = house
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, url: str = "", *, size: dict[str, int] = PHONE, **options: Any) -> Page:
        context = self.browser.new_context(viewport=size, **options)  # type: ignore[arg-type]
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.goto(url or self.house.meeting)
        return page

    def _hear(self, kind: str, text: str) -> None:
        if "Content Security Policy" in text or (kind == "error" and "TypeError" in text):
            self.complaints.append(text)

    def sign_in(self, name: str, password: str, **options: Any) -> Page:
        page = self.open(f"{self.house.url}/sign-in", **{"size": DESK} | options)
        page.locator("[name=name]").fill(name)
        page.locator("[name=password]").fill(password)
        page.locator("main button").click()
        page.wait_for_url("**/clerk")
        return page

    def clerk(self, url: str = "", **options: Any) -> Page:
        page = self.sign_in("clerk", PASSWORD, **options)
        page.goto(url or self.house.console)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        assert self.complaints == []


@pytest.fixture
def windows(chromium: Browser, house: House) -> Iterator[Windows]:
    made = Windows(chromium, house)
    yield made
    made.close()
