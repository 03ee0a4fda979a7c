"""One's own request on its page: in favor or against, and giving one's time to somebody else."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from comments.queue.models import Request
from tests.comments.test_queue_pages import entries, join, my_request, rule
from tests.make import Cast, send


def own(cast: Cast, client: TestClient, rest: str = "") -> str:
    return f"/meetings/{cast.city.meeting.id}/requests/{my_request(cast, client)}{rest}"


def row(cast: Cast, request_id: str) -> Request:
    return cast.read(lambda db: db.get_one(Request, request_id))


def post(cast: Cast, client: TestClient, rest: str, **fields: str) -> Any:
    return client.post(own(cast, client, rest), data={"key": f"k{len(entries(cast))}", **fields})


def test_the_strip_leads_there_and_a_change_of_mind_is_saved(cast: Cast) -> None:
    resident = cast.resident()
    join(cast, resident, stance="support")
    url = own(cast, resident)
    assert f'href="{url}"' in resident.get(f"/meetings/{cast.city.meeting.id}/mine").text
    page = resident.get(url).text
    assert page.split('value="support"', 1)[1].split(">", 1)[0].strip() == "checked"
    assert post(cast, resident, "/stance", stance="oppose").status_code == 303
    assert row(cast, my_request(cast, resident)).stance == "oppose"
    assert entries(cast)[-1] == "request.stance_changed"


def test_an_answer_that_is_not_offered_is_said_so(cast: Cast) -> None:
    resident = cast.resident()
    join(cast, resident)
    answer = post(cast, resident, "/stance", stance="furious")
    assert (answer.status_code, "Please choose one of the answers." in answer.text) == (422, True)


def test_where_nobody_is_asked_there_is_no_form_and_sending_one_is_refused(cast: Cast) -> None:
    rule(cast, asks_stance=False)
    resident = cast.resident()
    join(cast, resident)
    assert 'name="stance"' not in resident.get(own(cast, resident)).text
    answer = post(cast, resident, "/stance", stance="oppose")
    assert (answer.status_code, "Nobody is asked here" in answer.text) == (409, True)


def test_time_is_given_to_somebody_on_the_same_list(cast: Cast) -> None:
    rule(cast, cede_most=1)
    ana, ben, cleo = (cast.resident() for _ in range(3))
    for client, name in ((ana, "Ana"), (ben, "Ben"), (cleo, "Cleo")):
        join(cast, client, name=name)
    url = own(cast, ben)
    page = ben.get(url).text
    assert ("1. Ana" in page, "3. Cleo" in page, ">2. Ben" in page) == (True, True, False)
    sent = send_cession(ben, url, to=my_request(cast, cleo))
    assert sent.status_code == 303
    assert (
        "You have given your time to somebody else." in ben.get(f"/meetings/{cast.city.meeting.id}/mine").text
    )
    assert row(cast, my_request(cast, cleo)).limit_s == 360
    assert entries(cast)[-1] == "request.ceded"
    assert "3. Cleo" not in ana.get(own(cast, ana)).text
    assert "Nobody on this list can be given more time." in ana.get(own(cast, ana)).text


def send_cession(client: TestClient, url: str, **fields: str) -> Any:
    key = client.get(url).text.split('name="key" value="', 1)[1].split('"', 1)[0]
    return client.post(f"{url}/cession", data={"key": f"{key}-cede", **fields})


@pytest.mark.parametrize("to", ["", "nobody"])
def test_to_whom_must_be_chosen_from_who_is_offered(cast: Cast, to: str) -> None:
    rule(cast, cede_most=1)
    ana, ben = cast.resident(), cast.resident()
    join(cast, ana)
    join(cast, ben, name="Ben")
    answer = post(cast, ana, "/cession", to=to)
    assert (answer.status_code, "Please choose one of the answers." in answer.text) == (422, True)
    assert "request.ceded" not in entries(cast)


def test_hidden_names_are_not_shown_to_who_gives_their_time(cast: Cast) -> None:
    rule(cast, cede_most=1, shows_names=False)
    ana, ben = cast.resident(), cast.resident()
    join(cast, ana)
    join(cast, ben, name="Ben Hidden")
    page = ana.get(own(cast, ana)).text
    assert ("Ben Hidden" in page, "2. Somebody who waits" in page) == (False, True)


@pytest.mark.parametrize("rest", ["", "/stance", "/cession"])
def test_nobody_finds_somebody_elses_request(cast: Cast, rest: str) -> None:
    ana, ben = cast.resident(), cast.resident()
    join(cast, ana)
    join(cast, ben, name="Ben")
    before = entries(cast)
    url = own(cast, ana, rest)
    answer = ben.post(url, data={"key": "k", "stance": "oppose"}) if rest else ben.get(url)
    assert (answer.status_code, entries(cast)) == (404, before)


def test_a_request_that_is_over_says_so_and_takes_no_change(cast: Cast) -> None:
    resident = cast.resident()
    join(cast, resident)
    send_withdrawal = resident.post(own(cast, resident, "/withdrawal"), data={"key": "w"})
    assert send_withdrawal.status_code == 303
    assert "This request is already over." in resident.get(own(cast, resident)).text
    assert post(cast, resident, "/stance", stance="oppose").status_code == 409


def test_the_page_is_kept_by_nobody(cast: Cast) -> None:
    resident = cast.resident()
    send(resident, f"/meetings/{cast.city.meeting.id}/items/general/request", name="Ana", mode="remote")
    assert resident.get(own(cast, resident)).headers["cache-control"] == "no-store"
