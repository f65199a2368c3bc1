"""Makes the modules of tests/helpers importable by their own names, in every import mode."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "helpers"))
