"""The headers of every answer: what a page may load, and what a browser may do with it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS = "microphone=(self), camera=(), geolocation=()"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
}
FOREVER = "public, max-age=31536000, immutable"
DECODER = "/static/js/floor_wasm.js"
"""A worker, where a browser has no Opus: the only script of ours that may compile WebAssembly."""
DECODER_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")


def with_frame(origin: str, *, takes_part: bool) -> dict[str, str]:
    """Of a page that shows one frame of this origin, which is the operator's choice. `takes_part`: people use
    microphone and camera there, which a page can only lend when it may use them itself."""
    both = f'(self "{origin}")'
    lent = f"microphone={both}, camera={both}, geolocation=()"
    return {
        "Content-Security-Policy": f"{POLICY}; frame-src {origin}",
        "Permissions-Policy": lent if takes_part else PERMISSIONS,
    }


class SafeHeaders:
    def __init__(self, app: ASGIApp, https: bool) -> None:
        self.app = app
        self.headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"] == DECODER:
                    headers["Content-Security-Policy"] = DECODER_POLICY
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/static/") and b"v=" in scope["query_string"]:
                    headers["Cache-Control"] = FOREVER
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
