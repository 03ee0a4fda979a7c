"""What the formats say in words: standing and origin of a transcript, a gap, the heading on paper."""

import re

from babel import Locale

from engage import language
from engage.language import N_, hms, translate
from meetings.minutes.paper import Paper
from transcripts.formats.written import Gap, Held, Origin, Written
from transcripts.models import STANDINGS, UNREVIEWED
from transcripts.withholding.models import REASONS

NOWHERE = re.compile("[\x00-\x08\x0e-\x1b\x7f\ufffe\uffff]")
"""What XML or WebVTT does not take."""


def plain(text: str) -> str:
    """On one line: in most formats an empty line ends what it stands in."""
    return " ".join(NOWHERE.sub("", text).split())


def gap_words(gap: Gap, lang: str) -> str:
    """A sentence in brackets, to stand where the lines would."""
    times = {"from": hms(gap.start_ms), "to": hms(gap.end_ms)}
    told = translate(lang, N_("%(from)s to %(to)s is withheld from the public."), **times)
    return f"[{told} {translate(lang, N_('Reason:'))} {translate(lang, REASONS[gap.reason])}]"


def translation_words(text: str, lang: str) -> str:
    return f"({translate(lang, N_('In English, by machine:'))} {plain(text)})"


def note_of(origin: Origin) -> str:
    """In English, for the comments and fields of data formats."""
    if origin.source != "whisper":
        return f"Transcript read in from a file ({origin.source.upper()})"
    spoken = f", language {origin.language}" if origin.language else ""
    return f"Machine-made transcript (Whisper {plain(origin.model)}{spoken})"


def notes(written: Written) -> list[str]:
    """The origin, and the standing where a person vouches for the text."""
    found = [note_of(written.origin)] if written.origin else []
    return found + ([standing_words(written)] if written.standing != UNREVIEWED else [])


def standing_words(written: Written) -> str:
    return translate(written.lang, STANDINGS[written.standing])


def facts(written: Written) -> list[tuple[str, str]]:
    """Labels and values: who made the transcript, when, how sure, of which file, and where it can be read."""
    lang, origin = written.lang, written.origin
    rows: list[tuple[str, str]] = []
    if origin:
        rows.append((N_("Made by"), _made_by(origin, written.held, lang)))
        if origin.language:
            spoken = Locale.parse(lang).languages.get(origin.language, origin.language)
            rows.append((N_("Language"), str(spoken)))
        if origin.confidence is not None:
            percent = round(100 * origin.confidence)
            sure = translate(lang, N_("%(percent)s %% on average, word by word"), percent=percent)
            rows.append((N_("How sure the machine is"), sure))
    if written.recorded:
        rows.append((N_("Recording's fingerprint (SHA-256)"), written.recorded.sha256))
    if written.held:
        rows.append((N_("Address"), written.held.url))
    return [(translate(lang, label), value) for label, value in rows]


def _made_by(origin: Origin, held: Held | None, lang: str) -> str:
    if origin.source == "whisper":
        made = translate(lang, N_("Whisper, model %(model)s"), model=plain(origin.model))
        made += f" ({origin.engine})" if origin.engine else ""
    else:
        made = translate(lang, N_("Read in from a file (%(format)s)"), format=origin.source.upper())
    if origin.made_at is None or held is None:
        return made
    return f"{made}, {language.short_date(origin.made_at, lang, held.zone)}"


def paper_of(written: Written, held: Held) -> Paper:
    """The frame of the DOCX and the PDF: heading, foot, what the file says of itself."""
    lang, state = written.lang, standing_words(written)
    day = language.short_date(held.starts_at, lang, held.zone)
    title = translate(lang, N_("Transcript"))
    name = f"{title}: {held.body}, {held.title}, {day}"
    return Paper(
        lang=lang, name=name, eyebrow=f"{held.city}, {held.body}", title=title,
        subtitle=f"{held.title}, {language.long_date(held.starts_at, lang, held.zone)}",
        subtitle_lang=held.language if held.language != lang else "", state=state,
        foot=f"{name}. {state}", parts=(), page_of=translate(lang, N_("Page %(page)s of %(pages)s")),
    )  # fmt: skip
