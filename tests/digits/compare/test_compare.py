import json
from pathlib import Path

import pandas as pd
import pytest

from digits.compare.__main__ import PICTURE, find_disagreements, format_text, summarise
from digits.compare.runs import Run
from tests.conftest import Command


def a_run(rev: str, predicted: str, actual: str = "0000000000", images_md5: str = "md5") -> Run:
    columns = {"index": range(len(actual)), "actual": map(int, actual), "predicted": map(int, predicted)}
    return Run(rev=rev, predictions=pd.DataFrame({**columns, "confidence": 0.5}), images_md5=images_md5)


def said(a: Run, b: Run) -> list[str]:
    return format_text(summarise(a, b, find_disagreements(a, b))).splitlines()


def test_every_disagreement_is_of_one_kind() -> None:
    found = find_disagreements(a_run("one", "0000000123"), a_run("two", "0011110163"))
    assert {who: rows["index"].tolist() for who, rows in found.items()} == {"a": [2, 3, 4, 5], "b": [], "neither": [8]}


def test_the_text_names_the_better_one_if_there_is_evidence() -> None:
    one, longer = a_run("one", "0000000012"), a_run("longer", "1111111113")
    assert said(one, longer) == [
        "A  one      80.00%  (8 of 10 right)",
        "B  longer    0.00%  (0 of 10 right)",
        "They answer 9 images differently: A alone is right on 8, B alone on 0, neither on 1.",
        "A (one) is better: 8 against 0 of the images they disagree on, p = 0.0078 (exact McNemar test).",
    ]
    assert said(longer, one)[-1].startswith("B (one) is better: 8 against 0 of")
    unsure = "No evidence that one is better: 1 against 1 of the images they disagree on, p = 1 (exact McNemar test)."
    assert said(one, a_run("two", "0000000120"))[-1] == unsure
    assert said(one, one)[-1] == "They answer every image alike."


@pytest.mark.parametrize(
    "other",
    [
        a_run("two", "0000000012", images_md5="another"),
        a_run("two", "0000000012", actual="0000000001"),
        a_run("two", "00000", actual="00000"),
    ],
)
def test_different_test_images_are_refused(other: Run) -> None:
    with pytest.raises(ValueError, match=r"^one and two were tested on different images"):
        find_disagreements(a_run("one", "0000000012"), other)


def test_the_command_says_who_is_better_and_shows_why(here: Path, command: Command) -> None:
    code, out, err = command(here, "digits.compare", "first", "better")
    assert (code, err) == (0, "")
    *_, verdict, written = out.splitlines()
    assert verdict.startswith("B (better) is better: 8 against 1 of the images they disagree on, p = 0.039 ")
    assert written == f"Those images → {PICTURE}"
    assert (here / PICTURE).read_bytes().startswith(b"\x89PNG")


def test_the_command_for_programs(project: Path, command: Command) -> None:
    _, out, _ = command(project, "digits.compare", "better", "--json", "--no-picture")
    counts = {"samples": 20, "differ": 10, "only_a_right": 8, "only_b_right": 1, "neither_right": 1}
    assert json.loads(out) == counts | {
        "a": {"rev": "better", "correct": 18, "accuracy": 0.9},
        "b": {"rev": "workspace", "correct": 11, "accuracy": 0.55},
        "p_value": 0.0390625,
        "better": "a",
        "picture": None,
    }
