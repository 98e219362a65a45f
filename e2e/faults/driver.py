"""The side of `bin/test faults` that survives: it starts processes of Odoo, and looks at the database by SQL only."""
import os
import shutil
import subprocess
import threading
import time
from itertools import cycle

import requests

from lab import database, environment, odoo, paths, process, progress, python

from . import points
from .child import Child, Failed
from .cluster import Cluster
from .connection import execute_in
from .stock import NUMBERS, Stock
from .supplier import Supplier

# As many as are stopped in one round.
SENDERS = len(points.SENDER) + 1
# Seconds until something that others must do has happened, on a busy machine.
PATIENCE = 180
FOLDER = paths.LAB / 'faults'


class Driver(Stock):
    """A database with the addon on a server of its own, a supplier, and processes of Odoo."""
    # So many that none of those in the hands of a process is given again.
    pool_size = 2 * SENDERS

    def __init__(self):
        """Make all of it."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        source = environment.prepare()
        _remove_left_over()
        self.name = f'test_{os.getpid()}_faults'
        self.source = source
        elsewhere = {name: value for name, value in os.environ.items() if name.startswith('PG')}
        self.cluster = Cluster()
        self._parent, self._children, self._lock = None, [], threading.Lock()
        try:
            with progress.step(f"Making the database {self.name}"):
                database.create(self.name, database.template(source, with_demo=False))
                odoo.install(source, self.name, [paths.ADDON], f'install-{self.name}')
                self.cluster.start()
                self.cluster.lead_here()
                self.cluster.copy_here(self.name, elsewhere)
        finally:
            self.cluster_environ = {name: value for name, value in os.environ.items() if name.startswith('PG')}
            _lead(elsewhere)
            if database.exists(self.name):  # its files stay, for the copy
                execute_in('postgres', f'DROP DATABASE "{self.name}" WITH (FORCE)')
            self._elsewhere = elsewhere
            _lead(self.cluster_environ)
        self.supplier = Supplier(FOLDER / f'{self.name}.ledger')
        self._start_odoo()
        made = self.do('setup', url=self.supplier.url, senders=SENDERS, groups=self.pool_size)
        self.senders, self.processors, self.groups = made['send'], made['process'], cycle(made['groups'])
        self.processor = self.processors[0]
        self._end_odoo()
        self._start_odoo()  # with what was made
        self.rows("CREATE TABLE faults_canary (id integer)")
        self._counts = {}
        self.restock(([], [], [], None))

    def _start_odoo(self):
        environ = odoo.environ(self.source)
        environ['PYTHONPATH'] += os.pathsep + str(paths.ROOT)
        self.log = paths.LOG / 'faults-odoo.log'
        options = [
            '-d', self.name, f'--db-filter=^{self.name}$', '--no-database-list', '--max-cron-threads=0',
            '--log-level=warn', f'--logfile={self.log}']
        self._parent = subprocess.Popen(
            process.tied([str(python.VENV_PYTHON), '-m', 'e2e.faults.odoo_side', str(self.supplier.port), *options]),
            cwd=paths.ROOT, env=environ, stdout=subprocess.PIPE, text=True, start_new_session=True)
        line = self._parent.stdout.readline()
        if not line:
            raise progress.Problem(f"Odoo did not start:\n{progress.tail(self.log)}")
        self._port, self.web_port = map(int, line.split())

    def _end_odoo(self):
        if self._parent:
            self._parent.terminate()
            self._parent.wait()
            self._parent.stdout.close()
            self._parent = None

    def end(self):
        """End what was started here, and drop the database."""
        self._end_odoo()
        self.supplier.end()
        _remove(database.filestore(self.name))
        self.cluster.remove()
        _lead(self._elsewhere)

    # === PROCESSES === #

    def start(self, act, steps=(), occurrence=1, number=None, mode='kill', **options):
        """Start a process of Odoo.

        :param str act: the name of a function in acts.py
        :param steps: where it ends, see Tracer
        :param str mode: 'kill' to die there, 'hold' to wait there
        :param options: `arguments` of the act; `skew`, `zone`, `user`, `file_size`, `constants` of the process
        :rtype: Child
        """
        child = Child(
            self._port, act=act, steps=list(steps), occurrence=occurrence, number=number, mode=mode, **options)
        with self._lock:
            self._children = [*(each for each in self._children if not each.is_ended), child]
        return child

    def clean(self):
        """End what a round that failed has left, and take its orders and messages out of the way."""
        for child in self._children:
            child.end()
        self.cluster.ensure()
        self.supplier.fail_next()
        self.wait_until_alone()
        self.end_rests()
        self.rows("UPDATE amazon_punchout_document SET state = 'cancelled', to_tell = NULL "
                  "WHERE document_type = 'OrderRequest' AND (state IN ('queued', 'sending') OR to_tell)")
        self.rows("UPDATE amazon_punchout_document SET state = 'dismissed', lacks_other_half = NULL "
                  "WHERE account_group_id IS NOT NULL AND state IN ('received', 'waiting')")
        self.rows("UPDATE amazon_punchout_group SET order_url = %s", f'{self.supplier.url}/order')
        self.rows("UPDATE ir_cron SET active = true, failure_count = 0, first_failure_date = NULL WHERE id = ANY(%s)",
                  [*self.senders, *self.processors])

    def start_server(self):
        """Start Odoo by its own command line, with two threads for scheduled actions.

        :rtype: subprocess.Popen
        """
        with open(paths.LOG / 'faults-server.log', 'ab') as log:
            return subprocess.Popen(
                process.tied(odoo.command('-d', self.name, '--no-http', '--max-cron-threads=2', '--log-level=warn')),
                cwd=paths.ROOT, env=odoo.environ(self.source), stdout=log, stderr=log, start_new_session=True)

    def kill_server(self, server):
        """Kill a server that was started here."""
        server.kill()
        server.wait()

    def wake_server(self):
        """Have the server look for scheduled actions that are due, as Odoo does after a click."""
        self.rows("UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' - interval '1 minute' WHERE id = %s",
                  self.senders[0])
        execute_in('postgres', "SELECT pg_notify('cron_trigger', %s)", [self.name])

    def count_queued(self, names):
        """Count the orders that no sender has taken yet.

        :rtype: int
        """
        return self.rows(
            "SELECT count(*) FROM purchase_order JOIN amazon_punchout_document document "
            "ON document.purchase_order_id = purchase_order.id WHERE purchase_order.name = ANY(%s) "
            "AND document.state = 'queued'", list(names))[0][0]

    def forget_time_outs(self):
        """Have the scheduler forget that runs did not end: after three in a row it leaves one out.

        Its time-outs are minutes apart in life; here a round is that short.
        """
        self.rows("UPDATE ir_cron_progress SET timed_out_counter = 0 WHERE timed_out_counter > 0")

    def do(self, act, **arguments):
        """Have a process of Odoo do something undisturbed."""
        return self.start(act, arguments=arguments).finish()

    def send(self, cron=0, **options):
        """Start a sender."""
        return self.start('run_cron', arguments={'cron_id': self.senders[cron]}, **options)

    def send_all(self):
        """Run the sender undisturbed, as the scheduler does the next times, until nothing more is due."""
        self.end_rests()
        self._run_while(self.senders[0], """
            SELECT 1 FROM amazon_punchout_document WHERE state = 'queued' AND document_type = 'OrderRequest'
               AND (next_try_at IS NULL OR next_try_at <= now() AT TIME ZONE 'UTC') LIMIT 1""")

    def process_all(self):
        """Process all messages undisturbed, those too that were woken when the time of a run was over."""
        self._run_while(self.processor, """
            SELECT 1 FROM amazon_punchout_document
             WHERE state = 'received'
                OR state IN ('waiting', 'attention') AND lacks_other_half
               AND next_try_at <= now() AT TIME ZONE 'UTC' LIMIT 1""")

    def _run_while(self, cron_id, query):
        """Run a scheduled action once, and again if a busy machine left it no time: a run ends after ten seconds."""
        for _run in range(10):
            self.run_cron(cron_id)
            if not self.rows(query):
                break

    def run_cron(self, cron_id):
        """Run a scheduled action undisturbed, as soon as the database has noticed who died."""
        self.wait_until_alone()
        self.forget_time_outs()
        until = time.monotonic() + PATIENCE
        while not self.do('run_cron', cron_id=cron_id):
            if time.monotonic() > until:
                raise Failed("The scheduled action stays locked.")
            time.sleep(0.05)

    def wait_until_alone(self):
        """Wait until no process of a run has a connection any more."""
        until = time.monotonic() + PATIENCE
        while self.rows("SELECT 1 FROM pg_stat_activity WHERE datname = %s AND pid != pg_backend_pid()", self.name):
            if time.monotonic() > until:
                raise Failed("A connection of a dead process stays open.")
            time.sleep(0.01)

    # === REQUESTS === #

    def post(self, path, timeout=60, port=None, **options):
        """Post a request to whatever process serves.

        :return: the answer, or None if there is none
        :rtype: requests.Response | None
        """
        try:
            return requests.post(f'http://127.0.0.1:{port or self.web_port}{path}', timeout=timeout,
                                 allow_redirects=False, headers=options.pop('headers', None), **options)
        except requests.RequestException:
            return None

    def post_meanwhile(self, path, **options):
        """Post a request from a thread.

        :return: a function that waits for the answer
        """
        answers = []
        thread = threading.Thread(target=lambda: answers.append(self.post(path, **options)), daemon=True)
        thread.start()

        def answer():
            thread.join()
            return answers[0]
        return answer

    def post_undisturbed(self, path, **options):
        """Post a request to a healthy process.

        :rtype: requests.Response
        """
        answer = self.post_meanwhile(path, **options)
        self.do('serve')
        return answer()

    # === DATABASE === #

    def rows(self, query, *parameters):
        """Query the database on a fresh connection.

        :rtype: list[tuple]
        """
        return execute_in(self.name, query, parameters)

    def set_durability(self, synchronous_commit):
        """Set whether a commit waits for the disk, for all new connections.

        :param str synchronous_commit: 'on' or 'off'
        """
        self.rows(f'ALTER DATABASE "{self.name}" SET synchronous_commit = {synchronous_commit}')

    def crash(self, way):
        """Crash the database, and tell whether that lost a commit.

        :param str way: see Cluster.crash
        :rtype: bool
        """
        self.rows("SET synchronous_commit = off; INSERT INTO faults_canary VALUES (%s)", next(NUMBERS))
        self.cluster.crash(way)
        lost = not self.rows("SELECT 1 FROM faults_canary")
        self.rows("TRUNCATE faults_canary")
        return lost


def _lead(environ):
    for name in [name for name in os.environ if name.startswith('PG')]:
        del os.environ[name]
    os.environ.update(environ)


def _remove_left_over():
    """Remove the files of sittings that were killed."""
    for folder in database.filestore('').glob('test_*_faults'):
        if not os.path.exists(f'/proc/{folder.name.split("_")[1]}'):
            _remove(folder)


def _remove(folder):
    shutil.rmtree(folder, ignore_errors=True)
