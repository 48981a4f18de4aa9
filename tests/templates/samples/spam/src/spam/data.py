"""Load the messages."""

from __future__ import annotations

from .parameters import Parameters


def load_data(parameters: Parameters) -> tuple[list[str], list[int]]:
    """Return texts and labels."""
    good = [f"see you at {hour} for lunch, ça va?" for hour in range(1, 13)]
    bad = [f"win {amount} dollars now, click here 🎉" for amount in range(100, 112)]
    return good + bad, [0] * len(good) + [1] * len(bad)
