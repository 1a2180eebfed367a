"""Least squares over many features and few texts, by hand in numpy: the same input gives the same weights.

A label is +1 or -1 and what is unknown 0; the least squares of all labels at once, with an L2 penalty, need one matrix of the
products between texts. Its inverse also tells what each text would have got had it been left out (exactly; Allen's PRESS), so
that confidences are fitted on answers to texts that the answer had not seen. Sets too large for that matrix are solved by
conjugate gradients.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]

COMMON = 64  # n-grams in more texts than this are multiplied as one dense matrix
SMALL = 512  # rows of a triangle that is inverted at once
STEPS = 100
REMEMBERED = 10  # steps back that L-BFGS keeps
CLOSE = 1e-4  # of the beginning: near enough


class Texts:
    """Rows of sparse features (n-grams) and dense ones beside them."""

    def __init__(self, sparse: Sequence[tuple[NDArray[np.int32], Floats]], width: int, dense: Floats) -> None:
        self.count, self.width, self.dense = len(sparse), width, dense
        self.lengths = np.array([len(rows) for rows, _ in sparse])
        self.columns = np.concatenate([rows for rows, _ in sparse])
        self.values = np.concatenate([values for _, values in sparse])
        self.owners = np.repeat(np.arange(len(sparse)), self.lengths)

    def products(self) -> Floats:
        """Each text by each, n-grams and dense features together, and 1 for the constant."""
        together = self.dense @ self.dense.T + np.float32(1)
        order = np.argsort(self.columns, kind="stable")
        columns, owners, values = self.columns[order], self.owners[order], self.values[order]
        bounds = np.flatnonzero(np.diff(columns, prepend=-1, append=self.width + 1))
        common: list[tuple[NDArray[Any], Floats]] = []
        for start, stop in itertools.pairwise(bounds):
            if stop - start > COMMON:
                common.append((owners[start:stop], values[start:stop]))
                if len(common) == 1000:
                    together += densely(common, self.count)
                    common = []
            else:
                who, what = owners[start:stop], values[start:stop]
                together[np.ix_(who, who)] += np.outer(what, what)
        if common:
            together += densely(common, self.count)
        return np.asarray(together, np.float32)

    def times(self, grams: Floats, rest: Floats) -> Floats:
        """Points of each text for one column of weights; the last of `rest` is the constant."""
        sums = np.bincount(self.owners, self.values * grams[self.columns], self.count)
        return np.asarray(sums + self.dense @ rest[:-1] + rest[-1], np.float32)

    def gathered(self, shares: Floats) -> tuple[Floats, Floats]:
        """One column of weights, each text counted by its share."""
        grams = np.bincount(self.columns, shares[self.owners] * self.values, self.width).astype(np.float32)
        return grams, np.append(self.dense.T @ shares, shares.sum()).astype(np.float32)

    def weights(self, shares: Floats) -> tuple[Floats, Floats]:
        """Columns of weights: of n-grams, and of the dense features with the constant below."""
        pairs = [self.gathered(shares[:, column]) for column in range(shares.shape[1])]
        return np.stack([grams for grams, _ in pairs], axis=1), np.stack([rest for _, rest in pairs], axis=1)


def densely(columns: Sequence[tuple[NDArray[Any], Floats]], count: int) -> Floats:
    block = np.zeros((count, len(columns)), np.float32)
    for place, (owners, values) in enumerate(columns):
        block[owners, place] = values
    return block @ block.T


def solve(products: Floats, wanted: Floats, ridge: Floats) -> tuple[Floats, Floats]:
    """Shares of the texts in the weights (texts, labels), and the points of each text by all others. Spoils `products`."""
    products[np.diag_indices_from(products)] += ridge
    inverse = inverted(np.linalg.cholesky(products))
    shares = inverse.T @ (inverse @ wanted)
    own = np.einsum("ij,ij->j", inverse, inverse)
    return shares, wanted - shares / own[:, None]


def inverted(lower: Floats) -> Floats:
    """The inverse of a lower triangle, in its place: halves, put together by two products."""
    size = len(lower)
    if size <= SMALL:
        lower[:] = np.linalg.inv(lower)
        return lower
    half = size // 2
    first, second = inverted(lower[:half, :half]), inverted(lower[half:, half:])
    lower[half:, :half] = -(second @ (lower[half:, :half] @ first))
    return lower


def solve_large(texts: Texts, wanted: Floats, ridge: float) -> tuple[Floats, Floats]:
    """Shares for one column of labels, by conjugate gradients; then the weights they give."""
    shares = np.zeros(texts.count, np.float32)
    left = wanted.copy()
    way = left.copy()
    size = float(left @ left)
    enough = CLOSE**2 * size
    for _ in range(STEPS):
        turned = texts.times(*texts.gathered(way)) + ridge * way
        step = size / float(way @ turned)
        shares += step * way
        left -= step * turned
        size, before = float(left @ left), size
        if size < enough:
            break
        way = left + (size / before) * way
    return texts.gathered(shares)


def calibrate(points: Floats, labels: NDArray[np.int64], evenly: bool) -> tuple[Floats, Floats]:
    """A matrix and a constant that make log-probabilities of points (multinomial logistic regression).

    `evenly`: rare labels weigh more, by the root of their rarity.
    """
    count = points.shape[1]
    rows = np.hstack([points, np.ones((len(points), 1), np.float32)])
    sizes = np.bincount(labels, minlength=count).clip(1)
    each = np.sqrt(len(labels) / (count * sizes))[labels] if evenly else np.ones(len(labels))
    is_wanted = np.eye(count)[labels]

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        weights = flat.reshape(-1, count)
        found = rows @ weights
        found -= found.max(axis=1, keepdims=True)
        odds = np.exp(found)
        total = odds.sum(axis=1, keepdims=True)
        value = float((each * (np.log(total[:, 0]) - found[np.arange(len(rows)), labels])).sum())
        wrong = (odds / total - is_wanted) * each[:, None]
        return value + 0.05 * float(flat @ flat), (rows.T @ wrong).ravel() + 0.1 * flat

    found = lowest(loss, np.zeros(rows.shape[1] * count)).reshape(-1, count).astype(np.float32)
    return found[:-1], found[-1]


def lowest(loss: Callable[[Doubles], tuple[float, Doubles]], at: Doubles) -> Doubles:
    """Where the loss is least: L-BFGS with halving steps (Nocedal and Wright, Numerical Optimization, algorithm 7.5)."""
    value, slope = loss(at)
    enough = CLOSE * float(np.linalg.norm(slope))
    moves: list[Doubles] = []
    turns: list[Doubles] = []
    for _ in range(STEPS):
        if np.linalg.norm(slope) <= enough:
            break
        way = -direction(slope, moves, turns)
        downhill = float(way @ slope)
        step = 1.0 if moves else min(1.0, 1.0 / float(np.linalg.norm(slope)))
        while True:
            there = at + step * way
            new, new_slope = loss(there)
            if new <= value + 1e-4 * step * downhill or step < 1e-10:
                break
            step /= 2
        move, turn = there - at, new_slope - slope
        if move @ turn > 1e-12:
            moves, turns = [*moves, move][-REMEMBERED:], [*turns, turn][-REMEMBERED:]
        at, value, slope = there, new, new_slope
    return at


def direction(slope: Doubles, moves: Sequence[Doubles], turns: Sequence[Doubles]) -> Doubles:
    way = slope.copy()
    kept = []
    for move, turn in zip(reversed(moves), reversed(turns), strict=True):
        share = (move @ way) / (move @ turn)
        kept.append(share)
        way -= share * turn
    if moves:
        way *= (moves[-1] @ turns[-1]) / (turns[-1] @ turns[-1])
    for move, turn, share in zip(moves, turns, reversed(kept), strict=True):
        way += (share - (turn @ way) / (move @ turn)) * move
    return way
