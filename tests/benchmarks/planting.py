"""A fault that is planted in the house for as long as a check looks for it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from comments.queue.order import FIRST_COME

Made = Callable[[Any], Any]
"""From the real thing, what stands in its place."""


@dataclass(frozen=True)
class Fault:
    """`patches` are (where, name, made) each; `order` is that of the evening in which it shows."""

    words: str
    patches: tuple[tuple[Any, str, Made], ...]
    order: str = FIRST_COME
    is_at_the_door: bool = False
    """Of the app, not of the verbs: it is met by posts."""


@contextmanager
def planted(fault: Fault) -> Iterator[None]:
    with ExitStack() as stack:
        for room, name, made in fault.patches:
            real = getattr(room, name)
            stack.callback(setattr, room, name, real)
            setattr(room, name, made(real))
        yield
