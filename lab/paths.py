"""The folders that the lab uses."""
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAB = ROOT / ".lab"
LOG = LAB / "log"
DATA = LAB / "data"
ADDON = "amazon_punchout"
# Addons that connect ours with another one; Odoo installs each by itself where both are.
GLUE = ("amazon_punchout_purchase_request",)
