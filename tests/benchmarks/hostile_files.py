"""All files that mean harm, or are only damaged, by name."""

import random

from tests.benchmarks.hostile_lists import others, playlists
from tests.benchmarks.hostile_making import FORMS, Write, good, put
from tests.benchmarks.hostile_sound import films, odd_sound, sounds


def truncated() -> dict[str, Write]:
    """Every container, cut off in its head and in its middle."""
    made: dict[str, Write] = {}
    for form in FORMS:
        content = good(form)
        made[f"{form} cut off in the middle"] = put(content[: len(content) // 2])
        made[f"{form} cut off in the head"] = put(content[: min(200, len(content) // 8)])
    return made


def damaged(seed: int, each: int) -> dict[str, Write]:
    """Every container with bytes changed by chance, most of them in its head."""
    chance, made = random.Random(seed), {}
    for form in FORMS:
        content = good(form)
        for n in range(each):
            changed = bytearray(content)
            for _ in range(chance.choice((1, 3, 30))):
                place = chance.randrange(min(600, len(changed)) if chance.random() < 0.8 else len(changed))
                changed[place] = chance.choice((0, 255, 127, 128, chance.randrange(256)))
            made[f"{form} with damage {n + 1}"] = put(bytes(changed))
    return made


def hostile_files(seed: int, each: int, port: int) -> dict[str, Write]:
    lists = {name: put(text.replace(b"PORT", str(port).encode())) for name, text in playlists().items()}
    return lists | others() | odd_sound() | films() | sounds() | truncated() | damaged(seed, each)
