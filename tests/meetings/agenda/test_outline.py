"""Agendas as clerks paste them, and what is read in them."""

from time import perf_counter

import pytest

from meetings.agenda.markers import markers, roman_value, without_minutes
from meetings.agenda.outline import LONGEST_TITLE, Pasted, outline
from tests.meetings.agenda.agendas import (
    ALONE,
    BULLETS,
    CODES,
    DEEP,
    HEADINGS,
    ITEMS,
    LETTERS,
    NUMBERS,
    PLAIN,
    RESTART,
    ROMAN,
    SPANISH,
)


def drawn(text: str) -> list[str]:
    """One line an item: its level as indentation, its kind unless it is plain, its title, its minutes."""
    return [line(item) for item in outline(text).items]


def line(item: Pasted) -> str:
    kind = "" if item.kind == "item" else f"[{item.kind}] "
    minutes = f" ({item.minutes})" if item.minutes else ""
    return "  " * item.level + kind + item.title + minutes


@pytest.mark.parametrize(
    ("text", "items"),
    [
        (
            NUMBERS,
            [
                "CALL TO ORDER AND ROLL CALL",
                "PLEDGE OF ALLEGIANCE",
                "PUBLIC COMMENT (30)",
                "[consent] CONSENT CALENDAR",
                "  Minutes of the regular meeting of November 9, 2026",
                "  Contract with Acme Paving in an amount not to exceed $1,200,000 for paving in 2026",
                "PUBLIC HEARINGS",
                "  Elm Street protected bike lane (45)",
                "  Library hours",
                "ADJOURNMENT",
            ],
        ),
        (
            LETTERS,
            [
                "CALL TO ORDER",
                "[consent] CONSENT CALENDAR",
                "  Approve minutes",
                "  Second reading of Ordinance 2026-18",
                "  Accept quarterly investment report",
                "PUBLIC HEARINGS",
                "  Appeal of the Planning Commission's approval of a use permit at 12 Oak Street (60)",
                "    Staff presentation",
                "    Appellant",
                "    Public comment",
                "  Fee schedule",
                "ADJOURN",
            ],
        ),
        (
            ROMAN,
            [
                "Call to Order",
                "Roll Call",
                "[consent] Consent Agenda",
                "  Minutes of October 5",
                "  Tentative map extension, 45 Bay Road",
                "New Business",
                "  Use permit 2026-04 (20)",
                "    Staff report",
                "    Public testimony",
                "  Sign ordinance",
                "Commissioner Comments",
                "Adjournment",
            ],
        ),
        (
            HEADINGS,
            [
                "[section] CALL TO ORDER",
                "Roll call",
                "[consent] CONSENT CALENDAR",
                "  Adopt Resolution 2026-77",
                "  Award the contract for the pool heater",
                "[section] PUBLIC HEARINGS",
                "Downtown parking rates",
                "Tree ordinance",
                "ADJOURNMENT",
            ],
        ),
        (
            SPANISH,
            [
                "Apertura de la sesión y pase de lista",
                "Comentarios del público (15)",
                "[consent] CALENDARIO DE CONSENTIMIENTO",
                "  Acta de la sesión del 9 de noviembre",
                "  Contrato con Pavimentos Díaz, S.A.",
                "Audiencias públicas",
                "  Carril para bicicletas en la calle Olmo (45)",
                "  Horario de la biblioteca",
                "Clausura",
            ],
        ),
        (
            PLAIN,
            [
                "Welcome and roll call",
                "Public comment (10)",
                "Budget",
                "  Parks",
                "  Streets",
                "    Bridge repair",
                "Adjourn",
            ],
        ),
        (
            BULLETS,
            [
                "Call to order",
                "[consent] Consent calendar",
                "  Minutes",
                "  Warrants",
                "Adjournment",
            ],
        ),
        (
            ALONE,
            [
                "Call to order",
                "Public comment",
                "[consent] Consent calendar",
                "  Minutes",
                "  Warrants",
                "Adjourn",
            ],
        ),
        (
            ITEMS,
            [
                "Call to order",
                "[consent] Consent Calendar",
                "  Minutes of November 9",
                "  Treasurer's report",
                "Bike lane",
                "Adjournment",
            ],
        ),
        (
            CODES,
            [
                "[consent] CONSENT CALENDAR",
                "  Minutes",
                "  Warrants",
                "[section] PUBLIC HEARINGS",
                "Zoning of the harbor",
                "[section] ACTION ITEMS",
                "Library hours",
                "Fees",
            ],
        ),
        (
            DEEP,
            [
                "OPENING",
                "  Call to order",
                "  Roll call",
                "BUSINESS",
                "  Parks",
                "    Playground",
                "    Pool",
                "  Streets",
                "CLOSE",
            ],
        ),
        (
            RESTART,
            [
                "Call to order",
                "Roll call",
                "[consent] Consent Calendar",
                "  Minutes",
                "  Warrants",
                "[section] Public hearings",
                "Bike lane",
            ],
        ),
    ],
)
def test_an_agenda_is_read(text: str, items: list[str]) -> None:
    assert drawn(text) == items


def test_the_letterhead_is_left_out_and_told() -> None:
    assert outline(SPANISH).ignored == ["AYUNTAMIENTO DE BAHÍA DEL ALISO", "ORDEN DEL DÍA"]


def test_descriptions_keep_their_paragraphs() -> None:
    described = {item.title: item.description for item in outline(NUMBERS).items if item.description}
    assert described == {
        "PUBLIC COMMENT": "Speakers are limited to 3 minutes.",
        "Elm Street protected bike lane": (
            "Recommended action: introduce the ordinance.\n\nA staff report is attached."
        ),
    }
    assert outline(HEADINGS).items[6].description == (
        "Staff recommends approval. J. Alvarez will present.\n- Staff report\n- Rate table"
    )


@pytest.mark.parametrize("text", ["", "\n \n\t\n", "\x00\x07"])
def test_nothing_is_nothing(text: str) -> None:
    assert outline(text).items == []


def test_windows_lines_and_tabs() -> None:
    assert drawn("1.\tCall to order\r\n2.\tBusiness\r\n\ta.\tParks\r\n") == [
        "Call to order",
        "Business",
        "  Parks",
    ]


def test_right_to_left_titles_stay_as_they_are() -> None:
    assert drawn("1. افتتاح الجلسة\n2. الميزانية (10 min)") == ["افتتاح الجلسة", "الميزانية (10)"]


def test_a_list_that_says_1_everywhere_is_one_list() -> None:
    assert drawn("1. a\n1. b\n1. c") == ["a", "b", "c"]


def test_deeper_than_three_levels_is_the_third() -> None:
    assert drawn("1. a\n  a. b\n    i. c\n      1. d") == ["a", "  b", "    c", "    d"]


def test_bullets_under_the_consent_calendar_are_items() -> None:
    text = "1. Opening\n2. Consent calendar\n- Minutes\n- Warrants\n3. Close"
    assert drawn(text) == ["Opening", "[consent] Consent calendar", "  Minutes", "  Warrants", "Close"]


def test_an_item_that_speaks_of_the_consent_calendar_is_none() -> None:
    assert drawn("1. Items pulled from the consent calendar\n2. Close") == [
        "Items pulled from the consent calendar",
        "Close",
    ]


def test_too_long_a_title_goes_on_in_the_description() -> None:
    item = outline("1. " + "word " * 300).items[0]
    assert len(item.title) <= LONGEST_TITLE
    assert item.title.endswith("word...")
    assert item.description == ("word " * 300).strip()


@pytest.mark.parametrize(
    ("text", "rest", "minutes"),
    [
        ("Budget (10 minutes)", "Budget", 10),
        ("Budget (about 5 min.) and fees", "Budget and fees", 5),
        ("Presupuesto [15 minutos]", "Presupuesto", 15),
        ("Budget - 20 minutes", "Budget", 20),
        ("Limit speakers to 3 minutes", "Limit speakers to 3 minutes", None),
        ("Minutes of November 9", "Minutes of November 9", None),
        ("Fees, 5 minutes each", "Fees, 5 minutes each", None),
    ],
)
def test_minutes_are_taken_out_of_a_title(text: str, rest: str, minutes: int | None) -> None:
    assert without_minutes(text) == (rest, minutes)


def test_numerals() -> None:
    read = [roman_value(text) for text in ("I", "iv", "IX", "XIV", "XL", "LXXXIX", "IIII", "VX", "")]
    assert read == [1, 4, 9, 14, 40, 89, 0, 0, 0]


def test_one_beginning_may_be_read_in_two_ways() -> None:
    assert [(each.style, each.path) for each in markers("i. x")] == [("lower", (9,)), ("roman", (1,))]


@pytest.mark.parametrize("text", ["1. " + "." * 19_000 + "x", "1.\n" * 6_000, "a\n\n" * 6_000, "(" * 20_000])
def test_hostile_text_is_read_in_no_time(text: str) -> None:
    """Half a second on a busy machine; what is not linear in the text takes minutes."""
    before = perf_counter()
    outline(text)
    assert perf_counter() - before < 5
