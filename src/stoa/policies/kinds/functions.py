"""Functions that bear expenses (ASC 220-10-S99-2), and the account of each."""

from typing import Literal

Function = Literal[
    "cost_of_revenue", "research_and_development", "sales_and_marketing", "general_and_administrative"
]

#: Account of what a function spends on staff and suppliers; hosting and support are what cost of revenue is made of.
ACCOUNT_OF_FUNCTION = {
    "cost_of_revenue": "hosting_and_support",
    "research_and_development": "research_and_development",
    "sales_and_marketing": "sales_and_marketing",
    "general_and_administrative": "general_and_administrative",
}

#: Accounts that money is paid from.
CashAccount = Literal["cash", "money_market_funds", "restricted_cash"]
