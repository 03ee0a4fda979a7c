"""What is counted while the house works: the metrics of one process, and the requests that it answers.

The library's way to share counts between processes keeps them in mapped files, and on a full disk that ends
the process by a signal; here every process keeps its own in memory.
"""

from time import perf_counter
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

disable_created_metrics()  # type: ignore[no-untyped-call]  # a time for every counter would double them
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
METHODS = frozenset(("GET", "HEAD", "POST"))

REQUESTS = Counter(
    "engage_http_requests",
    "Requests that were answered, by route and class of status.",
    ("method", "route", "status"),
    registry=REGISTRY,
)
ANSWER_SECONDS = Histogram(
    "engage_http_answer_seconds",
    "From a request to the first byte of its answer.",
    ("method", "route"),
    buckets=(0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
COMMIT_SECONDS = Histogram(
    "engage_commit_seconds",
    "A commit, from the first act in it to the disk's word that it is kept.",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
    registry=REGISTRY,
)
ACTS = Counter(
    "engage_acts", "Acts in those commits; several that wait together share one.", registry=REGISTRY
)
FAILED_WRITES = Counter(
    "engage_failed_writes",
    "Acts that were not kept because the store could not: full, locked, disk or other.",
    ("kind",),
    registry=REGISTRY,
)
for kind in ("full", "locked", "disk", "other"):
    FAILED_WRITES.labels(kind)  # stands at 0 before the first


class Counted:
    """Counts and times every answer. A route is named by its template, so that no id becomes a label."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.known: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        status = 0

        async def counting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self.count(scope, status, perf_counter() - began)
            await send(message)

        try:
            await self.app(scope, receive, counting)
        except Exception:
            if not status:
                self.count(scope, 500, perf_counter() - began)
            raise

    def count(self, scope: Scope, status: int, seconds: float) -> None:
        key = scope["method"], getattr(scope.get("route"), "path", "none"), status // 100
        known = self.known.get(key) or self.meet(key)
        known[0].inc()
        known[1].observe(seconds)

    def meet(self, key: tuple[str, str, int]) -> tuple[Any, Any]:
        """Finding a metric by its labels costs more than counting with it, so it is done once."""
        method, route, status = key
        if method not in METHODS:
            return REQUESTS.labels("other", route, f"{status}xx"), ANSWER_SECONDS.labels("other", route)
        self.known[key] = REQUESTS.labels(method, route, f"{status}xx"), ANSWER_SECONDS.labels(method, route)
        return self.known[key]
