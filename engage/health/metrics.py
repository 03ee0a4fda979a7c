"""Figures for Prometheus, for this machine and for who has the token. docs/operations.md explains each."""

import hmac
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage import clock, timekeeping
from engage.backup.make import own_version
from engage.backup.mark import last_backup
from engage.counting import REGISTRY
from engage.doors import NotFound, marked
from engage.health.condition import Condition, examine
from engage.health.sharing import share, with_others
from engage.settings import Settings
from engage.sqlite import log_of

BEHIND_A_PROXY = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
PAGES = {
    "watchers": ("engage_open_pages", "Pages that are open and live."),
    "rooms": ("engage_rooms", "Meetings that somebody has open."),
    "stalled": ("engage_stalled_pages", "Open pages that do not read what they are sent."),
    "bytes_waiting": ("engage_waiting_bytes", "What waits in memory for pages that do not read."),
}
"""By hub.figures."""


async def metrics(request: Request) -> Response:
    if not may_read(request, request.app.state.settings.metrics_token):
        raise NotFound
    condition = await examine(request.app)
    settings: Settings = request.app.state.settings
    families = with_others(process_figures(request.app), settings.run)
    text = written([*families, *city_figures(condition, settings)])
    return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)


def may_read(request: Request, token: str) -> bool:
    """With the token, or straight from this machine: what a proxy passes on says whom it comes from."""
    given = request.headers.get("authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    is_direct = not any(name in request.headers for name in BEHIND_A_PROXY)
    return is_direct and request.client is not None and is_loopback(request.client.host)


def is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def written(families: list[Metric]) -> bytes:
    class Given(Collector):
        def collect(self) -> Iterator[Metric]:
            yield from families

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Given())
    return generate_latest(registry)


async def share_figures(app: Starlette) -> None:
    """Leave this process's for the others to tell, where there are others."""
    settings: Settings = app.state.settings
    if settings.processes > 1:
        await share(settings.run, lambda: process_figures(app))


def process_figures(app: Starlette) -> Iterator[Metric]:
    """Of this web process."""
    hub, db = app.state.hub, app.state.db
    yield from REGISTRY.collect()
    figures = hub.figures()
    for name, (metric, words) in PAGES.items():
        yield GaugeMetricFamily(metric, words, figures[name])
    pushes = "Pushes to a meeting's open pages, from the first look into the store to the last page."
    yield SummaryMetricFamily("engage_push_seconds", pushes, hub.pushes, hub.push_seconds)
    closed = "Open pages closed with 1013, as they read too slowly."
    yield CounterMetricFamily("engage_slow_pages_closed", closed, hub.closed_slow)
    yield GaugeMetricFamily("engage_writes_waiting", "Acts that wait for the writer.", db.waiting())
    built = GaugeMetricFamily("engage_build_info", "The version that runs.", labels=["version"])
    built.add_metric([own_version()], 1)
    yield built


def city_figures(condition: Condition, settings: Settings) -> Iterator[Metric]:
    """Of the data folder, the same whichever process answers. What is not known is left out."""
    parts = GaugeMetricFamily("engage_part_ok", "Whether this line of /readyz says ok.", labels=["part"])
    for part in condition.parts:
        parts.add_metric([part.name], not part.fault)
    yield parts
    for name, words, path in (
        ("engage_database_bytes", "The database without its log.", settings.database),
        ("engage_wal_bytes", "The database's write-ahead log.", log_of(settings.database)),
    ):
        yield GaugeMetricFamily(name, words, size_of(path))
    if condition.free is not None:
        yield GaugeMetricFamily("engage_disk_free_bytes", "Free where the data folder is.", condition.free)
    ahead = "How far the machine's clock is ahead of the one that meetings go by."
    yield GaugeMetricFamily("engage_clock_ahead_seconds", ahead, timekeeping.ahead_ms() / 1000)
    if condition.sign:
        seen = "When a transcription worker was last seen."
        at = condition.sign.at.timestamp()
        yield GaugeMetricFamily("engage_worker_last_seen_timestamp_seconds", seen, at)
    if made := last_backup(settings.run):
        name = "engage_last_backup_timestamp_seconds"
        yield GaugeMetricFamily(name, "When the last backup was made.", made.timestamp())
    yield from stock_figures(condition)


def stock_figures(condition: Condition) -> Iterator[Metric]:
    stock = condition.stock
    if stock is None:
        return
    yield GaugeMetricFamily("engage_entries", "Entries in all books of the record.", stock.entries)
    if stock.unread is not None:
        name = "engage_index_unread_entries"
        yield GaugeMetricFamily(name, "Entries that search has not read yet.", stock.unread)
    jobs = GaugeMetricFamily("engage_transcriptions", "Recordings by state of their work.", labels=["state"])
    for state, number in stock.jobs.items():
        jobs.add_metric([state], number)
    yield jobs
    waits = (clock.now() - stock.queued_since).total_seconds() if stock.queued_since else 0
    name = "engage_oldest_queued_transcription_seconds"
    yield GaugeMetricFamily(name, "How long the next recording has waited for a worker.", max(waits, 0))


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


marked(metrics, "public")

routes = [Route("/metrics", metrics)]
