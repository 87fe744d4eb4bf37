"""Every policy of the books, in the order the note on significant policies tells them."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from stoa.policies import company, worked
from stoa.policies.data import Paragraph, Policy

#: What each amount that policies return means, and the account of the chart it is posted to.
ACCOUNT_CODES = {
    "cash": "1000",
    "money_market_funds": "1005",
    "restricted_cash": "1010",
    "processor_clearing": "1050",
    "payments_in_dispute": "1055",
    "securities": "1060",
    "securities_unrealized": "1065",
    "securities_allowance": "1069",
    "receivable": "1100",
    "receivable_allowance": "1120",
    "contract_asset": "1150",
    "prepaid_expenses": "1200",
    "deferred_offering_costs": "1210",
    "deferred_partner_fees": "1220",
    "partner_advances": "1230",
    "interest_receivable": "1240",
    "income_taxes_receivable": "1250",
    "deferred_commissions": "1300",
    "deferred_commissions_non_current": "1310",
    "deferred_partner_fees_non_current": "1320",
    "partner_advances_non_current": "1330",
    "deferred_tax_assets": "1350",
    "valuation_allowance": "1355",
    "right_of_use_assets": "1360",
    "property": "1500",
    "accumulated_depreciation": "1510",
    "software": "1520",
    "accumulated_software_amortization": "1530",
    "intangibles": "1540",
    "accumulated_intangible_amortization": "1550",
    "software_in_development": "1560",
    "due_from_group": "1700",
    "suspense": "1990",
    "accounts_payable": "2000",
    "partner_fees_payable": "2005",
    "accrued_compensation": "2010",
    "development_funds": "2015",
    "accrued_expenses": "2020",
    "refund_liability": "2025",
    "purchase_plan_withholdings": "2030",
    "lease_liability": "2040",
    "income_taxes_payable": "2050",
    "customer_deposits": "2060",
    "early_exercised_shares": "2080",
    "contract_liability": "2100",
    "contract_liability_non_current": "2110",
    "lease_liability_non_current": "2140",
    "uncertain_tax_positions": "2150",
    "deferred_tax_liabilities": "2160",
    "sales_tax_payable": "2200",
    "due_to_group": "2700",
    "common_stock": "3000",
    "additional_paid_in_capital": "3010",
    "treasury_stock": "3020",
    "other_comprehensive_income_on_securities": "3040",
    "cumulative_translation_adjustment": "3050",
    "retained_earnings": "3100",
    "revenue": "4000",
    "partner_fees": "5000",
    "amortization_of_deferred_partner_fees": "5020",
    "processing_fees": "5100",
    "hosting_and_support": "5200",
    "depreciation_in_cost_of_revenue": "5300",
    "intangible_amortization_in_cost_of_revenue": "5320",
    "stock_compensation_in_cost_of_revenue": "5400",
    "lease_cost_in_cost_of_revenue": "5500",
    "research_and_development": "6000",
    "depreciation_in_research_and_development": "6010",
    "stock_compensation_in_research_and_development": "6020",
    "intangible_amortization_in_research_and_development": "6030",
    "lease_cost_in_research_and_development": "6040",
    "sales_and_marketing": "6100",
    "commission_expense": "6110",
    "depreciation_in_sales_and_marketing": "6120",
    "stock_compensation_in_sales_and_marketing": "6130",
    "development_fund_expense": "6140",
    "lease_cost_in_sales_and_marketing": "6150",
    "general_and_administrative": "6200",
    "depreciation_in_general_and_administrative": "6210",
    "stock_compensation_in_general_and_administrative": "6220",
    "credit_loss_expense": "6230",
    "lease_cost_in_general_and_administrative": "6240",
    "impairment": "6250",
    "interest_income": "7000",
    "interest_expense": "7100",
    "realized_loss_on_securities": "7010",
    "credit_loss_on_securities": "7020",
    "loss_on_disposal": "7200",
    "foreign_exchange_loss": "7300",
    "income_tax_expense": "8000",
    "deferred_income_tax_expense": "8010",
}

#: The reportable segment each product belongs to (ASC 280-10-50-1; ACC-44).
SEGMENT_OF_PRODUCT = {
    "single_course": "Consumer",
    "specialization": "Consumer",
    "professional_certificate": "Consumer",
    "catalog_subscription": "Consumer",
    "store_credit": "Consumer",
    "seat_contract": "Enterprise",
    "degree": "Degrees",
}

#: The policy that accounts for each consumer product; they share one statement in SQL. Any other product that a
#: receipt names is accounted for like a subscription: by day over what was billed.
_POLICY_OF_PRODUCT = {"single_course": "consumer_single_course"}
_SUBSCRIPTIONS = "consumer_subscriptions"

_BEGINNING = date(2025, 1, 1)

#: Kinds of document that consumer revenue is made from, whatever the product.
CONSUMER_KINDS = (
    *("receipt", "refund_paid", "credit_sold", "credit_refunded"),
    *("dispute_opened", "dispute_won", "dispute_lost"),
)

CONSUMER_SINGLE_COURSE = Policy(
    name="consumer_single_course",
    title="Consumer revenue: single course",
    standard="ASC 606",
    version="2",
    effective_on=_BEGINNING,
    requirements=("ACC-35", "ACC-40", "ACC-41", "ACC-45", "ACC-47", "ACC-53"),
    inputs=CONSUMER_KINDS,
    outputs=(
        *("processor_clearing", "contract_liability", "contract_liability_non_current", "sales_tax_payable"),
        *("revenue", "processing_fees", "payments_in_dispute", "suspense"),
    ),
    note=(
        "Learners buy access to a single course for a fixed term, usually six months, and pay in full when they "
        "buy. The promise is one performance obligation, a series of distinct daily services, and revenue is "
        "recognized evenly by day from the day access is granted to the end of the term. The part not yet "
        "earned is a contract liability (deferred revenue), current where it will be earned within twelve "
        "months; so is credit that was sold or given and not used yet. A learner may have the whole price back "
        "within fourteen days of payment; a refund, or a disputed payment that is lost, takes back the revenue "
        "recognized to date on that day."
    ),
    steps=(
        Paragraph(
            "606-10-25-1",
            "A contract exists when the learner has paid: terms are accepted, payment is collected.",
        ),
        Paragraph(
            "606-10-25-14(b)", "Access to the course is one obligation: a series of distinct daily services."
        ),
        Paragraph("606-10-32-2A", "The price excludes sales taxes; tax collected is owed to the authority."),
        Paragraph("606-10-32-18", "No financing component: term and payment lie less than a year apart."),
        Paragraph(
            "606-10-45-2",
            "What was paid before the service is a contract liability, at the price without tax.",
        ),
        Paragraph(
            "606-10-25-27(a)", "The learner receives and uses the service as it is provided: over time."
        ),
        Paragraph(
            "606-10-25-31",
            "Progress is elapsed days of [start, end): earned to date = (2 × price × elapsed + term) ÷ (2 × term), "
            "rounded down; a period is the difference of two to-dates.",
        ),
        Paragraph(
            "606-10-32-43", "A refund lowers the price; recognized revenue and the liability follow at once."
        ),
        Paragraph(
            "606-10-55-46",
            "Credit sold (a gift) or given (the unserved days of what was left) is a contract liability until it is used.",
        ),
        Paragraph(
            "606-10-55-48",
            "Credit whose use has become remote is revenue on that day: no history supports earlier breakage.",
        ),
        Paragraph(
            "210-10-45-9", "What will be earned more than twelve months after the date is non-current."
        ),
        Paragraph(
            "705-10-25-1",
            "The processor's fee is a cost of revenue when paid, and stays one unless returned.",
        ),
    ),
    judgements=(
        "Six months of access are counted in days: 30 June and 31 January carry the same weight.",
        "Refunds are reserved for where a refund rate is estimated for the product (606-10-32-10; see the refund "
        "reserve); where none is, their history is immaterial.",
        "A free trial is no contract: the learner owes nothing and may leave (606-10-25-1, 25-4). Revenue begins with "
        "the first day that is paid for.",
        "A payment in dispute is still ours until the bank decides: the price stands, the money is shown apart.",
        "Payment processing fees are expensed as paid: the benefit is within one year (340-40-25-4).",
    ),
    sql="consumer_revenue.sql",
)

#: How the posting run keeps the reserve; the rule for one cohort, its text and its steps are the worked policy's.
CONSUMER_REFUND_RESERVE = Policy(
    name="consumer_refund_reserve",
    title="Consumer refund reserve",
    standard="ASC 606",
    version="1",
    effective_on=_BEGINNING,
    requirements=("ACC-47",),
    inputs=("refund_rate_estimated", "receipt", "refund_paid", "dispute_lost"),
    outputs=("refund_liability", "contract_liability", "revenue"),
    note="",
    steps=(),
    sql="consumer_refund_reserve.sql",
)

_POLICIES = (
    Policy(
        name="revenue_contracts",
        title="Contracts with customers and collectability",
        standard="ASC 606",
        version="1",
        effective_on=_BEGINNING,
        requirements=("ACC-35", "ACC-36"),
        inputs=("receipt",),
        outputs=(),
        note=(
            "Revenue is recognized when control of promised services passes to a customer, in the amount the "
            "company expects to be entitled to. Consumers pay before access is granted, so collection is certain "
            "when a contract begins."
        ),
        steps=(
            Paragraph(
                "606-10-25-1(e)", "Collection is probable: nothing is filed before the payment is captured."
            ),
            Paragraph("606-10-25-30", "Control passes with access: no revenue before the day it is granted."),
        ),
    ),
    CONSUMER_SINGLE_COURSE,
    Policy(
        name="principal_or_agent",
        title="Principal presentation",
        standard="ASC 606",
        version="1",
        effective_on=_BEGINNING,
        requirements=("ACC-49",),
        inputs=("receipt",),
        outputs=("revenue",),
        note=(
            "The company is the principal in the sale of course access: it controls the service before the learner "
            "receives it, is the party responsible for providing it, and sets its price. Revenue is presented gross, "
            "and amounts owed to educator partners are a cost of revenue."
        ),
        steps=(
            Paragraph(
                "606-10-55-36", "Whoever controls the specified service before transfer is the principal."
            ),
            Paragraph(
                "606-10-55-39",
                "Indicators: responsibility to the learner, discretion over the price, inventory risk.",
            ),
        ),
        judgements=("Gross. Reviewed when an agreement gives a partner control over price or access.",),
    ),
    Policy(
        name="taxes_excluded",
        title="Taxes collected from customers",
        standard="ASC 606",
        version="1",
        effective_on=_BEGINNING,
        requirements=("ACC-41",),
        inputs=("receipt", "refund_paid"),
        outputs=("sales_tax_payable",),
        note="Taxes assessed on sales and collected from customers are excluded from revenue.",
        steps=(Paragraph("606-10-32-2A", "The election is made for all taxes within its scope."),),
    ),
    Policy(
        name="disaggregated_revenue",
        title="Disaggregation of revenue",
        standard="ASC 606",
        version="1",
        effective_on=_BEGINNING,
        requirements=("ACC-44",),
        inputs=(),
        outputs=(),
        note="Revenue is disaggregated by segment and product, which differ in customers, terms and timing.",
        steps=(
            Paragraph("606-10-50-5", "Categories show how economic factors affect revenue and cash flows."),
        ),
    ),
    Policy(
        name="cost_of_revenue",
        title="Cost of revenue: payment processing",
        standard="ASC 705",
        version="1",
        effective_on=_BEGINNING,
        requirements=("ACC-57",),
        inputs=("receipt", "refund_paid"),
        outputs=("processing_fees",),
        note="Payment processing fees are a cost of revenue and are expensed when the payment is captured.",
        steps=(
            Paragraph("705-10-25-1", "A cost of goods and services sold belongs to the period of the sale."),
        ),
    ),
    Policy(
        name="manual_entries",
        title="Accruals and corrections of errors",
        standard="ASC 250",
        version="2",
        effective_on=_BEGINNING,
        requirements=(),
        inputs=("manual_entry", "approval_policy_set", "entry_approved", "document_voided"),
        outputs=(),
        note=(
            "What no other document says is recorded by a balanced entry with its reason: accruals, which may reverse "
            "on a given day, and corrections of errors. Above the limits of the approval policy an entry is recorded when "
            "persons other than its preparer have approved it. An error of a closed month is corrected in the first open one "
            "and shown with the days it belongs to; whether an earlier period must be restated is judged by its size."
        ),
        steps=(
            Paragraph(
                "250-10-45-23",
                "An error is corrected by an entry, or by voiding its document and filing it anew.",
            ),
            Paragraph(
                "250-10-45-27", "Whether it is material is judged against the year's result and its trend."
            ),
        ),
    ),
    *company.POLICIES,
)


def all_policies() -> tuple[Policy, ...]:
    """Return every policy in order of the note."""
    return worked.listed_with(_POLICIES)


def find_policy(name: str) -> Policy | None:
    """Return the policy of that name, if there is one."""
    return next((policy for policy in all_policies() if policy.name == name), None)


def posting_policies() -> tuple[Policy, ...]:
    """Return those that turn documents into journal lines by a statement of their own, in order of running.

    ``consumer_revenue.sql`` carries out every policy of consumer products (``policy_of_product`` names which);
    it is listed once.
    """
    return (CONSUMER_SINGLE_COURSE, CONSUMER_REFUND_RESERVE)


def policy_of_product(product: str) -> str:
    """Return the name of the policy that accounts for receipts of a product."""
    return _POLICY_OF_PRODUCT.get(product, _SUBSCRIPTIONS)


def versions_for(products: Iterable[str]) -> dict[str, str]:
    """Return name and version of the policies that account for consumer products."""
    names = sorted({policy_of_product(product) for product in products})
    return {name: policy.version for name in names if (policy := find_policy(name))}


@cache
def statement_of(policy: Policy) -> str:
    """Return the SQL of a policy, as a controller may read it."""
    return (Path(__file__).parent / policy.sql).read_text()


def significant_policies_note() -> str:
    """Return the company's note on significant accounting policies, in Markdown."""
    parts = ["# Significant accounting policies\n"]
    for policy in all_policies():
        parts.append(f"## {policy.title}\n\n{policy.note}\n")
        parts.append(f"*{policy.standard} ({', '.join(policy.paragraphs)}). Version {policy.version}.*\n")
    return "\n".join(parts)
