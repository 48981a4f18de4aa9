"""Everything that a check has come to, for whoever writes it down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nb2prod.workflows.reports.model import Report, Told

SEVERITIES = ("error", "warning", "advice")
"""The worst first."""


@dataclass(frozen=True)
class Result:
    """All reports, and what was kept back."""

    reports: Sequence[Report]
    hidden: int = 0
    """Findings that a baseline lists."""
    gone: int = 0
    """Findings that a baseline lists and that are no more."""

    def findings(self) -> Iterator[tuple[Report, Told]]:
        """Yield every finding with the report that it is in, in order."""
        return ((report, each) for report in self.reports for each in report.findings)

    @property
    def count(self) -> int:
        """How many findings there are."""
        return sum(len(report.findings) for report in self.reports)

    def by_severity(self) -> dict[str, int]:
        """Return how many there are of each severity, the worst first."""
        counts = Counter(each.severity for _, each in self.findings())
        return {severity: counts[severity] for severity in SEVERITIES}

    def by_rule(self) -> list[tuple[Told, int]]:
        """Return one finding of each rule, with how many there are of it: the most frequent first."""
        counts = Counter(each.code for _, each in self.findings())
        first = {each.code: each for _, each in reversed(list(self.findings()))}
        return [(first[code], count) for code, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]

    def worst_first(self) -> list[tuple[Report, Told]]:
        """Return every finding, those of one severity in their order: some readers show only the first."""
        return sorted(self.findings(), key=lambda each: SEVERITIES.index(each[1].severity))
