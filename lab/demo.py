"""Run Odoo with demo data and the simulator, each as a process with a web origin of its own: `bin/demo`."""
from __future__ import annotations

import argparse
import importlib.util
import os
import signal
import subprocess
import time

from lab import database, environment, locks, odoo, paths, process, progress, python

DATABASE = "demo"
SETUP = paths.ROOT / "lab" / "demo_setup.py"
# One file per database records the Odoo and the state of the addon that it was made with.
STAMPS = paths.LAB / "demo"
ODOO_PORT, SIMULATOR_PORT = 8069, 8090


def run(arguments):
    """Start both and run until Ctrl-C, or with --check drive one order and exit.

    :param list[str] arguments: the options below
    :return: the exit code
    :rtype: int
    """
    parser = argparse.ArgumentParser(
        prog="bin/demo", description="Run Odoo with demo data and the simulator of Amazon.")
    parser.add_argument("--check", action="store_true",
                        help="check a month of charges and drive one whole order on a separate database, then exit "
                             "with 0 or 1")
    parser.add_argument("--fresh", action="store_true", help="start again with new demo data")
    parser.add_argument("--port", type=int, help=f"port of Odoo (default: {ODOO_PORT} if it is free)")
    options = parser.parse_args(arguments)
    source = environment.prepare()
    if options.check:
        return _check(source)
    with locks.lock(DATABASE, "Another bin/demo is running; this one starts when it ends ..."):
        _refresh(source, options.fresh)
        ports = options.port or process.free_port(ODOO_PORT), process.free_port(SIMULATOR_PORT)
        with Running(source, DATABASE, *ports, has_month=True) as running:
            print(running.welcome, flush=True)
            running.watch()
    return 0


def run_simulator(arguments):
    """Run the simulator alone, without Odoo and PostgreSQL: `bin/simulator`.

    :param list[str] arguments: arguments for the simulator
    """
    argv = [str(python.VENV_PYTHON), "-m", "simulator", *arguments]
    os.execve(argv[0], argv, {**os.environ, "PYTHONPATH": str(paths.ROOT), "PYTHONUNBUFFERED": "1"})


def _check(source):
    if not importlib.util.find_spec("lab.check"):
        raise progress.Problem("lab/check.py, which drives the order, is missing.")
    from lab import check

    name = f"test_{os.getpid()}"
    database.drop_left_over()
    try:
        make(source, name)
        with Running(source, name, process.free_port(), process.free_port(), has_month=True) as running:
            return check.main(running.odoo_url, running.simulator_url, name)
    finally:
        database.drop(name)


# === DATABASE === #

def _refresh(source, fresh):
    """Bring the demo database up to date with the addon, and keep what was done in it."""
    STAMPS.mkdir(exist_ok=True)
    addon = locks.digest(source.key, *_addon_files())
    if fresh or not database.exists(DATABASE) or not database.filestore(DATABASE).is_dir():
        make(source, DATABASE)
    elif not locks.is_stamped(STAMPS, addon):
        with progress.step(f"Updating the addon in the database {DATABASE}"):
            odoo.install(source, DATABASE, [paths.ADDON], "demo-update", "-u", paths.ADDON)
    locks.stamp(STAMPS, addon)


def make(source, name, strict=False):
    """Make a database with demo data.

    :param odoo_source.Source source: where Odoo is
    :param str name: its name
    :param bool strict: whether a warning in the log is a failure
    """
    template = database.template(source, with_demo=True)
    with progress.step(f"Making the database {name} with demo data"):
        database.create(name, template)
        odoo.install(source, name, [paths.ADDON], "demo-install", "--with-demo", strict=strict)


def _addon_files():
    """Digest the name and content of every file that an update of the addon depends on."""
    addon = paths.ROOT / paths.ADDON
    for file in sorted(addon.rglob("*")):
        part = file.relative_to(addon).parts[0]
        if file.is_file() and part != "tests" and file.suffix != ".pyc":
            yield file.relative_to(addon)
            yield file.read_bytes()


# === PROCESSES === #

class Running:
    """Odoo and the simulator, both ready, for the duration of a `with` block.

    :param odoo_source.Source source: where Odoo is
    :param str name: name of the database
    :param int odoo_port: port of Odoo
    :param int simulator_port: port of the simulator
    :param bool configured: whether to configure Odoo for the simulator
    :param bool has_month: whether to show a month of charges, see lab/demo_month.py
    """

    def __init__(self, source, name, odoo_port, simulator_port, configured=True, has_month=False):
        # With two names for this machine they are two sites to a browser, as Amazon and a company are.
        self.odoo_url = f"http://127.0.0.1:{odoo_port}"
        self.simulator_url = f"http://localhost:{simulator_port}"
        self._environ = odoo.environ(source)
        self._database = name
        self._ports = odoo_port, simulator_port
        self._configured = configured
        self._has_month = has_month
        self._services = []
        self.welcome = ""

    def __enter__(self):
        try:
            self._start_simulator()
            self._start_odoo()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception):
        for service in reversed(self._services):
            service.end()

    def watch(self):
        """Wait for Ctrl-C or a request to end; raise if one of the two ends by itself."""
        # A shell's background jobs ignore the signal of Ctrl-C, so it is set too.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        try:
            while True:
                for service in self._services:
                    if service.ended():
                        service.complain("has ended by itself")
                time.sleep(0.5)
        except KeyboardInterrupt:
            progress.say("\nStopping Odoo and the simulator.")

    def _start_simulator(self):
        with progress.step("Starting the simulator"):
            simulator = process.Service(
                "Simulator",
                [str(python.VENV_PYTHON), "-m", "simulator", "--host", "localhost", "--port", str(self._ports[1])],
                {**os.environ, "PYTHONPATH": str(paths.ROOT), "PYTHONUNBUFFERED": "1"},
            )
            self._services.append(simulator)
            simulator.wait_until_it_answers(self.simulator_url)

    def _start_odoo(self):
        if self._configured:
            with progress.step("Configuring Odoo for the simulator"):
                self.welcome = self._set_up()
        with progress.step("Starting Odoo"):
            server = process.Service("Odoo", self._odoo_command(), self._environ)
            self._services.append(server)
            server.wait_until_it_answers(f"{self.odoo_url}/web/login")
            if self._configured:
                from lab import check, demo_carts  # which need the environment
                demo_carts.make_known(check.Odoo(self.odoo_url, self._database, "admin"), self.simulator_url)

    def _odoo_command(self):
        """Give the command line of Odoo's server.

        Odoo ends a server of which a thread takes longer than --limit-time-real, as the first requests do on a busy
        machine. A demo that is shown to people must not end by itself.

        :rtype: list[str]
        """
        return odoo.command(
            "-d", self._database, f"--db-filter=^{self._database}$", "--no-database-list",
            "--http-interface=127.0.0.1", f"--http-port={self._ports[0]}", "--max-cron-threads=1",
            "--limit-time-real=0")

    def _set_up(self):
        """Run lab/demo_setup.py inside Odoo, and return the welcome text that it prints."""
        log = paths.LOG / "demo-setup.log"
        with open(SETUP) as script, open(log, "wb") as errors:
            result = subprocess.run(
                odoo.command("shell", "-d", self._database, "--no-http"),
                stdin=script, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=paths.ROOT, check=False,
                env={**self._environ, "LAB_ODOO_URL": self.odoo_url, "LAB_SIMULATOR_URL": self.simulator_url,
                     "LAB_DEMO_MONTH": "1" if self._has_month else ""},
            )
        if result.returncode:
            raise progress.Problem(f"lab/demo_setup.py failed. The end of {log}:\n{progress.tail(log)}")
        return result.stdout
