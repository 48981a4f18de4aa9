"""``papermill --engine nb2prod``: papermill's arguments go in; its document comes out, and its record is never false.

papermill imports this while it is itself being imported, so what needs papermill is imported when it is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nb2prod.errors import KernelDied, NotebookRaised, Problem, TimedOut, UsageError

LANGUAGE = "python, injected exactly by nb2prod"
"""What papermill looks our translator up by."""
SKIPPED = "skip-execution"
"""nbclient's tag."""


class PapermillEngine:
    """An engine of papermill's. The names and arguments of its methods are papermill's."""

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Return the kernel that was named, else the notebook's, else that of this interpreter."""
        from nb2prod.runs.kernels import NATIVE

        return str(name or nb.metadata.get("kernelspec", {}).get("name") or NATIVE)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Return what papermill injects parameters by: for Python, a translator that changes no value."""
        said = nb.metadata.get("language_info", {}).get("name") or nb.metadata.get("kernelspec", {}).get("language")
        found = str(language or said or "python")
        return _registered() if found == "python" else found

    @classmethod
    def execute_notebook(
        cls,
        nb: Any,
        kernel_name: str,
        output_path: str | None = None,
        progress_bar: bool | dict[str, Any] = True,
        log_output: bool = False,
        autosave_cell_every: float = 30,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: float = 60,
        execution_timeout: float | None = None,
        input_path: Any = None,
        **others: Any,
    ) -> Any:
        """Run the notebook in the current folder and return it; with ``output_path``, it is written as it is run.

        Raises what papermill and nbclient raise: ``DeadKernelError`` (also for memory that ran out),
        ``CellTimeoutError``; a cell that raised is told by papermill itself. ``UsageError`` for other arguments.
        """
        from nbclient.exceptions import CellTimeoutError, DeadKernelError
        from papermill.log import logger

        from nb2prod.runs.bookkeeping import Options
        from nb2prod.runs.engine import Nb2prodEngine, Order
        from nb2prod.runs.kernels import choose_kernel
        from nb2prod.runs.model import Limits

        if others:
            remedy = "leave it out; it is an argument of another engine"
            raise UsageError([Problem("is not known to the engine nb2prod", name, remedy) for name in others])
        kernel, _ = choose_kernel(kernel_name, None)
        options = Options(
            start_timeout=start_timeout,
            saved_every=autosave_cell_every or None,
            progress_bar=progress_bar,
            log=logger if log_output else None,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
        )
        steps = _steps(nb)
        order = Order(
            steps=steps,
            total=len(steps),
            folder=Path.cwd(),
            limits=Limits(cell_seconds=execution_timeout),
            on_cell=None,
            on_usage=lambda usage: None,
            attendant=None,
            keep_outputs=True,
            output=_output(output_path),
            options=options,
        )
        try:
            return Nb2prodEngine.execute_notebook(nb, kernel, order)
        except NotebookRaised as error:
            return _told_by_papermill(nb, error)
        except KernelDied as error:
            raise DeadKernelError(str(error)) from error
        except TimedOut as error:
            raise CellTimeoutError(str(error)) from error


def _steps(nb: Any) -> list[Any]:
    from nb2prod.runs.client import Step
    from nb2prod.runs.failures import Place

    wanted = [
        position
        for position, cell in enumerate(nb.cells)
        if cell.cell_type == "code" and cell.source.strip() and SKIPPED not in cell.metadata.get("tags", ())
    ]
    return [Step(position, Place(f"cell [{index + 1}]", index)) for index, position in enumerate(wanted)]


def _told_by_papermill(nb: Any, error: NotebookRaised) -> Any:
    """Return the notebook, for papermill to mark the cell and raise; raise where it lets ``sys.exit(0)`` pass."""
    from papermill.exceptions import PapermillExecutionError

    if error.name == "SystemExit" and error.message in ("", "0"):
        position, cell = next((i, c) for i, c in enumerate(nb.cells) if _failed(c))
        raise PapermillExecutionError(
            position, cell.execution_count, cell.source, error.name, error.message, error.traceback.splitlines()
        ) from error
    return nb


def _failed(cell: Any) -> bool:
    return bool(cell.metadata.get("papermill", {}).get("status") == "failed")


def _output(path: str | None) -> Any:
    """Return where papermill wants the notebook written while it is run, relative to where papermill was started."""
    from papermill.iorw import LocalHandler, papermill_io

    from nb2prod.runs.output import OutputNotebook

    if path is None:
        return None
    handler = papermill_io.get_handler(path)
    if isinstance(handler, LocalHandler):
        handler = _Whole(handler)
        papermill_io.register(path, handler)
    return OutputNotebook(handler.place(path), ending="") if isinstance(handler, _Whole) else _Elsewhere(path)


class _Whole:
    """papermill's way to local files, for what it writes after the run: whole, like everything else."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def place(self, path: str) -> Path:
        """Return the file, which is named as seen from where papermill was started."""
        started = self._handler.cwd(None)
        self._handler.cwd(started)
        return Path(started or Path.cwd(), path)

    def write(self, text: str, path: str) -> None:
        """Write the file whole."""
        from nb2prod.runs.output import write_whole

        write_whole(self.place(path), text.encode("utf-8", "backslashreplace"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)


class _Elsewhere:
    """A notebook that papermill writes to a store of another machine: at the start and at the end."""

    def __init__(self, path: str) -> None:
        self._path = path

    def begin(self, document: Any) -> None:
        from papermill.iorw import write_ipynb

        write_ipynb(document, self._path)

    finish = begin

    def changed(self, position: int) -> None: ...

    def save(self, document: Any) -> None: ...

    def close(self) -> None: ...


def _registered() -> str:
    """Have papermill know our translator, and return what it knows it by."""
    from papermill.translators import PythonTranslator, papermill_translators

    from nb2prod.runs.parameters.checking import injectable
    from nb2prod.runs.parameters.writing import injected_source

    class Exactly(PythonTranslator):  # type: ignore[misc]
        """Writes values as exactly what they are, and refuses names that are none."""

        @classmethod
        def codify(cls, parameters: Mapping[str, Any], comment: str = "Parameters") -> str:
            return injected_source(injectable(parameters))

    papermill_translators.register(LANGUAGE, Exactly)
    return LANGUAGE
