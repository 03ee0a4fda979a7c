"""Plain factories: a small city, and clients for its cast."""

import asyncio
import hashlib
import time
import wave
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import get_ident
from typing import Any, Literal, TypeVar, cast

import av
import numpy as np
from sqlalchemy import select
from sqlalchemy.event import listen, remove
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.testclient import TestClient

from comments.queue.actions import join_queue
from comments.surveys import actions as survey_actions
from comments.surveys.drafting import QuestionDraft, SurveyDraft
from comments.surveys.models import MULTIPLE, SINGLE, TEXT, Survey
from comments.written import actions as written_actions
from comments.written.models import Comment
from engage import clock, people, record
from engage.db import Database, new_id
from engage.people import Participant
from meetings import actions
from meetings.disruption import actions as disruption_actions
from meetings.disruption.models import Disruption
from meetings.floor.models import Track
from meetings.members import attending
from meetings.members.actions import Seat, add_member
from meetings.members.models import Member, Recusal
from meetings.members.queries import all_members, attendance, present_members
from meetings.models import AgendaItem, AgendaText, Body, Meeting
from meetings.motions import actions as motion_actions
from meetings.motions import voting
from meetings.motions.models import SECONDED, Motion, Vote
from meetings.motions.queries import votes_on
from transcripts import actions as transcript_actions
from transcripts import finishing, lease, queue
from transcripts.actions import Stored
from transcripts.attribution.models import Speaker
from transcripts.audio import Window
from transcripts.lease import Job
from transcripts.models import Recording
from transcripts.sentences import Word
from transcripts.whisper import Heard, Segment

T = TypeVar("T")
PASSWORD = "a long password"
SYSTEM = "system"


def body(db: Session, name: str = "City Council") -> Body:
    return actions.create_body(db, name, by=SYSTEM)


def meeting(db: Session, of: Body, *, state: str = "open", **over: Any) -> Meeting:
    details: dict[str, Any] = {
        "title": "Regular meeting",
        "starts_at": clock.now(),
        "zone": "America/Los_Angeles",
    }
    made = actions.draft_meeting(db, of, by=SYSTEM, **details | over)
    if state != "draft":
        actions.publish_meeting(db, made, by=SYSTEM)
    if state in ("open", "recess", "adjourned"):
        actions.open_meeting(db, made, by=SYSTEM)
    if state == "recess":
        actions.recess_meeting(db, made, by=SYSTEM)
    if state == "adjourned":
        actions.adjourn_meeting(db, made, by=SYSTEM)
    return made


def item(db: Session, of: Meeting, title: str = "Bike lane", *, place: int = 1, **over: Any) -> AgendaItem:
    made = AgendaItem(id=new_id(), meeting_id=of.id, place=place, number=str(place), **over)
    made.texts = [AgendaText(lang=of.language, title=title, description="", salt=record.new_salt())]
    db.add(made)
    db.flush()
    return made


def participant(db: Session, of: Meeting, name: str = "Ana", token: str | None = None) -> Participant:
    return people.take_part(db, of.id, token, name=name)


def comment(
    db: Session, of: Meeting, on: AgendaItem | None = None, *, text: str = "Build it.", **over: Any
) -> Comment:
    person = over.pop("person", None) or people.take_part(db, of.id, None, name="")
    details = {"name": "Ana", "position": "none"} | over
    return written_actions.receive_comment(db, of, on, person, by=person.actor, text=text, **details)


QUESTIONS = (
    QuestionDraft(SINGLE, "Which evening suits you?", ("Monday", "Friday")),
    QuestionDraft(MULTIPLE, "What do you come for?", ("Books", "Films", "Warmth")),
    QuestionDraft(TEXT, "What is missing?"),
)


def survey(db: Session, of: Meeting, *, state: str = "open", **over: Any) -> Survey:
    """One question of each kind, unless `questions` says otherwise."""
    draft = SurveyDraft(**{"title": "Library hours", "questions": QUESTIONS} | over)
    made = survey_actions.draft_survey(db, of, draft, by=SYSTEM)
    if state != "draft":
        survey_actions.open_survey(db, of, made, by=SYSTEM)
    if state == "closed":
        survey_actions.close_survey(db, made, by=SYSTEM)
    return made


COUNCIL = ("Ana Ruiz", "Sam Okafor", "Lin Marsh", "Dev Patel", "Joy Lee")


def council(db: Session, of: Body, *names: str) -> list[Member]:
    """Members in the order of the roll, the first in the chair; five unless named."""
    mayor = None if all_members(db, of.id) else (names or COUNCIL)[0]
    seats = [
        Seat(name, "Mayor" if name == mayor else "", is_chair=name == mayor) for name in names or COUNCIL
    ]
    return [add_member(db, of, seat, by=SYSTEM) for seat in seats]


def roll(db: Session, of: Meeting, *states: str) -> None:
    """The roll is called; whose state is not given is present."""
    ids = [each.member.id for each in attendance(db, of.id).attendees]
    given = dict.fromkeys(ids, "present") | dict(zip(ids, states, strict=False))
    attending.call_roll(db, of, given, by=SYSTEM)


def recusal(db: Session, of: Meeting, member: Member, on: AgendaItem | None = None) -> Recusal:
    """The member steps aside on the item, or on a new one."""
    return attending.recuse(db, of, on or item(db, of, place=9), member, "other", by=SYSTEM)


def motion(
    db: Session, of: Meeting, on: AgendaItem | None = None, *, state: str = "voting", **over: Any
) -> Motion:
    """Moved by the first who is present, seconded by the next; the vote is open unless `state` says less."""
    first, second = (member.id for member in present_members(db, of.id)[:2])
    details = {"kind": "main", "words": "Build it.", "mover_id": first, "seconder_id": second} | over
    if state == "moved":
        details["seconder_id"] = None
    draft = motion_actions.Draft(item_id=on.id if on else None, **details)
    made = motion_actions.make_motion(db, of, draft, by=SYSTEM)
    if state not in ("moved", SECONDED):
        motion_actions.open_vote(db, of, made, by=SYSTEM)
    return made


def vote(db: Session, of: Meeting, on: Motion, *votes: str) -> Vote:
    """In the order of the roll; who is not given votes as expected (aye when present)."""
    expected = {member.id: each for member, each in voting.expected_votes(db, on)}
    before = votes_on(db, on)
    given = expected | dict(zip(expected, votes, strict=False))
    return voting.record_vote(db, of, on, given, by=SYSTEM, seen=before[-1].id if before else "")


def recording(db: Session, of: Meeting, *, language: str | None = None, **over: Any) -> Recording:
    """A published recording and its queued transcription; without a file."""
    facts = {"id": new_id(), "name": "council.mp3", "size": 1000, "sha256": "ab", "kind": "audio/mpeg"}
    stored = Stored(**{**facts, "duration_ms": 60_000, "has_picture": False, **over})
    made = transcript_actions.add_recording(db, of, stored, language=language, by=SYSTEM)
    made.published_at = clock.now()
    return made


def speaker(db: Session, of: Meeting, *, kind: str = "voice", number: int = 1, **over: Any) -> Speaker:
    made = Speaker(id=new_id(), meeting_id=of.id, kind=kind, number=number, **over)
    db.add(made)
    db.flush()
    return made


def sound_file(path: Path, seconds: float = 1.0) -> Path:
    """Bursts of noise with pauses between them, as a small WAV (8 kHz, 8 bit)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = round(seconds * 8000)
    noise = np.random.default_rng(3).integers(60, 196, count, np.uint8)
    is_quiet = np.arange(count) % 11_000 > 8000
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 1, 8000, count, "NONE", ""))
        file.writeframes(np.where(is_quiet, 128, noise).astype(np.uint8).tobytes())
    return path


def track(db: Session, of: Meeting, *, channel: int = 0, **over: Any) -> Track:
    """A channel as it was recorded; without a file."""
    facts = {"starts_at": clock.now(), "duration_ms": 60_000, "size": 1000, "sha256": "ab"}
    made = Track(id=new_id(), meeting_id=of.id, channel=channel, **facts | over)
    db.add(made)
    db.flush()
    return made


def opus_packets(seconds: float = 1.0, *, frame_ms: int = 60, hertz: float = 440) -> list[bytes]:
    """A tone as a browser's encoder sends it: mono, 48 kHz, 32 kbit/s, one frame a packet."""
    codec: Any = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format, codec.bit_rate = 48_000, "mono", "s16", 32_000
    codec.options = {"frame_duration": str(frame_ms), "application": "voip"}
    size, packets = 48 * frame_ms, list[bytes]()
    samples = 8000 * np.sin(2 * np.pi * hertz / 48_000 * np.arange(round(seconds * 48_000)))
    for at in range(0, len(samples) - size + 1, size):
        piece = samples[None, at : at + size].astype(np.int16)
        frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, at
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return packets + [bytes(packet) for packet in codec.encode(None)]


def hear(
    window: Window, *, language: str | None, vocabulary: Sequence[str], on_progress: Callable[[int], None]
) -> Heard:
    """Stands for Whisper: two sentences for each window, told from its sound alone."""
    words = hashlib.sha256(window.samples.tobytes()).hexdigest()
    middle = (window.start_ms + window.end_ms) // 2
    on_progress(middle)
    told = language or "en"
    first = said(f"In {words[:8]} we heard", window.start_ms, language=told)
    return Heard(told, 0.9, (first, said(f"and {words[8:16]}.", middle, language=told)))


def said(text: str, start_ms: int, *, unsure: str = "", language: str = "en") -> Segment:
    """A sentence of words of 100 ms each; those in `unsure` are hardly heard."""
    words = tuple(
        Word(start_ms + 100 * n, start_ms + 100 * n + 100, f" {each}", 0.2 if each in unsure.split() else 0.9)
        for n, each in enumerate(text.split())
    )
    return Segment(start_ms, start_ms + 100 * len(words), text, words, 0.9, language)


def transcript(db: Session, of: Meeting, *texts: str, unsure: str = "", **over: Any) -> Recording:
    """A recording with these lines, one every three seconds, as the worker would have made them."""
    made = recording(db, of, **over)
    job = finish_next(db, *texts, unsure=unsure)
    assert job.recording_id == made.id
    return made


def finish_next(db: Session, *texts: str, unsure: str = "") -> Job:
    """The next transcription of the queue has been heard."""
    job = queue.join_next(db, "maker", model="base")
    assert job
    segments = tuple(said(text, 3000 * n, unsure=unsure) for n, text in enumerate(texts))
    whole = Window(0, 0, 3000 * len(texts), np.zeros(1, np.float32))
    store_window(db, job, whole, Heard("en", 0.9, segments))
    finish(db, job, windows=1)
    return job


def store_window(db: Session, job: Job, of: Window, heard: Heard) -> None:
    assert lease.claim_window(db, job, of.n, of.start_ms, of.end_ms)
    lease.keep_window(db, job, of, heard)


def window(n: int, seconds: int = 3) -> Window:
    """One of several of the same length."""
    length = 1000 * seconds
    return Window(n, length * n, length * (n + 1), np.zeros(1, np.float32))


def finish(db: Session, job: Job, *, windows: int, ends_early: bool = False) -> None:
    """All windows are heard, and whoever has heard the last makes the transcript."""
    finishing.note_end(db, job, windows=windows, ends_early=ends_early)
    assert finishing.claim_end(db, job) == windows
    finishing.finish(db, job, voices=[], course=None)


def disruption(db: Session, of: Meeting, *, reason: str = "noise") -> Disruption:
    """One that is over: order was restored."""
    made = disruption_actions.declare_disruption(db, of, reason, by=SYSTEM)
    disruption_actions.end_disruption(db, of, made, "order", by=SYSTEM)
    return made


class City:
    """A council with an open meeting of two items, its chair, a commission, their clerks and an admin."""

    def __init__(self, db: Session) -> None:
        self.body = body(db)
        self.other_body = body(db, "Planning Commission")
        self.meeting = meeting(db, self.body)
        self.draft = meeting(db, self.body, state="draft", title="Not public yet")
        self.item = item(db, self.meeting)
        self.second = item(db, self.meeting, "Library hours", place=2)
        self.clerk = people.add_account(db, "clerk", PASSWORD, by=SYSTEM, body_id=self.body.id)
        self.stranger = people.add_account(db, "other", PASSWORD, by=SYSTEM, body_id=self.other_body.id)
        self.chair = people.add_account(db, "chair", PASSWORD, by=SYSTEM, role="chair", body_id=self.body.id)
        self.admin = people.add_account(db, "admin", PASSWORD, by=SYSTEM, role="admin")
        self.ids = {
            "meeting_id": self.meeting.id,
            "item_id": self.item.id,
            "request_id": "norequest",
            "comment_id": "nocomment",
            "survey_id": "nosurvey",
            "body_id": self.body.id,
        }
        """For each parameter of a path, something of this city."""


def state_of(client: TestClient) -> State:
    """What the app of this client keeps as long as it lives."""
    return cast(Starlette, client.app).state


class Cast:
    """Clients with cookies of their own, all of one running app."""

    def __init__(self, client: TestClient, city: City) -> None:
        self.anyone = client
        self.city = city
        self.state = state_of(client)
        self.db: Database = self.state.db

    def resident(self, **headers: str) -> TestClient:
        """A new browser that knows nothing yet."""
        made = TestClient(self.anyone.app, headers=headers, follow_redirects=False)
        made.portal = self.anyone.portal
        return made

    def signed_in(self, name: str) -> TestClient:
        account = getattr(self.city, name)
        token = self.db.write_now(lambda db: people.sign_in(db, account.id))
        made = self.resident()
        made.cookies.set(people.SESSION_COOKIE, token)
        return made

    @property
    def clerk(self) -> TestClient:
        return self.signed_in("clerk")

    def read(self, work: Callable[[Session], T]) -> T:
        return self.db.read_now(work)


def in_line(cast: Cast, *names: str, **over: Any) -> list[str]:
    """These people wait on the city's first item, which is open; their requests' ids."""

    def work(db: Session) -> list[str]:
        of = db.get_one(Meeting, cast.city.meeting.id)
        if of.item_id is None:
            actions.call_item(db, of, cast.city.item, by=SYSTEM)
        people_here = [participant(db, of, name) for name in names]
        details = {"mode": "in_person"} | over
        return [join_queue(db, of, cast.city.item, who, by=who.actor, **details).id for who in people_here]

    found: list[str] = cast.db.write_now(work)
    return found


def send(client: TestClient, url: str, **fields: str) -> Any:
    """Open a form, and send it with its key and these fields, as a browser does."""
    page = client.get(url)
    assert page.status_code == 200, (url, page.status_code)
    key = page.text.split('name="key" value="', 1)[1].split('"', 1)[0]
    return client.post(url, data={"key": key, **fields})


def kinds(db: Session, book: str) -> list[str]:
    """What a book says has happened, in order."""
    return list(
        db.scalars(select(record.Entry.kind).where(record.Entry.book == book).order_by(record.Entry.seq))
    )


def wait_for(what: Callable[[], T | Literal[False] | None], seconds: float = 60) -> T:
    """What it gives, once that is something."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


def in_a_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run in a thread of its own: a browser test before this one may have left its loop in ours."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def queries_for(cast: Cast, client: TestClient, url: str) -> int:
    """How many statements a page costs somebody who is signed in; the house's own followers of the record,
    who read meanwhile in transactions of their own, are not counted."""
    transactions: dict[int, list[list[str]]] = {}

    def note(*event: Any) -> None:
        of_thread = transactions.setdefault(get_ident(), [])
        if event[2] == "BEGIN" or not of_thread:
            of_thread.append([])
        of_thread[-1].append(event[2])

    listen(cast.db.reader, "before_cursor_execute", note)
    assert client.get(url).status_code == 200
    remove(cast.db.reader, "before_cursor_execute", note)
    everything = [each for of_thread in transactions.values() for each in of_thread]
    (of_page,) = [each for each in everything if any("FROM sign_in" in statement for statement in each)]
    return len(of_page)


EPOCH = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
