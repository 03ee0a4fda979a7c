"""The DOCX, read again with python-docx: the same words, in Word's own structure."""

from dataclasses import replace
from io import BytesIO

from docx import Document
from docx.document import Document as Sheet
from docx.oxml.ns import qn
from docx.table import Table

from engage import clock
from meetings.minutes.docx import docx_of
from meetings.minutes.paper import Paper
from tests.make import EPOCH
from tests.meetings.minutes.papers import missing, paper


def read(of: Paper) -> Sheet:
    return Document(BytesIO(docx_of(of)))


def words(sheet: Sheet) -> str:
    """Paragraphs and tables in reading order."""
    found = []
    for block in sheet.iter_inner_content():
        cells = [cell.text for row in block.rows for cell in row.cells] if isinstance(block, Table) else []
        found += cells or ([] if isinstance(block, Table) else [block.text])
    return "\n".join(found)


def test_it_holds_every_word_of_the_paper_in_order() -> None:
    assert missing(words(read(paper())), paper()) == []


def test_a_word_that_is_not_there_is_missed() -> None:
    assert missing(words(read(paper())), replace(paper(), subtitle="Special meeting")) == ["Special meeting"]


def test_headings_lists_and_quotes_are_words_own() -> None:
    styles = [(each.style.name, each.text) for each in read(paper()).paragraphs if each.style]
    assert [each for each in styles if each[0] not in ("Normal",)] == [
        ("Subtitle", "Alder Bay, City Council"),
        ("Title", "Minutes"),
        ("Subtitle", "Regular meeting"),
        ("Heading 1", "2 Bike lane"),
        ("Quote", "Construir el carril: señalización, años."),
        ("List Bullet", "1.1 Street sweeping: pulled at 10:05 AM"),
        ("List Bullet", "1.2 Library"),
        ("Caption", "Vote on motion 1"),
        ("Heading 1", "Adjournment"),
    ]


def test_the_head_of_a_table_is_repeated_on_each_page() -> None:
    (table,) = read(paper()).tables
    heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
    assert heads == [True, False, False]


def test_the_file_says_its_language_and_that_of_foreign_words() -> None:
    sheet = read(paper(lang="es"))
    (quote,) = [each for each in sheet.paragraphs if each.style and each.style.name == "Quote"]
    default = sheet.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:lang')}")
    own = quote.runs[0]._r.find(f".//{qn('w:lang')}")
    assert default is not None and own is not None
    assert (default.get(qn("w:val")), own.get(qn("w:val"))) == ("es-US", "es-US")
    assert sheet.core_properties.language == "es-US"


def test_the_file_says_what_it_is() -> None:
    with clock.set_to(EPOCH):
        facts = read(paper()).core_properties
    assert (facts.title, facts.subject, facts.author) == (
        "Minutes: City Council, Regular meeting, Nov 23, 2026",
        "Draft minutes, not yet approved",
        "Alder Bay, City Council",
    )
    assert facts.created and facts.created.replace(tzinfo=None) == EPOCH.replace(tzinfo=None)


def test_pages_are_numbered_in_the_foot() -> None:
    foot = read(paper()).sections[0].footer.paragraphs[0]
    fields = [each.get(qn("w:instr")) for each in foot._p.findall(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert foot.text == "City Council, Nov 23, 2026. Draft minutes, not yet approved. Page  of "
