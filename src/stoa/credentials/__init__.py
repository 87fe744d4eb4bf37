"""Credentials: certificates that anybody can check.

Words: a *credential* states that a holder passed a course, with what was assessed; its *code* is on the
paper and in the address of its verification page. Invariants: one credential a learner and course, however
often it is earned; a code is never used twice and its page never disappears: a revoked credential says so,
with date and reason; every issue, revocation and reinstatement is an event that stays.
"""
