"""Functions of the generated repository that refuse what training never saw, instead of answering it in silence."""

from __future__ import annotations

from collections.abc import Container

from nb2prod.analysis.preparation.naming import fresh

AS_CATEGORIES = '''def {as_categories}(column, categories):
    """Return a column as categories; raise ValueError for a value, or a missing one, that training never saw."""
    known = [value for value in categories if value is not None]
    unknown = ~column.isin(known) & (column.notna() | (None not in categories))
    if unknown.any():
        raise ValueError(f"{{column.name}} has a value that training never saw")
    return column.astype({pandas}.CategoricalDtype(known))
'''
TABLE_AS_CATEGORIES = '''def {table_as_categories}(table, categories):
    """Return a table with some columns as categories, empty where a record has none, as it has no target; raise
    ValueError for what training never saw."""
    made = table.copy()
    for name, values in categories.items():
        column = table[name] if name in table else None
        made[name] = {pandas}.Categorical([None] * len(table)) if column is None else {as_categories}(column, values)
    return made
'''
AS_TYPES = '''def {as_types}(table, types):
    """Return a table whose columns have the types that they had in training; raise ValueError for a number that does
    not fit into its type, as training never saw one."""
    made = table.astype({{name: kind for name, kind in types.items() if name in table}})
    for name in types:
        if name in table and made[name].dtype.kind in "iuf":
            dtype, before = made[name].dtype, table[name]
            if before.dtype.kind in "mM":  # dates fit as they are
                continue
            before, bits = before.astype(float), 8 * dtype.itemsize
            if dtype.kind == "f":  # decimals may be cut off, as in training
                lost = (made[name].abs() == float("inf")) & (before.abs() != float("inf"))
            else:
                lowest, beyond = (-(2.0 ** (bits - 1)), 2.0 ** (bits - 1)) if dtype.kind == "i" else (0.0, 2.0**bits)
                lost = (before <= lowest - 1) | (before >= beyond)
                if bits == 64:
                    lost &= before != lowest
            if lost.any():
                raise ValueError(f"{{name}} has a number that does not fit into its type of training")
    return made
'''
REFUSE_GAPS = '''def {refuse_gaps}(rows, complete):
    """Raise ValueError where the model's input lacks a value in a column that never lacked one in training."""
    missing = {pandas}.DataFrame(rows).isna().any()
    gaps = [str(name) for name in complete if missing.get(name, False)]
    if gaps:
        raise ValueError(f"there is no value for {{', '.join(gaps)}}: training never saw what it comes from")
'''
SOURCES = {
    "as_categories": AS_CATEGORIES, "table_as_categories": TABLE_AS_CATEGORIES, "as_types": AS_TYPES,
    "refuse_gaps": REFUSE_GAPS,
}  # fmt: skip


class Guards:
    """Names for the guards that the notebook does not use, and the sources of those that are needed."""

    def __init__(self, taken: Container[str]) -> None:
        self.names = {guard: fresh(guard, taken) for guard in SOURCES}

    def __getitem__(self, guard: str) -> str:
        """Return the name of a guard."""
        return self.names[guard]

    def sources(self, used: Container[str], pandas: str) -> list[str]:
        """Return the sources of guards whose names are ``used``, those included that these need."""
        wanted = {guard for guard, name in self.names.items() if name in used}
        if "table_as_categories" in wanted:
            wanted.add("as_categories")
        return [text.format(pandas=pandas, **self.names) for guard, text in SOURCES.items() if guard in wanted]
