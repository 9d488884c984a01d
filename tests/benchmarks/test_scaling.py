"""All ways of one training do the same work; an epoch is what is left without start and end. Nothing is timed here."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from benchmarks import scaling
from benchmarks.recipe import parameters


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The commands of trainings that would have run, which take 10 seconds and 2 an epoch."""
    commands: list[tuple[str, ...]] = []

    def command(*arguments: str, folder: Path) -> None:
        commands.append((*arguments[1:3], (folder / "params.yaml").read_text()))

    def seconds(work: Callable[[], object]) -> float:
        work()
        return 10.0 + 2.0 * yaml.safe_load(commands[-1][-1])["train"]["epochs"]

    monkeypatch.setattr(scaling, "command", command)
    monkeypatch.setattr(scaling, "seconds", seconds)
    return commands


def test_every_way_does_the_same_training(tmp_path: Path, ran: list[tuple[str, ...]]) -> None:
    for way in scaling.WAYS.values():
        assert scaling.epoch(tmp_path, "", *way) == 2.0
    trainings = [yaml.safe_load(run[-1])["train"] for run in ran[::2]]
    assert [training.pop("processes") for training in trainings] == [1, 2, 1]
    assert [training.pop("threads") for training in trainings] == [1, 1, 2]
    assert trainings[0] == trainings[1] == trainings[2]


@pytest.mark.parametrize("overrides", scaling.TRAININGS.values())
def test_trainings_are_of_known_parameters(overrides: str) -> None:
    parameters(overrides)
