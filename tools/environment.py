"""Make .venv, or bring it up to date, from the pinned requirements.txt: `python3 tools/environment.py`.

Any Python 3.11 or newer with venv runs this. Where .venv is as it should be it ends at once.
"""

import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ".venv/bin/python"


def main(root: Path = ROOT) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - an older one reads this far
        sys.exit("Python 3.11 or newer is needed: make PYTHON=...")
    stamp = root / ".venv/stamp"  # what .venv was made from; written last, so there is none after an interruption
    found = stamp.read_text(encoding="utf-8") if stamp.is_file() else ""
    maker = f"{root}\nPython {sys.version.split()[0]}\n"
    has_git = (root / ".git").exists()
    pinned, page = ((root / name).read_text(encoding="utf-8") for name in ("requirements.txt", "tools/page.html"))
    wanted = f"{maker}git: {has_git}\n{pinned}{page}"
    if found == wanted:
        return
    if not found.startswith(maker):
        if (root / ".venv").is_symlink():
            sys.exit(".venv is a link, and what it leads to would be emptied: remove the link, then run this again")
        print("setting up .venv: 6 GB of packages the first time", file=sys.stderr, flush=True)
        run(root, sys.executable, "-m", "venv", "--clear", ".venv")
        (root / ".venv/uv.txt").write_text(requirement("uv", pinned), encoding="utf-8")
        run(root, PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", ".venv/uv.txt")
    stamp.unlink(missing_ok=True)
    install = ("pip", "install", "--compile-bytecode", "--require-hashes", "-r", "requirements.txt")
    run(root, PYTHON, "-m", "uv", *install, "--python", PYTHON)
    run(root, PYTHON, "-m", "tools.offline_plots")
    run(root, PYTHON, "-m", "dvc", "config", "--local", "core.no_scm", str(not has_git).lower())  # as in a ZIP
    stamp.write_text(wanted, encoding="utf-8")


def requirement(name: str, pinned: str) -> str:
    """One package's lines of a requirements.txt, with its hashes."""
    start = pinned.index(f"\n{name}==") + 1
    return pinned[start : pinned.index("\n    # via", start)] + "\n"


def run(root: Path, *command: str) -> None:
    """Run a command in `root` and show its output. SystemExit with its code: it failed."""
    code = subprocess.run(command, cwd=root, check=False).returncode
    if code:
        sys.exit(code)


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(__doc__)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback
    main()
