"""Files that are no recordings, and files that name others."""

import gzip
import io
import random
import struct
import zipfile
from typing import Any

import av

from tests.benchmarks.hostile_making import ELSEWHERE, Write, put, with_hole

M3U8 = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n{key}#EXTINF:10,\n{what}\n#EXT-X-ENDLIST\n"
KEY = f'#EXT-X-KEY:METHOD=AES-128,URI="{ELSEWHERE}"\n'
MPD = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
    ' mediaPresentationDuration="PT9S"><Period><AdaptationSet mimeType="audio/mp4">'
    '<Representation id="1" bandwidth="1"><BaseURL>{what}</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>"
)
SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio PORT RTP/AVP 0\n"
STREAMS = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://127.0.0.1:PORT/a.m3u8\n"
CPL = f'<?xml version="1.0"?><CompositionPlaylist><Path>{ELSEWHERE}</Path></CompositionPlaylist>'


def playlist(what: str, key: str = "") -> str:
    return M3U8.format(what=what, key=key)


def playlists() -> dict[str, bytes]:
    """What names other files, and addresses; PORT is one on which somebody listens."""
    texts = {
        "playlist of a file": playlist(ELSEWHERE),
        "playlist of a file by its URL": playlist(f"file://{ELSEWHERE}"),
        "playlist of an address": playlist("http://127.0.0.1:PORT/a.ts"),
        "playlist of a neighbour": playlist("neighbour.wav"),
        "playlist of a pipe of names": playlist(f"concat:{ELSEWHERE}|neighbour.wav"),
        "playlist of playlists": STREAMS,
        "playlist with a key": playlist("neighbour.wav", KEY),
        "list of files": f"ffconcat version 1.0\nfile {ELSEWHERE}\n",
        "list of neighbours": "ffconcat version 1.0\nfile neighbour.wav\n",
        "manifest of a file": MPD.format(what=f"file://{ELSEWHERE}"),
        "manifest of an address": MPD.format(what="http://127.0.0.1:PORT/a.mp4"),
        "session description": SDP,
        "list of winamp": f"[playlist]\nFile1={ELSEWHERE}\nNumberOfEntries=1\n",
        "redirect": "RTSPtextRTSP://127.0.0.1:PORT/a\n",
        "film list": CPL,
    }
    return {name: text.encode() for name, text in texts.items()}


def others() -> dict[str, Write]:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.wav", bytes(1 << 26))
    picture = io.BytesIO()
    with av.open(picture, "w", format="image2pipe") as file:
        track: Any = file.add_stream("mjpeg", rate=1)
        track.width = track.height = 64
        track.pix_fmt = "yuvj420p"
        file.mux(track.encode(av.VideoFrame(64, 64, "yuvj420p")))
        file.mux(track.encode(None))
    png = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 60_000, 60_000, 8, 6, 0, 0, 0)
        + bytes(4)
    )
    return {
        "nothing": put(b""),
        "one byte": put(b"\x00"),
        "zeros": put(bytes(1 << 20)),
        "chance": put(random.Random(7).randbytes(1 << 20)),
        "a gigabyte of zeros": with_hole(b"", 1 << 30),
        "text": put(b"Dear clerk, please find the recording attached. " * 100),
        "page": put(b"<!doctype html><script>alert(1)</script>" * 100),
        "document": put(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" * 50),
        "picture": put(picture.getvalue()),
        "picture of 60,000 times 60,000": put(png + bytes(1000)),
        "moving picture of the same size": put(b"GIF89a\xff\xff\xff\xff\x00\x00\x00" + bytes(1000)),
        "subtitles": put(b"1\n00:00:00,000 --> 00:00:01,000\nGood evening.\n\n" * 50),
        "captions": put(b"WEBVTT\n\n00:00.000 --> 00:01.000\nGood evening.\n"),
        "styled subtitles": put(
            b"[Script Info]\nScriptType: v4.00+\n[Events]\nDialogue: 0,0:00:00.00,0:00:01.00,,,,,,,x\n"
        ),
        "zip bomb": put(zipped.getvalue()),
        "gzip bomb": put(gzip.compress(bytes(1 << 26), 9)),
        "program": put(b"\x7fELF\x02\x01\x01" + bytes(2000)),
    }
