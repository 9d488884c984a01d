"""The mirror source with other mirrors, for the tests: `python -m tests.mirror_at URL,URL… DATASET FOLDER`.

The files there are KMNIST's by name and gzipped drawings by content, so their MD5 are taken from the environment.
"""

import json
import os
import sys

from torchvision import datasets

from digits.data.sources import mirror

if __name__ == "__main__":
    mirror.TIMEOUT = 1
    datasets.KMNIST.mirrors = sys.argv[1].split(",")
    datasets.KMNIST.resources = json.loads(os.environ["RESOURCES"])
    mirror.main(*sys.argv[2:])
