"""The probe's files go in; code that puts it into any Python kernel comes out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files

PACKAGE = "_nb2prod_probe"
METRICS_PACKAGE = "_nb2prod_metrics"
"""Another name, so that a run may be watched by both."""
MODULES = (
    "as_json",
    "describing",
    "memory",
    "random_state",
    "seeds",
    "fingerprints",
    "outside_world",
    "distributions",
    "forecasters",
    "formulas",
    "whole_modules",
    "values",
    "evaluation_numbers",
    "rebuilding",
    "forms",
    "table",
    "body",
    "cutting",
    "showing",
    "same_rows",
    "columns",
    "proving_sources",
    "undecided",
    "pieces",
    "answers",
    "taking",
    "moments",
    "raw_rows",
    "session",
    "named_files",
    "standing",
    "at_the_end",
)
"""In the order of their imports of each other."""
MEASURING = (
    "copying",
    "measuring",
    "measuring.skipping",
    "measuring.rows",
    "measuring.reading",
    "measuring.ways",
    "measuring.subject",
    "measuring.duplicates",
    "measuring.columns",
    "measuring.shifts",
    "measuring.telltale",
    "measuring.saving",
    "measuring.answering",
    "measuring.robustness",
    "measuring.comparing",
    "measuring.groups",
    "measuring.refitting",
    "measuring.measure",
)
"""What is sent besides to measure the notebook's objects."""
METRICS = ("as_json", "evaluation_numbers", "showing", "run_metrics")
"""What is sent to a plain run, for the numbers that its evaluation makes."""
ALONE = ("copying", "standing")
"""What is sent by itself, needs no other module, and leaves nothing in the kernel."""

_INSTALL = """
def install(sources, request):
    import json, sys, types
    package = types.ModuleType({package!r})
    package.__path__ = []
    sys.modules[package.__name__] = package
    for name, source in json.loads(sources):
        module = types.ModuleType(package.__name__ + "." + name)
        module.__package__, _, last = module.__name__.rpartition(".")
        if name == "measuring":
            module.__package__, module.__path__ = module.__name__, []
        module.__file__ = "<nb2prod probe " + name + ">"
        sys.modules[module.__name__] = module
        setattr(sys.modules[module.__name__.rpartition(".")[0]], last, module)
        exec(compile(source, module.__file__, "exec", dont_inherit=True), module.__dict__)
    return package, json.loads(request)
from IPython import get_ipython
package, request = install(sources, request)
"""
_BEGIN = """
package.session = package.session.Session(get_ipython(), request)
package.session.begin()
"""
_MEASURE = """
package.measuring.measure.measure_apart(get_ipython().user_ns, request["request"], request["file"], request["only"])
"""
_MEASURE_AT_THE_END = """
package.measuring.measure.measure_at_the_end(get_ipython().user_ns, **request)
"""
_WATCH_METRICS = """
package.session = package.run_metrics.RunMetrics(get_ipython(), request)
package.session.begin()
"""
_ANSWER = "package.at_the_end.AtTheEnd(get_ipython(), request).answer()"


def code_to_install(request: Mapping[str, object]) -> str:
    """Return one expression that installs the probe and leaves no name behind in the namespace it runs in."""
    return _installing(request, _BEGIN)


def code_to_watch_metrics(request: Mapping[str, object]) -> str:
    """Return one expression that has the kernel write the numbers of evaluation into a file; see
    ``probe/run_metrics.py``."""
    return _installing(request, _WATCH_METRICS, METRICS, METRICS_PACKAGE)


def code_to_ask_standing() -> str:
    """Return one expression that tells, as JSON, how the kernel stands: see ``probe/standing.py``."""
    return _calling("standing", "standing()")


def code_to_copy(request: Mapping[str, object], folder: str, inputs: int) -> str:
    """Return one expression that has a copy of the kernel's process answer the request, and does not wait for it; it
    gives an empty text where the kernel has run other than that many ``inputs``."""
    return _calling("copying", f"in_a_copy({_installing(request, _ANSWER)!r}, {folder!r}, {inputs})")


def code_to_measure(message: Mapping[str, object], folder: str, inputs: int) -> str:
    """Return one expression that has a copy of the kernel's process measure its objects, and does not wait for it, as
    :func:`code_to_copy` does; see ``probe/measuring/measure.py``."""
    code = _installing(message, _MEASURE, (*MODULES, *MEASURING))
    return _calling("copying", f"in_a_copy({code!r}, {folder!r}, {inputs})")


def code_to_measure_at_the_end(message: Mapping[str, object], folder: str) -> str:
    """Return one expression that measures the objects of a kernel of our own: in a copy of its process, not waited for,
    or in the process itself where that cannot be copied."""
    return _installing({**message, "folder": folder}, _MEASURE_AT_THE_END, (*MODULES, *MEASURING))


def _installing(
    request: Mapping[str, object], then: str, modules: Sequence[str] = MODULES, package: str = PACKAGE
) -> str:
    sources = json.dumps([(name, _source(name)) for name in modules])
    scope = f"{{'sources': {sources!r}, 'request': {json.dumps(request)!r}}}"
    return f"exec({_INSTALL.replace('{package!r}', repr(package)) + then!r}, {scope})"


def _calling(module: str, call: str) -> str:
    """Return one expression that gives what a call gives in a module of the probe that needs no other."""
    code = f"{_source(module)}\nsaid = {call}"
    return f"(lambda scope: (exec({code!r}, scope), scope['said'])[1])({{}})"


def code_to_call(method: str, *arguments: int | str, package: str = PACKAGE) -> str:
    """Return one expression that calls a method of the installed session."""
    given = ", ".join(map(repr, arguments))
    return f"__import__('sys').modules[{package!r}].session.{method}({given})"


def code_to_remove(package: str = PACKAGE) -> str:
    """Return one expression that takes the probe's modules out of the kernel."""
    own = f"[name for name in sys.modules if name.split('.')[0] == {package!r}]"
    body = f"import sys\nfor name in {own}:\n    del sys.modules[name]"
    return f"exec({body!r}, {{}})"


def probe_sources() -> tuple[str, ...]:
    """Return the source of everything that gathers evidence: other sources may gather something else."""
    return tuple(map(_source, MODULES))


def _source(name: str) -> str:
    path = "measuring/__init__.py" if name == "measuring" else f"{name.replace('.', '/')}.py"
    return files("nb2prod.capture.probe").joinpath(path).read_text(encoding="utf-8")
