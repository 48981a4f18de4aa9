"""The fitted objects of the notebook's run, saved as the repository's artifacts by the repository's own code.

Self-contained: it runs in the repository's interpreter and never in nb2prod's, since unpickling executes code. Usage:
``python import_run.py JOB.json``, the job being ``{"package": ..., "files": {name: path}, "definitions": {name:
module}, "modules": {module: module}, "parameters": {...}, "metrics": {...}, "run": ..., "out": ...}``.
"""

import importlib
import json
import pickle
import sys
from typing import Any


class Unpickler(pickle.Unpickler):
    """Finds the notebook's own classes and functions where they live now."""

    definitions: dict[str, str]
    modules: dict[str, str]

    def find_class(self, module: str, name: str) -> Any:
        """Return what the pickle calls ``module.name``."""
        if module == "__main__":
            outermost = name.split(".")[0]
            if outermost not in self.definitions:
                raise pickle.UnpicklingError(f"the package does not define {name}, which the notebook does")
            module = self.definitions[outermost]
        else:
            module = self.modules.get(module, module)
        return super().find_class(module, name)


def main(path: str) -> None:
    """Load every pickle and save them all as one model."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        job = json.load(file)
    artifacts = importlib.import_module(job["package"] + ".artifacts")
    values = {name: _load(pickled, job["definitions"], job["modules"]) for name, pickled in job["files"].items()}
    version = artifacts.save(values, parameters=job["parameters"], metrics=job["metrics"])
    if job["run"]:
        _name_run(job["package"], job["run"])
    with open(job["out"], "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump({"version": str(version)}, file)


def _name_run(package: str, run: str) -> None:
    """Have the record say which run the artifacts are of."""
    record = importlib.import_module(package + ".artifacts.record")
    folder = importlib.import_module(package + ".files").ARTIFACTS_DIR
    record.write(folder, {**record.read(folder), "run": run})


def _load(path: str, definitions: dict[str, str], modules: dict[str, str]) -> Any:
    with open(path, "rb") as file:  # noqa: PTH123
        unpickler = Unpickler(file)
        unpickler.definitions = definitions
        unpickler.modules = modules
        return unpickler.load()


if __name__ == "__main__":
    main(sys.argv[1])
