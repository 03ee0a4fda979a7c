"""The DOCX and the PDF, read again: the same words in the same order, every line numbered."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from tests.transcripts.formats.sample import GAP, HELD, SAMPLE, line
from transcripts.formats.docx import docx_of
from transcripts.formats.pdf import pdf_of
from transcripts.formats.written import Section, Who, Written

WORDS = [
    "Alder Bay, City Council",
    "Transcript",
    "Regular meeting, Monday, November 23, 2026",
    "Machine-made, not reviewed",
    "Made by: Whisper, model base (faster-whisper 1.2.1), Nov 23, 2026",
    "Language: English",
    "How sure the machine is: 91 % on average, word by word",
]
LONG = replace(SAMPLE, sections=(Section(None, tuple(line(61_000 * n, "Well. " * 60) for n in range(90))),))


def docx_words(of: Written) -> list[str]:
    return [each.text for each in Document(BytesIO(docx_of(of, HELD))).paragraphs]


def pdf_pages(of: Written) -> list[str]:
    return [each.extract_text() for each in PdfReader(BytesIO(pdf_of(of, HELD))).pages]


def test_the_docx_in_reading_order() -> None:
    assert docx_words(SAMPLE) == [
        *WORDS,
        f"Recording's fingerprint (SHA-256): {'ab' * 32}",
        "Address: https://alder.example/meetings/m1",
        "0:00 Ana Ruiz: Good evening, everyone.",
        "0:03 Dais: Order, please.",
        "1 Bike lane",
        "0:06 Speaker 1: I live on Elm Street.",
        "0:09 Sí, señora.",
        "(In English, by machine: Yes, ma'am.)",
        GAP,
        "2 Library hours",
        "0:21 Open on Sundays?",
        "0:24 Ana Ruiz: O'Neil & 1/2-time, yes.",
    ]


def test_word_numbers_the_lines_of_what_was_said_on_each_page() -> None:
    sheet = Document(BytesIO(docx_of(SAMPLE, HELD)))
    parts = [child.tag.rpartition("}")[2] for child in sheet.sections[0]._sectPr]
    numbering = sheet.sections[0]._sectPr.find(qn("w:lnNumType"))
    assert numbering is not None
    assert (numbering.get(qn("w:countBy")), numbering.get(qn("w:restart"))) == ("1", "newPage")
    order = ["pgSz", "pgMar", "lnNumType", "cols"]
    assert [each for each in parts if each in order] == order, "Word refuses them in another order"
    unnumbered = [
        each._p.find(f"{qn('w:pPr')}/{qn('w:suppressLineNumbers')}") is not None for each in sheet.paragraphs
    ]
    assert unnumbered == [True] * 9 + [False] * 10


def test_word_knows_the_headings_and_each_languages_words() -> None:
    sheet = Document(BytesIO(docx_of(SAMPLE, HELD)))
    heads = [each.text for each in sheet.paragraphs if each.style and each.style.name == "Heading 1"]
    assert heads == ["1 Bike lane", "2 Library hours"]
    marked = {
        run.text: run._r.find(f"{qn('w:rPr')}/{qn('w:lang')}").get(qn("w:val"))
        for each in sheet.paragraphs
        for run in each.runs
        if run._r.find(f"{qn('w:rPr')}/{qn('w:lang')}") is not None
    }
    assert (marked["Sí, señora."], marked["Good evening, everyone."]) == ("es-US", "en-US")
    assert sheet.core_properties.subject == "Machine-made, not reviewed"


def test_the_pdf_in_reading_order_with_a_number_in_the_margin_of_every_line() -> None:
    (page,) = pdf_pages(SAMPLE)
    texts = page.splitlines()
    assert texts[:7] == WORDS
    numbered = texts[texts.index("1 0:00  Ana Ruiz") : -1]
    assert numbered == [
        "1 0:00  Ana Ruiz",
        "2 Good evening, everyone.",
        "3 0:03  Dais",
        "4 Order, please.",
        "5 1 Bike lane",
        "6 0:06  Speaker 1",
        "7 I live on Elm Street.",
        "8 0:09",
        "9 Sí, señora.",
        "10 (In English, by machine: Yes, ma'am.)",
        f"11 {GAP}",
        "12 2 Library hours",
        "13 0:21",
        "14 Open on Sundays?",
        "15 0:24  Ana Ruiz",
        "16 O'Neil & 1/2-time, yes.",
    ]
    assert texts[-1].endswith("Machine-made, not reviewed Page 1 of 1")


def test_each_page_counts_from_one_and_says_what_it_is() -> None:
    pages = pdf_pages(LONG)
    assert len(pages) > 9, "so many that their count has two digits"
    for n, page in enumerate(pages, 1):
        numbers = [int(each) for each in re.findall(r"^(\d+) (?:\d+:|Well)", page, re.MULTILINE)]
        assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 15
        assert page.endswith(f"Machine-made, not reviewed Page {n} of {len(pages)}")


def test_items_are_the_outline() -> None:
    title, items = PdfReader(BytesIO(pdf_of(SAMPLE, HELD))).outline
    assert isinstance(items, list)
    assert [getattr(each, "title", None) for each in (title, *items)] == [
        "Transcript",
        "1 Bike lane",
        "2 Library hours",
    ]


NAMES = ("José Núñez", "Đặng Thị Hương", "Владимир", "Ελένη", "דוד", "محمد", "D\u0301uc")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_any_script_of_the_font_is_in_both(name: str) -> None:
    of = replace(SAMPLE, sections=(Section(None, (line(0, "Well.", Who("x", name, "person")),)),))
    assert f"0:00 {name}: Well." in docx_words(of)
    found = "".join(pdf_pages(of)[0].split())
    assert "".join(name.split()) in found


@pytest.mark.parametrize("text", ["a\0b\x07c", "\ufffe", "<w:p/>", "]]>", "a\n\nb"])
def test_what_xml_does_not_take_is_left_out(text: str) -> None:
    of = replace(SAMPLE, sections=(Section(None, (line(0, "x " + text),)),))
    wanted = " ".join(re.sub("[\0\x07\ufffe]", "", f"x {text}").split())
    assert docx_words(of)[-1] == f"0:00 Ana Ruiz: {wanted}"
    assert "Ana Ruiz" in pdf_pages(of)[0]
