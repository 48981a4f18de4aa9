"""The proof: a repository taken as a stranger would take it, and held against what the notebook answered."""

from nb2prod.verify.compare import Tolerance, compare, tolerance_for
from nb2prod.verify.model import Comparison, Depth, Difference, Proof, Retraining, RunArtifacts, TestRun
from nb2prod.verify.prove import prove
from nb2prod.verify.report import as_dict, as_lines, first_failure

__all__ = [
    "Comparison",
    "Depth",
    "Difference",
    "Proof",
    "Retraining",
    "RunArtifacts",
    "TestRun",
    "Tolerance",
    "as_dict",
    "as_lines",
    "compare",
    "first_failure",
    "prove",
    "tolerance_for",
]
