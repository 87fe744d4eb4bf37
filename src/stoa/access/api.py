"""The door of access."""

from stoa.access.commands import SourceUsedTwice, grant, grant_audit, revoke
from stoa.access.data import (
    AID,
    AUDIT,
    DEGREE_TERM,
    GIFT,
    KINDS,
    PURCHASE,
    SEAT,
    SUBSCRIPTION,
    AccessDecision,
    AccessReason,
    EntitlementRow,
    Level,
    State,
)
from stoa.access.queries import entitlements_of, explain, find_by_source, level_of, levels_of

__all__ = [
    "AID",
    "AUDIT",
    "DEGREE_TERM",
    "GIFT",
    "KINDS",
    "PURCHASE",
    "SEAT",
    "SUBSCRIPTION",
    "AccessDecision",
    "AccessReason",
    "EntitlementRow",
    "Level",
    "SourceUsedTwice",
    "State",
    "entitlements_of",
    "explain",
    "find_by_source",
    "grant",
    "grant_audit",
    "level_of",
    "levels_of",
    "revoke",
]
