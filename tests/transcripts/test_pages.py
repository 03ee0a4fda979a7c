"""What everyone sees and takes along: player, lines, moments, files."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engage import clock, record
from engage.settings import Settings
from tests import make
from tests.make import EPOCH, Cast
from transcripts import actions, drawing, queries, rules
from transcripts.editing.actions import correct_line
from transcripts.models import Recording

SCRIPT = '<script>alert("x")</script>'


def add(cast: Cast, *texts: str, **over: Any) -> Recording:
    made: Recording = cast.db.write_now(lambda db: make.transcript(db, cast.city.meeting, *texts, **over))
    return made


def correct(cast: Cast, made: Recording, place: int, text: str, *, version: int = 1) -> None:
    def work(db: Session) -> None:
        line = queries.lines_of(db, made.id)[place - 1]
        found = db.get_one(Recording, made.id)
        correct_line(db, found, line, text, version=version, by="account:a")

    cast.db.write_now(work)


def show(cast: Cast, query: str = "") -> str:
    page = cast.anyone.get(f"/meetings/{cast.city.meeting.id}{query}")
    assert page.status_code == 200
    return page.text


def lines_of(html: str) -> list[str]:
    """The text of each line, as a reader sees it."""
    found = re.findall(r'<li id="at-.*?<p>(.*?)</p></li>', html, re.DOTALL)
    return [unescape(re.sub(r"<.*?>", "", each)) for each in found]


def put_file(settings: Settings, made: Recording, content: bytes) -> None:
    path = rules.file_of(settings, made.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_without_a_recording_there_is_no_player(cast: Cast) -> None:
    assert 'id="player"' not in show(cast)


def test_sound_is_played_as_sound_and_picture_as_picture(cast: Cast) -> None:
    first = add(cast, "One.")
    page = show(cast)
    assert f'<audio id="player" controls preload="metadata" src="/recordings/{first.id}/media"' in page
    assert f'<track kind="captions" src="/recordings/{first.id}.vtt" srclang="en"' in page
    assert "autoplay" not in page
    second = add(cast, "Two.", kind="video/mp4", has_picture=True, sha256="cd")
    assert f'<video id="player" controls preload="metadata" src="/recordings/{second.id}/media#t=' in show(
        cast, f"?at={second.id}.0"
    )


def test_what_no_browser_plays_is_offered_to_take_along(cast: Cast) -> None:
    made = add(cast, "One.", kind="application/octet-stream")
    page = show(cast)
    assert ('id="player"' in page, f'href="/recordings/{made.id}/media" download' in page) == (False, True)


def test_every_line_has_its_time_as_a_link_to_its_moment(cast: Cast) -> None:
    made = add(cast, "Good evening.", "We begin.")
    page = show(cast)
    anchor = f"at-{made.id}-3000"
    assert f'<li id="{anchor}" data-line="' in page
    assert f'<a class="at" href="?at={made.id}.3000#{anchor}">0:03</a> <p>We begin.</p>' in page
    assert lines_of(page) == ["Good evening.", "We begin."]
    assert "aria-current" not in page.split('<div id="lines"', 1)[1].split("</section>", 1)[0]


@pytest.mark.parametrize(("ms", "line"), [(0, 0), (2999, 0), (3000, 1), (4321, 1), (99_999_999, 2)])
def test_a_moment_marks_its_line_and_starts_there(cast: Cast, ms: int, line: int) -> None:
    made = add(cast, "One.", "Two.", "Three.")
    page = show(cast, f"?at={made.id}.{ms}")
    assert re.findall(r'<li id="at-\w+-(\d+)" aria-current="true" data-line', page) == [str(3000 * line)]
    assert f'src="/recordings/{made.id}/media#t={ms / 1000}"' in page
    assert page.count(f'id="at-{made.id}-{ms}"') == 1, "the link's own anchor leads somewhere"


@pytest.mark.parametrize("at", ["x", "nobody.5", ".", "%00", "%22%3E%3Cb%3E.1"])
def test_a_moment_that_never_was_is_no_error(cast: Cast, at: str) -> None:
    add(cast, "One.")
    page = show(cast, f"?at={at}")
    assert (lines_of(page), "<b>.1" in page, "#t=" in page) == (["One."], False, False)


def test_a_moment_chooses_among_recordings(cast: Cast) -> None:
    first = add(cast, "The first sitting.")
    second = add(cast, "The second sitting.", sha256="cd")
    assert lines_of(show(cast)) == ["The first sitting."]
    assert lines_of(show(cast, f"?at={second.id}.0")) == ["The second sitting."]
    assert f'href="/meetings/{cast.city.meeting.id}?at={first.id}.0"' in show(cast)


def test_a_moment_outlives_a_correction_and_a_line_taken_out(cast: Cast) -> None:
    made = add(cast, "One.", "Two.", "Three.")
    correct(cast, made, 2, "")
    page = show(cast, f"?at={made.id}.3500")
    assert lines_of(page) == ["One.", "Three."]
    assert re.findall(r'<li id="at-\w+-(\d+)" aria-current="true" data-line', page) == ["0"]


def test_doubtful_words_are_marked_until_somebody_has_looked(cast: Cast) -> None:
    made = add(cast, "The bike lane is done.", unsure="bike lane")
    assert '<p>The <span class="unsure">bike lane</span> is done.</p>' in show(cast)
    correct(cast, made, 1, "The bike lane is shut.")
    page = show(cast)
    assert ('class="unsure"' in page, "Corrected on" in page) == (False, True)


@pytest.mark.parametrize("unsure", ["", SCRIPT])
def test_what_is_said_is_never_markup(cast: Cast, unsure: str) -> None:
    made = add(cast, f"He said {SCRIPT} loudly.", unsure=unsure)
    for url in (f"/meetings/{cast.city.meeting.id}", f"/recordings/{made.id}/lines"):
        page = cast.anyone.get(url).text
        assert SCRIPT not in page
        assert lines_of(page) == [f"He said {SCRIPT} loudly."]
    correct(cast, made, 1, f"He wrote {SCRIPT}.")
    assert SCRIPT not in show(cast)
    assert SCRIPT not in cast.anyone.get(f"/recordings/{made.id}.vtt").text


def test_lines_stand_under_the_items_and_the_items_are_chapters(cast: Cast) -> None:
    made = add(cast, "Before.", "On the lane.", "On the library.", duration_ms=9000)
    called = [(cast.city.item, 3500), (cast.city.second, 6500)]
    for item, ms in called:
        with clock.set_to(EPOCH + timedelta(milliseconds=ms)):
            cast.db.write_now(
                lambda db: record.append(db, cast.city.meeting.id, "item.called", by=None, item=item.id)  # noqa: B023 - waited for
            )
    assert "section-title" not in show(cast)

    def time(db: Session) -> None:
        actions.time_recording(db, db.get_one(Recording, made.id), EPOCH, by="account:a")

    cast.db.write_now(time)
    page = show(cast)
    order = re.findall(
        r"section-title\" lang=\"en\">(.*?)</h3>|<p>([A-Z].*?\.)</p>", page.split('id="lines"')[1]
    )
    assert [a or b for a, b in order][:5] == [
        "Before.",
        "1 Bike lane",
        "On the lane.",
        "2 Library hours",
        "On the library.",
    ]
    assert (
        f'href="?at={made.id}.3000#at-{made.id}-3000"><time>0:03</time> <span lang="en">1 Bike lane' in page
    )


def test_a_corrected_text_replaces_the_drawn_one_everywhere(cast: Cast) -> None:
    made = add(cast, "Four to two.", "Thank you.")
    files = {suffix: f"/recordings/{made.id}.{suffix}" for suffix in ("vtt", "srt", "txt", "json")}
    for url in files.values():
        assert "Four to two." in cast.anyone.get(url).text
    assert lines_of(show(cast))[0] == "Four to two."
    correct(cast, made, 1, "Five to two.")
    for url in files.values():
        text = cast.anyone.get(url).text
        assert ("Four to two." in text, "Five to two." in text) == (False, True)
    assert lines_of(show(cast))[0].startswith("Five to two.")
    assert cast.anyone.get(files["vtt"]).text == (
        "WEBVTT\n\nNOTE Machine-made transcript (Whisper base, language en)\n\n"
        "00:00:00.000 --> 00:00:00.300\nFive to two.\n\n00:00:03.000 --> 00:00:03.200\nThank you.\n"
    )


@pytest.mark.parametrize(
    ("suffix", "kind", "disposition"),
    [
        ("vtt", "text/vtt; charset=utf-8", None),
        ("json", "application/json", None),
        ("srt", "application/x-subrip; charset=utf-8", "attachment"),
        ("txt", "text/plain; charset=utf-8", "attachment"),
    ],
)
def test_each_file_says_what_it_is_and_is_sent_once(
    cast: Cast, suffix: str, kind: str, disposition: str | None
) -> None:
    made = add(cast, "One.")
    url = f"/recordings/{made.id}.{suffix}"
    answer = cast.anyone.get(url)
    assert answer.headers["content-type"] == kind
    assert answer.headers.get("content-disposition", "").partition(";")[0] == (disposition or "")
    tag = answer.headers["etag"]
    again = cast.anyone.get(url, headers={"if-none-match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    correct(cast, made, 1, "Two.")
    assert cast.anyone.get(url, headers={"if-none-match": tag}).status_code == 200


def test_a_recording_without_lines_has_no_captions_until_it_is_known_to_be_silent(cast: Cast) -> None:
    made = cast.db.write_now(lambda db: make.recording(db, cast.city.meeting))
    assert cast.anyone.get(f"/recordings/{made.id}.vtt").status_code == 404
    cast.db.write_now(make.finish_next)
    assert cast.anyone.get(f"/recordings/{made.id}.vtt").text.startswith("WEBVTT")


@pytest.mark.parametrize(
    ("asked", "status", "part", "content"),
    [
        (None, 200, None, b"0123456789"),
        ("bytes=2-4", 206, "bytes 2-4/10", b"234"),
        ("bytes=7-", 206, "bytes 7-9/10", b"789"),
        ("bytes=-3", 206, "bytes 7-9/10", b"789"),
        ("bytes=20-", 416, "bytes */10", b""),
    ],
)
def test_a_browser_gets_the_part_of_the_recording_that_it_asks_for(
    cast: Cast, settings: Settings, asked: str | None, status: int, part: str | None, content: bytes
) -> None:
    made = add(cast, "One.")
    put_file(settings, made, b"0123456789")
    headers = {"range": asked} if asked else {}
    answer = cast.anyone.get(f"/recordings/{made.id}/media", headers=headers)
    found = (answer.status_code, answer.headers.get("content-range"), answer.content)
    assert found == (status, part, content)
    if status < 400:
        assert answer.headers["content-type"] == "audio/mpeg"
        assert answer.headers["content-disposition"].startswith("inline")


def test_a_file_that_is_no_recording_is_never_shown_by_the_browser(cast: Cast, settings: Settings) -> None:
    made = add(cast, kind="application/octet-stream", name="page.html")
    put_file(settings, made, SCRIPT.encode())
    answer = cast.anyone.get(f"/recordings/{made.id}/media")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="page.html"'
    assert answer.headers["x-content-type-options"] == "nosniff"


PATHS = ("/media", "/lines", ".vtt", ".srt", ".txt", ".json")


@pytest.mark.parametrize("path", PATHS)
def test_recordings_of_a_draft_are_for_its_clerk_alone(cast: Cast, settings: Settings, path: str) -> None:
    made = cast.db.write_now(lambda db: make.transcript(db, cast.city.draft, "One."))
    put_file(settings, made, b"x")
    url = f"/recordings/{made.id}{path}"
    who = [cast.resident(), cast.signed_in("stranger"), cast.clerk, cast.signed_in("admin")]
    assert [client.get(url).status_code for client in who] == [404, 404, 200, 200]


@pytest.mark.parametrize("path", PATHS)
def test_what_never_was_is_not_found(cast: Cast, path: str) -> None:
    assert cast.anyone.get(f"/recordings/nothing{path}").status_code == 404


def test_a_file_that_is_gone_is_not_found(cast: Cast) -> None:
    made = add(cast, "One.")
    assert cast.anyone.get(f"/recordings/{made.id}/media").status_code == 404


def test_the_lines_alone_are_those_of_the_page(cast: Cast) -> None:
    made = add(cast, "One.", "Two.")
    alone = cast.anyone.get(f"/recordings/{made.id}/lines").text
    assert alone in show(cast)
    spanish = cast.anyone.get(f"/recordings/{made.id}/lines", headers={"accept-language": "es"})
    assert lines_of(spanish.text) == ["One.", "Two."]


def test_three_lines_cost_what_one_costs_and_a_drawn_text_costs_less(cast: Cast) -> None:
    drawing._drawn.clear()
    clerk = cast.clerk
    urls = [f"/recordings/{add(cast, *['A line.'] * n, sha256=str(n)).id}/lines" for n in (1, 3)]
    first, again = ([make.queries_for(cast, clerk, url) for url in urls] for _ in range(2))
    assert (first[0], again[0]) == (first[1], again[1])
    assert again[0] == first[0] - 2, "neither lines nor gaps are read again"
