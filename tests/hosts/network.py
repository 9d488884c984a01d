"""Several hosts on one machine: network namespaces, cabled to one switch (Linux, as root, with iproute2)."""

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import NamedTuple

import psutil

CARD = "eth0"  # every host's network card
NUMBERS = itertools.count()


class Host(NamedTuple):
    """A namespace with an address that only the other hosts reach."""

    name: str
    address: str

    def command(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.name, *command]

    def cut_off(self) -> None:
        """Pull the cable: no answer, no refusal, no end of a connection."""
        ip("-netns", self.name, "link", "set", CARD, "down")

    def kill_all(self) -> None:
        for process in map(int, ip("netns", "pids", self.name).split()):
            with suppress(psutil.NoSuchProcess):
                psutil.Process(process).kill()


def ip(*arguments: str) -> str:
    return subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True).stdout


def refusal() -> str | None:
    """Why there can't be hosts on this machine, or None where there can."""
    if shutil.which("ip") is None:
        return "no `ip` (Debian: iproute2)"
    try:
        with hosts(1):
            return None
    except subprocess.CalledProcessError as error:
        return f"`{' '.join(error.cmd)}`: {error.stderr.strip()}"


@contextmanager
def hosts(count: int) -> Iterator[list[Host]]:
    """Hosts 10.77.0.1, 10.77.0.2, … on a switch of their own; in the end whatever runs on them is killed."""
    prefix = f"digits-{os.getpid()}-{next(NUMBERS)}"
    with ExitStack() as stack:
        switch = stack.enter_context(namespace(f"{prefix}-switch", "")).name
        ip("-netns", switch, "link", "add", "switch", "type", "bridge")
        ip("-netns", switch, "link", "set", "switch", "up")
        made = []
        for number in range(1, count + 1):
            host = stack.enter_context(namespace(f"{prefix}-host{number}", f"10.77.0.{number}"))
            port = f"port{number}"
            ip("-netns", host.name, "link", "add", CARD, "type", "veth", "peer", "name", port, "netns", switch)
            ip("-netns", switch, "link", "set", port, "master", "switch", "up")
            ip("-netns", host.name, "address", "add", f"{host.address}/24", "dev", CARD)
            ip("-netns", host.name, "link", "set", CARD, "up")
            ip("-netns", host.name, "link", "set", "lo", "up")
            made.append(host)
        yield made


@contextmanager
def namespace(name: str, address: str) -> Iterator[Host]:
    ip("netns", "add", name)
    try:
        yield (host := Host(name, address))
    finally:
        host.kill_all()
        ip("netns", "delete", name)
