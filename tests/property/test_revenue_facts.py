"""Whatever the facts, a policy on revenue answers or refuses with the field: it never breaks."""

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stoa.kernel.refusals import Invalid
from stoa.policies.frame import Policy
from stoa.policies.revenue import POLICIES

_CASES = Path(__file__).resolve().parents[1] / "spec" / "cases"
_ODD = [
    "0",
    "-1",
    "1",
    "3",
    "1/3",
    "999999999999999999",
    "0.000000000000000001",
    "",
    "x",
    None,
    True,
    [],
    {},
    7.5,
]
_ODD += ["2025-01-01", "0001-01-01", "9999-12-31", "2028-02-29"]
_KNOWN = [
    (policy, case["facts"])
    for policy in POLICIES
    for case in json.loads((_CASES / f"{policy.name}.json").read_text())["cases"]
]


def _places(facts: Any, prefix: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, Any]] = []
    if isinstance(facts, dict):
        rows = list(facts.items())
    elif isinstance(facts, list):
        rows = list(enumerate(facts))
    return [(*prefix, key) for key, _ in rows] + [
        place for key, value in rows for place in _places(value, (*prefix, key))
    ]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_odd_facts_are_answered_or_refused(data: st.DataObject) -> None:
    policy, facts = data.draw(st.sampled_from(_KNOWN))
    facts = copy.deepcopy(facts)
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from(_places(facts)))
        place = facts
        try:
            for key in way:
                place = place[key]
            if data.draw(st.booleans()):
                place[last] = data.draw(st.sampled_from(_ODD))
            elif isinstance(place, dict):
                del place[last]
            else:
                place.append(copy.deepcopy(place[last]))
        except (KeyError, IndexError, TypeError):
            continue
        if not facts:
            return
    assert _is_answered_or_refused(policy, facts)


def _is_answered_or_refused(policy: Policy, facts: Any) -> bool:
    try:
        return bool(json.dumps(policy.run(facts).values))
    except Invalid as refusal:
        return bool(refusal.fields) and len(str(refusal)) < 2000
