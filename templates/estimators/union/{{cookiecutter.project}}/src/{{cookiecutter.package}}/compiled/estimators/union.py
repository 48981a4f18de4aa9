"""scikit-learn's FeatureUnion: what several transformers make of the same columns, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .registry import Unknown, compiles, fellow, stored
from .sparse import Sparse, side_by_side
from .stand_in import StandIn, Transformer


@stored
@dataclass(frozen=True, eq=False)
class Union(Transformer):
    """Transformers that are all given the same."""

    members: list[StandIn]

    @property
    def takes(self) -> str:
        """What the members take."""
        return self.members[0].takes

    @property
    def texts(self) -> bool:
        """Whether texts may come to a member."""
        return any(member.texts for member in self.members)

    def row(self, X: Any) -> Any:
        """Return the values of the only row of X, as the members read them."""
        return self.members[0].row(X)

    def rows(self, X: Any) -> Any:
        """Return the values of each row of X, as the members read them."""
        return self.members[0].rows(X)

    def one(self, row: Any) -> Any:
        """Return all results for one row."""
        made = [member.one(row) for member in self.members]
        if any(type(part) is Sparse for part in made):
            return side_by_side(made)
        return [value for part in made for value in part]


@compiles("sklearn.pipeline.FeatureUnion")
def union(fitted: Any) -> Union:
    """Return the members of a union."""
    if fitted.transformer_weights:
        raise Unknown("Weights of parts are not known.")
    chosen = [step for _, step in fitted.transformer_list if step != "drop"]
    members = [fellow(step) for step in chosen if step != "passthrough"]
    if len(members) < len(chosen) or len({each.takes for each in members}) > 1:
        raise Unknown("These members are not known.")
    names = [each.names for each in members]
    if any(own != names[0] for own in names):
        raise Unknown("Members that were fitted to different columns are not known.")
    return Union(names[0], members[0].width, members=members)
