"""Plans of small notebooks, without running them: the evidence is written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import find_inference
from nb2prod.capture.model import Answers, Distribution, Evidence, FileRead, ValueInfo
from nb2prod.notebook.read import read_notebook
from nb2prod.plan.make import make_plan
from nb2prod.plan.model import ProjectPlan
from nb2prod.plan.partition import Slice
from nb2prod.plan.request import Request
from nb2prod.render.templates import PLACES
from tests.making import Cells, write_notebook

SEEN = {
    "DataFrame": ("pandas", "pandas"),
    "Series": ("pandas", "pandas"),
    "ndarray": ("numpy", "numpy"),
    "SVC": ("sklearn.svm", "sklearn"),
    "CatBoostClassifier": ("catboost", "object"),
    "dict": ("builtins", "object"),
    "int": ("builtins", "json"),
    "list": ("builtins", "json"),
    "Thread": ("threading", "object"),
    "Linear": ("torch.nn", "torch"),
    "Tensor": ("torch", "tensor"),
    "Own": ("__main__", "object"),
}
"""Type to its module and its artifact kind."""

INSTALLED = {
    name: Distribution(name, version, (), (root,))
    for name, version, root in [
        ("numpy", "2.1.0", "numpy"),
        ("pandas", "2.2.3", "pandas"),
        ("scikit-learn", "1.5.2", "sklearn"),
        ("catboost", "1.2.7", "catboost"),
        ("torch", "2.5.1", "torch"),
    ]
}


def request_of(folder: Path, cells: Cells) -> Request:
    """Return the request to export a notebook with these cells."""
    notebook = read_notebook(write_notebook(folder / "shop.ipynb", cells))
    flow = analyse(notebook)
    templates = next(place for place in PLACES if place.is_dir())
    return Request(notebook, flow, find_inference(notebook, flow), templates, "shop", "shop", copy="{}\n")


def plan_of(
    folder: Path,
    cells: Cells,
    values: Mapping[str, str] | None = None,
    metrics: Mapping[str, float] | None = None,
    slice_: Slice = Slice.TIDY,
    columns: Mapping[str, tuple[str, ...]] | None = None,
    metric_texts: Mapping[str, str] | None = None,
    modes: Mapping[str, str] | None = None,
    read: Sequence[str] = (),
) -> ProjectPlan:
    """Return the plan; ``values`` says of which type the run saw each name, ``columns`` what those of tables are,
    ``modes`` which mode modules were in, ``read`` which files it read."""
    request = request_of(folder, cells)
    column = {"name": "a", "type": "number", "dtype": "float64", "nullable": False}
    schema = {"kind": "table", "container": "pandas.DataFrame", "inputs": list(request.inference.inputs)}
    schema |= {"fields": [column], "batched_container": True, "batch": True}
    response = {"answer": "split", "type": "integer", "dtype": "int64"}
    evidence = Evidence(
        str(folder),
        {"version": "3.11.7", "implementation": "cpython", "executable": "python", "platform": "linux"},
        distributions=INSTALLED,
        files_read=tuple(FileRead(name, "0" * 64, 1, True) for name in read),
        metrics=metrics or {},
        metric_texts=metric_texts or {},
        values={
            name: ValueInfo(
                name,
                SEEN[kind][0],
                kind,
                SEEN[kind][1],
                mode=(modes or {}).get(name, ""),
                columns=(columns or {}).get(name, ()),
                whole=True,
            )
            for name, kind in (values or {}).items()
        },
        answers=Answers(schema, response, ({"a": 1.0},), (1,), 1),
    )
    return make_plan(request, evidence, slice_)


def module(plan: ProjectPlan, name: str) -> str:
    """Return the text of a module of the package."""
    return plan.files[f"src/shop/{name}.py"]
