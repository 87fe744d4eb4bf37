"""Addresses of the operations pages."""

from django.urls import URLPattern, URLResolver, path

from stoa.web.operations.views import access, home, imports, orders

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="operations_home"),
    path("orders", orders.orders, name="operations_orders"),
    path("orders/<uuid:order_id>", orders.order, name="operations_order"),
    path("access", access.access_question, name="operations_access"),
    path("imports", imports.imports, name="operations_imports"),
    path("imports/<int:version_id>", imports.import_report, name="operations_import"),
]
