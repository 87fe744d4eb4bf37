"""What moves cash, and where the statement of cash flows shows it (ASC 230-10-45).

Every line on a cash account carries an activity; the table below gives its class. What the table does not name is
operating, as 230-10-45-16 and 45-17 have it: cash flows that are neither investing nor financing.

The indirect method starts from net income (loss) and needs, for every movement that is not cash, the line it is shown in.
``place_of`` gives it. Net income (loss) and all movements of accounts other than cash add up to the change in cash, because
every entry balances; so the statement ties whatever is posted, and what was classed differently on its two sides
becomes a visible line instead of a difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

OPERATING: Final = "operating"
INVESTING: Final = "investing"
FINANCING: Final = "financing"
TRANSFER: Final = "transfer"
EXCHANGE: Final = "exchange"
OPENING: Final = "opening"
CLASSES: Final = (OPERATING, INVESTING, FINANCING, EXCHANGE, OPENING, TRANSFER)

#: The accounts that the statement explains: cash, money-market funds and restricted cash together (230-10-50-8).
CASH_ACCOUNTS: Final = ("1000", "1005", "1010")

#: Activities with a class other than operating, and how the statement calls them, in its order.
CASH_ACTIVITIES: Final[Mapping[str, tuple[str, str]]] = {
    "purchase_of_securities": (INVESTING, "Purchases of marketable securities"),
    "maturity_of_securities": (INVESTING, "Maturities of marketable securities"),
    "sale_of_securities": (INVESTING, "Sales of marketable securities"),
    "purchase_of_assets": (INVESTING, "Purchases of property and equipment"),
    "sale_of_assets": (INVESTING, "Proceeds from sale of property and equipment"),
    "disposal": (INVESTING, "Proceeds from sale of property and equipment"),
    "software_cost": (INVESTING, "Capitalized internal-use software"),
    "purchase_of_intangibles": (INVESTING, "Purchases of intangible and content assets"),
    "share_issue": (FINANCING, "Proceeds from issue of shares"),
    "offering_cost": (FINANCING, "Offering costs paid"),
    "option_exercise": (FINANCING, "Proceeds from exercise of stock options"),
    "purchase_plan": (FINANCING, "Proceeds from the employee purchase plan"),
    "share_repurchase": (FINANCING, "Repurchases of shares"),
    "tax_on_share_settlement": (FINANCING, "Taxes paid for net settlement of share awards"),
    "debt": (FINANCING, "Borrowings and repayments of debt"),
    "intercompany_capital_given": (INVESTING, "Capital given to subsidiaries"),
    "intercompany_capital_taken": (FINANCING, "Capital taken from the parent"),
    "transfer": (TRANSFER, "Transfers between cash accounts"),
    "exchange": (EXCHANGE, "Effect of exchange rates on cash"),
    "foreign_exchange": (EXCHANGE, "Effect of exchange rates on cash"),
    "translation": (EXCHANGE, "Effect of exchange rates on cash"),
    "opening": (OPENING, "Balances brought forward"),
    "opening_balance": (OPENING, "Balances brought forward"),
}


#: Activities by which service paid in shares moves paid-in capital; whatever else moves it is financing.
COMPENSATION: Final = frozenset(
    {"service", "compensation", "grant", "modification", "forfeiture", "reversal", "vesting"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the indirect method shows a movement: its class, its line, and whether it adjusts net income."""

    cash_class: str
    label: str
    is_adjustment: bool = False


#: Operating cash flows as the direct method calls them, by activity and segment of the line; any segment when empty.
_DIRECT: Final[Mapping[tuple[str, str], str]] = {
    ("payment", "Enterprise"): "Received from enterprise customers",
    ("payment", "Degrees"): "Received from universities",
    ("payment", ""): "Paid to staff, educator partners and authorities",
    ("recovery", ""): "Received on receivables written off",
    ("settlement", "Consumer"): "Received from payment processors",
    ("settlement", ""): "Settlements with authorities",
    ("accrual", ""): "Paid to suppliers",
    ("lease_payment", ""): "Paid for leases",
    ("sublease_rent", ""): "Received from subleases",
    ("remittance", ""): "Sales tax remitted",
    ("advance", ""): "Advances paid to educator partners",
    ("spending", ""): "Development funds spent",
    ("interest", ""): "Interest received",
    ("entry", ""): "Entries by hand",
}

#: Adjustments of net income, in the order of the statement: (line, accounts, activities; all when empty).
_ADJUSTMENTS: Final[tuple[tuple[str, frozenset[str], frozenset[str]], ...]] = (
    (
        "Depreciation and amortization",
        frozenset({"1510", "1530", "1550", "1500", "1520", "1540"}),
        frozenset({"depreciation", "amortization"}),
    ),
    (
        "Impairment of long-lived assets",
        frozenset(
            {"1220", "1320", "1360", "1500", "1510", "1520", "1530", "1540", "1550", "1560", "1230", "1330"}
        ),
        frozenset({"impairment", "write_off"}),
    ),
    ("Stock-based compensation", frozenset({"3010"}), COMPENSATION),
    (
        "Amortization of deferred commissions",
        frozenset({"1300", "1310"}),
        frozenset({"amortization"}),
    ),
    (
        "Amortization of deferred partner fees",
        frozenset({"1220", "1320"}),
        frozenset({"amortization"}),
    ),
    (
        "Provision for credit losses",
        frozenset({"1120"}),
        frozenset({"provision"}),
    ),
    (
        "Reduction of right-of-use assets",
        frozenset({"1360"}),
        frozenset({"amortization", "service", "lease_cost"}),
    ),
    (
        "Accretion and amortization of marketable securities",
        frozenset({"1060"}),
        frozenset({"accretion", "amortization", "interest"}),
    ),
    ("Credit losses on marketable securities", frozenset({"1069"}), frozenset()),
    ("Impairment of marketable securities", frozenset({"1060"}), frozenset({"impairment"})),
    ("Offering costs expensed", frozenset({"1210"}), frozenset({"write_off"})),
    ("Deferred income taxes", frozenset({"1350", "1355", "2160"}), frozenset()),
)

#: Results that belong to an investing or financing receipt, or to none: taken out of operating.
_RESULTS: Final[tuple[tuple[str, frozenset[str], frozenset[str], str], ...]] = (
    (
        "Loss on disposal of assets",
        frozenset({"7200"}),
        frozenset({"disposal", "sale_of_assets"}),
        INVESTING,
    ),
    (
        "Realized loss on marketable securities",
        frozenset({"7010"}),
        frozenset({"sale_of_securities", "sale", "realized"}),
        INVESTING,
    ),
    (
        "Unrealized foreign exchange",
        frozenset({"7300"}),
        frozenset({"exchange", "foreign_exchange", "translation"}),
        EXCHANGE,
    ),
)

#: Accounts that investing or financing moves, whatever the activity is called.
_DEFAULT_CLASS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("1060", "1065", "1500", "1510", "1520", "1530", "1540", "1550", "1560", "1710", "3040"), INVESTING
    ),
    **dict.fromkeys(("1210", "2030", "2080", "3000", "3010", "3020", "3100"), FINANCING),
    "3050": EXCHANGE,
}

#: Changes of operating assets and liabilities, in the order of the statement.
_CHANGES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("Cash in transit from payment processors", ("1050",)),
    ("Accounts receivable, net", ("1100", "1120")),
    ("Contract assets", ("1150",)),
    ("Prepaid expenses and other", ("1200", "1240", "1250")),
    ("Deferred commissions", ("1300", "1310")),
    ("Deferred partner fees", ("1220", "1320")),
    ("Partner advances", ("1230", "1330")),
    ("Suspense", ("1990",)),
    ("Accounts payable", ("2000",)),
    ("Educator partners payable", ("2005",)),
    ("Accrued compensation", ("2010",)),
    ("Accrued expenses and other", ("2015", "2020", "2025", "2060")),
    ("Operating leases", ("1360", "2040", "2140")),
    ("Income taxes", ("2050", "2150")),
    ("Sales tax payable", ("2200",)),
    ("Deferred revenue", ("2100", "2110")),
    ("Group companies", ("1700", "2700")),
)
_LEASES: Final = ("1360", "2040", "2140")
_CHANGE_OF: Final = {code: label for label, codes in _CHANGES for code in codes}

#: Order of the lines within adjustments and changes; anything else follows.
ADJUSTMENT_LABELS: Final = (*(row[0] for row in _ADJUSTMENTS), *(row[0] for row in _RESULTS))
CHANGE_LABELS: Final = tuple(label for label, _ in _CHANGES)


def class_of(activity: str) -> str:
    """The class of a line on a cash account."""
    return CASH_ACTIVITIES.get(activity, (OPERATING, ""))[0]


def label_of(activity: str, segment: str = "") -> str:
    """How the statement calls a cash flow."""
    if activity in CASH_ACTIVITIES:
        return CASH_ACTIVITIES[activity][1]
    plain = _DIRECT.get((activity, ""), activity.replace("_", " ").capitalize())
    return _DIRECT.get((activity, segment), plain)


def place_of_result(account: str, activity: str) -> Place | None:
    """Where a revenue or expense goes when it is no operating flow; ``None`` when it stays in net income."""
    if class_of(activity) == OPENING:
        return Place(OPENING, label_of(activity), is_adjustment=True)
    for label, accounts, activities, cash_class in _RESULTS:
        if account in accounts and activity in activities:
            return Place(cash_class, label, is_adjustment=True)
    return None


def place_of(account: str, activity: str, account_name: str) -> Place:
    """Where the movement of an account that is neither cash nor a result goes."""
    bought = _DEFAULT_CLASS.get(account) == INVESTING or account == "2000"
    # A lease that ends early is no receipt, but its gain is taken out of operating with that of other disposals.
    bought = bought or (activity == "disposal" and account in _LEASES)
    if activity in ("addition", "disposal") and bought:
        return Place(INVESTING, label_of("purchase_of_assets" if activity == "addition" else activity))
    if class_of(activity) != OPERATING and activity != "disposal":
        return Place(class_of(activity), label_of(activity))
    for label, accounts, activities in _ADJUSTMENTS:
        if account in accounts and (not activities or activity in activities):
            return Place(OPERATING, label, is_adjustment=True)
    if account in _DEFAULT_CLASS:
        return Place(_DEFAULT_CLASS[account], account_name)
    return Place(OPERATING, _CHANGE_OF.get(account, account_name))
