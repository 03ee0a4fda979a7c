"""Pages kept ready: a meeting's page is the same for every visitor without a cookie of ours, so it is
rendered once for each version and language, and answered from memory.

Kept for two seconds at most, since it says how much time a speaker has left, and no longer than its meeting's
book stands still. Its ETag is of what it shows, so a browser that has it already is sent nothing.
"""

import asyncio
import gzip
import hashlib
import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from engage import clock, people
from engage.doors import participant_token
from engage.headers import HEADERS
from engage.push.panels import still_holds

MOST_KEPT = 512
"""Pages; beyond, the oldest go. At some 100 KB for a long agenda in both forms, 50 MB."""
OF_NOW = re.compile(rb' data-now="\d+"')
"""The server's time, by which a browser sets its clocks: different in every rendering."""

Key = tuple[str, str]
"""A meeting's id and a language."""


class Kept:
    """One rendering, as each kind of browser is answered."""

    def __init__(self, page: Response) -> None:
        self.at = clock.now()
        self.body = bytes(page.body)
        self.etag = f'W/"{hashlib.sha256(OF_NOW.sub(b"", self.body)).hexdigest()[:20]}"'
        headers = {
            "Content-Type": page.headers["content-type"],
            "Content-Language": page.headers.get("content-language", ""),
            "Cache-Control": "no-cache",
            "Vary": "Cookie, Accept-Language, Accept-Encoding",
            "ETag": self.etag,
            **{name: page.headers.get(name, "") for name in HEADERS},
        }
        headers = {name: value for name, value in headers.items() if value}
        self.plain = Response(self.body, headers=headers)
        self.packed = Response(gzip.compress(self.body, 6), headers=headers | {"Content-Encoding": "gzip"})
        self.same = Response(status_code=304, headers=headers)

    def answer(self, request: Request) -> Response:
        known = request.headers.get("if-none-match", "")
        if self.etag in known or known.strip() == "*":
            return self.same
        return self.packed if "gzip" in request.headers.get("accept-encoding", "") else self.plain


class KeptPages:
    """`forget` is called with every book that has grown, in the event loop, before the write is answered."""

    def __init__(self) -> None:
        self.renderings = 0
        self._pages: dict[Key, asyncio.Task[Kept]] = {}
        self._public: set[str] = set()
        self._forgotten = 0

    async def answer(
        self, request: Request, key: Key, render: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        """Visitors who come while a page is being rendered wait for the one rendering."""
        task = self._pages.get(key)
        if task is None or (task.done() and not _still_holds(task)):
            task = self._pages[key] = asyncio.create_task(self._render(request, render))
            while len(self._pages) > MOST_KEPT:
                del self._pages[next(iter(self._pages))]
        return (await asyncio.shield(task)).answer(request)

    def forget(self, book: str) -> None:
        self._forgotten += 1
        self._public.discard(book)
        for key in [key for key in self._pages if key[0] == book]:
            del self._pages[key]

    async def is_public(self, meeting_id: str, ask: Callable[[], Awaitable[object]]) -> None:
        """Asks once for each version of a meeting; `ask` raises NotFound for one that is not."""
        if meeting_id not in self._public:
            before = self._forgotten
            await ask()
            if before == self._forgotten:
                self._public.add(meeting_id)

    async def _render(self, request: Request, render: Callable[[Request], Awaitable[Response]]) -> Kept:
        self.renderings += 1
        page = await render(request)
        return await asyncio.to_thread(Kept, page)


def _still_holds(task: "asyncio.Task[Kept]") -> bool:
    """A page that could not be rendered is not kept."""
    return not task.cancelled() and not task.exception() and still_holds(task.result().at)


def is_for_everybody(request: Request) -> bool:
    """No session, no participant, no choice in the address: nothing of this visitor is in the page."""
    is_known = people.SESSION_COOKIE in request.cookies or participant_token(request)
    return not is_known and not request.url.query
