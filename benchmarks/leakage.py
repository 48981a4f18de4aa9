"""How many leaks the readiness rules find, and how often they are right; on cases of our own and on real notebooks.

``benchmarks/leakage_cases`` has, for each rule, small notebooks that leak (with a mark on the line) and as many that do
not, in the ways people write them. ``--notebooks FOLDER`` adds what is found in real notebooks, each finding held
against a reader's judgement in ``benchmarks/labels/leakage.json`` (by the notebook, cell and rule).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from nb2prod.notebook.read import draft_of, read_document  # noqa: E402
from nb2prod.rules.discovery import known_rules  # noqa: E402
from nb2prod.rules.engine import findings  # noqa: E402
from nb2prod.rules.facts import Facts  # noqa: E402
from nb2prod.rules.model import Found, Loaded  # noqa: E402
from tests.rules.examples import MARK, Example, example_of  # noqa: E402

CASES = ROOT / "benchmarks" / "leakage_cases"
LABELS = ROOT / "benchmarks" / "labels" / "leakage.json"
CELL = "# %%"


@dataclass
class Counts:
    """Findings of one rule: right, wrong, missed; whole notebooks told apart."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of what is found that is a leak."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the leaks that is found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def cases(path: Path) -> Iterator[tuple[str, Example]]:
    """Yield the notebooks of a file, each with what it shows; what stands above the first begins each of them."""
    prelude, *parts = re.split(r"^=== (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for title, text in zip(parts[::2], parts[1::2], strict=True):
        yield title.strip(), example_of(f"{CELL}\n{prelude.strip()}\n{text.strip()}\n", path.with_suffix(".ipynb"))


def places(facts: Facts, rules: list[Loaded]) -> list[Found]:
    """Return what the rules find; an exception counts as a fault of the rule."""
    found = findings(facts, rules)
    broken = [each.finding.what for each in found if each.rule.code == "NB000"]
    if broken:
        raise RuntimeError(broken[0])
    return found


def of_our_own(rules: list[Loaded], verbose: bool) -> None:
    """Print precision, recall and F1 for each rule: by marked lines, and by notebooks told apart."""
    print("rule    leaking clean   precision recall  F1     wrong findings of other rules")
    total, others_total, seconds, number = Counts(), 0, 0.0, 0
    for path in sorted(CASES.glob("NB*.txt")):
        counts, others, kinds = Counts(), 0, [0, 0]
        for title, case in cases(path):
            begun = time.perf_counter()
            facts = Facts(case.notebook, case.document)
            found = {(each.finding.cell, each.finding.line, each.rule.code) for each in places(facts, rules)}
            seconds, number = seconds + time.perf_counter() - begun, number + 1
            kinds[title.startswith("clean")] += 1
            own = {each for each in found if each[2] == path.stem}
            expected = {each for each in case.expected if each[2] == path.stem}
            counts.right += len(own & expected)
            counts.wrong += len(own - expected)
            counts.missed += len(expected - own)
            strange = {each for each in found if each[2] != path.stem} - case.expected
            others += len(strange)
            if verbose and (own != expected or strange):
                print(f"  {path.stem} {title}: wrong {sorted(own - expected)} missed {sorted(expected - own)}", end="")
                print(f" others {sorted(strange)}" if strange else "")
        row = f"{counts.precision:9.3f} {counts.recall:6.3f} {counts.f1:6.3f}"
        print(f"{path.stem}   {kinds[0]:7} {kinds[1]:5} {row} {others:6}")
        total = Counts(total.right + counts.right, total.wrong + counts.wrong, total.missed + counts.missed)
        others_total += others
    print(f"all                     {total.precision:9.3f} {total.recall:6.3f} {total.f1:6.3f} {others_total:6}")
    print(f"{1000 * seconds / number:.1f} ms a notebook, {number} notebooks")


def key_of(document: object) -> str:
    """Return what a notebook goes by: a hash of its sources."""
    cells = document["cells"] if isinstance(document, dict) else []
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return sha256("\0".join(sources).encode()).hexdigest()[:16]


def of_others(rules: list[Loaded], folder: Path) -> None:
    """Print what is found in real notebooks, and how much of it a reader has found to be true."""
    labels = json.loads(LABELS.read_text(encoding="utf-8")) if LABELS.exists() else {}
    counts: dict[str, Counts] = {}
    seconds, number, unjudged = 0.0, 0, 0
    for path in sorted(folder.rglob("*.ipynb")):
        document = read_document(path)
        facts = Facts(draft_of(document, path), document)
        begun = time.perf_counter()
        found = places(facts, rules)
        seconds, number = seconds + time.perf_counter() - begun, number + 1
        judged = labels.get(key_of(document), {})
        for each in found:
            place = f"{each.finding.cell}:{each.finding.line}:{each.rule.code}"
            said = judged.get(place)
            mark = "?" if said is None else "true" if said["true"] else "FALSE"
            print(f"{path.name} [{key_of(document)}] {place} {mark}: {each.finding.what}")
            unjudged += said is None
            if said is not None:
                count = counts.setdefault(each.rule.code, Counts())
                count.right, count.wrong = count.right + said["true"], count.wrong + (not said["true"])
    for code, count in sorted(counts.items()):
        print(f"{code}: {count.right} of {count.right + count.wrong} true")
    right, wrong = sum(c.right for c in counts.values()), sum(c.wrong for c in counts.values())
    print(f"{right} of {right + wrong} findings true, {unjudged} not judged, {number} notebooks")
    print(f"{1000 * seconds / max(number, 1):.1f} ms a notebook, dataflow included")


def main() -> None:
    """Read the command line and print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--notebooks", type=Path, action="append", default=[], help="real notebooks, in any folder below"
    )
    parser.add_argument("--verbose", action="store_true", help="say which cases go wrong")
    arguments = parser.parse_args()
    codes = {path.stem for path in CASES.glob("NB*.txt")}
    rules = [each for each in known_rules() if each.rule.code in codes]
    of_our_own(rules, arguments.verbose)
    for folder in arguments.notebooks:
        of_others(rules, folder)


__all__ = ["MARK", "main"]

if __name__ == "__main__":
    main()
