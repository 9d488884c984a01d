"""All ways of one training do the same work; an epoch is what is left without start and end. Nothing is timed here."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from benchmarks import scaling
from benchmarks.recipe import parameters


def test_every_way_does_the_same_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaling, "command", lambda *_, folder: str(folder))
    trainings, shares = [], []
    for way in scaling.WAYS.values():
        scaling.stage(tmp_path, way)
        train = yaml.safe_load((tmp_path / "params.yaml").read_text())["train"]
        shares.append((train.pop("processes"), train.pop("threads")))
        trainings.append(train)
    assert trainings[0] == trainings[1] == trainings[2]
    assert shares == [(1, 1), (2, 1), (1, 2)]


@pytest.mark.parametrize("overrides", scaling.TRAININGS.values())
def test_trainings_are_of_known_parameters(overrides: str) -> None:
    assert parameters(overrides)


def test_an_epoch_is_what_more_epochs_take_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def medians(*works: Callable[[], object], repeats: int) -> list[float]:  # noqa: ARG001
        return [10.0 + 2.0 * float(work.args[1].rpartition("=")[2]) for work in works]  # type: ignore[attr-defined]

    monkeypatch.setattr(scaling, "medians", medians)
    assert scaling.an_epoch(tmp_path, "") == 2.0
