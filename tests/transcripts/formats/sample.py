"""A small transcript that has everything: speakers named and not, two languages, two items, a gap."""

from datetime import UTC, datetime, timedelta

from transcripts.formats.written import (
    Chapter,
    Gap,
    Held,
    Item,
    Line,
    Origin,
    Recorded,
    Section,
    Who,
    Words,
    Written,
)

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ANA = Who("s1", "Ana Ruiz", "person")
DAIS = Who("s2", "Dais", "dais", is_name=False, is_one=False)
VOICE = Who("s3", "Speaker 1", "voice", is_name=False)
LANE = Item("i1", "1", "Bike lane", "en")
LIBRARY = Item("i2", "2", "Library hours", "en")


def words(text: str, start_ms: int) -> Words:
    """Of 100 ms each, one after another."""
    return tuple(
        (start_ms + 100 * n, start_ms + 100 * n + 100, f" {each}" if n else each, 0.9)
        for n, each in enumerate(text.split())
    )


def line(start_ms: int, text: str, who: Who | None = ANA, **over: object) -> Line:
    timed = words(text, start_ms)
    facts = {"words": timed, "confidence": 0.9} | over
    return Line(start_ms, timed[-1][1], text, who, **facts)  # type: ignore[arg-type]


HELD = Held(
    id="m1", url="https://alder.example/meetings/m1", city="Alder Bay", body="City Council",
    title="Regular meeting", language="en", starts_at=START, ended_at=START + timedelta(hours=1),
    zone="America/Los_Angeles", place="12 Main Street",
)  # fmt: skip
RECORDED = Recorded(
    id="r1", url="https://alder.example/recordings/r1", kind="audio/mpeg", has_picture=False,
    duration_ms=3_661_500, starts_at=START, published_at=START + timedelta(days=1), sha256="ab" * 32,
)  # fmt: skip
ORIGIN = Origin("base", "en", "faster-whisper 1.2.1", made_at=START + timedelta(hours=2), confidence=0.91)
SAMPLE = Written(
    sections=(
        Section(None, (line(0, "Good evening, everyone."), line(3000, "Order, please.", DAIS))),
        Section(
            LANE,
            (
                line(6000, "I live on Elm Street.", VOICE),
                line(9000, "Sí, señora.", VOICE, language="es", translation="Yes, ma'am."),
                Gap(12_000, 20_000, "privacy"),
            ),
        ),
        Section(LIBRARY, (line(21_000, "Open on Sundays?", None), line(24_000, "O'Neil & 1/2-time, yes."))),
    ),
    origin=ORIGIN,
    held=HELD,
    recorded=RECORDED,
    chapters=(Chapter(LANE, 5000, 20_500), Chapter(LIBRARY, 20_500, 3_661_500)),
)
GAP = "[0:12 to 0:20 is withheld from the public. Reason: Personal data]"
