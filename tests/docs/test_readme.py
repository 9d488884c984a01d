"""README's figures are those of the committed runs: after a new run this says which lines to change."""

import io
import json
import re

import pandas as pd

from studies.learning_curve.table import PUBLISHED, RESULTS, make_table
from tests.clones import python, succeed
from tests.imports import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def recipe(name: str) -> str:
    rows = pd.read_csv(ROOT / "benchmarks/recipe.csv")
    return mean(rows[rows["name"] == name]["accuracy"])


def mean(accuracy: "pd.Series[float]") -> str:
    return f"| {100 * accuracy.mean():.2f} ± {100 * accuracy.std():.2f} % ({len(accuracy)}) |"


def committed(path: str) -> str:
    """The file as git has it: an experiment that somebody tries changes it in the workspace."""
    return succeed(ROOT, "git", "show", f"HEAD:{path}")


def test_the_table() -> None:
    record = pd.read_csv(ROOT / "benchmarks/record.csv")
    own = pd.read_csv(ROOT / "benchmarks/own_digits.csv").set_index(["network", "pictures"])
    curve = pd.read_csv(ROOT / "studies/learning_curve/results.csv")
    people = own.loc[("studies/reader/reader.safetensors", "all of one digit")].astype(int)
    peer = own.loc[("digit_recognizer", "all of one digit")].astype(int)
    expected = [
        f"| the reference: 20 epochs | 1,000 {recipe('default')}",
        f"| 99 % in five seconds: `make record` | 20,000 {mean(record['accuracy'])}",
        f"| {record['training_seconds'].mean():.1f} s of training |",
        f"| one epoch over all images | 60,000 {recipe('60,000 × 1')}",
        f"| 20 epochs over all images | 60,000 {mean(curve[curve['samples'] == 60_000]['accuracy'])}",
        f"| {people['right']} of {people['count']}, {people['wrong']} wrong, {people['refused']} not answered | – |",
        f"| {peer['right']} of {peer['count']} (digit-recognizer-py) |",
    ]
    bench = (ROOT / "benchmarks/README.md").read_text(encoding="utf-8")
    [repro] = re.findall(r"`dvc repro` of the default experiment, empty cache \| ([\d.]+) s", bench)
    expected.append(f"| {float(repro):.0f} s for `dvc repro` |")
    assert [line for line in expected if line not in README] == []


def test_the_committed_run() -> None:
    tested = json.loads(committed("metrics/test.json"))
    assert f"A  main    {tested['accuracy']:.2%}  ({10_000 - tested['errors']:,} of 10,000 right)" in README
    history = pd.read_csv(io.StringIO(committed("plots/history.csv"))).set_index("epoch")["test_accuracy"]
    shares = [f"{100 * history[epoch]:.1f}" for epoch in (0, 10, 20)]
    assert f"{shares[0]}, {shares[1]} and {shares[2]} % of\nall 10,000 right" in README


def test_the_learning_curve() -> None:
    page = (ROOT / "studies/learning_curve/README.md").read_text(encoding="utf-8")
    assert make_table(ROOT / RESULTS, ROOT / PUBLISHED) in page


def test_the_example_pictures() -> None:
    own_digits = (ROOT / "docs/own-digits.md").read_text(encoding="utf-8")
    for folder, pages in (("docs/examples", [README, own_digits]), ("docs/examples/failing", [own_digits])):
        examples = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / folder).glob("*.*"))
        answers = python(ROOT, "-m", "digits.predict", *examples).stdout.splitlines()
        assert len(answers) == len(examples)
        assert all("\n".join(answers) in page for page in pages)


def test_it_can_be_read_in_one_sitting() -> None:
    assert len(README.splitlines()) <= 120
    assert len(README.split()) <= 1000
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert len(re.findall(r"\S*\w\S*", pages)) <= 7000
