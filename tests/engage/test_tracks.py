"""What becomes of a meeting's sound when it is over: tracks, and one recording that is written down."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock, record, tracks
from engage.backup.held import held_files, wrong_files
from engage.db import Database, new_id
from engage.settings import Settings
from engage.tracks import Joining
from meetings import actions
from meetings.disruption import recesses
from meetings.floor import parts, recording
from meetings.floor.actions import make_place
from meetings.floor.joining import packets_of
from meetings.floor.models import CHAIR, INTERPRETER, Track
from meetings.floor.ogg import OggFile
from meetings.floor.packets import OPUS, Packet
from meetings.floor.queries import tracks_of
from meetings.floor.recording import IS_FULL, IS_SHORT
from meetings.floor.tracks import path_of
from meetings.models import Meeting
from tests import make
from tests.make import EPOCH, SYSTEM, Cast
from tests.meetings.floor.sounding import Sounding, heard, sent
from transcripts.models import QUEUED, Recording
from transcripts.rules import file_of
from transcripts.uploads import sweep
from transcripts.withholding.queries import spans_of

START_MS = clock.ms(EPOCH) + 5_000


class Evening:
    """A meeting with the chair's place and an interpreter's, whose parts a test lays down."""

    def __init__(self, store: Database, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.joining = Joining(store, settings, lambda meeting: True)
        self.id: str = store.write_now(self._open)

    def _open(self, db: Session) -> str:
        with clock.set_to(EPOCH):
            meeting = make.meeting(db, make.body(db, new_id()), carries_sound=True)
            make_place(db, meeting, CHAIR, by=SYSTEM, name="The chair")
            make_place(db, meeting, INTERPRETER, by=SYSTEM, language="es")
        return meeting.id

    @property
    def folder(self) -> Path:
        return parts.folder(self.settings) / self.id

    def part(self, channel: int, at_s: float, seconds: float) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = OggFile(parts.path_of(self.folder, channel, START_MS + round(at_s * 1000)))
        for payload in make.opus_packets(seconds)[: round(seconds / 0.06)]:
            file.write(payload, 60)
        file.end()

    def adjourns(self) -> None:
        def adjourn(db: Session) -> None:
            with clock.set_to(EPOCH + timedelta(minutes=5)):
                actions.adjourn_meeting(db, db.get_one(Meeting, self.id), by=SYSTEM)

        self.store.write_now(adjourn)

    def joins(self, after_s: float = 10) -> None:
        with clock.set_to(EPOCH + timedelta(minutes=5, seconds=after_s)):
            for folder in tracks.folders(self.settings):
                self.joining.join_if_over(folder)

    @property
    def tracks(self) -> list[Track]:
        return self.store.read_now(lambda db: tracks_of(db, self.id))

    @property
    def recordings(self) -> list[Recording]:
        wanted = select(Recording).where(Recording.meeting_id == self.id)
        return self.store.read_now(lambda db: list(db.scalars(wanted)))

    @property
    def files(self) -> list[str]:
        """Under `files`, by folder and name."""
        found = self.settings.files.rglob("*")
        return sorted(path.relative_to(self.settings.files).as_posix() for path in found if path.is_file())

    def is_whole(self) -> bool:
        held = self.store.read_now(lambda db: held_files(db, self.settings))
        return sorted(held) == self.files and not [*wrong_files(self.settings, held)]


@pytest.fixture
def evening(store: Database, settings: Settings) -> Evening:
    made = Evening(store, settings)
    made.part(0, 0, 2.4)
    made.part(1, 4, 3)
    made.part(2, 4.5, 3)
    made.part(0, 8, 2.4)
    return made


def test_tracks_and_one_recording_that_is_written_down(evening: Evening) -> None:
    evening.adjourns()
    evening.joins()
    made = [(each.channel, clock.ms(each.starts_at) - START_MS, each.duration_ms) for each in evening.tracks]
    assert made == [(0, 0, 10_400), (1, 4000, 3000), (2, 4500, 3000)]
    (recording,) = evening.recordings
    assert (recording.kind, recording.has_picture, recording.is_published) == ("audio/ogg", False, False)
    assert (recording.clock_from, recording.starts_at) == ("record", EPOCH + timedelta(seconds=5))
    assert recording.anchors == [[0, clock.text(EPOCH + timedelta(seconds=5))]]
    assert [channel for _, _, channel in recording.channels] == [0, 1, 0]
    assert recording.duration_ms == pytest.approx(10_400, abs=1100)
    job = recording.transcription
    assert job
    assert (job.state, job.asked_language) == (QUEUED, "en")
    assert evening.store.read_now(lambda db: make.kinds(db, evening.id))[-3:] == [
        "recording.added", "transcription.queued", "recording.timed",
    ]  # fmt: skip
    assert not evening.folder.exists()
    assert evening.is_whole()


def test_what_was_withheld_of_the_captions_is_withheld_of_the_recording(evening: Evening) -> None:
    """The first was said before anything that was recorded."""
    spans = [(-9_000, -8_000), (4_000, 5_000)]
    moments = [[clock.text(clock.of_ms(START_MS + ms)) for ms in span] for span in spans]

    def withheld(db: Session) -> None:
        record.append(db, evening.id, "captions.withheld", by="account:c", spans=moments, reason="privacy")

    evening.store.write_now(withheld)
    evening.adjourns()
    evening.joins()
    (recording,) = evening.recordings
    (span,) = evening.store.read_now(lambda db: spans_of(db, recording.id))
    assert (span.start_ms, span.end_ms, span.reason, span.by) == (3_500, 5_500, "privacy", "account:c")


def test_it_is_done_once(evening: Evening) -> None:
    evening.adjourns()
    evening.joins()
    before = evening.store.read_now(lambda db: make.kinds(db, evening.id)), evening.files
    evening.joins(60)
    evening.part(0, 0, 2.4)  # as if the parts had not been removed before a crash
    evening.joins(70)
    assert (evening.store.read_now(lambda db: make.kinds(db, evening.id)), evening.files) == before
    assert not evening.folder.exists()


def test_not_before_it_is_over_and_the_last_packets_have_come(evening: Evening) -> None:
    evening.joins()
    evening.adjourns()
    evening.joins(after_s=4)
    evening.joining._is_done = lambda meeting: False
    evening.joins()
    assert (evening.tracks, evening.recordings, evening.folder.exists()) == ([], [], True)


POINTS = (
    (tracks, "join_channel"), (tracks, "blend"), (tracks, "sync"), (Joining, "_keep"), (shutil, "rmtree"),
)  # fmt: skip


@pytest.mark.parametrize(("room", "name"), POINTS, ids=[name for _, name in POINTS])
def test_killed_at_any_point_it_is_done_again_and_leaves_nothing(
    evening: Evening, monkeypatch: pytest.MonkeyPatch, room: object, name: str
) -> None:
    evening.adjourns()
    real = getattr(room, name)

    class Killed(BaseException):
        """What nothing in the house catches."""

    def done_and_killed(*about: object, **more: object) -> None:
        real(*about, **more)
        raise Killed

    with monkeypatch.context() as killing:
        killing.setattr(room, name, done_and_killed)
        with pytest.raises(Killed):
            evening.joins()
    evening.store.read_now(lambda db: sweep(db, evening.settings))  # as every process does when it starts
    evening.joins()
    assert (len(evening.tracks), len(evening.recordings), evening.folder.exists()) == (3, 1, False)
    assert evening.is_whole()


def test_a_meeting_without_a_sound_gives_nothing(store: Database, settings: Settings) -> None:
    evening = Evening(store, settings)
    evening.folder.mkdir(parents=True)
    OggFile(parts.path_of(evening.folder, 0, START_MS)).let_go()
    evening.adjourns()
    evening.joins()
    assert (evening.tracks, evening.recordings, evening.files) == ([], [], [])
    assert not evening.folder.exists()


def test_an_interpreter_alone_is_no_recording_of_the_meeting(store: Database, settings: Settings) -> None:
    evening = Evening(store, settings)
    evening.part(2, 0, 1.2)
    evening.adjourns()
    evening.joins()
    assert ([each.channel for each in evening.tracks], evening.recordings) == ([2], [])
    assert evening.is_whole()


def test_without_room_for_them_the_parts_stay(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    evening.adjourns()
    with monkeypatch.context() as full:
        full.setattr(tracks, "has_room", lambda folder, size: False)
        with pytest.raises(OSError, match="no room"):
            evening.joins()
    assert (evening.files, len(parts.parts_in(evening.folder))) == ([], 4)
    evening.joins()
    assert len(evening.tracks) == 3


def test_asked_to_stop_it_leaves_the_rest_to_the_next_process(evening: Evening) -> None:
    evening.adjourns()
    evening.joining.stop()
    with pytest.raises(tracks.Stopped):
        evening.joins()
    assert len(parts.parts_in(evening.folder)) == 4


def test_the_clerk_takes_a_track_along(cast: Cast, settings: Settings) -> None:
    meeting_id = cast.city.meeting.id

    def keep(db: Session) -> str:
        return make.track(db, db.get_one(Meeting, meeting_id), channel=3).id

    track_id: str = cast.db.write_now(keep)
    url = f"/clerk/meetings/{meeting_id}/tracks/{track_id}"
    assert cast.clerk.get(url).status_code == 404
    path = path_of(settings, track_id)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"OggS and so on")
    answer = cast.clerk.get(url)
    assert (answer.status_code, answer.content) == (200, b"OggS and so on")
    assert answer.headers["content-type"] == "audio/ogg"
    assert "channel-3.ogg" in answer.headers["content-disposition"]
    other = f"/clerk/meetings/{cast.city.draft.id}/tracks/{track_id}"
    assert cast.clerk.get(other).status_code == 404


def test_what_is_on_the_air_is_recorded_and_joined_by_the_running_app(cast: Cast, settings: Settings) -> None:
    meeting_id, sound = cast.city.meeting.id, cast.state.sound
    for n, payload in enumerate(make.opus_packets(3)):
        for tap in sound.engine.taps:
            tap.heard(meeting_id, Packet(OPUS, 0, 0, n, payload))
    folder = parts.folder(settings) / meeting_id
    make.wait_for(lambda: parts.parts_in(folder))
    for tap in sound.engine.taps:
        tap.closed(meeting_id)

    def adjourn(db: Session) -> None:
        with clock.set_to(clock.now() - timedelta(minutes=1)):
            actions.adjourn_meeting(db, db.get_one(Meeting, meeting_id), by=SYSTEM)

    cast.db.write_now(adjourn)
    make.wait_for(lambda: not folder.exists())
    wanted = select(Recording.id).where(Recording.meeting_id == meeting_id)
    (recording_id,) = cast.read(lambda db: db.scalars(wanted).all())
    assert file_of(settings, recording_id).stat().st_size > 5000


def test_a_fault_of_the_recorder_is_shown_and_stands_on_the_record(cast: Cast) -> None:
    meeting_id, sound = cast.city.meeting.id, cast.state.sound
    recorder = next(tap for tap in sound.engine.taps if isinstance(tap, recording.Recorder))
    for fault in (IS_FULL, ""):
        recorder._say(meeting_id, fault)
    expected = ["recorder.failed", "recorder.recovered"]
    make.wait_for(lambda: cast.read(lambda db: make.kinds(db, meeting_id))[-2:] == expected)
    sound.engine.open(meeting_id)
    assert sound.report(meeting_id).recorder_fault == ""


def test_before_a_meeting_the_clerk_is_told_that_the_disk_may_not_last(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"/clerk/meetings/{cast.city.meeting.id}/console"

    def carry(db: Session) -> None:
        db.get_one(Meeting, cast.city.meeting.id).carries_sound = True

    cast.db.write_now(carry)
    assert IS_SHORT not in cast.clerk.get(url).text
    monkeypatch.setattr(recording, "has_room", lambda folder, size: size < 1 << 30)
    assert cast.clerk.get(url).text.count(IS_SHORT) == 1


def test_one_that_cannot_be_joined_keeps_no_other_from_it(
    evening: Evening, store: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Evening(store, settings)
    other.part(0, 0, 1.2)
    evening.adjourns()
    other.adjourns()
    real = Joining.join_meeting

    def join(joining: Joining, meeting_id: str, folder: Path) -> None:
        if meeting_id == evening.id:
            raise OSError("a disk that does not work")
        real(joining, meeting_id, folder)

    monkeypatch.setattr(Joining, "join_meeting", join)
    with clock.set_to(EPOCH + timedelta(hours=1)):
        for folder in (evening.folder, other.folder):
            evening.joining._try(folder)
    assert (len(evening.tracks), len(other.tracks)) == (0, 1)
    assert [*evening.joining._again] == [evening.id]


def test_what_was_said_before_the_call_after_the_turn_and_in_closed_session_is_in_no_file(
    cast: Cast, settings: Settings
) -> None:
    """Through the sockets of the running app."""
    sounding = Sounding(cast)
    folder = parts.folder(settings) / sounding.meeting_id
    at_chair = sounding.speak_at(sounding.links[CHAIR])
    with sounding.listen() as ear, sounding.speak("ana") as ana, at_chair as chair:
        assert [ana.receive_json()["state"], chair.receive_json()["state"]] == ["off_air", "on_air"]
        ear.receive_json()
        ana.send_bytes(sent(1))
        sounding.call("ana")
        assert ana.receive_json()["state"] == "on_air"
        ear.receive_json()
        for seq in (2, 3, 4):
            ana.send_bytes(sent(seq))
            ear.receive_bytes()
        sounding.start("ana")
        sounding.end("ana")
        assert ana.receive_json()["state"] == "off_air"
        ana.send_bytes(sent(5))
        chair.send_bytes(sent(6))
        assert [ear.receive_json(), heard(ear.receive_bytes())] == [{"off": 1, "turn": 1}, (0, 0, 6)]
        sounding.act(lambda db, meeting: recesses.close_session(db, meeting, "personnel", by=SYSTEM))
        assert chair.receive_json()["state"] == "off_air"
        chair.send_bytes(sent(7))
    recorder = next(tap for tap in sounding.sound.engine.taps if isinstance(tap, recording.Recorder))
    make.wait_for(lambda: not recorder.is_writing(sounding.meeting_id))
    said = {
        each.channel: [payload[1] for payload in packets_of(each.path)] for each in parts.parts_in(folder)
    }
    assert said == {0: [6], 1: [2, 3, 4]}
