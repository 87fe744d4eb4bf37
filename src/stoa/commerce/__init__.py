"""Commerce: what learners order, how it is paid, and how money goes back.

Words: a *quote* is what an offering costs somebody now, tax apart; an *order* is a learner's agreement to
one quote; a *payment* is the one charge of an order at a gateway (it may need several attempts); a
*receipt* numbers a payment without gaps; a *refund* gives all of it back; a *gateway event* is what the
gateway told us, kept as it came. Invariants, kept by the database: price + tax = total; a learner has at
most one live order for an offering while its access runs; an order is paid at most once and refunded at
most once; an order is paid exactly when its payment succeeded and its receipt exists.
Only a signed gateway event makes an order paid. Commerce knows no lesson and no ledger: flows carry on.
"""
