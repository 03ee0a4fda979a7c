"""The only two ways to make HTML: `page` for a request, `fragment` for a part shown in several places."""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from engage import clock, language

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEMPLATES = HERE / "templates" if (HERE / "templates").is_dir() else HERE.parent / "templates"


@cache
def environment(lang: str) -> Environment:
    """One environment a language, so that a template is translated without knowing any request."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(language.translations(lang), newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "lang": lang,
        "languages": language.LANGUAGES,
        "static": static,
        "now_ms": lambda: clock.ms(clock.now()),
        "ms": clock.ms,
        "hms": language.hms,
        "utc": clock.text,
        **{
            name: _in_language(getattr(language, name), lang)
            for name in (
                "long_date",
                "short_date",
                "month_day",
                "time_of_day",
                "time_to_the_second",
                "duration",
            )
        },
    }
    made.filters["paragraphs"] = paragraphs
    made.filters["json"] = lambda value: json.dumps(value, ensure_ascii=False)
    return made


def _in_language(write: Callable[..., Any], lang: str) -> Callable[..., Any]:
    def written(value: Any, *rest: Any, **options: Any) -> Any:
        return write(value, lang, *rest, **options)

    return written


def fragment(lang: str, name: str, **values: Any) -> str:
    """A partial, without any viewer: no request, no account."""
    return environment(lang).get_template(name).render(**values)


def page(request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole page for this request, in its language."""
    lang = language.of_request(request)
    account = getattr(request.state, "account", None)
    html = (
        environment(lang)
        .get_template(name)
        .render(
            city=request.app.state.settings.city,
            account=account,
            path=request.url.path,
            query=_without_lang(request),
            **values,
        )
    )
    response = HTMLResponse(html, status_code=status)
    if request.query_params.get("lang") in language.LANGUAGES:
        response.set_cookie(
            language.COOKIE, lang, max_age=365 * 86400, samesite="lax",
            secure=request.app.state.settings.https,
        )  # fmt: skip
    response.headers["Vary"] = "Cookie, Accept-Language"
    response.headers["Cache-Control"] = "no-store" if account else "no-cache"
    return response


def _without_lang(request: Request) -> str:
    """The rest of the query, for the links that switch the language."""
    return urlencode([pair for pair in request.query_params.multi_items() if pair[0] != "lang"])


@cache
def static(name: str) -> str:
    """The address of a file of ours, with its content's hash, so that it may be kept for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


def paragraphs(text: str) -> Markup:
    """Typed text as paragraphs: a blank line parts them, a line break stays."""
    parts = [part for part in text.split("\n\n") if part.strip()]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(part.strip().split("\n"))) for part in parts
    )
