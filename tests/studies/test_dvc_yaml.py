"""The study's dvc.yaml tells DVC the truth, as tests/test_dvc_yaml.py says of the main one."""

import pytest
import yaml

from studies.learning_curve.params import PATH, StudyParams
from tests.imports import CODE, ROOT, check_rooms, reached

FOLDER = PATH.parent.as_posix()
STAGES = yaml.safe_load((ROOT / FOLDER / "dvc.yaml").read_text())["stages"]
ELSEWHERE = {"workers", "scheduler"}  # where cells are computed, which decides no result


@pytest.mark.parametrize("stage", STAGES)
def test_deps_are_the_rooms_the_code_reaches(stage: str) -> None:
    if stage == "run":  # what a worker imports by itself
        assert f"{FOLDER}/worker.py" in reached(ROOT / f"{FOLDER}/run.py")
    check_rooms(stage, STAGES[stage]["deps"], f"{FOLDER}/{stage}.py")


@pytest.mark.parametrize("stage", STAGES)
def test_paths_in_the_command_are_the_declared_ones(stage: str) -> None:
    declared = set(STAGES[stage]["deps"]) | {path for out in STAGES[stage]["outs"] for path in out}
    _, _, module, *paths = STAGES[stage]["cmd"].split()
    assert module == f"{FOLDER.replace('/', '.')}.{stage}"
    assert STAGES[stage]["wdir"] == "../.."
    assert set(paths) - {f"{FOLDER}/checkpoints"} == {
        path for path in declared if not (path.startswith(CODE) or path.endswith(".py"))
    }


def test_params_are_what_decides_the_results() -> None:
    own, *others = STAGES["run"]["params"]
    assert set(own[PATH.as_posix()]) == StudyParams.model_fields.keys() - ELSEWHERE
    assert others == ["subset.test_samples", "model", "train"]
    assert STAGES["picture"]["params"] == ["plot.dpi"]


def test_what_was_computed_outlives_a_run() -> None:
    assert all(out == {"cache": False, "persist": True} for each in STAGES["run"]["outs"] for out in each.values())
