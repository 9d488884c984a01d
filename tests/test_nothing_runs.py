"""Nothing in the project unpickles, evaluates or gives a shell what it reads."""

import ast
from collections.abc import Iterator

import pytest

from tests.imports import ROOT

FOLDERS = ("stages", "digits", "studies", "tools", "benchmarks")
MODULES = {"pickle", "_pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "code", "pty", "xmlrpc"}
NAMES = {"eval", "exec", "compile", "__import__", "breakpoint"}
# The last part of a call's name, whatever the module is called; yaml.load takes a safe loader, see below.
CALLS = {"unsafe_load", "full_load", "read_pickle", "literal_eval"}
CALLS |= {"system", "popen", "getoutput", "getstatusoutput", "execv", "spawnv"}
ALLOWED = {"yaml.load", "json.loads", "safetensors.torch.load", "read_pickle"}  # the last is digits/data/sources/'s own
FLAGS = {"shell": True, "allow_pickle": True, "weights_only": False}
LOADERS = {"ParamsLoader", "SafeLoader"}


def dotted(node: ast.expr) -> str:
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else getattr(node, "id", "?")


def dangers(code: str) -> Iterator[str]:
    """What in the code could run what it reads."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names}
            modules = {node.module or ""} if isinstance(node, ast.ImportFrom) else names
            yield from {module for module in modules if module.split(".")[0] in MODULES}
            yield from names & CALLS if isinstance(node, ast.ImportFrom) else ()
        elif isinstance(node, ast.Call):
            name = dotted(node.func)
            if name in NAMES or (name.rpartition(".")[2] in CALLS | {"load", "loads"} and name not in ALLOWED):
                yield name
            if name == "yaml.load" and not {dotted(argument) for argument in node.args} & LOADERS:
                yield "yaml.load without a safe loader"
            for flag in node.keywords:
                if flag.arg in FLAGS and getattr(flag.value, "value", None) is FLAGS[flag.arg]:
                    yield f"{flag.arg}={FLAGS[flag.arg]}"


def test_no_file_can_run_what_it_reads() -> None:
    files = [path for folder in FOLDERS for path in ROOT.glob(f"{folder}/**/*.py")]
    found = {path: list(dangers(path.read_text(encoding="utf-8"))) for path in files}
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "code",
    [
        "from pickle import loads",
        "import joblib.memory",
        "torch.load(path, weights_only=True)",
        "data.pickle.loads(content)",
        "pd.read_pickle(path)",
        "eval(text)",
        "os.system(line)",
        "from os import system",
        "subprocess.run(line, shell=True)",
        "numpy.lib.format.read_array(file, allow_pickle=True)",
        "yaml.load(text, yaml.Loader)",
        "yaml.load(text, Loader=yaml.SafeLoader)",  # known by its place alone
    ],
)
def test_each_danger_would_be_found(code: str) -> None:
    assert list(dangers(code))
