"""One bare page: 8 queries by primary key or index, their rows in a table of 40 lines."""

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

_PAGE = engines["django"].from_string(
    "<!doctype html><title>Floor</title><h1>Floor</h1><table>"
    "{% for row in rows %}<tr><td>{{ row.0 }}</td><td>{{ row.1 }}</td></tr>{% endfor %}</table>"
)


def floor(request: HttpRequest) -> HttpResponse:
    """Eight indexed queries and a small template."""
    course = apps.get_model("catalog", "Course")
    first = list(course.objects.order_by("pk").values_list("pk", "title")[:8])
    rows: list[tuple[object, ...]] = list(first)
    for primary_key, _ in first[:7]:
        row = course.objects.get(pk=primary_key)
        rows += [(row.pk, row.title)] * 5
    return HttpResponse(_PAGE.render({"rows": rows[:40]}, request))


urlpatterns = [path("", floor)]
