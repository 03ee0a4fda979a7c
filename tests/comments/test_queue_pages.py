"""A resident at the queue, through the real app."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from comments.queue.models import MODES
from tests.make import Cast, kinds, send


def join(cast: Cast, client: TestClient, **fields: str) -> Any:
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/request"
    return send(client, url, **{"name": "Ana", "mode": "remote"} | fields)


def room(cast: Cast, client: TestClient) -> str:
    return client.get(f"/meetings/{cast.city.meeting.id}").text


def my_request(cast: Cast, client: TestClient) -> str:
    strip = client.get(f"/meetings/{cast.city.meeting.id}/mine").text
    return strip.split('data-ids="', 1)[1].split('"', 1)[0].split()[0]


def entries(cast: Cast) -> list[str]:
    return cast.read(lambda db: kinds(db, cast.city.meeting.id))  # type: ignore[no-any-return]


def test_joining_shows_the_place_and_withdrawing_gives_it_up(cast: Cast) -> None:
    resident = cast.resident()
    assert join(cast, resident).status_code == 303
    assert "You are next." in room(cast, resident)

    url = f"/meetings/{cast.city.meeting.id}/requests/{my_request(cast, resident)}/withdrawal"
    assert resident.post(url, data={"key": "k"}).status_code == 303
    assert "You are next." not in room(cast, resident)
    assert entries(cast)[-3:] == ["participant.named", "request.joined", "request.withdrawn"]


def test_a_name_is_voluntary_and_the_page_says_so(cast: Cast) -> None:
    resident = cast.resident()
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/request"
    assert "A name is voluntary, an alias is fine." in resident.get(url).text
    assert join(cast, resident, name="").status_code == 303
    assert "A person without a name" in room(cast, cast.anyone)


def test_a_form_sent_twice_counts_once(cast: Cast) -> None:
    resident = cast.resident()
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/request"
    page = resident.get(url).text
    data = {"key": page.split('name="key" value="', 1)[1].split('"', 1)[0], "name": "Ana", "mode": "remote"}

    answers = [resident.post(url, data=data) for _ in range(3)]

    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {
        (303, f"/meetings/{cast.city.meeting.id}#mine")
    }
    assert entries(cast).count("request.joined") == 1


def test_a_second_wish_for_the_same_item_is_refused_with_everything_typed_kept(cast: Cast) -> None:
    resident = cast.resident()
    join(cast, resident)
    answer = join(cast, resident, name="Another name")
    assert answer.status_code == 409
    assert "You are already on the list for this item." in answer.text
    assert 'value="Another name"' in answer.text
    assert entries(cast)[-1] == "request.joined"


def test_a_closed_list_says_so_before_anybody_fills_in_a_form_and_after(cast: Cast) -> None:
    resident = cast.resident()
    cast.clerk.post(f"/clerk/meetings/{cast.city.meeting.id}/queue/closing")
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/request"
    assert "The list of speakers is closed." in resident.get(url).text
    answer = join(cast, resident, name="Too late")
    assert answer.status_code == 409
    assert 'value="Too late"' in answer.text
    assert "request.joined" not in entries(cast)


@pytest.mark.parametrize("name", ["x" * 81, "x" * 10_000])
def test_a_long_name_is_answered_beside_the_field(cast: Cast, name: str) -> None:
    answer = join(cast, cast.resident(), name=name)
    assert answer.status_code == 422
    assert f"This is {len(name)} characters long; at most 80 fit." in answer.text
    assert name in answer.text


@pytest.mark.parametrize(
    "name", ["שרה כהן", "محمد", "<script>alert(1)</script>", "{{ 7*7 }}", "a\u202eb\x00c"]
)
def test_any_script_is_a_name_and_none_is_run(cast: Cast, name: str) -> None:
    join(cast, cast.resident(), name=name)
    page = room(cast, cast.anyone)
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "<bdi>" in page


@pytest.mark.parametrize("mode", ["", "telepathy"])
def test_an_answer_that_is_not_offered_is_said_so(cast: Cast, mode: str) -> None:
    answer = join(cast, cast.resident(), mode=mode)
    assert answer.status_code == 422
    assert "Please choose one of the answers." in answer.text
    assert mode not in MODES


def test_a_return_code_brings_the_request_to_another_phone(cast: Cast) -> None:
    old, new = cast.resident(), cast.resident()
    join(cast, old)
    code = room(cast, old).split('class="code">', 1)[1].split("<", 1)[0]

    answer = send(new, f"/meetings/{cast.city.meeting.id}/return", code=f" {code.upper()} ")

    assert answer.status_code == 303
    assert "You are next." in room(cast, new)
    assert "You are next." not in room(cast, old)


def test_a_wrong_return_code_is_answered_beside_the_field(cast: Cast) -> None:
    answer = send(cast.resident(), f"/meetings/{cast.city.meeting.id}/return", code="nonsense")
    assert answer.status_code == 422
    assert "There is no request with this code" in answer.text


def test_nobody_withdraws_for_somebody_else(cast: Cast) -> None:
    ana, ben = cast.resident(), cast.resident()
    join(cast, ana)
    join(cast, ben, name="Ben")
    url = f"/meetings/{cast.city.meeting.id}/requests/{my_request(cast, ana)}/withdrawal"
    assert ben.post(url, data={"key": "k"}).status_code == 404
    assert "request.withdrawn" not in entries(cast)


@pytest.mark.parametrize("meeting", ["draft", "none"])
def test_hidden_and_absent_are_answered_alike(cast: Cast, meeting: str) -> None:
    meeting_id = cast.city.draft.id if meeting == "draft" else "nothinghere"
    answers = [
        cast.anyone.get(f"/meetings/{meeting_id}{rest}")
        for rest in ("", "/mine", "/return", "/items/general/request")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text.replace(meeting_id, "") for answer in answers[:1]}) == 1


def test_another_meetings_item_is_not_found_here(cast: Cast) -> None:
    url = f"/meetings/{cast.city.meeting.id}/items/nosuchitem/request"
    assert cast.anyone.get(url).status_code == 404
