"""Is one run really better than another? `python -m digits.compare REV [REV]`, any revisions that DVC knows."""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from digits.compare.disagreements import disagreements
from digits.compare.runs import IMAGES, WORKSPACE, Run, load_run, load_test_images
from digits.compare.seeds import compare_seeds
from digits.compare.significance import LEVEL, format_p, mcnemar
from digits.figures.png import check_picture_path, save
from digits.pipeline.errors import one_line_errors

PICTURE = Path("dvc_plots/compare.png")
DPI = 110


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two runs and, by who alone is right on them, the images they answer differently.

    right: for "a", "b" and "neither" rows of `index`, `actual`, `predicted_a`, `confidence_a`, `predicted_b`,
    `confidence_b`.
    """

    a: Run
    b: Run
    right: dict[str, pd.DataFrame]

    @property
    def counts(self) -> dict[str, int]:
        """On how many images a alone, b alone and neither is right."""
        return {who: len(rows) for who, rows in self.right.items()}

    @property
    def p_value(self) -> float:
        """How often two equally good networks would differ at least this much."""
        return mcnemar(self.counts["a"], self.counts["b"])

    @property
    def better(self) -> str | None:
        """`a` or `b`, if there is evidence that it is better."""
        return max("ab", key=self.counts.__getitem__) if self.p_value < LEVEL else None


def compare(a: Run, b: Run) -> Comparison:
    """Pair the answers of two runs. ValueError: they were given different images."""
    same = ["index", "actual"]
    if a.images_md5 != b.images_md5 or not a.predictions[same].equals(b.predictions[same]):
        raise ValueError(
            f"{a.rev} and {b.rev} were tested on different images ({IMAGES}): their answers can't be paired"
        )
    both = a.predictions.merge(b.predictions, on=same, suffixes=("_a", "_b"), validate="one_to_one")
    both = both[both["predicted_a"] != both["predicted_b"]]
    a_right, b_right = (both[f"predicted_{run}"] == both["actual"] for run in "ab")
    return Comparison(a=a, b=b, right={"a": both[a_right], "b": both[b_right], "neither": both[~a_right & ~b_right]})


def format_text(comparison: Comparison) -> str:
    runs, counts = {"a": comparison.a, "b": comparison.b}, comparison.counts
    width = max(len(run.rev) for run in runs.values())
    lines = []
    for name, run in runs.items():
        total = len(run.predictions)
        accuracy = f"{run.correct / total:7.2%}  ({run.correct:,} of {total:,} right)"
        lines.append(f"{name.upper()}  {run.rev:<{width}}  {accuracy}")
    if not sum(counts.values()):
        return "\n".join([*lines, "They answer every image alike."])
    lines.append(
        f"They answer {sum(counts.values()):,} images differently: "
        f"A alone is right on {counts['a']:,}, B alone on {counts['b']:,}, neither on {counts['neither']:,}."
    )
    verdict, better, p_value = "No evidence that one is better", comparison.better, comparison.p_value
    if better:
        verdict = f"{better.upper()} ({runs[better].rev}) is better"
    fewer, more = sorted((counts["a"], counts["b"]))
    against = f"{more:,} against {fewer:,} of the images they disagree on"
    lines.append(f"{verdict}: {against}, {format_p(p_value)} (exact McNemar test).")
    return "\n".join(lines)


def format_json(comparison: Comparison, picture: Path | None) -> str:
    values: dict[str, object] = {
        name: {"rev": run.rev, "correct": run.correct, "accuracy": run.correct / len(run.predictions)}
        for name, run in (("a", comparison.a), ("b", comparison.b))
    }
    counts = comparison.counts
    values |= {
        "samples": len(comparison.a.predictions),
        "differ": sum(counts.values()),
        "only_a_right": counts["a"],
        "only_b_right": counts["b"],
        "neither_right": counts["neither"],
        "p_value": comparison.p_value,
        "better": comparison.better,
        "picture": picture and picture.as_posix(),
    }
    return json.dumps(values, indent=2)


def main(a: str, b: str, picture: Path | None, *, as_json: bool, force: bool) -> None:
    """Compare and print. ValueError: no such runs, not of the same images, or images that are not here to draw."""
    if picture:
        check_picture_path(picture, force=force)
    comparison = compare(load_run(a), load_run(b))
    if not any(comparison.counts.values()):
        picture = None
    if not as_json:
        print(format_text(comparison), flush=True)
    if picture:
        title = f"Where A ({a}) and B ({b}) disagree"
        save(disagreements(title, load_test_images(a), comparison.right), picture, DPI)
    if as_json:
        print(format_json(comparison, picture))
    elif picture:
        print(f"Those images → {picture}")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m digits.compare", description="Say whether one run is really better than another."
    )
    parser.add_argument("a", metavar="REV", help="commit, branch, tag or experiment")
    parser.add_argument("b", metavar="REV", nargs="?", default=WORKSPACE, help=f"another one (default: {WORKSPACE})")
    parser.add_argument("--seeds", action="store_true", help="compare results of studies/seeds: recipes, not networks")
    parser.add_argument("--out", metavar="PNG", type=Path, default=PICTURE, help="the picture (default: %(default)s)")
    parser.add_argument("--force", action="store_true", help="let it replace a file that this project did not draw")
    parser.add_argument("--no-picture", action="store_true", help="numbers alone, which needs no images")
    parser.add_argument("--json", action="store_true", help="for programs")
    return parser.parse_args()


if __name__ == "__main__":
    given = parse_arguments()
    with one_line_errors():
        if given.seeds:
            print(compare_seeds(given.a, given.b, as_json=given.json))
            sys.exit()
        main(given.a, given.b, None if given.no_picture else given.out, as_json=given.json, force=given.force)
