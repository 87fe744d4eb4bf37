"""What the laws of worked policies share: amounts, rates, and running a policy on facts."""

from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from stoa.policies.frame import Policy

cents = st.integers(0, 10**9).map(lambda minor: str(Decimal(minor).scaleb(-2)))
rates = st.integers(0, 2000).map(lambda basis: str(Decimal(basis).scaleb(-4)))
few = settings(max_examples=60, deadline=None)


def say(policy: Policy, **facts: Any) -> dict[str, Any]:
    """The values of a policy on facts."""
    return dict(policy.run(facts).values)


def total(texts: list[str]) -> Decimal:
    """The sum of amounts given as text."""
    return sum((Decimal(text) for text in texts), Decimal(0))
