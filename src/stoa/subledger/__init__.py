"""Subledger: what happened, as frozen source documents that accounting may rely on.

Words: a *source document* states one fact (a receipt, a refund) under a unique *reference* and is never
changed; a correction is another document. It is *effective on* the day it happened, in the entity's time
zone, and *counts from* a fiscal month: the month of that day, or the first open month when that one is
locked already (then it is *late*). A *contract* is named by the reference of the receipt that began it.
Invariants, kept by the database: a reference is filed once; a document never changes, never disappears,
and never counts in a month that was locked before it came.
"""
