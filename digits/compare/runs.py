"""What a run left behind, at any revision that DVC knows: commit, branch, tag, experiment or `workspace`."""

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml
from dvc.api import DVCFileSystem
from dvc.exceptions import DvcException
from dvc.scm import RevError
from dvc_data.index import DataIndexDirError
from fsspec import AbstractFileSystem
from fsspec.implementations.dirfs import DirFileSystem

from digits.data.arrays import Images, load_images

WORKSPACE = "workspace"  # DVC's name for the files as they lie there
STAGE, PREDICTIONS, IMAGES = "evaluate", "plots/predictions.csv", "data/subset/test_images.npy"  # as in dvc.yaml
COLUMNS = {"index": int, "actual": str, "predicted": str, "confidence": float}


@dataclass(frozen=True, kw_only=True)
class Run:
    """A revision's predictions: `COLUMNS`, a row a test image. images_md5: of the file with those images."""

    rev: str
    predictions: pd.DataFrame
    images_md5: str

    @property
    def correct(self) -> int:
        """Count the images on which it is right."""
        return int((self.predictions["actual"] == self.predictions["predicted"]).sum())


def open_revision(rev: str) -> AbstractFileSystem:
    """Open the project's files at a revision, from git, DVC's cache and its remote. RevError: there is no such one."""
    workspace = DVCFileSystem()
    if rev == WORKSPACE:
        return workspace
    if not rev:  # which DVC takes for the workspace
        raise RevError("an empty name")
    root = Path(workspace.repo.scm.root_dir).resolve()  # git's; the project may be a folder in it
    project = Path(workspace.repo.root_dir).resolve().relative_to(root)
    return DirFileSystem(project.as_posix(), DVCFileSystem(rev=rev, subrepos=True))


def read_files(rev: str, *paths: str, missing: str) -> list[str]:
    """Read text files of a revision through DVC. ValueError: there is no such revision, or a file is `missing`."""
    try:
        files = open_revision(rev)
        return [files.read_text(path, encoding="utf-8") for path in paths]
    except (RevError, AttributeError):  # AttributeError: DVC's, where git has a folder or a file of that name
        raise ValueError(
            f"{rev or repr(rev)}: no such commit, branch, tag or experiment; `dvc exp list -A` lists these"
        ) from None
    except FileNotFoundError as error:
        name = Path(error.filename or paths[-1]).name
        raise ValueError(f"{rev}: {missing.format(name=name)}") from None
    except DvcException as error:
        raise ValueError(f"{rev}: {error}") from None


def load_run(rev: str) -> Run:
    """Read a run through DVC. ValueError: no such revision, or one that recorded no predictions."""
    missing = "{name} is not there, so this is no finished run; `dvc repro` or `dvc exp run` makes one"
    lock, predictions = read_files(rev, "dvc.lock", PREDICTIONS, missing=missing)
    return Run(rev=rev, predictions=parse_predictions(rev, predictions), images_md5=find_images_md5(rev, lock))


def parse_predictions(rev: str, text: str) -> pd.DataFrame:
    try:
        return pd.read_csv(io.StringIO(text), usecols=list(COLUMNS), dtype=COLUMNS, keep_default_na=False)
    except ValueError as error:
        raise ValueError(f"{rev}: {PREDICTIONS} is damaged ({error}); `dvc repro -f {STAGE}` writes it anew") from None


def find_images_md5(rev: str, lock: str) -> str:
    """Find in dvc.lock which test images the predictions were made from; the images themselves are not needed."""
    try:
        deps = yaml.safe_load(lock)["stages"][STAGE]["deps"]
        return next(str(dep["md5"]) for dep in deps if dep["path"] == IMAGES)
    except (yaml.YAMLError, KeyError, TypeError, StopIteration):
        raise ValueError(
            f"{rev}: dvc.lock does not say what stage {STAGE} read from {IMAGES}; run `dvc repro`"
        ) from None


def load_test_images(rev: str) -> Images:
    """Read the images uint8 [N, 28, 28] a run was tested on. ValueError: not in DVC's cache or remote, or damaged."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / Path(IMAGES).name
        try:
            copy.write_bytes(open_revision(rev).read_bytes(IMAGES))
        except (FileNotFoundError, DataIndexDirError, DvcException):
            raise ValueError(f"{rev}: {IMAGES} is not in DVC's cache; `dvc pull` may bring it there") from None
        return load_images(copy).copy()
