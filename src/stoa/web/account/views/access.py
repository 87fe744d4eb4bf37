"""Why do I (not) have access?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stoa.access import api as access
from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.people import api as people
from stoa.web.actors import learner_id_of, signed_in


@never_cache
@require_safe
@signed_in
def why_access(request: HttpRequest, slug: str) -> HttpResponse:
    """The learner's own rights to a course, as sentences."""
    course = catalog.get_course(slug)
    learner = people.get_person(learner_id_of(request))
    decision = access.explain(
        learner_id=learner.id, course_id=course.id, at=clock.now(), time_zone=learner.time_zone
    )
    return render(request, "account/why_access.html", {"course": course, "decision": decision})
