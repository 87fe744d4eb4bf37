"""Discovery: finding a course by words, by filters, and in spite of a slip of the fingers.

Words: a *document* is what search knows of one published course; the *vocabulary* holds the words that
titles, skills, partners and teachers use, cut into trigrams, so that "pyhton" finds "python". Both are derived from
the catalog and may be thrown away and made again with ``reindex``. Accents are folded here, in Python.
"""
