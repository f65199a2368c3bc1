"""Imported before numpy: linear algebra in one thread, so that times do not hang on what else is running.

With more, OpenBLAS splits every dot product above 10,000 elements and waits for the other thread:
5 µs on a machine at rest, a time slice of 8 ms on a busy one.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
