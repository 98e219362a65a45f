"""docs/extending.md shows whole files of an example addon, whose own tests pass beside the addon."""
import re
import subprocess

from odoo.tests.common import get_db_name

from lab import database, environment, odoo, paths

EXAMPLE = "amazon_punchout_example"
ADDONS = paths.ROOT / "e2e" / "addons"


def test_the_guide_shows_the_files_of_the_example():
    guide = (paths.ROOT / "docs" / "extending.md").read_text()
    shown = dict(re.findall(r"`models/(\w+\.py)`:\n\n```python\n(.*?)```", guide, re.DOTALL))
    files = {file.name: file.read_text() for file in (ADDONS / EXAMPLE / "models").glob("[!_]*.py")}
    assert len(files) == 5
    assert shown == files


def test_each_extension_of_the_guide_works():
    source = environment.prepare()
    name = f"{get_db_name()}_example"
    database.create(name, database.template(source, with_demo=False))
    try:
        command = odoo.command(
            "-d", name, "-i", EXAMPLE, "--stop-after-init", "--max-cron-threads=0", "--http-port=0",
            f"--addons-path={','.join(map(str, (*source.addons, odoo.ADDONS, ADDONS)))}",
            "--test-enable", f"--test-tags=/{EXAMPLE}")
        run = subprocess.run(
            command, env=odoo.environ(source), cwd=paths.ROOT, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr[-5000:]
        assert re.search(r"0 failed, 0 error\(s\) of 5 tests", run.stderr), run.stderr[-5000:]
    finally:
        database.drop(name)
