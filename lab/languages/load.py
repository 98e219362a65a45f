"""Translate a database into the pseudo-language, in `odoo shell`, which provides `env`."""
import os
from pathlib import Path

from odoo.addons.amazon_punchout_pseudo import pseudo

folder = Path(os.environ["LAB_STRINGS"])
for addon, text in pseudo.export(env).items():  # noqa: F821 - the shell's
    (folder / f"{addon}.pot").write_text(text)
pseudo.load(env)  # noqa: F821
env.cr.commit()  # noqa: F821
