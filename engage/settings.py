"""One frozen Settings, read once from the environment; nobody else reads it."""

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each field is the environment variable ENGAGE_<FIELD>; the README names them all."""

    model_config = SettingsConfigDict(env_prefix="ENGAGE_", frozen=True)

    data: Path = Path("data")
    """Folder of everything that must be kept: database, files, search index."""
    host: str = "127.0.0.1"
    port: int = 8000
    origins: str = ""
    """Further origins that may post here, separated by spaces, e.g. https://meetings.example.gov
    behind a proxy that rewrites Host."""
    https: bool = False
    """True behind TLS: cookies become Secure and browsers are told to stay on https."""
    trusted_proxies: str = "127.0.0.1"
    """Addresses whose X-Forwarded-* headers are believed."""
    embeds: str = ""
    """Origins of conferences and broadcasts that a meeting's page may show in itself, separated by spaces,
    e.g. https://meet.example.gov https://www.youtube-nocookie.com"""
    fetch_from: str = ""
    """Further origins from which a clerk may have a recording fetched, besides `embeds`."""
    processes: int = Field(default=1, ge=1)
    """Web processes that share the port; more than one not on Windows."""
    city: str = "City"
    """The city's name, as every page shows it."""
    zone: str = "America/Los_Angeles"
    """IANA time zone that a new meeting starts with."""
    model: str = "base"
    """Whisper model: tiny.en, base, small, large-v3 or a folder."""
    workers: int = Field(default=min(os.cpu_count() or 1, 2), ge=0)
    """How many recordings, or windows of one, are heard at a time beside the pages."""
    threads: int = Field(default=1, ge=1)
    """That one worker gives to Whisper: another worker saves more time than another thread."""
    upload_limit: int = 20 * 2**30
    """Largest recording, in bytes."""
    posts_per_minute: int = 20
    """How many forms one address may send in a minute before it is asked to wait."""
    metrics_token: str = ""
    """Who sends it as `Authorization: Bearer ...` may read /metrics; without one only this machine may."""

    @property
    def database(self) -> Path:
        return self.data / "engage.sqlite"

    @property
    def files(self) -> Path:
        return self.data / "files"

    @property
    def index(self) -> Path:
        return self.data / "index"

    @property
    def run(self) -> Path:
        """What lives only as long as the processes do: who is present, who beats, which clock."""
        return self.data / "run"
