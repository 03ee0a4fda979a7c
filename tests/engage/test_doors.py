"""Who may come in: every route against every role, from the app's own table of routes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute

from comments.kiosk.actions import make_kiosk
from comments.kiosk.queries import running_kiosks
from comments.queue.actions import join_queue
from engage.app import create_app
from engage.settings import Settings
from meetings.floor.actions import make_place
from meetings.floor.models import CHAIR, ROOM
from meetings.floor.tracks import path_of
from meetings.models import Meeting
from tests import make
from tests.make import Cast
from transcripts.fetching.actions import ask_for
from transcripts.fetching.models import Fetch
from transcripts.models import Recording
from transcripts.queries import lines_of
from transcripts.rules import file_of
from transcripts.withholding.actions import withhold_span

ROLES = ("nobody", "resident", "stranger", "chair", "clerk", "admin")
"""`stranger` is the clerk of another body, `chair` the chair of the city's own."""
SIGN_IN, NOT_FOUND, IN = "sign-in", "not found", "in"
OUTSIDE = {"nobody": SIGN_IN, "resident": SIGN_IN, "stranger": NOT_FOUND}
EXPECTED = {
    "public": {role: IN for role in ROLES},
    "chair": OUTSIDE | {"chair": IN, "clerk": IN, "admin": IN},
    "clerk": OUTSIDE | {"chair": NOT_FOUND, "clerk": IN, "admin": IN},
    "admin": OUTSIDE | {"chair": NOT_FOUND, "clerk": NOT_FOUND, "admin": IN},
}


def routes(app: Starlette) -> Iterator[tuple[str, str, str]]:
    """Method, path and access of every route but the static files and the sockets (test_hub has those)."""
    for route in app.routes:
        if isinstance(route, Mount | WebSocketRoute):
            continue
        assert isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield method, route.path, route.endpoint.access  # type: ignore[attr-defined]


TABLE = sorted(routes(create_app(Settings())), key=lambda route: (route[2] != "public", route))
"""What is public first: the clerk ends the kiosk, and adjourns."""


def test_every_staff_path_is_for_staff_and_no_other_is() -> None:
    assert {access for _, path, access in TABLE if path.startswith("/clerk")} <= {"clerk", "admin"}
    assert {access for _, path, access in TABLE if path.startswith("/chair")} == {"chair"}
    others = {access for _, path, access in TABLE if not path.startswith(("/clerk", "/chair"))}
    assert others == {"public"}


def test_a_route_that_does_not_say_who_may_come_in_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    async def open_to_all(request: Any) -> None: ...

    monkeypatch.setattr("engage.health.pages.routes", [Route("/x", open_to_all)])
    with pytest.raises(RuntimeError, match="does not say who may come in"):
        create_app(settings)


def outcome(answer: Any) -> str:
    if answer.status_code == 303 and answer.headers["location"].startswith("/sign-in"):
        return SIGN_IN
    return NOT_FOUND if answer.status_code == 404 else IN


def one_of_each(cast: Cast, settings: Settings) -> dict[str, str]:
    """For each parameter of a path, something of this city's open meeting."""

    def work(db: Any) -> dict[str, str]:
        meeting = db.merge(cast.city.meeting)
        person = make.participant(db, meeting)
        recording = make.transcript(db, meeting, "Good evening.")
        member = make.council(db, meeting.body)[0]
        make.roll(db, meeting)
        meeting.carries_sound = True
        _, chairs_link = make_place(db, meeting, CHAIR, by=make.SYSTEM)
        return {
            "meeting_id": meeting.id,
            "member_id": member.id,
            "motion_id": make.motion(db, meeting).id,
            "recusal_id": make.recusal(db, meeting, member).id,
            "body_id": cast.city.body.id,
            "item_id": cast.city.item.id,
            "request_id": join_queue(db, meeting, None, person, by=person.actor, mode="remote").id,
            "comment_id": make.comment(db, meeting).id,
            "survey_id": make.survey(db, meeting).id,
            "recording_id": recording.id,
            "speaker_id": make.speaker(db, meeting).id,
            "line_id": lines_of(db, recording.id)[0].id,
            "file_id": "nofile",
            "fetch_id": fetched(db, meeting, recording).id,
            "file": "index.m3u8",
            "span_id": withhold_span(
                db, recording, 50_000, 51_000, reason="other", note="", by=cast.city.clerk.actor
            ).id,
            "disruption_id": make.disruption(db, meeting).id,
            "kiosk": make_kiosk(db, meeting, by=cast.city.clerk),
            "kiosk_id": running_kiosks(db, meeting.id)[0].id,
            "code": person.code,
            "place": chairs_link,
            "place_id": make_place(db, meeting, ROOM, by=make.SYSTEM)[0].id,
            "track_id": make.track(db, meeting).id,
            "seq": "1",
        }

    ids: dict[str, str] = cast.db.write_now(work)
    make.sound_file(file_of(settings, ids["recording_id"]))
    make.sound_file(path_of(settings, ids["track_id"]))
    return ids


def fetched(db: Any, meeting: Meeting, recording: Recording) -> Fetch:
    """One that has come: nobody is asked for it again."""
    address = "https://media.example.org/council.mp4"
    made = ask_for(db, meeting, address, language=None, publishes_itself=False, by=make.SYSTEM)
    made.recording_id = recording.id
    return made


@pytest.mark.parametrize("role", ROLES)
def test_the_matrix(cast: Cast, settings: Settings, role: str) -> None:
    client = cast.resident() if role in ("nobody", "resident") else cast.signed_in(role)
    if role == "resident":
        client.cookies.set(f"p_{cast.city.meeting.id}", "a token", path=f"/meetings/{cast.city.meeting.id}")
    ids = one_of_each(cast, settings)
    wrong = {}
    for method, path, access in TABLE:
        if path == "/sign-out" or "{file_id}" in path:
            continue
        url = PARAMETER.sub(lambda match: ids[match[1]], path)
        wanted = EXCEPT.get((path, role), EXPECTED[access][role])
        form = {"key": url, "request": ids["request_id"]} if method == "POST" else None
        got = outcome(client.request(method, url, data=form))
        if got != wanted:
            wrong[f"{method} {path}"] = f"{got}, not {wanted}"
    assert wrong == {}


PARAMETER = re.compile(r"{(\w+?)(?::\w+)?}")
EXCEPT = {
    **{(path, "stranger"): IN for path in ("/clerk", "/clerk/bodies", "/clerk/meetings/new", "/chair")},
    ("/clerk/glossary", "stranger"): IN,
    **{("/clerk/bodies/new", role): NOT_FOUND for role in ("clerk", "stranger")},
    **{
        (f"/meetings/{{meeting_id}}/requests/{{request_id}}{end}", role): NOT_FOUND
        for end in ("", "/stance", "/cession", "/words", "/withdrawal")
        for role in ROLES
    },
    **{
        (f"/meetings/{{meeting_id}}/minutes{end}", role): NOT_FOUND
        for end in ("", ".docx", ".pdf")
        for role in ROLES
    },
    **{("/metrics", role): NOT_FOUND for role in ROLES},
}
"""Staff pages that are about no one body; what only a clerk of every body may do; what is somebody's own;
what only this machine reads (test_metrics has who does)."""
