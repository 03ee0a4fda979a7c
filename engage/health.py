"""For whoever keeps the machine: is the process alive, and can it do its work?"""

from sqlalchemy import text
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from engage.doors import database, marked, open_to


async def alive(request: Request) -> Response:
    """The event loop answers."""
    return PlainTextResponse("ok\n")


@open_to("public")
async def ready(request: Request) -> Response:
    """The store answers a read and takes a write."""

    def touch(db: Session) -> None:
        db.execute(text("SELECT 1"))

    await database(request).read(touch)
    await database(request).write(touch)
    return PlainTextResponse("ready\n")


marked(alive, "public")

routes = [
    Route("/healthz", alive),
    Route("/readyz", ready),
]
