import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import yaml

from digits.compare.runs import IMAGES, PREDICTIONS, STAGE, load_run, load_test_images
from tests.digits.compare.small_project import make_project, run
from tests.imports import ROOT

FIRST_WRONG = [0, 1, 2, 3, 4, 5, 6, 7, 9]


@pytest.fixture
def here(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, the test's own to damage, and the folder it works in."""
    copy = tmp_path / "copy"
    shutil.copytree(project, copy, symlinks=True)
    monkeypatch.chdir(copy)
    return copy


def wrong(rev: str) -> list[int]:
    answers = load_run(rev).predictions
    return answers["index"][answers["predicted"] != answers["actual"]].tolist()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("rev", ["first", "main", "HEAD", "workspace"])
def test_tag_branch_commit_and_workspace(rev: str) -> None:
    assert wrong(rev) == FIRST_WRONG
    assert load_run(rev).correct == 11


def test_experiment_by_name_or_commit(here: Path) -> None:
    listed = subprocess.run(["git", "for-each-ref", "refs/exps"], cwd=here, capture_output=True, text=True, check=True)
    [commit] = [line.split()[0] for line in listed.stdout.splitlines() if line.endswith("/better")]
    assert wrong("better") == wrong(commit) == wrong(commit[:7]) == [7, 8]


def test_the_workspace_is_what_lies_there(here: Path) -> None:
    changed = (here / PREDICTIONS).read_text().replace("\n0,0,1,", "\n0,0,0,")
    (here / PREDICTIONS).write_text(changed)
    assert wrong("workspace") == FIRST_WRONG[1:]
    assert wrong("first") == FIRST_WRONG


@pytest.mark.usefixtures("here")
def test_test_images_are_told_apart_and_read() -> None:
    assert load_run("first").images_md5 == load_run("better").images_md5 != load_run("shorter").images_md5
    np.testing.assert_array_equal(load_test_images("shorter"), np.full((12, 28, 28), 7))


def test_damaged_images_are_refused(here: Path) -> None:
    (here / IMAGES).chmod(0o644)
    (here / IMAGES).write_bytes(b"\x93NUMPY")
    with pytest.raises(ValueError, match=r"test_images\.npy: not an \.npy file"):
        load_test_images("workspace")


@pytest.mark.parametrize("place", ["a/folder", "worktree", "submodule"])
def test_a_project_in_a_folder_a_worktree_or_a_submodule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    main = tmp_path / "main"
    main.mkdir()
    folder = make_project(main, place if place == "a/folder" else ".")
    cache = folder / ".dvc/cache"
    if place == "worktree":
        run(main, "git", "worktree", "add", "--quiet", str(tmp_path / place))
        folder = tmp_path / place
    elif place == "submodule":
        run(tmp_path, "git", "init", "--quiet", "outer")
        run(tmp_path / "outer", "git", "-c", "protocol.file.allow=always", "submodule", "add", str(main), "inner")
        folder = tmp_path / "outer/inner"
        run(folder, "git", "fetch", "--quiet", str(main), "refs/exps/*:refs/exps/*")
    if folder / ".dvc/cache" != cache:
        shutil.copytree(cache, folder / ".dvc/cache")
        run(folder, "dvc", "checkout")
    monkeypatch.chdir(folder)
    assert wrong("first") == wrong("HEAD") == wrong("workspace") == FIRST_WRONG
    assert wrong("better") == [7, 8]
    for rev in ("first", "better", "workspace"):
        assert load_test_images(rev).shape == (20, 28, 28)


@pytest.mark.parametrize("lost", ["*", "*.dir", "*[!r]"], ids=["everything", "the listing", "the images"])
def test_answers_need_no_data_but_images_do(here: Path, lost: str) -> None:
    for path in (here / ".dvc/cache/files/md5").glob(f"*/{lost}"):
        path.unlink()
    shutil.rmtree(here / "data")
    assert load_run("workspace").images_md5 == load_run("better").images_md5
    for rev in ("workspace", "better"):
        with pytest.raises(ValueError, match=f"^{rev}: {IMAGES} is not in DVC's cache; `dvc pull`"):
            load_test_images(rev)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("rev", "message"),
    [
        ("nobody", "^nobody: no such commit, branch, tag or experiment; `dvc exp list -A`"),
        ("--", "^--: no such commit"),
        ("", "^'': no such commit"),
        ("HEAD^{tree}", r"^HEAD\^{tree}: no such commit"),
        ("HEAD:params.yaml", "^HEAD:params.yaml: no such commit"),
        ("HEAD:data", "^HEAD:data: no such commit"),
        (":/zebra", "^:/zebra: no such commit"),
        ("empty", "^empty: dvc.lock is not there, so this is no finished run; `dvc repro`"),
    ],
)
def test_a_revision_that_is_no_run(rev: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load_run(rev)


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        (PREDICTIONS, None, "workspace: predictions.csv is not there"),
        (PREDICTIONS, "", "workspace: plots/predictions.csv is damaged"),
        (PREDICTIONS, "index,actual\n0,1\n", "workspace: plots/predictions.csv is damaged"),
        (PREDICTIONS, "index,actual,predicted,confidence\n0,1,2,x\n", "workspace: plots/predictions.csv is damaged"),
        ("dvc.lock", "stages: {}\n", "workspace: dvc.lock does not say what stage evaluate read"),
        ("dvc.lock", "", "workspace: dvc.lock does not say what stage evaluate read"),
    ],
)
def test_a_damaged_run(here: Path, path: str, content: str | None, message: str) -> None:
    (here / path).unlink()
    if content is not None:
        (here / path).write_text(content)
    with pytest.raises(ValueError, match=message):
        load_run("workspace")


def test_outside_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=r"^workspace: "):
        load_run("workspace")


def test_the_paths_are_the_pipelines() -> None:
    stage = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"][STAGE]
    assert IMAGES in stage["deps"]
    assert PREDICTIONS in {path for out in stage["outs"] for path in out}
