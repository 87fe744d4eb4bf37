"""A learner audits, buys, studies and earns a certificate: the flows of study across their rooms."""

from datetime import timedelta

import pytest

from stoa.access import api as access
from stoa.catalog import api as catalog
from stoa.credentials import api as credentials
from stoa.credentials.models import Credential
from stoa.flows import enroll, study
from stoa.kernel.refusals import NotFound
from stoa.learning import api as learning
from stoa.learning.models import Submission
from tests.builders.learning import (
    STARTED_AT,
    Studying,
    a_course_with_content,
    a_paying_learner,
    an_auditor,
    give_full_access,
)
from tests.builders.people import a_person
from tests.builders.races import at_once
from tests.builders.studies import ACourse, ALesson, AUnit, a_small_course, store_course

LATER = STARTED_AT + timedelta(days=2)


def hand_in(studying: Studying, *, right: bool = True, honor: bool = True) -> study.Submitted:
    return study.submit(
        learner_id=studying.learner.id,
        course_slug=studying.course.slug,
        unit_key=studying.unit("Test").key,
        answers=studying.answers("Test", right=right),
        honor_code_accepted=honor,
        at=LATER,
    )


@pytest.mark.django_db
def test_auditing_opens_the_course_once_and_counts_once() -> None:
    learner, course = a_person(), a_course_with_content()
    first = enroll.audit(learner_id=learner.id, course_slug=course.slug, at=STARTED_AT)
    again = enroll.audit(learner_id=learner.id, course_slug=course.slug, at=LATER)
    assert (first.id, first.is_new, again.is_new) == (again.id, True, False)
    assert access.level_of(learner_id=learner.id, course_id=course.id, at=LATER) == "audit"
    assert catalog.course_page(course.slug, on=LATER.date()).enrollment_count == 1


@pytest.mark.django_db
def test_nobody_new_starts_a_course_that_is_not_published_but_learners_in_it_go_on() -> None:
    learner, course = a_person(), a_course_with_content()
    enroll.audit(learner_id=learner.id, course_slug=course.slug, at=STARTED_AT)
    catalog.retire_course(course_id=course.id, retired_at=LATER)
    with pytest.raises(enroll.CourseNotOpen):
        enroll.audit(learner_id=a_person().id, course_slug=course.slug, at=LATER)
    assert not enroll.audit(learner_id=learner.id, course_slug=course.slug, at=LATER).is_new
    with pytest.raises(NotFound):
        enroll.audit(learner_id=learner.id, course_slug="no-such-course", at=LATER)


@pytest.mark.django_db
def test_passing_with_full_access_issues_the_certificate_at_once() -> None:
    studying = a_paying_learner()
    earned = hand_in(studying).credential
    assert earned is not None
    assert earned.holder_name == studying.learner.row.legal_name
    assert earned.issued_at == LATER
    assert earned.assessment.grade == 1
    assert [part.title for part in earned.assessment.parts] == ["Homework"]
    assert earned.assessment.attempt_limits == (2,)
    assert credentials.credentials_of(studying.learner.id) == (credentials.get_by_code(earned.code),)


@pytest.mark.django_db
def test_failing_issues_nothing() -> None:
    studying = a_paying_learner()
    assert hand_in(studying, right=False).credential is None
    assert not Credential.objects.exists()


@pytest.mark.django_db
def test_an_auditor_can_neither_save_nor_hand_in_graded_work() -> None:
    studying = an_auditor()
    with pytest.raises(study.GradedWorkLocked):
        hand_in(studying)
    with pytest.raises(study.GradedWorkLocked):
        study.save_answers(
            learner_id=studying.learner.id,
            course_slug=studying.course.slug,
            unit_key=studying.unit("Test").key,
            answers=studying.answers("Test"),
            at=LATER,
        )
    assert not Submission.objects.exists()


@pytest.mark.django_db
def test_an_auditor_may_practice() -> None:
    studying = an_auditor()
    done = study.submit(
        learner_id=studying.learner.id,
        course_slug=studying.course.slug,
        unit_key=studying.unit("Practice").key,
        answers=studying.answers("Practice"),
        at=LATER,
    )
    assert [row.earned for row in done.submissions] == [1]


@pytest.mark.django_db
def test_without_the_honor_code_nothing_is_handed_in_but_every_answer_is_kept() -> None:
    studying = a_paying_learner()
    with pytest.raises(study.HonorCodeMissing):
        hand_in(studying, honor=False)
    assert not Submission.objects.exists()
    saved = studying.saved_answers("Test")
    assert len(saved) == 3


@pytest.mark.django_db
def test_a_problem_of_another_unit_cannot_be_slipped_in() -> None:
    studying = an_auditor()
    graded = studying.unit("Test").problem_keys[0]
    with pytest.raises(learning.UnknownQuestion):
        study.submit(
            learner_id=studying.learner.id,
            course_slug=studying.course.slug,
            unit_key=studying.unit("Practice").key,
            problem_keys=[graded],
            at=LATER,
        )


@pytest.mark.django_db
def test_when_access_has_ended_nothing_can_be_done_and_nothing_is_lost() -> None:
    studying = a_paying_learner()
    hand_in(studying, right=False)
    access.revoke(
        source_reference=f"audit:{studying.learner.id}:{studying.course.id}", reason="Test", revoked_at=LATER
    )
    after = STARTED_AT + timedelta(days=181)
    with pytest.raises(study.NoAccess):
        study.complete_unit(
            learner_id=studying.learner.id,
            course_slug=studying.course.slug,
            unit_key=studying.unit("Welcome").key,
            at=after,
        )
    assert Submission.objects.count() == 3


@pytest.mark.django_db
def test_an_auditor_who_did_everything_gets_the_certificate_when_she_buys() -> None:
    content = ACourse(lessons=(ALesson("l", (AUnit("a"), AUnit("b"))),))
    studying = an_auditor(content=content)
    for title in ("A", "B"):
        earned = study.complete_unit(
            learner_id=studying.learner.id,
            course_slug=studying.course.slug,
            unit_key=studying.unit(title).key,
            at=LATER,
        )
        assert earned is None
    give_full_access(studying.learner, studying.course)
    ids = {"learner_id": studying.learner.id, "course_id": studying.course.id}
    row = study.issue_if_earned(**ids, at=LATER)
    assert row is not None
    assert row.assessment.grade is None
    assert row.assessment.steps == 2
    again = study.issue_if_earned(**ids, at=LATER + timedelta(days=1))
    assert again is not None
    assert (again.code, again.is_new) == (row.code, False)


@pytest.mark.django_db
def test_nothing_is_issued_to_strangers_or_before_passing() -> None:
    studying = a_paying_learner()
    assert study.issue_if_earned(learner_id=a_person().id, course_id=studying.course.id, at=LATER) is None
    assert (
        study.issue_if_earned(learner_id=studying.learner.id, course_id=studying.course.id, at=LATER) is None
    )


@pytest.mark.django_db
def test_a_new_version_never_changes_a_course_that_is_being_studied() -> None:
    studying = a_paying_learner()
    before = studying.outline
    store_course(
        studying.course.id,
        ACourse(lessons=(ALesson("new", (AUnit("other"),)),)),
        number=studying.course.source_key,
    )
    row = learning.get_enrollment(learner_id=studying.learner.id, course_id=studying.course.id)
    assert row.version_id == before.version_id
    assert hand_in(studying).credential is not None


@pytest.mark.django_db(transaction=True)
def test_two_racing_submissions_issue_one_certificate() -> None:
    content = a_small_course(attributes='max_attempts="5"')
    studying = a_paying_learner(content=content)
    outcomes = at_once(*[lambda: hand_in(studying)] * 2)
    (done,) = [each for each in outcomes if not isinstance(each, learning.NothingToSubmit)]
    assert done.credential is not None
    assert Credential.objects.count() == 1
