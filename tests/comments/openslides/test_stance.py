"""In favor, against or neither: where it is asked, who says it, and until when."""

import pytest
from starlette.testclient import TestClient

from comments.queue import actions, listing, queries
from comments.queue.models import Request
from engage import record
from tests.comments.openslides.hall import CLERK, Hall
from tests.comments.openslides.street import act, ask, client_of, one, state, waiting
from tests.make import Cast, send

NOT_ASKED = "Nobody is asked here"
POINT = "neither in favor nor against"


def say(hall: Hall, request: Request, stance: str, *, by: str | None = None) -> None:
    by = by or request.participant.actor
    actions.change_stance(hall.db, hall.meeting, request, stance, by=by)


@pytest.mark.parametrize("stance", ["support", "oppose", "neutral"])
def test_a_stance_is_taken_with_the_request_and_changed_afterwards(hall: Hall, stance: str) -> None:
    with_it, without = hall.ask("Ana", stance=stance), hall.ask("Ben")
    say(hall, without, stance)
    assert (with_it.stance, without.stance) == (stance, stance)


@pytest.mark.parametrize("by", [None, CLERK])
@pytest.mark.parametrize("stance", ["support", "oppose", "neutral"])
def test_where_none_is_asked_nobody_gives_one(hall: Hall, stance: str, by: str | None) -> None:
    hall.rule(asks_stance=False)
    ana = hall.person("Ana")
    with hall.refused(NOT_ASKED):
        hall.ask(ana, stance=stance, by=by or ana.actor)
    waits = hall.ask(ana)
    with hall.refused(NOT_ASKED):
        say(hall, waits, stance, by=by)


@pytest.mark.parametrize("stance", ["support", "neutral"])
def test_a_stance_given_while_it_was_asked_stays_when_it_is_asked_no_more(hall: Hall, stance: str) -> None:
    waits = hall.ask("Ana", stance=stance)
    hall.rule(asks_stance=False)
    for cleared in ("", "neutral"):
        with hall.refused(NOT_ASKED):
            say(hall, waits, cleared)


@pytest.mark.parametrize("before", ["support", "oppose", "neutral"])
def test_a_stance_is_cleared(hall: Hall, before: str) -> None:
    waits = hall.ask("Ana", stance=before)
    say(hall, waits, "")
    assert waits.stance == ""


def test_the_same_stance_again_is_taken_and_changes_nothing(hall: Hall) -> None:
    waits = hall.ask("Ana", stance="support")
    before = hall.state()
    say(hall, waits, "support")
    assert hall.state() == before


def test_a_stance_is_changed_on_a_closed_list(hall: Hall) -> None:
    waits = hall.ask("Ana", stance="support")
    hall.close()
    listing.close_queue(hall.db, hall.meeting, by=CLERK)
    say(hall, waits, "oppose")
    assert waits.stance == "oppose"


def test_a_stance_is_changed_while_speaking_and_not_afterwards(hall: Hall) -> None:
    speaker = hall.speaker()
    say(hall, speaker, "support")
    assert (speaker.stance, speaker.state) == ("support", "speaking")
    hall.end(speaker)
    with hall.refused("The queue has moved on"):
        say(hall, speaker, "oppose")


@pytest.mark.parametrize("kind", ["point", "question", "answer", "intervention"])
def test_what_is_no_comment_has_no_stance(hall: Hall, kind: str) -> None:
    """Neither from the start nor later, neither waiting nor heard."""
    to = hall.add("Quin", "intervention") if kind == "answer" else None
    person = hall.person("Ana")
    with hall.refused(POINT):
        hall.add(person, kind, to, stance="support")
    one_of_them = hall.add(person, kind, to)
    with hall.refused("The queue has moved on"):
        say(hall, one_of_them, "support", by=CLERK)
    hall.hear(one_of_them)
    with hall.refused("The queue has moved on"):
        say(hall, one_of_them, "support", by=CLERK)


def test_a_point_of_order_beside_a_comment_with_a_stance_is_without_one(hall: Hall) -> None:
    ana = hall.person("Ana")
    comment = hall.ask(ana, stance="support")
    point = hall.add(ana, "point")
    assert (comment.stance, comment.kind, point.stance, point.kind) == ("support", "comment", "", "point")


def stance_url(cast: Cast, request_id: str) -> str:
    return f"/meetings/{cast.city.meeting.id}/requests/{request_id}/stance"


def mine(cast: Cast, client: TestClient) -> str:
    """The request of who has just asked."""
    strip = client.get(f"/meetings/{cast.city.meeting.id}/mine").text
    return strip.split('data-ids="', 1)[1].split('"', 1)[0]


def test_a_person_changes_the_stance_of_their_own_request_on_its_page(cast: Cast) -> None:
    ana = cast.resident()
    ask(cast, ana, stance="support")
    url = stance_url(cast, mine(cast, ana)).removesuffix("/stance")
    page = ana.get(url).text
    key = page.split('name="key" value="', 1)[1].split('"', 1)[0]
    assert ana.post(f"{url}/stance", data={"key": key, "stance": "oppose"}).status_code == 303
    assert one(cast, mine(cast, ana)).stance == "oppose"


@pytest.mark.parametrize("who", ["nobody", "resident", "stranger", "chair", "clerk"])
def test_nobody_else_says_what_a_person_thinks(cast: Cast, who: str) -> None:
    """The clerk neither; a mistake on a paper card is put right by adding it again."""
    ana = cast.resident()
    ask(cast, ana, stance="support")
    request_id, client = mine(cast, ana), client_of(cast, who)
    if who == "resident":
        ask(cast, client, name="Ben")
    before = state(cast)
    answer = client.post(stance_url(cast, request_id), data={"key": "k", "stance": "oppose"})
    assert answer.status_code == (409 if who == "nobody" else 404)
    assert state(cast) == before


def test_a_paper_card_with_the_wrong_stance_is_taken_back_and_added_again(cast: Cast) -> None:
    card = {"name": "Ana", "mode": "in_person", "item": "general"}
    act(cast, "clerk", "requests", **card, stance="oppose")
    added = cast.read(lambda db: record.numbered(db, cast.city.meeting.id, range(1, 99)))
    first = next(each.seq for each in added if each.kind == "participant.named")
    assert act(cast, "clerk", "undo", seq=str(first)).status_code == 303
    act(cast, "clerk", "requests", **card, stance="support")
    listed = cast.read(lambda db: queries.listed(db, cast.city.meeting.id))
    assert [(each.name, each.stance) for each in listed] == [("Ana", "support")]


def test_an_unknown_request_has_no_stance_to_change(cast: Cast) -> None:
    ana = cast.resident()
    ask(cast, ana, stance="support")
    waiting(cast, "Ben")
    before = state(cast)
    answer = ana.post(stance_url(cast, "unknown"), data={"key": "k", "stance": "oppose"})
    assert answer.status_code == 404
    assert state(cast) == before


def test_an_unknown_stance_is_refused_beside_the_field(cast: Cast) -> None:
    answer = send(
        cast.resident(),
        f"/meetings/{cast.city.meeting.id}/items/general/request",
        name="Ana",
        mode="remote",
        stance="furious",
    )
    assert answer.status_code == 422
    assert 'href="#f-stance"' in answer.text
