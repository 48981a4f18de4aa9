"""What the service takes and answers, as ``schema.json`` says it."""

from .answers import to_predictions
from .batches import TOGETHER, batches
from .check import Problem, check
from .contract import EXAMPLE, REQUEST, RESPONSE
from .describe import seen
from .quick import RECORD
from .records import record_schema, to_input
from .unusual import REASONS, unusual

__all__ = [
    "EXAMPLE",
    "REASONS",
    "RECORD",
    "REQUEST",
    "RESPONSE",
    "TOGETHER",
    "Problem",
    "batches",
    "check",
    "record_schema",
    "seen",
    "to_input",
    "to_predictions",
    "unusual",
]
