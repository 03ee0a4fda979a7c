"""A city's own conference or broadcast in the meeting's page: which addresses, and what they may do there."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from engage.headers import with_frame
from meetings.models import Meeting

YOUTUBE = "https://www.youtube-nocookie.com"
"""Where a video is shown without a cookie before it is played."""
YOUTUBE_HOSTS = ("youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be", "www.youtube-nocookie.com")
WATCHING = "allow-scripts allow-same-origin allow-presentation"
TAKING_PART = f"{WATCHING} allow-forms allow-popups allow-popups-to-escape-sandbox"


@dataclass(frozen=True)
class Embed:
    """What a page shows in a frame. Another origin, so that its scripts reach nothing of ours."""

    address: str
    origin: str
    is_conference: bool

    @property
    def host(self) -> str:
        return urlsplit(self.origin).netloc

    @property
    def sandbox(self) -> str:
        return TAKING_PART if self.is_conference else WATCHING

    @property
    def allow(self) -> str:
        lent = "; microphone; camera; display-capture" if self.is_conference else ""
        return f"fullscreen; autoplay{lent}"

    @property
    def headers(self) -> dict[str, str]:
        """Of the page that shows it."""
        return with_frame(self.origin, takes_part=self.is_conference)


def embed_of(meeting: Meeting, allowed: Collection[str]) -> Embed | None:
    """None where nothing is to be shown, and where the operator has taken the origin back."""
    origin = origin_of(meeting.embed_url)
    if meeting.is_over or origin not in allowed:
        return None
    return Embed(meeting.embed_url, origin, meeting.embed_is_conference)


def origins(setting: str) -> frozenset[str]:
    """As the setting has them, separated by spaces; those that are no https origin count for nothing."""
    return frozenset(filter(None, map(origin_of, setting.split())))


def origin_of(address: str) -> str:
    """Empty for what is no https address with a host, and for one with a name or a password in it."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"https://{host}" if port in (None, 443) else f"https://{host}:{port}"


def embeddable(address: str) -> str:
    """A page on YouTube as what may be shown in a frame; any other address as it is."""
    parts = urlsplit(address)
    if parts.hostname not in YOUTUBE_HOSTS:
        return address
    video = video_of(parts.path, parts.query, parts.hostname)
    return f"{YOUTUBE}/embed/{video}" if video else address


def video_of(path: str, query: str, host: str) -> str:
    """The video of /watch?v=ID, /live/ID, /embed/ID or youtu.be/ID; of a channel what it shows just now."""
    first, _, rest = path.strip("/").partition("/")
    if first == "embed" and rest == "live_stream":
        channel = parse_qs(query).get("channel", [""])[0]
        return f"live_stream?channel={channel}" if is_name(channel) else ""
    found = parse_qs(query).get("v", [""])[0] if first == "watch" else first if host == "youtu.be" else rest
    return found if is_name(found) else ""


def is_name(text: str) -> bool:
    return bool(text) and text.replace("-", "").replace("_", "").isalnum() and text.isascii()
