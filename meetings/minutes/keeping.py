"""A paper as text and back: approved minutes stay as they were approved, whatever is changed afterwards."""

from dataclasses import asdict
from typing import Any

from engage.record import canonical
from meetings.minutes.paper import Block, Facts, Line, Lines, Paper, Paragraph, Part, Table

KINDS: dict[str, type[Block]] = {each.kind: each for each in (Paragraph, Facts, Lines, Table)}


def packed(paper: Paper) -> str:
    """JSON as the record writes it, so that its seal can be computed again."""
    parts = [asdict(part) | {"blocks": [_packed(block) for block in part.blocks]} for part in paper.parts]
    return canonical(asdict(paper) | {"parts": parts})


def _packed(block: Block) -> dict[str, Any]:
    return {"kind": block.kind, **asdict(block)}


def unpacked(facts: dict[str, Any]) -> Paper:
    parts = tuple(_part(part) for part in facts["parts"])
    return Paper(**facts | {"parts": parts})


def _part(facts: dict[str, Any]) -> Part:
    return Part(**facts | {"blocks": tuple(_block(**block) for block in facts["blocks"])})


def _block(kind: str, **facts: Any) -> Block:
    if kind == Lines.kind:
        return Lines(tuple(Line(**line) for line in facts["lines"]))
    return KINDS[kind](**{name: _tuples(value) for name, value in facts.items()})


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
