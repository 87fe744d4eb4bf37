"""Changes of an award's terms, day by day, against sums done by hand."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from stoa.policies.award_terms import ChangeOfTerms, cost_before, unrecognized_before, vested_share_on
from stoa.policies.stock_compensation import Assessment, AwardFacts, Forfeiture, Tranche
from stoa.policies.stock_compensation import cost_before as cost_without_changes

GRANT = date(2025, 1, 1)
YEARS = tuple(Tranche(vests_on=GRANT + timedelta(days=365 * year)) for year in (1, 2, 3, 4))
AWARD = AwardFacts(granted_on=GRANT, total_fair_value=Fraction(1460), units=Fraction(100), tranches=YEARS)
END = date(2030, 1, 1)


def on(days: int) -> date:
    return GRANT + timedelta(days=days)


def change(days: int, before: int, after: int, **terms: object) -> ChangeOfTerms:
    given = {
        "on": on(days),
        "fair_value_before": Fraction(before),
        "fair_value_after": Fraction(after),
        **terms,
    }
    return ChangeOfTerms(**given)  # type: ignore[arg-type]


def test_a_repricing_adds_its_incremental_cost_to_what_is_left() -> None:
    # After two years half is vested and half recognized: of 200 more, 100 is for vested options, at once.
    repriced = (change(730, 500, 700),)
    assert cost_before(AWARD, repriced, on(730)) == 730 + 100
    assert cost_before(AWARD, repriced, on(1460)) == 1460 + 200
    assert cost_before(AWARD, repriced, on(1095)) == 730 + 100 + (730 + 100) / 2


def test_a_change_that_is_worth_less_takes_nothing_back() -> None:
    assert cost_before(AWARD, (change(730, 700, 500),), on(1460)) == 1460


def test_an_improbable_award_that_becomes_probable_costs_its_new_fair_value() -> None:
    conditional = replace(AWARD, has_condition=True, method="straight_line")
    saved = (change(365, 0, 900, probable_before=False, tranches=(Tranche(vests_on=on(465)),)),)
    assert cost_before(conditional, saved, on(365)) == 0
    assert cost_before(conditional, saved, on(415)) == 450
    assert cost_before(conditional, saved, on(465)) == 900


def test_an_award_whose_new_terms_are_improbable_goes_on_costing_its_grant_date_value() -> None:
    doubted = (change(400, 500, 500, probable_after=False, tranches=(Tranche(vests_on=on(1460)),)),)
    assert cost_before(AWARD, doubted, on(400)) == 400
    assert cost_before(AWARD, doubted, on(1460)) == 1460


def test_only_what_had_vested_stays_once_the_old_terms_of_such_an_award_would_not_have_been_met() -> None:
    doubted = (change(400, 500, 500, probable_after=False, tranches=(Tranche(vests_on=on(1460)),)),)
    probable, missed = Assessment(probable=True, on=GRANT), Assessment(probable=False, on=on(900))
    conditional = replace(AWARD, has_condition=True, method="straight_line", assessments=(probable, missed))
    assert cost_before(conditional, doubted, on(900)) == 900
    assert cost_before(conditional, doubted, on(901)) == 365


def test_a_leaver_after_a_change_keeps_what_had_vested() -> None:
    left = replace(AWARD, forfeitures=(Forfeiture(on=on(800), share_of_unvested=Fraction(1)),))
    assert cost_before(left, (change(730, 500, 700),), on(801)) == 730 + 100
    assert unrecognized_before(left, (change(730, 500, 700),), on(801)) == 0


def test_vesting_counts_the_day_it_falls_on() -> None:
    assert vested_share_on(AWARD, on(364)) == 0
    assert vested_share_on(AWARD, on(365)) == Fraction(1, 4)


@settings(max_examples=60)
@given(st.integers(0, 1500), st.integers(0, 1500))
def test_a_change_of_nothing_changes_no_day(days: int, at: int) -> None:
    nothing = (change(days, 100, 100),)
    if at > days:
        assert abs(cost_before(AWARD, nothing, on(at)) - cost_without_changes(AWARD, on(at))) <= Fraction(
            1, 100
        )


@settings(max_examples=60)
@given(st.integers(1, 1400), st.integers(0, 900), st.integers(0, 900), st.integers(1, 60))
def test_all_that_is_left_is_earned_in_the_end(days: int, before: int, after: int, left: int) -> None:
    changes = (change(days, before, after), change(min(days + left, 1459), after, after + 10))
    whole = 1460 + max(after - before, 0) + 10
    assert cost_before(AWARD, changes, END) == whole
    for at in range(0, 1500, 97):
        if at > days + left:
            cost = cost_before(AWARD, changes, on(at))
            assert cost + unrecognized_before(AWARD, changes, on(at)) == whole
