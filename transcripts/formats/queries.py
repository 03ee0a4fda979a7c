"""Reads a transcript for its formats: what the public may have of it, with a few statements."""

from sqlalchemy.orm import Session

from engage.language import translate
from meetings.models import CANCELLED, AgendaItem, Meeting
from transcripts import queries, rules
from transcripts.attribution.items import chapters as chapters_of
from transcripts.attribution.models import DAIS, Speaker
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
    Written,
)
from transcripts.models import Line as LineRow
from transcripts.models import Recording, Transcription


def written(
    db: Session, recording: Recording, meeting: Meeting, *, lang: str, city: str, base: str
) -> Written | None:
    """Its public lines and gaps as they stand now; None as long as nothing was written down.

    `base` is the address of this site with a slash at its end.
    """
    job = recording.transcription
    gaps = queries.gaps(db, recording.id)
    lines = queries.public_lines(db, recording.id, gaps)
    if job is None or not (lines or job.is_silent):
        return None
    chapters = chapters_of(db, recording)
    who = {each.speaker_id: who_of(each.speaker, lang) for each in lines}
    said: list[Line | Gap] = [_line(each, who[each.speaker_id], job) for each in lines]
    said += [Gap(*gap) for gap in gaps]
    said.sort(key=lambda each: each.start_ms)
    parts = rules.sections([each.start_ms for each in said], chapters)
    return Written(
        sections=tuple(
            Section(_item(item, lang) if item else None, tuple(said[n] for n in places))
            for item, places in parts
        ),
        lang=lang,
        standing=queries.standings(db, [recording])[recording.id],
        origin=_origin(job),
        held=held_of(meeting, city, base),
        recorded=recorded_of(recording, base),
        chapters=_chapters(chapters, recording, lang),
    )


def who_of(speaker: Speaker | None, lang: str) -> Who | None:
    if speaker is None:
        return None
    label = speaker.label
    text = label.text if label.is_name else translate(lang, label.text, **label.values)
    is_one = label.is_name or speaker.kind != DAIS or bool(speaker.number)
    return Who(speaker.id, text, speaker.kind, label.is_name, is_one)


def _line(line: LineRow, who: Who | None, job: Transcription) -> Line:
    return Line(
        start_ms=line.start_ms,
        end_ms=line.end_ms,
        text=line.text,
        who=who,
        language=line.language if line.language and line.language != job.language else "",
        translation=line.translation,
        words=tuple((start, end, text, probability) for start, end, text, probability in line.words),
        confidence=line.confidence,
        is_reviewed=line.reviewed_at is not None,
    )


def _item(item: AgendaItem, lang: str) -> Item:
    words = item.text(lang)
    return Item(item.id, item.number, words.title, words.lang)


def _chapters(found: list[tuple[int, AgendaItem]], recording: Recording, lang: str) -> tuple[Chapter, ...]:
    ends = [*(ms for ms, _ in found[1:]), recording.duration_ms]
    return tuple(
        Chapter(_item(item, lang), ms, end) for (ms, item), end in zip(found, ends[: len(found)], strict=True)
    )


def _origin(job: Transcription) -> Origin:
    return Origin(
        model=job.model,
        language=job.language,
        engine=job.engine,
        source=job.source,
        made_at=job.ended_at,
        confidence=job.confidence,
    )


def held_of(meeting: Meeting, city: str, base: str) -> Held:
    return Held(
        id=meeting.id,
        url=f"{base}meetings/{meeting.id}",
        city=city,
        body=meeting.body.name,
        title=meeting.title,
        language=meeting.language,
        starts_at=meeting.starts_at,
        ended_at=meeting.adjourned_at,
        zone=meeting.zone,
        place=meeting.place,
        is_cancelled=meeting.state == CANCELLED,
    )


def recorded_of(recording: Recording, base: str) -> Recorded:
    return Recorded(
        id=recording.id,
        url=f"{base}recordings/{recording.id}",
        kind=recording.kind,
        has_picture=recording.has_picture,
        duration_ms=recording.duration_ms,
        starts_at=recording.starts_at,
        published_at=recording.published_at,
        sha256=recording.sha256,
    )
