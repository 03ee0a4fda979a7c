"""Somebody who asks again and again while the store is in trouble, and notes what was answered, and when."""

import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx2

from engage.doors import participant_cookie
from tests.benchmarks.load_city import Planted

EVERY_S = 0.1
PATIENCE_S = 30
PAGE, HEALTH, COMMENT = "page", "health", "comment"


@dataclass(frozen=True)
class Answered:
    """`status` is 0 where no answer came; `seconds` from the question to the whole answer."""

    what: str
    status: int
    began: float
    seconds: float
    retry_after: str
    text: str


class Asking:
    """Reads the meeting's page, asks for health and sends a comment, ten times a second each; every question
    has a thread of its own, so that none waits for another's answer."""

    def __init__(self, url: str, city: Planted) -> None:
        self.url, self.city = url, city
        self.answers: list[Answered] = []
        self._number = 0
        self._client = httpx2.Client(timeout=PATIENCE_S, limits=httpx2.Limits(max_connections=None))
        self._ending = threading.Event()
        self._asking = ThreadPoolExecutor(200, "asking")
        self._thread = threading.Thread(target=self._run, name="asking", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Comes back when everything is answered."""
        self._ending.set()
        self._thread.join()
        self._asking.shutdown()
        self._client.close()

    def of(self, what: str, *, since: float = 0, until: float = float("inf")) -> list[Answered]:
        """What was asked and answered between these times (monotonic seconds)."""
        return [
            each for each in self.answers
            if each.what == what and since <= each.began and each.began + each.seconds <= until
        ]  # fmt: skip

    def _run(self) -> None:
        while not self._ending.wait(EVERY_S):
            self._number += 1
            for what in (PAGE, HEALTH, COMMENT):
                self._asking.submit(self._ask, what, self._number)

    def _ask(self, what: str, number: int) -> None:
        began = time.monotonic()
        try:
            answer = self._send(what, number)
            status, text = answer.status_code, answer.text
            retry_after = answer.headers.get("retry-after", "")
        except httpx2.HTTPError as broken:
            status, text, retry_after = 0, str(broken), ""
        seconds = time.monotonic() - began
        self.answers.append(Answered(what, status, began, seconds, retry_after, text))

    def _send(self, what: str, number: int) -> httpx2.Response:
        meeting = f"{self.url}/meetings/{self.city.meeting_id}"
        if what != COMMENT:
            return self._client.get(meeting if what == PAGE else f"{self.url}/healthz")
        form = {"key": f"asked-{number}", "name": "", "position": "none", "text": f"Asked {number}"}
        cookie = {"cookie": f"{participant_cookie(self.city.meeting_id)}=asking-{number}"}
        return self._client.post(f"{meeting}/items/general/comment", data=form, headers=cookie)


def wrong_answers(asking: Asking, others: Iterable[int], slowest: float, soon: float) -> list[str]:
    """What must not have been answered in a store's trouble: `others` are statuses that nobody should see,
    `slowest` the seconds that the first act after it took, which should have been less than `soon`."""
    told = [each for each in asking.of(COMMENT) if each.status == 503]
    return [
        *(f"answered {status}" for status in others),
        *("told without a plain sentence" for each in told if "Nothing was saved" not in each.text),
        *(f"a page was answered {each.status}" for each in asking.of(PAGE) if each.status != 200),
        *([f"{slowest:.1f} s until the next act"] if slowest > soon else []),
    ]
