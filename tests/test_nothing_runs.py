"""Nothing in the project unpickles what it reads; ruff's S rules look for what evaluates it or gives it to a shell."""

import re

from tests.imports import ROOT

FOLDERS = ("stages", "digits", "studies", "tools", "benchmarks")
DANGERS = re.compile(
    r"^\s*(import|from)\s+(pickle|_pickle|dill|cloudpickle|joblib|marshal|shelve)\b"
    r"|(?<![\w.])(torch|np|numpy)\.load\("
    r"|\b(allow_pickle=True|weights_only=False)",
    re.MULTILINE,
)


def test_no_file_can_run_what_it_reads() -> None:
    files = [path for folder in FOLDERS for path in ROOT.glob(f"{folder}/**/*.py")]
    found = {path: DANGERS.findall(path.read_text(encoding="utf-8")) for path in files}
    assert {path: what for path, what in found.items() if what} == {}
