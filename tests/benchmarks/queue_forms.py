"""Where a page would post each act, and with which fields."""

from typing import Any

from comments.place import GENERAL
from tests.benchmarks.queue_acts import Act


def form_of(meeting_id: str, act: Act) -> tuple[str, dict[str, str]]:
    """Where a page would post this act, and its fields."""
    item, ours, theirs = act.item or GENERAL, f"/meetings/{meeting_id}", f"/clerk/meetings/{meeting_id}"
    one, lists = f"{theirs}/requests/{act.request}", f"{theirs}/lists/{item}"
    if act.who.startswith("chair"):
        at = f"/chair/meetings/{meeting_id}"
        return (f"{at}/floor", {"request": act.request}) if act.verb == "call" else (
            f"{at}/requests/{act.request}/end", {},
        )  # fmt: skip
    of_act: dict[str, tuple[str, dict[str, str]]] = {
        "join": (f"{ours}/items/{item}/request", {"name": act.who, "mode": act.mode, "stance": act.stance}),
        "withdraw": (f"{ours}/requests/{act.request}/withdrawal", {}),
        "stance": (f"{ours}/requests/{act.request}/stance", {"stance": act.stance}),
        "card": (f"{theirs}/requests", {"name": "Card", "mode": act.mode, "item": item,
                                        "kind": act.value or "", "answer_to": act.request}),
        "call": (f"{theirs}/floor", {"request": act.request}),
        "call_out": (f"{one}/out-of-turn", {"act": "call"}),
        "remove": (f"{one}/removal", {"reason": "Spoke off the subject."}),
        "limit": (f"{lists}/times", {"limit_s": minutes(act.value)}),
        "total": (f"{lists}/times", {"total_s": minutes(act.value)}),
        "close": (f"{lists}/closing", {}),
        "reopen": (f"{lists}/reopening", {}),
        "item": (f"{theirs}/items/{item}/call", {}),
        "no-item": (f"{theirs}/items/closing", {}),
        "undo": (f"{theirs}/undo", {"seq": str(act.value)}),
        "open": (f"{theirs}/opening", {}),
        "recess": (f"{theirs}/recess", {}),
        "reconvene": (f"{theirs}/reconvening", {}),
    }  # fmt: skip
    if act.verb in ("skip", "up", "down", "first"):
        return f"{one}/out-of-turn", {"act": act.verb}
    return of_act.get(act.verb, (f"{one}/{act.verb}", {}))


def minutes(seconds: Any) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}" if isinstance(seconds, int) else ""
