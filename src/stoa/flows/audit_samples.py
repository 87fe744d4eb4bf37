"""Choosing what an auditor looks at: by a seed, so that anybody who has the population chooses the same again.

Plain Python over keys and amounts; nothing depends on the order in which they come.
"""

import hashlib
import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stoa.kernel.refusals import Invalid


@dataclass(frozen=True, slots=True)
class Picked:
    """A key that was chosen, its amount, and how often (more than once where it is larger than the interval)."""

    key: str
    amount_minor: int
    hits: int


def at_random(items: Iterable[tuple[str, int]], *, size: int, seed: str) -> tuple[Picked, ...]:
    """Every key is as likely as another: those whose hash with the seed is smallest, in order of that hash.

    To choose the same by hand, sort the keys by the SHA-256 of ``seed``, a line feed and the key, in UTF-8.
    """
    _check(size)
    smallest = heapq.nsmallest(size, ((_hash(seed, key), key, amount) for key, amount in items))
    return tuple(Picked(key, amount, 1) for _, key, amount in smallest)


def by_amount(items: Iterable[tuple[str, int]], *, size: int, seed: str) -> tuple[Picked, ...]:
    """Monetary-unit sampling: every minor unit is as likely as another, so large amounts are chosen more often.

    The sizes of the amounts are laid end to end in order of their keys; ``size`` points are taken at equal distances,
    the first by the seed. An amount larger than the distance is always chosen. What is zero never is.
    """
    _check(size)
    rows = sorted((key, abs(amount), amount) for key, amount in items)
    total = sum(row[1] for row in rows)
    if total == 0:
        return ()
    start = int(_hash(seed, ""), 16) % total
    points = [(start + number * total) // size for number in range(size)]
    picked: list[Picked] = []
    laid, next_point = 0, 0
    for key, length, amount in rows:
        laid += length
        hits = 0
        while next_point < size and points[next_point] < laid:
            hits, next_point = hits + 1, next_point + 1
        if hits:
            picked.append(Picked(key, amount, hits))
    return tuple(picked)


def digest_of(items: Sequence[tuple[str, int]]) -> str:
    """SHA-256 of a population: its keys and amounts, a line each, in order of the keys."""
    whole = hashlib.sha256()
    for key, amount in sorted(items):
        whole.update(f"{key}\t{amount}\n".encode())
    return whole.hexdigest()


def _hash(seed: str, key: str) -> str:
    return hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest()


def _check(size: int) -> None:
    if not 1 <= size <= 100_000:
        raise Invalid("A sample has 1 to 100,000 items.", fields={"size": "must be 1 to 100,000"})
