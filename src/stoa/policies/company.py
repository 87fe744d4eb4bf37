"""Policies of a company's own balances that have no measurement of their own: debts, share capital, opening balances."""

from datetime import date

from stoa.policies.data import Paragraph, Policy

_BEGINNING = date(2025, 1, 1)

POLICIES = (
    Policy(
        name="payables",
        title="Payables, prepaid expenses and payroll",
        standard="ASC 405",
        version="1",
        effective_on=_BEGINNING,
        requirements=("ACC-57", "ACC-74", "ACC-75", "ACC-76"),
        inputs=("supplier_bill", "supplier_paid", "payroll_recorded", "payroll_paid"),
        outputs=("accounts_payable", "accrued_compensation", "prepaid_expenses", "property", "cash"),
        note=(
            "Goods and services are expensed as they are received, by the function that uses them; advertising when it "
            "is incurred. What is billed before the service is a prepaid expense and is spread over its days. A liability "
            "ends when it is paid."
        ),
        steps=(
            Paragraph("405-20-40-1", "A liability is derecognized when the creditor is paid."),
            Paragraph(
                "340-10-05-4",
                "A service that was billed and not yet received is prepaid: spread by day, or by full months.",
            ),
            Paragraph("720-35-25-1", "Advertising is expensed as incurred; its nature is told by the bill."),
            Paragraph("710-10-25-1", "Compensation is accrued in the period in which staff earned it."),
            Paragraph(
                "230-10-45-13(c)",
                "Paying for an asset is an investment on the day it is paid; buying it on account moves no cash.",
            ),
        ),
    ),
    Policy(
        name="share_capital",
        title="Share capital and treasury stock",
        standard="ASC 505",
        version="1",
        effective_on=_BEGINNING,
        requirements=("ACC-16", "ACC-67", "ACC-72"),
        inputs=(
            *("share_issued", "shares_repurchased", "option_exercised", "early_exercise_repurchased"),
            "award_vested",
        ),
        outputs=(
            *(
                "common_stock",
                "additional_paid_in_capital",
                "treasury_stock",
                "early_exercised_shares",
                "cash",
            ),
            "accrued_compensation",
        ),
        note=(
            "Common stock is carried at its par value and what was received beyond it as additional paid-in capital, less "
            "what underwriters keep. Repurchased shares are treasury stock at cost, excise tax included. Options exercised "
            "before they vest are a liability until they do. Shares withheld for the taxes of holders are a payment out of "
            "equity."
        ),
        steps=(
            Paragraph("505-10-25-2", "Proceeds of own shares are no income; they go to equity."),
            Paragraph("505-30-45-1", "Shares bought back and held are carried at cost, taken from equity."),
            Paragraph(
                "718-10-55-31",
                "Cash for unvested shares that the company may buy back at their price is a liability.",
            ),
            Paragraph(
                "718-10-25-18",
                "Withholding shares for taxes at the statutory rate keeps the award in equity.",
            ),
            Paragraph("230-10-45-15(a)", "The tax that is paid for withheld shares is a financing payment."),
        ),
    ),
    Policy(
        name="opening_balances",
        title="Books that begin with a balance sheet",
        standard="ASC 250",
        version="1",
        effective_on=_BEGINNING,
        requirements=(),
        inputs=("opening_balance",),
        outputs=(),
        note=(
            "Books that continue those of another system begin with its balance sheet. Contracts, invoices and assets from "
            "before run on as they were agreed."
        ),
        steps=(
            Paragraph(
                "250-10-45-1",
                "A change of the system is no change of a principle: every account begins with what it held.",
            ),
        ),
        judgements=(
            "What documents from before had put into accounts by the opening is part of what it says; only what came since "
            "is posted.",
        ),
    ),
)
