"""Council Data Project's transcript, read by its own model: these are its fields, in its order."""

import json
import re
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, TypeVar

from tests.transcripts.formats.sample import GAP, SAMPLE, line
from transcripts.formats.cdp import as_cdp
from transcripts.formats.written import Section, of_lines

T = TypeVar("T")


@dataclass
class Word:
    index: int
    start_time: float
    end_time: float
    text: str
    annotations: dict[str, Any] | None


@dataclass
class Sentence:
    index: int
    confidence: float
    start_time: float
    end_time: float
    words: list[Word]
    text: str
    speaker_index: int | None
    speaker_name: str | None
    annotations: dict[str, Any] | None


@dataclass
class SectionAnnotation:
    name: str
    start_sentence_index: int
    stop_sentence_index: int | None
    generator: str
    description: str | None


@dataclass
class Transcript:
    generator: str
    confidence: float
    session_datetime: str | None
    created_datetime: str
    sentences: list[Sentence]
    annotations: dict[str, Any] | None


def strictly(kind: type[T], record: dict[str, Any]) -> T:
    assert list(record) == [field.name for field in fields(kind)]  # type: ignore[arg-type]
    return kind(**record)


def read(text: str) -> tuple[Transcript, list[SectionAnnotation]]:
    made = strictly(Transcript, json.loads(text))
    assert made.annotations and list(made.annotations) == ["sections"]
    made.sentences = [strictly(Sentence, each) for each in made.sentences]  # type: ignore[arg-type]
    for sentence in made.sentences:
        sentence.words = [strictly(Word, each) for each in sentence.words]  # type: ignore[arg-type]
    return made, [strictly(SectionAnnotation, each) for each in made.annotations["sections"]]


def test_every_field_of_the_model_and_no_other() -> None:
    made, _ = read(as_cdp(SAMPLE))
    assert made.generator == (
        "Engage -- Machine-made transcript (Whisper base, language en) -- faster-whisper 1.2.1"
    )
    assert made.confidence == 0.9
    assert datetime.fromisoformat(str(made.session_datetime)) == datetime.fromisoformat("2026-11-24T02:00Z")
    assert datetime.fromisoformat(made.created_datetime) == datetime.fromisoformat("2026-11-24T04:00Z")
    assert [each.index for each in made.sentences] == list(range(7))
    assert [(each.start_time, each.end_time) for each in made.sentences[:3]] == [
        (0.0, 0.3),
        (3.0, 3.2),
        (6.0, 6.5),
    ]


def test_words_are_cleaned_as_there_and_timed_in_seconds() -> None:
    sentence = read(as_cdp(SAMPLE))[0].sentences[6]
    assert sentence.text == "O'Neil & 1/2-time, yes."
    assert [(word.index, word.start_time, word.text) for word in sentence.words] == [
        (0, 24.0, "o'neil"),
        (1, 24.2, "1/2-time"),
        (2, 24.3, "yes"),
    ]
    assert all(re.fullmatch(r"[\w/\-']+", word.text) and word.text.islower() for word in sentence.words)


def test_only_a_name_is_a_name_and_the_dais_is_nobody_in_particular() -> None:
    found = [(each.speaker_index, each.speaker_name) for each in read(as_cdp(SAMPLE))[0].sentences]
    assert found == [
        (0, "Ana Ruiz"),
        (None, None),
        (1, None),
        (1, None),
        (None, None),
        (None, None),
        (0, "Ana Ruiz"),
    ]


def test_a_gap_is_a_sentence_that_says_so() -> None:
    gap = read(as_cdp(SAMPLE))[0].sentences[4]
    assert (gap.text, gap.words, gap.start_time, gap.end_time) == (GAP, [], 12.0, 20.0)


def test_the_items_are_sections_as_python_slices() -> None:
    made, sections = read(as_cdp(SAMPLE))
    slices = {
        each.name: [one.text for one in made.sentences[each.start_sentence_index : each.stop_sentence_index]]
        for each in sections
    }
    assert slices == {
        "1 Bike lane": ["I live on Elm Street.", "Sí, señora.", GAP],
        "2 Library hours": ["Open on Sundays?", "O'Neil & 1/2-time, yes."],
    }


def test_what_is_not_known_is_null_or_nothing() -> None:
    made, sections = read(as_cdp(of_lines([])))
    assert (made.generator, made.confidence, made.session_datetime, made.created_datetime) == (
        "Engage",
        0.0,
        None,
        "",
    )
    assert (made.sentences, sections) == ([], [])
    unsure = replace(SAMPLE, sections=(Section(None, (line(0, "One.", confidence=None),)),))
    assert read(as_cdp(unsure))[0].sentences[0].confidence == 0.0
