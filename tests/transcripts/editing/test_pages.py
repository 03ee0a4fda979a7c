"""The editor, what it is told of changes, undoing, the review, the certification, the history."""

import re

from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from tests import make
from tests.make import Cast, kinds
from tests.transcripts.editing.test_lines import add, at, fields, line_now, texts
from transcripts.editing.actions import correct_line
from transcripts.editing.queries import progress
from transcripts.models import Line, Recording
from transcripts.withholding.models import WithheldSpan


def editor(cast: Cast, made: Recording, query: str = "") -> str:
    page = cast.clerk.get(at(cast, f"transcript?recording={made.id}{query}"))
    assert page.status_code == 200
    return page.text


def shown(page: str) -> list[str]:
    return re.findall(r'<li id="line-(\w+)"', page)


def post(client: TestClient, url: str, **sent: str) -> int:
    return int(client.post(url, data=sent).status_code)


def test_every_line_can_be_corrected_from_the_list(cast: Cast) -> None:
    made, lines = add(cast, "One.", "Two words here.", unsure="words")
    page = editor(cast, made)
    assert [f'href="{at(cast, "lines/" + line.id)}"' in page for line in lines] == [True, True]
    assert '<span class="unsure">words</span>' in page
    assert "autoplay" not in page and f'src="/recordings/{made.id}/media"' in page


def test_lines_are_chosen_by_their_doubt_their_review_and_their_words(cast: Cast) -> None:
    made, lines = add(cast, "One.", "Two words here.", "Three.", unsure="words")
    clerk = cast.clerk
    url = at(cast, f"lines/{lines[0].id}")
    clerk.post(url, data=fields(clerk, url))
    page = editor(cast, made)
    assert ("All: 3 lines" in page, "1 with uncertain words" in page, "2 not reviewed" in page) == (True,) * 3
    ids = [line.id for line in lines]
    for query, found in (
        ("", ids),
        ("&show=unsure", ids[1:2]),
        ("&show=unreviewed", ids[1:]),
        ("&q=THREE", ids[2:]),
        ("&q=e&show=unsure", ids[1:2]),
        ("&q=nowhere", []),
        ("&show=other", ids),
    ):
        assert shown(editor(cast, made, query)) == found
    assert "There is no such line." in editor(cast, made, "&q=nowhere")


def test_the_editor_shows_how_far_the_review_is_and_what_it_has_found(cast: Cast) -> None:
    made, lines = add(cast, "We voted for to two.", "Thank you.")
    assert "Machine-made, not reviewed" in editor(cast, made)
    clerk = cast.clerk
    url = at(cast, f"lines/{lines[0].id}")
    clerk.post(url, data=fields(clerk, url) | {"text": "We voted four to two."})
    page = editor(cast, made)
    assert "1 of 2 lines reviewed" in page
    assert '<progress max="2" value="1" aria-labelledby="reviewed-words">' in page
    assert "The machine got 20.0 % wrong of the 5 words compared so far." in page
    assert post(clerk, at(cast, f"recordings/{made.id}/review")) == 303
    assert "Reviewed by the clerk" in editor(cast, made)


def test_an_open_editor_is_given_the_lines_that_have_changed_and_no_others(cast: Cast) -> None:
    made, lines = add(cast, "One two.", "Three.", "Four.", "Five.")
    clerk = cast.clerk
    url = at(cast, f"lines/{lines[0].id}")
    answer = clerk.post(f"{url}/split", data=fields(clerk, url) | {"place": "4", "since": "0"})
    changes = answer.headers["location"]
    assert changes == at(cast, f"recordings/{made.id}/changes?since=0")
    page = clerk.get(changes).text
    second = [each for each in shown(page) if each != lines[0].id]
    assert (shown(page)[0], len(second), 'data-edit="1" data-gone=""' in page) == (lines[0].id, 1, True)
    assert f'data-line="{second[0]}" data-after="{lines[0].id}"' in page
    url = at(cast, f"lines/{lines[2].id}")
    clerk.post(f"{url}/joining", data=fields(clerk, url))
    page = clerk.get(at(cast, f"recordings/{made.id}/changes?since=1")).text
    assert (shown(page), f'data-edit="2" data-gone="{lines[3].id}"' in page) == ([lines[2].id], True)
    assert shown(clerk.get(at(cast, f"recordings/{made.id}/changes?since=2")).text) == []
    for since in ("", "x", "-1", "9" * 30):
        found = shown(clerk.get(at(cast, f"recordings/{made.id}/changes?since={since}")).text)
        assert len(found) == 3


def test_an_open_editor_is_told_in_place_what_stands_against_it(cast: Cast) -> None:
    _, [line] = add(cast, "As it was.")
    clerk = cast.clerk
    url = at(cast, f"lines/{line.id}")
    clerk.post(url, data=fields(clerk, url) | {"text": "As it is."})
    conflict = clerk.post(url, data={"text": "As I say.", "version": "1", "since": "0"})
    assert (conflict.status_code, "<html" in conflict.text) == (409, False)
    assert ('data-version="2"' in conflict.text, "<ins>I say.</ins>" in conflict.text) == (True, True)
    wrong = clerk.post(url, data={"text": "y" * 2001, "version": "2", "since": "0"})
    assert (wrong.status_code, "at most 2000 fit" in wrong.text, "<html" in wrong.text) == (422, True, False)


def test_two_who_undo_at_once_undo_one_edit(cast: Cast) -> None:
    made, lines = add(cast, "One.", "Two.")
    clerk = cast.clerk
    for line, text in zip(lines, ("Eins.", "Zwei."), strict=True):
        url = at(cast, f"lines/{line.id}")
        clerk.post(url, data=fields(clerk, url) | {"text": text})
    assert "Undo: Text changed, 0:03 (clerk)" in editor(cast, made)
    undoing = at(cast, f"recordings/{made.id}/undoing")
    assert (post(clerk, undoing, n="2"), post(cast.signed_in("admin"), undoing, n="2")) == (303, 409)
    assert texts(cast, made) == ["Eins.", "Two."]
    assert "Undo: Text changed, 0:00 (clerk)" in editor(cast, made)
    assert post(clerk, undoing, n="x") == 409


def test_certifying_closes_the_lines_and_taking_it_back_opens_them(cast: Cast) -> None:
    made, [line] = add(cast, "Said.")
    clerk = cast.clerk
    url, certification = at(cast, f"lines/{line.id}"), at(cast, f"recordings/{made.id}/certification")
    opened = fields(clerk, url)
    back = at(cast, f"transcript?recording={made.id}")
    assert clerk.post(certification).headers["location"] == back
    page = clerk.get(back).text
    assert ("The lines cannot be changed." in page, "editor.js" in page) == (True, False)
    refused = clerk.post(url, data=opened | {"text": "Otherwise."})
    assert (refused.status_code, "The transcript is certified." in refused.text) == (409, True)
    assert 'name="text"' not in clerk.get(url).text
    assert clerk.post(f"{certification}/withdrawal").status_code == 303
    assert clerk.post(url, data=opened | {"text": "Otherwise."}).status_code == 303
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id))[-3:] == [
        "transcript.certified",
        "transcript.uncertified",
        "line.edited",
    ]


def test_the_history_names_every_edit_with_its_author_and_shows_what_was_undone(cast: Cast) -> None:
    made, lines = add(cast, "One two.", "Three.")
    clerk, admin = cast.clerk, cast.signed_in("admin")
    url = at(cast, f"lines/{lines[0].id}")
    clerk.post(url, data=fields(clerk, url) | {"text": "One two!", "name": "Ana Ruiz"})
    admin.post(f"{url}/split", data=fields(admin, url) | {"place": "4"})
    post(admin, at(cast, f"recordings/{made.id}/undoing"), n="2")
    post(clerk, at(cast, f"recordings/{made.id}/review"))
    page = clerk.get(at(cast, f"recordings/{made.id}/edits")).text
    assert re.findall(r'<li id="edit-(\d+)"', page) == ["4", "3", "2", "1"]
    assert re.findall(r"<b>([\w ]+)</b>", page) == ["Reviewed", "Undone", "Line split", "Text changed"]
    assert page.count('<span class="badge badge-withdrawn">Undone</span>') == 1
    assert "<del>One two.</del> <ins>One two!</ins>" in page
    assert "<del>Speaker not known</del> <ins><bdi>Ana Ruiz</bdi></ins>" in page
    assert re.findall(r'name="n" value="(\d+)"', page) == ["4", "1"]
    assert re.findall(r"(clerk|admin), \w+ \d+, \d+", page) == ["clerk", "admin", "admin", "clerk"]


def test_a_long_history_has_pages(cast: Cast) -> None:
    made, [line] = add(cast, "Said.")

    def edit_often(db: Session) -> None:
        from_db = db.get_one(Line, line.id)
        for n in range(1, 103):
            correct_line(db, db.get_one(Recording, made.id), from_db, f"Text {n}.", version=n, by="account:a")

    cast.db.write_now(edit_often)
    first = cast.clerk.get(at(cast, f"recordings/{made.id}/edits")).text
    assert f'href="{at(cast, f"recordings/{made.id}/edits?before=3")}"' in first
    rest = cast.clerk.get(at(cast, f"recordings/{made.id}/edits?before=3")).text
    assert (re.findall(r'<li id="edit-(\d+)"', rest), 'rel="next"' in rest) == (["2", "1"], False)


def test_staff_see_withheld_lines_and_that_they_are(cast: Cast) -> None:
    made, lines = add(cast, "Open.", "Closed.")

    def withhold(db: Session) -> None:
        span = {"recording_id": made.id, "start_ms": 3000, "end_ms": 4000, "reason": "privacy"}
        db.add(WithheldSpan(**span, salt="s", by="account:a", at=made.added_at))

    cast.db.write_now(withhold)
    page = editor(cast, made)
    assert (shown(page), page.count(">Withheld<")) == ([line.id for line in lines], 1)


def test_nobody_else_sees_the_editor_or_acts_on_the_transcript(cast: Cast) -> None:
    made, [line] = add(cast, "Said.")
    one = at(cast, f"recordings/{made.id}")
    for client, status in ((cast.signed_in("stranger"), 404), (cast.resident(), 303)):
        for url in (at(cast, f"transcript?recording={made.id}"), f"{one}/changes", f"{one}/edits"):
            assert client.get(url).status_code == status
        for url in (f"{one}/review", f"{one}/undoing", f"{one}/certification"):
            assert post(client, url, n="1") == status
    assert cast.read(lambda db: progress(db, made.id)) == (0, 1)
    assert line_now(cast, line).text == "Said."


def test_a_transcript_without_lines_says_where_to_look(cast: Cast) -> None:
    assert "There are no lines yet." in cast.clerk.get(at(cast, "transcript")).text
    made = cast.db.write_now(lambda db: make.recording(db, cast.city.meeting))
    assert "There are no lines yet." in editor(cast, made)


def test_three_lines_cost_what_one_costs(cast: Cast) -> None:
    clerk = cast.clerk
    made = [add(cast, *["A line."] * count, sha256=str(count))[0] for count in (1, 3)]
    for page in ("transcript?recording={}", "recordings/{}/changes?since=0", "recordings/{}/edits"):
        costs = [make.queries_for(cast, clerk, at(cast, page.format(each.id))) for each in made]
        assert costs[0] == costs[1]
