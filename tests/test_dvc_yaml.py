"""dvc.yaml tells DVC the truth: a stage's deps are the rooms its code reaches, its params the sections it reads."""

import ast
from pathlib import Path

import pytest
import yaml

from tests.imports import CODE, ROOT, check_rooms, reached

STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
CHECKED = "data/checked.txt"  # what stage check writes, and the others only wait for
CHECKPOINTS = "checkpoints"  # no output: DVC would remove it before the stage that needs it


@pytest.mark.parametrize("stage", STAGES)
def test_deps_are_the_rooms_the_code_reaches(stage: str) -> None:
    found = sorted(ROOT.glob("digits/params/*.py")) if stage == "check" else []  # by what the folder holds, no import
    entries = [f"stages/{stage}.py", *(path.relative_to(ROOT).as_posix() for path in found if path.stem != "__init__")]
    check_rooms(stage, STAGES[stage]["deps"], *entries)


@pytest.mark.parametrize("stage", STAGES)
def test_params_are_the_sections_the_code_reads(stage: str) -> None:
    tree = ast.parse((ROOT / f"stages/{stage}.py").read_text())
    read = {
        (call.args[0].value, call.args[1].id)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "load_params"
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[1], ast.Name)
    }
    parts = {("train", "Compute"): {"train.device", "train.precision", "train.threads"}}
    expected = set().union(*(parts.get(pair, {pair[0]}) for pair in read))
    params = STAGES[stage]["params"]
    assert params == [{"params.yaml": None}] if stage == "check" else set(params) == expected


def test_every_python_file_is_reached_by_some_stage_or_is_an_entry_point() -> None:
    paths = [path for folder in ("stages", "digits") for path in ROOT.glob(f"{folder}/**/*.py")]
    files = {path.relative_to(ROOT).as_posix(): path.read_text() for path in paths}
    entries = [name for name, code in files.items() if 'if __name__ == "__main__"' in code]  # stages and commands
    others = files.keys() - set().union(*(reached(ROOT / name) for name in entries))
    inits = {name: code for name, code in files.items() if name.endswith("__init__.py")}
    assert others <= inits.keys()
    assert not any(inits.values()), "code in an __init__.py is no stage's dependency"


@pytest.mark.parametrize("stage", STAGES)
def test_paths_in_the_command_are_the_declared_ones_and_all_stages_wait_for_the_check(stage: str) -> None:
    assert CHECKED in STAGES[stage]["outs" if stage == "check" else "deps"]
    outs = [out for kind in ("outs", "metrics", "plots") for out in STAGES[stage].get(kind, [])]
    declared = set(STAGES[stage]["deps"]).union(*({out} if isinstance(out, str) else out for out in outs))
    _, _, module, *paths = STAGES[stage]["cmd"].split()
    assert module == f"stages.{stage}"
    declared -= {CHECKED} if stage != "check" else set()
    folders = {path for path in paths if any(name.startswith(f"{path}/") for name in declared)}  # declared file by file
    files = {path for path in declared if not path.startswith((*CODE, *(f"{folder}/" for folder in folders)))}
    assert set(paths) - {CHECKPOINTS} - folders == files


@pytest.mark.parametrize("path", [ROOT / "dvc.yaml", *sorted(ROOT.glob("studies/*/dvc.yaml"))])
def test_no_value_of_params_yaml_becomes_part_of_a_command(path: Path) -> None:
    assert "${" not in path.read_text()
