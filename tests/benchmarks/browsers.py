"""A meeting's page as a browser shows it: each panel as it was last sent, by the rules of js/live.js."""

import json
import re

from tests.benchmarks.open_pages import Page

PARTIAL = re.compile(r'<hx-partial hx-target="#([^"]+)" hx-swap="outerMorph">(.*?)</hx-partial>', re.DOTALL)
PANEL = re.compile(r'<div id="(panel-[^"]+)"')
TAG = re.compile(r"<(/?)div\b")
LATEST = re.compile(r'id="latest-([^"]+)"')
COMMENTS = "panel-comments"


class Shown:
    """What `page` shows, from the panels that it was loaded with on. A message that is older than the page's
    cursor is dropped, unless it is its socket's first."""

    def __init__(self, page: Page, panels: dict[str, str]) -> None:
        self.page, self.panels = page, dict(panels)
        self.comments: list[tuple[int, frozenset[str]]] = []
        """The comments (ids) that stood on the page one after another, and at which number last."""
        self._connection = 0
        page.on_message = self.take

    def take(self, words: bytes) -> None:
        message, page = json.loads(words), self.page
        is_first, self._connection = self._connection != len(page.opened), len(page.opened)
        seq = seq_of(message["since"])
        if seq < seq_of(page.since) and not is_first:
            return
        for panel, html in PARTIAL.findall(message["content"]):
            if panel in self.panels:
                self.panels[panel] = plain(html)
        shown = frozenset(LATEST.findall(self.panels.get(COMMENTS, "")))
        if self.comments and self.comments[-1][1] == shown:
            self.comments.pop()
        self.comments.append((seq, shown))


def seq_of(cursor: str) -> int:
    return int(cursor.partition("-")[0] or 0)


def panels_in(html: str) -> dict[str, str]:
    """Every panel of a page, by its id."""
    return {
        found.group(1): plain(html[found.start() : end_of(html, found.start())])
        for found in PANEL.finditer(html)
    }


def end_of(html: str, start: int) -> int:
    """Where the element that begins at `start` ends, a <div>."""
    depth = 0
    for tag in TAG.finditer(html, start):
        depth += -1 if tag.group(1) else 1
        if depth == 0:
            return html.index(">", tag.end()) + 1
    raise ValueError("this <div> does not end")


def plain(html: str) -> str:
    """White space between elements means nothing."""
    return " ".join(html.split())
