"""Two hosts on one machine: network namespaces with a cable between them (Linux, as root, with iproute2)."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import psutil

CARD = "eth0"  # every host's network card


class Host(NamedTuple):
    """A namespace with an address that only the other host reaches."""

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


@contextmanager
def two_hosts() -> Iterator[tuple[Host, Host]]:
    """In the end whatever runs on them is killed. CalledProcessError, FileNotFoundError: none on this machine."""
    first, second = hosts = [Host(f"digits-{os.getpid()}-{number}", f"10.77.0.{number}") for number in (1, 2)]
    try:
        for host in hosts:
            ip("netns", "add", host.name)
        ip("-netns", first.name, "link", "add", CARD, "type", "veth", "peer", "name", CARD, "netns", second.name)
        for host in hosts:
            ip("-netns", host.name, "address", "add", f"{host.address}/24", "dev", CARD)
            for card in (CARD, "lo"):
                ip("-netns", host.name, "link", "set", card, "up")
        yield first, second
    finally:
        for host in hosts:
            with suppress(subprocess.CalledProcessError, FileNotFoundError):
                host.kill_all()
                ip("netns", "delete", host.name)
