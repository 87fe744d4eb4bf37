"""A day or a period means something to every policy, and its schema says what."""

import json
from datetime import date

import pytest

from stoa.cli.__main__ import main
from stoa.policies import stopping, worked
from stoa.policies.frame import Policy


@pytest.mark.parametrize("policy", worked.POLICIES, ids=lambda policy: policy.name)
def test_every_policy_says_what_a_period_means_and_a_late_one_leaves_its_example_whole(
    policy: Policy,
) -> None:
    stopped = stopping.known_by(policy.facts, policy.example, date(2150, 1, 1))
    assert json.dumps(stopped, default=str) == json.dumps(dict(policy.example), default=str)
    assert policy.schema["$comment"] == stopping.words_about(policy.facts)


def test_rows_after_the_day_are_not_known_and_what_is_no_day_is_left_to_the_reader() -> None:
    policy = worked.find("degree_fees")
    assert policy is not None
    assert stopping.dated_rows(policy.facts) == {"estimates": "through"}
    rows = [{"through": "2025-07-31"}, {"through": "2025-08-31"}, {"through": "soon"}, {}, 7]
    known = stopping.known_by(policy.facts, {"estimates": rows, "fee_rate": "0.4"}, date(2025, 7, 31))
    assert known == {"estimates": [rows[0], *rows[2:]], "fee_rate": "0.4"}
    assert stopping.known_by(policy.facts, {"estimates": "none"}, date(2025, 7, 31)) == {"estimates": "none"}


def test_the_command_takes_a_period_where_it_changes_nothing_and_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    policy = worked.find("principal_or_agent")
    assert policy is not None
    path = f"{tmp_path}/facts.json"
    with open(path, "w") as file:
        json.dump(dict(policy.example), file, default=str)
    assert main(["policy", policy.name, "--facts", path, "--period", "2025-Q3", "--format", "json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["policy"] == policy.name
    assert "change nothing" in captured.err
