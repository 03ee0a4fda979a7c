"""The server that a load driver works on: one of its own, or somebody's who has said yes."""

import argparse
import contextlib
import getpass
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.benchmarks import machine
from tests.benchmarks.load_city import plant
from tests.benchmarks.posting import sign_in
from tests.benchmarks.serving import serving
from tests.benchmarks.sites import Site


@dataclass(frozen=True)
class Server:
    """Ours, or with `pids` empty somebody's."""

    site: Site
    meeting_id: str
    session: str = ""
    pids: Sequence[int] = ()


@contextlib.contextmanager
def own_server(chosen: argparse.Namespace) -> Iterator[Server]:
    """`engage serve` on an empty folder, pinned as asked."""
    more = ("--processes", str(chosen.processes)) if chosen.processes > 1 else ()
    with tempfile.TemporaryDirectory() as folder:
        city = plant(Path(folder))
        with serving(city.data, *more, before=machine.pinned(chosen.pin)) as (port, pid):
            machine.pin_driver(chosen.pin)
            session = "" if chosen.comments else city.clerk_token
            yield Server(Site.here(port), city.meeting_id, session, machine.family(pid))


def theirs(chosen: argparse.Namespace) -> Server | None:
    """Somebody's server; None when they have not said yes to what will be done to their meeting."""
    site = Site.of(chosen.url)
    what = (
        f"as {chosen.clerk} it shuts and opens the list of speakers, and leaves it as it was"
        if chosen.clerk
        else "it writes a comment that says what it is, and stays on the public record"
    )
    print(f"This opens {chosen.watchers} pages of meeting {chosen.meeting} on {site.url}.")
    print(f"{chosen.acts} times {what}.")
    if not chosen.yes:
        print("Nothing was done. Say --yes if that is meant.")
        return None
    if not chosen.clerk:
        return Server(site, chosen.meeting)
    password = os.environ.get("ENGAGE_PASSWORD") or getpass.getpass(f"Password of {chosen.clerk}: ")
    with httpx2.Client() as http:
        return Server(site, chosen.meeting, sign_in(http, site, chosen.clerk, password))
