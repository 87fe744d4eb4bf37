"""Arithmetic as learners type it."""

import contextlib
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stoa.courseware.problems import numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,000", 1000),
        ("1,234,567.5", 1234567.5),
        ("2 000 000", 2_000_000),
        ("3,14", 3.14),
        ("1e3", 1000),
        ("3/4", 0.75),
        ("2*pi", 2 * math.pi),
        ("2π", 2 * math.pi),
        ("50%", 0.5),
        ("−5", -5),
        ("3×10^2", 300),
        ("6.02*10**23", 6.02e23),
        ("5²", 25),
        ("5k", 5000),
        ("-2^2", -4),
        ("2^-1", 0.5),
        ("2^3^2", 512),
        ("2(3+4)", 14),
        ("sqrt(16)", 4),
        ("10!", 3628800),
        ("½", 0.5),
        ("6||3", 2),
        ("+ 7", 7),
    ],
)
def test_a_number_in_any_usual_form_is_read(text: str, value: float) -> None:
    assert numbers.evaluate(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "abc",
            "nan",
            "inf",
            "1/0",
            "1e999",
            "9^9^9^9",
            "171!",
            "(",
            ")",
            "1+",
            "*2",
            "1..2",
            "0x10",
        ),
        *(
            "__import__('os')",
            "<b>1</b>",
            "1 2",
            "(" * 5000,
            "1" * 100_000,
            "-" * 399,
            "exp(1e9)",
            "\0",
            "1;2",
        ),
        *(
            "(" * 100 + "1" + ")" * 100,
            "1e",
            "²",
            "2^2^2^2^2^2^2^2^2^2^2^2^2^2",
            "fact(1e300)",
            "１２abc",
            "sin",
        ),
    ],
)
def test_what_is_no_finite_number_is_refused(text: str) -> None:
    if text == "1e":  # one times Euler's number
        assert numbers.evaluate(text) == pytest.approx(math.e)
        return
    with pytest.raises(numbers.NotANumber):
        numbers.evaluate(text)


@given(st.text(max_size=60))
def test_any_text_gives_a_finite_number_or_a_refusal(text: str) -> None:
    try:
        value = numbers.evaluate(text)
    except numbers.NotANumber:
        return
    assert math.isfinite(abs(value))


@settings(max_examples=300)
@given(st.text(alphabet="0123456789+-*/^().e%!kπij|, ", max_size=40))
def test_any_arithmetic_gives_a_finite_number_or_a_refusal(text: str) -> None:
    with contextlib.suppress(numbers.NotANumber):
        assert math.isfinite(abs(numbers.evaluate(text)))


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_every_float_reads_back_as_itself(value: float) -> None:
    assert numbers.evaluate(repr(value)) == value


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_arithmetic_follows_the_usual_order(a: int, b: int, c: int) -> None:
    assert numbers.evaluate(f"{a}+{b}/{c}") == pytest.approx(a + b / c)
    assert numbers.evaluate(f"({a}+{b})/{c}") == pytest.approx((a + b) / c)


@pytest.mark.parametrize(
    ("given_value", "expected", "tolerance", "fits"),
    [
        (1.1, 1.0, "0.1", True),
        (1.11, 1.0, "0.1", False),
        (105, 100, "5%", True),
        (105.1, 100, "5%", False),
        (3.14159, math.pi, "", True),
        (3.14, math.pi, "", False),
        (0, 0, "0", True),
        (1e-9, 0, "0", False),
        (-100, 100, "5%", False),
    ],
)
def test_tolerances_are_absolute_or_a_share(
    given_value: float, expected: float, tolerance: str, fits: bool
) -> None:
    assert numbers.is_close(given_value, expected, tolerance=tolerance) is fits
