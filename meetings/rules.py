"""What a meeting's state allows."""

from meetings.models import ADJOURNED, CANCELLED, DRAFT, OPEN, PUBLISHED, RECESS

NEXT_STATES = {
    DRAFT: {PUBLISHED},
    PUBLISHED: {OPEN, CANCELLED},
    OPEN: {RECESS, ADJOURNED},
    RECESS: {OPEN, ADJOURNED},
    ADJOURNED: set[str](),
    CANCELLED: set[str](),
}


def may_become(state: str, wanted: str) -> bool:
    """A meeting is published, opened, perhaps recessed and reconvened, and adjourned; or cancelled before."""
    return wanted in NEXT_STATES[state]
