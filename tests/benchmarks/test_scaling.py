"""All ways of one training do the same work; an epoch is what is left without start and end. Nothing is timed here."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from benchmarks import scaling
from benchmarks.recipe import parameters


def test_every_way_does_the_same_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(scaling, "command", lambda *arguments, folder: ran.append(arguments) or str(folder))
    seen = []
    for threads, launcher in scaling.WAYS.values():
        scaling.stage(tmp_path, f"train.threads={threads}", launcher)
        train = yaml.safe_load((tmp_path / "params.yaml").read_text())["train"]
        assert train.pop("threads") == threads
        seen.append(train)
    assert seen[0] == seen[1] == seen[2]
    assert [arguments[1] for arguments in ran] == ["OMP_NUM_THREADS=1", "OMP_NUM_THREADS=1", "OMP_NUM_THREADS=2"]
    assert [arguments[2:-7] for arguments in ran] == [("python",), tuple(scaling.TOGETHER.split()), ("python",)]


@pytest.mark.parametrize("overrides", scaling.TRAININGS.values())
def test_trainings_are_of_known_parameters(overrides: str) -> None:
    assert parameters(overrides)


def test_an_epoch_is_what_more_epochs_take_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def medians(*works: Callable[[], object], repeats: int) -> list[float]:  # noqa: ARG001
        return [10.0 + 2.0 * float(work.args[1].rpartition("=")[2]) for work in works]  # type: ignore[attr-defined]

    monkeypatch.setattr(scaling, "medians", medians)
    assert scaling.an_epoch(tmp_path, "", 1, "python") == 2.0
