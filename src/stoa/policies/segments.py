"""The company's sets of segments by the day from which each is reported (ASC 280-10-50-34; ACC-44).

Three segments were reported from 2022; from 2025 there are two, with degrees inside Consumer. Journal lines carry
the finest of them, so that every period can be shown by either set: as it was reported, and recast.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from stoa.policies.disaggregated_revenue import SegmentSet
from stoa.policies.registry import SEGMENT_OF_PRODUCT

CONSUMER: Final = "Consumer"
DEGREES: Final = "Degrees"

_THREE: Final = {**SEGMENT_OF_PRODUCT, "degree": DEGREES}
_TWO: Final = {product: CONSUMER if segment == DEGREES else segment for product, segment in _THREE.items()}
#: The segments of 2022, and those of 2025.
THREE_FROM: Final = date(2022, 1, 1)
TWO_FROM: Final = date(2025, 1, 1)


def segment_sets(products: Iterable[tuple[str, str]]) -> tuple[SegmentSet, ...]:
    """The sets of segments, each wide enough for ``products``: pairs of a product and the segment of its lines."""
    unknown = {product: segment for product, segment in products if product not in _THREE}
    merged = {product: CONSUMER if each == DEGREES else each for product, each in unknown.items()}
    return (
        SegmentSet(starts_on=THREE_FROM, segment_of_product={**_THREE, **unknown}),
        SegmentSet(starts_on=TWO_FROM, segment_of_product={**_TWO, **merged}),
    )
