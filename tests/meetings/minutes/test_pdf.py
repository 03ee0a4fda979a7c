"""The PDF, read again with pypdf: the same words, as text that can be selected."""

from dataclasses import replace
from io import BytesIO

from pypdf import PdfReader

from engage import clock
from meetings.minutes import pdf
from meetings.minutes.paper import Paper, Paragraph, Table
from tests.make import EPOCH
from tests.meetings.minutes.papers import missing, paper, squeezed


def read(of: Paper) -> PdfReader:
    return PdfReader(BytesIO(pdf.pdf_of(of)))


def words(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def test_it_holds_every_word_of_the_paper_in_order() -> None:
    assert missing(words(read(paper())), paper()) == []


def test_a_word_that_is_not_there_is_missed() -> None:
    assert missing(words(read(paper())), replace(paper(), subtitle="Special meeting")) == ["Special meeting"]


def test_names_in_the_scripts_that_the_font_has_are_there() -> None:
    names = ("José Núñez", "Đặng Thị Hương", "Владимир", "Ελένη", "דוד", "محمد")
    found = squeezed(words(read(paper(Table("Speakers", ("Speaker",), tuple((name,) for name in names))))))
    assert [name for name in names if squeezed(name) not in found] == []


def test_a_letter_that_no_font_has_does_not_stop_the_file() -> None:
    strange = paper(Paragraph("Name: \U00012000 \U000e0041 \uf8ff, 王伟 and 😀"))
    assert "Name:" in words(read(strange))


def test_the_headings_are_the_outline() -> None:
    title, parts = read(paper()).outline
    assert isinstance(parts, list)
    assert [getattr(each, "title", None) for each in (title, *parts)] == [
        "Minutes",
        "2 Bike lane",
        "Adjournment",
    ]


def test_the_file_says_what_it_is_and_in_which_language() -> None:
    reader = read(paper(lang="es"))
    root = reader.trailer["/Root"]
    facts = reader.metadata
    assert facts
    assert (facts.title, facts.subject, facts.author, root["/Lang"]) == (
        "Minutes: City Council, Regular meeting, Nov 23, 2026",
        "Draft minutes, not yet approved",
        "Alder Bay, City Council",
        "es",
    )
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_a_long_table_repeats_its_head_and_every_page_has_its_number() -> None:
    rows = tuple((f"Person {n}", "In the room") for n in range(80))
    pages = [page.extract_text() for page in read(paper(Table("Comment", ("Speaker", "Where"), rows))).pages]
    assert [f"Page {n} of {len(pages)}" in text for n, text in enumerate(pages, 1)] == [True] * len(pages)
    with_rows = [text for text in pages if "Person" in text]
    assert len(with_rows) > 2
    assert all("Speaker" in text for text in with_rows)


def test_the_same_paper_is_the_same_file() -> None:
    with clock.set_to(EPOCH):
        first = pdf.pdf_of(paper(title="Once"))
        pdf.pdf_of.cache_clear()
        assert pdf.pdf_of(paper(title="Once")) == first


def test_a_cell_that_fills_more_than_a_page_is_written_all_the_same() -> None:
    note = " ".join(f"word{n}" for n in range(1500))
    of = paper(Table("Steps", ("Time", "Note"), (("10:00", "Short."), ("10:10", note))))
    found = squeezed(words(read(of)))
    assert [n for n in range(1500) if f"word{n}" not in found] == []


def test_typed_braces_are_no_page_numbers() -> None:
    text = "A form with {nb} fields, **bold** and __underlined__."
    assert missing(words(read(paper(Paragraph(text)))), paper(Paragraph(text))) == []
