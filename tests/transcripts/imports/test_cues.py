"""WebVTT and SubRip as people and programs write them: lines, words, speakers; or the line of the mistake."""

import pytest

from transcripts.imports.reading import read_transcript
from transcripts.imports.spoken import NotATranscript, Spoken

VTT = """WEBVTT - The council's evening
Kind: captions
Language: en

STYLE
::cue { color: yellow }

REGION
id:below width:40%

NOTE made by hand --> mostly

NOTE
of several
lines

opening
00:01.000 --> 00:04.000 line:0 align:start
<v Maria Gomez>Good &amp; <i>warm</i> evening,</v> <v.loud Bob Lee>hi

01:00:00.500 --> 01:00:02.000
Two rows
of one cue.
"""


def told(text: str | bytes, **options: bool) -> list[tuple[int, int, str, str | None]]:
    data = text.encode() if isinstance(text, str) else text
    return [
        (each.start_ms, each.end_ms, each.text, each.speaker)
        for each in read_transcript(data, **options).lines
    ]


def complaint(text: str) -> str:
    with pytest.raises(NotATranscript) as raised:
        read_transcript(text.encode())
    return str(raised.value)


def test_webvtt_with_all_that_it_may_have() -> None:
    assert told(VTT) == [
        (1000, 3608, "Good & warm evening,", "Maria Gomez"),
        (3608, 4000, "hi", "Bob Lee"),
        (3_600_500, 3_602_000, "Two rows of one cue.", None),
    ]


def test_words_share_the_time_by_their_letters_and_join_to_the_text() -> None:
    (line,) = read_transcript(b"WEBVTT\n\n00:01.000 --> 00:02.000\nOne  t<b>w</b>o three").lines
    assert line == Spoken(
        1000,
        2000,
        "One two three",
        [[1000, 1230, "One", None], [1230, 1538, " two", None], [1538, 2000, " three", None]],
        None,
    )


def test_times_inside_a_cue_are_those_of_its_words() -> None:
    (line,) = read_transcript(b"WEBVTT\n\n00:01.000 --> 00:05.000\nOne <00:02.500>two <00:04.000>three").lines
    assert [word[:3] for word in line.words] == [
        [1000, 2500, "One"],
        [2500, 4000, " two"],
        [4000, 5000, " three"],
    ]


def test_a_time_inside_a_cue_that_goes_back_or_beyond_is_held_in_it() -> None:
    (line,) = read_transcript(
        b"WEBVTT\n\n00:01.000 --> 00:05.000\na <00:04.000>b <00:02.000>c <09:00.000>d"
    ).lines
    assert [word[0] for word in line.words] == [1000, 4000, 4500, 5000]


def test_cues_come_in_order_of_time_and_may_overlap() -> None:
    cues = (
        "00:09.000 --> 00:10.000\nlast",
        "00:01.000 --> 00:08.000\nlong",
        "00:02.000 --> 00:03.000\nin it",
    )
    text = "\n\n".join(["WEBVTT", *cues])
    assert [(start, text) for start, _, text, _ in told(text)] == [
        (1000, "long"),
        (2000, "in it"),
        (9000, "last"),
    ]


def test_captions_that_roll_up_are_told_once() -> None:
    text = """WEBVTT

00:00:00.480 --> 00:00:02.629 align:start position:0%
\x20
good<00:00:00.640><c> evening</c>

00:00:02.629 --> 00:00:02.639 align:start position:0%
good evening
\x20

00:00:02.639 --> 00:00:05.030 align:start position:0%
good evening
and<00:00:02.879><c> welcome</c>

00:00:05.030 --> 00:00:05.040 align:start position:0%
and welcome
\x20

00:00:05.040 --> 00:00:06.000 align:start position:0%
and welcome
aye
"""
    assert [text for _, _, text, _ in told(text)] == ["good evening", "and welcome", "aye"]


def test_people_who_say_the_same_one_after_another_are_each_told() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nAye.\n\n00:02.000 --> 00:03.000\nAye.\n"
    assert [text for _, _, text, _ in told(text)] == ["Aye.", "Aye."]


SRT = """1
00:00:01,000 --> 00:00:02,000
Ana Ruiz: so
>> BOB LEE: we go

2
00:00:03,000 --> 00:00:04,500 X1:40 X2:600
{\\an8}<font color="#ff0000">On Elm Street</font>

and on: Oak Street

00:00:05,000 --> 00:00:06,000
3 < 4
00:00:07 --> 00:00:08
2026
"""


def test_subrip_with_gaps_between_and_numbers_that_are_missing() -> None:
    assert told(SRT) == [
        (1000, 2000, "Ana Ruiz: so >> BOB LEE: we go", None),
        (3000, 4500, "On Elm Street and on: Oak Street", None),
        (5000, 6000, "3 < 4", None),
        (7000, 8000, "2026", None),
    ]


def test_names_that_stand_first_are_speakers_when_that_is_said() -> None:
    assert told(SRT, has_names_first=True)[:3] == [
        (1000, 1250, "so", "Ana Ruiz"),
        (1250, 2000, "we go", "BOB LEE"),
        (3000, 4500, "On Elm Street and on: Oak Street", None),
    ]


@pytest.mark.parametrize(
    "row", ["at 5:30 it begins", "We have three: one", "what? No: yes", "http://x.org", ": so"]
)
def test_what_is_no_name_is_no_speaker(row: str) -> None:
    (line,) = told(f"1\n00:00:01,000 --> 00:00:02,000\n{row}\n", has_names_first=True)
    assert line[3] is None


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_encoding_and_any_line_ends(encoding: str, newline: str) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n¿Quién dijo “sí”?\n\n2\n00:00:03,000 --> 00:00:04,000\nYo.\n"
    assert told(text.replace("\n", newline).encode(encoding)) == [
        (1000, 2000, "¿Quién dijo “sí”?", None),
        (3000, 4000, "Yo.", None),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("WEBVTT\n\n00:61.000 --> 00:62.000\nx", "Line 3: here should be two times, such as"),
        ("WEBVTT\n\nAna\nsaid", "Line 4: here should be two times, such as"),
        ("WEBVTT\n\n00:01.000 -->\nx", "Line 3: here should be two times, such as"),
        (
            "WEBVTT\n\nsomebody said\n\n00:01.000 --> 00:02.000\nx",
            "Line 3: these words have no time above them.",
        ),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\nand then", "Line 6: these words have no time above them."),
        ("1\n00:00:02,000 --> 00:00:01,000\nx", "Line 2: the second time is before the first."),
        ("1\n100:00:01,000 --> 100:00:02,000\nx", "Line 2: no recording is longer than 100 hours."),
        ("Minutes\n00:00:02,000 --> 00:00:03,000\nx", "Line 1: these words have no time above them."),
        ("1\n00:00:02,000 --> 00:00:03,000\n" + 20_001 * "x", "Line 2: more than 20,000 characters"),
        ("Minutes of the meeting", "This is no transcript that can be read in."),
        ("WEBVTT\n", "No words were found in this file."),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<b></b>\x07\n", "No words were found in this file."),
        ("", "This file is empty."),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, says: str) -> None:
    assert complaint(text)[: len(says)] == says


def test_too_much_of_everything_is_refused() -> None:
    cue = "00:01.000 --> 00:02.000\na\n\n"
    too_many = "A transcript can have up to 100,000 lines and 500,000 words, and this one has more."
    assert complaint("WEBVTT\n\n" + cue * 100_001) == too_many
    assert complaint("WEBVTT\n\n" + cue.replace("a", "a " * 9000) * 60) == too_many
    assert (
        complaint("WEBVTT\n" + "x" * (20 << 20))
        == "This file is too large. A transcript can have up to 20 MB."
    )
