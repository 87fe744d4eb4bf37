"""Days, months and spans: the places where calendars bite."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.kernel.spans import DaySpan, InstantSpan, Month, add_months, add_months_at, day_in

days = st.dates(date(1990, 1, 1), date(2080, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
    ],
)
def test_months_end_where_the_calendar_ends(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(day=days, months=st.integers(0, 120))
def test_six_months_later_is_never_another_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


@given(start=days, length=st.integers(0, 3000), day=days)
def test_a_span_knows_how_much_of_it_has_passed(start: date, length: int, day: date) -> None:
    span = DaySpan(start, date.fromordinal(start.toordinal() + length))
    assert 0 <= span.elapsed_before(day) <= span.days == length
    assert span.elapsed_before(span.end_on) == span.days
    assert span.elapsed_before(span.start_on) == 0


def test_a_span_cannot_run_backwards() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        DaySpan(date(2025, 2, 1), date(2025, 1, 1))


def test_an_instant_span_is_half_open() -> None:
    starts_at = datetime(2025, 9, 1, 12, tzinfo=UTC)
    span = InstantSpan(starts_at, add_months_at(starts_at, 6))
    assert span.contains(starts_at)
    assert span.ends_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert not span.contains(span.ends_at)
    assert InstantSpan(starts_at, None).contains(datetime(2099, 1, 1, tzinfo=UTC))


def test_a_day_depends_on_where_it_is_counted() -> None:
    instant = datetime(2025, 9, 30, 23, 30, tzinfo=UTC)
    assert day_in(instant, "UTC") == date(2025, 9, 30)
    assert day_in(instant, "Asia/Tokyo") == date(2025, 10, 1)


def test_a_month_reads_and_writes_itself() -> None:
    month = Month.parse("2025-12")
    assert (month.start_on, month.end_on) == (date(2025, 12, 1), date(2026, 1, 1))
    assert str(month.plus(2)) == "2026-02"
    for wrong in (
        "2025-13",
        "2025-00",
        "25-09",
        "2025/09",
        "",
        "2025-9",
        "0000-01",
        "0001-01",
        "9999-12",
        "٢٠٢٥-٠٩",
    ):
        with pytest.raises(ValueError, match="not a month"):
            Month.parse(wrong)
