"""Start the processes of one training, as the command `torchrun` would, which reads the same environment variables."""

import os
import re
import sys
from typing import NoReturn

SEVERAL = "PET_NNODES"  # set where several machines train together
NUMBER, HOST = r"[0-9]{1,5}", r"[A-Za-z0-9.:-]+"
MACHINES = {SEVERAL: r"[1-9][0-9]{0,4}", "PET_NODE_RANK": NUMBER, "PET_MASTER_ADDR": HOST, "PET_MASTER_PORT": NUMBER}


def is_launcher(processes: int) -> bool:
    """Whether this process is to start those that train, and is not one of them itself."""
    return (processes > 1 or SEVERAL in os.environ) and "RANK" not in os.environ


def launch(module: str, arguments: list[str], *, processes: int, threads: int) -> NoReturn:
    """Run `python -m module` with its arguments in so many processes, and exit as they do.

    threads: of each process. ValueError: an environment variable is wrong, the machines don't meet, or a process was
    killed.
    """
    from torch.distributed import DistError  # half a second to import, for none but trainings of several processes
    from torch.distributed.elastic.multiprocessing import SignalException
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.run import parse_args, run

    options = [f"--nproc-per-node={processes}"]
    if SEVERAL in os.environ:
        check_machines()
    else:
        options.append("--standalone")
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    try:
        run(parse_args([*options, "--module", module, *arguments]))
    except SignalException as error:
        sys.exit(128 + error.sigval)
    except DistError as error:
        raise ValueError(f"the machines of this training did not meet ({error})") from None
    except ChildFailedError as error:
        code = min(failure.exitcode for failure in error.failures.values())
        if code < 0:
            problem = f"a process of this training was ended by signal {-code}"
            raise ValueError(f"{problem}; `dvc repro` goes on from the last whole epoch") from None
        sys.exit(code)  # it has said why
    sys.exit()


def check_machines() -> None:
    """ValueError: a variable of several machines is missing, or no plain number or name."""
    for name, pattern in MACHINES.items():
        value = os.environ.get(name, "")
        if not re.fullmatch(pattern, value):
            kind = "the name or address of the first machine" if pattern == HOST else "a whole number"
            raise ValueError(f"environment variable {name} = {value!r}: must be {kind} (docs/scaling.md)")
