"""Whose words they are, told by the microphone that heard them."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.make import EPOCH
from tests.transcripts.attribution.stage import Stage, after, said, shown
from transcripts.attribution.channels import Part, parts, spread
from transcripts.attribution.course import Course, Seat
from transcripts.attribution.models import SEAT, Speaker

CHAIR = Seat(0, EPOCH - timedelta(minutes=5), "member:m1", "Ana Ruiz")
CLERK = Seat(2, EPOCH - timedelta(minutes=5), "place:p2", "The clerk")
ROOM = Seat(3, EPOCH - timedelta(minutes=5), "", "", is_room=True)
UNNAMED = Seat(4, EPOCH - timedelta(minutes=5), "", "")


class Floor(Stage):
    """With the chair's microphone, the clerk's, the room's and one of nobody in particular."""

    def hears(self, *spans: tuple[float, float, int]) -> None:
        self.keeps_time()
        self.recording.channels = [[round(1000 * start), round(1000 * end), n] for start, end, n in spans]

    def course_with(
        self, *calls: tuple[float, int | None], turns: tuple[tuple[float, float, int], ...] = ()
    ) -> Course:
        course = self.course(*turns)
        called = tuple((after(at), None if n is None else self.people[n].id) for at, n in calls)
        return Course(course.turns, course.items, course.sittings, called, (CHAIR, CLERK, ROOM, UNNAMED))


def test_each_microphones_words_are_those_of_whoever_is_at_it(db: Session) -> None:
    stage = Floor(db, "Ben", "Eva")
    stage.hears((1, 4, 0), (5, 20, 1), (21, 25, 0), (26, 40, 1), (41, 44, 2), (45, 50, 4))
    lines = stage.written(
        stage.course_with((4.5, 0), (20.5, None), (25, 1), (40, None)),
        said(1200, "Ben has the floor."), said(5100, "I live on Elm Street."),
        said(21_000, "Thank you. Eva."), said(26_000, "So do I."),
        said(41_000, "Noted."), said(45_500, "Hello?"),
    )  # fmt: skip
    assert shown(lines) == [
        ("Ana Ruiz", "Ben has the floor."),
        ("Ben", "I live on Elm Street."),
        ("Ana Ruiz", "Thank you. Eva."),
        ("Eva", "So do I."),
        ("The clerk", "Noted."),
        ("Dais", "Hello?"),
    ]
    rows = db.scalars(select(Speaker).where(Speaker.kind == SEAT).order_by(Speaker.seat))
    assert [(row.seat, row.public_name) for row in rows] == [
        ("member:m1", "Ana Ruiz"), ("place:p2", "The clerk"),
    ]  # fmt: skip


def test_a_sentence_is_cut_where_another_microphone_goes_on(db: Session) -> None:
    stage = Floor(db, "Ben")
    stage.hears((0, 1.2, 0), (2, 10, 1))
    heard = said(0, "Thank you all. I live on Elm Street", pause_after=3)
    assert shown(stage.written(stage.course_with((1.5, 0)), heard)) == [
        ("Ana Ruiz", "Thank you all."),
        ("Ben", "I live on Elm Street"),
    ]


def test_who_was_called_is_named_before_their_clock_runs(db: Session) -> None:
    stage = Floor(db, "Ben")
    stage.hears((5, 20, 1))
    course = stage.course_with((4, 0), turns=((12, 19, 0),))
    assert shown(stage.written(course, said(5500, "Can you hear me?"))) == [("Ben", "Can you hear me?")]


def test_several_at_once_are_nobody(db: Session) -> None:
    stage = Floor(db, "Ben")
    stage.hears((0, 20, 0), (0, 20, 1), (22, 30, 1))
    course = stage.course_with((0, 0))
    assert shown(stage.written(course, said(4000, "Order!"), said(23_000, "As I said."))) == [
        ("Dais", "Order!"),
        ("Ben", "As I said."),
    ]


def test_what_nobody_was_heard_to_say_is_the_daiss(db: Session) -> None:
    stage = Floor(db, "Ben")
    stage.hears((0, 5, 1), (30, 35, 1))
    assert shown(stage.written(stage.course_with((0, 0)), said(15_000, "Hello."))) == [("Dais", "Hello.")]


def test_the_rooms_own_microphone_hears_whoever_has_the_floor_there(db: Session) -> None:
    """As a recording of the room does: by the record, which follows it by up to 3 s."""
    stage = Floor(db, "Ben")
    stage.hears((0, 60, 3))
    course = stage.course_with((9, 0), (40, None), turns=((10, 40, 0),))
    lines = stage.written(
        course, said(1000, "Good evening."), said(20_000, "It is loud."), said(50_000, "Thanks.")
    )
    assert shown(lines) == [("Dais", "Good evening."), ("Ben", "It is loud."), ("Dais", "Thanks.")]


def test_a_seat_that_was_given_to_another_is_theirs_from_then_on(db: Session) -> None:
    stage = Floor(db)
    stage.hears((0, 10, 0), (100, 110, 0))
    course = stage.course_with()
    later = Seat(0, after(60), "member:m9", "Vice Mayor")
    course = Course(course.turns, course.items, course.sittings, (), (*course.seats, later))
    assert shown(stage.written(course, said(1000, "One."), said(101_000, "Two."))) == [
        ("Ana Ruiz", "One."),
        ("Vice Mayor", "Two."),
    ]


def test_a_name_that_the_clerk_gives_stays_when_it_is_written_down_again(db: Session) -> None:
    stage = Floor(db)
    stage.hears((0, 10, 0))
    first = stage.written(stage.course_with(), said(1000, "One."))
    assert first[0].speaker
    first[0].speaker.name = "Mayor Ruiz"
    for line in first:
        db.delete(line)
    db.flush()
    assert shown(stage.written(stage.course_with(), said(1000, "One."))) == [("Mayor Ruiz", "One.")]
    assert len(list(db.scalars(select(Speaker)))) == 1


def test_without_channels_it_is_as_it_was(db: Session) -> None:
    stage = Floor(db, "Ben")
    stage.keeps_time()
    course = stage.course_with((9, 0), turns=((10, 40, 0),))
    assert shown(stage.written(course, said(20_000, "It is loud."))) == [("Ben", "It is loud.")]


def test_a_moments_overlap_gives_way_to_the_one_and_the_other() -> None:
    found = list(parts([[0, 1000, 0], [900, 2000, 1]]))
    assert found == [Part(0, 900, 0), Part(1000, 2000, 1)]
    assert spread(found) == [Part(0, 950, 0), Part(950, 2500, 1)]
    assert list(parts([[0, 1000, 0], [700, 2000, 1]])) == [
        Part(0, 700, 0), Part(700, 1000, None), Part(1000, 2000, 1),
    ]  # fmt: skip


spans = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 80), st.integers(0, 3)), max_size=12)


@given(spans)
def test_parts_are_in_order_and_each_lies_in_the_sound_of_its_channel(
    made: list[tuple[int, int, int]],
) -> None:
    given_spans = sorted([50 * start, 50 * (start + length), n] for start, length, n in made)
    found = list(parts(given_spans))
    assert all(one.end_ms <= other.start_ms for one, other in zip(found, found[1:], strict=False))
    for part in found:
        inside = {n for start, end, n in given_spans if start <= part.start_ms and part.end_ms <= end}
        assert (inside == {part.channel}) if part.channel is not None else len(inside) > 1
    wider = spread(found)
    assert all(one.end_ms <= other.start_ms for one, other in zip(wider, wider[1:], strict=False))
