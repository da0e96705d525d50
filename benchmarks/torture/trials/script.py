"""A script that knows nothing of its study, and leaves a process behind."""

import argparse
import os
import random
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--gain", type=float)
parser.add_argument("--seconds", type=float)
parser.add_argument("--seed", type=int)
given = parser.parse_args()

for own_session in (False, True):
    subprocess.Popen(["sleep", "300"], start_new_session=own_session)
rng = random.Random(given.seed)
for epoch in range(1, 7):
    time.sleep(given.seconds / 6)
    print(f"epoch {epoch}  Acc: {given.gain + rng.gauss(0, 0.004):.6f}", flush=True)
beside = os.environ["TRIALIST_TORTURE"] + ".finished"  # no file of a run
witness = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(witness, f"{os.environ['TRIALIST_RUN_DIR']}\n".encode())
os.close(witness)
sys.exit(0)
