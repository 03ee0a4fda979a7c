"""Whatever comes in is lines or a sentence; what we write we read; and another reader reads the same."""

import html
from datetime import UTC, datetime

import pytest
import webvtt
from hypothesis import example, given
from hypothesis import strategies as st

from engage.forms import clean
from transcripts.formats.captions import as_srt, as_vtt
from transcripts.formats.cdp import as_cdp
from transcripts.formats.written import Line, Origin, Who, Written, of_lines
from transcripts.imports.reading import read_transcript
from transcripts.imports.spoken import NotATranscript, Transcript

PIECES = st.sampled_from(
    [
        *(
            "WEBVTT\n",
            "\n",
            "\n\n",
            "\r",
            "1",
            "7\n",
            "00:01.000 --> 00:02.000",
            "00:00:01,000 --> 00:00:02,000\n",
        ),
        *(
            "-->",
            "NOTE x\n",
            "STYLE\n",
            "<v Ana>",
            "</v>",
            "<",
            ">",
            "<00:00:01.500>",
            "&amp;",
            "&#x110000;",
            "{\\an8}",
        ),
        *(
            "\x00",
            "\ufeff",
            "\u2028",
            "e\u0301",
            "Ana: so",
            " ",
            "99:99:99,999",
            "9" * 40,
            "{",
            "}",
            "[",
            "]",
            '"',
        ),
        *('{"sentences": [', '"text": ', '"start_time": ', "1e999", "NaN", "null", ","),
    ]
)


@given(st.one_of(st.binary(max_size=300), st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join)))
def test_anything_is_a_transcript_or_a_plain_sentence(sent: bytes | str) -> None:
    data = sent if isinstance(sent, bytes) else sent.encode(errors="replace")
    for has_names_first in (False, True):
        try:
            read = read_transcript(data, has_names_first=has_names_first)
        except NotATranscript as reason:
            assert str(reason).endswith((".", "JSON can be."))
        else:
            expect_sound(read)


def expect_sound(read: Transcript) -> None:
    """What the rest of the house relies on."""
    assert read.lines == sorted(read.lines, key=lambda line: line.start_ms)
    for line in read.lines:
        assert line.text == clean(line.text) != ""
        assert line.text == "".join(word[2] for word in line.words)
        times = [time for word in line.words for time in word[:2]]
        assert [line.start_ms, *times, line.end_ms] == sorted([line.start_ms, *times, line.end_ms])
        assert line.speaker is None or 0 < len(line.speaker) <= 120


WORD = st.text(st.characters(categories=("L", "N", "P", "Sm")), min_size=1, max_size=8)
SAID = st.lists(WORD, min_size=1, max_size=6).map(" ".join).map(clean).filter(bool)
NAME = st.lists(
    st.sampled_from(["Ana", "Ruiz", "de", "la", "Muñoz", "O'Neil", "Lee"]), min_size=1, max_size=3
)
NAMES = st.none() | NAME.map(" ".join).filter(lambda name: name[0].isupper())


@st.composite
def written(draw: st.DrawFn, texts: st.SearchStrategy[str] = SAID) -> Written:
    lines, at_ms = [], 0
    for _ in range(draw(st.integers(1, 6))):
        at_ms += draw(st.integers(0, 5000))
        end_ms = at_ms + draw(st.integers(1, 5000))
        name, text = draw(NAMES), draw(texts)
        who = Who(name, name, "person") if name else None
        words = tuple((at_ms, end_ms, f" {word}", None) for word in text.split())
        lines.append(Line(at_ms, end_ms, text, who, words=words))
        at_ms = end_ms
    return of_lines(lines, Origin("base", "en", made_at=datetime(2026, 11, 23, tzinfo=UTC)))


def facts(of: Written | Transcript) -> list[tuple[int, int, str, str | None]]:
    if isinstance(of, Written):
        return [
            (each.start_ms, each.end_ms, each.text, each.who.label if each.who else None) for each in of.lines
        ]
    return [(each.start_ms, each.end_ms, each.text, each.speaker) for each in of.lines]


@given(written())
def test_our_webvtt_comes_back_as_it_was(made: Written) -> None:
    assert facts(read_transcript(as_vtt(made).encode())) == facts(made)


@example(of_lines([Line(0, 1, "-->", None, words=((0, 1, " -->", None),))], Origin("base", "en")))
@given(written())
def test_our_council_data_project_json_comes_back_as_it_was(made: Written) -> None:
    assert facts(read_transcript(as_cdp(made).encode())) == facts(made)


PLAIN = st.text(st.characters(categories=("L",)), min_size=2, max_size=8)
PLAIN_SAID = st.lists(PLAIN, min_size=1, max_size=6).map(" ".join).map(clean).filter(bool)


@given(written(PLAIN_SAID))
def test_our_subrip_comes_back_as_it_was(made: Written) -> None:
    """Words with marks are left out: SubRip has no way to write "<b>", or a name's colon that is none."""
    assert facts(read_transcript(as_srt(made).encode(), has_names_first=True)) == facts(made)


@given(written())
def test_another_reader_of_webvtt_reads_the_same(made: Written) -> None:
    text = as_vtt(made)
    theirs = [
        (each.start, each.end, html.unescape(each.text), each.voice) for each in webvtt.from_string(text)
    ]
    ours = read_transcript(text.encode()).lines
    assert [(each.text, each.speaker) for each in ours] == [(text, voice) for _, _, text, voice in theirs]
    assert [(stamp(each.start_ms), stamp(each.end_ms)) for each in ours] == [each[:2] for each in theirs]


def stamp(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


@pytest.mark.parametrize("data", [b"\xff\xfea", b"\xef\xbb\xbf\xff", b"\x00a\x00"])
def test_a_damaged_encoding_is_told(data: bytes) -> None:
    with pytest.raises(NotATranscript, match="these are no letters"):
        read_transcript(data)
