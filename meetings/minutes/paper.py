"""The minutes as they stand on paper: parts with headings, paragraphs, facts, lists and tables.

The page, the DOCX and the PDF show the same paper, each in its own way. A `lang` is empty where the words are
in the paper's own language, or are a name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Paragraph:
    kind: ClassVar[str] = "paragraph"
    text: str
    lang: str = ""
    is_quote: bool = False
    """Somebody's words, set off from the minutes' own."""


@dataclass(frozen=True)
class Facts:
    """Labels with their values."""

    kind: ClassVar[str] = "facts"
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Line:
    """Somebody's words and, in the paper's language, a note after them."""

    text: str
    lang: str = ""
    note: str = ""


@dataclass(frozen=True)
class Lines:
    """A list."""

    kind: ClassVar[str] = "lines"
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """The first cell of a row names it."""

    kind: ClassVar[str] = "table"
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lang: str = ""
    """Of the caption and of the first cells."""


Block = Paragraph | Facts | Lines | Table


@dataclass(frozen=True)
class Part:
    """A heading with what stands under it; `anchor` is its place on the page."""

    title: str
    blocks: tuple[Block, ...]
    lang: str = ""
    anchor: str = ""
    is_item: bool = False
    """Of the agenda, so that the clerk can write a summary of it."""


@dataclass(frozen=True)
class Paper:
    lang: str
    name: str
    """For lists of files and the title bar: which minutes these are."""
    eyebrow: str
    """City and body."""
    title: str
    subtitle: str
    subtitle_lang: str
    state: str
    """Draft or approved, in a sentence."""
    foot: str
    parts: tuple[Part, ...]
    page_of: str
    """Sentence with the blanks %(page)s and %(pages)s."""


def texts(paper: Paper) -> Iterator[str]:
    """Every text in reading order, as each of the three ways must show it."""
    yield from (paper.eyebrow, paper.title, paper.subtitle, paper.state)
    for part in paper.parts:
        yield part.title
        for block in part.blocks:
            yield from texts_of(block)


def texts_of(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield text
        case Facts(rows):
            for row in rows:
                yield from row
        case Lines(lines):
            for line in lines:
                yield from filter(None, (line.text, line.note))
        case Table(caption, head, rows):
            yield from (caption, *head)
            for cells in rows:
                yield from filter(None, cells)
