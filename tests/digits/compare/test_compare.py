import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from digits.compare.__main__ import compare, format_text
from digits.compare.runs import Run
from tests.imports import ROOT


def answers(predicted: str, actual: str) -> pd.DataFrame:
    columns = {"index": range(len(actual)), "actual": map(int, actual), "predicted": map(int, predicted)}
    return pd.DataFrame({**columns, "confidence": 0.5})


def a_run(rev: str, predicted: str, actual: str = "0000000000", images_md5: str = "md5") -> Run:
    return Run(rev=rev, predictions=answers(predicted, actual), images_md5=images_md5)


def test_every_disagreement_is_of_one_kind() -> None:
    found = compare(a_run("one", "0000000123"), a_run("two", "0011110163"))
    indices = {who: rows["index"].tolist() for who, rows in found.right.items()}
    assert indices == {"a": [2, 3, 4, 5], "b": [], "neither": [8]}
    assert found.counts == {"a": 4, "b": 0, "neither": 1}
    assert found.p_value == 2 / 2**4
    assert found.better is None


@pytest.mark.parametrize(("a", "b", "better"), [("0" * 10, "1" * 10, "a"), ("1" * 10, "0" * 10, "b")])
def test_the_better_one_is_right_where_the_other_is_wrong(a: str, b: str, better: str) -> None:
    assert compare(a_run("one", a), a_run("two", b)).better == better


def test_the_text_names_the_better_one() -> None:
    words = format_text(compare(a_run("one", "0000000012"), a_run("longer", "1111111113"))).splitlines()
    assert words == [
        "A  one      80.00%  (8 of 10 right)",
        "B  longer    0.00%  (0 of 10 right)",
        "They answer 9 images differently: A alone is right on 8, B alone on 0, neither on 1.",
        "A (one) is better: 8 against 0 of the images they disagree on, p = 0.0078 (exact McNemar test).",
    ]


def test_the_text_without_evidence() -> None:
    *_, verdict = format_text(compare(a_run("one", "0000000012"), a_run("two", "0000000120"))).splitlines()
    assert (
        verdict
        == "No evidence that one is better: 1 against 1 of the images they disagree on, p = 1 (exact McNemar test)."
    )
    same = a_run("one", "0000000012")
    assert format_text(compare(same, same)).endswith("They answer every image alike.")


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
        compare(a_run("one", "0000000012"), other)


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "digits.compare", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_command_says_who_is_better_and_shows_why(project: Path, tmp_path: Path) -> None:
    picture = tmp_path / "new/picture.png"
    ended = command(project, "first", "better", "--out", str(picture))
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert lines[2].endswith("10 images differently: A alone is right on 1, B alone on 8, neither on 1.")
    assert lines[3].startswith("B (better) is better: 8 against 1 of the images they disagree on, p = 0.039 ")
    assert lines[4] == f"Those images → {picture}"
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_command_for_programs(project: Path) -> None:
    ended = command(project, "better", "--json", "--no-picture")
    assert json.loads(ended.stdout) == {
        "a": {"rev": "better", "correct": 18, "accuracy": 0.9},
        "b": {"rev": "workspace", "correct": 11, "accuracy": 0.55},
        "samples": 20,
        "differ": 10,
        "only_a_right": 8,
        "only_b_right": 1,
        "neither_right": 1,
        "p_value": 0.0390625,
        "better": "a",
        "picture": None,
    }


def test_the_picture_replaces_nothing_but_a_picture(project: Path, tmp_path: Path) -> None:
    photograph, text = tmp_path / "photograph.png", tmp_path / "params.yaml"
    for path in (photograph, text):
        path.write_text("mine")
        ended = command(project, "first", "better", "--out", str(path))
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr.startswith(f"error: {path}: ")
        assert path.read_text() == "mine"
    for more in (["--force"], []):
        assert command(project, "first", "better", "--out", str(photograph), *more).returncode == 0
    assert command(project, "first", "better", "--out", str(text), "--force", "--no-picture").returncode == 0
    assert text.read_text() == "mine"


@pytest.mark.parametrize(
    ("revs", "message"),
    [
        (("first", "nobody"), "error: nobody: no such commit, branch, tag or experiment"),
        (("",), "error: '': no such commit, branch, tag or experiment"),
        (("first", "HEAD^{tree}"), "error: HEAD^{tree}: no such commit, branch, tag or experiment"),
        (("empty", "first"), "error: empty: dvc.lock is not there"),
        (("shorter",), "error: shorter and workspace were tested on different images (data/subset/test_images.npy)"),
    ],
)
def test_what_is_wrong_is_one_line(project: Path, revs: tuple[str, ...], message: str) -> None:
    ended = command(project, *revs)
    assert ended.returncode == 1
    assert ended.stderr.startswith(message)
    assert ended.stderr.count("\n") == 1
    assert not ended.stdout
