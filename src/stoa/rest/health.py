"""Health: is the process up and can it reach its database."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

import stoa


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 with the version when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database unreachable", "version": stoa.__version__}, status=503)
    return JsonResponse({"status": "ok", "version": stoa.__version__})


healthz.required = "everybody"  # type: ignore[attr-defined]
