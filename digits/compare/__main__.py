"""Is one run really better than another? `python -m digits.compare REV [REV]`, any revisions that DVC knows."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from digits.compare.disagreements import disagreements
from digits.compare.runs import TEST, WORKSPACE, Run, load_run, load_test_images
from digits.compare.significance import mcnemar
from digits.figures.png import save
from digits.pipeline.errors import one_line_errors

PICTURE = Path("dvc_plots/compare.png")
LEVEL = 0.05  # a smaller p-value is called evidence
DPI = 110


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two runs, and the images they answer differently: `index`, `actual`, `predicted_a`, `confidence_a`, …_b."""

    a: Run
    b: Run
    only_a: pd.DataFrame  # where a alone is right
    only_b: pd.DataFrame
    neither: pd.DataFrame

    @property
    def differ(self) -> int:
        """How many images that are."""
        return len(self.only_a) + len(self.only_b) + len(self.neither)

    @property
    def p_value(self) -> float:
        """How often two equally good networks would differ at least this much."""
        return mcnemar(len(self.only_a), len(self.only_b))

    @property
    def better(self) -> str | None:
        """`a` or `b`, if there is evidence that it is better."""
        if self.p_value >= LEVEL:
            return None
        return "a" if len(self.only_a) > len(self.only_b) else "b"


def compare(a: Run, b: Run) -> Comparison:
    """Pair the answers of two runs. ValueError: they were given different images."""
    same = ["index", "actual"]
    if a.tested_on != b.tested_on or not a.answers[same].equals(b.answers[same]):
        raise ValueError(f"{a.rev} and {b.rev} were tested on different images ({TEST}): their answers can't be paired")
    both = a.answers.merge(b.answers, on=same, suffixes=("_a", "_b"), validate="one_to_one")
    both = both[both["predicted_a"] != both["predicted_b"]]
    a_right, b_right = (both["predicted_a"] == both["actual"], both["predicted_b"] == both["actual"])
    return Comparison(a=a, b=b, only_a=both[a_right], only_b=both[b_right], neither=both[~a_right & ~b_right])


def in_words(comparison: Comparison) -> str:
    runs = {"A": comparison.a, "B": comparison.b}
    width = max(len(run.rev) for run in runs.values())
    lines = []
    for name, run in runs.items():
        total = len(run.answers)
        lines.append(f"{name}  {run.rev:<{width}}  {run.correct / total:7.2%}  ({run.correct:,} of {total:,} right)")
    if not comparison.differ:
        return "\n".join([*lines, "They answer every image alike."])
    only_a, only_b, neither = map(len, (comparison.only_a, comparison.only_b, comparison.neither))
    lines.append(
        f"They answer {comparison.differ:,} images differently: "
        f"A alone is right on {only_a:,}, B alone on {only_b:,}, neither on {neither:,}."
    )
    return "\n".join([*lines, verdict(comparison)])


def verdict(comparison: Comparison) -> str:
    """Who is better, by what evidence."""
    more, fewer = sorted((len(comparison.only_a), len(comparison.only_b)), reverse=True)
    p = f"p = {comparison.p_value:.2g}" if comparison.p_value >= 0.0001 else "p < 0.0001"
    evidence = f"{more:,} against {fewer:,} of the images they disagree on, {p} (exact McNemar test)"
    if comparison.better:
        run = comparison.a if comparison.better == "a" else comparison.b
        return f"{comparison.better.upper()} ({run.rev}) is better: {evidence}."
    return f"No evidence that one is better: {evidence}."


def as_json(comparison: Comparison, picture: Path | None) -> str:
    runs = {
        name: {"rev": run.rev, "correct": run.correct, "accuracy": run.correct / len(run.answers)}
        for name, run in (("a", comparison.a), ("b", comparison.b))
    }
    values = {
        **runs,
        "samples": len(comparison.a.answers),
        "differ": comparison.differ,
        "only_a_right": len(comparison.only_a),
        "only_b_right": len(comparison.only_b),
        "neither_right": len(comparison.neither),
        "p_value": comparison.p_value,
        "better": comparison.better,
        "picture": picture and picture.as_posix(),
    }
    return json.dumps(values, indent=2)


def draw(comparison: Comparison, out: Path) -> None:
    """Write a PNG of the images the runs disagree on. ValueError: the images are not here."""
    a, b = comparison.a.rev, comparison.b.rev
    kinds = {
        "A alone is right": comparison.only_a,
        "B alone is right": comparison.only_b,
        "Neither is right": comparison.neither,
    }
    save(disagreements(f"Where A ({a}) and B ({b}) disagree", load_test_images(a), kinds), out, DPI)


def main(revs: list[str], picture: Path | None, *, for_programs: bool = False) -> None:
    comparison = compare(*map(load_run, revs))
    if not comparison.differ:
        picture = None
    if not for_programs:
        print(in_words(comparison), flush=True)
    if picture:
        draw(comparison, picture)
    if for_programs:
        print(as_json(comparison, picture))
    elif picture:
        print(f"Those images → {picture}")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m digits.compare", description="Say whether one run is really better than another."
    )
    parser.add_argument("a", metavar="REV", help="commit, branch, tag or experiment")
    parser.add_argument("b", metavar="REV", nargs="?", default=WORKSPACE, help=f"another one (default: {WORKSPACE})")
    parser.add_argument("--out", type=Path, default=PICTURE, help="where the picture goes (default: %(default)s)")
    parser.add_argument("--no-picture", action="store_true", help="numbers alone, which needs no images")
    parser.add_argument("--json", action="store_true", help="for programs")
    return parser.parse_args()


if __name__ == "__main__":
    given = parse_arguments()
    with one_line_errors():
        main([given.a, given.b], None if given.no_picture else given.out, for_programs=given.json)
