"""Access: rights are facts, levels follow."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from stoa.access import api as access
from stoa.access.models import Entitlement
from stoa.kernel.refusals import Invalid, NotFound
from stoa.kernel.spans import InstantSpan
from tests.builders.commerce import a_learner, an_offering

pytestmark = pytest.mark.django_db
AT = datetime(2025, 9, 1, 12, 0, tzinfo=UTC)
SPAN = InstantSpan(AT, AT + timedelta(days=10))


def given(kind="purchase", source="order:1", span=SPAN, learner=None, course_id=None):
    return access.grant(
        learner_id=(learner or a_learner()).id,
        course_id=course_id or an_offering().course_id,
        kind=kind,
        source_reference=source,
        span=span,
        granted_at=span.starts_at,
    )


def level(right, at):
    return access.level_of(learner_id=right.learner_id, course_id=right.course_id, at=at)


@pytest.mark.parametrize("kind", access.KINDS)
def test_each_kind_opens_its_level_for_its_span_and_no_longer(kind) -> None:
    right = given(kind)
    opened = "audit" if kind == "audit" else "full"
    assert level(right, AT - timedelta(microseconds=1)) == "none"
    assert level(right, AT) == opened
    assert level(right, SPAN.ends_at - timedelta(microseconds=1)) == opened
    assert level(right, SPAN.ends_at) == "none"


def test_a_visitor_has_no_access_and_costs_no_query(django_assert_num_queries) -> None:
    course_id = an_offering().course_id
    with django_assert_num_queries(0):
        assert access.level_of(learner_id=None, course_id=course_id, at=AT) == "none"


def test_a_level_is_one_query(django_assert_num_queries) -> None:
    right = given()
    with django_assert_num_queries(1):
        assert level(right, AT) == "full"


def test_granting_again_from_one_source_changes_nothing() -> None:
    learner, course_id = a_learner(), an_offering().course_id
    first = given(learner=learner, course_id=course_id)
    again = given(learner=learner, course_id=course_id, span=InstantSpan(AT, None))
    assert again == first
    assert len(access.entitlements_of(learner_id=learner.id)) == 1


def test_a_source_cannot_serve_two_learners() -> None:
    given()
    with pytest.raises(access.SourceUsedTwice):
        given()


def test_revoking_holds_from_its_instant_and_keeps_the_first_reason() -> None:
    right = given()
    later = AT + timedelta(days=1)
    access.revoke(source_reference="order:1", reason="Refunded", revoked_at=later)
    access.revoke(source_reference="order:1", reason="Other", revoked_at=later + timedelta(days=1))
    assert level(right, later - timedelta(seconds=1)) == "full"
    assert level(right, later) == "none"
    assert access.find_by_source("order:1").revoke_reason == "Refunded"


def test_a_revoked_right_is_not_brought_back_by_granting_again() -> None:
    learner, course_id = a_learner(), an_offering().course_id
    right = given(learner=learner, course_id=course_id)
    access.revoke(source_reference="order:1", reason="Refunded", revoked_at=AT)
    given(learner=learner, course_id=course_id)
    assert level(right, AT) == "none"


def test_unknown_kinds_empty_spans_and_unknown_sources_are_refused() -> None:
    with pytest.raises(Invalid):
        given("bribe")
    with pytest.raises(Invalid):
        given(span=InstantSpan(AT, AT))
    with pytest.raises(NotFound):
        access.revoke(source_reference="order:none", reason="Refunded", revoked_at=AT)


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "bribe"},
        {"ends_at": AT - timedelta(days=1)},
        {"revoked_at": AT},
        {"revoke_reason": "why"},
    ],
)
def test_the_database_refuses_impossible_rights(broken) -> None:
    right = given()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entitlement.objects.filter(pk=right.id).update(**broken)


def explained(right, at, zone="UTC"):
    return access.explain(learner_id=right.learner_id, course_id=right.course_id, at=at, time_zone=zone)


def test_explaining_full_access_names_source_dates_and_zone() -> None:
    decision = explained(given(), AT, "Europe/Berlin")
    assert decision.level == "full"
    assert decision.reasons[0].is_active
    assert (
        "since 1 September 2025, 14:00 CEST, until 11 September 2025, 14:00 CEST" in decision.reasons[0].text
    )


def test_explaining_expired_future_and_revoked_rights_says_which() -> None:
    right = given()
    assert "ended on 11 September 2025, 12:00 UTC" in explained(right, SPAN.ends_at).reasons[0].text
    assert "begins on 1 September 2025" in explained(right, AT - timedelta(days=1)).reasons[0].text
    access.revoke(source_reference="order:1", reason="Refunded at her wish", revoked_at=AT)
    decision = explained(right, AT)
    assert decision.level == "none"
    assert "was withdrawn on 1 September 2025, 12:00 UTC: Refunded at her wish." in decision.reasons[0].text


def test_explaining_nothing_says_so() -> None:
    learner, course_id = a_learner(), an_offering().course_id
    decision = access.explain(learner_id=learner.id, course_id=course_id, at=AT)
    assert (decision.level, decision.reasons) == ("none", ())
    assert "neither audited nor bought" in decision.text
    assert "Nobody is signed in" in access.explain(learner_id=None, course_id=course_id, at=AT).text


def test_audit_remains_under_a_purchase_and_after_it() -> None:
    learner, course_id = a_learner(), an_offering().course_id
    access.grant_audit(learner_id=learner.id, course_id=course_id, granted_at=AT - timedelta(days=5))
    right = given(learner=learner, course_id=course_id)
    assert level(right, AT) == "full"
    decision = explained(right, SPAN.ends_at)
    assert decision.level == "audit"
    assert "A paid right has ended" in decision.text


def test_the_levels_of_all_courses_are_one_query(django_assert_num_queries) -> None:
    learner = a_learner()
    bought = given(learner=learner)
    audited = an_offering().course_id
    access.grant_audit(learner_id=learner.id, course_id=audited, granted_at=AT)
    with django_assert_num_queries(1):
        levels = access.levels_of(learner_id=learner.id, at=AT)
    assert levels == {bought.course_id: "full", audited: "audit"}
