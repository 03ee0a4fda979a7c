"""Where a request comes from: an unsafe one, or a socket, must come from our own pages.

The rules are those of Go's CrossOriginProtection: a known Origin passes, else Sec-Fetch-Site must say
same-origin (or none, a person's own act), else the Origin's host must be the Host; a client that sends
neither header is no browser and carries no one's cookies by accident. A socket must always name its Origin.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

SAFE = ("GET", "HEAD", "OPTIONS")
POLICY_VIOLATION = 1008


class OwnOriginOnly:
    def __init__(self, app: ASGIApp, origins: frozenset[str] = frozenset()) -> None:
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not is_own_socket(Headers(scope=scope), self.origins):
            await WebSocketClose(POLICY_VIOLATION)(scope, receive, send)
        elif scope["type"] == "http" and not is_own_request(scope, self.origins):
            refusal = PlainTextResponse("This form was not sent from our own pages.", status_code=403)
            await refusal(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def is_own_request(scope: Scope, origins: frozenset[str]) -> bool:
    headers = Headers(scope=scope)
    if scope["method"] in SAFE:
        return True
    if len(headers.getlist("origin")) > 1:
        return False
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin in origins:
        return True
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or _same_host(origin, headers)


def is_own_socket(headers: Headers, origins: frozenset[str]) -> bool:
    sent = headers.getlist("origin")
    return len(sent) == 1 and (sent[0] in origins or _same_host(sent[0], headers))


def _same_host(origin: str, headers: Headers) -> bool:
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or parts.path or parts.username or not parts.hostname:
        return False
    host = parts.hostname if ":" not in parts.hostname else f"[{parts.hostname}]"
    named = host if port is None else f"{host}:{port}"
    return named == headers.get("host", "").lower()
