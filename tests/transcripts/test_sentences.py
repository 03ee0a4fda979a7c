"""Words become lines that are sentences."""

from transcripts.sentences import LONG_MS, Word, sentences


def spoken(text: str, start_ms: int = 0) -> tuple[Word, ...]:
    """Words of 300 ms, one after the other."""
    return tuple(
        Word(start_ms + 300 * n, start_ms + 300 * (n + 1), f" {word}", 0.9)
        for n, word in enumerate(text.split())
    )


def texts(*lines: tuple[Word, ...]) -> list[str]:
    return ["".join(word.text for word in sentence).strip() for sentence in sentences(lines)]


def test_a_line_is_divided_where_a_sentence_ends() -> None:
    line = spoken('You have the floor. Good evening! "Is it open?" We hope so…')
    assert texts(line) == ["You have the floor.", "Good evening!", '"Is it open?"', "We hope so…"]


def test_a_sentence_over_two_lines_is_joined() -> None:
    assert texts(spoken("I own the hardware"), spoken("store. It is old.", 1200)) == [
        "I own the hardware store.",
        "It is old.",
    ]


def test_a_point_inside_a_sentence_does_not_end_it() -> None:
    line = spoken("Thank you, Mr. Green. At ten a.m. on Monday J. Park and I. We agreed.")
    assert texts(line) == ["Thank you, Mr. Green.", "At ten a.m. on Monday J. Park and I.", "We agreed."]


def test_a_silence_ends_a_line() -> None:
    assert texts(spoken("so I think"), spoken("we adjourn", 2401)) == ["so I think", "we adjourn"]
    assert texts(spoken("so I think"), spoken("we adjourn", 2400)) == ["so I think we adjourn"]


def test_long_lines_without_points_stay_as_they_were_broken() -> None:
    long = spoken("and " * (LONG_MS // 300 + 1))
    assert texts(long, spoken("then more", long[-1].end_ms)) == [" ".join(["and"] * len(long)), "then more"]


def test_no_words_are_no_lines() -> None:
    assert texts() == texts(()) == []
