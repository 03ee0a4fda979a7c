"""Plain text: a line for each line of the transcript, with its time and its speaker."""

from engage.language import N_, hms, long_date, translate
from transcripts.formats.captions import spoken
from transcripts.formats.wording import facts, notes, standing_words, translation_words
from transcripts.formats.written import Gap, Held, Line, Written


def as_text(written: Written) -> str:
    """Without a meeting it is the words alone, under a note of where they come from."""
    if written.held is None:
        head = [*notes(written), ""] if written.origin else []
        return _lines([*head, *(spoken(each, written.lang) for each in written.said)])
    said: list[str] = _head(written, written.held)
    for section in written.sections:
        said += [section.item.heading, ""] if section.item else []
        said += [part for each in section.said for part in _said(each, written.lang)]
        said.append("")
    return _lines(said[:-1])


def _head(written: Written, held: Held) -> list[str]:
    lang = written.lang
    about = [f"{label}: {value}" for label, value in facts(written)]
    day = long_date(held.starts_at, lang, held.zone)
    title = translate(lang, N_("Transcript"))
    return [f"{held.city}, {held.body}", held.title, day, "", title, standing_words(written), *about, "", ""]


def _said(each: Line | Gap, lang: str) -> list[str]:
    if isinstance(each, Gap):
        return [spoken(each, lang)]
    more = [f"    {translation_words(each.translation, lang)}"] if each.translation else []
    return [f"[{hms(each.start_ms)}] {spoken(each, lang)}", *more]


def _lines(texts: list[str]) -> str:
    return "".join(f"{text}\n" for text in texts)
