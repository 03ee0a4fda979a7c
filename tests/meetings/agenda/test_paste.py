"""Pasting an agenda: shown first, kept when asked."""

from meetings.agenda.paste import MOST_ITEMS
from tests.make import Cast, kinds, send
from tests.meetings.agenda.agendas import NUMBERS, SPANISH
from tests.meetings.agenda.test_clerk import at, drawn, publish


def test_what_was_read_is_shown_and_nothing_kept(cast: Cast) -> None:
    answer = send(cast.clerk, at(cast, "/paste"), agenda=NUMBERS)
    assert answer.status_code == 200
    assert "This is what was read: 10 lines" in answer.text
    assert "5 lines before the first item are left out" in answer.text
    assert "Add these 10 lines to the agenda" in answer.text
    assert drawn(cast) == []


def test_what_was_read_is_kept_when_asked_once(cast: Cast) -> None:
    clerk = cast.clerk
    page = clerk.get(at(cast, "/paste")).text
    key = page.split('name="key" value="', 1)[1].split('"', 1)[0]
    for _ in range(2):
        answer = clerk.post(at(cast, "/paste"), data={"key": key, "agenda": SPANISH, "keep": "yes"})
        assert (answer.status_code, answer.headers["location"]) == (303, at(cast))
    assert drawn(cast) == [
        "1 Apertura de la sesión y pase de lista",
        "2 Comentarios del público",
        "3 CALENDARIO DE CONSENTIMIENTO",
        "  3.1 Acta de la sesión del 9 de noviembre",
        "  3.2 Contrato con Pavimentos Díaz, S.A.",
        "4 Audiencias públicas",
        "  4.1 Carril para bicicletas en la calle Olmo",
        "  4.2 Horario de la biblioteca",
        "5 Clausura",
    ]
    assert cast.read(lambda db: kinds(db, cast.city.draft.id)) == ["meeting.drafted", *["item.added"] * 9]


def test_text_with_markup_stays_text(cast: Cast) -> None:
    answer = send(cast.clerk, at(cast, "/paste"), agenda="1. <script>alert(1)</script>")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text


def test_a_published_agenda_is_added_to(cast: Cast) -> None:
    clerk = cast.clerk
    send(clerk, at(cast, "/paste"), agenda="1. a\n2. b", keep="yes")
    publish(cast, clerk)
    page = send(clerk, at(cast, "/paste"), agenda="1. c\n  a. d")
    assert "every added item is shown as added" in page.text
    assert send(clerk, at(cast, "/paste"), agenda="1. c\n  a. d", keep="yes").status_code == 303
    assert drawn(cast) == ["1 a", "2 b", "3 c", "  3.1 d"]


def test_nothing_too_much_and_too_long_are_said(cast: Cast) -> None:
    clerk = cast.clerk
    too_many = "\n".join(f"{n}. x" for n in range(1, MOST_ITEMS + 2))
    for text, complaint in (
        (" \n ", "There is no item in this text."),
        (too_many, f"more than {MOST_ITEMS} items"),
        ("1. x\n" * 5_000, "25000 characters long"),
    ):
        answer = send(clerk, at(cast, "/paste"), agenda=text, keep="yes")
        assert answer.status_code == 422
        assert complaint in answer.text
    assert drawn(cast) == []


def test_a_meeting_that_is_over_takes_no_items(cast: Cast) -> None:
    clerk, meeting_id = cast.clerk, cast.city.meeting.id
    clerk.post(f"/clerk/meetings/{meeting_id}/adjournment", data={})
    answer = send(clerk, at(cast, "/paste", meeting_id), agenda="1. late", keep="yes")
    assert answer.status_code == 409
    assert "1. late" in answer.text
