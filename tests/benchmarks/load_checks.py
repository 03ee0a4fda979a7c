"""What the store must show of the load L: every acknowledged act once, and in the order of the answers."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue.models import WITHDRAWN, Request
from comments.surveys.models import Answered
from comments.written.models import Comment
from engage import record
from engage.people import Participant, token_hash
from tests.benchmarks.load_city import Planted

COMMENT, JOIN, WITHDRAWAL, ANSWER = "comment", "join", "withdrawal", "answer"


@dataclass(frozen=True)
class Ack:
    """An act that was answered with success. Times are monotonic seconds, `began` of the first try.

    `words`: a comment's text, the name of who joins, the id of a withdrawn request, the id of a chosen
    option. `seq` is 0 where the answer names no entry: a ballot's form that is sent again.
    """

    kind: str
    key: str
    token: str
    words: str
    book: str
    seq: int
    hash8: str
    began: float
    ended: float


def faults(db: Session, planted: Planted, acks: Sequence[Ack]) -> list[str]:
    """What was lost, doubled or reordered, and where the chain breaks; nothing when all is well."""
    found = act_faults(db, planted, acks)
    for book in sorted({planted.meeting_id, record.CITY}):
        if (seq := record.first_fault(db, book)) is not None:
            found.append(f"entry {seq} of book {book} does not follow")
    return found


def act_faults(db: Session, planted: Planted, acks: Sequence[Ack]) -> list[str]:
    """Without the chain, for those who have it checked anyway. Each begins with its kind."""
    return [*lost(db, planted, acks), *doubled(db, planted), *reordered(acks)]


def lost(db: Session, planted: Planted, acks: Iterable[Ack]) -> Iterator[str]:
    """Acts whose row, or whose acknowledged entry, is not there."""
    kept = kept_acts(db, planted)
    rows = db.execute(
        select(record.Entry.seq, record.Entry.hash).where(record.Entry.book == planted.meeting_id)
    )
    entries = {seq: digest[:8] for seq, digest in rows}
    for ack in acks:
        if identity(ack) not in kept:
            yield f"lost: {ack.kind} {ack.words}, acknowledged as entry {ack.seq}"
        elif ack.seq and (ack.book, entries.get(ack.seq)) != (planted.meeting_id, ack.hash8):
            yield f"lost: entry {ack.seq}-{ack.hash8} of {ack.kind} {ack.words}"


def identity(ack: Ack) -> tuple[str, ...]:
    """By what the store knows an act: whose it is, and what it said (of a ballot only that it was sent)."""
    return ack.kind, token_hash(ack.token), ack.key if ack.kind == ANSWER else ack.words


def kept_acts(db: Session, planted: Planted) -> set[tuple[str, ...]]:
    people = db.execute(select(Participant).where(Participant.meeting_id == planted.meeting_id)).scalars()
    tokens = defaultdict(lambda: ("", ""), {each.id: (each.token or "", each.name) for each in people})
    # in a copy that is not whole, people may be missing whose acts are there
    comments = select(Comment.participant_id, Comment.text).where(Comment.meeting_id == planted.meeting_id)
    kept: set[tuple[str, ...]] = {(COMMENT, tokens[who][0], text) for who, text in db.execute(comments)}
    requests = select(Request.id, Request.participant_id, Request.state).where(
        Request.meeting_id == planted.meeting_id
    )
    for request_id, who, state in db.execute(requests):
        kept.add((JOIN, *tokens[who]))
        if state == WITHDRAWN:
            kept.add((WITHDRAWAL, tokens[who][0], request_id))
    ballots = select(Answered.participant_id, Answered.key).where(Answered.survey_id == planted.survey_id)
    return kept | {(ANSWER, tokens[who][0], key or "") for who, key in db.execute(ballots)}


def doubled(db: Session, planted: Planted) -> Iterator[str]:
    """Acts that are there twice, acknowledged or not: no two have the same text or the same name."""
    texts = select(Comment.text).where(Comment.meeting_id == planted.meeting_id)
    names = (
        select(Participant.name)
        .join(Request, Request.participant_id == Participant.id)
        .where(Request.meeting_id == planted.meeting_id)
    )
    places = select(Request.place).where(Request.meeting_id == planted.meeting_id)
    numbers = select(Comment.number).where(Comment.meeting_id == planted.meeting_id)
    for what, wanted in (
        ("comment", texts), ("join", names), ("place in the queue", places), ("number of a comment", numbers),
    ):  # fmt: skip
        for words, times in Counter(db.scalars(wanted)).items():
            if times > 1:
                yield f"doubled: {what} {words} is there {times} times"
    for kind, fact in (
        ("comment.received", "comment"),
        ("request.joined", "request"),
        ("request.withdrawn", "request"),
    ):
        told = Counter(entry.facts[fact] for entry in record.of_kinds(db, [planted.meeting_id], [kind]))
        yield from (f"doubled: {times} entries {kind} of {each}" for each, times in told.items() if times > 1)


def reordered(acks: Iterable[Ack]) -> Iterator[str]:
    """Acts with a lower number than one that had been acknowledged before they began."""
    numbered = sorted((ack for ack in acks if ack.seq), key=lambda ack: ack.ended)
    ends = [ack.ended for ack in numbered]
    highest = list(accumulate((ack.seq for ack in numbered), max))
    for ack in numbered:
        before = bisect_left(ends, ack.began)
        if before and highest[before - 1] >= ack.seq:
            yield f"reordered: entry {ack.seq} began after entry {highest[before - 1]} was acknowledged"
