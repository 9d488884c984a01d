"""The ```console blocks of a page: run, and held against the output that the page shows.

`…` stands for any text, alone on a line for any lines. Numbers, hashes, times and which run is better aren't compared,
but for counts of files.
"""

import re
from pathlib import Path
from typing import NamedTuple

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


class Command(NamedTuple):
    text: str
    where: str
    shown: list[str]


def commands(page: Path, section: str = "") -> list[Command]:
    found: list[Command] = []
    inside, level, wanted = False, 0, not section
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if heading := None if inside else re.match(r"(#+) (.*)", line):
            if heading[2] == section:
                level, wanted = len(heading[1]), True
            elif section and len(heading[1]) <= level:
                wanted = False
        elif line.startswith("```"):
            inside = line == "```console"
        elif inside and wanted and line.startswith("$ "):
            found.append(Command(line[2:], f"{page.name}:{number}", []))
        elif inside and wanted:
            found[-1].shown.append(line)
    return found


def stable(line: str) -> str:
    if COUNTED.search(line):
        return line.strip()
    for pattern, replacement in UNSTABLE:
        line = re.sub(pattern, replacement, line)
    return line.strip()


def fits(shown: list[str], output: str) -> bool:
    """Whether the output is the shown one, as far as it is stable. Empty lines don't count."""
    pattern = ""
    for line in filter(None, map(stable, shown)):
        pattern += r"(.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"\n"
    lines = filter(None, map(stable, output.splitlines()))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in lines)) is not None


def follow(page: Path, folder: Path, *, section: str = "", **variables: str) -> None:
    """Run a page's commands in `folder`, with `variables` in the environment, and compare what they print."""
    todo = commands(page, section)
    assert todo, f"no commands in {page} {section}"
    for command in todo:
        if command.text.startswith("cd "):
            folder = (folder / command.text.removeprefix("cd ")).resolve(strict=True)
            continue
        shell = ("sh", "-c", f"exec 2>&1; {command.text}")
        ended = run(folder, *shell, **{"COLUMNS": "120"} | variables)
        story = f"{command.where}: $ {command.text}\n{ended.stdout}"
        assert ended.returncode == 0, story
        assert not command.shown or fits(command.shown, ended.stdout), f"{story}\nis not what the page shows"
