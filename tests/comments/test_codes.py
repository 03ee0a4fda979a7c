"""QR codes: the file, the printed sheet, and what a reader of such codes gets from them."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import segno

from engage.qr import QUIET, qr_svg
from tests.make import Cast

SVG = "{http://www.w3.org/2000/svg}"


def dark(svg: str) -> set[tuple[int, int]]:
    """The dark modules that the drawing paints, as (row, column) without the quiet zone."""
    strokes = [
        path.get("d", "") for path in ElementTree.fromstring(svg).iter(f"{SVG}path") if path.get("stroke")
    ]
    return {(row - QUIET, column - QUIET) for d in strokes for row, column in painted(d)}


def painted(d: str) -> Iterator[tuple[int, int]]:
    """A path of horizontal strokes of one module's width: M x y, then h (paint) and m (go on)."""
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", d):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "h":
            yield from ((int(y), int(x) + n) for n in range(int(values[0])))
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])


def test_the_file_is_that_of_the_page_that_asks_to_speak(cast: Cast) -> None:
    for item in (cast.city.item.id, "general"):
        path = f"/meetings/{cast.city.meeting.id}/items/{item}/request"
        answer = cast.anyone.get(f"{path}.svg")
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
        code = segno.make(f"http://testserver{path}", error="q", micro=False, boost_error=False)
        wanted = {(r, c) for r, row in enumerate(code.matrix) for c, bit in enumerate(row) if bit}
        assert dark(answer.text) == wanted
        assert cast.anyone.get(path).status_code == 200


def test_the_drawing_has_no_style_and_no_script() -> None:
    elements = list(ElementTree.fromstring(qr_svg("https://meetings.example.gov/")).iter())
    assert {each.tag for each in elements} == {f"{SVG}svg", f"{SVG}path"}
    assert {name for each in elements for name in each.attrib} <= {"viewBox", "fill", "stroke", "d"}


def test_a_drafts_item_has_no_file(cast: Cast) -> None:
    url = f"/meetings/{cast.city.draft.id}/items/general/request.svg"
    assert cast.anyone.get(url).status_code == 404


def test_the_sheet_has_one_code_for_each_item_and_one_for_general_comment(cast: Cast) -> None:
    page = cast.clerk.get(f"/clerk/meetings/{cast.city.meeting.id}/codes").text
    assert page.count('class="code-card"') == 3
    assert page.count("<svg xmlns") == 3
    for item in (cast.city.item.id, cast.city.second.id, "general"):
        assert f"http://testserver/meetings/{cast.city.meeting.id}/items/{item}/request<" in page


def test_a_draft_can_be_prepared(cast: Cast) -> None:
    page = cast.clerk.get(f"/clerk/meetings/{cast.city.draft.id}/codes").text
    assert "The codes work once the meeting is published." in page
    assert "request.svg" not in page
