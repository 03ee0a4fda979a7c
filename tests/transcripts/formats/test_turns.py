"""Lines of one person joined as they are read on paper."""

from tests.transcripts.formats.sample import ANA, DAIS, line
from transcripts.formats.turns import LONGEST_MS, turns
from transcripts.formats.written import Gap

GAP = Gap(50, 60, "court")


def test_a_turn_ends_with_its_speaker_its_language_a_gap_and_after_a_minute() -> None:
    said = [
        line(0, "One."),
        line(1000, "Two."),
        line(2000, "Tres.", language="es", translation="Three."),
        line(3000, "Four.", DAIS),
        GAP,
        line(5000, "Five.", DAIS),
        line(5000 + LONGEST_MS, "Six.", DAIS),
        line(90_000, "Seven.", None),
    ]
    found = [
        each if isinstance(each, Gap) else (each.start_ms, each.text, each.begins) for each in turns(said)
    ]
    assert found == [
        (0, "One. Two.", True),
        (2000, "Tres.", False),
        (3000, "Four.", True),
        GAP,
        (5000, "Five.", True),
        (65_000, "Six.", False),
        (90_000, "Seven.", True),
    ]
    assert [each.translation for each in turns(said) if not isinstance(each, Gap)][1] == "Three."


def test_nothing_said_is_no_turn() -> None:
    assert list(turns([])) == []
    (only,) = turns([line(0, "One.", ANA)])
    assert not isinstance(only, Gap) and only.begins
