"""The lines of a transcript told apart anew, after its recording's clock was set or changed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from engage import record
from engage.db import new_id
from transcripts import queries
from transcripts.attribution.course import Course
from transcripts.attribution.cutting import Piece, Who
from transcripts.attribution.lines import cut, facts_of, main_language
from transcripts.attribution.models import DAIS, PERSON, VOICE
from transcripts.attribution.speakers import rows_for
from transcripts.editing.queries import edits_since
from transcripts.models import Line, Recording


def reattribute(db: Session, recording: Recording, course: Course | None, *, by: str) -> None:
    """Join what was only cut, then cut and label anew; what somebody has edited keeps its words and borders.

    A line whose speaker a clerk has named keeps it. The first piece of a sentence keeps its line's id.
    """
    lines = queries.lines_of(db, recording.id)
    edited = edits_since(db, recording.id, 0) | {line.id for line in lines if is_settled(line)}
    sentences = list(joined(lines, edited))
    heard = [sentence_of(each) for each in sentences]
    whole = {n for n, each in enumerate(sentences) if each[0].id in edited}
    found = uncut(cut(heard, recording, course), whole)
    rows = rows_for(db, recording, [each.who for each in found if each.who], before=lines)
    old = {(n, line.start_ms): line for n, each in enumerate(sentences) for line in reversed(each)}
    changed, made = 0, 0
    for place, piece in enumerate(found, 1):
        facts = facts_of(piece, heard[piece.sentence], main_language(recording))
        facts |= {"speaker_id": rows[piece.who].id if piece.who else None}
        line = old.pop((piece.sentence, facts["start_ms"]), None)
        if line is None:
            db.add(Line(id=new_id(), recording_id=recording.id, place=place, salt=record.new_salt(), **facts))
            made += 1
        else:
            line.place = place
            changed += renew(line, facts, is_edited=line.id in edited)
    _note(db, recording, changed, made, list(old.values()), by=by)


def _note(
    db: Session, recording: Recording, changed: int, made: int, gone: Sequence[Line], *, by: str
) -> None:
    for line in gone:
        db.delete(line)
    db.flush()
    if changed or made or gone:
        record.append(
            db, recording.meeting_id, "lines.attributed", by=by, recording=recording.id,
            changed=changed, made=made, replaced=sorted(line.id for line in gone),
        )  # fmt: skip


def is_settled(line: Line) -> bool:
    """Its words, or who speaks, come from a person or a file: it is not cut or joined."""
    return line.heard is not None or not line.words or keeps_speaker(line)


def keeps_speaker(line: Line) -> bool:
    return line.is_named or (line.speaker is not None and line.speaker.kind == PERSON)


def joined(lines: Sequence[Line], edited: Collection[str]) -> Iterator[list[Line]]:
    """The lines of each sentence as it was heard."""
    held: list[Line] = []
    for line in lines:
        if held and not (line.is_continued and line.id not in edited and held[-1].id not in edited):
            yield held
            held = []
        held.append(line)
    if held:
        yield held


def sentence_of(lines: Sequence[Line]) -> dict[str, Any]:
    """As it was heard."""
    first, words = lines[0], [word for line in lines for word in line.words]
    sure = [word[3] for word in words if word[3] is not None]
    text = first.text if len(lines) == 1 else "".join(word[2] for word in words).strip()
    confidence = first.confidence if len(lines) == 1 or not sure else round(sum(sure) / len(sure), 3)
    return {
        "start_ms": first.start_ms, "end_ms": lines[-1].end_ms, "text": text, "words": words,
        "confidence": confidence, "language": first.language, "translation": first.translation,
        "is_continued": first.is_continued,
    }  # fmt: skip


def uncut(found: Sequence[Piece], whole: Collection[int]) -> list[Piece]:
    """With one piece for each of the sentences that stay `whole`."""
    made: list[Piece] = []
    for n, group in groupby(found, key=lambda piece: piece.sentence):
        parts = list(group)
        if n in whole and len(parts) > 1:
            parts = [Piece(n, 0, parts[-1].last, _speaker_of_all(parts))]
        made += parts
    return made


def _speaker_of_all(parts: Sequence[Piece]) -> Who | None:
    """Where several would speak in it, nobody is named."""
    whos = {part.who for part in parts}
    if len(whos) == 1:
        return parts[0].who
    return Who(DAIS) if any(who and who.kind != VOICE for who in whos) else None


def renew(line: Line, facts: Mapping[str, Any], *, is_edited: bool) -> bool:
    """Whether anything has changed; of an edited line that can only be who speaks."""
    names = ["speaker_id"] if is_edited else list(facts)
    wanted = {name: facts[name] for name in names if not (name == "speaker_id" and keeps_speaker(line))}
    wanted = {name: value for name, value in wanted.items() if getattr(line, name) != value}
    for name, value in wanted.items():
        setattr(line, name, value)
    line.version += bool(wanted)
    return bool(wanted)
