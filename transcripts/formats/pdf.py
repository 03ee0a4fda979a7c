"""The transcript as PDF: selectable text, every line with its number in the margin, items as an outline."""

import re

from fpdf import XPos, YPos
from fpdf.enums import MethodReturnValue

from engage.language import hms
from meetings.minutes.pdf import GREY, HEADING, LINE, MARGIN, SMALL, TEXT, Sheet, write_head
from transcripts.formats.turns import Turn, turns
from transcripts.formats.wording import facts, gap_words, paper_of, translation_words
from transcripts.formats.written import Gap, Held, Written

NUMBER_MM = 8.0
"""Width of a line's number in the margin, and its distance from the page's edge."""
INDENT = 6.0
SIMPLE = re.compile("[\0-\u02ff\u2010-\u205f\u20a0-\u20bf\u2190-\u21ff]*")
"""What needs no shaping: Latin without combining marks. Shaping takes five times as long."""


def pdf_of(written: Written, held: Held) -> bytes:
    """The file's bytes. Slow work: never in the writer or the event loop."""
    sheet = NumberedSheet(paper_of(written, held))
    sheet.add_page()
    write_head(sheet, sheet.paper)
    for label, value in facts(written):
        sheet.write_text(f"{label}: {value}", SMALL)
    for section in written.sections:
        if section.item:
            sheet.keep_room(6)
            sheet.ln(LINE)
            sheet.start_section(section.item.heading, level=1)
            sheet.write_numbered(section.item.heading, "B", HEADING)
        for each in turns(section.said):
            sheet.keep_room(3)
            sheet.ln(1.5)
            if isinstance(each, Gap):
                sheet.write_numbered(gap_words(each, written.lang), "B")
            else:
                _turn(sheet, each, written.lang)
    return bytes(sheet.output())


def _turn(sheet: "NumberedSheet", turn: Turn, lang: str) -> None:
    who = f"  {turn.who.label}" if turn.who and turn.begins else ""
    sheet.write_numbered(f"{hms(turn.start_ms)}{who}", "B")
    sheet.write_numbered(turn.text)
    if turn.translation:
        sheet.write_numbered(translation_words(turn.translation, lang), indent=INDENT)


class NumberedSheet(Sheet):
    """Lines are counted from 1 on each page, as in the transcripts of courts."""

    count = 0

    def add_page(self, *args: object, **options: object) -> None:
        self.count = 0
        super().add_page(*args, **options)  # type: ignore[arg-type]

    def write_numbered(self, text: str, style: str = "", size: float = TEXT, indent: float = 0) -> None:
        height, width = LINE * size / TEXT, self.epw - indent
        self.set_text_shaping(SIMPLE.fullmatch(text) is None)
        self.set_font("text", style, size)
        lines: list[str] = self.multi_cell(width, height, text, dry_run=True, output=MethodReturnValue.LINES)  # type: ignore[assignment]
        for line in lines:
            if self.will_page_break(height):
                self.add_page()
            self._number(height)
            self.set_font("text", style, size)
            self.set_x(MARGIN + indent)
            self.cell(width, height, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _number(self, height: float) -> None:
        self.count += 1
        self.set_font("text", "", SMALL)
        self.set_text_color(GREY)
        self.set_x(NUMBER_MM / 2)
        self.cell(NUMBER_MM, height, str(self.count), align="R", new_x=XPos.LMARGIN, new_y=YPos.TOP)
        self.set_text_color(0)
