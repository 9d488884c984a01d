"""Check all of params.yaml first: DVC clears the outputs of a stage before that stage could refuse a value."""

import pkgutil
import sys
from importlib import import_module
from pathlib import Path

from digits import params
from digits.params.train import TrainParams
from digits.pipeline.errors import one_line_errors, say
from digits.pipeline.files import write_whole
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import PATH, load_params, load_yaml
from digits.pipeline.section import Section


def main(out: Path) -> None:
    check_sections()
    train = load_params("train", TrainParams)
    if train.processes > 1 or train.device not in ("auto", "cpu"):
        from digits.network.device import prepare_device  # torch takes seconds to import: only where it may refuse

        prepare_device(train.device, threads=train.threads, processes=train.processes)
    write_whole(out, f"{PATH} is valid\n")  # always the same, so that the other stages don't run again for this
    say(f"{PATH} is valid")


def check_sections() -> None:
    """Compare params.yaml with the modules of digits/params. ValueError: one line with all that is wrong."""
    sections = find_sections()
    problems = [f"{name}: unknown section" for name in load_yaml(PATH) if name not in sections]
    for name, model in sections.items():
        try:
            load_params(name, model)
        except ValueError as error:
            problems.append(str(error).removeprefix(f"{PATH}: "))
    if problems:
        raise ValueError(f"{PATH}: {'; '.join(problems)}")


def find_sections() -> dict[str, type[Section]]:
    """The sections by name: `subset` is class SubsetParams in digits/params/subset.py."""
    names = [module.name for module in pkgutil.iter_modules(params.__path__)]
    modules = {name: import_module(f"{params.__name__}.{name}") for name in names}
    classes = {name: getattr(module, f"{name.title()}Params", None) for name, module in modules.items()}
    return {name: model for name, model in classes.items() if model}


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(*map(Path, sys.argv[1:]))
