"""What was measured, as tables in Markdown: medians of the rounds, and ratios to the best peer and to the echo."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Rounds = Sequence[Mapping[str, Any]]
"""What was seen of one side: ``start_seconds``, ``megabytes``, ``rows_per_second``, ``loads`` by number of clients."""


def median(rounds: Rounds, *keys: str) -> float:
    """Return the median of one figure."""
    found = []
    for each in rounds:
        value: Any = each
        for key in keys:
            value = value[key]
        found.append(value)
    return statistics.median(found)


def table(
    sides: Mapping[str, Rounds], absent: Mapping[str, str], facts: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    """Yield the lines of a case's table: a row for each side, and one for each that is not there, with the reason."""
    clients = list(next(iter(sides.values()))[0]["loads"]) if sides else []
    spoken = " / ".join(clients)
    yield (
        f"| | requests a second, {spoken} connections | p50 in ms | p99 in ms | rows a second, {facts['batch']['rows']}"
        " a request | start in s | MB of memory | MB installed |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for name, rounds in sides.items():
        loads = [
            [median(rounds, "loads", each, what) for each in clients] for what in ("per_second", "p50_ms", "p99_ms")
        ]
        versions = ", ".join(f"{key} {value}" for key, value in facts[name]["versions"].items())
        cells = [
            f"{name} ({versions})" if versions else name,
            " / ".join(f"{value:,.0f}" for value in loads[0]),
            " / ".join(spell(value) for value in loads[1]),
            " / ".join(spell(value) for value in loads[2]),
            f"{median(rounds, 'rows_per_second'):,.0f}",
            f"{median(rounds, 'start_seconds'):.1f}",
            f"{median(rounds, 'megabytes'):,.0f}",
            f"{facts[name]['megabytes']:,.0f}",
        ]
        yield f"| {' | '.join(cells)} |"
    for name, reason in absent.items():
        yield f"| {name} | not measured: {reason.replace('|', '/')} | | | | | | |"


def ratios(sides: Mapping[str, Rounds], service: str, echo: str) -> Iterator[str]:
    """Yield the lines that the bars are about."""
    if service not in sides:
        return
    peers = {name: rounds for name, rounds in sides.items() if name not in {service, echo}}
    for clients in sides[service][0]["loads"]:
        own = median(sides[service], "loads", clients, "per_second")
        said = []
        if peers:
            rates = {name: median(rounds, "loads", clients, "per_second") for name, rounds in peers.items()}
            best = max(rates, key=lambda name: rates[name])
            slow = min(median(rounds, "loads", clients, "p99_ms") for rounds in peers.values())
            own_p99 = median(sides[service], "loads", clients, "p99_ms")
            said.append(f"{own / rates[best]:.1f} times the best peer ({best})")
            said.append(f"p99 {own_p99 / slow:.2f} times the best peer's")
        if echo in sides:
            said.append(f"{own / median(sides[echo], 'loads', clients, 'per_second'):.2f} of the echo")
        yield f"- {clients} connections: " + ", ".join(said)


def spell(milliseconds: float) -> str:
    """Return a time with as many digits as mean something."""
    return f"{milliseconds:.2f}" if milliseconds < 10 else f"{milliseconds:,.0f}"
