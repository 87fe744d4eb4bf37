"""Reporting: statements, roll-forwards and schedules, read from the journal and its documents. Writes nothing.

Words: *natural* amounts carry the sign a reader expects (a liability's credit balance is positive); the
journal's own are debit positive. Every report is of one entity, one month and one currency.
"""
