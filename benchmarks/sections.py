"""How far suggested sections agree with those that a person gave: precision, recall and F1 by section.

python benchmarks/sections.py --notebooks FOLDER --labels benchmarks/labels/sections.json [--verbose]
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.suggest.model import Suggestion
from nb2prod.analysis.suggest.suggest import suggest
from nb2prod.errors import Nb2ProdError
from nb2prod.notebook.model import SECTIONS
from nb2prod.notebook.read import read_notebook


def find_notebook(folder: Path, name: str) -> Path | None:
    """Return the notebook that a label is for: the file of that name, or the only one in the folder of that name."""
    direct = folder / f"{name}.ipynb"
    if direct.is_file():
        return direct
    inside = sorted((folder / name).glob("*.ipynb"))
    return inside[0] if inside else None


def compare(name: str, label: Mapping[str, Any], found: Suggestion, counts: Counter[tuple[str, str]]) -> list[str]:
    """Count agreement and return a line for each difference."""
    by_hand = {cell: section for section in SECTIONS for cell in label.get(section, ())}
    lines = []
    for cell in found.cells:
        wanted = by_hand.get(cell.index)
        if wanted == cell.section:
            counts[wanted or "none", "both"] += 1
            continue
        if cell.section is not None:
            counts[cell.section, "tool"] += 1
        if wanted is not None:
            counts[wanted, "person"] += 1
        lines.append(f"  {name} ({cell.index}): person {wanted}, tool {cell.section}: {cell.reason}")
    return lines


def same_model(label: Mapping[str, Any], found: Suggestion) -> bool:
    """Return whether the same model is served, or none."""
    wanted, model = label.get("model"), found.model
    if wanted is None or model is None:
        return wanted is None and model is None
    return bool(wanted["name"] == model.name and wanted["cell"] == model.cell)


def scores(counts: Counter[tuple[str, str]], section: str) -> tuple[float, float, float]:
    """Return precision, recall and F1; 1 where there is nothing to find and nothing was found."""
    both, tool, person = (counts[section, key] for key in ("both", "tool", "person"))
    precision = both / (both + tool) if both + tool else 1.0
    recall = both / (both + person) if both + person else 1.0
    return precision, recall, 2 * both / (2 * both + tool + person) if both + tool + person else 1.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notebooks", type=Path, required=True)
    parser.add_argument("--labels", type=Path, default=Path(__file__).parent / "labels" / "sections.json")
    parser.add_argument("--verbose", action="store_true", help="print the cells that differ")
    options = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    read = models = 0
    for name, label in json.loads(options.labels.read_text(encoding="utf-8")).items():
        path = find_notebook(options.notebooks, name)
        if path is None:
            print(f"{name}: no such notebook below {options.notebooks}")
            continue
        try:
            notebook = read_notebook(path)
            found = suggest(notebook, analyse(notebook))
        except Nb2ProdError as error:
            print(f"{name}: {error.problems[0]}")
            continue
        read += 1
        models += same_model(label, found)
        lines = compare(name, label, found, counts)
        if options.verbose:
            if not same_model(label, found):
                model = found.model
                served = f"{model.name} of cell ({model.cell})" if model is not None else "none"
                lines.insert(0, f"  {name}: person serves {label.get('model')}, tool {served}")
            print("\n".join([f"{name}: {len(lines)} differ" if lines else f"{name}: all agree", *lines]))
    print(f"{'section':12} {'precision':>9} {'recall':>7} {'F1':>6} {'cells':>6}")
    for section in SECTIONS:
        precision, recall, f1 = scores(counts, section)
        cells = counts[section, "both"] + counts[section, "person"]
        print(f"{section:12} {precision:9.3f} {recall:7.3f} {f1:6.3f} {cells:6}")
    print(f"the same model in {models} of {read} notebooks")


if __name__ == "__main__":
    main()
