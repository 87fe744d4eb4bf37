"""Catalog: what partners offer to the public: courses, skills, instructors, offerings and prices.

Words: a *partner* (educator) publishes *courses* in *subjects*; an *offering* is a sellable right to a course
(now one kind, ``single_course``); a *price* is what an offering costs in a currency from a day on.
Invariants: a course has one ``source_key`` (the identity of the file it comes from) and one slug, both
unique; an offering has at most one price a currency, country and first day, and a price lasts until the
next one starts, so that any day has at most one; descriptions are sanitized when they are saved.
"""
