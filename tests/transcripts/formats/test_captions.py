"""Captions, read by a parser of our own that knows the syntax of WebVTT and nothing of the writer."""

import re
from dataclasses import dataclass, replace
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcripts.formats.sample import GAP, SAMPLE
from transcripts.formats.captions import as_srt, as_vtt
from transcripts.formats.written import Gap, Line, Origin, Section, Who, Written, of_lines

RUTH = Who("s1", "Ruth Calloway", "person")
JOE = Who("s2", 'J. "Joe" <O\'Neil> & Co', "person")
LINES = [
    Line(626, 3026, "Good evening, everyone.", RUTH),
    Line(3_599_999, 3_600_000, "We <heard> 1 & 2 --> all\n\nof it.", JOE),
    Line(36_061_007, 36_061_007, "Sí, señora."),
]
NOTE = "Machine-made transcript (Whisper base, language en)"
TIME = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
TAGS = re.compile(r"<(/?)(v|lang)(?:[ \t]([^<>\n]*))?>|<")


@dataclass
class Cue:
    start_ms: int
    end_ms: int
    voice: str
    language: str
    text: str


def ms(text: str) -> int:
    found = TIME.fullmatch(text)
    assert found, text
    hours, minutes, seconds, rest = found.groups(default="0")
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(rest)


def parse(vtt: str) -> list[Cue]:
    """https://www.w3.org/TR/webvtt1/#syntax: blocks between blank lines, the first the signature."""
    assert "\0" not in vtt and vtt.endswith("\n")
    blocks = vtt.rstrip("\n").split("\n\n")
    assert blocks[0] == "WEBVTT"
    cues = [cue(block) for block in blocks[1:] if not is_note(block)]
    starts = [each.start_ms for each in cues]
    assert starts == sorted(starts), "each cue begins at or after the one before it"
    return cues


def is_note(block: str) -> bool:
    found = re.match(r"NOTE(?:[ \t\n]|$)", block) is not None
    assert not (found and "-->" in block)
    return found


def cue(block: str) -> Cue:
    times, *payload = block.split("\n")
    start, arrow, end = times.split(" ")
    assert arrow == "-->" and ms(start) < ms(end)
    text = "\n".join(payload)
    assert text and "-->" not in text and "" not in payload
    return Cue(ms(start), ms(end), *spans(text))


def spans(text: str) -> tuple[str, str, str]:
    """Voice, language and words; a voice span may end with its cue, a language span is closed."""
    assert re.sub(r"&(amp|lt|gt|lrm|rlm|nbsp);", "", text).count("&") == 0
    opened: dict[str, str] = {}
    is_open = []
    for found in TAGS.finditer(text):
        end, name, annotation = found.groups()
        assert name, f"a bare < in {text!r}"
        if end:
            assert is_open.pop() == name
        else:
            assert annotation
            is_open.append(name)
            opened[name] = unescape(annotation)
    assert is_open in ([], ["v"])
    return opened.get("v", ""), opened.get("lang", ""), unescape(TAGS.sub("", text))


def test_webvtt() -> None:
    assert as_vtt(of_lines(LINES, Origin("base", "en"))) == (
        "WEBVTT\n\n"
        f"NOTE {NOTE}\n\n"
        "00:00:00.626 --> 00:00:03.026\n<v Ruth Calloway>Good evening, everyone.\n\n"
        "00:59:59.999 --> 01:00:00.000\n"
        '<v J. "Joe" &lt;O\'Neil&gt; &amp; Co>We &lt;heard&gt; 1 &amp; 2 → all of it.\n\n'
        "10:01:01.007 --> 10:01:01.008\nSí, señora.\n"
    )


def test_subrip() -> None:
    assert as_srt(of_lines(LINES[::2], Origin("base", "en"))) == (
        "1\n00:00:00,626 --> 00:00:03,026\nRuth Calloway: Good evening, everyone.\n\n"
        "2\n10:01:01,007 --> 10:01:01,008\nSí, señora.\n"
    )


def test_without_an_origin_there_is_no_note() -> None:
    assert as_vtt(of_lines([])) == "WEBVTT\n"
    assert as_srt(of_lines([])) == ""


def test_speakers_languages_and_gaps_come_back() -> None:
    found = [(each.voice, each.language, each.text) for each in parse(as_vtt(SAMPLE))]
    assert found == [
        ("Ana Ruiz", "", "Good evening, everyone."),
        ("Dais", "", "Order, please."),
        ("Speaker 1", "", "I live on Elm Street."),
        ("Speaker 1", "es", "Sí, señora."),
        ("", "", GAP),
        ("", "", "Open on Sundays?"),
        ("Ana Ruiz", "", "O'Neil & 1/2-time, yes."),
    ]
    assert as_srt(SAMPLE).split("\n\n")[4] == f"5\n00:00:12,000 --> 00:00:20,000\n{GAP}"


def test_a_person_who_vouches_for_the_text_is_in_the_note() -> None:
    certified = replace(SAMPLE, standing="certified")
    assert as_vtt(certified).split("\n\n")[1] == f"NOTE {NOTE}\nCertified by the clerk"


def test_what_stands_for_a_name_is_in_the_readers_language() -> None:
    spanish = replace(SAMPLE, lang="es")
    (gap,) = [each for each in parse(as_vtt(spanish)) if each.text.startswith("[")]
    assert ("Reason:" in gap.text, "Motivo:" in gap.text) == (False, True)


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
        "a\0b",
    ],
)
def test_no_text_breaks_out_of_its_cue(text: str) -> None:
    first, second = parse(as_vtt(of_lines([Line(0, 1000, text), Line(1000, 2000, "next")])))
    assert (first.start_ms, first.end_ms, first.voice) == (0, 1000, "")
    assert first.text == " ".join(text.replace("\0", "").split()).replace("-->", "→")
    assert second == Cue(1000, 2000, "", "", "next")


@given(
    st.lists(st.tuples(st.text(min_size=1), st.text(), st.sampled_from(["", "es", "pt-BR", "not a tag>"]))),
    st.booleans(),
)
def test_whatever_is_said_the_file_keeps_to_the_syntax(
    said: list[tuple[str, str, str]], has_gap: bool
) -> None:
    """Any letters in words, names and languages; what is nothing but blanks is no line."""
    lines = [
        Line(1000 * n, 1000 * n + 500, f"x{text}", Who(name, f"y{name}", "person"), language)
        for n, (text, name, language) in enumerate(said)
    ]
    gaps = (Gap(10**6, 10**6 + 1, "minor"),) if has_gap else ()
    found = parse(as_vtt(Written((Section(None, (*lines, *gaps)),))))
    assert len(found) == len(lines) + has_gap
    assert {each.language for each in found} <= {"", "es", "pt-BR"}
    blocks = as_srt(Written((Section(None, (*lines, *gaps)),))).split("\n\n")
    assert len([each for each in blocks if each]) == len(found)


def test_a_model_in_a_folder_cannot_break_the_note() -> None:
    assert (
        as_vtt(of_lines([], Origin("a\n\nb-->c")))
        == "WEBVTT\n\nNOTE Machine-made transcript (Whisper a b→c)\n"
    )
