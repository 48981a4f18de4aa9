"""The 28 tests of the ML Test Score, in the order of Breck et al.

E. Breck, S. Cai, E. Nielsen, M. Salib, D. Sculley: *The ML Test Score: A Rubric for ML Production Readiness and
Technical Debt Reduction*, IEEE Big Data 2017. Half a point for a test that is done by hand, with its results
documented and distributed; one for a test that a system repeats by itself; the sum for each section; the least of the
four sections is the score.
"""

from __future__ import annotations

from nb2prod.score import data, infrastructure, models, monitoring
from nb2prod.score.model import Test

TESTS: tuple[Test, ...] = (*data.TESTS, *models.TESTS, *infrastructure.TESTS, *monitoring.TESTS)
