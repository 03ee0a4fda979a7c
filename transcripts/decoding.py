"""Decoding a file that somebody has sent: nothing in it is believed, and nothing but it is read."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from engage.language import N_
from transcripts.pauses import RATE, Samples

# What is read, by FFmpeg's name. No playlist is among them: it could name other files of this machine.
KINDS = {"aac": "aac", "aiff": "aiff", "amr": "amr", "asf": "x-ms-asf", "avi": "x-msvideo", "caf": "x-caf"}
KINDS |= {"flac": "flac", "flv": "x-flv", "matroska,webm": "webm", "mov,mp4,m4a,3gp,3g2,mj2": "mp4"}
KINDS |= {"mp3": "mpeg", "mpeg": "mpeg", "mpegts": "mp2t", "ogg": "ogg", "wav": "wav", "w64": "x-w64"}
FROM_FIRST = {"mpeg", "mpegts", "mp3"}  # players show the first sound as 0:00, wherever the clock begins
# Whose decoders may run. FFmpeg has some 500, and most of its flaws are in those that nobody uses.
SPOKEN = [
    *("aac", "aac_latm", "ac3", "eac3", "alac", "amrnb", "amrwb", "flac", "gsm", "gsm_ms", "libopus", "opus"),
    *("mp2", "mp3", "mp3float", "nellymoser", "vorbis", "wmav1", "wmav2", "wmapro"),
    *("adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "adpcm_swf"),
    *("pcm_alaw", "pcm_mulaw", "pcm_s8", "pcm_u8", "pcm_bluray", "pcm_dvd"),
    *(f"pcm_{kind}{bits}{end}" for kind in "su" for bits in (16, 24, 32) for end in ("le", "be")),
    *(f"pcm_f{bits}{end}" for bits in (32, 64) for end in ("le", "be")),
]
SHOWN = [
    *("h263", "h264", "hevc", "av1", "libdav1d", "vp8", "vp9", "theora", "mpeg1video", "mpeg2video", "mpeg4"),
    *("msmpeg4v2", "msmpeg4", "mjpeg", "dvvideo", "flv", "wmv1", "wmv2", "wmv3", "vc1"),
]

JITTER_S = 0.1  # a container's times may wander this far from the count of samples: no gap
LONGEST_S = 24 * 3600
"""No sitting lasts longer; a file that goes on is a trap, and times beyond it are not believed."""
MOST_STREAMS = 64
MOST_CHANNELS = 64
RATES = range(1_000, 768_001)
OPENING_S, READING_S = 30.0, 60.0
"""How long one reading from the disk may take while the file is opened, and afterwards."""
DECODING_S = 300.0
"""CPU time from one piece of sound to the next; as a rule it is a millisecond."""
MOST_FORMS = 10_000
"""How often the form of the sound may change; each time costs a new resampler."""

NOT_A_RECORDING = N_("This file is not a recording, or it is damaged or incomplete.")
UNREADABLE = N_("The sound in this file has a form that cannot be read here. Please send it as MP3.")
TOO_LONG = N_("This recording is longer than 24 hours. It may be damaged.")
ENDLESS = N_("This file takes far longer to read than any recording does. It may be damaged.")
FAULTS = (av.FFmpegError, ValueError, ArithmeticError, MemoryError)
"""What a damaged file may raise, beside what the system says of the disk."""


class NotAudio(Exception):
    """The file holds no sound that can be read; its text is a sentence for people."""


class Form(NamedTuple):
    """Of sound as it is asked for: samples a second, and the channels by FFmpeg's name."""

    rate: int
    layout: str


HEARD = Form(RATE, "mono")
"""What Whisper hears."""


@contextmanager
def opened(path: Path | str) -> Iterator[InputContainer]:
    """Raises NotAudio when it is no recording, or OSError."""
    with open(path, "rb"):  # the system's own errors, before those of FFmpeg
        pass
    options = {
        "format_whitelist": ",".join(KINDS),
        "codec_whitelist": ",".join(SPOKEN + SHOWN),
        "protocol_whitelist": "file",
        "max_streams": str(MOST_STREAMS),
    }
    try:
        container = av.open(
            f"file:{path}", "r", options=options, metadata_errors="ignore", timeout=(OPENING_S, READING_S)
        )
    except FAULTS:
        raise NotAudio(NOT_A_RECORDING) from None
    with container:
        yield container


def zero_us(container: InputContainer) -> int:
    """Where a player's clock begins on the file's."""
    return (container.start_time or 0) if container.format.name in FROM_FIRST else 0


def readable_sound(container: InputContainer) -> list[AudioStream]:
    """The streams that we have a decoder for; one without has no context, whatever its type says."""
    contexts: list[object] = [each.codec_context for each in container.streams.audio]
    return [each for each, found in zip(container.streams.audio, contexts, strict=True) if found is not None]


def idle(packet: "Packet[Stream]") -> None:
    """What is nobody's."""


def is_odd(frame: AudioFrame) -> bool:
    """No recorder makes such sound: what says so is damaged, or a trap."""
    return frame.sample_rate not in RATES or frame.layout.nb_channels > MOST_CHANNELS


class Reading:
    """One pass through a file, and how far it came. What is no sound goes to `beside`, packet by packet."""

    def __init__(
        self,
        container: InputContainer,
        *,
        form: Form = HEARD,
        beside: Callable[["Packet[Stream]"], None] = idle,
    ) -> None:
        if not container.streams.audio:
            raise NotAudio(N_("This file has no sound."))
        readable = readable_sound(container)
        if not readable:
            raise NotAudio(UNREADABLE)
        self.container = container
        best = container.streams.best("audio")
        self.stream = best if best in readable else readable[0]
        self.zero = zero_us(container) / 1e6
        self.reached = 0.0
        self.is_broken = False
        self.form, self.beside = form, beside
        self._resamplers, self._since = 0, 0.0

    def sound(self) -> Iterator[tuple[int, Samples]]:
        """Pieces of sound (channels x samples; of one channel, samples) with their place in samples on the
        file's clock, in order, never overlapping. Raises NotAudio for what never comes to an end."""
        at, form, resampler, rate = -1, None, self._resampler(), self.form.rate
        longest, self._since = LONGEST_S * rate, time.thread_time()
        for frame in self._frames():
            if is_odd(frame):
                continue
            told = at if frame.time is None else round((frame.time - self.zero) * 1000) * rate // 1000
            if at < 0 or at + JITTER_S * rate < told <= longest:
                at = max(0, told) if told <= longest else 0
            if form != (form := (frame.format.name, frame.layout.name, frame.sample_rate)):
                resampler = self._resampler()
            frame.pts = None
            for samples in self._pieces(resampler, frame):
                yield at, samples
                self._since = time.thread_time()
                at += samples.shape[-1]
            if at > longest:
                raise NotAudio(TOO_LONG)
        for samples in self._pieces(resampler, None) if form else ():
            yield at, samples

    def _resampler(self) -> AudioResampler:
        self._resamplers += 1
        if self._resamplers > MOST_FORMS:
            raise NotAudio(ENDLESS)
        return AudioResampler(format="fltp", layout=self.form.layout, rate=self.form.rate)

    def _pieces(self, resampler: AudioResampler, frame: AudioFrame | None) -> Iterator[Samples]:
        """From -1.0 to 1.0, whatever the file holds; nothing for what cannot be brought into our form."""
        pieces: list[AudioFrame] = []
        with suppress(*FAULTS):
            pieces = resampler.resample(frame)
        for piece in pieces:
            samples = np.asarray(piece.to_ndarray(), np.float32)
            samples = np.clip(np.nan_to_num(samples, nan=0.0), -1.0, 1.0)
            yield samples[0] if self.form.layout == "mono" else samples

    def _frames(self) -> Iterator[AudioFrame]:
        """Every frame that can be decoded; a damaged one between them is left out."""
        for packet in self._packets():
            if time.thread_time() - self._since > DECODING_S:
                raise NotAudio(ENDLESS)
            if packet.pts is not None and packet.time_base is not None:
                self.reached = max(self.reached, float(packet.pts * packet.time_base))
            if packet.stream is self.stream:
                with suppress(*FAULTS):
                    yield from [each for each in packet.decode() if isinstance(each, AudioFrame)]
            else:
                self.beside(packet)

    def _packets(self) -> Iterator["Packet[Stream]"]:
        """All packets, also of the picture: the sound may rightly end before it."""
        try:
            yield from self.container.demux()
        except FAULTS:
            self.is_broken = True
