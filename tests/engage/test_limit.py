"""How much may be posted in a minute, where one process serves and where several do."""

import time
from collections.abc import Iterator
from itertools import count

import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from engage import limit
from engage.limit import BROWSERS_AT_ONE_ADDRESS, KIOSK_POSTS, SIGN_INS, TooMany
from engage.settings import Settings


@pytest.fixture(autouse=True)
def one_minute(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is counted yet, and no minute ends meanwhile."""
    monkeypatch.setattr(time, "time", lambda: 1_700_000_030.0)
    limit._limiter.storage.reset()
    yield
    limit._limiter.storage.reset()


def sent(processes: int, *, cookie: str = "", address: str = "198.51.100.7", kiosk: str = "") -> Request:
    app = Starlette()
    app.state.settings = Settings(posts_per_minute=20, processes=processes)
    headers = [(b"cookie", f"p_m={cookie}".encode())] if cookie else []
    places = {"kiosk": kiosk} if kiosk else {}
    return Request(
        {"type": "http", "app": app, "headers": headers, "client": (address, 1), "path_params": places}
    )


def accepted(requests: list[Request]) -> int:
    """How many of them are let through before the first that is not."""
    for before, request in enumerate(requests):
        try:
            limit.count_post(request)
        except TooMany:
            return before
    return len(requests)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_browser_has_its_whole_bound_at_its_process(processes: int) -> None:
    assert accepted([sent(processes, cookie="ana")] * 40) == 20
    assert accepted([sent(processes, cookie="ben")] * 40) == 20


@pytest.mark.parametrize("processes", [1, 2])
def test_a_kiosk_has_its_whole_bound_at_its_process(processes: int) -> None:
    assert accepted([sent(processes, kiosk="k")] * 40) == KIOSK_POSTS


@pytest.mark.parametrize(("processes", "share"), [(1, 1), (2, 2), (4, 4)])
def test_an_address_has_its_share_at_each_process(processes: int, share: int) -> None:
    whole = 20 * BROWSERS_AT_ONE_ADDRESS
    many = [sent(processes, cookie=f"c{n}") for n in range(whole + 1)]
    assert accepted(many) == whole // share


@pytest.mark.parametrize(("processes", "most"), [(1, SIGN_INS), (2, 5), (3, 4), (16, 1)])
def test_tries_of_a_password_are_shared_out_and_never_none(processes: int, most: int) -> None:
    tries = count()
    with pytest.raises(TooMany):
        while True:
            limit.count_sign_in(sent(processes), "clerk")
            next(tries)
    assert next(tries) == most
