"""Reads a card from a form. What was typed goes to the gateway and nowhere else."""

import re

from django.http import QueryDict
from django.utils.translation import gettext as _

from stoa.commerce import api as commerce
from stoa.kernel.refusals import Invalid


def card_from(form: QueryDict) -> commerce.Card:
    """Return the card that was typed, or raise ``Invalid`` with a word for each field that makes no sense."""
    number = re.sub(r"[\s-]", "", form.get("card_number", ""))
    expiry = re.fullmatch(r"\s*(\d{1,2})\s*[/ -]?\s*(\d{2}|20\d{2})\s*", form.get("expiry", ""), re.ASCII)
    code = form.get("security_code", "").strip()
    problems: dict[str, str] = {}
    if not (number.isascii() and number.isdecimal() and 12 <= len(number) <= 19 and _adds_up(number)):
        problems["card_number"] = _("Check the card number: a digit is missing or wrong.")
    if expiry is None or not 1 <= int(expiry[1]) <= 12:
        problems["expiry"] = _("Enter month and year as on the card, for example 04 / 29.")
    if not (code.isascii() and code.isdecimal() and len(code) in (3, 4)):
        problems["security_code"] = _("Enter the 3 or 4 digits from the back of the card.")
    if problems or expiry is None:
        raise Invalid(" ".join(problems.values()), fields=problems)
    year = int(expiry[2])
    return commerce.Card(
        number=number,
        expiry_month=int(expiry[1]),
        expiry_year=year if year > 99 else 2000 + year,
        security_code=code,
    )


def _adds_up(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
