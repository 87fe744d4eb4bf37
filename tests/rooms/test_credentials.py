"""The door of credentials: issued once, found by a mistyped code, revoked without disappearing."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from stoa.credentials import api as credentials
from stoa.credentials.models import Credential, CredentialEvent
from stoa.kernel.refusals import Invalid
from tests.builders.credentials import ISSUED_AT, a_catalog_course, a_credential, an_assessment
from tests.builders.people import a_person
from tests.builders.races import at_once

LATER = ISSUED_AT + timedelta(days=5)


@pytest.mark.django_db
def test_a_credential_is_issued_once_however_often_it_is_asked_for() -> None:
    learner, course = a_person(), a_catalog_course()
    first = a_credential(learner=learner, course=course)
    again = a_credential(learner=learner, course=course, holder_name="Somebody else", issued_at=LATER)
    assert first.is_new
    assert not again.is_new
    assert (again.code, again.holder_name, again.issued_at) == (first.code, "Ada Okafor", ISSUED_AT)
    assert first.assessment == an_assessment()


@pytest.mark.django_db(transaction=True)
def test_two_racing_issues_make_one_credential() -> None:
    learner, course = a_person(), a_catalog_course()
    issued = at_once(*[lambda: a_credential(learner=learner, course=course)] * 2)
    assert len({each.code for each in issued}) == 1
    assert CredentialEvent.objects.count() == 1


@pytest.mark.django_db
def test_revoking_keeps_the_code_and_says_when_and_why() -> None:
    row = a_credential()
    revoked = credentials.revoke_for_course(
        learner_id=row.learner_id,
        course_id=row.course_id,
        reason="The purchase was refunded.",
        revoked_at=LATER,
    )
    assert revoked is not None
    found = credentials.get_by_code(row.code)
    assert (found.status, found.revoked_at, found.revoke_reason) == (
        "revoked",
        LATER,
        "The purchase was refunded.",
    )


@pytest.mark.django_db
def test_revoking_twice_keeps_the_first_instant_and_reason() -> None:
    row = a_credential()
    for reason, at in (("First.", LATER), ("Second.", LATER + timedelta(days=1))):
        credentials.revoke_for_course(
            learner_id=row.learner_id, course_id=row.course_id, reason=reason, revoked_at=at
        )
    found = credentials.get_by_code(row.code)
    assert (found.revoke_reason, found.revoked_at) == ("First.", LATER)


@pytest.mark.django_db
def test_revoking_nothing_is_nothing_and_revoking_without_a_reason_is_refused() -> None:
    learner, course = a_person(), a_catalog_course()
    assert (
        credentials.revoke_for_course(
            learner_id=learner.id, course_id=course.id, reason="Refund.", revoked_at=LATER
        )
        is None
    )
    with pytest.raises(Invalid):
        credentials.revoke_for_course(
            learner_id=learner.id, course_id=course.id, reason="  ", revoked_at=LATER
        )


@pytest.mark.django_db
def test_earning_a_revoked_credential_again_reinstates_its_code() -> None:
    learner, course = a_person(), a_catalog_course()
    first = a_credential(learner=learner, course=course)
    credentials.revoke_for_course(
        learner_id=learner.id, course_id=course.id, reason="Refund.", revoked_at=LATER
    )
    again = a_credential(learner=learner, course=course, issued_at=LATER + timedelta(days=1))
    assert again.is_new
    assert again.status == "valid"
    assert again.code == first.code
    kinds = list(CredentialEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["issued", "revoked", "reinstated"]


@pytest.mark.django_db
def test_a_code_is_found_however_it_is_typed() -> None:
    row = a_credential()
    copy = Credential.objects.get(code=row.code)
    copy.pk, copy.code, copy.course_id = None, "0123-1ABC-XY00", a_catalog_course(source_key="lyceum+sky2").id
    copy.save(force_insert=True)
    for typed in ("0123-1abc-xy00", " o123 iabc xyOO ", "O123LABCXY00", "0123–1ABC–XY00"):
        assert credentials.get_by_code(typed).holder_name == row.holder_name


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["", "7Q4K", "7Q4K-M2XD-91B", "UUUU-UUUU-UUUU", "x" * 100_000, "\x00", "é" * 12]
)
def test_an_impossible_or_unknown_code_is_refused(typed: str) -> None:
    with pytest.raises(credentials.UnknownCode):
        credentials.get_by_code(typed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["Ada Okafor", "محمد علي", "山田太郎", "Ελένη Παπαδοπούλου", "👩‍🚀", "#set page() $x$ \\ [", "x" * 200],
)
def test_the_paper_is_made_for_any_name(name: str) -> None:
    row = a_credential(holder_name=name)
    paper = credentials.certificate_pdf(row.code, verify_url=f"https://stoa.example/verify/{row.code}")
    assert paper.startswith(b"%PDF-1.7")
    assert b"pdfaid" in paper


@pytest.mark.django_db
def test_the_paper_stays_on_one_sheet_however_long_its_words_are() -> None:
    parts = tuple(credentials.AssessedPart("W" * 200, Decimal("0.1"), Decimal("0.5"), 1) for _ in range(10))
    row = credentials.issue(
        learner_id=a_person().id,
        course_id=a_catalog_course().id,
        holder_name="W" * 200,
        course_title="A very long title " * 16,
        partner_name="W" * 300,
        assessed=replace(an_assessment(), parts=parts, attempt_limits=(0, 1, 5)),
        issued_at=ISSUED_AT,
    )
    paper = credentials.certificate_pdf(row.code, verify_url=f"https://stoa.example/verify/{row.code}")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1


@pytest.mark.django_db
def test_the_paper_is_the_same_each_time() -> None:
    row = a_credential()
    url = f"https://stoa.example/verify/{row.code}"
    assert credentials.certificate_pdf(row.code, verify_url=url) == credentials.certificate_pdf(
        row.code, verify_url=url
    )


@pytest.mark.django_db
def test_no_paper_is_made_for_an_unknown_code() -> None:
    with pytest.raises(credentials.UnknownCode):
        credentials.certificate_pdf("0000-0000-0000", verify_url="https://stoa.example")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM credentials_credential", "UPDATE credentials_credential SET code = 'AAAA-AAAA-AAAA'"],
)
def test_a_credential_is_kept_also_in_plain_sql(statement: str) -> None:
    a_credential()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
