"""The residents of the load L: each fills in one form after another, and sends it until it is answered."""

import asyncio
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from engage.doors import participant_cookie
from engage.record import Cursor
from tests.benchmarks.load_browser import Answer, Broken, Browser
from tests.benchmarks.load_checks import ANSWER, COMMENT, JOIN, WITHDRAWAL, Ack
from tests.benchmarks.load_city import Planted

ENTRY = "engage-entry"
QUEUE = "queue"
SHARES = {COMMENT: 60, QUEUE: 30, ANSWER: 10}
"""In a hundred; who stands in the queue withdraws, who does not joins it."""
LOST_ANSWERS = 0.03
"""The share of answers that are lost on their way."""
AWAY_S = (0.05, 0.2)
"""Between two tries at a server that is not there."""
GENERAL = "general"


@dataclass
class Shared:
    """What all residents of one load know and hear."""

    url: str
    city: Planted
    seed: int
    pause_s: float
    """Between two forms of one resident, on average."""
    forgets: bool = False
    """The control: a form is sent again with another key and another cookie."""
    lost_answers: float = LOST_ANSWERS
    acks: list[Ack] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)
    """Forms that were refused for good, by status."""
    sent_again: int = 0
    """Forms that needed more than one try."""
    unanswered: int = 0
    """Forms that were given up at the end."""
    differing: list[str] = field(default_factory=list)
    """Forms that were answered with another entry when they were sent again."""
    ending: threading.Event = field(default_factory=threading.Event)


@dataclass
class Form:
    """One act before it is acknowledged."""

    kind: str
    path: str
    key: str
    token: str
    words: str
    fields: dict[str, str]

    def forget(self, tries: int) -> None:
        """Another key and another cookie: nothing tells the store that it has seen this form."""
        self.key, self.token = (f"{each.partition('+')[0]}+{tries}" for each in (self.key, self.token))


class Resident:
    """One client: one form after another, each for a person of its own but for the comments."""

    def __init__(self, load: Shared, number: int) -> None:
        self.load, self.city, self.name = load, load.city, f"{load.seed}-{number}"
        self.chance = random.Random(self.name)
        self.browser = Browser(load.url)
        self.waiting = ""
        """The token of this client's person who stands in the queue."""
        self.count = 0

    async def live(self) -> None:
        pause = self.load.pause_s
        due = time.monotonic() + self.chance.uniform(0, pause)
        while not self.load.ending.is_set():
            now = time.monotonic()
            if now < due:
                await asyncio.sleep(min(0.2, due - now))
                continue
            due = max(due, now - pause) + pause * self.chance.uniform(0.5, 1.5)
            form = await self.next_form()
            if form:
                await self.send(form)
        self.browser.close()

    async def next_form(self) -> Form | None:
        """None when the withdrawal of the moment cannot be made, as the server is away."""
        kind = self.chance.choices([*SHARES], [*SHARES.values()])[0]
        if kind == QUEUE:
            return await self.withdrawal() if self.waiting else self.new_form(JOIN)
        return self.new_form(kind)

    def new_form(self, kind: str) -> Form:
        self.count += 1
        name, city, chance = f"{self.name}-{self.count}", self.city, self.chance
        meeting = f"/meetings/{city.meeting_id}"
        if kind == COMMENT:
            item, words = chance.choice([GENERAL, *city.item_ids]), f"Please build it. {name}"
            fields = {"name": "", "position": "none", "text": words}
            return Form(COMMENT, f"{meeting}/items/{item}/comment", name, self.name, words, fields)
        if kind == ANSWER:
            words = chance.choice(city.option_ids)
            fields = {city.question_field: words}
            return Form(ANSWER, f"{meeting}/surveys/{city.survey_id}", name, name, words, fields)
        fields = {"name": name, "mode": chance.choice(["remote", "in_person"])}
        return Form(JOIN, f"{meeting}/items/{GENERAL}/request", name, name, name, fields)

    async def withdrawal(self) -> Form | None:
        """The strip of what is one's own says which request it is."""
        meeting, token = f"/meetings/{self.city.meeting_id}", self.waiting
        try:
            page = await self.browser.get(f"{meeting}/mine", self.cookie(token))
        except Broken:
            return None
        if page.status != 200:
            return None
        request, self.waiting = page.body.decode().split('data-ids="', 1)[1].split('"', 1)[0], ""
        path = f"{meeting}/requests/{request}/withdrawal"
        return Form(WITHDRAWAL, path, f"{token}-withdrawal", token, request, {})

    async def send(self, form: Form) -> None:
        began = time.monotonic()
        answer = await self.insist(form)
        if answer is None:
            self.load.unanswered += 1
            return
        if answer.status != 303:
            self.load.refused[answer.status] += 1
            return
        book, _, cursor = answer.headers.get(ENTRY, "").partition("/")
        seq, hash8 = Cursor.parse(cursor) or (0, "")
        ended = time.monotonic()
        self.load.acks.append(
            Ack(form.kind, form.key, form.token, form.words, book, seq, hash8, began, ended)
        )
        if form.kind == JOIN:
            self.waiting = form.token

    async def insist(self, form: Form) -> Answer | None:
        """Send it until its answer comes; None when the load has ended before."""
        lost, tries = None, 0
        will_lose = self.chance.random() < self.load.lost_answers
        while True:
            tries += 1
            self.load.sent_again += tries == 2
            answer = await self.answer(form)
            if answer and answer.status == 303 and will_lose:
                lost, will_lose = answer.headers.get(ENTRY), False
                self.browser.close()
            elif answer:
                self.compare(form, lost, answer.headers.get(ENTRY))
                return answer
            elif self.load.ending.is_set():
                return None
            else:
                await asyncio.sleep(self.chance.uniform(*AWAY_S))
            if self.load.forgets and form.kind != WITHDRAWAL:
                form.forget(tries)

    async def answer(self, form: Form) -> Answer | None:
        """Of one try; None when there is none, or the server says that it cannot just now."""
        fields = form.fields | {"key": form.key}
        try:
            answer = await self.browser.post(form.path, self.cookie(form.token), fields)
        except Broken:
            return None
        return None if answer.status == 503 else answer

    def compare(self, form: Form, lost: str | None, entry: str | None) -> None:
        """The same form again names the same entry; a ballot's names none, as nothing leads to it."""
        if lost and entry != lost and form.kind != ANSWER and not self.load.forgets:
            self.load.differing.append(f"{form.kind} {form.words} was entry {lost}, sent again {entry}")

    def cookie(self, token: str) -> str:
        return f"{participant_cookie(self.city.meeting_id)}={token}"
