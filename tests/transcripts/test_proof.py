"""The clerk reads proof: lines, corrections of two clerks at once, the history, the certification."""

from typing import Any

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
    parts = [
        part.split('"', 1)[0]
        for part in (page.split('name="key" value="')[1], page.split('name="version" value="')[1])
    ]
    return {"key": parts[0], "version": parts[1]}


def line_now(cast: Cast, line: Line) -> Line:
    found: Line = cast.read(lambda db: db.get_one(Line, line.id))
    return found


def test_every_line_can_be_corrected_from_the_list(cast: Cast) -> None:
    made, lines = add(cast, "One.", "Two words here.", unsure="words")
    clerk = cast.clerk
    page = clerk.get(at(cast, f"transcript?recording={made.id}")).text
    assert [f'href="{at(cast, "lines/" + line.id)}"' in page for line in lines] == [True, True]
    assert ("All: 2 lines" in page, "1 with uncertain words" in page) == (True, True)
    doubtful = clerk.get(at(cast, f"transcript?recording={made.id}&unsure=1")).text
    assert [f"line-{line.id}" in doubtful for line in lines] == [False, True]


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
    assert "Replaced by clerk" in history


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
    assert ("clerk has corrected this line meanwhile" in page, ">\nWe voted four to three.<" in page) == (
        True,
        True,
    )
    assert line_now(cast, line).text == "We voted five to two."
    merged = {"key": opened[1]["key"], "version": page.split('name="version" value="')[1].split('"')[0]}
    assert second.post(url, data=merged | {"text": "We voted five to three."}).status_code == 303
    assert line_now(cast, line).text == "We voted five to three."
    history = cast.read(lambda db: [edit.text for edit in queries.edits_of(db, line.id)])
    assert history == ["We voted five to two.", "We voted four to two."]


def test_a_form_without_its_version_changes_nothing(cast: Cast) -> None:
    _, [line] = add(cast, "As it was.")
    clerk = cast.clerk
    url = at(cast, f"lines/{line.id}")
    for version in ({}, {"version": "x"}, {"version": "-1"}, {"version": "7"}):
        answer = clerk.post(url, data={"text": "Otherwise."} | version)
        assert answer.status_code in (409, 422)
    assert line_now(cast, line).text == "As it was."


def test_a_line_that_is_too_long_is_kept_in_the_form(cast: Cast) -> None:
    _, [line] = add(cast, "Short.")
    clerk = cast.clerk
    url = at(cast, f"lines/{line.id}")
    answer = clerk.post(url, data=fields(clerk, url) | {"text": "y" * 2001})
    assert (answer.status_code, "y" * 2001 in answer.text, 'id="f-text-error"' in answer.text) == (
        422,
        True,
        True,
    )


def test_nothing_that_is_typed_is_markup(cast: Cast) -> None:
    made, [line] = add(cast, "Said.")
    clerk, other = cast.clerk, cast.signed_in("admin")
    url = at(cast, f"lines/{line.id}")
    stale = fields(other, url)
    clerk.post(url, data=fields(clerk, url) | {"text": f"a {SCRIPT}"})
    pages = [
        other.post(url, data=stale | {"text": f"b {SCRIPT}"}),
        clerk.get(url),
        clerk.get(at(cast, f"transcript?recording={made.id}")),
    ]
    assert [SCRIPT in page.text for page in pages] == [False, False, False]
    assert [page.text.count("&lt;script&gt;") > 0 for page in pages] == [True, True, True]


def test_certifying_closes_the_lines_and_taking_it_back_opens_them(cast: Cast) -> None:
    made, [line] = add(cast, "Said.")
    clerk = cast.clerk
    url, certification = at(cast, f"lines/{line.id}"), at(cast, f"recordings/{made.id}/certification")
    opened = fields(clerk, url)
    back = at(cast, f"transcript?recording={made.id}")
    assert clerk.post(certification).headers["location"] == back
    assert "The lines cannot be changed." in clerk.get(back).text
    refused = clerk.post(url, data=opened | {"text": "Otherwise."})
    assert (refused.status_code, "The transcript is certified." in refused.text) == (409, True)
    assert 'name="text"' not in clerk.get(url).text
    assert clerk.post(f"{certification}/withdrawal").status_code == 303
    assert clerk.post(url, data=opened | {"text": "Otherwise."}).status_code == 303
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id))[-3:] == [
        "transcript.certified",
        "transcript.uncertified",
        "line.corrected",
    ]


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


def test_a_transcript_without_lines_says_where_to_look(cast: Cast) -> None:
    page = cast.clerk.get(at(cast, "transcript")).text
    assert "There are no lines yet." in page


def test_three_lines_cost_what_one_costs(cast: Cast) -> None:
    clerk = cast.clerk
    made = [add(cast, *["A line."] * count, sha256=str(count))[0] for count in (1, 3)]
    costs = [make.queries_for(cast, clerk, at(cast, f"transcript?recording={each.id}")) for each in made]
    assert costs[0] == costs[1]
