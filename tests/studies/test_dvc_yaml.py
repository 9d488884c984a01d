"""The study's dvc.yaml tells DVC the truth, as tests/test_dvc_yaml.py says of the main one."""

import pytest
import yaml

from studies.learning_curve.run import PATH, StudyParams
from studies.seeds.run import SeedsParams
from tests.imports import CODE, ROOT, check_rooms, reached

CURVE, SEEDS = PATH.parent.as_posix(), "studies/seeds"
STAGES = {folder: yaml.safe_load((ROOT / folder / "dvc.yaml").read_text())["stages"] for folder in (CURVE, SEEDS)}
ELSEWHERE = {"workers", "scheduler"}  # where trials are computed, which decides no result


@pytest.mark.parametrize(("folder", "name"), [(folder, name) for folder in STAGES for name in STAGES[folder]])
def test_deps_are_the_rooms_the_code_reaches_and_paths_the_declared_ones(folder: str, name: str) -> None:
    stage = STAGES[folder][name]
    check_rooms(name, stage["deps"], f"{folder}/{name}.py")
    declared = set(stage["deps"]).union(*stage["outs"], *stage.get("metrics", []))
    _, _, module, *paths = stage["cmd"].split()
    assert (module, stage["wdir"]) == (f"{folder.replace('/', '.')}.{name}", "../..")
    files = {path for path in declared if not (path.startswith((*CODE, "studies/trials")) or path.endswith(".py"))}
    assert set(paths) == files


def test_what_a_worker_imports_by_itself_is_reached() -> None:
    assert "studies/trials/worker.py" in reached(ROOT / f"{CURVE}/run.py")


def test_params_are_what_decides_the_results_which_outlive_a_run() -> None:
    own, *others = STAGES[CURVE]["run"]["params"]
    assert set(own[PATH.as_posix()]) == StudyParams.model_fields.keys() - ELSEWHERE
    assert others == ["subset.test_samples", "subset.validation", "subset.per_class", "model", "train"]
    assert STAGES[CURVE]["picture"]["params"] == ["plot.dpi"]
    outs = STAGES[CURVE]["run"]["outs"]
    assert all(out == {"cache": False, "persist": True} for each in outs for out in each.values())
    own, *others = STAGES[SEEDS]["run"]["params"]
    assert set(own[f"{SEEDS}/params.yaml"]) == SeedsParams.model_fields.keys() - ELSEWHERE
    assert others == ["subset", "model", "train"]
