"""Small streams as a broadcaster makes them (HLS), another tone in each second, and what is heard."""

import re
from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np

HZ = (500, 900, 1300, 700, 1100, 1500)
RATE = 48_000
ID3 = b"ID3\4\0\0\0\0\0\x3fPRIV\0\0\0\x35\0\0com.apple.streaming.transportStreamTimestamp" + b"\0" * 9
"""As it begins each piece of packed sound (RFC 8216, 3.4)."""


def film(
    path: Path,
    form: str,
    *,
    picture: bool = True,
    between: str = "2",
    hertz: Sequence[int] = HZ,
    codec: str = "aac",
    **more: str,
) -> None:
    """A second for each tone; without a codec there is no sound. `between`: pictures needing a later one."""
    with av.open(str(path), "w", format=form, options=more) as out:
        video: Any = out.add_stream("libx264", rate=10, options=QUICK | {"bf": between}) if picture else None
        if video:
            video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        sound: Any = out.add_stream(codec, rate=RATE, layout="mono") if codec else None
        for second, tone in enumerate(hertz):
            for n in range(10) if video else ():
                out.mux(video.encode(shown(second * 10 + n)))
            if sound:
                out.mux(sound.encode(heard(second, tone)))
        for stream in filter(None, (video, sound)):
            out.mux(stream.encode(None))


QUICK = {"preset": "ultrafast", "g": "10"}


def shown(n: int) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(np.full((72, 64), n * 3, np.uint8), format="yuv420p")
    frame.pts, frame.time_base = n, Fraction(1, 10)
    return frame


def heard(second: int, tone: int) -> av.AudioFrame:
    wave = 0.4 * np.sin(2 * np.pi * tone / RATE * np.arange(RATE))
    frame = av.AudioFrame.from_ndarray(wave[None].astype(np.float32), format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, second * RATE, Fraction(1, RATE)
    return frame


def streams(folder: Path) -> dict[str, bytes]:
    """A server's files, by their paths: six seconds in pieces of two, unless their list says otherwise."""
    common = {"hls_time": "2", "hls_playlist_type": "vod"}
    fragments = common | {"hls_segment_type": "fmp4", "hls_fmp4_init_filename": "init.mp4"}
    named = "hls_segment_filename"
    film(folder / "council.m3u8", "hls", **common, **{named: str(folder / "ts%d.ts")})
    film(folder / "fragments.m3u8", "hls", **fragments, **{named: str(folder / "f%d.m4s")})
    film(folder / "spans.m3u8", "hls", **common, hls_flags="single_file")
    film(folder / "fragment-spans.m3u8", "hls", **fragments, hls_flags="single_file")
    film(folder / "sound.m3u8", "hls", picture=False, **common, **{named: str(folder / "a%d.ts")})
    film(folder / "other.ts", "mpegts", picture=False, hertz=HZ[:2], codec="mp2")
    film(folder / "telephone.mp4", "mov", picture=False, codec="pcm_mulaw", movflags="empty_moov")
    film(folder / "plain.mp4", "mp4", between="0", movflags="frag_keyframe+empty_moov")
    film(folder / "silent.ts", "mpegts", codec="")
    film(folder / "whole.adts", "adts", picture=False)
    found = {f"/{path.name}": path.read_bytes() for path in folder.iterdir()}
    frames = list(adts_frames(found.pop("/whole.adts")))
    pieces = {f"/p{n}.aac": ID3 + b"".join(frames[n * 94 : (n + 1) * 94]) for n in range(4)}
    sizes = [size.decode() for size in re.findall(rb"BYTERANGE:(\d+)", found["/spans.m3u8"])]
    spans = listing(f"#EXT-X-BYTERANGE:{sizes[0]}@0", "spans.ts", f"#EXT-X-BYTERANGE:{sizes[1]}", "spans.ts")
    lists = LISTS | {"going-on": spans}
    return found | pieces | {f"/{name}.m3u8": text.encode() for name, text in lists.items()}


def adts_frames(content: bytes) -> list[bytes]:
    frames, at = [], 0
    while at < len(content):
        size = (content[at + 3] & 3) << 11 | content[at + 4] << 3 | content[at + 5] >> 5
        frames.append(content[at : at + size])
        at += size
    return frames


def listing(*lines: str, is_over: bool = True) -> str:
    """A playlist: a line that is an address is a piece of two seconds."""
    told = [line if line[0] == "#" else f"#EXTINF:2,\n{line}" for line in lines]
    return "\n".join(["#EXTM3U", "#EXT-X-VERSION:7", *told, "#EXT-X-ENDLIST" * is_over])


def variants(*lines: str) -> str:
    return "\n".join(["#EXTM3U", *lines])


MAP = '#EXT-X-MAP:URI="init.mp4"'
GROUP = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="{}",{}'
FRAGMENTS = ("f0.m4s", "f1.m4s", "f2.m4s")
LISTS = {
    "packed": listing("p0.aac", "p1.aac", "p2.aac", "p3.aac"),
    "anew": listing("ts0.ts", "ts1.ts", "ts2.ts", "#EXT-X-DISCONTINUITY", "ts0.ts", "ts1.ts", "ts2.ts"),
    "jumps": listing("ts0.ts", "ts1.ts", "ts2.ts", "ts0.ts", "ts1.ts", "ts2.ts"),
    "fragments-anew": listing(MAP, *FRAGMENTS, "#EXT-X-DISCONTINUITY", *FRAGMENTS),
    "another-map": listing(MAP, "f0.m4s", f"{MAP[:-1]}?2\"", "f0.m4s", "f1.m4s"),
    "leads-on": listing("moved.ts", "/ts1.ts", "https://media.example.org/ts2.ts"),
    "times": listing("#EXT-X-PROGRAM-DATE-TIME:soon", "#EXT-X-PART:", "#EXT-X-KEY:METHOD=NONE", "ts0.ts"),
    "best": variants(
        "#EXT-X-STREAM-INF:BANDWIDTH=300000", "sound.m3u8",
        "#EXT-X-STREAM-INF:BANDWIDTH=2500001", "none.m3u8",
        '#EXT-X-STREAM-INF:BANDWIDTH=2400000,CODECS="avc1,mp4a"', "council.m3u8",
    ),
    "least": variants(
        "#EXT-X-STREAM-INF:BANDWIDTH=9000000", "none.m3u8",
        "#EXT-X-STREAM-INF:BANDWIDTH=4000000", "council.m3u8",
    ),
    "apart": variants(
        GROUP.format("Español", 'DEFAULT=NO,URI="none.m3u8"'),
        GROUP.format("English", 'DEFAULT=YES,URI="sound.m3u8"'),
        '#EXT-X-STREAM-INF:BANDWIDTH=1000000,AUDIO="a"', "council.m3u8",
    ),
    "within": variants(
        GROUP.format("Español", 'DEFAULT=NO,URI="none.m3u8"'), GROUP.format("English", "DEFAULT=YES"),
        '#EXT-X-STREAM-INF:BANDWIDTH=1000000,AUDIO="a"', "council.m3u8",
    ),
}  # fmt: skip


class Heard(NamedTuple):
    seconds: float
    has_picture: bool
    tones: list[int]
    """In the middle of each second."""
    is_going_forward: bool


def heard_in(content: bytes) -> Heard:
    """Decoded whole; Heard.seconds is what the file says of itself."""
    with av.open(BytesIO(content)) as container:
        assert container.format.name.startswith("mov")
        frames = [frame for frame in container.decode(audio=0) if frame.time is not None]
        seconds, has_picture = (container.duration or 0) / 1e6, bool(container.streams.video)
    with av.open(BytesIO(content)) as container:
        times: dict[int, list[int]] = {}
        for packet in container.demux():
            times.setdefault(packet.stream_index, []).extend([packet.dts] if packet.dts is not None else [])
    samples = np.zeros(round(seconds * RATE) + RATE)
    for frame in frames:
        first = round((frame.time or 0) * RATE)
        samples[first : first + frame.samples] = frame.to_ndarray()[0]
    forward = all((np.diff(each) > 0).all() for each in times.values())
    return Heard(seconds, has_picture, [tone_at(samples, n) for n in range(round(seconds))], forward)


def tone_at(samples: Any, second: int) -> int:
    first = second * RATE + RATE // 4
    return int(np.argmax(np.abs(np.fft.rfft(samples[first : first + RATE // 2])))) * 2
