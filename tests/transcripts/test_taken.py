"""Which of two readings of the same sound is the better one."""

from transcripts.sentences import Word
from transcripts.taken import WORST, Span, Taken, better, turns_of


def taken(*words: tuple[int, int, float], spoken: list[Span] | None = None, is_stuck: bool = False) -> Taken:
    line = tuple(Word(start, end, " aye", probability) for start, end, probability in words)
    return Taken([line] if line else [], spoken or [], is_stuck)


def test_unlikely_words_make_a_poor_reading() -> None:
    assert not taken((0, 500, 0.9), (500, 900, 0.88)).is_poor
    assert taken((0, 500, 0.9), (500, 900, 0.6)).is_poor
    assert taken().is_poor
    assert taken((0, 500, 0.9), is_stuck=True).is_poor


def test_speech_without_words_makes_a_poor_reading() -> None:
    whole = taken((0, 900, 0.9), spoken=[(0, 1000), (1500, 3000)])
    assert (whole.unread_ms, whole.is_poor) == (1500, False)
    assert taken((0, 900, 0.9), spoken=[(0, 1000), (1500, 3001)]).is_poor


def test_likelier_words_have_more_merit_and_a_loop_none() -> None:
    assert taken((0, 500, 0.9)).merit > taken((0, 500, 0.8)).merit
    assert taken().merit == taken((0, 500, 0.9), is_stuck=True).merit == WORST


def test_a_reading_that_stops_has_less_merit() -> None:
    spoken = [(0, 1000), (1500, 6000)]
    stopped = taken((0, 900, 0.95), spoken=spoken)
    assert stopped.merit < taken((0, 900, 0.8), (1600, 2000, 0.7), spoken=spoken).merit


TURNS: list[Span] = [(0, 400), (600, 1000), (2000, 3000)]


def test_a_pause_of_half_a_second_parts_turns() -> None:
    assert list(turns_of(TURNS)) == [[(0, 400), (600, 1000)], [(2000, 3000)]]
    assert list(turns_of([])) == []


def test_a_word_belongs_to_the_turn_of_its_middle() -> None:
    whole = taken((0, 500, 0.9), (1400, 1599, 0.5), (1400, 1600, 0.6), spoken=TURNS)
    before, after = whole.parted(list(turns_of(TURNS)))
    assert [word.probability for word in before.words] == [0.9, 0.5]
    assert [word.probability for word in after.words] == [0.6]
    assert (before.spoken, after.spoken) == (TURNS[:2], TURNS[2:])


def test_the_likelier_reading_is_taken_in_every_turn() -> None:
    whole = taken((0, 500, 0.9), (2100, 2500, 0.5), spoken=TURNS)
    parts = [taken((0, 500, 0.4)), taken((2100, 2600, 0.8))]
    assert better(whole, parts) == [*whole.parted(list(turns_of(TURNS)))[0].lines, *parts[1].lines]
    stuck = [taken((0, 500, 0.99), is_stuck=True), taken((2100, 2600, 0.8))]
    assert better(whole, stuck) == [
        line for each in whole.parted(list(turns_of(TURNS))) for line in each.lines
    ]


def test_a_turn_that_was_not_read_is_taken_from_the_other() -> None:
    whole, parts = taken((0, 500, 0.9), spoken=TURNS), [taken(), taken((2100, 2600, 0.2))]
    assert better(whole, parts) == [*whole.lines, *parts[1].lines]
