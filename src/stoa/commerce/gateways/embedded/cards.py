"""The test cards and what becomes of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from stoa.commerce.gateways.protocol import Card, CardDeclined

Outcome = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TestCard:
    """A number with a known fate. ``decline``: refused at once; ``fails_later``: refused after ``delay``."""

    __test__ = False

    number: str
    brand: str
    title: str
    decline: Outcome | None = None
    fails_later: Outcome | None = None
    delay: timedelta = timedelta()

    @property
    def spaced(self) -> str:
        """The number in groups of four, as printed on a card."""
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))


_DECLINED = (
    "card_declined",
    "The bank declined this card. Nothing was charged. Use another card or ask your bank.",
)
_NO_FUNDS = (
    "insufficient_funds",
    "There is not enough money on this card. Nothing was charged. Use another card.",
)
_EXPIRED = ("expired_card", "This card has expired. Nothing was charged. Use another card.")

TEST_CARDS: tuple[TestCard, ...] = (
    TestCard("4242424242424242", "visa", "succeeds"),
    TestCard("5555555555554444", "mastercard", "succeeds"),
    TestCard("4000000000000002", "visa", "is declined", decline=_DECLINED),
    TestCard("4000000000009995", "visa", "has insufficient funds", decline=_NO_FUNDS),
    TestCard("4000000000000069", "visa", "has expired", decline=_EXPIRED),
    TestCard("4000000000000077", "visa", "succeeds after 20 seconds", delay=timedelta(seconds=20)),
    TestCard(
        "4000000000000341",
        "visa",
        "is declined after 20 seconds",
        fails_later=_DECLINED,
        delay=timedelta(seconds=20),
    ),
)
_BY_NUMBER: Mapping[str, TestCard] = {card.number: card for card in TEST_CARDS}


def test_card(card: Card, *, at: datetime) -> TestCard:
    """Return the test card that was typed, or raise ``CardDeclined`` as a bank would at once."""
    number = "".join(character for character in card.number if character not in " -")
    known = _BY_NUMBER.get(number)
    if known is None:
        raise CardDeclined(
            "incorrect_number", "This is not a test card. The demo gateway takes the listed numbers only."
        )
    if not (
        len(card.security_code) in (3, 4) and card.security_code.isascii() and card.security_code.isdecimal()
    ):
        raise CardDeclined(
            "incorrect_cvc", "Enter the 3 or 4 digits from the back of the card.", field_name="security_code"
        )
    if not 1 <= card.expiry_month <= 12 or (card.expiry_year, card.expiry_month) < (at.year, at.month):
        raise CardDeclined(_EXPIRED[0], _EXPIRED[1], field_name="expiry")
    if known.decline:
        raise CardDeclined(*known.decline)
    return known


test_card.__test__ = False  # type: ignore[attr-defined]
