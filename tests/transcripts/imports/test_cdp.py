"""Council Data Project's JSON: its own example, the model before it, and what is none."""

import json
from typing import Any

import pytest

from transcripts.imports.reading import read_transcript
from transcripts.imports.spoken import NotATranscript

EXAMPLE: dict[str, Any] = {
    "generator": "JacksonGen -- Lib Version: 0.0.0",
    "confidence": 0.93325,
    "session_datetime": "2021-01-10T15:00:00",
    "created_datetime": "2021-01-10T15:00:00",
    "sentences": [
        {
            "index": 0,
            "confidence": 0.9,
            "start_time": 0.0,
            "end_time": 1.0,
            "words": [
                {"index": 0, "start_time": 0.0, "end_time": 0.5, "text": "hello", "annotations": None},
                {"index": 1, "start_time": 0.5, "end_time": 1.0, "text": "everyone", "annotations": None},
            ],
            "text": "Hello everyone.",
            "speaker_index": 0,
            "speaker_name": "Jackson Maxfield Brown",
            "annotations": None,
        }
    ],
    "annotations": {"sections": []},
}
"""EXAMPLE_TRANSCRIPT of cdp_backend/pipeline/transcript_model.py, the first sentence."""


def sentence(**over: Any) -> bytes:
    return json.dumps(EXAMPLE | {"sentences": [EXAMPLE["sentences"][0] | over]}).encode()


def complaint(data: bytes) -> str:
    with pytest.raises(NotATranscript) as raised:
        read_transcript(data)
    return str(raised.value)


def test_the_example_of_the_project() -> None:
    read = read_transcript(sentence())
    assert (read.source, read.generator) == ("cdp", "JacksonGen -- Lib Version: 0.0.0")
    (line,) = read.lines
    assert (line.start_ms, line.end_ms, line.text, line.speaker) == (
        0,
        1000,
        "Hello everyone.",
        "Jackson Maxfield Brown",
    )
    assert line.words == [[0, 500, "Hello", None], [500, 1000, " everyone.", None]]


def test_the_model_before_it_names_the_speaker_otherwise() -> None:
    old = {key: value for key, value in EXAMPLE["sentences"][0].items() if not key.startswith("speaker")}
    data = json.dumps({"sentences": [old | {"speaker": "Isaac Na"}]}).encode()
    assert [line.speaker for line in read_transcript(data).lines] == ["Isaac Na"]
    assert [line.speaker for line in read_transcript(sentence(speaker_name=None)).lines] == [None]


def test_words_that_are_not_those_of_the_text_share_its_time() -> None:
    (line,) = read_transcript(sentence(text="Well, hello everyone.")).lines
    assert [word[2] for word in line.words] == ["Well,", " hello", " everyone."]
    assert (line.words[0][0], line.words[-1][1]) == (0, 1000)
    (line,) = read_transcript(sentence(words=[{"text": "hello"}])).lines
    assert [word[:3] for word in line.words] == [[0, 333, "Hello"], [333, 1000, " everyone."]]


def test_words_stay_in_their_sentence_and_never_go_back() -> None:
    words = [
        {"start_time": 0.9, "end_time": 7, "text": "hello"},
        {"start_time": 0.1, "end_time": 0.2, "text": "you"},
    ]
    (line,) = read_transcript(sentence(words=words)).lines
    assert [word[:2] for word in line.words] == [[900, 1000], [1000, 1000]]


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"text": None}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"start_time": "0"}, "start_time"),
        ({"start_time": True}, "start_time"),
        ({"start_time": -1}, "start_time"),
        ({"end_time": 1e300}, "end_time"),
        ({"start_time": 2}, "end_time"),
        ({"speaker_name": 4}, "speaker_name"),
    ],
)
def test_a_sentence_that_is_none_is_named(over: dict[str, Any], field: str) -> None:
    assert complaint(sentence(**over)) == f"Sentence 1: {field} is missing, or is not what it should be."


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"sentences": [\n{"text": NaN}]}', "Line 1: this is no JSON."),
        (b'{"sentences": [\n\n{]}', "Line 3: this is no JSON."),
        (b'{"sentences": [' + b"1" * 5000 + b"]}", "Line 1: this is no JSON."),
        (b"[" * 200_000, "This JSON is nested too deeply."),
        (b'{"lines": []}', "This is no transcript that can be read in."),
        (b'[{"text": "x"}]', "This is no transcript that can be read in."),
        (b'{"sentences": [4]}', "Sentence 1: sentence is missing"),
        (b'{"sentences": []}', "No words were found in this file."),
    ],
)
def test_json_that_is_no_transcript(data: bytes, says: str) -> None:
    assert complaint(data)[: len(says)] == says


def test_half_a_letter_and_control_characters_do_not_reach_the_store() -> None:
    (line,) = read_transcript(sentence(text="a\ud800\u0000b \u202ec", speaker_name="\ud800\u0007")).lines
    assert (line.text, line.speaker, [word[2] for word in line.words]) == ("ab c", None, ["ab", " c"])
