"""How torch's threads wait for each other. Import this before torch, whose OpenMP library reads it once.

A thread that waits keeps its core busy for a while, which on an idle machine is fastest. Beside another program it
makes a training several times as slow. So threads wait a short while, then sleep. Results are the same.
"""

import os

SPINS = "500"  # turns of GNU OpenMP's waiting loop: 1,000 cost less on an idle machine and more beside another training

if "OMP_WAIT_POLICY" not in os.environ:  # a user's own setting stays as it is
    os.environ.setdefault("GOMP_SPINCOUNT", SPINS)
