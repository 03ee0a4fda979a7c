"""Papers for the tests of the minutes, and a way to say what one of its copies does not hold."""

import re
from dataclasses import replace

from meetings.minutes.paper import Block, Facts, Line, Lines, Paper, Paragraph, Part, Table, texts

BLOCKS: tuple[Block, ...] = (
    Facts((("Body", "City Council"), ("Place", "12 Main St"))),
    Paragraph("The item was called at 10:10 AM."),
    Paragraph("Construir el carril: señalización, años.", lang="es", is_quote=True),
    Lines((Line("1.1 Street sweeping", note="pulled at 10:05 AM"), Line("1.2 Library", lang="en"))),
    Table("Vote on motion 1", ("Member", "Vote"), (("Ana Ruíz", "Aye"), ("Łukasz Đặng", "Nay"))),
)


def paper(*blocks: Block, lang: str = "en", **over: object) -> Paper:
    part = Part("2 Bike lane", blocks or BLOCKS, lang="en", anchor="lane", is_item=True)
    made = Paper(
        lang=lang,
        name="Minutes: City Council, Regular meeting, Nov 23, 2026",
        eyebrow="Alder Bay, City Council",
        title="Minutes",
        subtitle="Regular meeting",
        subtitle_lang="en",
        state="Draft minutes, not yet approved",
        foot="City Council, Nov 23, 2026. Draft minutes, not yet approved",
        parts=(part, Part("Adjournment", (Paragraph("Adjourned at 12:20 PM."),), anchor="adjournment")),
        page_of="Page %(page)s of %(pages)s",
    )
    return replace(made, **over)  # type: ignore[arg-type]


def missing(copy: str, of: Paper) -> list[str]:
    """The paper's texts that do not stand in the copy after one another; white space does not count."""
    rest, lost = squeezed(copy), []
    for text in texts(of):
        before, found, after = rest.partition(squeezed(text))
        if found:
            rest = after
        else:
            lost.append(text)
    return lost


def squeezed(text: str) -> str:
    """Without white space, and without what pypdf reads between the letters of some fonts."""
    return re.sub(r"[\s\x00-\x1f]+", "", text)
