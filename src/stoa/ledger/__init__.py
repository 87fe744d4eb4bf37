"""Ledger: accounts, fiscal periods, posting batches, the journal. Knows no learner and no course.

Words: a *journal entry* is posted whole, by one *posting batch*, into one *fiscal period* (a month of one
entity); its *lines* carry one signed amount, debit positive. Contract-level lines lie in a sealed file, one
a batch; the entry is their sum. Batches of an entity are chained: each holds the hash of the one before.
A period is *open*, then *soft closed* (only documents that a controller allows by name still count in it), then
*locked* and sealed. Invariants, kept by triggers: an entry balances in every currency; posted is final; batches are
numbered without gaps; a locked period takes nothing, and only the latest opens again, by a record of two people;
periods are closed in order.
"""
