"""The evening of the guide's pictures before a browser: a server whose clock stands still, and the camera."""

import io
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import click
import uvicorn
from PIL import Image
from playwright.sync_api import Page

from engage import clock
from engage.app import create_app
from engage.push.open_page import OpenPage
from engage.settings import Settings
from tests.browser.conftest import House
from tests.browser.picture_city import Evening, local

FOLDER = Path(__file__).parents[2] / "docs/guide/pictures"
SCROLL_UNDER_BAR = """node => {
  const bar = document.querySelector(".console-bar");
  scrollTo(0, node.getBoundingClientRect().top + scrollY - (bar ? bar.offsetHeight : 0) - 16);
}"""
SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


class Show(House):
    """The evening served from a thread of this process, so that its clock stands where the story says."""

    def __init__(self, settings: Settings, evening: Evening, hours: ExitStack) -> None:
        self.settings, self.evening, self.hours = settings, evening, hours
        self.find_port()
        self.meeting = f"{self.url}/meetings/{evening.meeting}"
        self.desk = f"{self.url}/clerk/meetings/{evening.meeting}"
        self.console = f"{self.desk}/console"

    def start(self) -> None:
        app = create_app(self.settings)
        config = uvicorn.Config(
            app, port=self.port, ws=OpenPage, ws_per_message_deflate=False, log_level="warning"
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.05)

    def end(self) -> None:
        self.server.should_exit = True
        self.thread.join(20)

    def at(self, hour: str, *acts: Callable[..., Any]) -> None:
        """The clock goes to this time of the evening, then these acts of the story are done."""
        self.hours.enter_context(clock.set_to(local(hour)))
        for act in acts:
            self.write(partial(act, evening=self.evening))


def connected(page: Page) -> Page:
    page.locator("[data-room][data-connected]").wait_for(state="attached")
    return page


def picture(
    page: Page, name: str, *, at: str = "", tall: int = 0, width: int = 0, is_whole: bool = False
) -> None:
    """Of the window scrolled to what `at` selects, in a window `tall` pixels high where its own is too low,
    or of the whole page; made smaller to `width` pixels."""
    own = page.viewport_size
    assert own
    if tall:
        page.set_viewport_size({"width": own["width"], "height": tall})
    if at:
        page.locator(at).evaluate(SCROLL_UNDER_BAR)
    page.wait_for_timeout(500)
    assert not page.evaluate(SCROLLS_SIDEWAYS), f"{name} scrolls sideways"
    image = Image.open(io.BytesIO(page.screenshot(full_page=is_whole))).convert("RGB")
    page.set_viewport_size(own)
    if width:
        image = image.resize((width, width * image.height // image.width), Image.Resampling.LANCZOS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.png"
    image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    click.echo(f"{path.name}: {image.width} x {image.height}, {path.stat().st_size // 1024} KB")
