"""The embedded payment gateway: a bank in a box for demos, tests and development.

It keeps its own tables and knows nothing of Stoa's: intents, refunds, the idempotency keys it has answered,
and an outbox of events that it delivers as signed webhooks. It takes test cards alone, so no real card can
be charged or kept here by mistake. Invariants: an intent is charged at most once; refunds never exceed it.
"""
