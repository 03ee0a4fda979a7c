"""When a disrupted meeting may go on, and when a finding is needed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.disruption.models import ENDINGS, REASONS, REMOTE, STEPS
from meetings.disruption.rules import may_end, may_find, may_reconvene_at, needs_finding
from tests.make import EPOCH, MINUTE

SECONDS = st.integers(0, 3 * 3600)


def test_the_hour_is_an_hour() -> None:
    assert may_reconvene_at(EPOCH) - EPOCH == timedelta(minutes=60)


@given(SECONDS, st.sampled_from(sorted(ENDINGS)))
def test_only_what_is_restored_ends_it_early(seconds: int, because: str) -> None:
    now = EPOCH + timedelta(seconds=seconds)
    assert may_end(EPOCH, because, now) is (because in ("access", "order") or seconds >= 3600)


@given(SECONDS, st.sampled_from(sorted(REASONS)))
def test_a_finding_is_about_remote_access_gone_for_the_hour(seconds: int, reason: str) -> None:
    found = may_find(reason, EPOCH, EPOCH + timedelta(seconds=seconds))
    assert found is (reason in ("flooding", "technical") and seconds >= 3600)


@pytest.mark.parametrize(
    ("reason", "because", "steps", "needed"),
    [
        ("technical", "time", ["reconnected"], True),
        ("flooding", "time", [], True),
        ("technical", "time", ["reconnected", "finding"], False),
        ("technical", "access", ["reconnected"], False),
        ("technical", "adjournment", [], False),
        ("technical", "", [], False),
        ("noise", "time", [], False),
    ],
)
def test_who_goes_on_without_remote_access_needs_the_finding(
    reason: str, because: str, steps: list[str], needed: bool
) -> None:
    assert needs_finding(reason, because, steps) is needed


def test_one_second_before_the_hour_is_early() -> None:
    assert not may_end(EPOCH, "time", EPOCH + 60 * MINUTE - timedelta(seconds=1))


def test_the_lists_name_acts_and_never_a_view_or_a_person() -> None:
    assert set(REMOTE) <= set(REASONS)
    assert list(STEPS)[-1] == "other"
    words = " ".join([*REASONS.values(), *STEPS.values()]).lower()
    assert [
        word for word in ("opinion", "view", "offensive", "insult", "hate", "critic") if word in words
    ] == []
