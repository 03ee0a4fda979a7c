"""Speech is cut for Whisper in few long stretches, in pauses, and nothing of it is lost."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from transcripts.gate import Piece
from transcripts.pauses import RATE
from transcripts.stretches import GAP, LONGEST, MARGIN, Stretch, halves, stretches


def piece(start: float, end: float) -> Piece:
    return Piece(round(start * RATE), round(end * RATE), 1.0)


def seconds(found: Sequence[Stretch]) -> list[tuple[float, float]]:
    return [(each.start / RATE, each.end / RATE) for each in found]


def test_pieces_are_joined_with_the_pauses_between_and_around() -> None:
    assert seconds(stretches([piece(1, 4), piece(6, 10)], 11 * RATE)) == [(0.5, 10.5)]
    assert seconds(stretches([piece(0.2, 4)], 4 * RATE)) == [(0.1, 4.0)]
    assert stretches([], 60 * RATE) == []


def test_a_long_silence_is_left_out() -> None:
    assert seconds(stretches([piece(1, 10), piece(19, 30)], 60 * RATE)) == [(0.5, 10.5), (18.5, 30.5)]


def test_the_cut_is_in_the_longest_pause() -> None:
    said = [piece(0, 9), piece(9.3, 17), piece(18.5, 26), piece(26.3, 40)]
    assert seconds(stretches(said, 40 * RATE)) == [(0, 17.5), (18.0, 40)]


def test_no_short_rest_is_left_over() -> None:
    said = [piece(0, 10), piece(10.5, 27), piece(27.5, 30)]
    assert [len(each.pieces) for each in stretches(said, 30 * RATE)] == [1, 2]


def test_speech_without_a_pause_stays_whole() -> None:
    assert seconds(stretches([piece(0, 70)], 70 * RATE)) == [(0, 70)]


spans = st.lists(st.tuples(st.integers(1, 30 * RATE), st.integers(1, 12 * RATE)), max_size=30)


@given(spans)
def test_every_piece_is_in_one_stretch(lengths: list[tuple[int, int]]) -> None:
    said, at = list[Piece](), 0
    for length, gap in lengths:
        said.append(Piece(at, at + length, 1.0))
        at += length + gap
    found = stretches(said, at)
    assert [each for stretch in found for each in stretch.pieces] == said
    assert all(one.end <= other.start for one, other in pairwise(found))
    for stretch in found:
        assert 0 <= stretch.pieces[0].start - stretch.start <= MARGIN
        assert 0 <= stretch.end - stretch.pieces[-1].end <= MARGIN
        assert len(stretch.pieces) == 1 or stretch.pieces[-1].end - stretch.pieces[0].start <= LONGEST
        assert all(b.start - a.end < GAP for a, b in pairwise(stretch.pieces))


def test_halves_are_cut_in_the_longest_pause() -> None:
    (whole,) = stretches([piece(0, 6), piece(6.4, 9), piece(10, 16), piece(18, 20)], 20 * RATE)
    assert seconds(halves(whole)) == [(0, 9.5), (9.5, 20)]
    assert [each.pieces for each in halves(whole)] == [whole.pieces[:2], whole.pieces[2:]]


def test_what_is_short_or_without_a_pause_has_no_halves() -> None:
    assert halves(*stretches([piece(0, 4), piece(4.5, 9)], 9 * RATE)) == []
    assert halves(*stretches([piece(0, 25)], 25 * RATE)) == []
