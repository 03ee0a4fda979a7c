"""Words of a recording to quote, with everything that a citation needs, as plain text and as HTML."""

from dataclasses import dataclass
from html import escape
from itertools import groupby

from engage import language
from engage.language import N_, hms, translate
from transcripts.formats.rules import Span
from transcripts.formats.wording import gap_words, plain, standing_words
from transcripts.formats.written import Gap, Held, Line, Who, Written

QUOTES = {"en": ("“", "”"), "es": ("«", "»")}


@dataclass(frozen=True)
class Said:
    """What one person said in a row, or a gap: then `words` say so, and `is_gap`."""

    name: str
    """Empty where nobody can say."""
    words: str
    language: str
    is_gap: bool = False


@dataclass(frozen=True)
class Quotation:
    said: tuple[Said, ...]
    cited: tuple[tuple[str, str], ...]
    """Meeting, day, item, time in the recording and standing: in pieces, each with its language."""
    url: str
    lang: str

    @property
    def source(self) -> str:
        return "".join(words for words, _ in self.cited)

    @property
    def text(self) -> str:
        before, after = QUOTES[self.lang]
        lines = [each.words if each.is_gap else _named(each, before, after) for each in self.said]
        return "\n".join([*lines, f"({self.source})", self.url])

    @property
    def html(self) -> str:
        parts = "\n".join(f"  <p>{_marked_up(each)}</p>" for each in self.said)
        source = f'<p>(<a href="{escape(self.url)}">{escape(self.source)}</a>)</p>'
        return f'<blockquote cite="{escape(self.url)}">\n{parts}\n</blockquote>\n{source}'


def quotation_of(clip: Written, span: Span, held: Held, url: str) -> Quotation:
    """`clip` is what was said in the span; `url` its permanent address."""
    spoken = (clip.origin.language if clip.origin else None) or held.language
    said = [
        each
        for who, group in groupby(clip.said, key=_speaker)
        for each in _in_a_row(who, list(group), spoken, clip.lang)
    ]
    return Quotation(tuple(said), cited_of(clip, span, held), url, clip.lang)


def cited_of(clip: Written, span: Span, held: Held) -> tuple[tuple[str, str], ...]:
    lang = clip.lang
    items = {each.item.heading: each.item for each in clip.sections if each.item}
    times = {"from": hms(span.start_ms), "to": hms(span.end_ms)}
    place = translate(lang, N_("recording %(from)s to %(to)s"), **times)
    day = language.long_date(held.starts_at, lang, held.zone)
    headings = [
        piece
        for each in items.values()
        for piece in ((f", {translate(lang, N_('item'))} ", lang), (plain(each.heading), each.language))
    ]
    standing = f"{translate(lang, N_('Transcript'))}: {standing_words(clip)}"
    return (
        (f"{plain(held.city)}, {plain(held.body)}, ", lang), (plain(held.title), held.language),
        (f", {day}", lang), *headings, (f", {place}. {standing}", lang),
    )  # fmt: skip


def _speaker(each: Line | Gap) -> Who | None | Gap:
    return each if isinstance(each, Gap) else each.who


def _in_a_row(who: Who | None | Gap, group: list[Line | Gap], spoken: str, lang: str) -> list[Said]:
    if isinstance(who, Gap):
        return [Said("", gap_words(who, lang), lang, is_gap=True)]
    lines = [each for each in group if isinstance(each, Line)]
    return [
        Said(who.label if who else "", " ".join(plain(line.text) for line in run), code or spoken)
        for code, run in ((code, list(run)) for code, run in groupby(lines, key=lambda line: line.language))
    ]


def _named(said: Said, before: str, after: str) -> str:
    name = f"{plain(said.name)}: " if said.name else ""
    return f"{name}{before}{said.words}{after}"


def _marked_up(said: Said) -> str:
    if said.is_gap:
        return escape(said.words)
    name = f"<b>{escape(plain(said.name))}</b>: " if said.name else ""
    return f'{name}<span lang="{escape(said.language)}">{escape(said.words)}</span>'
