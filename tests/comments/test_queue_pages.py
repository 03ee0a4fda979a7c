"""A resident at the queue, through the real app."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from comments.queue import listing
from comments.queue.models import MODES
from comments.queue.rules import Rules
from engage import clock
from tests import make
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
    return cast.read(lambda db: kinds(db, cast.city.meeting.id))


def test_joining_shows_the_place_and_withdrawing_gives_it_up(cast: Cast) -> None:
    resident = cast.resident()
    assert join(cast, resident).status_code == 303
    assert "You are next." in room(cast, resident)

    url = f"/meetings/{cast.city.meeting.id}/requests/{my_request(cast, resident)}/withdrawal"
    assert resident.post(url, data={"key": "k"}).status_code == 303
    assert "You are next." not in room(cast, resident)
    assert "Your request is withdrawn." in room(cast, resident)
    assert entries(cast) == [
        "meeting.drafted", "meeting.published", "meeting.opened", "participant.named", "list.opened",
        "request.joined", "request.withdrawn",
    ]  # fmt: skip


def test_every_act_of_ones_own_is_confirmed_with_its_entrys_number_and_hash(cast: Cast) -> None:
    resident = cast.resident()
    join(cast, resident)
    for kind in ("request.joined", "request.withdrawn"):
        numbered = dict(enumerate(entries(cast), 1))
        (seq,) = [seq for seq, each in numbered.items() if each == kind]
        strip = resident.get(f"/meetings/{cast.city.meeting.id}/mine").text
        assert f"Entry {seq} of the record" in strip
        url, short = receipt(strip)
        page = cast.anyone.get(url).text
        assert (kind in page, my_request(cast, resident) in page) == (True, True)
        assert page.count(short) == 1
        withdrawal = f"/meetings/{cast.city.meeting.id}/requests/{my_request(cast, resident)}/withdrawal"
        resident.post(withdrawal, data={"key": "k"})


def receipt(strip: str) -> tuple[str, str]:
    """Its page, and the beginning of the hash."""
    part = strip.split('receipt"><a href="', 1)[1]
    return part.split('"', 1)[0], part.split("<code>", 1)[1].split("<", 1)[0]


def test_a_chain_of_receipts_can_be_recomputed_from_the_pages(cast: Cast) -> None:
    join(cast, cast.resident())
    hashes: list[list[str]] = []
    for seq in range(1, len(entries(cast)) + 1):
        page = cast.anyone.get(f"/meetings/{cast.city.meeting.id}/entries/{seq}").text
        hashes.append([part.split("<", 1)[0] for part in page.split('<code class="hash">')[1:]])
    assert [before for _, before in hashes[1:]] == [own for own, _ in hashes[:-1]]
    assert hashes[0][1] == "0" * 64


@pytest.mark.parametrize("seq", ["0", "99", "-1", "x"])
def test_an_entry_that_is_not_there_is_not_found(cast: Cast, seq: str) -> None:
    assert cast.anyone.get(f"/meetings/{cast.city.meeting.id}/entries/{seq}").status_code == 404
    assert cast.anyone.get(f"/meetings/{cast.city.draft.id}/entries/1").status_code == 404


def test_each_state_of_a_request_is_said_in_a_whole_sentence(cast: Cast) -> None:
    resident, clerk = cast.resident(), cast.clerk
    join(cast, cast.resident(), name="Zoe")
    join(cast, resident)
    mine, at = my_request(cast, resident), f"/clerk/meetings/{cast.city.meeting.id}"
    said = [say(cast, resident)]
    for path, fields in (
        (f"requests/{mine}/out-of-turn", {"act": "call"}),
        (f"requests/{mine}/start", {}),
        (f"requests/{mine}/pause", {}),
        (f"requests/{mine}/end", {}),
    ):
        assert clerk.post(f"{at}/{path}", data=fields).status_code == 303
        said.append(say(cast, resident))
    assert said == [
        "You are number 2 in the queue. About 1 to 3 minutes.",
        "You are called. Please speak now.",
        "You have the floor.",
        "You have the floor. The clock is paused.",
        "You have spoken. Thank you for taking part.",
    ]


def say(cast: Cast, client: TestClient) -> str:
    strip = client.get(f"/meetings/{cast.city.meeting.id}/mine").text
    return strip.split('data-say="', 1)[1].split('"', 1)[0].strip()


def rule(cast: Cast, **over: Any) -> None:
    rules = Rules(**over)
    cast.db.write_now(
        lambda db: listing.set_meeting_rules(db, db.merge(cast.city.meeting), rules, by="system")
    )


def test_the_rules_are_said_before_anybody_asks(cast: Cast) -> None:
    rule(cast, order="alternating", limit_s=90, total_s=1200, cut_off_min=None)
    page = cast.anyone.get(f"/meetings/{cast.city.meeting.id}/items/general/request").text
    assert "Each speaker has 1:30 minutes." in page
    assert "In favor and against in turn" in page
    assert "20 minutes for all speakers together" in page
    assert "shared equally between the room and remote speakers" in page


def test_nobody_is_asked_for_their_view_where_the_rules_say_so(cast: Cast) -> None:
    rule(cast, asks_stance=False)
    resident = cast.resident()
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/request"
    assert 'name="stance"' not in resident.get(url).text
    answer = join(cast, resident, stance="oppose")
    assert (answer.status_code, "Nobody is asked here" in answer.text) == (409, True)


def test_who_signs_up_before_the_meeting_has_no_place_yet_and_the_cut_off_is_said(cast: Cast) -> None:
    def announce(db: Session) -> str:
        meeting = make.meeting(
            db, db.merge(cast.city.body), state="published", starts_at=clock.now() + timedelta(minutes=90)
        )
        listing.set_meeting_rules(db, meeting, Rules(cut_off_min=60), by="system")
        return meeting.id

    meeting_id, resident = cast.db.write_now(announce), cast.resident()
    url = f"/meetings/{meeting_id}/items/general/request"
    assert "Sign-up ends 60 minutes before the meeting begins." in resident.get(url).text
    assert send(resident, url, name="Ana", mode="remote").status_code == 303
    strip = resident.get(f"/meetings/{meeting_id}/mine").text
    assert "You are signed up. Your place will be known when the list opens." in strip
    with clock.set_to(clock.now() + timedelta(minutes=31)):
        late = cast.resident()
        assert "The list of speakers is closed." in late.get(url).text
        assert send(late, url, name="Ben", mode="remote").status_code == 409


def test_the_names_of_who_waits_are_hidden_where_the_body_hides_them(cast: Cast) -> None:
    """Not from the clerk; and who has the floor is named to everyone."""
    rule(cast, shows_names=False)
    ana = cast.resident()
    join(cast, ana, name="Ana Hidden")
    join(cast, cast.resident(), name="Ben Hidden")
    assert "Hidden" not in room(cast, cast.anyone)
    assert room(cast, cast.anyone).count("Somebody who waits") == 2
    console = cast.clerk.get(f"/clerk/meetings/{cast.city.meeting.id}/console").text
    assert ("Ana Hidden" in console, "Ben Hidden" in console) == (True, True)
    call = {"act": "call", "reason": "chair"}
    url = f"/clerk/meetings/{cast.city.meeting.id}/requests/{my_request(cast, ana)}/out-of-turn"
    assert cast.clerk.post(url, data=call).status_code == 303
    assert ("Ana Hidden" in room(cast, cast.anyone), "Ben Hidden" in room(cast, cast.anyone)) == (True, False)


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
