"""A resident at the queue, through the real app."""

from tests.make import Cast, kinds, send


def join(cast, client, **fields):
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/request"
    return send(client, url, **{"name": "Ana", "mode": "remote"} | fields)


def test_joining_shows_the_place_and_withdrawing_gives_it_up(cast: Cast) -> None:
    resident = cast.resident()
    assert join(cast, resident).status_code == 303
    page = resident.get(f"/meetings/{cast.city.meeting.id}")
    assert "You are next." in page.text
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id))[-2:] == [
        "participant.named",
        "request.joined",
    ]
