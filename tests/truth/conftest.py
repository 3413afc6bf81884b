"""The planted models' own modules, by the name under which the programs beside them import them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
