"""For the proof on dropped connections: pages behind bad networks, a clerk who withholds, what is wrong."""

import asyncio
import random
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import httpx2

from engage.people import SESSION_COOKIE
from tests.benchmarks.browsers import COMMENTS, LATEST, Shown, panels_in
from tests.benchmarks.fault_proxy import FaultProxy, script
from tests.benchmarks.open_pages import Page
from tests.benchmarks.posting import NotDone, Poster
from tests.benchmarks.sites import Backoff, Site

SPREAD_S = 0.3
"""Time is compressed: a browser would come back within five seconds."""


class Forgetful(Page):
    """The control: comes back with the newest cursor, from a page that has missed nothing, not its own."""

    witness: Page

    def query(self) -> str:
        return f"{self.path}?since={self.witness.since}&lang=en"


@dataclass
class Client:
    """A page behind a network of its own."""

    page: Page
    shown: Shown
    network: FaultProxy

    @property
    def is_through(self) -> bool:
        """All its drops are behind it."""
        links = self.network.links
        return not self.network.faults and all(link.fault is None or link.silent_at for link in links)

    @property
    def back_s(self) -> float:
        """From its last reconnect to the message that brought what it shows now."""
        at = bisect_left(self.page.seqs, self.page.seqs[-1])
        return max(0.0, self.page.times[at] - self.page.opened[-1])


@dataclass
class Clerk:
    """Withholds comments that the public sees; `withheld` says at which number of the book each was."""

    poster: Poster
    session: str
    chance: random.Random
    withheld: dict[str, int] = field(default_factory=dict)

    def shown(self, page: Shown) -> list[str]:
        """Comments that stand on a page, though not for long if the clerk is heard."""
        return sorted(set(LATEST.findall(page.panels.get(COMMENTS, ""))) - set(self.withheld))

    async def withhold(self, comment: str) -> None:
        at = f"{self.poster.site.url}/clerk/meetings/{self.poster.meeting_id}/comments/{comment}/withholding"
        cookie = f"{SESSION_COOKIE}={self.session}"
        posted = await self.poster.post(at, cookie, {"reason": "It names a child."})
        self.withheld[comment] = posted.seq

    async def keep_withholding(self, witness: Shown, every_s: float = 0.5) -> None:
        """One of the latest, which pages show just now."""
        while True:
            await asyncio.sleep(self.chance.uniform(0, 2 * every_s))
            if shown := self.shown(witness):
                try:
                    await self.withhold(self.chance.choice(shown))
                except (NotDone, httpx2.HTTPError):
                    continue  # the server was killed meanwhile


async def fresh_page(poster: Poster) -> tuple[str, dict[str, str]]:
    """Cursor and panels, as somebody sees them who comes now."""
    answer = await poster.http.get(f"{poster.site.url}/meetings/{poster.meeting_id}")
    return answer.text.split('data-since="', 1)[1].split('"', 1)[0], panels_in(answer.text)


async def open_clients(
    poster: Poster, count: int, drops: int, life_s: float, seed: int, witness: Page | None
) -> list[Client]:
    """Each with a script of drops of its own; with a `witness` they are forgetful."""
    since, panels = await fresh_page(poster)
    clients = []
    for number in range(count):
        chance = random.Random(f"{seed}-{number}")
        network = FaultProxy(poster.site.port, script(chance, drops, (0.3 * life_s, life_s)))
        await network.start()
        kind = Forgetful if witness else Page
        page = kind(Site.here(network.port), f"/meetings/{poster.meeting_id}/live", since=since)
        if isinstance(page, Forgetful) and witness:
            page.witness = witness
        page.backoff = Backoff((SPREAD_S,), chance)
        clients.append(Client(page, Shown(page, panels), network))
    for client in clients:
        asyncio.get_running_loop().call_soon(client.page.come_back)
    return clients


def faults(clients: Iterable[Client], panels: dict[str, str], withheld: dict[str, int]) -> Iterator[str]:
    """Where a client shows something else than a fresh page, or has shown what was withheld by then."""
    for number, client in enumerate(clients):
        shown = client.shown.panels
        for name in sorted(panels):
            if panels[name] != shown.get(name):
                yield f"page {number} (entry {client.page.since}) shows another {name} than a fresh page"
        for seq, comments in client.shown.comments:
            for comment in comments:
                if withheld.get(comment, seq + 1) <= seq:
                    at = withheld[comment]
                    yield f"page {number} shows comment {comment} at entry {seq}, withheld at {at}"


async def forced(poster: Poster, panels: dict[str, str], head: str) -> Iterator[str]:
    """A cursor that the book does not know gets every panel: of a restored backup, or of another book."""
    found = []
    seq = int(head.partition("-")[0])
    for what, since in (
        ("from the future", f"{seq + 1000}-abcdef12"),
        ("unknown", f"{seq}-00000000"),
        ("empty", ""),
    ):
        page = Page(poster.site, f"/meetings/{poster.meeting_id}/live", since=since)
        shown = Shown(page, dict.fromkeys(panels, ""))
        await page.open()
        await page.heard()
        page.leave()
        if shown.panels != panels:
            missing = [name for name in panels if shown.panels[name] != panels[name]]
            found.append(f"a cursor that is {what} was not given {', '.join(missing)}")
    return iter(found)
