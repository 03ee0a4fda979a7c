"""The staff's pages of members."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from meetings.members.models import Member
from meetings.members.queries import all_members
from meetings.models import Body
from tests import make
from tests.make import Cast, send


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/clerk/bodies/{cast.city.body.id}/members"


def fill(cast: Cast, *names: str) -> list[str]:
    def work(db: Session) -> list[str]:
        return [each.id for each in make.council(db, db.merge(cast.city.body), *names)]

    ids: list[str] = cast.db.write_now(work)
    return ids


def roll(cast: Cast) -> list[Member]:
    found: list[Member] = cast.read(lambda db: all_members(db, cast.city.body.id))
    return found


def test_a_clerk_adds_and_changes_a_member(cast: Cast, at: str) -> None:
    clerk = cast.clerk
    assert "This body has no members yet." in clerk.get(at).text
    typed = {"name": " Ana  Ruiz ", "seat": "Mayor", "since": "2025-01-01", "chair": "yes", "voting": "yes"}
    answer = send(clerk, f"{at}/new", **typed)
    (ana,) = roll(cast)
    assert answer.headers["location"] == f"{at}?focus=edit-{ana.id}"
    assert (ana.name, ana.seat, ana.is_chair, ana.is_voting, ana.account_id) == (
        "Ana Ruiz", "Mayor", True, True, None,
    )  # fmt: skip
    page = clerk.get(f"{at}/{ana.id}").text
    assert 'value="Ana Ruiz"' in page
    assert 'value="2025-01-01"' in page
    assert send(clerk, f"{at}/{ana.id}", name="Ana Ruiz", seat="").status_code == 303
    (ana,) = roll(cast)
    assert (ana.seat, ana.is_chair, ana.is_voting) == ("", False, False)
    assert "Does not vote" in clerk.get(at).text


def test_a_member_may_sign_in_with_an_account_of_the_body(cast: Cast, at: str) -> None:
    clerk = cast.clerk
    page = clerk.get(f"{at}/new").text
    assert ">clerk</option>" in page
    assert ">other</option>" not in page
    typed = {"name": "Ana", "voting": "yes"}
    assert send(clerk, f"{at}/new", account=cast.city.clerk.id, **typed).status_code == 303
    assert roll(cast)[0].account_id == cast.city.clerk.id
    wrong = send(clerk, f"{at}/new", account=cast.city.stranger.id, **typed)
    assert (wrong.status_code, len(roll(cast))) == (422, 1)
    twice = send(clerk, f"{at}/new", account=cast.city.clerk.id, **typed)
    assert twice.status_code == 409
    assert "Another member signs in with this account" in twice.text


@pytest.mark.parametrize(
    ("field", "typed", "complaint"),
    [
        ("name", "", "Please fill this in."),
        ("since", "in spring", "Please give a day, such as 2026-11-30."),
        ("until", "1999-01-01", "The last day cannot be before the first."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_rest_stays(
    cast: Cast, at: str, field: str, typed: str, complaint: str
) -> None:
    given = {"name": "Ana", "seat": "Kept <seat>", "since": "2025-01-01", field: typed}
    answer = send(cast.clerk, f"{at}/new", **given)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert complaint in answer.text
    assert "Kept &lt;seat&gt;" in answer.text
    assert roll(cast) == []


def test_the_roll_is_moved_by_buttons_and_keeps_the_focus(cast: Cast, at: str) -> None:
    ids = fill(cast, "Ana", "Sam", "Lin")
    clerk = cast.clerk
    answer = clerk.post(f"{at}/{ids[2]}/move", data={"steps": "-1"})
    assert answer.headers["location"] == f"{at}?focus=up-{ids[2]}"
    assert [each.name for each in roll(cast)] == ["Ana", "Lin", "Sam"]
    assert (
        f'id="up-{ids[2]}" aria-label="Move up: Lin" autofocus' in clerk.get(answer.headers["location"]).text
    )


def test_a_seat_is_ended_with_its_last_day(cast: Cast, at: str) -> None:
    (ana,) = fill(cast, "Ana")
    clerk = cast.clerk
    assert send(clerk, f"{at}/{ana}/end", until="").status_code == 422
    assert send(clerk, f"{at}/{ana}/end", until="never").status_code == 422
    assert send(clerk, f"{at}/{ana}/end", until="2026-01-31").status_code == 303
    page = clerk.get(at).text
    assert "Former and future members" in page
    assert "until Jan 31, 2026" in page


def test_the_rules_of_voting_are_set_and_shown(cast: Cast, at: str) -> None:
    fill(cast)
    clerk = cast.clerk
    url = f"/clerk/bodies/{cast.city.body.id}/voting"
    assert send(clerk, url, seats="9", quorum="", majority="two_thirds").status_code == 303
    page = " ".join(clerk.get(at).text.split())
    for words in ("9 seats", "5 voting members", "Two thirds of the votes cast"):
        assert words in page
    for typed in ({"seats": "many"}, {"quorum": "0"}, {"majority": "any"}):
        given = {"seats": "9", "quorum": "5", "majority": "cast"} | typed
        assert send(clerk, url, **given).status_code == 422
    answer = send(clerk, url, seats="5", quorum="8", majority="cast")
    assert answer.status_code == 409
    assert 'value="8"' in answer.text
    body = cast.read(lambda db: db.scalars(select(Body).where(Body.id == cast.city.body.id)).one())
    assert (body.seats, body.quorum, body.majority) == (9, None, "two_thirds")


def test_the_members_of_another_body_are_not_here(cast: Cast, at: str) -> None:
    (ana,) = fill(cast, "Ana")
    stranger = cast.signed_in("stranger")
    assert stranger.get(at).status_code == 404
    elsewhere = f"/clerk/bodies/{cast.city.other_body.id}/members/{ana}"
    assert stranger.get(elsewhere).status_code == 404
    assert stranger.post(f"{elsewhere}/move", data={"steps": "1"}).status_code == 404


def test_the_list_costs_the_same_for_one_and_three(cast: Cast, at: str) -> None:
    clerk = cast.clerk
    fill(cast, "Ana")
    one = make.queries_for(cast, clerk, at)
    fill(cast, "Sam", "Lin")
    assert make.queries_for(cast, clerk, at) == one


def test_bodies_lead_to_their_members(cast: Cast, at: str) -> None:
    assert f'href="{at}"' in cast.clerk.get("/clerk/bodies").text
