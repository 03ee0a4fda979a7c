"""Names in headings of agendas, English and Spanish, written in every way that clerks write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.vocabulary.rare import rare_words


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("Public hearing: a protected bike lane on Harbor Street", ["Harbor Street"]),
        ("Rezoning of the old cannery on Juniper Street", ["Juniper Street"]),
        ("Elm Street Protected Bike Lane", ["Elm Street"]),
        ("CEQA exemption for 1200 O'Farrell Avenue", ["CEQA", "O'Farrell Avenue"]),
        ("Appointment of Dr. Nguyen-Smith to the Planning Commission", ["Nguyen-Smith"]),
        ("Approve Contract With Kiewit Corporation For Muñoz Creek", ["Kiewit Corporation", "Muñoz Creek"]),
        ("ADOPTION OF RESOLUTION NO. 2026-18 REGARDING THE ALDER BAY MARINA", ["Alder Bay Marina"]),
        ("Cannery Row: new lights", ["Cannery Row"]),
        ("Report of the Hudson Trust of the Arts", ["Hudson Trust of the Arts"]),
        ("Minutes of the last meeting", []),
        ("Call to Order and Roll Call", []),
        ("Renovation of the library", []),
        ("", []),
    ],
)
def test_an_english_heading(heading: str, names: list[str]) -> None:
    assert rare_words(heading, "en") == names


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("Recalificación de la antigua conservera de la calle Juniper", ["Juniper"]),
        ("Avenida de los Álamos: mejoras", ["Álamos"]),
        ("Mejoras en la Avenida de los Álamos", ["Avenida de los Álamos"]),
        ("Nombramiento de María Núñez del Prado", ["María Núñez del Prado"]),
        ("Apertura de la sesión y pase de lista", []),
        ("Acta de la sesión anterior", []),
    ],
)
def test_a_spanish_heading(heading: str, names: list[str]) -> None:
    assert rare_words(heading, "es") == names


@given(st.text(max_size=80), st.sampled_from(["en", "es", "es-MX", "tlh"]))
def test_every_name_stands_in_the_heading(heading: str, language: str) -> None:
    names = rare_words(heading, language)
    there = heading.title() if heading.isupper() else heading
    assert [name for name in names if name not in there or len(name) < 3] == []
    assert len(set(names)) == len(names)
