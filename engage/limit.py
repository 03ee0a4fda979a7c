"""How much one browser and one address may post in a minute.

An address may be a library's, a phone network's or that of a hall full of voters, so its bound is wide; a
browser's is what one person can mean to send.

Each process counts by itself. Where several serve, an address and a guesser of passwords come to all of
them, and each process allows its share; a browser or a kiosk keeps to one connection, so to one process,
and has its whole bound there.
"""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request

from engage.language import N_
from engage.settings import Settings

BROWSERS_AT_ONE_ADDRESS = 60
KIOSK_POSTS = 12
"""A person at a kiosk needs five seconds and more; a link that has got out cannot flood the queue faster."""
SIGN_INS = 10
"""Tries a minute for one account name from one address."""

_limiter = SlidingWindowCounterRateLimiter(MemoryStorage())


class TooMany(Exception):
    """Answered with 429; what was typed is still in the browser's form."""

    message = N_("Too many forms were sent from here in a short time. Please wait a minute and try again.")


def count_post(request: Request) -> None:
    settings: Settings = request.app.state.settings
    per_browser = settings.posts_per_minute
    address = request.client.host if request.client else "?"
    if kiosk := request.path_params.get("kiosk"):
        _count(min(KIOSK_POSTS, per_browser), "kiosk", kiosk)
    elif place := request.path_params.get("place"):
        _count(per_browser, "place", place)
    else:
        cookie = next((value for name, value in request.cookies.items() if name.startswith("p_")), address)
        _count(per_browser, "browser", cookie)
    _count(_share(per_browser * BROWSERS_AT_ONE_ADDRESS, settings), "address", address)


def count_sign_in(request: Request, name: str) -> None:
    settings: Settings = request.app.state.settings
    _count(_share(SIGN_INS, settings), "sign-in", request.client.host if request.client else "?", name)


def _share(most: int, settings: Settings) -> int:
    return -(-most // settings.processes)


def _count(most: int, *who: str) -> None:
    if not _limiter.hit(RateLimitItemPerMinute(most), *who):
        raise TooMany
