"""The study's dvc.yaml tells DVC the truth, as tests/test_dvc_yaml.py says of the main one."""

import pytest
import yaml

from studies.learning_curve.run import PATH, StudyParams
from tests.imports import CODE, ROOT, check_rooms, reached

FOLDER = PATH.parent.as_posix()
STAGES = yaml.safe_load((ROOT / FOLDER / "dvc.yaml").read_text())["stages"]
ELSEWHERE = {"workers", "scheduler"}  # where trials are computed, which decides no result


@pytest.mark.parametrize("stage", STAGES)
def test_deps_are_the_rooms_the_code_reaches_and_paths_the_declared_ones(stage: str) -> None:
    deps = STAGES[stage]["deps"]
    check_rooms(stage, deps, f"{FOLDER}/{stage}.py")
    declared = set(deps).union(*STAGES[stage]["outs"])
    _, _, module, *paths = STAGES[stage]["cmd"].split()
    assert (module, STAGES[stage]["wdir"]) == (f"{FOLDER.replace('/', '.')}.{stage}", "../..")
    files = {path for path in declared if not (path.startswith(CODE) or path.endswith(".py"))}
    assert set(paths) == files


def test_what_a_worker_imports_by_itself_is_reached() -> None:
    assert "studies/trials/worker.py" in reached(ROOT / f"{FOLDER}/run.py")


def test_params_are_what_decides_the_results_which_outlive_a_run() -> None:
    own, *others = STAGES["run"]["params"]
    assert set(own[PATH.as_posix()]) == StudyParams.model_fields.keys() - ELSEWHERE
    assert others == ["subset.test_samples", "model", "train"]
    assert STAGES["picture"]["params"] == ["plot.dpi"]
    assert all(out == {"cache": False, "persist": True} for each in STAGES["run"]["outs"] for out in each.values())
