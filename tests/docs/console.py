"""The ```console blocks of a page: run, and held against the output that the page shows.

`…` stands for any text, alone on a line for any lines. Numbers, hashes, times and which run is better aren't compared,
but for counts of files.
"""

import re
from pathlib import Path

from tests.clones import run

UNSTABLE = (  # in this order
    (r"[─━═╒╕╞╡╘╛╤╪╧│|]+", " "),  # the frames of tables
    (r"\b\d\d:\d\d [AP]M\b|\b[A-Z][a-z]{2} \d\d, \d{4}\b", "#"),  # when an experiment was made
    (r"(?<!\.)\b(?=[a-z]*\d)[0-9a-f]{7,40}\b", "#"),
    (r"[-+]?\d[\d,]*(\.\d+)?(e-?\d+)?", "#"),
    (r"p [<=] #", "p #"),
    (r"(No evidence that one|[AB] \(\S+\)) is better", "one is better"),
    (r"[ \t]+", " "),
)
COUNTED = re.compile(r"\d+ files? (pushed|fetched|added)")  # the same for any run of the pipeline


def commands(page: Path, section: str) -> list[tuple[str, str]]:
    """Each command of the page, or of one section of it, and what is shown below it."""
    text = page.read_text(encoding="utf-8")
    if section:
        text = text.split(f"# {section}\n")[1].split("\n#")[0]
    blocks = re.findall(r"^```console(\n.*?)^```", text, re.MULTILINE | re.DOTALL)
    found = [command.partition("\n") for block in blocks for command in block.split("\n$ ")[1:]]
    assert found, f"no commands in {page} {section}"
    return [(command, shown) for command, _, shown in found]


def stable(line: str) -> str:
    if COUNTED.search(line):
        return line.strip()
    for pattern, replacement in UNSTABLE:
        line = re.sub(pattern, replacement, line)
    return line.strip()


def fits(shown: str, output: str) -> bool:
    """Whether the output is the shown one, as far as it is stable. Empty lines don't count."""
    pattern = ""
    for line in filter(None, map(stable, shown.splitlines())):
        pattern += r"(.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"\n"
    lines = filter(None, map(stable, output.splitlines()))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in lines)) is not None


def follow(page: Path, folder: Path, *, section: str = "", **variables: str) -> None:
    """Run a page's commands in `folder`, with `variables` in the environment, and compare what they print."""
    for command, shown in commands(page, section):
        if command.startswith("cd "):
            folder = (folder / command.removeprefix("cd ")).resolve(strict=True)
            continue
        ended = run(folder, "sh", "-c", f"exec 2>&1; {command}", **{"COLUMNS": "120"} | variables)
        story = f"{page.name}: $ {command}\n{ended.stdout}"
        assert ended.returncode == 0, story
        assert not shown or fits(shown, ended.stdout), f"{story}\nis not what the page shows"
