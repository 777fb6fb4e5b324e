"""Let one simulated day happen again: python -m tests.torture SEED [STEPS]."""

import sys
from hashlib import sha256

from tests.torture.simulation import Simulation

day = Simulation(int(sys.argv[1]))
day.run(int(sys.argv[2]) if len(sys.argv) > 2 else 2000)
held = day.look().held
digest = sha256(b"".join(sorted(held))).hexdigest()[:16]
print(f"{day.steps} steps, {len(held)} entries held ({digest}): everything holds")
