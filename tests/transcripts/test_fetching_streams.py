"""A finished stream is fetched as one recording that browsers play; what cannot be kept whole is not kept."""

import hashlib
import shutil
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from engage.settings import Settings
from tests import make
from tests.make import Cast, City, wait_for
from tests.transcripts.fetching_films import HZ, MAP, Heard, heard_in, listing, streams, variants
from tests.transcripts.fetching_server import (
    ALLOWED,
    INSIDE,
    MEDIA,
    OTHER,
    Media,
    ask,
    cast_with,
    ended,
    fetch,
    rows,
    serving,
    way_to,
)
from transcripts import rules
from transcripts.fetching.addresses import Way
from transcripts.fetching.asking import TRIES, Line
from transcripts.fetching.download import Download
from transcripts.fetching.pieces import scratch
from transcripts.fetching.stream import pack
from transcripts.models import Recording
from transcripts.uploads import Incoming, NotTaken

A, B, C = HZ[:2], HZ[2:4], HZ[4:]
"""What is heard in each piece."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return streams(tmp_path_factory.mktemp("streams"))


@pytest.fixture
def media(files: dict[str, bytes]) -> Iterator[type[Media]]:
    with serving(b"", files) as made:
        made.redirects |= {"/moved.ts": "/ts0.ts", "/away.ts": f"{OTHER}/ts0.ts", "/here": "/council.m3u8"}
        yield made


@pytest.fixture
def way(media: type[Media]) -> Way:
    return way_to(media)


def asked(media: type[Media]) -> list[str]:
    return [path for path, _ in media.asked]


COMES = {
    "pieces of MPEG-TS": ("council", True, A + B + C),
    "fragments": ("fragments", True, A + B + C),
    "spans of one file": ("spans", True, A + B + C),
    "spans of one file of fragments": ("fragment-spans", True, A + B + C),
    "sound alone": ("sound", False, A + B + C),
    "packed sound": ("packed", False, A + B + C),
    "the clock begins anew": ("anew", True, A + B + C + A + B + C),
    "the clock jumps unsaid": ("jumps", True, A + B + C + A + B + C),
    "the clock of fragments begins anew": ("fragments-anew", True, A + B + C + A + B + C),
    "another beginning, and back": ("another-map", True, A + A + B),
    "a span goes on where the last one ended": ("going-on", True, A + B),
    "pieces under other addresses": ("leads-on", True, A + B + C),
    "tags that are not heeded": ("times", True, A),
    "the best variant that is not too good": ("best", True, A + B + C),
    "the least variant where all are too good": ("least", True, A + B + C),
    "sound that is apart": ("apart", False, A + B + C),
    "sound that is within after all": ("within", True, A + B + C),
}


@pytest.mark.parametrize("case", COMES)
def test_a_finished_stream_comes_as_one_file(way: Way, media: type[Media], tmp_path: Path, case: str) -> None:
    name, has_picture, tones = COMES[case]
    found, content = fetch(way, tmp_path / "new", f"{MEDIA}/{name}.m3u8")
    assert found == f"{name}.mp4"
    heard = heard_in(content)
    assert heard == Heard(pytest.approx(len(tones), abs=0.1), has_picture, list(tones), True)
    assert list(tmp_path.iterdir()) == [tmp_path / "new"]


def test_only_what_is_listed_is_asked_for_and_over_one_connection(
    way: Way, media: type[Media], tmp_path: Path
) -> None:
    fetch(way, tmp_path / "new", f"{MEDIA}/fragments.m3u8")
    assert asked(media) == ["/fragments.m3u8", "/init.mp4", "/f0.m4s", "/f1.m4s", "/f2.m4s"]
    assert len(media.connections) == 1


def test_pieces_are_beside_the_playlist_wherever_it_leads(
    way: Way, media: type[Media], tmp_path: Path
) -> None:
    media.files = {f"/deep{path}": content for path, content in media.files.items()}
    media.redirects["/here"] = "/deep/council.m3u8"
    found, content = fetch(way, tmp_path / "new", f"{MEDIA}/here")
    assert (found, heard_in(content).tones) == ("council.mp4", list(HZ))


KEY = '#EXT-X-KEY:METHOD=AES-128,URI="key.bin"'
STREAM = "#EXT-X-STREAM-INF:BANDWIDTH=1000"
REFUSED: dict[str, tuple[str, int, str]] = {
    "still going on": (listing("ts0.ts", is_over=False), 422, "still going on"),
    "nothing in it": (listing(), 422, "lists no sound"),
    "nothing but its first line": ("#EXTM3U\n", 422, "lists no sound"),
    "a list of variants without any": (variants(STREAM), 422, "lists no sound"),
    "single pictures": (listing("#EXT-X-I-FRAMES-ONLY", "ts0.ts"), 422, "lists no sound"),
    "still images": (listing("#EXT-X-IMAGES-ONLY", "ts0.ts"), 422, "lists no sound"),
    "an address of no piece": ("#EXTM3U\n#EXT-X-ENDLIST\nts0.ts", 422, "lists no sound"),
    "no address for a piece": ("#EXTM3U\n#EXTINF:2,\n#EXT-X-ENDLIST", 422, "cannot be read"),
    "no such duration": ("#EXTM3U\n#EXTINF:long,\nts0.ts\n#EXT-X-ENDLIST", 422, "cannot be read"),
    "no such bandwidth": (variants("#EXT-X-STREAM-INF:BANDWIDTH=inf", "council.m3u8"), 422, "cannot be read"),
    "no bandwidth": (variants("#EXT-X-STREAM-INF:CODECS=x", "council.m3u8"), 422, "cannot be read"),
    "no such span": (listing("#EXT-X-BYTERANGE:-5@0", "ts0.ts"), 422, "cannot be read"),
    "a span of nothing": (listing("#EXT-X-BYTERANGE:0@0", "ts0.ts"), 422, "cannot be read"),
    "a span after none": (listing("#EXT-X-BYTERANGE:500", "ts0.ts"), 422, "cannot be read"),
    "a beginning without an address": (listing("#EXT-X-MAP:BYTERANGE=5", "f0.m4s"), 422, "cannot be read"),
    "no address at all": (listing("https://[::1", "ts0.ts"), 422, "cannot be read"),
    "a line without an end": (listing("x" * 10_001), 422, "cannot be read"),
    "no text": ("#EXTM3U\n\udcff", 422, "cannot be read"),
    "no first line": ("hello", 422, "cannot be read"),
    "too many pieces": ("#EXTM3U\n" + "#EXTINF:2,\nx\n" * 50_001, 422, "too long"),
    "too many variants": ("#EXTM3U\n" + f"{STREAM}\nx\n" * 501, 422, "too long"),
    "too many breaks": (listing(*("#EXT-X-DISCONTINUITY", "x") * 1001), 422, "too long"),
    "too many tags": ("#EXTM3U\n" + "#EXT-X-GAP\n" * 300_001, 422, "too long"),
    "too many bytes": ("#EXTM3U\n" + "#\n" * 4_000_000, 422, "too long"),
    "encrypted": (listing(KEY, "ts0.ts"), 422, "is encrypted"),
    "encrypted later on": (listing("#EXT-X-KEY:METHOD=NONE", "ts0.ts", KEY, "ts1.ts"), 422, "is encrypted"),
    "encrypted in some way": (listing("#EXT-X-KEY:METHOD=SAMPLE-AES", "ts0.ts"), 422, "is encrypted"),
    "encrypted for a session": (
        variants(KEY.replace("KEY", "SESSION-KEY", 1), STREAM, "council.m3u8"), 422, "is encrypted"
    ),
    "a piece is missing there": (listing("ts0.ts", "#EXT-X-GAP", "ts1.ts"), 422, "are missing"),
    "variants of variants": (variants(STREAM, "best.m3u8"), 422, "cannot be read"),
    "a variant that is no playlist": (variants(STREAM, "ts0.ts"), 422, "cannot be read"),
    "a variant that is not there": (variants(STREAM, "none.m3u8"), 502, "instead of a file"),
    "a variant elsewhere": (variants(STREAM, f"{OTHER}/council.m3u8"), 422, "Nothing is fetched from"),
    "a piece elsewhere": (listing("ts0.ts", f"{OTHER}/ts1.ts"), 422, "Nothing is fetched from"),
    "a piece that leads elsewhere": (listing("away.ts"), 422, "Nothing is fetched from"),
    "a beginning elsewhere": (listing(f'#EXT-X-MAP:URI="{OTHER}/init.mp4"', "f0.m4s"), 422, "Nothing is"),
    "a file of this machine": (listing("file:///etc/passwd"), 422, "begins with https://"),
    "a piece over plain http": (listing("http://media.example.org/ts0.ts"), 422, "begins with https://"),
    "a piece of this machine": (listing("https://127.0.0.1/ts0.ts"), 422, "private network"),
    "a piece of this network": (listing(f"{INSIDE}/ts0.ts"), 422, "private network"),
    "a variant of this machine": (variants(STREAM, "https://localhost/council.m3u8"), 422, "private network"),
    "a piece that is not there": (listing("ts0.ts", "none.ts"), 502, "instead of a file"),
    "a page as a piece": (listing("ts0.ts", "page"), 422, "a web page"),
    "a playlist as a piece": (listing("ts0.ts", "sound.m3u8"), 422, "playlist cannot be read"),
    "nothing in a piece": (listing("ts0.ts", "empty.mp3"), 502, "did not arrive completely"),
    "a piece of no known form": (listing("large.mp3"), 422, "has a form that cannot be read"),
    "a piece of another form": (listing("ts0.ts", "#EXT-X-DISCONTINUITY", "p0.aac"), 422, "form midway"),
    "sound of another form": (listing("a0.ts", "#EXT-X-DISCONTINUITY", "other.ts"), 422, "form midway"),
    "a picture that is coded otherwise": (listing("plain.mp4", MAP, "f0.m4s"), 422, "form midway"),
    "sound that no MP4 carries": (listing("telephone.mp4"), 422, "has a form that cannot be read"),
    "no sound at all": (listing("silent.ts"), 422, "no sound in this stream"),
    "a picture that is gone": (listing("ts0.ts", "#EXT-X-DISCONTINUITY", "a0.ts"), 422, "form midway"),
    "damaged fragments": (listing(MAP, "p0.aac"), 422, "no sound in this stream"),
    "no room for its sum": (listing(*["ts0.ts"] * 40), 413, "too large"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_leaves_nothing(way: Way, media: type[Media], tmp_path: Path, case: str) -> None:
    text, status, words = REFUSED[case]
    media.files["/it.m3u8"] = text.encode("utf-8", "surrogateescape")
    with pytest.raises(NotTaken, match=words) as refusal:
        fetch(
            way, tmp_path / "in" / "new", f"{MEDIA}/it.m3u8", limit=10**7 if "too many" in case else 1 << 20
        )
    assert refusal.value.status == status
    assert list((tmp_path / "in").iterdir()) == []


@pytest.mark.parametrize(
    "case", [each for each in REFUSED if "elsewhere" in each or " of this " in each or "crypted" in each]
)
def test_nothing_is_asked_for_where_it_must_not_be(
    way: Way, media: type[Media], tmp_path: Path, case: str
) -> None:
    media.files["/it.m3u8"] = REFUSED[case][0].encode()
    with pytest.raises(NotTaken):
        fetch(way, tmp_path / "new", f"{MEDIA}/it.m3u8")
    assert asked(media) == ["/it.m3u8"] + ["/away.ts"] * (case == "a piece that leads elsewhere")


@pytest.mark.parametrize(
    ("name", "faults"),
    [("council", ["cut", "closed"]), ("council", ["busy", "busy"]), ("spans", ["cut", "closed"])],
)
def test_a_piece_that_fails_and_then_comes(
    way: Way, media: type[Media], tmp_path: Path, name: str, faults: list[str]
) -> None:
    _, expected = fetch(way, tmp_path / "before", f"{MEDIA}/{name}.m3u8")
    one = "/ts1.ts" if name == "council" else "/spans.ts"
    before = asked(media).count(one)
    media.faults[one] = list(faults)
    _, content = fetch(way, tmp_path / "new", f"{MEDIA}/{name}.m3u8")
    assert content == expected
    assert asked(media).count(one) == 2 * before + len(faults)


@pytest.mark.parametrize(
    ("fault", "tries", "words"),
    [
        ("cut", TRIES, "did not arrive completely"),
        ("closed", TRIES, "cannot be reached"),
        ("busy", TRIES, "instead of a file"),
        ("missing", 1, "instead of a file"),
    ],
)
def test_a_piece_that_does_not_come(
    way: Way, media: type[Media], tmp_path: Path, fault: str, tries: int, words: str
) -> None:
    media.faults["/ts1.ts"] = [fault] * 5
    with pytest.raises(NotTaken, match=words) as refusal:
        fetch(way, tmp_path / "in" / "new", f"{MEDIA}/council.m3u8")
    assert (refusal.value.status, asked(media).count("/ts1.ts")) == (502, tries)
    assert list((tmp_path / "in").iterdir()) == []


def test_a_whole_file_is_not_taken_for_a_part_of_it(way: Way, media: type[Media], tmp_path: Path) -> None:
    media.faults["/spans.ts"] = ["whole"]
    with pytest.raises(NotTaken, match="does not give out parts"):
        fetch(way, tmp_path / "new", f"{MEDIA}/spans.m3u8")
    assert asked(media) == ["/spans.m3u8", "/spans.ts"]


def test_a_part_that_is_shorter_than_it_should_be(way: Way, media: type[Media], tmp_path: Path) -> None:
    media.files["/it.m3u8"] = listing("#EXT-X-BYTERANGE:9999999@0", "spans.ts").encode()
    with pytest.raises(NotTaken, match="did not arrive completely"):
        fetch(way, tmp_path / "new", f"{MEDIA}/it.m3u8")


def test_it_can_be_stopped_in_the_midst_of_a_piece(way: Way, media: type[Media], tmp_path: Path) -> None:
    media.faults["/ts1.ts"] = ["held"]
    download, said = Download(way, frozenset(ALLOWED.split()), 1 << 20), list[NotTaken]()
    file = Incoming(tmp_path / "new")

    def run() -> None:
        try:
            download.fetch(f"{MEDIA}/council.m3u8", file, lambda done, total: None)
        except NotTaken as refusal:
            said.append(refusal)

    thread = threading.Thread(target=run)
    thread.start()
    wait_for(lambda: "/ts1.ts" in asked(media))
    assert list(tmp_path.iterdir()) == [tmp_path / "new.part"]
    download.stop()
    thread.join()
    file.close()
    assert [(each.status, each.message) for each in said] == [(409, "Stopped. Nothing was kept.")]
    assert "/ts2.ts" not in asked(media) and list(tmp_path.iterdir()) == []


def test_it_can_be_stopped_while_it_is_made_one_file(
    way: Way, files: dict[str, bytes], tmp_path: Path
) -> None:
    line, notes = Line(way, ()), list[int]()

    def note(done: int, total: int | None) -> None:
        notes.append(done)
        line.stop()

    with scratch(tmp_path, 1 << 30) as packed, scratch(tmp_path, 1 << 30) as pieces:
        ends = []
        for _ in range(900):
            pieces.write(files["/ts0.ts"])
            ends.append(pieces.size)
        with pytest.raises(NotTaken, match="Stopped"):
            pack(line, pieces, packed, ends, note)
        assert notes == [pieces.size]


def test_what_it_is_made_into_has_a_limit_too(way: Way, files: dict[str, bytes], tmp_path: Path) -> None:
    with scratch(tmp_path, 2000) as packed, scratch(tmp_path, 1 << 20) as pieces:
        pieces.write(files["/ts0.ts"])
        with pytest.raises(NotTaken, match="not enough space"):
            pack(Line(way, ()), pieces, packed, [pieces.size], lambda done, total: None)


def test_how_far_it_is_is_told(way: Way, media: type[Media], tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    file = Incoming(tmp_path / "new")
    download = Download(way, frozenset(ALLOWED.split()), 1 << 20)
    download.fetch(f"{MEDIA}/council.m3u8", file, lambda done, total: told.append((done, total)))
    size = sum(len(media.files[f"/ts{n}.ts"]) for n in range(3))
    done = [each for each, _ in told if each]
    assert {total for _, total in told} == {None} and max(done) == size
    brought = done[: done.index(size) + 1]
    assert all(one < other for one, other in pairwise(brought))
    file.close()


# in the clerk's page


@pytest.fixture
def cast(settings: Settings, filled_store: tuple[Path, City], way: Way) -> Iterator[Cast]:
    shutil.copy(filled_store[0], settings.database)
    with cast_with(settings, filled_store[1], way) as made:
        yield made


def test_it_becomes_a_recording_with_sound_and_picture(
    cast: Cast, media: type[Media], settings: Settings
) -> None:
    ask(cast, f"{MEDIA}/council.m3u8", language="en")
    made = ended(cast)
    assert made.error == ""
    recording: Recording = cast.read(lambda db: db.get_one(Recording, made.recording_id))
    content = rules.file_of(settings, recording.id).read_bytes()
    assert (recording.name, recording.kind, recording.has_picture) == ("council.mp4", "video/mp4", True)
    assert recording.sha256 == hashlib.sha256(content).hexdigest()
    assert recording.duration_ms == pytest.approx(6000, abs=100)
    assert cast.read(lambda db: make.kinds(db, cast.city.meeting.id)).count("recording.added") == 1
    assert [path.name for path in rules.folder(settings).iterdir()] == [recording.id]


def test_a_stream_that_goes_on_is_told_in_the_page(cast: Cast, media: Any, settings: Settings) -> None:
    media.files["/live.m3u8"] = listing("ts0.ts", is_over=False).encode()
    ask(cast, f"{MEDIA}/live.m3u8")
    assert ended(cast).error == "This stream is still going on. Please fetch it when it has ended."
    assert [each.recording_id for each in rows(cast)] == [None]
    assert list(rules.folder(settings).iterdir()) == []
