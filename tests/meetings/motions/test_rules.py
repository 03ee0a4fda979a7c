"""What carries a motion: every threshold over random votes."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.models import MAJORITIES
from meetings.motions.models import ABSENT, ABSTAIN, AYE, NAY, RECUSED, VOTES
from meetings.motions.rules import (
    count,
    expected_vote,
    follows,
    is_carried,
    may_vote_so,
    needs_quorum,
    threshold_of,
)

ballots = st.lists(st.sampled_from(list(VOTES)), max_size=25)
vacant = st.integers(0, 5)
thresholds = st.sampled_from(list(MAJORITIES))


def votes(ayes: int, nays: int, abstentions: int = 0, absent: int = 0, recused: int = 0) -> list[str]:
    return [AYE] * ayes + [NAY] * nays + [ABSTAIN] * abstentions + [ABSENT] * absent + [RECUSED] * recused


@pytest.mark.parametrize(
    ("cast", "carried"),
    [
        # Seven seats, in the order of MAJORITIES: cast, present, full, two thirds, of all, unanimous.
        (votes(4, 3), "yes yes yes no no no"),
        (votes(3, 3, absent=1), "no no no no no no"),
        (votes(3, 2, 2), "yes no no no no no"),
        (votes(3, 1, 1, absent=2), "yes yes no yes no no"),
        (votes(4, 2, 1), "yes yes yes yes no no"),
        (votes(5, 2), "yes yes yes yes yes no"),
        (votes(4, 0, recused=3), "yes yes yes yes no yes"),
        (votes(1, 0, 6), "yes no no yes no no"),
        (votes(6, 0, 1), "yes yes yes yes yes no"),
        (votes(7, 0), "yes yes yes yes yes yes"),
        (votes(0, 0, 7), "no no no no no no"),
        (votes(0, 7), "no no no no no no"),
    ],
)
def test_known_votes_of_seven(cast: list[str], carried: str) -> None:
    counts = count(cast, 7)
    found = ["yes" if is_carried(threshold, counts) else "no" for threshold in MAJORITIES]
    assert " ".join(found) == carried


@given(ballots, vacant, thresholds, st.data())
def test_a_further_aye_never_loses(cast: list[str], empty: int, threshold: str, data: st.DataObject) -> None:
    others = [place for place, vote in enumerate(cast) if vote != AYE]
    if not others:
        return
    place = data.draw(st.sampled_from(others))
    better = [*cast[:place], AYE, *cast[place + 1 :]]
    seats = len(cast) + empty
    before, after = is_carried(threshold, count(cast, seats)), is_carried(threshold, count(better, seats))
    assert after >= before


@given(ballots, vacant, thresholds)
def test_the_order_of_the_roll_is_of_no_account(cast: list[str], empty: int, threshold: str) -> None:
    seats = len(cast) + empty
    assert is_carried(threshold, count(cast, seats)) == is_carried(threshold, count(sorted(cast), seats))


@given(st.integers(0, 12), st.integers(0, 5), vacant, thresholds)
def test_a_tie_fails(each: int, absent: int, empty: int, threshold: str) -> None:
    cast = votes(each, each, absent=absent)
    assert not is_carried(threshold, count(cast, len(cast) + empty))


@given(ballots, vacant)
def test_abstentions_count_only_where_the_rule_says(cast: list[str], empty: int) -> None:
    seats = len(cast) + 1 + empty
    abstaining, absent = count([*cast, ABSTAIN], seats), count([*cast, ABSENT], seats)
    for threshold in ("cast", "two_thirds", "full", "two_thirds_full"):
        assert is_carried(threshold, abstaining) == is_carried(threshold, absent)
    as_nay = count([*cast, NAY], seats)
    for threshold in ("present", "unanimous", "full", "two_thirds_full"):
        assert is_carried(threshold, abstaining) == is_carried(threshold, as_nay)


@given(ballots, vacant, thresholds)
def test_who_steps_aside_counts_as_absent_in_the_vote_and_as_here_for_the_quorum(
    cast: list[str], empty: int, threshold: str
) -> None:
    seats = len(cast) + 1 + empty
    recused, absent = count([*cast, RECUSED], seats), count([*cast, ABSENT], seats)
    assert is_carried(threshold, recused) == is_carried(threshold, absent)
    assert recused.here == absent.here + 1


@given(ballots, vacant)
def test_two_thirds_are_exact(cast: list[str], empty: int) -> None:
    counts = count(cast, len(cast) + empty)
    enough = counts.cast > 0 and Fraction(counts.ayes, counts.cast) >= Fraction(2, 3)
    assert is_carried("two_thirds", counts) == enough
    of_all = counts.ayes > 0 and Fraction(counts.ayes, counts.seats) >= Fraction(2, 3)
    assert is_carried("two_thirds_full", counts) == of_all


@given(ballots, vacant)
def test_what_asks_for_more_is_carried_only_with_what_asks_for_less(cast: list[str], empty: int) -> None:
    counts = count(cast, len(cast) + empty)
    for more, less in [
        ("full", "present"), ("present", "cast"), ("two_thirds", "cast"), ("two_thirds_full", "full"),
        ("two_thirds_full", "two_thirds"), ("unanimous", "two_thirds"), ("unanimous", "present"),
    ]:  # fmt: skip
        assert is_carried(less, counts) >= is_carried(more, counts), (more, less)


@given(ballots, vacant, thresholds, st.data())
def test_an_entry_follows_from_its_votes_and_a_changed_one_does_not(
    cast: list[str], empty: int, threshold: str, data: st.DataObject
) -> None:
    counts = count(cast, len(cast) + empty)
    named = {str(place): vote for place, vote in enumerate(cast)}
    facts = {"votes": named, "threshold": threshold, "carried": is_carried(threshold, counts), **vars(counts)}
    assert follows(facts)
    assert not follows(facts | {"carried": not facts["carried"]})
    assert not follows(facts | {"ayes": counts.ayes + 1})
    if named:
        who = data.draw(st.sampled_from(list(named)))
        other = data.draw(st.sampled_from([vote for vote in VOTES if vote != named[who]]))
        assert not follows(facts | {"votes": named | {who: other}})


def test_an_aye_is_only_of_those_who_are_here_and_have_not_stepped_aside() -> None:
    for vote in (AYE, NAY, ABSTAIN):
        assert may_vote_so(vote, is_here=True, is_recused=False)
        assert not may_vote_so(vote, is_here=False, is_recused=False)
        assert not may_vote_so(vote, is_here=True, is_recused=True)
    assert may_vote_so(ABSENT, is_here=True, is_recused=False)
    assert may_vote_so(RECUSED, is_here=True, is_recused=False)


def test_what_the_rows_of_a_vote_show_at_first() -> None:
    assert expected_vote(is_here=True, is_recused=False) == AYE
    assert expected_vote(is_here=False, is_recused=False) == ABSENT
    assert expected_vote(is_here=True, is_recused=True) == RECUSED


def test_debate_is_closed_by_two_thirds_and_a_body_without_quorum_may_adjourn() -> None:
    assert [threshold_of(kind, "full") for kind in ("main", "close_debate")] == ["full", "two_thirds"]
    assert [needs_quorum(kind) for kind in ("main", "adjourn")] == [True, False]
