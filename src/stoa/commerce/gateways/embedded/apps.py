"""Registers the embedded gateway's tables."""

from django.apps import AppConfig


class EmbeddedGatewayTables(AppConfig):
    name = "stoa.commerce.gateways.embedded"
    label = "embedded_gateway"
