"""The portable statements give what the worked policies give, row by row."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.policies import credit_losses, over_tables, partner_fees, ratable_schedule
from stoa.policies.engine import Engine
from stoa.policies.table_rules import Span

QUARTERS = [Span(f"Q{n + 1}", date(2025, 3 * n + 1, 1), Month(2025, 3 * n + 3).end_on) for n in range(4)]
days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
cents = st.integers(-(10**9), 10**9)


def write_table(folder: str, rows: Sequence[Mapping[str, Any]], types: Mapping[str, str]) -> Path:
    """Write rows as a Parquet file; ``types`` names its columns."""
    source, table = Path(folder) / "rows.jsonl", Path(folder) / "table.parquet"
    source.write_text("\n".join(json.dumps(row, default=str) for row in rows))
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    with Engine() as engine:
        engine.query(
            f"COPY (SELECT * FROM read_json('{source}', columns = {{{columns}}}, format = 'newline_delimited')) TO '{table}'"
        )
    return table


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(cents, days, st.integers(1, 800)), min_size=1, max_size=12))
def test_recognition_over_a_table_is_the_ratable_schedule_of_each_row(
    given_rows: list[tuple[int, date, int]],
) -> None:
    rows = [
        {
            "obligation": number,
            "amount": Decimal(amount).scaleb(-2),
            "start_on": start,
            "end_on": start + timedelta(days=length),
        }
        for number, (amount, start, length) in enumerate(given_rows)
    ]
    with TemporaryDirectory() as folder:
        table = write_table(
            folder,
            rows,
            {"obligation": "BIGINT", "amount": "DECIMAL(18, 2)", "start_on": "DATE", "end_on": "DATE"},
        )
        found = [
            (span.name, row) for span in QUARTERS for row in over_tables.recognize(table, span=span).rows
        ]
    recognized: dict[str, int] = defaultdict(int)
    closing: dict[str, int] = defaultdict(int)
    for row in rows:
        for span in QUARTERS:
            through = span.end_on - timedelta(days=1)
            by_month = ratable_schedule.POLICY.run(
                {name: str(row[name]) for name in ("amount", "start_on", "end_on")}
            )
            for month, amount in by_month.values["by_month"].items():
                if span.start_on <= Month.parse(month).start_on < span.end_on:
                    recognized[span.name] += int(Decimal(amount).scaleb(2))
            if row["start_on"] < span.end_on and row["end_on"] > span.start_on:
                facts = {name: str(row[name]) for name in ("amount", "start_on", "end_on")}
                to_date = ratable_schedule.POLICY.run(facts | {"through": str(through)})
                closing[span.name] += int(Decimal(to_date.values["deferred"]).scaleb(2))
    assert {name: row["recognized_minor"] for name, row in found if row["recognized_minor"]} == {
        name: amount for name, amount in recognized.items() if amount
    }
    assert {name: row["closing_minor"] for name, row in found if row["closing_minor"]} == {
        name: amount for name, amount in closing.items() if amount
    }
    for _, row in found:
        assert row["opening_minor"] + row["begun_minor"] - row["recognized_minor"] == row["closing_minor"]


shares = st.integers(0, 10**6).map(lambda ppm: Decimal(ppm).scaleb(-6))
deductions = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["share_of_gross", "share_of_rest"]), shares),
        st.tuples(
            st.sampled_from(["per_unit", "amount"]),
            st.integers(0, 10**4).map(lambda n: Decimal(n).scaleb(-2)),
        ),
    ),
    max_size=3,
).filter(lambda steps: sum(kind == "share_of_rest" for kind, _ in steps) < 3)
tier_lists = st.lists(st.tuples(st.integers(1, 10**5), shares), max_size=3, unique_by=lambda tier: tier[0])


@st.composite
def agreements(draw: st.DrawFn) -> dict[str, Any]:
    """One agreement with terms from two dates."""
    terms = []
    for starts_on in ("2020-01-01", draw(st.sampled_from(["2025-02-01", "2025-02-28", "2026-01-01"]))):
        tiers = [{"rate": str(draw(shares))}]
        tiers += [{"above": str(above), "rate": str(rate)} for above, rate in draw(tier_lists)]
        terms.append(
            {
                "starts_on": starts_on,
                "deductions": [
                    {"id": f"d{number}", "kind": kind, "value": str(value)}
                    for number, (kind, value) in enumerate(draw(deductions))
                ],
                "tiers": tiers,
                "tier_basis": draw(st.sampled_from(["agreement", "year", "period"])),
                "fund_share": str(draw(shares)),
            }
        )
    return {"agreement": "a", "terms": terms, "base_before": str(draw(st.integers(0, 10**5)))}


@settings(max_examples=40, deadline=None)
@given(
    agreements(),
    st.lists(
        st.tuples(st.dates(date(2024, 11, 1), date(2026, 2, 28)), st.integers(0, 10**8), st.integers(0, 50)),
        min_size=1,
        max_size=12,
    ),
)
def test_royalties_over_a_table_are_the_partner_fees_of_each_agreement(
    agreement: dict[str, Any], given_rows: list[tuple[date, int, int]]
) -> None:
    rows = [
        {"agreement": "a", "earned_on": on, "amount": Decimal(amount).scaleb(-2), "units": units}
        for on, amount, units in given_rows
    ]
    with TemporaryDirectory() as folder:
        table = write_table(
            folder,
            rows,
            {"agreement": "VARCHAR", "earned_on": "DATE", "amount": "DECIMAL(18, 2)", "units": "BIGINT"},
        )
        found = over_tables.royalties(table, agreements=[agreement], through=Month(2026, 2))
    months: dict[Month, list[Any]] = defaultdict(lambda: [Decimal(0), 0])
    for row in rows:
        sums = months[Month.of(row["earned_on"])]
        sums[0] += row["amount"]
        sums[1] += row["units"]
    facts = {
        "terms": agreement["terms"],
        "base_before": agreement["base_before"],
        "revenue": [
            {
                "id": str(month),
                "on": str(month.end_on - timedelta(days=1)),
                "amount": str(sums[0]),
                "units": sums[1],
            }
            for month, sums in sorted(months.items())
        ],
    }
    expected = partner_fees.POLICY.run(facts).values["rows"]
    got = [
        {
            "id": row["period"],
            **{
                name: f"{Decimal(row[column]).scaleb(-2):f}"
                for name, column in (
                    ("revenue", "revenue_minor"),
                    ("base", "base_minor"),
                    ("fee", "fee_minor"),
                    ("development_fund", "fund_minor"),
                    ("payable_to_partner", "payable_minor"),
                )
            },
        }
        for row in found.rows
    ]
    assert got == [{name: value for name, value in row.items() if name != "deductions"} for row in expected]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(cents, st.none() | days), min_size=1, max_size=12))
def test_aging_over_a_table_is_the_balance_by_class_of_credit_losses(
    given_rows: list[tuple[int, date | None]],
) -> None:
    buckets = [
        {"name": "not due", "days_from": 0, "days_to": 0},
        {"name": "1-30", "days_from": 1, "days_to": 30},
        {"name": "older", "days_from": 31},
    ]
    rows = [{"amount": Decimal(amount).scaleb(-2), "due_on": due} for amount, due in given_rows]
    with TemporaryDirectory() as folder:
        table = write_table(folder, rows, {"amount": "DECIMAL(18, 2)", "due_on": "DATE"})
        found = over_tables.aged(table, classes={"buckets": buckets}, through=date(2025, 9, 30))
    invoices = [
        {"amount": str(row["amount"])} | ({"due_on": str(row["due_on"])} if row["due_on"] else {})
        for row in rows
    ]
    facts = {
        "buckets": [each | {"loss_rate": "0"} for each in buckets],
        "invoices": invoices,
        "through": "2025-09-30",
    }
    expected = credit_losses.POLICY.run(facts).values["balance_by_bucket"]
    got = {row["class"]: Fraction(row["amount_minor"], 100) for row in found.rows}
    assert [got.get(each["name"], 0) for each in buckets] == [Fraction(balance) for balance in expected]


def test_a_table_with_rows_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    table = write_table(
        str(tmp_path),
        [
            {"amount": "1.005", "start_on": "2025-01-01", "end_on": "2025-02-01"},
            {"amount": "1.00", "start_on": "2025-02-01", "end_on": "2025-01-01"},
            {"amount": "1.00", "start_on": "2025-02-01", "end_on": "2025-02-02"},
        ],
        {"amount": "VARCHAR", "start_on": "DATE", "end_on": "DATE"},
    )
    with pytest.raises(Invalid, match="2 of 3 rows cannot be used"):
        over_tables.recognize(table, span=QUARTERS[0])


def test_revenue_without_terms_is_refused(tmp_path: Path) -> None:
    table = write_table(
        str(tmp_path),
        [{"agreement": "b", "earned_on": "2025-01-31", "amount_minor": 100}],
        {"agreement": "VARCHAR", "earned_on": "DATE", "amount_minor": "BIGINT"},
    )
    terms = [{"agreement": "a", "terms": [{"starts_on": "2025-01-01", "tiers": [{"rate": "0.4"}]}]}]
    with pytest.raises(Invalid, match="No terms hold for the first revenue of 'b'"):
        over_tables.royalties(table, agreements=terms, through=Month(2025, 3))
