"""Every address of Stoa. Rooms of the web keep their own list; none overlaps."""

from django.urls import URLPattern, URLResolver, include, path

handler403 = "stoa.web.refusals.forbidden"
handler404 = "stoa.web.refusals.not_found"
handler500 = "stoa.web.refusals.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("stoa.web.public.urls")),
    path("", include("stoa.web.account.urls")),
    path("", include("stoa.web.learner.urls")),
    path("finance/", include("stoa.web.finance.urls")),
    path("ops/", include("stoa.web.operations.urls")),
    path("", include("stoa.web.ui.urls")),
    path("", include("stoa.rest.urls")),
]
