"""Which gateway this installation pays through."""

from django.conf import settings

from stoa.commerce.gateways.embedded.gateway import EmbeddedGateway


def gateway() -> EmbeddedGateway:
    """Return the installation's gateway; there is one kind so far."""
    return EmbeddedGateway(secret=settings.STOA_GATEWAY_WEBHOOK_SECRET)
