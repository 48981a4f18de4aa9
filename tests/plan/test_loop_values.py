"""What a loop that tries values leaves in its names is told from what it finds."""

from __future__ import annotations

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.plan.loop_values import left_by_loops
from tests.analysis.cells import notebook_of

COUNTS = "    tn, fp, fn, tp = confusion_matrix(y, p > t).ravel()\n"
TURN = f"for t in steps:\n{COUNTS}"
LEFT = {
    "counts of the last threshold": (f"{TURN}    costs.append((t, 5 * fn + fp))", "fn fp t tn tp"),
    "what is reckoned from them in the loop": (f"{TURN}    f = tp / (tp + fp)\n    print(f)", "f fn fp t tn tp"),
    "what is reckoned from them behind the loop": (
        f"{TURN}    costs.append(fp)\nf = tp / (tp + fp)",
        "f fn fp t tn tp",
    ),
    "not what is measured once more": (f"{TURN}    costs.append(fp)\n{COUNTS.strip()}\nf = tp / (tp + fp)", "t"),
    "not the best": (
        "best = 0\nfor t in steps:\n    f = f1_score(y, p > t)\n    if f > best:\n        best, best_t = f, t",
        "f t",
    ),
    "not what turns add up": (
        "right = 0\nfor rows, truth in loader:\n    guess = net(rows)\n    right += (guess == truth).sum()\n"
        "    share = right / many",
        "guess rows truth",
    ),
    "what the turns of a loop inside add up": (
        "for t in steps:\n    right = 0\n    for rows in loader:\n        right += (net(rows) > t).sum()\n"
        "    share = right / many\n    shares.append(share)",
        "right rows share t",
    ),
    "not what does not depend on the turn": (
        "for epoch in range(3):\n    net.fit(X)\n    a = net.score(X, y)",
        "epoch",
    ),
    "not the mean of all turns": (
        "for m in models:\n    s = m.score(X, y)\n    scores.append(s)\n    mean = np.mean(scores)",
        "m s",
    ),
    "not where the loop stops at one": (f"{TURN}    if tp > 5:\n        break", "t"),
    "where only a loop inside stops": (f"{TURN}    for each in others:\n        break", "each fn fp t tn tp"),
}


@pytest.mark.parametrize("kind", list(LEFT))
def test_what_loops_leave(kind: str) -> None:
    text, expected = LEFT[kind]
    assert sorted(left_by_loops(analyse(notebook_of(text)).statements)) == expected.split()
