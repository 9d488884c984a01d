"""Look the pinned packages up in a database of known vulnerabilities: `python -m tools.audit`.

Exit code 0: none is known. 1: some are, a line each. 3: nothing can be said, because the database (that of the Python
package index) or pip-audit itself is out of reach, as on a closed network, or does not know every package.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

REQUIREMENTS = Path("requirements.txt")
VULNERABLE, UNKNOWN = 1, 3
COMMAND = ("uv", "tool", "run", "--from", "pip-audit==2.10.1", "pip-audit")  # in an environment of its own
OPTIONS = ("--disable-pip", "--require-hashes", "--format=json", "--progress-spinner=off", "--requirement")


def main() -> int:
    pinned = REQUIREMENTS.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "first.txt"
        first.write_text(pinned[: pinned.index("\n    # via")] + "\n", encoding="utf-8")
        try:
            look_up(first)  # one package, so that a closed network is told at once
            found = look_up(REQUIREMENTS)
        except (OSError, ValueError) as error:
            print(f"not audited: {' '.join(str(error).split())}", file=sys.stderr)
            return UNKNOWN
    vulnerable = [package for package in found if package["vulns"]]
    for package in vulnerable:
        for known in package["vulns"]:
            fixed = ", ".join(known["fix_versions"]) or "no version"
            print(f"{package['name']} {package['version']}: {known['id']}, fixed in {fixed}")
    print(f"{len(vulnerable)} of {len(found)} packages have known vulnerabilities", file=sys.stderr)
    return VULNERABLE if vulnerable else 0


def look_up(requirements: Path) -> list[dict[str, Any]]:
    """pip-audit's answer on each package. ValueError: there is none, or not on each."""
    ended = subprocess.run([*COMMAND, *OPTIONS, str(requirements)], capture_output=True, text=True, check=False)
    if not ended.stdout.strip():
        raise ValueError(ended.stderr.strip().splitlines()[-1] if ended.stderr.strip() else "pip-audit says nothing")
    found: list[dict[str, Any]] = json.loads(ended.stdout)["dependencies"]
    skipped = [package["name"] for package in found if "skip_reason" in package]
    if skipped:  # which pip-audit by itself takes for safe
        raise ValueError(f"the database is out of reach, or does not know {', '.join(skipped)}")
    return found


if __name__ == "__main__":
    sys.exit(main())
