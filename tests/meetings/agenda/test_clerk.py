"""The builder through the real app, as a browser without JavaScript uses it."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from meetings import queries
from meetings.agenda.queries import lines
from tests.make import Cast, kinds, send


def at(cast: Cast, path: str = "", meeting_id: str = "") -> str:
    return f"/clerk/meetings/{meeting_id or cast.city.draft.id}/agenda{path}"


def drawn(cast: Cast, meeting_id: str = "") -> list[str]:
    """Number and title, indented by level."""
    meeting_id = meeting_id or cast.city.draft.id

    def read(db: Any) -> list[str]:
        items = {item.id: item for item in queries.flat(queries.agenda(db, meeting_id))}
        return [
            "  " * line.level + f"{items[line.id].number} {items[line.id].title}".strip()
            for line in lines(db, meeting_id)
        ]

    found: list[str] = cast.read(read)
    return found


def add(cast: Cast, client: TestClient, title: str, **over: str) -> str:
    """The id of the item that was added."""
    before = ids(cast)
    answer = send(client, at(cast), **{"title_en": title, "kind": "item"} | over)
    assert answer.status_code == 303, answer.text
    (made,) = set(ids(cast)) - set(before)
    return made


def ids(cast: Cast) -> list[str]:
    found: list[str] = cast.read(lambda db: [line.id for line in lines(db, cast.city.draft.id)])
    return found


def publish(cast: Cast, client: TestClient) -> None:
    url = f"/clerk/meetings/{cast.city.draft.id}/publication"
    assert send(client, url).status_code == 303


def press(client: TestClient, page: str, label: str) -> Any:
    """Send the small form whose button has this label, as it stands on the page."""
    form = next(form for form in page.split("<form ") if f'aria-label="{label}"' in form)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    action = form.split('action="', 1)[1].split('"', 1)[0]
    return client.post(action, data=fields)


def test_an_agenda_is_built_item_by_item(cast: Cast) -> None:
    clerk = cast.clerk
    assert "This meeting has no agenda yet." in clerk.get(at(cast)).text
    first = add(cast, clerk, "Call to order", minutes="5")
    add(cast, clerk, "Business", kind="section")
    add(cast, clerk, "Bike lane", description_en="Yes?", title_es="Carril", description_es="¿Sí?")
    add(cast, clerk, "Roll call", after=first, under="yes")
    add(cast, clerk, "Consent calendar", kind="consent", after=first)
    assert drawn(cast) == [
        "1 Call to order",
        "  1.1 Roll call",
        "2 Consent calendar",
        "Business",
        "3 Bike lane",
    ]
    page = clerk.get(at(cast)).text
    assert ("5 minutes" in page, "Español" in page) == (True, True)


def test_the_public_reads_each_item_in_its_language(cast: Cast) -> None:
    clerk = cast.clerk
    add(cast, clerk, "Bike lane", description_en="Yes?", title_es="Carril")
    publish(cast, clerk)
    url = f"/meetings/{cast.city.draft.id}"
    english, spanish = (cast.resident().get(f"{url}?lang={lang}").text for lang in ("en", "es"))
    assert ('lang="en" dir="auto">Bike lane</h3>' in english, "Carril" in english) == (True, False)
    assert 'lang="es" dir="auto">Carril</h3>' in spanish
    assert '<div lang="en" dir="auto"><p>Yes?</p></div>' in spanish


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"title_en": ""}, "Please fill this in."),
        ({"title_en": "\u202e\x00 "}, "Please fill this in."),
        ({"title_en": "x" * 10_000}, "10000 characters long"),
        ({"title_en": "ok", "kind": "song"}, "Please choose one of the answers."),
        ({"title_en": "ok", "minutes": "soon"}, "whole number from 1 to 600"),
        ({"title_en": "ok", "minutes": "0"}, "whole number from 1 to 600"),
        ({"title_en": "ok", "description_es": "solo"}, "Please give a title in this language, too."),
        ({"title_en": "ok", "after": "unknown"}, "Please choose one of the answers."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(cast: Cast, fields: dict[str, str], complaint: str) -> None:
    answer = send(cast.clerk, at(cast), **{"kind": "item", "description_en": "Kept <b>"} | fields)
    assert answer.status_code == 422
    assert complaint in answer.text
    assert "Kept &lt;b&gt;" in answer.text
    assert drawn(cast) == []


def test_a_title_from_right_to_left(cast: Cast) -> None:
    clerk = cast.clerk
    add(cast, clerk, "الميزانية")
    assert 'dir="auto">الميزانية' in clerk.get(at(cast)).text


def test_a_place_that_cannot_be_keeps_what_was_typed(cast: Cast) -> None:
    clerk = cast.clerk
    heading = add(cast, clerk, "Business", kind="section")
    answer = send(clerk, at(cast), title_en="Under it", kind="item", after=heading, under="yes")
    assert answer.status_code == 409
    assert ("There can be no such item" in answer.text, "Under it" in answer.text) == (True, True)


def test_a_form_sent_twice_adds_one_item(cast: Cast) -> None:
    clerk = cast.clerk
    page = clerk.get(at(cast)).text
    key = page.split('name="key" value="', 1)[1].split('"', 1)[0]
    for _ in range(2):
        answer = clerk.post(at(cast), data={"key": key, "title_en": "Once", "kind": "item"})
        assert answer.status_code == 303
    assert drawn(cast) == ["1 Once"]


def test_items_are_moved_by_buttons(cast: Cast) -> None:
    clerk = cast.clerk
    for title in ("a", "b", "c"):
        add(cast, clerk, title)
    page = clerk.get(at(cast)).text
    moved = press(clerk, page, "Move 3 up")
    assert moved.status_code == 303
    page = clerk.get(moved.headers["location"]).text
    assert re.search(r'aria-label="Move 2 up"[^>]* autofocus', page)
    assert drawn(cast) == ["1 a", "2 c", "3 b"]
    assert press(clerk, page, "Put 3 under the one before").status_code == 303
    assert drawn(cast) == ["1 a", "2 c", "  2.1 b"]
    page = clerk.get(at(cast)).text
    assert press(clerk, page, "Put 2.1 one level out").status_code == 303
    assert press(clerk, page, "Put 2.1 one level out").status_code == 303  # pressed twice, moved once
    assert drawn(cast) == ["1 a", "2 c", "3 b"]
    assert press(clerk, clerk.get(at(cast)).text, "Move 1 down").status_code == 303
    assert drawn(cast) == ["1 c", "2 a", "3 b"]


def test_items_are_moved_by_dragging(cast: Cast) -> None:
    clerk = cast.clerk
    a, _, c = (add(cast, clerk, title) for title in ("a", "b", "c"))
    assert clerk.post(at(cast, f"/{c}/move"), data={"how": "before", "before": a}).status_code == 303
    assert drawn(cast) == ["1 c", "2 a", "3 b"]
    assert clerk.post(at(cast, f"/{c}/move"), data={"how": "before", "before": ""}).status_code == 303
    assert drawn(cast) == ["1 a", "2 b", "3 c"]
    foreign = cast.city.item.id
    for fields in ({"how": "before", "before": foreign}, {"how": "before", "before": "unknown"}):
        assert clerk.post(at(cast, f"/{c}/move"), data=fields).status_code == 404
    assert clerk.post(at(cast, f"/{c}/move"), data={"how": "sideways"}).status_code == 303
    assert drawn(cast) == ["1 a", "2 b", "3 c"]


def test_an_item_is_edited(cast: Cast) -> None:
    clerk = cast.clerk
    item = add(cast, clerk, "Bike lane", description_en="Old words")
    url = at(cast, f"/{item}")
    page = clerk.get(url).text
    assert ("Old words" in page, 'value="Bike lane"' in page) == (True, True)
    seen = page.split('name="seen" value="', 1)[1].split('"', 1)[0]
    answer = send(clerk, url, seen=seen, title_en="Bike lane on Elm Street", kind="item", minutes="10")
    assert (answer.status_code, drawn(cast)) == (303, ["1 Bike lane on Elm Street"])


def test_two_clerks_on_one_item_lose_nothing(cast: Cast) -> None:
    clerk, admin = cast.clerk, cast.signed_in("admin")
    item = add(cast, clerk, "Bike lane")
    url = at(cast, f"/{item}")
    seen = clerk.get(url).text.split('name="seen" value="', 1)[1].split('"', 1)[0]
    assert send(admin, url, seen=seen, title_en="Theirs", kind="item").status_code == 303
    conflict = send(clerk, url, seen=seen, title_en="Mine", kind="item")
    assert conflict.status_code == 409
    assert ("Someone else changed this" in conflict.text, "Theirs" in conflict.text) == (True, True)
    assert 'value="Mine"' in conflict.text
    assert drawn(cast) == ["1 Theirs"]
    again = conflict.text.split('name="seen" value="', 1)[1].split('"', 1)[0]
    assert send(clerk, url, seen=again, title_en="Mine", kind="item").status_code == 303
    assert drawn(cast) == ["1 Mine"]


def test_a_kind_that_cannot_be_is_refused_beside_its_field(cast: Cast) -> None:
    clerk = cast.clerk
    first = add(cast, clerk, "a")
    add(cast, clerk, "b", after=first, under="yes")
    url = at(cast, f"/{first}")
    seen = clerk.get(url).text.split('name="seen" value="', 1)[1].split('"', 1)[0]
    answer = send(clerk, url, seen=seen, title_en="Heading", kind="section")
    assert answer.status_code == 409
    assert 'id="f-kind-error"' in answer.text
    assert 'value="Heading"' in answer.text
    assert drawn(cast) == ["1 a", "  1.1 b"]


def test_a_draft_item_is_deleted_after_a_question(cast: Cast) -> None:
    clerk = cast.clerk
    first = add(cast, clerk, "a")
    add(cast, clerk, "Under it", after=first, under="yes")
    url = at(cast, f"/{first}/removal")
    assert "Under it" in clerk.get(url).text
    assert send(clerk, url).status_code == 303
    assert drawn(cast) == []
    assert clerk.get(url).status_code == 404


def test_after_publication_an_item_is_withdrawn_and_put_back(cast: Cast) -> None:
    clerk = cast.clerk
    item = add(cast, clerk, "Bike lane")
    publish(cast, clerk)
    assert send(clerk, at(cast, f"/{item}/withdrawal"), note="Not <ready>.").status_code == 303
    public = f"/meetings/{cast.city.draft.id}"
    page = cast.anyone.get(public).text
    assert ("badge-withdrawn" in page, "Not &lt;ready&gt;." in page) == (True, True)
    assert f"/items/{item}/request" not in page
    assert press(clerk, clerk.get(at(cast)).text, "Put 1 back").status_code == 303
    assert "badge-withdrawn" not in cast.anyone.get(public).text
    assert clerk.post(at(cast, f"/{item}/removal"), data={}).status_code == 409


def test_after_publication_a_new_item_gets_a_letter_and_a_mark(cast: Cast) -> None:
    clerk = cast.clerk
    first = add(cast, clerk, "a")
    add(cast, clerk, "b")
    publish(cast, clerk)
    add(cast, clerk, "between", after=first)
    assert drawn(cast) == ["1 a", "1a between", "2 b"]
    page = cast.anyone.get(f"/meetings/{cast.city.draft.id}").text
    assert page.count("Added since publication") == 1
    assert "Put 1a under the one before" not in clerk.get(at(cast)).text
    assert cast.read(lambda db: kinds(db, cast.city.draft.id))[-1] == "item.added"


@pytest.mark.parametrize("path", ["", "/removal", "/withdrawal", "/files"])
def test_an_item_of_another_meeting_is_not_here(cast: Cast, path: str) -> None:
    clerk = cast.clerk
    for item in (cast.city.item.id, "unknown"):
        assert clerk.get(at(cast, f"/{item}{path}")).status_code == 404
    assert clerk.get(at(cast, f"/{cast.city.item.id}{path}", cast.city.meeting.id)).status_code == 200
    assert cast.signed_in("stranger").get(at(cast, "", cast.city.meeting.id)).status_code == 404
