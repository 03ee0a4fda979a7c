"""How a meeting's sound stands just now, for those who run it. A signal: never the ground of a decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Report:
    on_air: Mapping[int, str] = field(default_factory=dict)
    """Channel to the person who may be heard there, as in `Grant`."""
    microphones: frozenset[str] = frozenset()
    """Persons whose microphone is connected, on the air or not."""
    lost: Mapping[str, datetime] = field(default_factory=dict)
    """Persons who are on the air and whose connection is lost, with since when."""
    listeners: int = 0
    is_recording: bool = False
    recorder_fault: str = ""
    """A msgid; empty while all is well."""
    shortage: str = ""
    """A msgid where the disk may not last for a long meeting."""
