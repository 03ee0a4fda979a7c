"""What was done on an item, in words: each kind of block of the document as paragraphs, lists and tables."""

from collections.abc import Callable, Iterable
from typing import Any

from engage.language import N_, duration
from meetings.minutes import doings, paper
from meetings.minutes.motion import decided, moved
from meetings.minutes.paper import Block, Lines, Paragraph, Table
from meetings.minutes.pen import Pen, paragraphs, quotes

NO_NAME = N_("A person without a name")


def written(block: doings.Block, pen: Pen) -> list[Block]:
    return list(WORDINGS[type(block)](block, pen))


def _called(called: doings.Called, pen: Pen) -> Iterable[Block]:
    again = N_("The item was taken up again at %(time)s.")
    yield Paragraph(
        pen.say(
            again if called.is_again else N_("The item was called at %(time)s."), time=pen.time(called.at)
        )
    )


def _event(event: doings.Event, pen: Pen) -> Iterable[Block]:
    yield Paragraph(sentence(event, pen))


def sentence(event: doings.Event, pen: Pen) -> str:
    labels = {name: pen.say(label) for name, label in event.labels}
    return pen.say(event.label, time=pen.time(event.at), **dict(event.values), **labels)


def _recess(recess: doings.Recess, pen: Pen) -> Iterable[Block]:
    yield Paragraph(
        _lasting(recess, pen, N_("Recess from %(since)s to %(until)s."), N_("Recess from %(since)s on."))
    )


def _lasting(one: Any, pen: Pen, ended: str, lasts: str, **values: str) -> str:
    if one.until is None:
        return pen.say(lasts, since=pen.time(one.since), **values)
    return pen.say(ended, since=pen.time(one.since), until=pen.time(one.until), **values)


def _closed_session(one: doings.ClosedSession, pen: Pen) -> Iterable[Block]:
    ended = N_("Closed session from %(since)s to %(until)s: %(ground)s.")
    lasts = N_("Closed session from %(since)s on: %(ground)s.")
    ground = pen.say(one.ground)
    if one.law:
        ground = pen.say(N_("%(ground)s (California Government Code %(law)s)"), ground=ground, law=one.law)
    yield Paragraph(_lasting(one, pen, ended, lasts, ground=ground))
    if one.items:
        yield lines_of(one.items, pen)
    if one.report:
        yield Paragraph(pen.say(N_("Reported from the closed session:")))
        yield from quotes(one.report)


def _disruption(one: doings.Disruption, pen: Pen) -> Iterable[Block]:
    ended = N_("Disruption from %(since)s to %(until)s (%(lasted)s): %(reason)s. %(ending)s.")
    lasts = N_("Disruption from %(since)s on: %(reason)s.")
    lasted = duration((one.until - one.since).total_seconds(), pen.lang) if one.until else ""
    values = {"reason": pen.say(one.reason), "ending": pen.say(one.ending), "lasted": lasted}
    yield Paragraph(_lasting(one, pen, ended, lasts, **values))
    if one.steps:
        yield Table(
            pen.say(N_("Steps taken about the disruption")),
            (pen.say(N_("Time")), pen.say(N_("Step")), pen.say(N_("Note"))),
            tuple(_step(step, pen) for step in one.steps),
        )
    if one.finding:
        yield Paragraph(pen.say(one.finding))


def _step(step: doings.Step, pen: Pen) -> tuple[str, ...]:
    return pen.time(step.at), pen.say(step.label), step.note.text if step.note else ""


def _speakers(speakers: doings.Speakers, pen: Pen) -> Iterable[Block]:
    has_stance = any(person.stance for person in speakers.people)
    head = [N_("Speaker"), N_("Where"), *([N_("Position")] if has_stance else []), N_("Minutes spoken")]
    caption = N_("Public comment: %(in_room)s spoke in the room, %(remote)s remotely")
    yield Table(
        pen.say(caption, in_room=speakers.in_room, remote=speakers.remote),
        tuple(map(pen.say, head)),
        tuple(_speaker(person, pen, has_stance) for person in speakers.people),
    )


def _speaker(person: doings.Speaker, pen: Pen, has_stance: bool) -> tuple[str, ...]:
    name = person.name or pen.say(NO_NAME)
    if person.kind:
        name = f"{name} ({pen.say(person.kind)})"
    stance = [pen.say(person.stance)] if has_stance else []
    return (name, pen.say(person.mode), *stance, pen.spoken(person.spoken_s))


def _comments(comments: doings.Comments, pen: Pen) -> Iterable[Block]:
    counts = ", ".join(f"{pen.say(label)} {count}" for label, count in comments.counts if count)
    sentence = N_("Written comments received: %(count)s (%(positions)s).")
    yield Paragraph(pen.say(sentence, count=comments.total, positions=counts))


def _consent(consent: doings.Consent, pen: Pen) -> Iterable[Block]:
    yield Paragraph(pen.say(N_("On the consent calendar:")))
    yield lines_of(consent.lines, pen)


def lines_of(lines: Iterable[doings.Line], pen: Pen) -> Lines:
    return Lines(
        tuple(
            paper.Line(
                f"{line.number} {line.title.text}".strip(),
                line.title.lang,
                sentence(line.note, pen) if line.note else "",
            )
            for line in lines
        )
    )


def _poll(poll: doings.Poll, pen: Pen) -> Iterable[Block]:
    values = {"audience": pen.say(poll.audience), "count": poll.people}
    if not poll.rows:
        yield Paragraph(pen.say(N_("Question to: %(audience)s. Answers in words: %(count)s."), **values))
        yield from quotes(poll.question)
        return
    yield Paragraph(pen.say(N_("Poll among: %(audience)s. Answers: %(count)s."), **values))
    yield Table(
        poll.question.text,
        (pen.say(N_("Answer")), pen.say(poll.unit)),
        tuple((words, str(count)) for words, count in poll.rows),
        lang=poll.question.lang,
    )
    if poll.mean:
        yield Paragraph(pen.say(N_("Mean: %(mean)s"), mean=poll.mean))


def _summary(summary: doings.Summary, pen: Pen) -> Iterable[Block]:
    return paragraphs(summary.words)


WORDINGS: dict[type, Callable[[Any, Pen], Iterable[Block]]] = {
    doings.Called: _called,
    doings.Event: _event,
    doings.Recess: _recess,
    doings.ClosedSession: _closed_session,
    doings.Disruption: _disruption,
    doings.Speakers: _speakers,
    doings.Comments: _comments,
    doings.Motion: moved,
    doings.Decision: decided,
    doings.Consent: _consent,
    doings.Poll: _poll,
    doings.Summary: _summary,
}
