"""Nothing in the project unpickles, evaluates or gives a shell what it reads; ruff's S rules look for the rest."""

import re

import pytest

from tests.imports import ROOT

FOLDERS = ("stages", "digits", "studies", "tools", "benchmarks")
DANGERS = re.compile(
    r"^\s*(import|from)\s+(pickle|_pickle|dill|cloudpickle|joblib|marshal|shelve|code|pty|xmlrpc)\b"
    r"|^\s*from os import .*\b(system|popen)\b"
    r"|(?<![\w.])(eval|exec|compile|__import__|breakpoint)\("
    r"|(?<![\w.])(pd|pandas|torch|np|numpy|pickle)\.(loads?|read_pickle)\("
    r"|\.(unsafe_load|full_load|literal_eval|system|popen|getoutput|getstatusoutput|execv|spawnv)\("
    r"|\byaml\.load\((?!.*, ParamsLoader\))"
    r"|\b(shell=True|allow_pickle=True|weights_only=False)",
    re.MULTILINE,
)


def test_no_file_can_run_what_it_reads() -> None:
    files = [path for folder in FOLDERS for path in ROOT.glob(f"{folder}/**/*.py")]
    found = {path: DANGERS.findall(path.read_text(encoding="utf-8")) for path in files}
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "code",
    [
        "from pickle import loads",
        "import joblib.memory",
        "torch.load(path, weights_only=True)",
        "pd.read_pickle(path)",
        "eval(text)",
        "os.system(line)",
        "from os import system",
        "subprocess.run(line, shell=True)",
        "numpy.lib.format.read_array(file, allow_pickle=True)",
        "yaml.load(text, yaml.Loader)",
    ],
)
def test_each_danger_would_be_found(code: str) -> None:
    assert DANGERS.search(code)
