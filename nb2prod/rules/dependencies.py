"""What a notebook imports, to whether it can be had: in this environment, beside the notebook, by its own commands."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from nb2prod.analysis.children import walked
from nb2prod.analysis.knowledge import load_knowledge
from nb2prod.analysis.model import Statement
from nb2prod.analysis.nodes import Placed
from nb2prod.notebook.model import Notebook

OWN_KERNELS = (None, "", "python", "python3")
"""Names of kernels that are those of the environment that Jupyter itself runs in."""
BROUGHT_ALONG = frozenset((
    "IPython", "ipykernel", "ipywidgets", "nbformat", "nbconvert", "nbclient", "papermill", "jupyterlab", "notebook",
    "yaml", "requests", "pydantic", "packaging", "rich", "click", "jinja2", "tornado", "traitlets", "tqdm", "psutil",
    "nb2prod", "platformdirs", "libcst", "anywidget",
))  # fmt: skip
"""What is installed wherever nb2prod is, and says nothing about whose environment it is."""
OTHER_NAMES = {
    "sklearn": "scikit-learn",
    "cv2": "opencv",
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "yaml": "pyyaml",
    "skimage": "scikit-image",
    "Bio": "biopython",
    "dotenv": "python-dotenv",
    "dateutil": "python-dateutil",
    "fitz": "pymupdf",
    "docx": "python-docx",
    "serial": "pyserial",
    "skopt": "scikit-optimize",
    "umap": "umap-learn",
    "imblearn": "imbalanced-learn",
    "tensorflow_hub": "tensorflow-hub",
    "attr": "attrs",
    "pkg_resources": "setuptools",
    "mpl_toolkits": "matplotlib",
    "pylab": "matplotlib",
    "google": "google-cloud",
    "pytorch_lightning": "lightning",
    "faiss": "faiss-cpu",
    "psycopg2": "psycopg2-binary",
    "MySQLdb": "mysqlclient",
    "Crypto": "pycryptodome",
    "OpenSSL": "pyopenssl",
    "tf_keras": "tf-keras",
    "pywt": "pywavelets",
    "surprise": "scikit-surprise",
    "snowflake": "snowflake-connector-python",
    "tensorflow": "tensorflow",
}
"""Modules to distributions where the names differ (`import cv2` is `pip install opencv-python`)."""
ABOVE = 2
"""Folders above the notebook's in which its modules may lie too."""
DECLARED_IN = ("requirements.txt", "pyproject.toml", "environment.yml", "environment.yaml", "Pipfile", "setup.py")
SHORT = 4
"""Characters that a name has at least that is looked for within others."""
_WORD = re.compile(r"[A-Za-z0-9][\w.-]*")
PLACES_OF_OTHERS = frozenset(("google.colab", "kaggle_secrets", "dbutils", "pyspark"))
"""Modules that only some hosted notebooks have."""


def is_own_kernel(notebook: Notebook) -> bool:
    """Say whether the notebook's kernel is, by its name, that of the environment that Jupyter runs in."""
    return notebook.kernel in OWN_KERNELS


def imported_roots(nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> Mapping[str, Sequence[Placed]]:
    """Return the top-level modules that the notebook imports, whatever happens, and where it does."""
    attempts = {id(inside) for each in nodes.get(ast.Try, ()) for inside in walked(each.node)}
    attempts |= {id(inside) for each in nodes.get(ast.If, ()) for inside in walked(each.node)}
    found: dict[str, list[Placed]] = {}
    imports = sorted(
        [*nodes.get(ast.Import, ()), *nodes.get(ast.ImportFrom, ())],
        key=lambda each: (each.statement.index, getattr(each.node, "lineno", 0)),
    )
    for each in imports:
        if id(each.node) in attempts:
            continue
        for root in _roots(each.node):
            found.setdefault(root, []).append(each)
    return found


def _roots(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names if alias.name not in PLACES_OF_OTHERS]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module.split(".")[0]] if node.module not in PLACES_OF_OTHERS else []
    return []


Places = tuple[tuple[str, int], ...]
"""The folders of modules, and their times."""


def is_installed(root: str, places: Places | None = None) -> bool:
    """Say whether a module can be found here; nothing of it is run.

    ``places`` is their state where somebody has looked at it already; else it is looked at now.
    """
    return root in sys.stdlib_module_names or _is_found(root, state_of_places() if places is None else places)


def state_of_places() -> Places:
    """Return what changes where something is installed or removed: the folders of modules, and their times."""
    return tuple((place, _time_of(place)) for place in sys.path)


def _time_of(place: str) -> int:
    try:
        return os.stat(place or os.curdir).st_mtime_ns  # noqa: PTH116  a Path for each takes long
    except OSError:
        return 0


@lru_cache(maxsize=4096)
def _is_found(root: str, state: Places) -> bool:
    importlib.invalidate_caches()
    try:
        return importlib.util.find_spec(root) is not None
    except (ImportError, ValueError, AttributeError):
        return False


def is_known(root: str) -> bool:
    """Say whether a module is one of a library that nb2prod knows by name."""
    knowledge = load_knowledge()
    names = (*knowledge.classes, *knowledge.pure, *knowledge.draws, *knowledge.uses, *knowledge.returns)
    return root in OTHER_NAMES or any(name.split(".")[0] == root for name in names)


def is_beside(root: str, notebook: Notebook) -> bool:
    """Say whether a module is a file or folder beside the notebook, or above it, or one that it writes."""
    if f"{root}.py" in notebook.modules:
        return True
    folder = notebook.path.absolute().parent
    return any(
        (place / f"{root}.py").is_file() or (place / root).is_dir() for place in (folder, *folder.parents[:ABOVE])
    )


def is_declared(root: str, notebook: Notebook) -> bool:
    """Say whether a file beside the notebook names the distribution."""
    folder = notebook.path.absolute().parent
    texts = (_text(place / name) for place in (folder, folder.parent) for name in DECLARED_IN)
    return any(is_named(root, text) for text in texts if text)


def is_named(root: str, text: str) -> bool:
    """Say whether a text names the distribution that a module is of, however it is written there."""
    first, _, rest = root.partition("_")
    names = {root, OTHER_NAMES.get(root, root), OTHER_NAMES.get(first, first) + rest}
    wanted = {_plain(name) for name in names}
    return any(_is_of(word, name) for word in _WORD.findall(text) for name in wanted)


def _is_of(word: str, name: str) -> bool:
    """Say whether a word is a name, or has it in it (`opencv-python`); of short names only whole parts count."""
    if len(name) < SHORT:
        return name in (_plain(word), *map(_plain, re.split("[-_.]", word)))
    return name in _plain(word)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]", "", name.lower())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")[:100_000] if path.is_file() else ""
    except (OSError, UnicodeDecodeError):
        return ""


def changes_its_path(statements: Iterable[Statement]) -> bool:
    """Say whether the notebook tells Python where else to look for modules."""
    return any("sys.path" in each.source or "PYTHONPATH" in each.source for each in statements)
