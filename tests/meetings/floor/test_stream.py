"""The ordinary stream has everything that was said to everybody, and nothing else, a few seconds later."""

import io
from collections.abc import Iterator
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from meetings import actions
from meetings.floor.encoding import Encoder
from meetings.floor.engine import Engine
from meetings.floor.mixing import AAC_RATE, padded
from meetings.floor.packets import FRAME_MS, OPUS, PCM_RATE, Packet, packed
from meetings.floor.standing import Grant
from meetings.floor.stream import BEFORE_S, IDLE_S, KEPT, WINDOW_S, Stream
from meetings.floor.streaming import Streams
from meetings.models import Meeting
from tests import make
from tests.make import Cast

LOW, HIGH = 400, 1300
"""Tones, in Hz."""
STEP = 0.05
"""Seconds of a stretch in which a tone is looked for."""
PRIMING_S = 0.1
"""What the two codecs put before a sound, at most, and a step."""


class Evening:
    """A stream whose time is ours."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.stream = Stream(now=lambda: self.time)
        self.segments: dict[int, Any] = {}
        self.tick()

    def tick(self, *, is_on: bool = True) -> None:
        self.stream.advance(self.stream.collect(), is_on=is_on)
        self.segments |= {each.number: each for each in self.stream.segments}

    def go_on(self, until: float, *arriving: tuple[float, Packet], is_on: bool = True) -> None:
        """To so many seconds from the beginning; each packet comes at its time."""
        waiting = sorted(arriving, key=lambda each: each[0])
        while self.time < 1000 + until:
            self.time = min(self.time + 0.25, 1000 + until)
            while waiting and 1000 + waiting[0][0] <= self.time:
                at, packet = waiting.pop(0)
                now, self.time = self.time, 1000 + at
                self.stream.take(packet)
                self.time = now
            self.tick(is_on=is_on)

    def sound(self) -> NDArray[np.float32]:
        return played(b"".join(each.file for each in self.segments.values()))


def played(file: bytes) -> NDArray[np.float32]:
    container: Any = av.open(io.BytesIO(file), format="aac")
    with container:
        (stream,) = container.streams
        assert (stream.codec_context.sample_rate, stream.codec_context.channels) == (AAC_RATE, 1)
        return np.concatenate([each.to_ndarray()[0] for each in container.decode(stream)])


def tone(hz: int, seconds: float, *, channel: int = 0, turn: int = 0, seq: int = 0) -> list[Packet]:
    wave = 8000 * np.sin(2 * np.pi * hz * np.arange(round(seconds * PCM_RATE)) / PCM_RATE)
    payloads = Encoder().packets(wave.astype("<i2").tobytes())
    return [Packet(OPUS, channel, turn, seq + n, each) for n, each in enumerate(payloads)]


def sent(packets: list[Packet], begins: float) -> list[tuple[float, Packet]]:
    """As they come over a good line."""
    return [(begins + n * FRAME_MS / 1000, each) for n, each in enumerate(packets)]


def heard(sound: NDArray[np.float32], hz: int) -> NDArray[np.bool_]:
    """For each step, whether this tone is in it."""
    size = int(STEP * AAC_RATE)
    steps = sound[: len(sound) // size * size].reshape(-1, size)
    at = np.exp(-2j * np.pi * hz * np.arange(size) / AAC_RATE)
    found: NDArray[np.bool_] = abs(steps @ at) / size > 0.02
    return found


def seconds_of(sound: NDArray[np.float32], hz: int) -> float:
    return float(heard(sound, hz).sum() * STEP)


def begins_at(sound: NDArray[np.float32], hz: int) -> float:
    """Seconds from the moment at which the stream was asked for."""
    return float(np.argmax(heard(sound, hz)) * STEP - BEFORE_S)


def test_two_who_speak_at_once_are_both_heard_each_at_their_time() -> None:
    evening = Evening()
    chair, resident = tone(LOW, 3), tone(HIGH, 1.2, channel=1, turn=4)
    evening.go_on(8, *sent(chair, 1), *sent(resident, 2))
    sound = evening.sound()
    assert seconds_of(sound, LOW) == pytest.approx(3, abs=PRIMING_S)
    assert seconds_of(sound, HIGH) == pytest.approx(1.2, abs=PRIMING_S)
    assert begins_at(sound, LOW) == pytest.approx(1, abs=PRIMING_S)
    assert begins_at(sound, HIGH) == pytest.approx(2, abs=PRIMING_S)


def test_it_goes_on_while_nobody_speaks() -> None:
    evening = Evening()
    evening.go_on(20)
    sound = evening.sound()
    assert len(sound) / AAC_RATE == pytest.approx(BEFORE_S + 20 - WINDOW_S, abs=1.2)
    assert float(abs(sound).max()) < 0.001


def test_it_can_be_played_at_once() -> None:
    evening = Evening()
    assert evening.stream.playlist().count("#EXTINF:1.024,") == 3


def test_packets_that_wobble_within_the_window_leave_no_gap() -> None:
    evening = Evening()
    wobble = np.random.default_rng(3).uniform(0, WINDOW_S - 0.1, 100)
    late = [(at + float(wobble[n]), each) for n, (at, each) in enumerate(sent(tone(LOW, 6), 1))]
    in_order = list(zip(sorted(at for at, _ in late), (each for _, each in late), strict=True))
    evening.go_on(10, *in_order)
    found = heard(evening.sound(), LOW)
    first, last = np.flatnonzero(found)[[0, -1]]
    assert found[first : last + 1].all()
    assert seconds_of(evening.sound(), LOW) == pytest.approx(6, abs=PRIMING_S)


@pytest.mark.parametrize("stalled", [0.4, 1.0, 3.0])
def test_what_a_stalled_line_sends_at_once_is_all_heard(stalled: float) -> None:
    evening = Evening()
    line = [(max(at, 2 + stalled) if at > 2 else at, each) for at, each in sent(tone(LOW, 6), 1)]
    evening.go_on(14, *line)
    assert seconds_of(evening.sound(), LOW) == pytest.approx(6, abs=2 * PRIMING_S)


def test_frames_that_were_never_sent_keep_their_place() -> None:
    """A microphone counts frames also where it drops them."""
    evening = Evening()
    packets = sent(tone(LOW, 3), 1)
    evening.go_on(8, *packets[:20], *packets[30:])
    found = np.flatnonzero(heard(evening.sound(), LOW))
    assert (found[-1] - found[0] + 1) * STEP == pytest.approx(3, abs=PRIMING_S)
    assert len(found) * STEP == pytest.approx(3 - 10 * FRAME_MS / 1000, abs=2 * PRIMING_S)


def test_who_sends_faster_than_one_can_speak_is_not_kept_waiting_for() -> None:
    evening = Evening()
    evening.go_on(12, *[(1.0, each) for each in tone(LOW, 30)])
    assert seconds_of(evening.sound(), LOW) < 6


def test_a_packet_damaged_within_harms_nobody_else() -> None:
    evening = Evening()
    broken = [Packet(OPUS, 5, 1, n, b"\x98" + bytes([n * 37 % 256]) * 9) for n in range(40)]
    odd = [Packet(OPUS, 6, 1, n, b"\x9b\x03\xff\xff") for n in range(40)]
    evening.go_on(8, *sent(tone(LOW, 3), 1), *sent(broken, 1), *sent(odd, 1))
    assert seconds_of(evening.sound(), LOW) == pytest.approx(3, abs=PRIMING_S)


def test_in_a_recess_it_stands_still_and_what_was_said_before_is_heard() -> None:
    evening = Evening()
    evening.go_on(3, *sent(tone(LOW, 2), 1))
    evening.stream.pause()
    evening.go_on(3.25, is_on=False)
    assert seconds_of(evening.sound(), LOW) == pytest.approx(2, abs=PRIMING_S)
    before = evening.stream.playlist()
    evening.go_on(30, is_on=False)
    assert evening.stream.playlist() == before
    evening.go_on(33, *sent(tone(HIGH, 1, turn=2), 31))
    playlist = evening.stream.playlist()
    assert playlist.count("#EXT-X-DISCONTINUITY\n") == 1
    assert seconds_of(evening.sound(), HIGH) == pytest.approx(1, abs=PRIMING_S)


def test_the_playlist_names_the_last_ones_and_counts_on() -> None:
    evening = Evening()
    evening.go_on(5)
    evening.stream.pause()
    evening.go_on(5.25, is_on=False)
    evening.go_on(40)
    lines = evening.stream.playlist().splitlines()
    numbers = [int(line.removesuffix(".aac")) for line in lines if line.endswith(".aac")]
    assert lines[:3] == ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:1"]
    assert lines[3:5] == [f"#EXT-X-MEDIA-SEQUENCE:{numbers[0]}", "#EXT-X-DISCONTINUITY-SEQUENCE:1"]
    assert numbers == list(range(numbers[0], numbers[0] + KEPT))
    assert sorted(evening.segments) == list(range(min(evening.segments), numbers[-1] + 1))
    assert evening.stream.segment(numbers[0] - 1) is None


def test_every_segment_says_at_its_head_when_it_begins() -> None:
    evening = Evening()
    evening.go_on(5)
    first, second, *_ = evening.segments.values()
    times = [int.from_bytes(each.file[65:73], "big") for each in (first, second)]
    assert times == [0, round(first.seconds * 90_000)]
    assert first.file[:3] == b"ID3" and first.file[20:64] == b"com.apple.streaming.transportStreamTimestamp"


@pytest.mark.parametrize("least", [0, 30, 200, 700])
def test_a_frame_that_is_filled_up_sounds_the_same(least: int) -> None:
    evening = Evening()
    evening.go_on(6, *sent(tone(LOW, 2), 1))
    frames = [each for segment in evening.segments.values() for each in segment.frames]
    fuller = [padded(each, least) for each in frames]
    assert all(len(each) >= least for each in fuller)
    assert all(len(each) <= max(len(of), least + 19) for each, of in zip(fuller, frames, strict=True))
    np.testing.assert_array_equal(played(b"".join(fuller)), played(b"".join(frames)))


class Microphone:
    """A socket that somebody speaks into."""

    def __init__(self, person: str) -> None:
        self.person = person

    def tell(self, **state: object) -> None: ...

    def close(self, code: int) -> None: ...


@pytest.fixture
def engine() -> Engine:
    return Engine()


def speak(engine: Engine, person: str, packets: list[Packet]) -> Iterator[None]:
    room, voice = engine.open("m"), Microphone(person)
    room.admit(voice)
    for packet in packets:
        room.take(voice, packed(packet))
        yield


def test_interpreters_are_not_in_it() -> None:
    engine = Engine()

    async def work() -> Stream:
        streams = Streams(engine)
        room = engine.open("m")
        room.turn_on()
        room.grant(Grant(0, "place:chair", 0))
        room.grant(Grant(2, "place:interpreter", 0, is_apart=True))
        stream = streams.start("m")
        speakers = (("place:chair", LOW), ("place:interpreter", HIGH), ("place:nobody", 2000))
        for person, hz in speakers:
            for _ in speak(engine, person, tone(hz, 1)):
                pass
        room.turn_off("closed_session")
        for _ in speak(engine, "place:chair", tone(2000, 1)):
            pass
        await streams.stop()
        stream.advance(stream.collect(), is_on=False)
        return stream

    stream = make.in_a_loop(work())
    sound = played(b"".join(each.file for each in stream.segments))
    assert seconds_of(sound, LOW) == pytest.approx(1, abs=PRIMING_S)
    assert seconds_of(sound, HIGH) == seconds_of(sound, 2000) == 0


def test_it_is_made_only_while_somebody_asks() -> None:
    engine = Engine()

    async def work() -> tuple[bool, bool]:
        streams = Streams(engine)
        stream = streams.start("m")
        await stream.news.wait()
        is_running = streams.running("m") is stream
        stream.now = lambda: stream.asked_at + IDLE_S + 1
        while not stream.is_over:
            await stream.news.wait()
        return is_running, streams.running("m") is None

    assert make.in_a_loop(work()) == (True, True)


def test_the_endless_answer_begins_with_what_was_said_last_and_ends_with_the_meeting() -> None:
    evening = Evening()
    evening.go_on(4, *sent(tone(LOW, 20), 1))

    async def work() -> bytes:
        came = [each async for each in evening.stream.endless()]
        return b"".join(came)

    evening.stream.is_over = True
    sound = played(make.in_a_loop(work()))
    assert len(sound) / AAC_RATE == pytest.approx(2 * 1.024, abs=0.01)
    assert heard(sound, LOW)[2:].all()


def carry_sound(cast: Cast, meeting_id: str) -> None:
    def work(db: Any) -> None:
        meeting = db.get_one(Meeting, meeting_id)
        actions.change_meeting(db, meeting, by=make.SYSTEM, carries_sound=True)

    cast.db.write_now(work)


def test_anybody_gets_the_playlist_and_its_segments(cast: Cast) -> None:
    carry_sound(cast, cast.city.meeting.id)
    at = f"/meetings/{cast.city.meeting.id}/stream"
    answer = cast.resident().get(f"{at}/index.m3u8")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
    names = [line for line in answer.text.splitlines() if line.endswith(".aac")]
    assert len(names) == 3
    segments = [cast.resident().get(f"{at}/{name}") for name in names]
    kept = {(each.status_code, each.headers["cache-control"]) for each in segments}
    assert kept == {(200, "public, max-age=60, immutable")}
    assert len(played(b"".join(each.content for each in segments))) == 3 * 24 * 1024


def test_before_the_meeting_opens_there_is_a_playlist_without_sound(cast: Cast) -> None:
    def work(db: Any) -> str:
        return make.meeting(db, db.merge(cast.city.body), state="published", carries_sound=True).id

    answer = cast.resident().get(f"/meetings/{cast.db.write_now(work)}/stream/index.m3u8")
    assert answer.status_code == 200
    assert "EXTINF" not in answer.text


@pytest.mark.parametrize(
    ("state", "carries_sound", "status"),
    [
        ("open", True, 200),
        ("recess", True, 200),
        ("open", False, 404),
        ("draft", True, 404),
        ("adjourned", True, 404),
    ],
)
def test_where_nothing_is_heard_there_is_no_stream(
    cast: Cast, state: str, carries_sound: bool, status: int
) -> None:
    def work(db: Any) -> str:
        of = db.merge(cast.city.body)
        return make.meeting(db, of, state=state, carries_sound=carries_sound).id

    at = f"/meetings/{cast.db.write_now(work)}/stream"
    assert cast.resident().get(f"{at}/index.m3u8").status_code == status
    assert cast.resident().head(f"{at}/live.aac").status_code == status


@pytest.mark.parametrize(
    "name", ["1.aac", "1", "x.aac", "-1.aac", "\u0661.aac", "9" * 400 + ".aac", "live.mp3"]
)
def test_what_is_not_in_the_playlist_is_not_there(cast: Cast, name: str) -> None:
    carry_sound(cast, cast.city.meeting.id)
    at = f"/meetings/{cast.city.meeting.id}/stream"
    assert cast.resident().get(f"{at}/{name}").status_code == 404
    assert cast.resident().get(f"{at}/index.m3u8").status_code == 200
    assert cast.resident().get(f"{at}/{name}").status_code == 404
