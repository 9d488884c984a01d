"""What a run left behind, at any revision that DVC knows: commit, branch, tag, experiment or `workspace`."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml
from dvc.api import DVCFileSystem
from dvc.exceptions import DvcException
from dvc.repo import Repo
from dvc.scm import RevError
from dvc_data.index import DataIndexDirError

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


@contextmanager
def open_revision(rev: str) -> Iterator[DVCFileSystem]:
    """Open the project's files at a revision, from git, DVC's cache and its remote. ValueError: no such revision."""
    rev = rev or "''"  # git takes an empty name for HEAD
    try:
        with Repo() as repo, repo.switch(rev):
            yield repo.dvcfs
    except (RevError, AttributeError):  # AttributeError: DVC's, where git has a folder or a file of that name
        raise ValueError(f"{rev}: no such commit, branch, tag or experiment; `dvc exp list -A` lists these") from None


def read_file(rev: str, path: str, advice: str) -> str:
    """Read a text file of a revision through DVC. ValueError: there is no such revision, or not that file."""
    try:
        with open_revision(rev) as files:
            return str(files.read_text(f"/{path}", encoding="utf-8"))  # from any folder of the project
    except FileNotFoundError:
        raise ValueError(f"{rev}: {path} is not there: {advice}") from None
    except DvcException as error:
        raise ValueError(f"{rev}: {error}") from None


def load_run(rev: str) -> Run:
    """Read a run through DVC. ValueError: no such revision, or one that recorded no predictions.

    dvc.lock says which test images they were made from; the images themselves are not needed.
    """
    lock, text = (read_file(rev, path, "`dvc repro` or `dvc exp run` makes it") for path in ("dvc.lock", PREDICTIONS))
    try:
        md5s = {dep["path"]: dep["md5"] for dep in yaml.safe_load(lock)["stages"][STAGE]["deps"]}
        predictions = pd.read_csv(io.StringIO(text), usecols=list(COLUMNS), dtype=COLUMNS, keep_default_na=False)
        return Run(rev=rev, predictions=predictions, images_md5=md5s[IMAGES])
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        reason = f"dvc.lock or {PREDICTIONS} is damaged, or of another version ({error})"
        raise ValueError(f"{rev}: {reason}; `dvc repro -f {STAGE}` writes them anew") from None


def load_test_images(rev: str) -> Images:
    """Read the images uint8 [N, 28, 28] a run was tested on. ValueError: not in DVC's cache or remote, or damaged."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / Path(IMAGES).name
        try:
            with open_revision(rev) as files:
                files.get_file(f"/{IMAGES}", copy)
        except (FileNotFoundError, DataIndexDirError, DvcException):
            raise ValueError(f"{rev}: {IMAGES} is not in DVC's cache; `dvc pull` may bring it there") from None
        return load_images(copy).copy()
