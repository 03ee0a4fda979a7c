"""The catalogues: `python -m engage.messages` brings them up to date with the sources and compiles them."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from engage.language import DEFAULT, FOLDER, LANGUAGES

HERE = Path(__file__).parent.parent
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.xml", "jinja2"), ("**.txt", "jinja2")]
KEYWORDS = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}
OPTIONS = {"**.html": {"trimmed": "false", "silent": "false"}}
SOURCES = ("engage", "meetings", "comments", "transcripts", "templates")
WRITTEN = datetime(2026, 11, 22, tzinfo=UTC)
"""In the catalogues' headers; the history knows when they were changed."""
Sentence = str | tuple[str, str]


@cache
def wanted() -> tuple[Sentence, ...]:
    """Every sentence of the sources, with its plural where it has one."""
    return tuple(dict.fromkeys(sentence for _, _, sentence in found()))


def found() -> Iterator[tuple[str, int, Sentence]]:
    """File, line and sentence of everything marked for translation."""
    for source in SOURCES:
        rows = extract_from_dir(HERE / source, METHODS, OPTIONS, KEYWORDS, ("Translators:",))
        for name, line, sentence, _, _ in rows:
            yield (
                f"{source}/{name}",
                line,
                sentence if isinstance(sentence, str) else (sentence[0], sentence[1]),
            )


def po(lang: str) -> Path:
    return FOLDER / lang / "LC_MESSAGES" / "messages.po"


def catalogue(lang: str) -> Catalog:
    with po(lang).open("rb") as file:
        return read_po(file, locale=lang)


def is_translated(among: Catalog, sentence: Sentence) -> bool:
    message = among.get(sentence if isinstance(sentence, str) else sentence[0])
    strings = (message.string if message else "") or ""
    return bool(strings) if isinstance(strings, str) else all(strings)


def complaints(message: Message) -> list[str]:
    """What is wrong with a translation: other blanks than the sentence has."""
    return [str(error) for error in message.check()]


def compiled(lang: str) -> bytes:
    buffer = BytesIO()
    write_mo(buffer, catalogue(lang))
    return buffer.getvalue()


def is_compiled(lang: str) -> bool:
    return po(lang).with_suffix(".mo").read_bytes() == compiled(lang)


def update(lang: str) -> int:
    """Add what is new, drop what is gone, compile; gives the number of sentences without translation."""
    template = Catalog(project="Engage", charset="utf-8")
    for name, _, sentence in found():
        template.add(sentence, locations=[(name, 0)], flags=())
    path = po(lang)
    path.parent.mkdir(parents=True, exist_ok=True)
    made = catalogue(lang) if path.exists() else Catalog(locale=lang, project="Engage")
    made.update(template, no_fuzzy_matching=True)
    made.obsolete.clear()
    made.fuzzy, made.creation_date, made.revision_date = False, WRITTEN, WRITTEN
    made.header_comment = f"# {LANGUAGES[lang]}: the sentences of Engage."
    made.last_translator = made.language_team = made.msgid_bugs_address = "Engage"
    with path.open("wb") as file:
        write_po(file, made, width=110, include_lineno=False, sort_output=True, ignore_obsolete=True)
    path.with_suffix(".mo").write_bytes(compiled(lang))
    return sum(not is_translated(made, sentence) for sentence in wanted())


if __name__ == "__main__":
    missing = {lang: update(lang) for lang in LANGUAGES if lang != DEFAULT}
    sys.stderr.write(
        "\n".join(f"{lang}: {count} sentences without translation" for lang, count in missing.items())
    )
    sys.stderr.write("\n")
