"""The study on real Dask workers, in processes of their own."""

import signal
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import psutil
import pytest

from digits.pipeline.parameters import load_file
from studies.learning_curve.run import PATH, StudyParams, list_trials
from studies.trials.trial import measure, read_parameters
from tests.clones import run, started, wait_for
from tests.imports import ROOT

FOLDER = "studies/learning_curve"
COMMAND = (
    *("python", "-m", "studies.learning_curve.run", "data/raw"),
    *(f"{FOLDER}/{name}" for name in ("results.csv", "computed.csv")),
)
CHECKPOINTS = ".dvc/tmp/trials"
Project = Callable[..., Path]


def results(folder: Path) -> list[list[float]]:
    return pd.read_csv(folder / FOLDER / "results.csv").drop(columns="seconds").to_numpy().tolist()


def without_dask(folder: Path) -> list[list[float]]:
    """What the results must be."""
    rows = []
    for parameters, about in list_trials(
        load_file(StudyParams, folder / PATH), read_parameters(folder / "params.yaml")
    ):
        result = measure(parameters, folder / "data/raw")
        rows.append([*about.values(), result["accuracy"], result["loss"], result["errors"]])
    return rows


@pytest.mark.slow
def test_a_study_outlives_ctrl_c_and_the_death_of_a_worker(project: Project) -> None:
    folder = project(samples=[50, 60], seeds=[0, 1], workers=1)
    with started(folder, *COMMAND) as process:
        wait_for(lambda: (folder / FOLDER / "results.csv").exists() and results(folder))
        everyone = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        process.send_signal(signal.SIGINT)
        assert (process.communicate(timeout=60)[0], process.returncode) == ("", 130)
        assert psutil.wait_procs(everyone, timeout=10)[1] == []
    missing = 4 - len(results(folder))
    assert 0 < missing < 4
    with started(folder, *COMMAND) as process:
        wait_for(lambda: list(folder.glob(f"{CHECKPOINTS}/*/state/*/state.safetensors")))
        children = psutil.Process(process.pid).children()
        next(child for child in children if "spawn_main" in " ".join(child.cmdline())).kill()
        said = process.communicate(timeout=120)[0]
    assert said == f"4 trials, {missing} of them computed now → {FOLDER}/results.csv\n"
    assert results(folder) == without_dask(folder)
    assert list(folder.glob(f"{CHECKPOINTS}/*")) == []


STRANGER = """\
import urllib.error
import urllib.request

from distributed import Client, Security

from studies.trials.cluster import connect

if __name__ == "__main__":
    with connect("", 1) as client:
        info = client.scheduler_info()
        [worker] = info["workers"].values()
        for server in (info, worker):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{server['services']['dashboard']}/json/identity.json")
            except urllib.error.HTTPError as error:
                print(error.code)
        for address in (info["address"], *info["workers"], worker["nanny"]):
            try:
                Client(address, security=Security.temporary(), timeout=3)
            except OSError:
                print(address[:15])
"""


def test_the_workers_of_this_machine_answer_no_stranger(tmp_path: Path) -> None:
    (tmp_path / "stranger.py").write_text(STRANGER)
    ended = run(tmp_path, "python", "stranger.py", PYTHONPATH=str(ROOT))
    assert ended.stdout.split() == ["404"] * 2 + ["tls://127.0.0.1"] * 3, ended.stderr
