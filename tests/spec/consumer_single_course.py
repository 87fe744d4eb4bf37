"""Chapter: revenue from what consumers buy; the single course first, then what other products add."""

from datetime import date

from tests.spec.book import Case, month_end

CASES = (
    Case(
        "A sale in the middle of a month",
        "Ada pays $49.00 and $4.00 tax on 10 July and has access until 10 January: 184 days. The processor keeps $1.72.",
        [
            {
                "reference": "R1",
                "price": "49.00",
                "tax": "4.00",
                "fee": "1.72",
                "start_on": "2025-07-10",
                "end_on": "2026-01-10",
            }
        ],
        {
            date(2025, 7, 10): {
                "processor_clearing": "51.28",
                "contract_liability": "-48.73",
                "sales_tax_payable": "-4.00",
                "revenue": "-0.27",
                "processing_fees": "1.72",
            },
            month_end("2025-07"): {
                "processor_clearing": "51.28",
                "contract_liability": "-43.14",
                "sales_tax_payable": "-4.00",
                "revenue": "-5.86",
                "processing_fees": "1.72",
            },
            month_end("2025-12"): {
                "processor_clearing": "51.28",
                "contract_liability": "-2.40",
                "sales_tax_payable": "-4.00",
                "revenue": "-46.60",
                "processing_fees": "1.72",
            },
            month_end("2026-01"): {
                "processor_clearing": "51.28",
                "sales_tax_payable": "-4.00",
                "revenue": "-49.00",
                "processing_fees": "1.72",
            },
        },
    ),
    Case(
        "A full refund within fourteen days",
        "Ben pays on 10 July and has everything back on 20 July. What was earned is taken back; the fee stays a cost.",
        [
            {
                "reference": "R2",
                "price": "49.00",
                "tax": "4.00",
                "fee": "1.72",
                "start_on": "2025-07-10",
                "end_on": "2026-01-10",
            },
            {
                "reference": "F2",
                "kind": "refund_paid",
                "receipt": "R2",
                "price": "49.00",
                "tax": "4.00",
                "effective_on": "2025-07-20",
            },
        ],
        {
            date(2025, 7, 19): {
                "processor_clearing": "51.28",
                "contract_liability": "-46.34",
                "sales_tax_payable": "-4.00",
                "revenue": "-2.66",
                "processing_fees": "1.72",
            },
            date(2025, 7, 20): {"processor_clearing": "-1.72", "processing_fees": "1.72"},
        },
    ),
    Case(
        "A refund on the first day, with the fee returned",
        "Nothing was earned, and the processor gives its fee back: no trace remains.",
        [
            {
                "reference": "R3",
                "price": "49.00",
                "fee": "1.72",
                "start_on": "2025-07-10",
                "end_on": "2026-01-10",
            },
            {
                "reference": "F3",
                "kind": "refund_paid",
                "receipt": "R3",
                "price": "49.00",
                "fee": "1.72",
                "effective_on": "2025-07-10",
            },
        ],
        {date(2025, 7, 10): {}, month_end("2025-12"): {}},
    ),
    Case(
        "Access granted later than payment",
        "Cleo pays on 31 August; access begins on 1 September. August holds the liability and no revenue.",
        [
            {
                "reference": "R4",
                "price": "91.00",
                "effective_on": "2025-08-31",
                "start_on": "2025-09-01",
                "end_on": "2025-12-01",
            }
        ],
        {
            month_end("2025-08"): {"processor_clearing": "91.00", "contract_liability": "-91.00"},
            month_end("2025-09"): {
                "processor_clearing": "91.00",
                "contract_liability": "-61.00",
                "revenue": "-30.00",
            },
        },
    ),
    Case(
        "Sold on 31 August before a leap year",
        "Access from 31 August 2023 ends on 29 February 2024 (six calendar months, cut to the month's last day): 182 days.",
        [{"reference": "R5", "price": "182.00", "start_on": "2023-08-31", "end_on": "2024-02-29"}],
        {
            month_end("2023-08"): {
                "processor_clearing": "182.00",
                "contract_liability": "-181.00",
                "revenue": "-1.00",
            },
            date(2024, 2, 28): {"processor_clearing": "182.00", "revenue": "-182.00"},
        },
    ),
    Case(
        "29 February is a day like any other",
        "A term from 31 January to 31 July 2024 has 182 days, of which February has 29.",
        [{"reference": "R6", "price": "182.00", "start_on": "2024-01-31", "end_on": "2024-07-31"}],
        {
            month_end("2024-01"): {
                "processor_clearing": "182.00",
                "contract_liability": "-181.00",
                "revenue": "-1.00",
            },
            month_end("2024-02"): {
                "processor_clearing": "182.00",
                "contract_liability": "-152.00",
                "revenue": "-30.00",
            },
        },
    ),
    Case(
        "One cent over a year",
        "The cent is earned when half of the year is over, once, and never again.",
        [{"reference": "R7", "price": "0.01", "start_on": "2025-01-01", "end_on": "2026-01-01"}],
        {
            month_end("2025-06"): {"processor_clearing": "0.01", "contract_liability": "-0.01"},
            month_end("2025-07"): {"processor_clearing": "0.01", "revenue": "-0.01"},
            month_end("2025-12"): {"processor_clearing": "0.01", "revenue": "-0.01"},
        },
    ),
    Case(
        "Nothing is paid for nothing",
        "A course given away has a receipt and no entry.",
        [{"reference": "R8", "price": "0", "start_on": "2025-07-10", "end_on": "2026-01-10"}],
        {month_end("2025-07"): {}},
    ),
    Case(
        "A term without days",
        "A right that starts and ends on one day is served on that day.",
        [{"reference": "R9", "price": "5.00", "start_on": "2025-07-10", "end_on": "2025-07-10"}],
        {date(2025, 7, 10): {"processor_clearing": "5.00", "revenue": "-5.00"}},
    ),
    Case(
        "Half of the price back",
        "After 46 of 184 days half of the price is paid back: from that day the whole term is worth half.",
        [
            {"reference": "R10", "price": "184.00", "start_on": "2025-07-01", "end_on": "2026-01-01"},
            {
                "reference": "F10",
                "kind": "refund_paid",
                "receipt": "R10",
                "price": "92.00",
                "effective_on": "2025-08-16",
            },
        ],
        {
            date(2025, 8, 15): {
                "processor_clearing": "184.00",
                "contract_liability": "-138.00",
                "revenue": "-46.00",
            },
            date(2025, 8, 16): {
                "processor_clearing": "92.00",
                "contract_liability": "-68.50",
                "revenue": "-23.50",
            },
            month_end("2025-12"): {"processor_clearing": "92.00", "revenue": "-92.00"},
        },
    ),
    Case(
        "Two years of access",
        "What will be earned more than twelve months after the date is non-current.",
        [{"reference": "R11", "price": "730.00", "start_on": "2025-07-01", "end_on": "2027-07-01"}],
        {
            month_end("2025-07"): {
                "processor_clearing": "730.00",
                "contract_liability": "-365.00",
                "contract_liability_non_current": "-334.00",
                "revenue": "-31.00",
            }
        },
    ),
    Case(
        "A refund that no receipt explains",
        "The money is gone, the reason unknown: it waits in suspense, and the month cannot be closed.",
        [
            {
                "reference": "F12",
                "kind": "refund_paid",
                "receipt": "unknown",
                "price": "49.00",
                "effective_on": "2025-07-20",
            }
        ],
        {date(2025, 7, 20): {"processor_clearing": "-49.00", "suspense": "49.00"}},
    ),
    Case(
        "A month of a catalog subscription",
        "Billed by the month: 30 days from 10 September, of which September has 21.",
        [
            {
                "reference": "R13",
                "product": "catalog_subscription",
                "price": "59.00",
                "start_on": "2025-09-10",
                "end_on": "2025-10-10",
            }
        ],
        {
            month_end("2025-09"): {
                "processor_clearing": "59.00",
                "contract_liability": "-17.70",
                "revenue": "-41.30",
            },
            month_end("2025-10"): {"processor_clearing": "59.00", "revenue": "-59.00"},
        },
    ),
    Case(
        "Half of the price back, and access ends",
        "The same refund as above, but access ends with it: what is kept is earned on that day.",
        [
            {"reference": "R14", "price": "184.00", "start_on": "2025-07-01", "end_on": "2026-01-01"},
            {
                "reference": "F14",
                "kind": "refund_paid",
                "receipt": "R14",
                "price": "92.00",
                "effective_on": "2025-08-16",
                "end_on": "2025-08-16",
            },
        ],
        {
            date(2025, 8, 15): {
                "processor_clearing": "184.00",
                "contract_liability": "-138.00",
                "revenue": "-46.00",
            },
            date(2025, 8, 16): {"processor_clearing": "92.00", "revenue": "-92.00"},
        },
    ),
    Case(
        "From the month to the year, with credit for the unserved days",
        "After 15 of 30 days Dora changes to the year. Half of the month becomes credit; she pays the rest of the year.",
        [
            {
                "reference": "R15",
                "product": "catalog_subscription",
                "price": "59.00",
                "start_on": "2025-09-01",
                "end_on": "2025-10-01",
            },
            {
                "reference": "F15",
                "kind": "refund_paid",
                "receipt": "R15",
                "price": "29.50",
                "credit": "29.50",
                "effective_on": "2025-09-16",
                "end_on": "2025-09-16",
            },
            {
                "reference": "R15b",
                "product": "catalog_subscription",
                "price": "399.00",
                "credit": "29.50",
                "start_on": "2025-09-16",
                "end_on": "2026-09-16",
            },
        ],
        {
            date(2025, 9, 15): {
                "processor_clearing": "59.00",
                "contract_liability": "-29.50",
                "revenue": "-29.50",
            },
            month_end("2025-09"): {
                "processor_clearing": "428.50",
                "contract_liability": "-382.60",
                "revenue": "-45.90",
            },
        },
    ),
    Case(
        "A gift, redeemed two weeks later",
        "What was paid is a liability until the learner chooses; then it is the price of her course.",
        [
            {
                "reference": "G16",
                "kind": "credit_sold",
                "product": "store_credit",
                "credit": "49.00",
                "fee": "1.72",
                "effective_on": "2025-12-10",
            },
            {
                "reference": "R16",
                "price": "49.00",
                "credit": "49.00",
                "start_on": "2025-12-25",
                "end_on": "2026-06-25",
            },
        ],
        {
            date(2025, 12, 24): {
                "processor_clearing": "47.28",
                "contract_liability": "-49.00",
                "processing_fees": "1.72",
            },
            month_end("2025-12"): {
                "processor_clearing": "47.28",
                "contract_liability": "-47.12",
                "revenue": "-1.88",
                "processing_fees": "1.72",
            },
        },
    ),
    Case(
        "A gift that nobody will redeem",
        "When redemption has become remote, the credit buys nothing for a day: breakage.",
        [
            {
                "reference": "G17",
                "kind": "credit_sold",
                "product": "store_credit",
                "credit": "20.00",
                "effective_on": "2025-01-10",
            },
            {
                "reference": "R17",
                "product": "store_credit",
                "price": "20.00",
                "credit": "20.00",
                "start_on": "2025-12-31",
                "end_on": "2025-12-31",
            },
        ],
        {
            date(2025, 12, 30): {"processor_clearing": "20.00", "contract_liability": "-20.00"},
            date(2025, 12, 31): {"processor_clearing": "20.00", "revenue": "-20.00"},
        },
    ),
    Case(
        "A dispute that is lost",
        "Eva's bank disputes the payment on 1 August and decides for her on 1 September. Until then it stays revenue.",
        [
            {"reference": "R18", "price": "184.00", "start_on": "2025-07-01", "end_on": "2026-01-01"},
            {
                "reference": "D18",
                "kind": "dispute_opened",
                "receipt": "R18",
                "price": "184.00",
                "fee": "15.00",
                "effective_on": "2025-08-01",
            },
            {
                "reference": "L18",
                "kind": "dispute_lost",
                "receipt": "R18",
                "price": "184.00",
                "effective_on": "2025-09-01",
                "end_on": "2025-09-01",
            },
        ],
        {
            month_end("2025-08"): {
                "processor_clearing": "-15.00",
                "payments_in_dispute": "184.00",
                "contract_liability": "-122.00",
                "revenue": "-62.00",
                "processing_fees": "15.00",
            },
            date(2025, 9, 1): {"processor_clearing": "-15.00", "processing_fees": "15.00"},
        },
    ),
    Case(
        "A dispute that is won, with its fee returned",
        "Nothing has changed but the days on which the money was held.",
        [
            {"reference": "R19", "price": "184.00", "start_on": "2025-07-01", "end_on": "2026-01-01"},
            {
                "reference": "D19",
                "kind": "dispute_opened",
                "receipt": "R19",
                "price": "184.00",
                "fee": "15.00",
                "effective_on": "2025-08-01",
            },
            {
                "reference": "W19",
                "kind": "dispute_won",
                "receipt": "R19",
                "price": "184.00",
                "fee": "15.00",
                "effective_on": "2025-08-20",
            },
        ],
        {
            month_end("2025-08"): {
                "processor_clearing": "184.00",
                "contract_liability": "-122.00",
                "revenue": "-62.00",
            }
        },
    ),
    Case(
        "A lost dispute that was never opened",
        "The gateway never said that it held the money: the difference waits in suspense.",
        [
            {"reference": "R20", "price": "184.00", "start_on": "2025-07-01", "end_on": "2026-01-01"},
            {
                "reference": "L20",
                "kind": "dispute_lost",
                "receipt": "R20",
                "price": "184.00",
                "effective_on": "2025-09-01",
            },
        ],
        {date(2025, 9, 1): {"processor_clearing": "184.00", "suspense": "-184.00"}},
    ),
)
