"""A record with a value for each column."""

USUAL = {
    "f": 2.5, "g": 4.0, "i": 7, "j": 3, "b": True, "c": False, "s": "Yes", "t": "no", "o": "abc", "p": "x",
    "d": "2024-05-31T12:00:00", "e": "2023-01-02T00:00:00", "k": "mid",
}  # fmt: skip
