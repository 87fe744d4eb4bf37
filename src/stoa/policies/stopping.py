"""What a day or a period means to a policy: a fact of its own, the rows known by then, or nothing at all."""

import dataclasses
import typing
from collections.abc import Mapping
from datetime import date
from typing import Any

from stoa.policies.facts import Facts

#: Facts of a row that say when it happened or came to be known, the first that a row has counts.
_WHEN = ("on", "signed_on", "through", "starts_on", "start_on")


def dated_rows(facts: type[Facts]) -> dict[str, str]:
    """Lists of the facts whose rows carry a day, each with the name of that day."""
    hints = typing.get_type_hints(facts)
    found = {}
    for each in dataclasses.fields(facts):
        for row in typing.get_args(hints[each.name]):
            if dataclasses.is_dataclass(row):
                days = typing.get_type_hints(row)
                when = next((name for name in _WHEN if _is_day(days.get(name))), None)
                if when is not None:
                    found[each.name] = when
    return found


def known_by(facts: type[Facts], given: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The facts without the rows that lie after ``day``; rows before it stay, for later ones build on them."""
    stopped = dict(given)
    for name, when in dated_rows(facts).items():
        rows = given.get(name)
        if isinstance(rows, list | tuple):
            stopped[name] = [row for row in rows if not _is_after(row, when, day)]
    return stopped


def has_days(facts: type[Facts], given: Mapping[str, Any]) -> bool:
    """Whether any row of the given facts carries a day to stop at."""
    return any(
        isinstance(row, Mapping) and row.get(when) is not None
        for name, when in dated_rows(facts).items()
        if isinstance(rows := given.get(name), list | tuple)
        for row in rows
    )


def words_about(facts: type[Facts]) -> str:
    """What ``--through`` and ``--period`` mean for these facts, in a sentence."""
    names = {each.name for each in dataclasses.fields(facts)}
    if "through" in names:
        begins = " and period_starts_on" if "period_starts_on" in names else ""
        return f"--through and --period set through{begins}."
    if "period_ends" in names:
        return "--through and --period set period_ends."
    if rows := dated_rows(facts):
        listed = ", ".join(f"{name} (by {when})" for name, when in rows.items())
        return f"--through and --period leave out rows after their last day: {listed}."
    return (
        "It concerns no span of days: --through and --period change nothing, the facts are taken as they are."
    )


def _is_day(hint: Any) -> bool:
    return hint is date or date in typing.get_args(hint)


def _is_after(row: Any, when: str, day: date) -> bool:
    if not isinstance(row, Mapping) or row.get(when) is None:
        return False
    try:
        return date.fromisoformat(str(row[when])[:10]) > day
    except ValueError:
        return False  # the reader of the facts says what is wrong with it
