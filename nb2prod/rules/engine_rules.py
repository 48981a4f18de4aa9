"""The rules that have no file: what the engine itself has to say, each with its page."""

from __future__ import annotations

from nb2prod.rules.model import Rule, Severity

BROKEN = Rule("NB000", "broken-rule", Severity.WARNING)
"""What a rule is reported as that raises."""
UNREADABLE = Rule("NB001", "unreadable", Severity.ERROR)
"""What is found where there is no notebook to be read."""
FAILED = Rule("NB002", "failed-run", Severity.ERROR)
"""What is found where the notebook was run for its evidence and did not come to its end."""
UNFINISHED = Rule("NB003", "unfinished", Severity.ERROR)
"""What is found where the rules do not come to an end."""
BAD_SETTING = Rule("NB004", "bad-setting", Severity.WARNING)
"""What is found where the notebook's own metadata set what cannot be set."""
UNKNOWN_IGNORE = Rule("NB005", "unknown-ignore", Severity.WARNING)
"""What is found where somebody ignores rules that there are not, or does not say which."""
UNWRITABLE = Rule("NB006", "unwritable", Severity.ERROR)
"""What is found where fixes were asked for and the file cannot be written."""
FAILED_AT_EXPORT = Rule("NB007", "failed-at-export", Severity.WARNING)
"""What is found where a test of the model failed at the notebook's export, whose evidence was asked for."""

PAGES = {
    BROKEN: """\
## What it does
Tells of a rule whose own code raises, or its fix. The other rules go on.

## Why is this bad
What the rule would have found is not found. It is a mistake of those who made the rule, not of the notebook's author.

## Example
The message names the rule and what it raised.

## Use instead
Tell those who made the rule, and ignore it until then: `nb2prod check --ignore CODE`.""",
    UNREADABLE: """\
## What it does
Finds files that are no notebook of Python: not JSON, cut off, empty, of another language, of an unknown nbformat.

## Why is this bad
Nothing can be said about the notebook, and nothing can be made of it.

## Example
A file with git's conflict marks in it, or one that a full disk has cut off.

## Use instead
Restore the file; or, where its format is an old one, open it in JupyterLab and save it again.""",
    FAILED: """\
## What it does
Tells of a notebook that was run, by `--run`, and did not come to its end: a cell raised, the kernel died, time ran out.

## Why is this bad
A notebook that does not run from the top cannot be exported, and nothing can be measured of its objects.

## Example
The message names the cell and what it raised.

## Use instead
Correct the cell, or give the run what it lacks: `-p NAME VALUE`, `--kernel`, `--timeout`.""",
    UNFINISHED: """\
## What it does
Finds notebooks whose check does not come to an end: it takes longer than a minute, or its process is ended.

## Why is this bad
Nothing more is known of the notebook; the others were checked.

## Example
A cell with data of many megabytes written out as code.

## Use instead
Move data into files, split the notebook, or leave it out: `exclude = ["NOTEBOOK"]` in `[tool.nb2prod.check]`.""",
    BAD_SETTING: """\
## What it does
Finds settings in the notebook's metadata (`"nb2prod": {"check": {...}}`) that there are not, or that cannot be
what they say: no budget is a text, or negative. Finds also what else is said to nb2prod, in the notebook's metadata
or a cell's, in another shape than it has to have, such as `"ignore": "NB107"` instead of a list.

## Why is this bad
They are passed over, so that another budget or threshold holds than the one that somebody wanted.

## Example
```json
{"nb2prod": {"check": {"max-cell-line": "many"}}}
```

## Use instead
```json
{"nb2prod": {"check": {"max-cell-lines": 150}}}
```""",
    UNKNOWN_IGNORE: """\
## What it does
Finds what is to be ignored and names no rule: `# nb2prod: ignore` alone, or with the code or name of a rule that there
is not; the same in the metadata.

## Why is this bad
It ignores nothing, and whoever wrote it thinks that it does.

## Example
```python
# nb2prod: ignore
X = pd.read_csv("C:/data/rows.csv")
```

## Use instead
Name the rules by their codes, how their codes begin, or their names:
```python
# nb2prod: ignore[NB201, absolute-path] only I run this
X = pd.read_csv("C:/data/rows.csv")
```""",
    UNWRITABLE: """\
## What it does
Tells of a notebook that was to be mended, by `--fix`, and that cannot be written: of nbformat 3, read-only, changed
meanwhile by another program, or a link in a folder that leads out of it. Its findings are listed all the same.

## Why is this bad
Nothing was mended in it; the other notebooks were.

## Example
The message says what keeps the file from being written.

## Use instead
Open the notebook in JupyterLab and save it, which makes it nbformat 4; or correct the permissions. `--diff` shows what
would be changed.""",
    FAILED_AT_EXPORT: """\
## What it does
Tells of tests that failed when the notebook was exported, by `--evidence REPOSITORY`: its answers were those of the
notebook, and its model did not do what the ML Test Score asks for. Nothing is run: the repository's record is read,
`ml_test_score.json`. It counts as long as all code cells and their tags are as they were exported.

## Why is this bad
The service works, and serves a model that is no better than a simpler one, that fails a group of people, or whose
training gives another one each time.

## Example
The message names the test, and what it is to show.

## Use instead
Run `make check` in the repository: it says why, with numbers. Mend the notebook, and export it again.""",
}
