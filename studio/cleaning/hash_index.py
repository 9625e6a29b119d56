"""Unit vectors that are close to each other, found in time that hardly grows with their number."""

from collections.abc import Iterator

import numpy as np


class HashIndex:
    """Unit vectors by hashes: those of close ones are mostly equal.

    A hash is the axis, and its sign, that a randomly turned vector lies closest to (cross-polytope hashing; Andoni et
    al. 2015). The signs of a vector's elements (Charikar 2002) then sift what has the same hash.
    """

    AXES = 64
    LOAD = 32
    """Vectors of the same hash, on average."""
    MOST = 1024
    """Vectors of the same hash that are looked at: it keeps sets of all but equal pictures in bounds."""
    SIGNS = 64
    SPREAD = 9
    """Signs that may differ beyond those that do on average, which are 9 of 64 at a correlation of 0.9."""
    PORTION = 4096
    """Candidates whose correlation is computed together: 4 MB, which stays in a processor's cache."""

    def __init__(self, vectors: np.ndarray, rng: np.random.Generator, tables: int = 10) -> None:
        """vectors: float32 (N, at least 64), of length 1. tables: hashes of each; with more of them more are found."""
        wanted = len(vectors) / self.LOAD / (2 * self.AXES)
        widths = [self.AXES] + [int(np.ceil(wanted / 2))] * (wanted > 1)
        self._vectors = vectors
        self._signs = self._signs_of(vectors)
        self._turns = [
            [rng.standard_normal((vectors.shape[1], width)).astype(np.float32) for width in widths]
            for _ in range(tables)
        ]
        self._tables: list[_Table] = []

    def fill(self) -> Iterator[None]:
        """Hash the vectors, which has to be done once, in steps of a fraction of a second."""
        for turns in self._turns:
            self._tables.append(_Table(_nearest_axis(self._vectors, turns)))
            yield

    def near(
        self, queries: np.ndarray, least: float, before: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Pairs of the place of an indexed vector and the number of a query, and their correlation from `least` on.

        queries: (M, D). before: (M,), the place behind which vectors are left out, for each query.
        """
        signs = self._signs_of(queries)
        most_different = self.SIGNS * np.arccos(least) / np.pi + self.SPREAD
        found = [np.empty(0, np.int64)]
        for turns, table in zip(self._turns, self._tables, strict=True):
            query, place = table.same(_nearest_axis(queries, turns), self.MOST)
            near = np.bitwise_count(signs[query] ^ self._signs[place]) <= most_different
            if before is not None:
                near &= place < before[query]
            found.append(query[near] * len(self._vectors) + place[near])
        query, place = np.divmod(np.unique(np.concatenate(found)), len(self._vectors))
        value = self._correlations(queries, query, place)
        close = value >= least
        return place[close], query[close], value[close]

    def _correlations(self, queries: np.ndarray, query: np.ndarray, place: np.ndarray) -> np.ndarray:
        value = np.empty(len(query), np.float32)
        for start in range(0, len(query), self.PORTION):
            part = slice(start, start + self.PORTION)
            value[part] = np.einsum("nd,nd->n", queries[query[part]], self._vectors[place[part]])
        return value

    def _signs_of(self, vectors: np.ndarray) -> np.ndarray:
        return np.packbits(vectors[:, -self.SIGNS :] > 0, axis=1).view(np.uint64)[:, 0]


class _Table:
    """Places by their hashes."""

    def __init__(self, hashes: np.ndarray) -> None:
        self._order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[self._order]

    def same(self, hashes: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of the number of a query and a place with the same hash, at most so many for each query."""
        begin = np.searchsorted(self._hashes, hashes, "left")
        counts = np.minimum(np.searchsorted(self._hashes, hashes, "right") - begin, most)
        query = np.repeat(np.arange(len(hashes)), counts)
        nth = np.arange(len(query)) - np.repeat(np.cumsum(counts) - counts, counts)
        return query, self._order[np.repeat(begin, counts) + nth]


def _nearest_axis(vectors: np.ndarray, turns: list[np.ndarray]) -> np.ndarray:
    """The axes that vectors are closest to after each of the turns, as one number."""
    code = np.zeros(len(vectors), np.int64)
    for turn in turns:
        turned = vectors @ turn
        axis = np.abs(turned).argmax(1)
        positive = np.take_along_axis(turned, axis[:, None], 1)[:, 0] > 0
        code = (code * turn.shape[1] + axis) * 2 + positive
    return code
