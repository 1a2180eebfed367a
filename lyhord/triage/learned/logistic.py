"""Logistic regression by hand in numpy: a column of weights for each yes-or-no question, rare answers weighed up."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lyhord.triage.learned import fitting
from lyhord.triage.learned.fitting import Doubles

Floats = NDArray[np.floating[Any]]
NEVER = -8.0  # log-odds of what no example shows


@dataclass(frozen=True, slots=True)
class Logistic:
    middle: Floats  # (features,), taken from each row first
    weights: Floats  # (features + 1, questions); the last row is the constant

    def points(self, rows: Floats) -> Floats:
        """Log-odds (texts, questions) of rows (texts, features)."""
        found: Floats = (rows - self.middle) @ self.weights[:-1] + self.weights[-1]
        return found

    def chances(self, rows: Floats) -> Floats:
        return chance(self.points(rows))


def chance(points: Floats) -> Floats:
    found: Floats = 1.0 / (1.0 + np.exp(-points))
    return found


def fit(rows: Floats, wanted: Floats, freedom: float) -> Logistic:
    """`wanted` (texts, questions) holds 1, 0, and NaN where nobody knows. `freedom`: the higher, the freer the weights.

    Yes and no weigh alike in sum, however rare one of them is (class weights of King and Zeng, 2001).
    """
    middle = rows.mean(axis=0)
    moved = np.hstack([rows - middle, np.ones((len(rows), 1))]).astype(np.float64)
    columns = [one(moved, wanted[:, place], freedom) for place in range(wanted.shape[1])]
    return Logistic(middle.astype(np.float32), np.stack(columns, axis=1).astype(np.float32))


def one(moved: Floats, wanted: Floats, freedom: float) -> Floats:
    known = ~np.isnan(wanted)
    rows, yes = moved[known], wanted[known] > 0
    constant = np.zeros(moved.shape[1])
    if not yes.any():
        constant[-1] = NEVER
        return constant
    if yes.all():
        constant[-1] = -NEVER
        return constant
    sides = np.where(yes, 1.0, -1.0)
    costs = freedom * len(yes) / 2 / np.where(yes, yes.sum(), (~yes).sum())

    def loss(at: Doubles) -> tuple[float, Doubles]:
        margins = sides * (rows @ at)
        held = at.copy()
        held[-1] = 0.0  # the constant is free
        value = float(costs @ np.logaddexp(0.0, -margins)) + 0.5 * float(held @ held)
        return value, rows.T @ (-costs * sides * chance(-margins)) + held

    return fitting.lowest(loss, constant)
