"""The minutes as DOCX, in Word's own heading, list and table styles, so that a clerk can work on in them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Sheet
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches
from docx.text.paragraph import Paragraph as Lined
from docx.text.run import Run

from engage import clock
from meetings.minutes.paper import Block, Facts, Lines, Paper, Paragraph, Part, Table

TAGS = {"en": "en-US", "es": "es-US"}
"""As Word names the languages."""


def docx_of(paper: Paper) -> bytes:
    """The file's bytes. Slow work: never in the writer or the event loop."""
    sheet = headed_sheet(paper)
    for part in paper.parts:
        _part(sheet, part)
    return bytes_of(sheet)


def headed_sheet(paper: Paper) -> Sheet:
    """With its heading, its running foot and what it says of itself; the parts are yet to come."""
    sheet = Document()
    _set_up(sheet, paper)
    write(sheet.add_paragraph(style="Subtitle"), paper.eyebrow)
    write(sheet.add_paragraph(style="Title"), paper.title)
    write(sheet.add_paragraph(style="Subtitle"), paper.subtitle, paper.subtitle_lang)
    write(sheet.add_paragraph(), paper.state).bold = True
    return sheet


def bytes_of(sheet: Sheet) -> bytes:
    file = BytesIO()
    sheet.save(file)
    return file.getvalue()


def _set_up(sheet: Sheet, paper: Paper) -> None:
    facts = sheet.core_properties
    facts.title, facts.subject, facts.author = paper.name, paper.state, paper.eyebrow
    facts.language, facts.keywords, facts.comments = TAGS.get(paper.lang, paper.lang), "", ""
    facts.created = facts.modified = clock.now().replace(tzinfo=None)
    _set_language(sheet.styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:rPr')}"), paper.lang)
    section = sheet.sections[0]
    section.page_width, section.page_height = Inches(8.5), Inches(11)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(foot, f"{paper.foot}. ")
    before, middle, after = (paper.page_of % {"page": "\0", "pages": "\0"}).split("\0")
    for words, field in ((before, "PAGE"), (middle, "NUMPAGES"), (after, "")):
        write(foot, words)
        if field:
            _add_field(foot, field)


def _set_language(properties: Any, lang: str) -> None:
    """Of a run or of a style: what a screen reader and the spelling go by."""
    found = properties.find(qn("w:lang"))
    if found is None:
        found = OxmlElement("w:lang")
        properties.append(found)
    found.set(qn("w:val"), TAGS.get(lang, lang))


def _add_field(line: Lined, name: str) -> None:
    """A number that Word counts."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    line._p.append(field)


def write(line: Lined, text: str, lang: str = "") -> Run:
    """Text at the end of a paragraph; `lang` where it is not the sheet's."""
    run = line.add_run(text)
    if lang:
        _set_language(run._r.get_or_add_rPr(), lang)
    return run


def _part(sheet: Sheet, part: Part) -> None:
    write(sheet.add_paragraph(style="Heading 1"), part.title, part.lang)
    for block in part.blocks:
        WRITTEN[type(block)](sheet, block)


def _paragraph(sheet: Sheet, paragraph: Paragraph) -> None:
    style = "Quote" if paragraph.is_quote else None
    write(sheet.add_paragraph(style=style), paragraph.text, paragraph.lang)


def _facts(sheet: Sheet, facts: Facts) -> None:
    for label, value in facts.rows:
        line = sheet.add_paragraph()
        write(line, f"{label}: ").bold = True
        write(line, value)


def _lines(sheet: Sheet, lines: Lines) -> None:
    for each in lines.lines:
        line = sheet.add_paragraph(style="List Bullet")
        write(line, each.text, each.lang)
        if each.note:
            write(line, f": {each.note}")


def _table(sheet: Sheet, table: Table) -> None:
    caption = sheet.add_paragraph(style="Caption")
    caption.paragraph_format.keep_with_next = True
    write(caption, table.caption, table.lang)
    made = sheet.add_table(rows=1, cols=len(table.head), style="Table Grid")
    for cell, text in zip(made.rows[0].cells, table.head, strict=True):
        write(cell.paragraphs[0], text).bold = True
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for texts in table.rows:
        row = made.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            write(cell.paragraphs[0], text, "" if place else table.lang)
    sheet.add_paragraph()


WRITTEN: dict[type[Block], Callable[[Sheet, Any], None]] = {
    Paragraph: _paragraph,
    Facts: _facts,
    Lines: _lines,
    Table: _table,
}
