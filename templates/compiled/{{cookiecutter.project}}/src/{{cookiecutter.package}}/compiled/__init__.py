"""The same predictions without tables: one record is prepared with Python's own values."""
