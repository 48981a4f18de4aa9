"""Lists, dictionaries and names of columns: what is put in, what is taken out, what is made of them."""

from __future__ import annotations

from collections.abc import Sequence

from nb2prod.analysis.learning.columns import columns_named
from nb2prod.analysis.learning.combining import fewer
from nb2prod.analysis.learning.expressions import Arguments
from nb2prod.analysis.learning.fitting import Fitting
from nb2prod.analysis.learning.replacing import replace
from nb2prod.analysis.learning.values import UNKNOWN, Labels, Value

OF_LISTS = frozenset({"append", "extend", "insert", "items", "values", "keys", "get", "remove"})
RECORDS = "collections.namedtuple"
IN_ORDER = frozenset({"builtins.list", "builtins.tuple", "builtins.iter"})
"""What gives the same things in the same order."""
CONTAINING = IN_ORDER | {"builtins.zip", "builtins.sorted", "builtins.set", "builtins.frozenset", "builtins.reversed"}
LOOKING = frozenset({"index", "count", "get_loc", "isin"})
"""What leaves a list of names as it is, and gives none."""
TAKING = frozenset({"drop", "difference", "remove", "discard", "difference_update"})
ADDING = frozenset({"append", "extend", "insert", "add", "update", "union"})
CHANGING = frozenset({"append", "extend", "insert", "remove", "pop", "clear", "add", "update", "discard",
                      "difference_update", "sort", "reverse"})  # fmt: skip
"""Methods of lists and sets that change these themselves."""
ALONE = frozenset({"append", "insert", "remove", "add", "discard"})
"""Methods that are handed one name."""


class Containers(Fitting):
    """The layer that reads what holds other things."""

    def of_list(self, receiver: Value, name: str, given: Arguments) -> Value:
        """Read a method of a list or of a dictionary."""
        items = receiver.items or []
        if name in {"append", "extend", "insert"} and given.places:
            added = given.places[-1]
            receiver.items = [*items, added][-30:]
            receiver.scored = tuple(dict.fromkeys((*receiver.scored, *added.scored)))
            receiver.literal, receiver.labels = UNKNOWN, None
            if added.data is not None:
                made = self.derived([receiver, added])
                receiver.data = made.data
            return Value(literal=None)
        if name == "remove" and receiver.labels is not None and receiver.labels.columns is not None:
            gone = given.literal(0)
            receiver.labels = replace(receiver.labels, columns=receiver.labels.columns - {gone})
            receiver.literal = UNKNOWN
            return Value(literal=None)
        if name == "get":
            wanted = given.literal(0)
            found = [v for k, v in zip(receiver.keys or [], items, strict=False) if k == wanted and k is not UNKNOWN]
            return found[0] if found else self.derived(items)
        if name == "items":
            keys = receiver.keys if receiver.keys is not None else [UNKNOWN] * len(items)
            return Value(items=[Value(items=[Value(literal=k), v]) for k, v in zip(keys, items, strict=False)])
        return Value(items=items, scored=receiver.scored)

    def of_labels(self, receiver: Value, labels: Labels, name: str, given: Arguments) -> Value:
        """Read what is done to names of columns: ``df.columns.drop("price")``, ``features.remove("price")``."""
        if name in {"tolist", "to_list", "copy", "astype", "sort_values", "to_numpy"}:
            return Value(labels=labels)
        if name in LOOKING:
            return Value()
        named = given.places[-1] if given.places else None
        names = columns_named(named) if named is not None and (name not in ALONE or _is_text(named)) else None
        known = names.columns if names is not None and names.certain else None
        made = replace(labels, certain=False)
        if name in TAKING and known is not None:
            made = fewer(labels, known) or made
        elif name in ADDING and known is not None:
            columns = labels.columns | known if labels.columns is not None else None
            made = replace(labels, columns=columns, without=labels.without - known)
        elif name in {"sort", "reverse"}:
            made = labels
        if name in CHANGING:
            receiver.labels = made
        return Value(labels=made)

    def contained(self, path: str, given: Arguments) -> Value | None:
        """Read ``list(...)`` and the like of names of columns, and of things that are known one by one."""
        if path == "builtins.zip":
            return self._zipped(given)
        source = given.places[0] if len(given.places) == 1 else None
        if source is None or source.keys is not None or isinstance(source.literal, str):
            return None
        labels = columns_named(source)
        if labels is not None and source.items is None:
            return Value(labels=labels)
        if path in IN_ORDER and source.items is not None:
            return replace(source, items=[*source.items], name="", node=None)
        return None

    def _zipped(self, given: Arguments) -> Value | None:
        """Read ``zip(*[(d[["a"]], d.y) for d in (train, test)])``: what stands at the same place in each."""
        columns = [each.items for each in given.places if each.items is not None and each.keys is None]
        if not given.counted or len(columns) < len(given.places) or len({len(each) for each in columns}) != 1:
            return None
        items: list[Value] = []
        for row in zip(*columns, strict=False):
            one = self.derived(row)
            one.items = list(row)
            items.append(one)
        made = self.derived(items)
        made.items = items
        return made

    def described(self, given: Arguments) -> Value:
        """Read ``namedtuple("Parts", "train test")``."""
        said = given.literal(1, "field_names")
        names = tuple(said.replace(",", " ").split()) if isinstance(said, str) else said
        known = isinstance(names, tuple) and all(isinstance(each, str) for each in names)
        return Value(RECORDS, keys=list(names) if isinstance(names, tuple) and known else None)

    def recorded(self, names: Sequence[str], given: Arguments) -> Value:
        """Return a named tuple."""
        made = self.derived(given.all())
        made.attributes = self.filled(names, given)
        if given.counted and len(made.attributes) == len(names):
            made.items = [made.attributes[name] for name in names]
        return made

    def filled(self, names: Sequence[str], given: Arguments) -> dict[str, Value]:
        """Return what each field is given."""
        places = zip(names, given.places, strict=False) if given.counted else ()
        return {**dict(places), **{name: each for name, each in given.keywords.items() if name in names}}


def _is_text(value: Value) -> bool:
    return isinstance(value.literal, str)
