"""Learning: who studies which course, what was answered, what it was worth, and what is still missing.

Words: an *enrollment* is a learner in a course, pinned to one version of it; a *submission* is one graded
attempt at one problem, kept forever as it was; a *problem state* is where a learner stands with a problem
(saved answers, attempts, best points); *progress* and *grade* are functions of these by the one rule in
``rules.py``. Invariants: one enrollment a learner and course; attempts never exceed the problem's limit;
best points never fall; progress and grade never leave 0 to 100 %; submissions are never changed.
"""
