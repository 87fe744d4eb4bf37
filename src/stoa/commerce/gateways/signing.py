"""Signed webhooks: ``t=<Unix seconds>,v1=<hex HMAC-SHA256 of "t.payload">``."""

import hashlib
import hmac
from datetime import datetime

from stoa.commerce.gateways.protocol import BadSignature

#: How far the time in a signature may be from the time of arrival: an old capture cannot be played again.
TOLERANCE_SECONDS = 300


def sign(payload: bytes, *, secret: str, at: datetime) -> str:
    """Return the signature header for ``payload`` sent at ``at``."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_digest(payload, secret, seconds)}"


def verify(payload: bytes, signature: str, *, secret: str, received_at: datetime) -> None:
    """Raise ``BadSignature`` unless one of the header's ``v1`` values fits and its time is near."""
    seconds, candidates = -1, []
    for part in signature[:2000].split(","):
        name, _, value = part.strip().partition("=")
        if name == "t" and value.isascii() and value.isdecimal() and len(value) < 13:
            seconds = int(value)
        elif name == "v1":
            candidates.append(value)
    expected = _digest(payload, secret, seconds)
    if seconds < 0 or not any(hmac.compare_digest(expected.encode(), given.encode()) for given in candidates):
        raise BadSignature("This message is not signed by the payment gateway.")
    if abs(received_at.timestamp() - seconds) > TOLERANCE_SECONDS:
        raise BadSignature("This message was signed too long ago.")


def _digest(payload: bytes, secret: str, seconds: int) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + payload, hashlib.sha256).hexdigest()
