"""Is one run really better than another? `python -m digits.compare REV [REV]`, any revisions that DVC knows."""

import argparse
import json
from pathlib import Path
from typing import Any

import pandas as pd

from digits.compare.disagreements import disagreements
from digits.compare.runs import IMAGES, WORKSPACE, Run, load_run, load_test_images
from digits.compare.seeds import compare_seeds
from digits.compare.significance import find_better, format_verdict, mcnemar
from digits.figures.png import save
from digits.pipeline.errors import one_line_errors

PICTURE = Path("dvc_plots/compare.png")
DPI = 110


def find_disagreements(a: Run, b: Run) -> dict[str, pd.DataFrame]:
    """Find the images that two runs answer differently, by who alone is right on them: "a", "b" or "neither".

    Rows of `index`, `actual`, `predicted_a`, `confidence_a`, `predicted_b`, `confidence_b`. ValueError: the runs were
    given different images.
    """
    same = ["index", "actual"]
    if a.images_md5 != b.images_md5 or not a.predictions[same].equals(b.predictions[same]):
        raise ValueError(
            f"{a.rev} and {b.rev} were tested on different images ({IMAGES}): their answers can't be paired"
        )
    both = a.predictions.merge(b.predictions, on=same, suffixes=("_a", "_b"))
    both = both[both["predicted_a"] != both["predicted_b"]]
    a_right, b_right = (both[f"predicted_{run}"] == both["actual"] for run in "ab")
    return {"a": both[a_right], "b": both[b_right], "neither": both[~a_right & ~b_right]}


def summarise(a: Run, b: Run, right: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """Compute all that `--json` prints. p_value: how often two equally good networks would differ at least so much."""
    only_a, only_b, neither = (len(right[who]) for who in ("a", "b", "neither"))
    p_value = mcnemar(only_a, only_b)
    accuracies = {
        name: {"rev": run.rev, "correct": run.correct, "accuracy": run.correct / len(run.predictions)}
        for name, run in (("a", a), ("b", b))
    }
    return accuracies | {
        "samples": len(a.predictions),
        "differ": only_a + only_b + neither,
        "only_a_right": only_a,
        "only_b_right": only_b,
        "neither_right": neither,
        "p_value": p_value,
        "better": find_better(only_b - only_a, p_value),
    }


def format_text(found: dict[str, Any]) -> str:
    revs, only_a, only_b = {name: found[name]["rev"] for name in "ab"}, found["only_a_right"], found["only_b_right"]
    lines = [
        f"{name.upper()}  {rev:<{max(map(len, revs.values()))}}  {found[name]['accuracy']:7.2%}  "
        f"({found[name]['correct']:,} of {found['samples']:,} right)"
        for name, rev in revs.items()
    ]
    if not found["differ"]:
        return "\n".join([*lines, "They answer every image alike."])
    difference = f"{max(only_a, only_b):,} against {min(only_a, only_b):,} of the images they disagree on"
    return "\n".join(
        [
            *lines,
            f"They answer {found['differ']:,} images differently: A alone is right on {only_a:,}, B alone on "
            f"{only_b:,}, neither on {found['neither_right']:,}.",
            format_verdict(found["better"], revs, difference, found["p_value"], "McNemar"),
        ]
    )


def main(a: str, b: str, *, as_json: bool, with_picture: bool) -> None:
    """Compare and print. ValueError: no such runs, not of the same images, or images that are not here to draw."""
    runs = load_run(a), load_run(b)
    right = find_disagreements(*runs)
    found = summarise(*runs, right)
    picture = PICTURE if with_picture and found["differ"] else None
    if not as_json:
        print(format_text(found), flush=True)
    if picture:
        save(disagreements(f"Where A ({a}) and B ({b}) disagree", load_test_images(a), right), picture, DPI)
    if as_json:
        print(json.dumps(found | {"picture": picture and picture.as_posix()}, indent=2))
    elif picture:
        print(f"Those images → {picture}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m digits.compare", description="Say whether one run is really better than another."
    )
    parser.add_argument("a", metavar="REV", help="commit, branch, tag or experiment")
    parser.add_argument("b", metavar="REV", nargs="?", default=WORKSPACE, help=f"another one (default: {WORKSPACE})")
    parser.add_argument("--seeds", action="store_true", help="compare results of studies/seeds: recipes, not networks")
    parser.add_argument("--no-picture", action="store_true", help="numbers alone, which needs no images")
    parser.add_argument("--json", action="store_true", help="for programs")
    given = parser.parse_args()
    with one_line_errors():
        if given.seeds:
            print(compare_seeds(given.a, given.b, as_json=given.json))
        else:
            main(given.a, given.b, as_json=given.json, with_picture=not given.no_picture)
