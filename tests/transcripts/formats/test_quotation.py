"""Words to quote, with all that a citation needs."""

from dataclasses import replace

import pytest

from tests.transcripts.formats.sample import GAP, HELD, SAMPLE, line
from transcripts.formats.quotation import Quotation, quotation_of
from transcripts.formats.rules import Span, clip_of
from transcripts.formats.written import Section, Who, Written

URL = "https://alder.example/recordings/r1/clip?from=0&to=1"
SOURCE = (
    "Alder Bay, City Council, Regular meeting, Monday, November 23, 2026, item {item}, "
    "recording {times}. Transcript: Machine-made, not reviewed"
)


def quote(start: int, end: int, of: Written = SAMPLE) -> Quotation:
    span = Span(start, end)
    return quotation_of(clip_of(of, span), span, HELD, URL)


def test_words_speaker_source_and_address() -> None:
    source = SOURCE.format(item="1 Bike lane", times="0:06 to 0:20")
    assert quote(6000, 20_000).text == (
        f"Speaker 1: “I live on Elm Street.”\nSpeaker 1: “Sí, señora.”\n{GAP}\n({source})\n{URL}"
    )


def test_the_same_as_html() -> None:
    source = SOURCE.format(item="2 Library hours", times="0:21 to 0:25")
    address = URL.replace("&", "&amp;")
    assert quote(21_000, 25_000).html == (
        f'<blockquote cite="{address}">\n'
        '  <p><span lang="en">Open on Sundays?</span></p>\n'
        '  <p><b>Ana Ruiz</b>: <span lang="en">O&#x27;Neil &amp; 1/2-time, yes.</span></p>\n'
        f'</blockquote>\n<p>(<a href="{address}">{source}</a>)</p>'
    )


def test_what_one_person_says_in_a_row_is_one_quotation() -> None:
    said = (line(0, "One."), line(1000, "Two."), line(2000, "Three.", None))
    found = quote(0, 3000, replace(SAMPLE, sections=(Section(None, said),)))
    assert [(each.name, each.words) for each in found.said] == [("Ana Ruiz", "One. Two."), ("", "Three.")]
    assert ", item" not in found.source


@pytest.mark.parametrize("evil", ['"><script>', "</blockquote>", "a\n\nb & <b>"])
def test_nothing_that_was_said_is_markup(evil: str) -> None:
    said = (line(0, f"x {evil}", Who("e", evil, "person")),)
    html = quote(0, 5000, replace(SAMPLE, sections=(Section(None, said),), held=HELD)).html
    assert ("<script>" in html, html.count("<blockquote"), html.count("</blockquote>")) == (False, 1, 1)
    assert html.count("<b>") == 1


def test_the_quotation_marks_are_those_of_the_language() -> None:
    assert "«I live on Elm Street.»" in quote(6000, 7000, replace(SAMPLE, lang="es")).text
