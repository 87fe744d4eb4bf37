"""Companies of a given shape, made up as source documents: reproducible from a seed, to close a quarter of any size.

A *shape* says how large a company is and what it sells: learners, plans and prices, seat contracts, partners and
their terms, and what a quarter shall come to. From a shape and a seed the same documents follow, byte for byte;
another seed gives other documents and the same totals. Nothing here knows a database or a clock, and nothing is
counted here for the books: they are closed from the documents by the policies, like anybody's.
"""
