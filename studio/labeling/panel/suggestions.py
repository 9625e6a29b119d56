"""The suggestions that wait for the user's word."""

from collections.abc import Collection, Iterable

from studio.labeling.suggest import Suggestion

SURE = 0.8
"""Suggestions with at least this confidence count as sure."""


class Suggestions:
    """By item, the surest first."""

    def __init__(self, suggestions: Iterable[Suggestion] = ()) -> None:
        self._by_item = {each.item: each for each in sorted(suggestions, key=lambda each: -each.confidence)}

    def __len__(self) -> int:
        return len(self._by_item)

    @property
    def ids(self) -> list[int]:
        return list(self._by_item)

    @property
    def sure(self) -> list[Suggestion]:
        return [each for each in self._by_item.values() if each.confidence >= SURE]

    def get(self, item_id: int) -> Suggestion | None:
        return self._by_item.get(item_id)

    def of(self, ids: Iterable[int]) -> list[Suggestion]:
        return [self._by_item[item_id] for item_id in ids if item_id in self._by_item]

    def drop(self, ids: Collection[int]) -> None:
        """Forget those of items, which have been labeled or whose suggestion was wrong."""
        for item_id in ids:
            self._by_item.pop(item_id, None)

    def next_unsure(self, after: int | None) -> int | None:
        """The item whose suggestion is the least sure, or next to that of item `after` towards the surer ones."""
        unsure_first = self.ids[::-1]
        if not unsure_first:
            return None
        if after not in self._by_item:
            return unsure_first[0]
        return unsure_first[(unsure_first.index(after) + 1) % len(unsure_first)]
