"""Who holds which role since when, granted by whom and last used; and what one person should not hold together."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test import Client

from stoa.flows import access_review
from stoa.kernel.refusals import Conflict, Invalid, NotFound
from stoa.people import api as people
from tests.builders.books import ENTITY
from tests.builders.people import a_person

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 8, 1, 9, tzinfo=UTC)


def test_grants_and_revocations_stay_on_record() -> None:
    person = a_person()
    people.grant_role(user_id=person.id, role=people.CONTROLLER, granted_at=NOW, granted_by="Olga")
    people.grant_role(user_id=person.id, role=people.CONTROLLER, granted_at=NOW, granted_by="Olga")
    people.revoke_role(user_id=person.id, role=people.CONTROLLER, revoked_at=NOW, revoked_by="Omar")
    people.revoke_role(user_id=person.id, role=people.CONTROLLER, revoked_at=NOW, revoked_by="Omar")
    review = access_review.review(entity=ENTITY)
    assert [(row.is_grant, row.changed_by) for row in review.changes] == [(True, "Olga"), (False, "Omar")]
    assert review.holders == ()
    for statement in ("DELETE FROM people_rolechange", "UPDATE people_rolechange SET changed_by = ''"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_day_of_last_use_follows_the_pages_a_role_opens(client: Client) -> None:
    person = a_person(role=people.AUDITOR)
    (before,) = access_review.review(entity=ENTITY).holders
    assert before.last_used_on is None
    client.force_login(person.user)
    assert client.get("/finance/").status_code == 200
    (after,) = access_review.review(entity=ENTITY).holders
    assert after.last_used_on is not None
    people.note_role_use(user_id=person.id, roles=[people.AUDITOR], on=date(2020, 1, 1))
    assert access_review.review(entity=ENTITY).holders == (after,)


def test_roles_that_one_person_should_not_hold_together_are_named() -> None:
    person = a_person(role=people.CONTROLLER, email="all@stoa.example")
    assert access_review.review(entity=ENTITY).conflicts == ()
    for role in (people.OPERATOR, people.AUDITOR):
        people.grant_role(user_id=person.id, role=role, granted_at=NOW)
    conflicts = access_review.review(entity=ENTITY).conflicts
    assert len(conflicts) == 3
    assert all("all@stoa.example" in words for words in conflicts)


def test_a_credential_has_a_name_a_person_and_an_end() -> None:
    person = a_person()
    row, token = people.issue_credential(user_id=person.id, name="billing", issued_at=NOW, issued_by="Olga")
    assert people.person_of_token(token, on=NOW.date()).id == person.id
    assert people.credentials_of(person.id)[0].last_used_on == NOW.date()
    with pytest.raises(Conflict):
        people.issue_credential(user_id=person.id, name="billing", issued_at=NOW)
    with pytest.raises(Invalid):
        people.issue_credential(user_id=person.id, name=" ", issued_at=NOW)
    with pytest.raises(NotFound):
        people.revoke_credential(user_id=person.id, name="other", revoked_at=NOW)
    assert [each.name for each in access_review.review(entity=ENTITY).credentials] == [row.name]
    people.revoke_credential(user_id=person.id, name="billing", revoked_at=NOW)
    with pytest.raises(people.BadToken):
        people.person_of_token(token, on=NOW.date())
    assert access_review.review(entity=ENTITY).credentials == ()
