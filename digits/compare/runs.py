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

from digits.data.arrays import Images, load_images

WORKSPACE = "workspace"  # DVC's name for the files as they lie there
STAGE, PREDICTIONS, TEST = "evaluate", "plots/predictions.csv", "data/subset/test_images.npy"  # as in dvc.yaml
COLUMNS = {"index": int, "actual": str, "predicted": str, "confidence": float}


@dataclass(frozen=True, kw_only=True)
class Run:
    """A revision's answers: `COLUMNS`, a row a test image. `tested_on` is the MD5 of the file with those images."""

    rev: str
    answers: pd.DataFrame
    tested_on: str

    @property
    def correct(self) -> int:
        """On how many images it is right."""
        return int((self.answers["actual"] == self.answers["predicted"]).sum())


def files_of(rev: str) -> DVCFileSystem:
    """The project's files at a revision, from git and from DVC's cache."""
    return DVCFileSystem(rev=None if rev == WORKSPACE else rev)


def load_run(rev: str) -> Run:
    """Read a run through DVC. ValueError: no such revision, or one that recorded no predictions."""
    files = files_of(rev)
    try:
        lock = files.read_text("dvc.lock", encoding="utf-8")
        predictions = files.read_text(PREDICTIONS, encoding="utf-8")
    except RevError:  # when the first file is read, not when `files` is made
        raise ValueError(f"{rev}: no such commit, branch, tag or experiment; `dvc exp list -A` lists these") from None
    except FileNotFoundError as error:
        raise ValueError(
            f"{rev}: {Path(error.filename or PREDICTIONS).name} is not there, so this is no finished run; "
            "`dvc repro` or `dvc exp run` makes one"
        ) from None
    except DvcException as error:
        raise ValueError(f"{rev}: {error}") from None
    return Run(rev=rev, answers=parse_answers(rev, predictions), tested_on=find_test_images(rev, lock))


def parse_answers(rev: str, predictions: str) -> pd.DataFrame:
    try:
        return pd.read_csv(io.StringIO(predictions), usecols=list(COLUMNS), dtype=COLUMNS, keep_default_na=False)
    except ValueError as error:
        raise ValueError(f"{rev}: {PREDICTIONS} is damaged ({error}); `dvc repro -f {STAGE}` writes it anew") from None


def find_test_images(rev: str, lock: str) -> str:
    """The MD5 of the test images that the predictions were made from: needs dvc.lock alone, not the images."""
    try:
        deps = yaml.safe_load(lock)["stages"][STAGE]["deps"]
        return next(str(dep["md5"]) for dep in deps if dep["path"] == TEST)
    except (yaml.YAMLError, KeyError, TypeError, StopIteration):
        raise ValueError(f"{rev}: dvc.lock does not say what stage {STAGE} read from {TEST}; run `dvc repro`") from None


def load_test_images(rev: str) -> Images:
    """The images uint8 [N, 28, 28] a run was tested on. ValueError: neither in DVC's cache nor in its remote."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / Path(TEST).name
        try:
            copy.write_bytes(files_of(rev).read_bytes(TEST))
        except (FileNotFoundError, DataIndexDirError, DvcException):
            raise ValueError(f"{rev}: {TEST} is not in DVC's cache; `dvc pull` may bring it there") from None
        return load_images(copy).copy()
