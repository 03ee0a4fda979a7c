"""The transcript as DOCX, with numbered lines, in Word's own styles, so that a clerk can work on in it."""

from typing import Any

from docx.document import Document as Sheet
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from engage.language import hms
from meetings.minutes.docx import bytes_of, headed_sheet, write
from transcripts.formats.turns import Turn, turns
from transcripts.formats.wording import facts, gap_words, paper_of, translation_words
from transcripts.formats.written import Gap, Held, Written


def docx_of(written: Written, held: Held) -> bytes:
    """The file's bytes. Slow work: never in the writer or the event loop."""
    sheet = headed_sheet(paper_of(written, held))
    for label, value in facts(written):
        line = sheet.add_paragraph()
        write(line, f"{label}: ").bold = True
        write(line, value)
    for paragraph in sheet.paragraphs:
        _leave_unnumbered(paragraph)
    _number_lines(sheet)
    spoken = (written.origin.language if written.origin else None) or held.language
    for section in written.sections:
        if section.item:
            write(sheet.add_paragraph(style="Heading 1"), section.item.heading, section.item.language)
        for each in turns(section.said):
            if isinstance(each, Gap):
                write(sheet.add_paragraph(), gap_words(each, written.lang)).italic = True
            else:
                _turn(sheet, each, spoken, written.lang)
    return bytes_of(sheet)


def _turn(sheet: Sheet, turn: Turn, spoken: str, lang: str) -> None:
    line = sheet.add_paragraph()
    write(line, f"{hms(turn.start_ms)} ")
    if turn.who and turn.begins:
        write(line, f"{turn.who.label}: ").bold = True
    write(line, turn.text, turn.language or spoken)
    if turn.translation:
        note = sheet.add_paragraph(style="Quote")
        write(note, translation_words(turn.translation, lang), "en")


def _number_lines(sheet: Sheet) -> None:
    """Every line of a page, from 1 on each, as Word counts them when it lays them out."""
    numbering: Any = OxmlElement("w:lnNumType")
    numbering.set(qn("w:countBy"), "1")
    numbering.set(qn("w:restart"), "newPage")
    sheet.sections[0]._sectPr.find(qn("w:pgMar")).addnext(numbering)


def _leave_unnumbered(paragraph: Paragraph) -> None:
    """The heading is no part of what was said."""
    paragraph._p.get_or_add_pPr().append(OxmlElement("w:suppressLineNumbers"))
