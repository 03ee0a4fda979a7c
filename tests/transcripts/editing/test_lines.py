"""The forms on one line, without JavaScript: two clerks at once, speakers, cuts, what is refused."""

from typing import Any

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from tests import make
from tests.make import Cast, kinds
from transcripts import queries
from transcripts.models import Line, Recording

SCRIPT = "<script>alert(1)</script>"


def add(cast: Cast, *texts: str, **over: Any) -> tuple[Recording, list[Line]]:
    def work(db: Session) -> tuple[Recording, list[Line]]:
        made = make.transcript(db, cast.city.meeting, *texts, **over)
        return made, queries.lines_of(db, made.id)

    found: tuple[Recording, list[Line]] = cast.db.write_now(work)
    return found


def at(cast: Cast, rest: str) -> str:
    return f"/clerk/meetings/{cast.city.meeting.id}/{rest}"


def fields(client: TestClient, url: str) -> dict[str, str]:
    """Of the form for a line, as the clerk opens it."""
    page = client.get(url).text
    key, version = (page.split(f'name="{name}" value="')[1].split('"', 1)[0] for name in ("key", "version"))
    return {"key": key, "version": version}


def line_now(cast: Cast, line: Line) -> Line:
    found: Line = cast.read(lambda db: db.get_one(Line, line.id))
    return found


def texts(cast: Cast, made: Recording) -> list[str]:
    found: list[str] = cast.read(lambda db: [line.text for line in queries.lines_of(db, made.id)])
    return found


def edits_noted(cast: Cast) -> int:
    return int(cast.read(lambda db: kinds(db, cast.city.meeting.id).count("line.edited")))


def test_a_correction_goes_back_to_its_line_or_on_to_the_next(cast: Cast) -> None:
    made, lines = add(cast, "One.", "Two.", "Three.")
    clerk = cast.clerk
    url = at(cast, f"lines/{lines[0].id}")
    answer = clerk.post(url, data=fields(clerk, url) | {"text": "  One,  corrected. "})
    assert answer.headers["location"] == at(cast, f"transcript?recording={made.id}#line-{lines[0].id}")
    assert line_now(cast, lines[0]).text == "One, corrected."
    answer = clerk.post(url, data=fields(clerk, url) | {"text": "Uno.", "next": "1"})
    assert answer.headers["location"] == at(cast, f"lines/{lines[1].id}")
    history = clerk.get(url).text
    assert history.index("One, corrected.") < history.index("As the machine heard it.")
    assert "Text changed by clerk" in history


def test_of_two_clerks_at_once_the_second_sees_both_texts_and_loses_none(cast: Cast) -> None:
    _, [line] = add(cast, "We voted four to two.")
    first, second = cast.clerk, cast.signed_in("admin")
    url = at(cast, f"lines/{line.id}")
    opened = [fields(client, url) for client in (first, second)]
    first.post(url, data=opened[0] | {"text": "We voted five to two."})
    answer = second.post(url, data=opened[1] | {"text": "We voted four to three."})
    assert answer.status_code == 409
    page = answer.text
    assert "We voted <del>five </del>to <del>two.</del>" in page
    assert "We voted <ins>four </ins>to <ins>three.</ins>" in page
    assert ("clerk has changed this line meanwhile" in page, ">\nWe voted four to three.<" in page) == (
        True,
        True,
    )
    assert line_now(cast, line).text == "We voted five to two."
    merged = {"key": opened[1]["key"], "version": page.split('name="version" value="')[1].split('"')[0]}
    assert second.post(url, data=merged | {"text": "We voted five to three."}).status_code == 303
    assert line_now(cast, line).text == "We voted five to three."


def test_a_speaker_is_chosen_or_named_anew(cast: Cast) -> None:
    made, lines = add(cast, "One.", "Two.")
    clerk = cast.clerk
    urls = [at(cast, f"lines/{line.id}") for line in lines]
    clerk.post(urls[0], data=fields(clerk, urls[0]) | {"text": "One.", "speaker": "", "name": "Ana Ruiz"})
    who = line_now(cast, lines[0]).speaker_id
    assert f'<option value="{who}" selected>Ana Ruiz</option>' in clerk.get(urls[0]).text
    clerk.post(urls[1], data=fields(clerk, urls[1]) | {"text": "Two.", "speaker": who, "name": ""})
    assert line_now(cast, lines[1]).speaker_id == who
    clerk.post(urls[0], data=fields(clerk, urls[0]) | {"text": "One.", "speaker": "", "name": ""})
    assert (line_now(cast, lines[0]).speaker_id, line_now(cast, lines[0]).is_named) == (None, True)
    wrong = clerk.post(urls[1], data=fields(clerk, urls[1]) | {"text": "Two.", "speaker": "nobody"})
    assert (wrong.status_code, line_now(cast, lines[1]).speaker_id) == (422, who)
    assert texts(cast, made) == ["One.", "Two."]


def test_a_line_is_split_joined_taken_out_brought_back_and_found_right(cast: Cast) -> None:
    made, [line, _] = add(cast, "We voted four to two.", "Thank you.")
    clerk = cast.clerk
    url = at(cast, f"lines/{line.id}")
    page = clerk.get(url).text
    assert '<option value="9">3: four</option>' in page

    def act(end: str, **more: str) -> int:
        return int(clerk.post(f"{url}{end}", data=fields(clerk, url) | more).status_code)

    assert (act("/split", place="9"), texts(cast, made)) == (303, ["We voted", "four to two.", "Thank you."])
    assert (act("/joining"), texts(cast, made)) == (303, ["We voted four to two.", "Thank you."])
    assert (act("/removal"), texts(cast, made)) == (303, ["", "Thank you."])
    assert "Bring the line back" in clerk.get(url).text
    assert (act("/return"), texts(cast, made)) == (303, ["We voted four to two.", "Thank you."])
    assert (act("/return"), act("/split", place="0")) == (409, 409)
    assert edits_noted(cast) == 4


def test_what_was_typed_is_saved_before_the_line_is_cut_at_the_cursor(cast: Cast) -> None:
    made, [line, _] = add(cast, "We voted for to two.", "Thank you.")
    clerk = cast.clerk
    url = at(cast, f"lines/{line.id}")
    typed = "  We  voted four to two. "
    sent = fields(clerk, url) | {"text": typed, "place": str(typed.index("four") + 2)}
    assert clerk.post(f"{url}/split", data=sent).status_code == 303
    assert texts(cast, made) == ["We voted", "four to two.", "Thank you."]
    sent = fields(clerk, url) | {"text": "They voted", "name": "Ana"}
    assert clerk.post(f"{url}/joining", data=sent).status_code == 303
    assert texts(cast, made) == ["They voted four to two.", "Thank you."]
    assert line_now(cast, line).heard == "We voted for to two."


def test_what_is_refused_keeps_what_was_typed_and_saves_none_of_it(cast: Cast) -> None:
    made, lines = add(cast, "One.", "Two.")
    clerk = cast.clerk
    url = at(cast, f"lines/{lines[1].id}")
    answer = clerk.post(f"{url}/joining", data=fields(clerk, url) | {"text": "Two and more."})
    assert (answer.status_code, ">\nTwo and more.<" in answer.text) == (409, True)
    assert "No line follows this one." in answer.text
    assert (texts(cast, made), edits_noted(cast)) == (
        ["One.", "Two."],
        0,
    )


def test_a_line_is_found_right_without_any_change(cast: Cast) -> None:
    _, [line] = add(cast, "Said.")
    clerk = cast.clerk
    url = at(cast, f"lines/{line.id}")
    assert "The line is right" in clerk.get(url).text
    clerk.post(url, data=fields(clerk, url))
    assert (line_now(cast, line).reviewed_at is not None, line_now(cast, line).version) == (True, 1)
    assert "The line is right" not in clerk.get(url).text


def test_a_form_without_its_version_changes_nothing(cast: Cast) -> None:
    _, [line] = add(cast, "As it was.")
    clerk = cast.clerk
    url = at(cast, f"lines/{line.id}")
    for version in ({}, {"version": "x"}, {"version": "-1"}, {"version": "7"}):
        for end in ("", "/split", "/joining", "/removal"):
            answer = clerk.post(f"{url}{end}", data={"text": "Other wise.", "place": "6"} | version)
            assert answer.status_code in (409, 422)
    assert (line_now(cast, line).text, line_now(cast, line).version) == ("As it was.", 1)


@pytest.mark.parametrize(("name", "most"), [("text", 2000), ("name", 120)])
def test_what_is_too_long_is_kept_in_the_form(cast: Cast, name: str, most: int) -> None:
    _, [line] = add(cast, "Short.")
    clerk = cast.clerk
    url = at(cast, f"lines/{line.id}")
    long = "y" * (most + 1)
    answer = clerk.post(url, data=fields(clerk, url) | {"text": "Short.", name: long})
    assert (answer.status_code, long in answer.text, f'id="f-{name}-error"' in answer.text) == (
        422,
        True,
        True,
    )


def test_nothing_that_is_typed_is_markup(cast: Cast) -> None:
    made, [line] = add(cast, "Said.")
    clerk, other = cast.clerk, cast.signed_in("admin")
    url = at(cast, f"lines/{line.id}")
    stale = fields(other, url)
    clerk.post(url, data=fields(clerk, url) | {"text": f"a {SCRIPT}", "name": SCRIPT})
    pages = [
        other.post(url, data=stale | {"text": f"b {SCRIPT}"}),
        other.post(url, data=stale | {"text": f"b {SCRIPT}", "since": "0"}),
        clerk.get(url),
        clerk.get(at(cast, f"transcript?recording={made.id}")),
        clerk.get(at(cast, f"recordings/{made.id}/changes")),
        clerk.get(at(cast, f"recordings/{made.id}/edits")),
    ]
    assert [SCRIPT in page.text for page in pages] == [False] * 6
    assert [page.text.count("&lt;script&gt;") > 0 for page in pages] == [True] * 6


def test_a_line_is_found_only_in_its_own_meeting_and_by_its_own_clerk(cast: Cast) -> None:
    _, [line] = add(cast, "Said.")
    elsewhere = f"/clerk/meetings/{cast.city.draft.id}/lines/{line.id}"
    for client, url, status in (
        (cast.clerk, elsewhere, 404),
        (cast.clerk, at(cast, "lines/nothing"), 404),
        (cast.signed_in("stranger"), at(cast, f"lines/{line.id}"), 404),
        (cast.resident(), at(cast, f"lines/{line.id}"), 303),
    ):
        assert client.get(url).status_code == status
        assert client.post(url, data={"text": "Mine.", "version": "1"}).status_code == status
    assert line_now(cast, line).text == "Said."


def test_the_same_form_sent_twice_acts_once(cast: Cast) -> None:
    made, [line] = add(cast, "One two three.")
    clerk = cast.clerk
    url = at(cast, f"lines/{line.id}")
    sent = fields(clerk, url) | {"place": "4"}
    answers = [clerk.post(f"{url}/split", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert texts(cast, made) == ["One", "two three."]
