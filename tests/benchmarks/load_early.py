"""A planted fault for the kills to find: a server that answers an act before the commit is on disk.

Stands in front of the server's own command, as strace does.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from sqlalchemy.orm import Session

from engage.__main__ import main
from engage.writing import Writing

HELD_S = 0.02
"""Between an answer and its commit: a kill may fall there."""
Take = Callable[[Writing, Callable[[Session], Any]], "Future[Any]"]


def answering_early(take: Take) -> Take:
    def take_early(writing: Writing, work: Callable[[Session], Any]) -> "Future[Any]":
        told: Future[Any] = Future()

        def work_and_tell(db: Session) -> Any:
            result = work(db)
            told.set_result(result)
            time.sleep(HELD_S)
            return result

        def tell_failure(kept: "Future[Any]") -> None:
            if not told.done():
                told.set_exception(kept.exception())

        take(writing, work_and_tell).add_done_callback(tell_failure)
        return told

    return take_early


if __name__ == "__main__":
    Writing.take = answering_early(Writing.take)  # type: ignore[method-assign,assignment]  # the fault
    del sys.argv[1:4]  # the interpreter, -m and engage
    main()
