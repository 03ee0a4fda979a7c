"""The clerk's page of those who speak in a meeting: how long, what they sound like, and who they are."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import NotFound, back, new_form, reads, staff, writes
from engage.forms import Form
from engage.people import Participant, Refused
from engage.render import page
from meetings.desk import clerks
from meetings.members.queries import members_of
from meetings.models import Meeting
from transcripts.attribution.actions import join_speakers, name_speaker
from transcripts.attribution.models import DAIS, Speaker
from transcripts.models import Line, Recording

LONGEST_NAME = 80
SAMPLE_MS = 6000
"""A sample is the first line of this length or more, or else the longest."""


class Sample(NamedTuple):
    recording_id: str
    start_ms: int
    end_ms: int
    text: str

    @property
    def length(self) -> int:
        return self.end_ms - self.start_ms


class Spoken(NamedTuple):
    """What one says in all recordings of a meeting."""

    ms: int
    lines: int
    sample: Sample


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    return speakers_page(request, db, clerks(request, db), new_form(request))


def speakers_page(
    request: Request, db: Session, meeting: Meeting, form: Form, *, status: int = 200, wrong: str = ""
) -> Response:
    """`wrong` is the speaker whose `form` was not good."""
    said = spoken(db, meeting.id)
    shown = [each for each in speakers(db, meeting.id) if each.id in said]
    shown.sort(key=lambda each: (bool(each.public_name), is_crowd(each), -said[each.id].ms, each.id))
    return page(
        request, "transcripts/speakers.html", status=status, meeting=meeting, form=form, wrong=wrong,
        speakers=shown, persons=[each for each in shown if not is_crowd(each)], said=said,
        names=known_names(db, meeting), is_crowd=is_crowd, key=form.value("key"),
    )  # fmt: skip


def speakers(db: Session, meeting_id: str) -> list[Speaker]:
    """Everybody in the meeting's recordings; those who were made one with another are left out."""
    found = select(Speaker).where(Speaker.meeting_id == meeting_id, Speaker.same_as_id.is_(None))
    return list(db.scalars(found.order_by(Speaker.number, Speaker.id)))


def is_crowd(speaker: Speaker) -> bool:
    """The dais as a whole: several people, who have no name together."""
    return speaker.kind == DAIS and not speaker.number


def spoken(db: Session, meeting_id: str) -> dict[str, Spoken]:
    """By speaker."""
    lines = (
        select(Line.speaker_id, Line.recording_id, Line.start_ms, Line.end_ms, Line.text)
        .join(Recording, Recording.id == Line.recording_id)
        .where(Recording.meeting_id == meeting_id, Line.speaker_id.is_not(None), Line.text != "")
        .order_by(Line.recording_id, Line.place)
    )
    found: dict[str, list[Sample]] = {}
    for row in db.execute(lines):
        found.setdefault(row.speaker_id or "", []).append(
            Sample(row.recording_id, row.start_ms, row.end_ms, row.text)
        )
    return {
        speaker: Spoken(sum(each.length for each in said), len(said), sample_of(said))
        for speaker, said in found.items()
    }


def sample_of(said: list[Sample]) -> Sample:
    return next((each for each in said if each.length >= SAMPLE_MS), max(said, key=lambda each: each.length))


def known_names(db: Session, meeting: Meeting) -> list[str]:
    """Of the members of that day and of those who took part."""
    people = db.scalars(select(Participant.name).where(Participant.meeting_id == meeting.id))
    members = members_of(db, meeting.body_id, meeting.starts_at.date())
    return tidy([*(member.name for member in members), *people])


def tidy(names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name]


def speaker_of(db: Session, meeting: Meeting, speaker_id: str) -> Speaker:
    speaker = db.get(Speaker, speaker_id)
    if speaker is None or speaker.meeting_id != meeting.id:
        raise NotFound
    return speaker


@writes("clerk")
def name(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    speaker = speaker_of(db, meeting, request.path_params["speaker_id"])
    given = form.text("name", most=LONGEST_NAME)
    if form.is_wrong:
        return speakers_page(request, db, meeting, form, status=422, wrong=speaker.id)
    name_speaker(db, speaker, given, by=staff(request).actor)
    return to_speakers(meeting)


@writes("clerk")
def join(request: Request, db: Session, form: Form) -> Response:
    """Both are the same person: the one of the address is the chosen one from now on."""
    meeting = clerks(request, db)
    speaker = speaker_of(db, meeting, request.path_params["speaker_id"])
    others = {
        each.id: each for each in speakers(db, meeting.id) if each.id != speaker.id and not is_crowd(each)
    }
    chosen = form.choice("other", others)
    if form.is_wrong:
        return speakers_page(request, db, meeting, form, status=422, wrong=speaker.id)
    try:
        join_speakers(db, speaker, others[chosen], by=staff(request).actor)
    except Refused as refusal:
        form.say("", refusal.message, **refusal.values)
        return speakers_page(request, db, meeting, form, status=409)
    return to_speakers(meeting)


def to_speakers(meeting: Meeting) -> Response:
    return back(f"/clerk/meetings/{meeting.id}/speakers")


AT = "/clerk/meetings/{meeting_id}/speakers"
routes = [
    Route(AT, show),
    Route(f"{AT}/{{speaker_id}}/name", name, methods=["POST"]),
    Route(f"{AT}/{{speaker_id}}/joining", join, methods=["POST"]),
]
