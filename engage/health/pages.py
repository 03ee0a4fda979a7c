"""For whoever keeps the machine: is the process alive, and which part of it cannot do its work?"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from engage.doors import marked
from engage.health.condition import Condition, examine


async def alive(request: Request) -> Response:
    """The event loop answers."""
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    """200 while pages are served and acts are kept, also when something else cannot be done; else 503."""
    condition = await examine(request.app)
    lines = [f"{part.name}: {part.fault or 'ok'}" for part in condition.parts]
    text = "\n".join([first_line(condition), *lines, ""])
    return PlainTextResponse(text, 200 if condition.is_serving else 503, {"Cache-Control": "no-store"})


def first_line(condition: Condition) -> str:
    if not condition.is_serving:
        return "not ready"
    return "ready, with faults" if any(part.fault for part in condition.parts) else "ready"


for handler in (alive, ready):
    marked(handler, "public")

routes = [
    Route("/healthz", alive),
    Route("/readyz", ready),
]
