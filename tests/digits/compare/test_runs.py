import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from digits.compare.runs import IMAGES, PREDICTIONS, STAGE, load_run, load_test_images
from tests.clones import succeed
from tests.digits.compare.small_project import make_project
from tests.imports import ROOT

FIRST_WRONG = [0, 1, 2, 3, 4, 5, 6, 7, 9]


def wrong(rev: str) -> list[int]:
    answers = load_run(rev).predictions
    return answers["index"][answers["predicted"] != answers["actual"]].tolist()


def test_tag_branch_commit_workspace_and_experiment(here: Path) -> None:
    for rev in ("first", "main", "HEAD", "workspace"):
        assert wrong(rev) == FIRST_WRONG
    assert load_run("first").correct == 11
    [commit] = succeed(here, "git", "for-each-ref", "--format=%(objectname)", "refs/exps/**/better").split()
    assert wrong("better") == wrong(commit) == wrong(commit[:7]) == [7, 8]
    (here / PREDICTIONS).write_text((here / PREDICTIONS).read_text().replace("\n0,0,1,", "\n0,0,0,"))
    assert wrong("workspace") == FIRST_WRONG[1:], "what lies there"
    assert wrong("first") == FIRST_WRONG


def test_test_images_are_told_apart_and_read_and_damaged_ones_refused(here: Path) -> None:
    assert load_run("first").images_md5 == load_run("better").images_md5 != load_run("shorter").images_md5
    np.testing.assert_array_equal(load_test_images("shorter"), np.full((12, 28, 28), 7))
    (here / IMAGES).chmod(0o644)
    (here / IMAGES).write_bytes(b"\x93NUMPY")
    with pytest.raises(ValueError, match=r"test_images\.npy: not an \.npy file"):
        load_test_images("workspace")


def check_runs() -> None:
    assert wrong("first") == wrong("HEAD") == wrong("workspace") == FIRST_WRONG
    assert wrong("better") == [7, 8]
    for rev in ("first", "better", "workspace"):
        assert load_test_images(rev).shape == (20, 28, 28)


def test_from_a_folder_of_the_project(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here / "plots")
    check_runs()


@pytest.mark.slow
def test_a_project_in_a_folder_of_its_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(make_project(tmp_path, "a/folder"))
    check_runs()


def test_a_project_in_a_worktree(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "worktree"
    succeed(here, "git", "worktree", "add", "--quiet", str(folder))
    shutil.copytree(here / ".dvc/cache", folder / ".dvc/cache")
    succeed(folder, "dvc", "checkout")
    monkeypatch.chdir(folder)
    check_runs()


@pytest.mark.parametrize("lost", ["*.dir", "*[!r]"], ids=["the listing", "the images"])
def test_answers_need_no_data_but_images_do(here: Path, lost: str) -> None:
    for path in (here / ".dvc/cache/files/md5").glob(f"*/{lost}"):
        path.unlink()
    shutil.rmtree(here / "data")
    assert load_run("workspace").images_md5 == load_run("better").images_md5
    for rev in ("workspace", "better"):
        with pytest.raises(ValueError, match=f"^{rev}: {IMAGES} is not in DVC's cache; `dvc pull`"):
            load_test_images(rev)


def test_a_revision_that_is_no_run(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for rev in ("nobody", "--", "HEAD:data", ""):
        with pytest.raises(
            ValueError, match=f"^{rev or repr(rev)}: no such commit, branch, tag or experiment; `dvc exp list"
        ):
            load_run(rev)
    with pytest.raises(ValueError, match=r"^empty: dvc\.lock is not there: `dvc repro`"):
        load_run("empty")
    monkeypatch.chdir(here.parent)
    with pytest.raises(ValueError, match=r"^workspace: "):
        load_run("workspace")


@pytest.mark.parametrize(("name", "content"), [("dvc.lock", ""), (PREDICTIONS, "index,actual\n0,1\n")])
def test_a_damaged_run(here: Path, name: str, content: str) -> None:
    (here / name).write_text(content)
    with pytest.raises(ValueError, match=rf"workspace: dvc\.lock or {PREDICTIONS} is damaged"):
        load_run("workspace")
    (here / name).unlink()
    with pytest.raises(ValueError, match=f"workspace: {name} is not there"):
        load_run("workspace")


def test_the_paths_are_the_pipelines() -> None:
    stage = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"][STAGE]
    assert IMAGES in stage["deps"]
    assert PREDICTIONS in {path for out in stage["outs"] for path in out}
