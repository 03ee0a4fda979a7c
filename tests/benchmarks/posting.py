"""Acts that every page of a meeting is told of: a written comment, the list of speakers shut and open."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

import httpx2

from engage.doors import ENTRY, participant_cookie
from engage.people import SESSION_COOKIE
from tests.benchmarks.sites import Site

SAY = "Load test"
KEY = re.compile(r'name="key" value="([^"]+)"')
SINCE = re.compile(r'data-since="([^"]+)"')
WORDS = ("closing", "reopening")


@dataclass(frozen=True)
class Posted:
    """An act that was done: monotonic seconds of its POST's start and answer, the number of its entry."""

    began: float
    ended: float
    seq: int


class NotDone(Exception):
    """The server answered an act with something else than that it is done."""


@dataclass
class Poster:
    """Posts to one meeting; `session` is a clerk's cookie, without it acts are written comments."""

    http: httpx2.AsyncClient
    site: Site
    meeting_id: str
    session: str = ""

    def __post_init__(self) -> None:
        self.forms: list[tuple[str, str]] = []
        """Cookie and key of comment forms that are open and not sent."""
        self.words: Iterator[str] = cycle(WORDS)
        self.number = 0

    async def cursor(self) -> str:
        """What the meeting's page says that it has seen."""
        page = await self.http.get(f"{self.site.url}/meetings/{self.meeting_id}")
        return found(SINCE, page)

    async def open_forms(self, count: int) -> None:
        """Each in a browser of its own, as one browser's posts are limited."""
        url = f"{self.comment_url}"
        for _ in range(0 if self.session else count):
            page = await self.http.get(url)
            cookie = page.headers["set-cookie"].partition(";")[0]
            self.http.cookies.clear()
            self.forms.append((cookie, found(KEY, page)))

    @property
    def comment_url(self) -> str:
        return f"{self.site.url}/meetings/{self.meeting_id}/items/general/comment"

    async def act(self) -> Posted:
        """NotDone when the server refuses it."""
        self.number += 1
        return await (self.shut_or_open() if self.session else self.comment())

    async def comment(self) -> Posted:
        if not self.forms:
            await self.open_forms(1)
        cookie, key = self.forms.pop()
        text = f"{SAY}, number {self.number}. Please ignore it."
        fields = {"key": key, "name": SAY, "position": "none", "text": text}
        return await self.post(self.comment_url, cookie, fields)

    async def shut_or_open(self) -> Posted:
        """The list of speakers; a list that was found shut is opened first."""
        at, cookie = (
            f"{self.site.url}/clerk/meetings/{self.meeting_id}/queue",
            f"{SESSION_COOKIE}={self.session}",
        )
        try:
            return await self.post(f"{at}/{next(self.words)}", cookie, {})
        except NotDone:
            return await self.post(f"{at}/{next(self.words)}", cookie, {})

    async def post(self, url: str, cookie: str, fields: dict[str, str]) -> Posted:
        began = time.monotonic()
        answer = await self.http.post(url, data=fields, headers={"cookie": cookie})
        ended = time.monotonic()
        entry = answer.headers.get(ENTRY, "")
        if answer.status_code != 303 or "/" not in entry:
            raise NotDone(f"{url} was answered with {answer.status_code} and {ENTRY}: {entry or 'none'}")
        return Posted(began, ended, int(entry.partition("/")[2].partition("-")[0]))


def sign_in(http: httpx2.Client, site: Site, name: str, password: str) -> str:
    """The session's cookie."""
    answer = http.post(f"{site.url}/sign-in", data={"name": name, "password": password})
    session = answer.cookies.get(SESSION_COOKIE)
    if session is None:
        raise NotDone(f"{name} could not sign in: {answer.status_code}")
    return session


def own_cookie(meeting_id: str, number: int) -> str:
    """Every page is the browser of a participant of its own."""
    return f"{participant_cookie(meeting_id)}=load-test-page-{number:06}"


def found(pattern: re.Pattern[str], page: httpx2.Response) -> str:
    match = pattern.search(page.text)
    if page.status_code != 200 or match is None:
        raise NotDone(f"{page.url} was answered with {page.status_code} and is no page of a meeting")
    return match.group(1)
