"""Arithmetic as learners type it: ``1,000``, ``3/4``, ``2*pi``, ``1.5e-3``, ``50%``, ``sqrt(2)``.

A grammar of our own: nothing is evaluated as Python, every number is a float (no endless integers), and
length, nesting and the size of factorials are limited. Whatever cannot be read raises ``NotANumber``.
"""

import cmath
import math
import re
import unicodedata
from collections.abc import Callable

Number = float | complex

LONGEST_INPUT = 400
_DEEPEST_NESTING = 40

_CONSTANTS: dict[str, Number] = {"pi": math.pi, "e": math.e, "i": 1j, "j": 1j, "tau": math.tau}
#: Of physics, as in Open edX: Boltzmann, light, room temperature, elementary charge. Upper and lower case count.
_PHYSICS: dict[str, Number] = {"k": 1.3806488e-23, "c": 2.998e8, "T": 298.15, "q": 1.602176565e-19}
_SUFFIXES = {
    **{"%": 0.01, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12},
    **{"c": 1e-2, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12},
}
_LETTERS = str.maketrans({"−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "∕": "/"})
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_π][A-Za-z_0-9]*)|(?P<sign>\*\*|\|\||[-+*/^()!%]))"
)
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?%?")


class NotANumber(ValueError):
    """The text is not arithmetic that this module understands, or its value is not finite."""


def evaluate(text: str) -> Number:
    """Return the finite value of ``text``; real results are floats. Raises ``NotANumber``."""
    if len(text) > LONGEST_INPUT:
        raise NotANumber("too long")
    parser = _Parser(_tokens(_normalized(text)))
    try:
        value = parser.whole()
    except (ArithmeticError, ValueError, RecursionError, TypeError) as error:
        raise NotANumber(str(error)) from None
    if not cmath.isfinite(value):
        raise NotANumber("not finite")
    if isinstance(value, complex):
        return value.real if value.imag == 0 else value
    return float(value)


def is_close(given: Number, expected: Number, *, tolerance: str) -> bool:
    """Whether ``given`` lies within ``tolerance`` of ``expected``.

    "0.1" is absolute, "5%" a share of ``expected``, "" allows for rounding (0.001 % of the larger one).
    A slack of 1e-9 of the tolerance keeps 1.1 within 0.1 of 1.0.
    """
    allowed = allowed_difference(given, expected, tolerance=tolerance)
    return abs(given - expected) <= allowed * (1 + 1e-9) + 1e-12 * abs(expected) * (allowed > 0)


def allowed_difference(given: Number, expected: Number, *, tolerance: str) -> float:
    """Return the absolute difference that ``tolerance`` allows."""
    tolerance = tolerance.strip()
    if not tolerance:
        return 1e-5 * max(abs(given), abs(expected))
    try:
        if tolerance.endswith("%"):
            return abs(evaluate(tolerance[:-1])) * 0.01 * abs(expected)
        return abs(evaluate(tolerance))
    except NotANumber:
        return 1e-5 * max(abs(given), abs(expected))


def _normalized(text: str) -> str:
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda found: "^" + found.group().translate(_SUPERSCRIPTS), text)
    text = unicodedata.normalize("NFKC", text.translate(_LETTERS)).translate(_LETTERS).replace("\u2044", "/")
    text = text.replace("π", "pi").replace("√", " sqrt ").strip()
    text = re.sub(r"(?<=\d)[\u00a0\u202f ](?=\d{3}(?!\d))", "", text)
    if _DECIMAL_COMMA.fullmatch(text) and not re.fullmatch(r"[+-]?\d{1,3},\d{3}%?", text):
        return text.replace(",", ".")
    return _THOUSANDS.sub(lambda found: found.group().replace(",", ""), text)


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise NotANumber(f"cannot read {text[position : position + 10]!r}")
        tokens.append((str(found.lastgroup), found.group(str(found.lastgroup))))
        position = found.end()
    if not tokens:
        raise NotANumber("empty")
    return tokens


class _Parser:
    """Recursive descent: sum, product, parallel, sign, power, postfix, atom."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def whole(self) -> Number:
        value = self.sum()
        if self.at < len(self.tokens):
            raise NotANumber(f"did not expect {self.tokens[self.at][1]!r}")
        return value

    def sum(self) -> Number:
        self.depth += 1
        if self.depth > _DEEPEST_NESTING:
            raise NotANumber("nested too deeply")
        value = self.product()
        while sign := self.take("+", "-"):
            other = self.product()
            value = value + other if sign == "+" else value - other
        self.depth -= 1
        return value

    def product(self) -> Number:
        value = self.parallel()
        while True:
            if sign := self.take("*", "/"):
                other = self.parallel()
                value = value * other if sign == "*" else value / other
            elif self.starts_atom():
                value = value * self.parallel()
            else:
                return value

    def parallel(self) -> Number:
        value = self.signed()
        while self.take("||"):
            other = self.signed()
            value = 0.0 if value == 0 or other == 0 else 1 / (1 / value + 1 / other)
        return value

    def signed(self) -> Number:
        sign = 1.0
        while found := self.take("+", "-"):
            sign = -sign if found == "-" else sign
        return sign * self.power()

    def power(self) -> Number:
        base = self.postfix()
        if not self.take("^", "**"):
            return base
        self.depth += 1
        if self.depth > _DEEPEST_NESTING:
            raise NotANumber("nested too deeply")
        exponent = self.signed()
        self.depth -= 1
        result: Number = base**exponent
        return result

    def postfix(self) -> Number:
        value = self.atom()
        while found := self.take("!", "%"):
            value = _factorial(value) if found == "!" else value * 0.01
        return value

    def atom(self) -> Number:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "the end")
        self.at += 1
        if kind == "number":
            return float(text) * self.suffix()
        if kind == "name":
            return self.named(text)
        if text == "(":
            value = self.sum()
            self.expect(")")
            return value
        raise NotANumber(f"did not expect {text!r}")

    def suffix(self) -> float:
        """A metric suffix written directly behind a number, as in ``5k``."""
        if self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind == "name" and text in _SUFFIXES:
                self.at += 1
                return _SUFFIXES[text]
        return 1.0

    def named(self, name: str) -> Number:
        function = _FUNCTIONS.get(name.lower())
        if function is not None and self.take("("):
            value = self.sum()
            self.expect(")")
            return function(value)
        if name == "sqrt" and self.at < len(self.tokens) and self.tokens[self.at][0] == "number":
            return cmath.sqrt(self.atom())  # √2
        constant = _PHYSICS.get(name, _CONSTANTS.get(name.lower()))
        if constant is None:
            raise NotANumber(f"does not know {name!r}")
        return constant

    def take(self, *signs: str) -> str:
        if self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind == "sign" and text in signs:
                self.at += 1
                return text
        return ""

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise NotANumber(f"expected {sign!r}")

    def starts_atom(self) -> bool:
        if self.at >= len(self.tokens):
            return False
        kind, text = self.tokens[self.at]
        return kind == "name" or text == "("


def _factorial(value: Number) -> float:
    if isinstance(value, complex) or value != int(value) or not 0 <= value <= 170:
        raise NotANumber("factorials are of whole numbers up to 170")
    return float(math.factorial(int(value)))


def _of_both(
    real: Callable[[float], float], other: Callable[[complex], complex]
) -> Callable[[Number], Number]:
    def apply(value: Number) -> Number:
        if isinstance(value, complex):
            return other(value)
        try:
            return real(value)
        except ValueError:
            return other(complex(value))

    return apply


def _real_only(function: Callable[[float], float]) -> Callable[[Number], Number]:
    def apply(value: Number) -> Number:
        if isinstance(value, complex):
            raise NotANumber("needs a real number")
        return function(value)

    return apply


_FUNCTIONS: dict[str, Callable[[Number], Number]] = {
    "sqrt": _of_both(math.sqrt, cmath.sqrt),
    "sin": _of_both(math.sin, cmath.sin),
    "cos": _of_both(math.cos, cmath.cos),
    "tan": _of_both(math.tan, cmath.tan),
    "sec": _of_both(lambda x: 1 / math.cos(x), lambda z: 1 / cmath.cos(z)),
    "csc": _of_both(lambda x: 1 / math.sin(x), lambda z: 1 / cmath.sin(z)),
    "cot": _of_both(lambda x: 1 / math.tan(x), lambda z: 1 / cmath.tan(z)),
    "arcsin": _of_both(math.asin, cmath.asin),
    "arccos": _of_both(math.acos, cmath.acos),
    "arctan": _of_both(math.atan, cmath.atan),
    "asin": _of_both(math.asin, cmath.asin),
    "acos": _of_both(math.acos, cmath.acos),
    "atan": _of_both(math.atan, cmath.atan),
    "sinh": _of_both(math.sinh, cmath.sinh),
    "cosh": _of_both(math.cosh, cmath.cosh),
    "tanh": _of_both(math.tanh, cmath.tanh),
    "sech": lambda z: 1 / cmath.cosh(z),
    "csch": lambda z: 1 / cmath.sinh(z),
    "coth": lambda z: 1 / cmath.tanh(z),
    "arcsec": lambda z: cmath.acos(1 / z),
    "arccsc": lambda z: cmath.asin(1 / z),
    "arccot": lambda z: cmath.atan(1 / z),
    "arcsinh": cmath.asinh,
    "arccosh": cmath.acosh,
    "arctanh": cmath.atanh,
    "arcsech": lambda z: cmath.acosh(1 / z),
    "arccsch": lambda z: cmath.asinh(1 / z),
    "arccoth": lambda z: cmath.atanh(1 / z),
    "exp": _of_both(math.exp, cmath.exp),
    "ln": _of_both(math.log, cmath.log),
    "log": _of_both(math.log10, cmath.log10),
    "log10": _of_both(math.log10, cmath.log10),
    "log2": _of_both(math.log2, lambda z: cmath.log(z, 2)),
    "abs": lambda value: float(abs(value)),
    "fact": _factorial,
    "factorial": _factorial,
    "floor": _real_only(lambda x: float(math.floor(x))),
    "ceil": _real_only(lambda x: float(math.ceil(x))),
    "re": lambda value: value.real,
    "im": lambda value: value.imag,
}
