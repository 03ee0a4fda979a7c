"""QR codes of our own addresses, as SVG without any style, for pages, for paper and as files."""

from io import BytesIO

import segno
from markupsafe import Markup
from starlette.requests import Request

QUIET = 4
"""Modules of white around it, as the standard wants (ISO/IEC 18004)."""


def address(request: Request, path: str) -> str:
    """The whole address of a path of ours, as the reader's browser has reached us."""
    return str(request.base_url).rstrip("/") + path


def qr_svg(text: str) -> Markup:
    """One `<svg>` element with a viewBox and no size; a quarter of it may be damaged (level Q)."""
    svg = BytesIO()
    code = segno.make(text, error="q", micro=False, boost_error=False)
    code.save(
        svg, kind="svg", xmldecl=False, nl=False, border=QUIET, svgclass=None, lineclass=None, omitsize=True,
        light="#fff", dark="#000",
    )  # fmt: skip
    return Markup(svg.getvalue().decode())
