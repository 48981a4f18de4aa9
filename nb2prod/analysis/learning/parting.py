"""Names such as ``X_train`` and ``X_test`` to the split that they tell of where rows were chosen by hand."""

from __future__ import annotations

import ast

from nb2prod.analysis.learning.library import Library
from nb2prod.analysis.learning.model import Kind, Part
from nb2prod.analysis.learning.values import Rows, Value, kind_of_part


class Parting(Library):
    """The layer that listens to what parts are called."""

    def name_rows(self, target: ast.Name, value: Value) -> None:
        """Take a name such as ``X_test`` as a word about which part of all rows these are."""
        rows, name = value.rows, target.id
        places = rows is None and value.data is not None
        if places and value.data is not None and not value.data.rest:
            rows = value.data.index_of
        part = kind_of_part(name)
        if rows is None:
            return
        if rows.split is not None and rows.part is not None:
            if part in {Part.VALIDATION, Part.TEST} and rows.part in {Part.VALIDATION, Part.TEST}:
                rows.part = part
            names = rows.split.names.setdefault(rows.part, [])
            own = not self.local and not places
            if name not in names and own and value.data is not None and not value.data.answers:
                names.append(name)
            return
        if part is None or rows.named is not None:
            return
        rows.named = part
        if not places or rows.of:
            self._by_hand(rows, part, target, value)

    def _by_hand(self, rows: Rows, part: Part, target: ast.Name, value: Value) -> None:
        """Take rows that were chosen by hand, and others of the same table with another part's name, as a split."""
        if rows.of and rows.doubled:
            return
        beside = rows.of[0].choices.values() if len(rows.of) == 1 else self.record.named_rows if not rows.of else ()
        others = [each for each in beside if each is not rows and each.named not in {None, part}]
        if not rows.of:
            self.record.named_rows.append(rows)
        if not others:
            return
        splitting = next((each.split for each in others if each.split is not None), None)
        if splitting is None:
            kinds = {each.kind for each in (rows, *others)}
            kind = (
                Kind.FILES if not rows.of else next((k for k in (Kind.RANDOM, Kind.TIME) if k in kinds), Kind.ORDERED)
            )
            seeded = None if kind is not Kind.RANDOM else False
            splitting = self.split_off(kind, others[0].how or rows.how, [], target, seeded=seeded)
            self.record.whole[splitting.index] = [value.data] if value.data is not None else []
        for each in (*others, rows):
            if each.split is None:
                each.split, each.part = splitting, each.named
        if value.rows is not None:
            splitting.names.setdefault(part, []).append(target.id)
