"""A clip's page, its captions, its sound: for whom, of which span, and never of what is withheld."""

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engage.settings import Settings
from tests import make
from tests.make import Cast
from tests.transcripts.formats.filled import add, add_whole
from tests.transcripts.formats.test_captions import parse
from transcripts.formats import clip_files
from transcripts.models import Recording
from transcripts.queries import gaps
from transcripts.rules import file_of
from transcripts.withholding.rules import copy_of, digest_of


def url(made: Recording, end: str = "", **span: int) -> str:
    return f"/recordings/{made.id}/clip{end}?" + "&".join(f"{name}={ms}" for name, ms in span.items())


def clip(start: int, end: int) -> dict[str, int]:
    return {"from": start, "to": end}


def fields(html: str) -> dict[str, str]:
    """What can be copied, by the field's id."""
    found = re.findall(
        r'<textarea class="input" id="([\w-]+)".*?readonly>\n(.*?)</textarea>', html, re.DOTALL
    )
    return {name: unescape(text) for name, text in found}


def with_sound(cast: Cast, settings: Settings) -> Recording:
    made = add(cast, duration_ms=15_000)
    make.sound_file(file_of(settings, made.id), 15)
    return made


def test_a_clip_has_player_quotation_and_its_own_address(cast: Cast) -> None:
    made = add(cast)
    html = cast.anyone.get(url(made, **clip(0, 3300))).text
    address = f"http://testserver/recordings/{made.id}/clip?from=0&to=3300"
    assert f'src="/recordings/{made.id}/media#t=0.0,3.3"' in html
    found = fields(html)
    assert found["address"] == address
    assert found["as-text"].startswith(
        "“Good evening. The lane is…”\n(Alder Bay, City Council, Regular meeting, "
    )
    assert found["as-text"].endswith(f"Machine-made, not reviewed)\n{address}")
    assert found["as-html"].startswith('<blockquote cite="')
    hrefs = {unescape(each) for each in re.findall(r'href="(/recordings/[^"]*)"', html)}
    assert {url(made, end, **clip(0, 3300)) for end in ("/media", ".vtt", ".srt")} <= hrefs


def test_without_javascript_the_lines_are_chosen_in_forms(cast: Cast) -> None:
    made = add(cast)
    start = cast.anyone.get(url(made)).text
    assert ('name="from"' in start, "<select" in start) == (True, False)
    chosen = cast.anyone.get(url(made), params={"from": "0:03"}).text
    selects = re.findall(r"<select.*?</select>", chosen, re.DOTALL)
    picked = [re.findall(r'<option value="(\d+)" selected>(.*?)</option>', each) for each in selects]
    assert picked == [[("3000", "0:03 The lane is narrow.")], [("3400", "0:03 The lane is narrow.")]]
    assert [len(re.findall("<option", each)) for each in selects] == [5, 4], "no end before the beginning"


def test_the_last_line_is_named_by_where_it_begins(cast: Cast) -> None:
    """As the script does it, which does not know where lines end."""
    made = add(cast)
    answer = cast.resident().get(url(made, **{"from": 3000, "last": 9000}))
    assert (answer.status_code, answer.headers["location"]) == (303, url(made, **clip(3000, 9200)))


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "x"}, "from"),
        ({"from": "5", "to": "x"}, "to"),
        ({"from": "5", "to": "4"}, "to"),
        ({"from": "0", "to": "11:00"}, "to"),
    ],
)
def test_a_bad_span_is_told_beside_its_field_and_what_was_typed_is_kept(
    cast: Cast, asked: dict[str, str], field: str
) -> None:
    answer = cast.anyone.get(url(add(cast)), params=asked)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert f'value="{asked[field]}"' in answer.text


def test_captions_count_from_the_clips_beginning(cast: Cast) -> None:
    made = add_whole(cast)
    answer = cast.anyone.get(url(made, ".vtt", **clip(3000, 12_300)))
    found = [(each.start_ms, each.end_ms, each.voice) for each in parse(answer.text)]
    assert found == [
        (0, 400, "Dais"),
        (2900, 5000, ""),
        (6000, 6200, "Dais"),
        (9000, 9200, "Ana Ruiz"),
    ]
    assert answer.headers["content-disposition"].startswith("attachment")
    assert cast.anyone.get(url(made, ".srt", **clip(3000, 3400))).text == (
        "1\n00:00:00,000 --> 00:00:00,400\nDais: The lane is narrow.\n"
    )


def test_the_sound_is_cut_sent_and_kept_nowhere(cast: Cast, settings: Settings) -> None:
    made = with_sound(cast, settings)
    answer = cast.anyone.get(url(made, "/media", **clip(2000, 6000)))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav")
    assert answer.headers["content-disposition"] == (f'attachment; filename="clip-{made.id}-2000-6000.wav"')
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert abs(len(answer.content) - 4 * 8000) < 1500, "4 s of 8 kHz, 8 bit"
    assert [each.name for each in file_of(settings, made.id).parent.iterdir()] == [made.id]


def test_a_span_with_something_withheld_is_never_cut(cast: Cast, settings: Settings) -> None:
    made = add_whole(cast)
    spans = cast.db.read_now(lambda db: gaps(db, made.id))
    for digest in ("", digest_of(spans)):
        make.sound_file(copy_of(settings, made.id, digest), 15)
    answers = {
        span: cast.anyone.get(url(made, "/media", **clip(*span))).status_code
        for span in ((0, 5900), (0, 5901), (6000, 7000), (7999, 9000), (8000, 9000))
    }
    assert list(answers.values()) == [200, 422, 422, 422, 200]
    page = cast.anyone.get(url(made, **clip(0, 9000))).text
    assert ("/clip/media?" in page, "0:05 to 0:08 is withheld" in page) == (False, True)
    assert "Nobody may know" not in page


def test_it_is_cut_from_the_copy_without_the_withheld_part(cast: Cast, settings: Settings) -> None:
    made = add_whole(cast)
    make.sound_file(file_of(settings, made.id), 15)
    for client in (cast.anyone, cast.clerk):
        assert client.get(url(made, "/media", **clip(0, 2000))).status_code == 404, "no copy yet"


@pytest.mark.parametrize("end", ["/media", ".vtt", ".srt"])
def test_without_a_span_there_is_nothing_to_take_along(cast: Cast, settings: Settings, end: str) -> None:
    made = with_sound(cast, settings)
    assert cast.anyone.get(url(made, end)).status_code == 422
    assert cast.anyone.get(url(made, end, **clip(0, 600_001))).status_code == 422


def test_what_cannot_be_cut_is_told(cast: Cast, settings: Settings) -> None:
    made = with_sound(cast, settings)
    assert cast.anyone.get(url(made, "/media", **clip(60_000, 61_000))).status_code == 422
    file_of(settings, made.id).write_bytes(b"no recording")
    assert cast.anyone.get(url(made, "/media", **clip(0, 1000))).status_code == 422
    file_of(settings, made.id).unlink()
    assert cast.anyone.get(url(made, "/media", **clip(0, 1000))).status_code == 404


def test_when_all_places_are_taken_one_is_asked_to_wait_and_afterwards_they_are_free(
    cast: Cast, settings: Settings
) -> None:
    made = with_sound(cast, settings)
    taken = [clip_files._places.acquire(blocking=False) for _ in range(clip_files.MOST_AT_ONCE)]
    assert taken == [True] * clip_files.MOST_AT_ONCE
    busy = cast.anyone.get(url(made, "/media", **clip(0, 1000)))
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "60")
    for _ in taken:
        clip_files._places.release()
    for start in (*range(clip_files.MOST_AT_ONCE + 1), 60_000):
        cast.anyone.get(url(made, "/media", **clip(start, start + 1000)))
    again = [clip_files._places.acquire(blocking=False) for _ in range(clip_files.MOST_AT_ONCE)]
    for _ in again:
        clip_files._places.release()
    assert again == [True] * clip_files.MOST_AT_ONCE, "each has given its place back"


@pytest.mark.parametrize("end", ["", "/media", ".vtt", ".srt"])
def test_clips_of_what_is_not_public_are_for_its_clerk_alone(
    cast: Cast, settings: Settings, end: str
) -> None:
    made = with_sound(cast, settings)

    def unpublish(db: Session) -> Any:
        db.get_one(Recording, made.id).published_at = None

    cast.db.write_now(unpublish)
    who = [cast.resident(), cast.signed_in("stranger"), cast.clerk]
    assert [client.get(url(made, end, **clip(0, 1000))).status_code for client in who] == [404, 404, 200]


def test_what_was_said_is_never_markup(cast: Cast) -> None:
    made = add(cast, "He said <script>alert(1)</script> loudly.")
    html = cast.anyone.get(url(made, **clip(0, 3000))).text
    assert "<script>alert" not in html
    assert "<script>" not in fields(html)["as-html"]
