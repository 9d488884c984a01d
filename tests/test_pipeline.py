from pathlib import Path

import pytest

from tests.clones import change, run, succeed
from tests.kills import results

CHECKED = "data/checked.txt"


def test_every_contract_file_is_there_and_the_log_is_plain_text(finished: Path) -> None:
    paths = ["metrics/train.json", "metrics/test.json", "plots/history.csv", "models/cnn.safetensors"]
    paths += ["models/snapshots/epoch_001.safetensors", "plots/images/confusion.png", "plots/images/epoch_01_loss.png"]
    assert [path for path in paths if not (finished / path).is_file()] == []
    log = finished.with_suffix(".log").read_text()
    assert "2 epochs on 200 images" in log
    assert not [character for character in log if ord(character) < 32 and character not in "\t\n"]


def test_a_second_repro_runs_nothing_whatever_a_file_manager_left(committed: Path) -> None:
    for name in ("data/raw/.DS_Store", "data/subset/Thumbs.db", "plots/images/desktop.ini"):
        (committed / name).touch()
    assert "Running" not in succeed(committed, "dvc", "repro")
    assert "up to date" in succeed(committed, "dvc", "status", "dvc.yaml")
    assert "M " not in succeed(committed, "git", "status", "--porcelain")


@pytest.mark.parametrize(
    "target",
    ["train", *(pytest.param(name, marks=pytest.mark.slow) for name in ("download", "subset", "evaluate", "plot"))],
)
def test_a_wrong_value_is_one_line_and_touches_no_result(committed: Path, target: str) -> None:
    change(committed, train={"epochs": -1})
    before = results(committed)
    ended = run(committed, "dvc", "repro", "--force", target)
    assert ended.returncode != 0
    assert "Traceback" not in ended.stdout + ended.stderr
    [line] = [line for line in ended.stderr.splitlines() if line.startswith("error:")]
    assert line.startswith("error: params.yaml: train.epochs = -1")
    assert results(committed) | {CHECKED: before[CHECKED]} == before
