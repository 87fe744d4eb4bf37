"""Kinds of source documents that enter the books by plain Python, a few thousand at a time.

Words: a *kind* is a name, the facts of one document (declared once, like a worked policy's), and its place in the
books. A *family* is the kinds that one policy accounts for together: it gives the balances of every account at the
beginning of a day from the documents known by then. What a period holds is the difference of two such balances, so
order, corrections and late documents need no rule of their own. Receipts and their refunds, which come by the
million, are a policy in SQL instead.
"""
