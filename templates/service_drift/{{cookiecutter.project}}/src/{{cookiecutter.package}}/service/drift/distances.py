"""Rows of each cell then and now in, how far they are apart and how likely by chance out."""

from __future__ import annotations

import math
from collections.abc import Sequence

EXPECTED = 5
"""Rows that a group must let expect on both sides for the chi-squared distribution to hold (Cochran, 1954)."""


def jensen_shannon(before: Sequence[float], now: Sequence[float]) -> tuple[float, float]:
    """Return the distance of two columns of rows, 0 to 1, and how likely one as large is without drift.

    The likelihood is that of the divergence weighted by rows (Lin, 1991), of which twice the rows' number is the
    G statistic: chi-squared (Wilks, 1938). Groups that let expect too few rows are taken together for it.
    """
    from scipy.special import chdtrc, rel_entr

    a, b = sum(before), sum(now)
    shares = [(x / a, y / b) for x, y in zip(before, now, strict=True)]
    halves = sum(rel_entr(p, (p + q) / 2) + rel_entr(q, (p + q) / 2) for p, q in shares)
    distance = math.sqrt(max(halves, 0.0) / 2 / math.log(2))
    enough, few = [], [0.0, 0.0]
    for x, y in zip(before, now, strict=True):
        if (x + y) * min(a, b) / (a + b) >= EXPECTED:
            enough.append((x, y))
        else:
            few = [few[0] + x, few[1] + y]
    if sum(few) * min(a, b) / (a + b) >= EXPECTED:
        enough.append((few[0], few[1]))
    g = 2 * sum(rel_entr(x, (x + y) * a / (a + b)) + rel_entr(y, (x + y) * b / (a + b)) for x, y in enough)
    return distance, float(chdtrc(len(enough) - 1, max(g, 0.0))) if len(enough) > 1 else 1.0


def kolmogorov_smirnov(before: Sequence[float], now: Sequence[float]) -> tuple[float, float]:
    """Return the largest distance of two distribution functions at the cells' bounds, and its likelihood.

    It is at most that of the values themselves, so that its likelihood (Smirnov, 1948; asymptotic) is no less.
    """
    from scipy.special import kolmogorov

    a, b, x, y, distance = sum(before), sum(now), 0.0, 0.0, 0.0
    for each, other in zip(before, now, strict=True):
        x, y = x + each, y + other
        distance = max(distance, abs(x / a - y / b))
    return distance, float(kolmogorov(math.sqrt(a * b / (a + b)) * distance))


def gaps(before: Sequence[int], now: Sequence[int]) -> float:
    """Return how likely such different numbers of missing values are: of all of them, those now are binomial.

    That is wider than the hypergeometric distribution that Fisher's exact test has, and so errs on the quiet side.
    """
    from scipy.special import bdtr

    number, share = before[-1] + now[-1], sum(now) / (sum(before) + sum(now))
    low = float(bdtr(now[-1], number, share))
    high = 1.0 - float(bdtr(now[-1] - 1, number, share)) if now[-1] else 1.0
    return min(1.0, 2 * min(low, high))
