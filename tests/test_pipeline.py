"""The whole pipeline through `dvc repro`, in temporary clones, on made-up digits."""

from pathlib import Path

import pytest

from tests.clones import change, clone, run


def test_every_contract_file_is_there(finished: Path) -> None:
    pictures = ["confusion", "calibration", "mistakes", "epoch_01_loss", "epoch_02_loss"]
    pictures += [f"epoch_{epoch:02d}_predictions" for epoch in (0, 1, 2)]
    assert {path.stem for path in (finished / "plots/images").iterdir()} >= set(pictures)
    assert sorted(path.stem for path in (finished / "models/snapshots").iterdir()) == [
        "epoch_000",
        "epoch_001",
        "epoch_002",
    ]
    for name in ("metrics/train.json", "metrics/test.json", "plots/history.csv", "models/cnn.safetensors"):
        assert (finished / name).is_file(), name


def test_a_second_repro_runs_nothing(finished: Path) -> None:
    assert "Running" not in run(finished, "dvc", "repro").stdout
    assert "up to date" in run(finished, "dvc", "status").stdout


def test_another_clone_gives_the_same_bytes(finished: Path, source: Path, tmp_path: Path) -> None:
    other = clone(tmp_path / "somewhere else", source)
    ended = run(other, "dvc", "repro")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (other / "dvc.lock").read_bytes() == (finished / "dvc.lock").read_bytes()


def test_two_processes_train_together(finished: Path, source: Path, tmp_path: Path) -> None:
    folder = clone(tmp_path / "together", source)
    change(folder, train={"processes": 2})
    ended = run(folder, "dvc", "repro", "evaluate")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    names = ("plots/history.csv", "models/cnn.safetensors", "metrics/test.json")
    assert all((folder / name).read_bytes() != (finished / name).read_bytes() for name in names)
    histories = [(root / "plots/history.csv").read_text().splitlines() for root in (folder, finished)]
    assert histories[0][1] == histories[1][1], "before training nothing is summed in another order"


def test_no_control_characters_in_a_log(finished: Path) -> None:
    log = (finished / "log").read_text()
    assert "2 epochs on 200 images" in log
    assert not [character for character in log if ord(character) < 32 and character not in "\t\n"]


@pytest.mark.parametrize(
    ("target", "section", "key", "value"),
    [
        ("check", "plot", "color", 1),
        ("download", "download", "dataset", "EMNIST"),
        ("subset", "subset", "samples", 0),
        ("train", "train", "epochs", -1),
        ("evaluate", "train", "device", "gpu"),
        ("plot", "plot", "dpi", 0),
    ],
)
def test_a_wrong_value_is_one_line_and_touches_no_result(
    committed: Path, target: str, section: str, key: str, value: object
) -> None:
    """Whichever stage is asked for, and even where it has to run: the check comes before it."""
    before = results(committed)
    change(committed, **{section: {key: value}})
    ended = run(committed, "dvc", "repro", "--force", target)
    assert ended.returncode != 0
    assert "Traceback" not in ended.stdout + ended.stderr
    [line] = [line for line in ended.stderr.splitlines() if line.startswith("error:")]
    assert line.startswith(f"error: params.yaml: {section}.{key} = {value!r}")
    assert results(committed) == before


def results(folder: Path) -> dict[Path, bytes]:
    """All that stages wrote, but for the file of the check, which runs."""
    files = [path for name in ("data", "models", "metrics", "plots") for path in (folder / name).rglob("*")]
    return {path: path.read_bytes() for path in files if path.is_file() and path.name != "checked.txt"}


def test_a_change_runs_the_check_and_what_it_alters(committed: Path) -> None:
    change(committed, plot={"dpi": 31})
    ran = [line for line in run(committed, "dvc", "repro").stdout.splitlines() if line.startswith("Running")]
    assert ran == ["Running stage 'check':", "Running stage 'plot':"]


def test_parameters_taken_back_come_from_the_run_cache(finished: Path) -> None:
    weights = (finished / "models/cnn.safetensors").read_bytes()
    change(finished, train={"seed": 1})
    assert "Running stage 'train'" in run(finished, "dvc", "repro").stdout
    assert (finished / "models/cnn.safetensors").read_bytes() != weights
    change(finished, train={"seed": 0})
    assert "Stage 'train' is cached" in run(finished, "dvc", "repro").stdout
    assert (finished / "models/cnn.safetensors").read_bytes() == weights
