"""A motion in words: who moved it, what it says, and how each member voted."""

from collections.abc import Iterable

from engage.language import N_
from meetings.minutes import doings
from meetings.minutes.paper import Block, Paragraph, Table
from meetings.minutes.pen import Pen, quotes


def moved(motion: doings.Motion, pen: Pen) -> Iterable[Block]:
    """Who moved and seconded it, and its words."""
    yield Paragraph(_who(motion, pen))
    yield from quotes(motion.words)


def _who(motion: doings.Motion, pen: Pen) -> str:
    what = N_("Motion %(number)s (%(kind)s)")
    if motion.about is not None:
        what = N_("Motion %(number)s (%(kind)s, on motion %(about)s)")
    values = {"number": motion.number, "kind": pen.say(motion.kind), "about": motion.about}
    sentence = N_("%(what)s, moved by %(mover)s, not seconded:")
    if motion.seconder:
        sentence = N_("%(what)s, moved by %(mover)s, seconded by %(seconder)s:")
    return pen.say(sentence, what=pen.say(what, **values), mover=motion.mover, seconder=motion.seconder)


def decided(decision: doings.Decision, pen: Pen) -> Iterable[Block]:
    """What it says after amendments, the result, and each member's vote."""
    if decision.amended:
        yield Paragraph(pen.say(N_("Motion %(number)s as amended:"), number=decision.number))
        yield from quotes(decision.amended)
    values = {"number": decision.number, "result": pen.say(decision.result)}
    values["time"] = pen.time(decision.at) if decision.at else ""
    if decision.ballots is None:
        is_pending = decision.at is None
        outcome = (
            N_("Motion %(number)s was not decided.")
            if is_pending
            else N_("Motion %(number)s: %(result)s, at %(time)s.")
        )
        yield Paragraph(pen.say(outcome, **values))
    else:
        yield from _voted(decision.ballots, values, pen)


def _voted(ballots: doings.Ballots, values: dict[str, object], pen: Pen) -> Iterable[Block]:
    counts = ", ".join(f"{pen.say(label)} {count}" for label, count in ballots.counts if count)
    sentence = N_("Motion %(number)s, vote at %(time)s: %(result)s (%(counts)s). Needed: %(threshold)s.")
    if ballots.is_corrected:
        sentence = N_(
            "Motion %(number)s, vote corrected at %(time)s: %(result)s (%(counts)s). Needed: %(threshold)s."
        )
    yield Paragraph(pen.say(sentence, **values, counts=counts, threshold=pen.say(ballots.threshold)))
    yield Table(
        pen.say(
            N_("Vote on motion %(number)s, %(time)s, %(method)s"), **values, method=pen.say(ballots.method)
        ),
        (pen.say(N_("Member")), pen.say(N_("Vote"))),
        tuple((name, pen.say(label)) for name, label in ballots.members),
    )
