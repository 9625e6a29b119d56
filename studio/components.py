"""What belongs together through pairs."""

from collections.abc import Iterable


def components(links: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The smallest number that each number is linked with, directly or through others (union-find)."""
    parents: dict[int, int] = {}

    def root(number: int) -> int:
        while (parent := parents.setdefault(number, number)) != number:
            parents[number] = number = parents[parent]
        return number

    for one, another in links:
        low, high = sorted((root(one), root(another)))
        parents[high] = low
    return {number: root(number) for number in list(parents)}
