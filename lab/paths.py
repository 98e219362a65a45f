"""The folders that the lab uses."""
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAB = ROOT / ".lab"
LOG = LAB / "log"
DATA = LAB / "data"
ADDON = "amazon_punchout"
