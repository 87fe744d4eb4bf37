"""Access: who may open what, since when, until when, and why.

Words: an *entitlement* is one learner's right to one course for a span of instants, with the source it
came from; a *level* is what all her entitlements together allow at one instant (``none``, ``audit``,
``full``); a *decision* explains a level. Invariants: one entitlement a source; a right is granted once and
at most once revoked, never edited; the level at any instant, past ones too, follows from these facts alone.
"""
