"""The minutes as PDF: selectable text, headings as an outline, tables with repeated heads, numbered pages."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from fpdf import FPDF, FontFace, ViewerPreferences, XPos, YPos
from fpdf.enums import TableBordersLayout, TextEmphasis

from engage import clock
from meetings.minutes.paper import Block, Facts, Lines, Paper, Paragraph, Part, Table

MARGIN, LINE = 20.0, 5.4
"""Millimetres: of the page's edges, and from line to line."""
TITLE, SUBTITLE, HEADING, TEXT, SMALL = 22, 14, 14, 10.5, 9
"""Points."""
GREY, LIGHT = (85, 85, 85), (238, 240, 243)
COUNT = "\x02" * 3
"""Stands for the number of pages until it is known, and is as wide as 999; no text that was typed has it."""
LONGEST_CELL = 800
"""Characters; a row must fit on a page."""
KEPT = 8
"""Papers whose file is kept in memory: everyone asks for the same few."""
HERE = Path(__file__).parent
FONTS = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
"""Latin, Greek, Cyrillic, Hebrew, Arabic; a letter of another script is an empty box."""


@lru_cache(KEPT)
def pdf_of(paper: Paper) -> bytes:
    """The file's bytes. Takes up to a second the first time: never in the writer or the event loop."""
    sheet = Sheet(paper)
    sheet.add_page()
    write_head(sheet, paper)
    for part in paper.parts:
        _part(sheet, part)
    return bytes(sheet.output())


class Sheet(FPDF):
    """US Letter, with the running foot."""

    def __init__(self, paper: Paper) -> None:
        super().__init__(format="letter")
        self.paper = paper
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, MARGIN + LINE)
        for style, name in FONTS.items():
            self.add_font("text", style, HERE / "fonts" / name)
        self.set_text_shaping(True)
        self.alias_nb_pages(COUNT)
        self.set_title(paper.name)
        self.set_author(paper.eyebrow)
        self.set_subject(paper.state)
        self.set_creator("Engage")
        self.set_lang(paper.lang)
        self.set_creation_date(clock.now())
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)

    def footer(self) -> None:
        self.set_y(-MARGIN + 4)
        self.set_font("text", "", SMALL)
        self.set_text_color(GREY)
        number = self.paper.page_of % {"page": self.page_no(), "pages": COUNT}
        width = self.epw * 0.75
        self.cell(width, LINE, self.paper.foot, new_x=XPos.RIGHT, new_y=YPos.TOP)
        self.cell(self.epw - width, LINE, number, align="R")
        self.set_text_color(0)

    def write_text(self, text: str, size: float, style: str = "", indent: float = 0) -> None:
        self.set_font("text", style, size)
        self.set_x(MARGIN + indent)
        self.multi_cell(
            self.epw - indent, LINE * size / TEXT, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def keep_room(self, lines: float) -> None:
        """No heading and no first line stands alone at the foot of a page."""
        if self.will_page_break(lines * LINE):
            self.add_page()


def write_head(sheet: Sheet, paper: Paper) -> None:
    sheet.write_text(paper.eyebrow, TEXT, "B")
    sheet.start_section(paper.title)
    sheet.write_text(paper.title, TITLE, "B")
    sheet.write_text(paper.subtitle, SUBTITLE)
    sheet.ln(1)
    sheet.write_text(paper.state, TEXT, "B")


def _part(sheet: Sheet, part: Part) -> None:
    sheet.keep_room(6)
    sheet.ln(LINE)
    sheet.start_section(part.title, level=1)
    sheet.write_text(part.title, HEADING, "B")
    sheet.ln(1)
    for block in part.blocks:
        DRAWN[type(block)](sheet, block)


def _paragraph(sheet: Sheet, paragraph: Paragraph) -> None:
    if paragraph.text.endswith(":"):
        sheet.keep_room(4)
    indent = 8 if paragraph.is_quote else 0
    top, page = sheet.get_y(), sheet.page
    sheet.write_text(paragraph.text, TEXT, indent=indent)
    if paragraph.is_quote and sheet.page == page:
        sheet.set_draw_color(GREY)
        sheet.line(MARGIN + 3, top, MARGIN + 3, sheet.get_y())
    sheet.ln(1.5)


def _facts(sheet: Sheet, facts: Facts) -> None:
    bold = FontFace(emphasis=TextEmphasis.B)
    sheet.set_font("text", "", TEXT)
    with sheet.table(
        borders_layout=TableBordersLayout.NONE, col_widths=(1, 3), first_row_as_headings=False,
        line_height=LINE, text_align="LEFT", v_align="TOP",
    ) as table:  # fmt: skip
        for label, value in facts.rows:
            row = table.row()
            row.cell(label, style=bold)
            row.cell(value)
    sheet.ln(1.5)


def _lines(sheet: Sheet, lines: Lines) -> None:
    for line in lines.lines:
        text = f"{line.text}: {line.note}" if line.note else line.text
        sheet.set_font("text", "", TEXT)
        sheet.set_x(MARGIN + 3)
        sheet.cell(4, LINE, "•")
        sheet.write_text(text, TEXT, indent=7)
    sheet.ln(1.5)


def _table(sheet: Sheet, table: Table) -> None:
    sheet.keep_room(4)
    sheet.ln(1)
    sheet.write_text(table.caption, TEXT, "B")
    sheet.ln(0.8)
    if any(len(cell) > LONGEST_CELL for row in table.rows for cell in row):
        _cells_in_turn(sheet, table)
        return
    sheet.set_font("text", "", TEXT)
    sheet.set_draw_color(GREY)
    sheet.set_line_width(0.1)
    with sheet.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES, col_widths=widths(table), text_align="LEFT",
        headings_style=FontFace(emphasis=TextEmphasis.B, fill_color=LIGHT), line_height=LINE, padding=0.8,
        v_align="TOP",
    ) as drawn:  # fmt: skip
        for cells in (table.head, *table.rows):
            drawn.row(cells)
    sheet.line(MARGIN, sheet.get_y(), MARGIN + sheet.epw, sheet.get_y())
    sheet.ln(3)


def _cells_in_turn(sheet: Sheet, table: Table) -> None:
    """For a row that might be higher than a page: each cell under its label."""
    for row in table.rows:
        for label, cell in zip(table.head, row, strict=True):
            if cell:
                sheet.write_text(label, SMALL, "B")
                sheet.write_text(cell, TEXT)
        sheet.ln(3)


def widths(table: Table) -> tuple[int, ...]:
    """Parts of the page's width: by the longest cell of each column, none under a tenth of the widest."""
    columns = zip(table.head, *table.rows, strict=True)
    longest = [min(max(map(len, cells)), 40) for cells in columns]
    return tuple(max(each, 10) for each in longest)


DRAWN: dict[type[Block], Callable[[Sheet, Any], None]] = {
    Paragraph: _paragraph,
    Facts: _facts,
    Lines: _lines,
    Table: _table,
}
