"""Clips of a recording: which span an address names, and what of a transcript lies in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engage.language import N_
from transcripts.formats.written import Gap, Line, Section, Words, Written
from transcripts.withholding.rules import parse_ms

LONGEST_MS = 10 * 60_000
LAST_MS = 10**9
"""More than eleven days: no recording is longer."""
CUT = "…"
NO_PLACE = N_("Please give a time as it stands beside the lines, such as 12:30.")
NO_SPAN = N_("The end must come after the beginning.")
TOO_LONG = N_("A clip can be 10 minutes long at most.")


@dataclass(frozen=True)
class Span:
    """From `start_ms` to before `end_ms`."""

    start_ms: int
    end_ms: int

    @property
    def query(self) -> str:
        return f"from={self.start_ms}&to={self.end_ms}"


class BadSpan(Exception):
    """`field` is what is wrong: "from" or "to"; `message` says it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def read_place(text: str) -> int | None:
    """Milliseconds of "750000" as addresses have it, or of "12:30" as people do."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        place: int | None = int(text[:10])
    else:
        place = parse_ms(text) if ":" in text else None
    return place if place is not None and place < LAST_MS else None


def read_span(asked: Mapping[str, str]) -> Span:
    """Of an address's `from` and `to`. Raises BadSpan."""
    places = {field: read_place(asked.get(field, "")) for field in ("from", "to")}
    for field, place in places.items():
        if place is None:
            raise BadSpan(field, NO_PLACE)
    span = Span(places["from"] or 0, places["to"] or 0)
    if span.end_ms <= span.start_ms:
        raise BadSpan("to", NO_SPAN)
    if span.end_ms - span.start_ms > LONGEST_MS:
        raise BadSpan("to", TOO_LONG)
    return span


def clip_of(written: Written, span: Span) -> Written:
    """What was said in the span, by the recording's clock. A line that reaches out of it is cut at a word."""
    sections = (Section(each.item, _inside(each.said, span)) for each in written.sections)
    return replace(written, sections=tuple(each for each in sections if each.said))


def from_zero(written: Written, span: Span) -> Written:
    """The same with times that count from the clip's beginning."""
    sections = (
        Section(each.item, tuple(_earlier(one, span.start_ms) for one in each.said))
        for each in written.sections
    )
    return replace(written, sections=tuple(sections))


def _inside(said: Sequence[Line | Gap], span: Span) -> tuple[Line | Gap, ...]:
    near = [each for each in said if each.start_ms < span.end_ms and span.start_ms < each.end_ms]
    cut = (_cut_gap(each, span) if isinstance(each, Gap) else _cut_line(each, span) for each in near)
    return tuple(each for each in cut if each)


def _cut_gap(gap: Gap, span: Span) -> Gap:
    return replace(gap, start_ms=max(gap.start_ms, span.start_ms), end_ms=min(gap.end_ms, span.end_ms))


def _cut_line(line: Line, span: Span) -> Line | None:
    """By the middle of each word, since the times of two neighbours may touch."""
    if span.start_ms <= line.start_ms and line.end_ms <= span.end_ms:
        return line
    kept: Words = tuple(w for w in line.words if span.start_ms <= (w[0] + w[1]) / 2 < span.end_ms)
    if not kept:
        return None
    if len(kept) == len(line.words):
        return line
    before, after = kept[0] is not line.words[0], kept[-1] is not line.words[-1]
    text = "".join(word[2] for word in kept).strip()
    return replace(
        line, start_ms=kept[0][0], end_ms=kept[-1][1], words=kept, translation="",
        text=f"{CUT if before else ''}{text}{CUT if after else ''}",
    )  # fmt: skip


def _earlier(each: Line | Gap, by_ms: int) -> Line | Gap:
    start, end = max(each.start_ms - by_ms, 0), max(each.end_ms - by_ms, 0)
    if isinstance(each, Gap):
        return replace(each, start_ms=start, end_ms=end)
    words = tuple((max(w[0] - by_ms, 0), max(w[1] - by_ms, 0), w[2], w[3]) for w in each.words)
    return replace(each, start_ms=start, end_ms=end, words=words)
