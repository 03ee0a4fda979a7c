"""Motions and votes at the console, through the real app."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from meetings.motions.models import Motion
from meetings.motions.queries import Decision, consent_calendars, motions_of
from tests import make
from tests.make import Cast, send


@pytest.fixture
def ids(cast: Cast) -> list[str]:
    """The council's, whose roll has been called; Joy Lee is absent."""

    def work(db: Session) -> list[str]:
        meeting = db.merge(cast.city.meeting)
        members = make.council(db, meeting.body)
        make.roll(db, meeting, "present", "present", "present", "present", "absent")
        return [member.id for member in members]

    made: list[str] = cast.db.write_now(work)
    return made


def act(cast: Cast, path: str, **fields: str) -> Any:
    return cast.clerk.post(f"/clerk/meetings/{cast.city.meeting.id}/{path}", data=fields)


def console(cast: Cast) -> str:
    page = cast.clerk.get(f"/clerk/meetings/{cast.city.meeting.id}/console")
    assert page.status_code == 200
    return " ".join(page.text.split())


def decisions(cast: Cast) -> list[Decision]:
    found: list[Decision] = cast.read(lambda db: motions_of(db, cast.city.meeting.id))
    return found


def last(cast: Cast) -> Motion:
    return decisions(cast)[-1].motion


def move(cast: Cast, ids: list[str], **over: str) -> Any:
    item = {"item": cast.city.item.id}
    return act(cast, "motions", **{**item, "kind": "main", "mover": ids[0], "seconder": ids[1], **over})


def votes(ids: list[str], *cast: str) -> dict[str, str]:
    given = dict(zip(ids, ("aye", "aye", "aye", "aye", "absent"), strict=True))
    return {f"vote-{member}": vote for member, vote in (given | dict(zip(ids, cast, strict=False))).items()}


def test_a_motion_and_its_vote_at_the_console(cast: Cast, ids: list[str]) -> None:
    act(cast, f"items/{cast.city.item.id}/call")
    assert 'placeholder="Approve item 1"' in console(cast)
    assert move(cast, ids).status_code == 303
    motion = last(cast)
    assert (motion.words, motion.state) == ("Approve item 1", "seconded")
    html = console(cast)
    assert html.count('data-key="v"') == 1
    assert html.split('id="open-vote"', 1)[1].startswith(' data-key="v"')
    assert act(cast, f"motions/{motion.id}/opening").status_code == 303
    html = console(cast)
    assert html.count('data-key="v"') == 1
    first = html.split(f'id="vote-{motion.id}-{ids[0]}-aye"', 1)[1].split(">", 1)[0]
    assert 'checked data-key="v"' in first
    absent = html.split(f'id="vote-{motion.id}-{ids[4]}-absent"', 1)[1].split(">", 1)[0]
    assert "checked" in absent
    assert act(cast, f"motions/{motion.id}/vote", seen="", **votes(ids, "nay")).status_code == 303
    assert "Carried, 3 to 1" in console(cast)
    again = act(cast, f"motions/{motion.id}/vote", seen="", **votes(ids))
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"mover": ""}, "Choose who moves."),
        ({"kind": "wish"}, "Choose a kind of motion."),
        ({"threshold": "most"}, "Choose a kind of motion."),
        ({"kind": "other", "words": " "}, "Write down the words of the motion."),
        ({"words": "x" * 4001}, "These words are too long: 4000 characters fit."),
        ({"seconder": "nobody"}, "Only a voting member who is present can move or second."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_happens(
    cast: Cast, ids: list[str], fields: dict[str, str], complaint: str
) -> None:
    answer = move(cast, ids, **fields)
    assert answer.status_code == 409
    assert complaint in answer.text
    assert decisions(cast) == []


def test_one_key_leads_through_every_state(cast: Cast, ids: list[str]) -> None:
    move(cast, ids, seconder="")
    main = last(cast)
    assert 'id="seconder-now" name="seconder" data-key="v"' in console(cast)
    assert act(cast, f"motions/{main.id}/second", seconder="").status_code == 409
    assert act(cast, f"motions/{main.id}/second", seconder=ids[1]).status_code == 303
    assert move(cast, ids, kind="amendment", words="Add: soon.").status_code == 303
    amendment = last(cast)
    assert "waits for what was moved after it" in console(cast)
    assert act(cast, f"motions/{amendment.id}/consent").status_code == 303
    html = console(cast)
    assert 'id="amended-words" name="words" rows="3" lang="en" data-key="v"' in html
    assert act(cast, f"motions/{amendment.id}/amended", words="").status_code == 409
    assert act(cast, f"motions/{amendment.id}/amended", words="Approve it soon.").status_code == 303
    assert 'id="open-vote" data-key="v"' in console(cast)
    assert last(cast).outcome == "Approve it soon."


def test_words_are_put_right_at_the_console(cast: Cast, ids: list[str]) -> None:
    move(cast, ids)
    assert 'id="reword-words"' in console(cast)
    act(cast, f"motions/{last(cast).id}/words", words="Approve it\r\nwith lamps.")
    assert last(cast).words == "Approve it\nwith lamps."


@pytest.mark.parametrize(("word", "state"), [("withdrawal", "withdrawn"), ("drop", "failed")])
def test_a_motion_ends_without_a_vote(cast: Cast, ids: list[str], word: str, state: str) -> None:
    move(cast, ids, seconder="")
    assert act(cast, f"motions/{last(cast).id}/{word}").status_code == 303
    assert last(cast).state == state


def test_a_vote_is_put_right_in_place_or_on_its_page(cast: Cast, ids: list[str]) -> None:
    move(cast, ids)
    motion = last(cast)
    act(cast, f"motions/{motion.id}/consent")
    act(cast, f"items/{cast.city.item.id}/call")
    (tally,) = decisions(cast)[0].tallies
    assert f'name="seen" value="{tally.vote.id}"' in console(cast)
    act(cast, f"items/{cast.city.second.id}/call")
    url = f"/clerk/meetings/{cast.city.meeting.id}/motions/{motion.id}/vote"
    assert f'href="{url}"' in console(cast)
    page = {"from": "page", "seen": tally.vote.id}
    wrong = send(cast.clerk, url, **page, **votes(ids, "nay", "nay", "nay", "nay", "nay"))
    assert wrong.status_code == 409
    assert "Joy Lee is not here" in wrong.text
    kept = wrong.text.split(f'id="vote-{ids[0]}-nay"', 1)[1].split(">", 1)[0]
    assert "checked" in kept
    assert send(cast.clerk, url, **page, **votes(ids, "nay", "nay", "nay")).status_code == 303
    assert last(cast).state == "failed"


def test_an_item_is_pulled_and_put_back_at_the_console(cast: Cast, ids: list[str]) -> None:
    def work(db: Session) -> tuple[str, str]:
        meeting = db.merge(cast.city.meeting)
        calendar = make.item(db, meeting, "Consent calendar", place=3, kind="consent")
        make.item(db, meeting, "Purchase", place=1, parent_id=calendar.id)
        return calendar.id, make.item(db, meeting, "Minutes", place=2, parent_id=calendar.id).id

    calendar, item = cast.db.write_now(work)
    act(cast, f"items/{calendar}/call")
    html = console(cast)
    assert f'id="pull-it-{calendar}"' in html
    assert 'value="consent" data-usual="Approve the consent calendar" selected' in html
    assert act(cast, "pulled", item=item, asked="nobody").status_code == 409
    assert act(cast, "pulled", item=item, asked=ids[2]).status_code == 303
    assert "taken out, asked for by Lin Marsh" in console(cast)
    assert "Decided alone" in cast.resident().get(f"/meetings/{cast.city.meeting.id}").text
    assert act(cast, f"items/{item}/put-back").status_code == 303
    (found,) = cast.read(lambda db: consent_calendars(db, cast.city.meeting.id))
    assert (len(found.together), found.pulled) == (2, [])


def test_motions_of_another_meeting_are_not_here(cast: Cast, ids: list[str]) -> None:
    move(cast, ids)
    other = f"/clerk/meetings/{cast.city.draft.id}/motions/{last(cast).id}"
    clerk = cast.clerk
    assert clerk.post(f"{other}/withdrawal").status_code == 404
    assert clerk.get(f"{other}/vote").status_code == 404


def test_ids_of_the_console_are_unique(cast: Cast, ids: list[str]) -> None:
    move(cast, ids)
    act(cast, f"motions/{last(cast).id}/consent")
    move(cast, ids, seconder="")
    html = console(cast)
    found = [part.split('"', 1)[0] for part in html.split(' id="')[1:]]
    assert sorted({each for each in found if found.count(each) > 1}) == []
