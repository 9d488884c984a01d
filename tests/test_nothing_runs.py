"""Nothing in the project unpickles, evaluates or gives a shell what it reads."""

import ast
from collections.abc import Iterator

import pytest

from tests.imports import ROOT

FOLDERS = ("stages", "digits", "studies", "tools", "benchmarks")
FILES = [path.relative_to(ROOT).as_posix() for folder in FOLDERS for path in ROOT.glob(f"{folder}/**/*.py")]
MODULES = {"pickle", "_pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "code", "pty", "xmlrpc"}
NAMES = {"eval", "exec", "compile", "__import__", "breakpoint"}
# The last part of a call's name, whatever the module is called; yaml.load takes a safe loader, see below.
CALLS = {"load", "loads", "unsafe_load", "full_load", "read_pickle", "literal_eval"}
CALLS |= {"system", "popen", "getoutput", "getstatusoutput", "execv", "spawnv"}
ALLOWED = {
    "yaml.load",
    "json.loads",
    "safetensors.torch.load",
    "read_pickle",
}  # the last is package.py's own
FLAGS = {"shell": True, "allow_pickle": True, "weights_only": False}
LOADERS = {"ParamsLoader", "SafeLoader"}


def dotted(node: ast.expr) -> str:
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else getattr(node, "id", "?")


def dangers(tree: ast.AST) -> Iterator[str]:
    """What in the code could run what it reads, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names if alias.name.split(".")[0] in MODULES]
        elif isinstance(node, ast.ImportFrom):
            named = {alias.name for alias in node.names} & (CALLS - {"load", "loads"})
            found = [node.module or ""] if (node.module or "").split(".")[0] in MODULES else sorted(named)
        elif isinstance(node, ast.Call):
            found = list(in_call(node))
        else:
            continue
        yield from (f"{what} in line {node.lineno}" for what in found)


def in_call(call: ast.Call) -> Iterator[str]:
    name = dotted(call.func)
    last = name.rpartition(".")[2]
    if name in NAMES or (last in CALLS and name not in ALLOWED):
        yield name
    if name == "yaml.load" and not {dotted(argument) for argument in call.args} & LOADERS:
        yield "yaml.load without a safe loader"
    for keyword in call.keywords:
        if keyword.arg in FLAGS and getattr(keyword.value, "value", None) is FLAGS[keyword.arg]:
            yield f"{keyword.arg}={FLAGS[keyword.arg]}"


@pytest.mark.parametrize("file", FILES)
def test_no_file_can_run_what_it_reads(file: str) -> None:
    assert list(dangers(ast.parse((ROOT / file).read_text()))) == []


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from pickle import loads",
        "import joblib.memory",
        "torch.load(path)",
        "torch.load(path, weights_only=True)",
        "np.load(path)",
        "data.pickle.loads(content)",
        "pd.read_pickle(path)",
        "eval(text)",
        "exec(text)",
        "__import__(name)",
        "os.system(line)",
        "from os import system",
        "os.popen(line)",
        "subprocess.run(line, shell=True)",
        "numpy.lib.format.read_array(file, allow_pickle=True)",
        "yaml.load(text, yaml.Loader)",
        "yaml.load(text, Loader=yaml.SafeLoader)",  # known by its place alone
        "yaml.unsafe_load(text)",
    ],
)
def test_each_danger_would_be_found(code: str) -> None:
    assert list(dangers(ast.parse(code)))
