"""A transcript comes back from every file it is written to."""

import json
import re
from html import unescape

import pytest

from transcripts.captions import Line, Origin, as_json, as_srt, as_text, as_vtt

LINES = [
    Line(626, 3026, "Good evening, everyone.", "Ruth Calloway"),
    Line(3_599_999, 3_600_000, "We <heard> 1 & 2 --> all\n\nof it.", 'J. "Joe" <O\'Neil> & Co'),
    Line(36_061_007, 36_061_007, "Sí, señora."),
]
ORIGIN = Origin("base", "en")
NOTE = "Machine-made transcript (Whisper base, language en)"


def test_webvtt() -> None:
    assert as_vtt(LINES, origin=ORIGIN) == (
        "WEBVTT\n\n"
        f"NOTE {NOTE}\n\n"
        "00:00:00.626 --> 00:00:03.026\n<v Ruth Calloway>Good evening, everyone.\n\n"
        "00:59:59.999 --> 01:00:00.000\n"
        '<v J. "Joe" &lt;O\'Neil&gt; &amp; Co>We &lt;heard&gt; 1 &amp; 2 → all of it.\n\n'
        "10:01:01.007 --> 10:01:01.008\nSí, señora.\n"
    )


def test_subrip() -> None:
    assert as_srt(LINES[::2], origin=ORIGIN) == (
        "1\n00:00:00,626 --> 00:00:03,026\nRuth Calloway: Good evening, everyone.\n\n"
        "2\n10:01:01,007 --> 10:01:01,008\nSí, señora.\n"
    )


def test_plain_text() -> None:
    assert as_text(LINES[::2], origin=ORIGIN) == (
        f"{NOTE}\n\nRuth Calloway: Good evening, everyone.\nSí, señora.\n"
    )


def test_json_holds_everything() -> None:
    record = json.loads(as_json(LINES, origin=ORIGIN))
    assert [Line(**line) for line in record["lines"]] == LINES
    assert record["origin"] == {"note": NOTE, "model": "base", "language": "en"}


def test_without_an_origin_there_is_no_note() -> None:
    assert as_vtt([]) == "WEBVTT\n"
    assert as_text([]) == as_srt([]) == ""
    assert json.loads(as_json([])) == {"origin": None, "lines": []}


@pytest.mark.parametrize(
    "text",
    [
        "a --> b",
        "a\r\n\r\nb",
        "\n\nNOTE a",
        "<v Mallory>a</v>",
        "&lt;b&gt;",
        "&",
        "-->-->",
        "a\n00:00 --> 00:01",
    ],
)
def test_no_text_breaks_out_of_its_cue(text: str) -> None:
    written = as_vtt([Line(0, 1000, text), Line(1000, 2000, "next")])
    header, first, second = written.split("\n\n")
    time, payload = first.split("\n")
    assert (header, time, second) == (
        "WEBVTT",
        "00:00:00.000 --> 00:00:01.000",
        "00:00:01.000 --> 00:00:02.000\nnext\n",
    )
    assert not re.search("<|-->", payload)
    assert unescape(payload) == " ".join(text.split()).replace("-->", "→")


def test_a_model_in_a_folder_cannot_break_the_note() -> None:
    assert (
        as_vtt([], origin=Origin("a\n\nb-->c")) == "WEBVTT\n\nNOTE Machine-made transcript (Whisper a b→c)\n"
    )
