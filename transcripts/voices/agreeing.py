"""Where the voice that is heard agrees with the record of who had the floor, and where it does not."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

Turn = tuple[int, int, str]
Stretch = tuple[int, int, str | None]
Voices = Sequence[Sequence[int]]

LATE_MS = 3000  # a clerk's hand follows the room by up to this
SURE_MS = 1500  # a look of the ear; what is shorter may be a slip of it
PAUSE_MS, UNSURE_MS = 250, 400


def own_stretches(turns: Sequence[Turn], voices: Voices) -> list[Stretch]:
    """Whose words may be put under the name of the one who had the floor, in ms of the recording.

    `turns` are those of the record, [(start, end, who)] in order, with both ends up to 3 s late; `voices` are
    those of the ear, [[start, end, number]] in order. What comes out is in order and does not overlap:
    (start, end, who) where record and ear agree, which may be up to 3 s before the turn of the record;
    (start, end, None) about the time of a turn, where somebody else may speak. A word belongs to the stretch
    in which it lies whole, and what lies in none is nobody's.
    Without `voices` it is the record alone, less the last 3 s of each turn.
    """
    if not voices:
        return [(start, end - LATE_MS, who) for start, end, who in turns if end - LATE_MS > start]
    reaches: list[Stretch] = [(start - LATE_MS, end, None) for start, end, _ in turns]
    claims = claimed(turns, voices)
    found: list[Stretch] = []
    for start, end, number in with_sure_edges(voices):
        for begin, finish, names in parted(start, end, [*reaches, *claims[number]]):
            whose = names - {None}
            is_sure = len(whose) == 1 and finish - begin >= SURE_MS
            found.append((begin, finish, whose.pop() if is_sure else None))
    return found


def claimed(turns: Sequence[Turn], voices: Voices) -> dict[int, list[Stretch]]:
    """By the number of the voice: when it is whose.

    One whose voice is known speaks with it from up to 3 s before a turn to its end. A turn of another in
    which the ear hears no change is as the record says, less its last 3 s: the ear has nothing to add to it.
    """
    own = own_voices(turns, voices)
    found: dict[int, list[Stretch]] = defaultdict(list)
    for start, end, who in turns:
        heard = {number for first, last, number in voices if first < end - LATE_MS and start < last}
        if who in own:
            found[own[who]].append((start - LATE_MS, end, who))
        elif len(heard) == 1:
            found[heard.pop()].append((start, end - LATE_MS, who))
    return found


def own_voices(turns: Sequence[Turn], voices: Voices) -> dict[str, int]:
    """The voice of each one who had the floor: that which is heard most in their turns and least elsewhere.

    Nobody's is a voice that is heard longer while nobody has the floor: it is that of somebody at the dais.
    The last 3 s of a turn, in which it may have ended, do not count.
    """
    total, free = Counter[int](), Counter[int]()
    theirs: dict[str, Counter[int]] = {who: Counter() for _, _, who in turns}
    reaches: list[Stretch] = [(start - LATE_MS, end, who) for start, end, who in turns]
    for start, end, number in voices:
        total[number] += end - start
        free[number] += end - start - sum(last - first for first, last, _ in parted(start, end, reaches))
        for first, last, who in turns:
            theirs[who][number] += max(0, min(end, last - LATE_MS) - max(start, first))
    found = {}
    for who, heard in theirs.items():
        number = max(heard, key=lambda n: heard[n] ** 2 / total[n])
        if heard[number] > free[number]:
            found[who] = number
    return found


def parted(start: int, end: int, by: Sequence[Stretch]) -> Iterator[tuple[int, int, set[str | None]]]:
    """The parts of a span that lie in one or more of these stretches, each with whose they are."""
    near = [(first, last, who) for first, last, who in by if first < end and start < last]
    inner = {edge for first, last, _ in near for edge in (first, last) if start < edge < end}
    edges = [start, *sorted(inner), end]
    for begin, finish in zip(edges, edges[1:], strict=False):
        if names := {who for first, last, who in near if first <= begin and finish <= last}:
            yield begin, finish, names


def with_sure_edges(voices: Voices) -> Iterator[tuple[int, int, int]]:
    """Less 0.4 s on both sides where one voice follows another without a pause: the ear is not sure when."""
    for n, (start, end, number) in enumerate(voices):
        after = n > 0 and start - voices[n - 1][1] < PAUSE_MS
        before = n + 1 < len(voices) and voices[n + 1][0] - end < PAUSE_MS
        begin, finish = start + UNSURE_MS * after, end - UNSURE_MS * before
        if begin < finish:
            yield begin, finish, number
