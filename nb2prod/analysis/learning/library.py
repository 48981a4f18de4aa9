"""Calls of libraries' functions and of objects' methods, by what is known of them."""

from __future__ import annotations

import ast
from functools import lru_cache

from nb2prod.analysis.knowledge import MOST_PATHS, load_knowledge
from nb2prod.analysis.learning.columns import stored
from nb2prod.analysis.learning.combining import reckoned, varying
from nb2prod.analysis.learning.comprehensions import GOING_OVER, as_comprehension
from nb2prod.analysis.learning.containers import CONTAINING, OF_LISTS, RECORDS, Containers
from nb2prod.analysis.learning.expressions import Arguments
from nb2prod.analysis.learning.fitting import FEATURES, SAME_OBJECT, TARGET
from nb2prod.analysis.learning.model import Kind, Part, Trace
from nb2prod.analysis.learning.networks import BACKWARD, FUNCTIONAL, is_loss
from nb2prod.analysis.learning.replacing import replace
from nb2prod.analysis.learning.tables import BEHIND, FILTERS, STATISTICS, unsorted
from nb2prod.analysis.learning.values import UNKNOWN, Data, Rows, Value, part_of
from nb2prod.analysis.suggest.roles import Role, load_roles

READS = ("read_", "load_", "fetch_", "make_", "from_", "loadtxt", "genfromtxt", "load", "open", "get_rdataset")
FROM_FILES = ("read_", "loadtxt", "genfromtxt")
BELOW = frozenset({"numpy.vstack", "numpy.concatenate", "numpy.append", "numpy.r_", "torch.cat", "tensorflow.concat",
                   "scipy.sparse.vstack", "numpy.row_stack"})  # fmt: skip
HOLDERS = frozenset({"torch.utils.data.DataLoader", "torch.utils.data.TensorDataset", "xgboost.DMatrix",
                     "catboost.Pool", "lightgbm.Dataset", "tensorflow.data.Dataset.from_tensor_slices"})  # fmt: skip
PIECES = frozenset({"numpy.split", "numpy.array_split", "torch.utils.data.random_split"})
PLACES = frozenset({"numpy.arange"})
SAME_PLACES = frozenset(
    {"builtins.list", "builtins.sorted", "builtins.tuple", "numpy.array", "numpy.asarray", "numpy.sort"}
)
"""Functions of places after which they are still those."""
PICKING = frozenset({"max", "min", "idxmax", "idxmin", "argmax", "argmin"})
"""Methods that give the best of several numbers, or where it is."""
PICKERS = frozenset({"builtins.max", "builtins.min", "builtins.sorted"})
PICKING_LAST = frozenset({"argmax", "argmin", "nanargmax"})
"""Functions that do so, and how those of any library are called."""
TRYING = frozenset({"hyperopt.fmin", "skopt.gp_minimize", "skopt.forest_minimize", "skopt.gbrt_minimize",
                    "skopt.dummy_minimize"})  # fmt: skip
"""Functions that look for the settings with which another function scores best, as ``study.optimize`` does."""
JUDGING = ("sklearn.metrics.", "imblearn.metrics.", "mlxtend.evaluate.", "seqeval.metrics.")
"""Libraries whose metrics are for nothing else: not for training, nor for a look at the data."""
NO_DATA = frozenset({"builtins.print", "builtins.len", "builtins.range", "builtins.display", "builtins.isinstance",
                     "builtins.type", "builtins.enumerate", "builtins.str", "builtins.id"})  # fmt: skip


@lru_cache(maxsize=MOST_PATHS)
def _is_plain(path: str) -> bool:
    """Return whether a function neither splits, fits, scores nor picks: it makes something of what it is handed."""
    roles, name = load_roles(), path.rpartition(".")[2]
    return not (
        path in NO_DATA
        or path in PIECES
        or path in roles.splits
        or name == "train_test_split"
        or path in roles.crossing
        or path in PICKERS
        or name in PICKING_LAST
        or path.startswith((*JUDGING, FUNCTIONAL))
        or roles.is_metric(path)
        or roles.trained_by(path) is not None
    )


@lru_cache(maxsize=MOST_PATHS)
def _is_splitter(path: str) -> bool:
    """Return whether a class is one of those that say how rows are split again and again."""
    name = path.rpartition(".")[2]
    return name[:1].isupper() and name.endswith(("Fold", "Split", "LeaveOneOut", "GroupOut"))


class Library(Containers):
    """The layer that reads calls."""

    def given_to(self, node: ast.Call) -> Arguments:
        """Return a call's arguments."""
        found = Arguments(node)
        for each in node.args:
            value = self.noted(each)
            if isinstance(each, ast.Starred) and value.items is not None:
                found.places += value.items
            else:
                found.places.append(value)
                found.counted &= not isinstance(each, ast.Starred)
        for keyword in node.keywords:
            value = self.noted(keyword.value)
            if keyword.arg is not None:
                found.keywords[keyword.arg] = value
            elif value.keys is not None and value.items is not None:
                found.keywords.update({str(k): v for k, v in zip(value.keys, value.items, strict=False)})
            else:
                found.keywords["**"] = value
        return found

    def _call(self, node: ast.Call) -> Value:
        function = node.func
        if isinstance(function, ast.Attribute):
            receiver = self.evaluate(function.value)
            if not receiver.symbol and function.attr not in receiver.attributes:
                return self.method(receiver, function.attr, node)
        callee = self.evaluate(function)
        if callee.symbol and callee.path in GOING_OVER and (comprehension := as_comprehension(node)) is not None:
            return self.evaluate(comprehension)
        given = self.given_to(node)
        if callee.function is not None:
            return self.own(callee, given)
        if callee.path == RECORDS and callee.keys is not None:
            return self.recorded([str(each) for each in callee.keys], given)
        if callee.symbol:
            return self.library(load_knowledge().canonical(callee.path), given)
        if callee.estimator is not None:
            if is_loss(callee.path):
                self.held_against(given.find(1, "target"))
            return self.answered(callee, "", given)
        return self.derived(given.all())

    # Functions.

    def library(self, path: str, given: Arguments) -> Value:
        """Read a call of a library's function or class."""
        if path in TRYING:
            return self.tried(given.find(0, "fn", "func"), given)
        name = path.rpartition(".")[2]
        if _is_plain(path):
            return self._splitter(path, given) or self.constructed(path, given) or self._of_data(path, name, given)
        if path.startswith(FUNCTIONAL) and is_loss(path):
            self.held_against(given.find(1, "target"))
        if path in NO_DATA:
            varies = varying(given.all())
            return Value(varies=varies, scored=tuple(n for each in given.all() for n in each.scored))
        if path in PIECES:
            return self._pieces(path, given)
        if path in self.roles.splits or name == "train_test_split":
            return self.parted(path, given)
        if path in self.roles.crossing:
            return self.crossed(path, given)
        if path in PICKERS or name in PICKING_LAST:
            self.picked(given.all(), given.node)
        drawn = path.startswith("sklearn.metrics.") and name in {"from_estimator", "from_predictions"}
        self.record.measured |= drawn or (path.startswith(JUDGING) and self.roles.is_metric(path))
        if self.roles.is_metric(path):
            return self.measured(name, given.all(), given.node)
        place = self.roles.trained_by(path)
        if place is not None:
            return self._trained(path, place, given)
        return self._splitter(path, given) or self.constructed(path, given) or self._of_data(path, name, given)

    def picked(self, values: list[Value], node: ast.expr) -> None:
        """Note that the best of several scores is picked."""
        scores = tuple(dict.fromkeys(number for each in values for number in each.scored))
        if scores:
            self.record.picked.append((self.place(node), scores))

    def _splitter(self, path: str, given: Arguments) -> Value | None:
        return Value(path, keywords=given.keywords) if _is_splitter(path) else None

    def _trained(self, path: str, place: int, given: Arguments) -> Value:
        made = Value(path, estimator=self.own_estimator(path, given))
        data = given.find(place, *FEATURES)
        target = data.attributes.get("label") if data is not None else None
        self.fitted(made, path.rpartition(".")[2], given, data, target)
        return made

    def _of_data(self, path: str, name: str, given: Arguments) -> Value:
        if path == RECORDS:
            return self.described(given)
        if path in CONTAINING and (listed := self.contained(path, given)) is not None:
            return listed
        handed = [each for each in given.all() if each.data is not None]
        if path in {"pandas.concat", "dask.dataframe.concat"}:
            return self._concat(given)
        if path in BELOW:
            items = given.places[0].items if given.places and given.places[0].items is not None else given.places
            return self.together([each for each in items if each.data is not None], given)
        if path.startswith(("numpy.random", "random.")):
            return self._random(path, name, given)
        if (path in PLACES or _lists_places(path, given)) and not handed:
            return Value(data=Data(index_of=Rows(how=name, counted=True)), varies=varying(given.all()))
        if path == "builtins.next" and given.places and given.places[0].split is not None and given.places[0].items:
            return given.places[0].items[0]
        if path == "torch.utils.data.Subset" and len(given.places) > 1:
            return self.choose_rows(given.places[0], given.node.args[1], given.places[1])
        if path == "sklearn.utils.resample":
            return self._resample(given)
        if path == "sklearn.utils.shuffle" and given.places:
            shuffled = [Value(data=each.data and replace(each.data, sorted_by="")) for each in given.places]
            whole = self.derived(shuffled)
            whole.items = shuffled if len(shuffled) > 1 else None
            return whole if len(shuffled) > 1 else shuffled[0]
        if not any(each.data is not None and each.data.rows is not None for each in handed):
            made = self.derived(handed)
            if path not in SAME_PLACES:
                made.data = reckoned(made.data)
            return made if handed else self._source(path, name, given)
        if path in HOLDERS or name in {"DataLoader", "TensorDataset"}:
            return self._held(given, handed)
        if name in STATISTICS and path.startswith(("numpy.", "scipy.", "statistics.", "builtins.")):
            first = handed[0]
            if first.data is None or name in {"argmax", "argmin", "unique", "sum", "min", "max"}:
                made = self.derived(handed)
                if made.scored and made.data is not None:  # One number of all rows: a score.
                    made.data = replace(made.data, rows=None)
                return made
            number = self.worked_out(first.data, Trace.STATISTIC, name, given.node)
            return Value(data=number, scored=first.scored, varies=first.varies)
        if path in {"pandas.get_dummies", "pandas.DataFrame"} and given.places:
            first = given.places[0]
            if first.data is not None:
                return Value(data=first.data if not first.data.column else replace(first.data, table=False))
        if path == "pandas.to_datetime" and given.places:
            return given.places[0] if given.places[0].data is None else Value(data=given.places[0].data)
        if path in {
            "numpy.array",
            "numpy.asarray",
            "torch.tensor",
            "torch.from_numpy",
            "pandas.Series",
            "copy.deepcopy",
        }:
            first = handed[0]
            bare = path not in {"pandas.Series", "copy.deepcopy"}
            return Value(data=replace(first.data, bare=bare) if bare and first.data is not None else first.data)
        made = self.derived(handed)
        if made.data is not None and name not in {"where", "cut", "select"} and len(handed) == 1 and handed[0].is_table:
            made.data = replace(made.data, table=False)
        return made

    def _held(self, given: Arguments, handed: list[Value]) -> Value:
        made = Value(data=handed[0].data and replace(handed[0].data, bare=True))
        made.held = handed[0]
        label = given.find(1, "label", "y")
        if label is not None and label.data is not None:
            made.attributes["label"] = label
        return made

    def _source(self, path: str, name: str, given: Arguments) -> Value:
        """Return rows that come from nowhere in the notebook; nothing where a call does not look like that."""
        library = path.partition(".")[0]
        reads = name.startswith(READS) or library in {"seaborn", "torchvision"} or path.startswith("keras.datasets")
        if not reads or library in {"builtins", "joblib", "pickle", "json", "yaml", "re", "time", "os"}:
            return self.derived(given.all())
        said = " ".join(str(each.literal) for each in given.all() if isinstance(each.literal, str))
        rows = Rows(kind=Kind.FILES, how=said.rpartition("/")[2] or name, read=_as_written(path, name, given))
        tabular = name.startswith("read_") or library == "seaborn"
        made = Value(data=Data(rows, table=tabular, origin=self.record.next_origin()))
        if tabular:
            self.record.tables.append(made)
        return made

    def _concat(self, given: Arguments) -> Value:
        first = given.find(0, "objs")
        items = [each for each in (first.items or [] if first is not None else []) if each.data is not None]
        if not items:
            return self.derived([first])
        if given.literal(1, "axis", default=0) in {1, "columns"} and given.literal(1, "axis", default=0) is not True:
            made = self.derived(items)
            table = next((each.data for each in items if each.data is not None and each.data.table), None)
            if table is not None and made.data is not None:
                made.data = replace(table, learnt=made.data.learnt, table=table.columns is None)
            return made
        return self.together(items, given)

    def _random(self, path: str, name: str, given: Arguments) -> Value:
        """Read numbers that are drawn: a mask, or places in another order."""
        if name == "shuffle":
            handed = given.places[0].data if given.places else None
            if handed is not None and handed.index_of is not None:
                given.places[0].data = Data(index_of=Rows(kind=Kind.RANDOM, how=name, counted=True), random=True)
            return Value(path)
        if name in {"seed", "RandomState", "default_rng"}:
            return Value(path)
        if name == "permutation" and given.places:
            data = given.places[0].data
            if data is not None and data.rows is not None:
                return Value(data=unsorted(data))
            return Value(data=Data(index_of=Rows(kind=Kind.RANDOM, how=name, counted=True), random=True))
        return Value(data=Data(random=True))

    def _pieces(self, path: str, given: Arguments) -> Value:
        """Read ``np.split(df, [600, 800])`` and ``random_split(dataset, [800, 200])``: pieces that share no row."""
        whole, cuts = given.places[0] if given.places else None, given.find(1, "indices_or_sections", "lengths")
        if whole is None or whole.data is None or whole.data.rows is None or cuts is None or cuts.items is None:
            return self.derived([whole])
        source, name, drawn = whole.data.rows, path.rpartition(".")[2], path.startswith("torch")
        kind = Kind.RANDOM if drawn else source.kind
        splitting = (
            self.split_off(kind, name, [whole], given.node, seeded="generator" in given.keywords) if drawn else None
        )
        made: list[Value] = []
        for place in range(len(cuts.items) + (not drawn)):
            rows = self.choice(source, (given.node, place), kind, name, given.node)
            rows.piece, rows.choice = (given.node, place), None
            if splitting is not None:
                last = place and place == len(cuts.items) - 1
                rows.split, rows.part = splitting, Part.TEST if last else Part.VALIDATION if place else Part.TRAIN
            made.append(replace(whole, data=replace(whole.data, rows=rows), name="", items=None))
        result = self.derived(made)
        result.items = made
        return result

    def _resample(self, given: Arguments) -> Value:
        """Read ``resample(minority, replace=True, n_samples=...)``."""
        repeats = given.literal(-1, "replace", default=True) is not False
        made: list[Value] = []
        for each in given.places:
            if each.data is None or each.data.rows is None:
                made.append(each)
                continue
            rows = Rows((each.data.rows,), kind=Kind.RANDOM, how="resample", doubled=repeats)
            data = replace(each.data, rows=rows)
            made.append(Value(data=self.repeated(data, each.data.rows, "resample", given.node) if repeats else data))
        whole = self.derived(made)
        whole.items = made
        return whole if len(made) > 1 else made[0] if made else whole

    # Methods.

    def method(self, receiver: Value, name: str, node: ast.Call) -> Value:
        """Read a call of an object's method."""
        own = self.own_method(receiver, name)
        if own is not None:
            return self.own(own, self.given_to(node))
        given = self.given_to(node)
        if name == "optimize" and (tried := given.find(0, "func")) is not None and tried.function is not None:
            return self.tried(tried, given)
        if name == BACKWARD and receiver.estimator is None:
            return self.trained_by_hand(given)
        found = self._learning(receiver, name, given)
        if found is not None:
            return found
        if name == "get_support" and receiver.learnt:
            return self.attribute_of_object(receiver, name)
        if receiver.items is not None and name in OF_LISTS:
            return self.of_list(receiver, name, given)
        if receiver.labels is not None and receiver.data is None:
            return self.of_labels(receiver, receiver.labels, name, given)
        if receiver.scored and name in PICKING:
            self.picked([receiver], node)
        if receiver.data is not None:
            return self.table_method(receiver, name, given)
        if receiver.path.startswith("numpy.random"):
            return self._random(receiver.path, name, given)
        made = self.derived([*given.all()])
        made.scored = tuple(dict.fromkeys((*receiver.scored, *made.scored)))
        made.varies |= receiver.varies
        if made.data is not None:
            made.data = replace(made.data, table=False)
        if receiver.path and not receiver.symbol and not made.scored and made.data is None:
            made.path = f"{receiver.path}.{name}"
        return made

    def tried(self, function: Value | None, given: Arguments) -> Value:
        """Read what is handed a function that scores settings: it tries it with ever other ones."""
        if function is None or function.function is None or isinstance(function.function, ast.ClassDef):
            return self.derived(given.all())
        number = self.record.next_loop()
        self.loops.append(number)
        score = self.own(function, Arguments(given.node, [Value(varies=frozenset((number,)))]))
        self.loops.pop()
        return Value(scored=score.scored)

    def _learning(self, receiver: Value, name: str, given: Arguments) -> Value | None:
        """Read a method that fits, answers, judges, changes or parts rows; ``None`` where it does none of that."""
        methods, known = self.roles.methods, receiver.estimator is not None
        object_like = known or (receiver.data is None and receiver.items is None)
        if name == "split" and object_like and not known and receiver.path:
            return self.folds(receiver, given)
        if not object_like:
            return None
        if name in methods["fit"] or name in methods["fit_tool"]:
            return self._fit(receiver, name, given)
        if name == "fit_transform":
            data = given.find(0, *FEATURES)
            self.fitted(receiver, name, given, data, given.find(1, *TARGET))
            return self.transformed(receiver, given, data)
        if name in {"fit_resample", "fit_sample"}:
            return self.resampled(receiver, name, given)
        if name == "fit_predict":
            self.fitted(receiver, name, given, given.find(0, *FEATURES), given.find(1, *TARGET))
            return self.answered(receiver, name, given)
        if name in {"transform", "texts_to_sequences", "texts_to_matrix", "inverse_transform"}:
            data = given.find(0, *FEATURES, "texts")
            return self.transformed(receiver, given, data) if name != "inverse_transform" else self.derived([data])
        if name in methods["answer"] and (known or receiver.fits):
            return self.answered(receiver, name, given)
        if name in methods["judge"] and known:
            return self.scored(receiver, name, given)
        if known and name in SAME_OBJECT:
            receiver.varies |= varying(given.all())
            return receiver
        return None

    def _fit(self, receiver: Value, name: str, given: Arguments) -> Value:
        data, target = given.find(0, *FEATURES, "texts"), given.find(1, *TARGET)
        if receiver.data is not None and (data is None or data.data is None):
            data = receiver
        held = data.attributes.get("label") if data is not None else None
        if held is not None and (target is None or target.data is None):
            target = held
        self.fitted(receiver, name, given, data, target)
        return receiver

    # What the layer above does.

    def own(self, callee: Value, given: Arguments) -> Value:
        """Read a call of the notebook's own function or class."""
        raise NotImplementedError

    def own_method(self, receiver: Value, name: str) -> Value | None:
        """Return the method of an object of one of the notebook's classes."""
        raise NotImplementedError


def _as_written(path: str, name: str, given: Arguments) -> tuple[object, ...]:
    """Return all that says which rows of a file are read, where that is written down."""
    told = [(None, each) for each in given.places] + sorted(given.keywords.items(), key=lambda each: each[0])
    known = all(each.literal is not UNKNOWN and each.keys is None for _, each in told)
    if not name.startswith(FROM_FILES) or not known or not any(isinstance(each.literal, str) for _, each in told):
        return ()
    return (path, *((key, each.literal) for key, each in told))


def _lists_places(path: str, given: Arguments) -> bool:
    """Return whether a call is ``list(range(n))``."""
    if path not in {"builtins.list", "numpy.array"} or not given.node.args:
        return False
    node = given.node.args[0]
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"


__all__ = ["BEHIND", "FILTERS", "Library", "Part", "Role", "part_of", "stored"]
