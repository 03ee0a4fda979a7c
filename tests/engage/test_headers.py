"""What a page may load: our own files alone, and WebAssembly only in the worker that decodes sound."""

from engage.headers import DECODER
from engage.render import STATIC
from tests.make import Cast

NAME = "Content-Security-Policy"


def scripts(policy: str) -> str:
    return next(part for part in policy.split("; ") if part.startswith("script-src"))


def test_only_the_decoder_may_compile_webassembly(cast: Cast) -> None:
    resident = cast.resident()
    paths = ["/", "/static/js/live.js", "/static/js/floor_decoder.js", "/static/vendor/opus-decoder.min.js"]
    assert {scripts(resident.get(path).headers[NAME]) for path in paths} == {"script-src 'self'"}
    decoder = resident.get(DECODER)
    assert decoder.text == (STATIC / "js/floor_wasm.js").read_text()
    assert scripts(decoder.headers[NAME]) == "script-src 'self' 'wasm-unsafe-eval'"
