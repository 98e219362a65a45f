"""Rounds in which the machine fails: a full disk, files that can't be written, a wrong clock, scheduled actions."""
import contextlib
import os
import subprocess
import time

from lab import database, postgres, process

from . import judge
from .child import Failed
from .kills import MESSAGES_PATH, XML, _is_accepted
from .network import PATIENCE

DAY = 86400
# The clock goes back one hour, or forward, within the first seconds.
CLOCK_CHANGES = ('2026-11-01 05:59:59', '2027-03-14 06:59:59')
ZONE = 'America/New_York'
DOCUMENT = 'amazon.punchout.document'
# Steps of a sender that fail without ending the run, and those that end it.
STEPS = ('_settle_if_sender_died', '_update_order', '_move_queue', '_notify_waiting', '_send', '_store_outcome')


# === FILES === #

def read_only_files(driver, _random):
    """Do one of everything in processes that can't write to the filestore."""
    with _write_protected(database.filestore(driver.name)) as options:
        return _one_of_everything(driver, options)


def full_files(driver, _random):
    """Do one of everything in processes in which no file can grow."""
    return _one_of_everything(driver, {'file_size': 1})


@contextlib.contextmanager
def _write_protected(folder):
    """Make a folder read-only, and give the options of processes that respect that."""
    account = postgres._account()  # root may write everywhere, so the processes become another user
    folders = [folder, *(each for each in folder.iterdir() if each.is_dir())]
    modes = {each: each.stat().st_mode for each in folders}
    for each in folders:
        each.chmod(0o555)
    try:
        yield {'user': [account.pw_uid, account.pw_gid]} if account else {}
    finally:
        for each, mode in modes.items():
            each.chmod(mode)


def _one_of_everything(driver, options):
    """Send an order, receive a message and process an invoice in processes with these options, then without."""
    names = driver.approved(1)
    child = driver.send(**options)
    child.wait()
    child.end()
    verdict = judge.Verdict()
    text, payload_id = driver.message()
    answer = driver.post_meanwhile(MESSAGES_PATH, data=text, headers=XML)
    driver.start('serve', **options).finish()
    if _is_accepted(answer()):
        verdict.add(judge.messages(driver, [payload_id]))
    driver.rows("UPDATE amazon_punchout_document SET state = 'dismissed' WHERE payload_id = %s", payload_id)
    [order_id] = driver.sent_orders(1)
    driver.do('store_messages', kind='invoice', order_ids=[order_id])
    child = driver.start('run_cron', arguments={'cron_id': driver.processor}, **options)
    child.wait()
    child.end()
    driver.send_all()
    driver.process_all()
    verdict.add(judge.orders(driver, names))
    invoice = f'invoice.{order_id}@amazon.example'
    if driver.needs_a_person(invoice):  # who presses Retry, once files can be written again
        verdict.counts['unclear'] += 1
        driver.do('retry', payload_id=invoice)
        driver.process_all()
    verdict.add(judge.effects(driver, 'invoice', [order_id]))
    return verdict


# === A FULL DISK UNDER POSTGRESQL === #

class SmallDisk:
    """A copy of the database server on a file system of its own that is nearly full; Linux, and root, can do that."""

    def __init__(self, driver):
        """Use the driver's server, which is stopped meanwhile."""
        self.driver = driver
        self.cluster = driver.cluster
        self.data = self.cluster.place / 'small'
        self._holder = self._server = self._stock = None

    def __enter__(self):
        self._stock = self.driver.stock()  # what is made from now on ends with the copy
        postgres._stop(self.cluster.place)
        self.data.mkdir(exist_ok=True)
        used = sum(each.stat().st_size for each in (self.cluster.place / 'data').rglob('*') if each.is_file())
        size = used // 1024 + 64 * 1024
        self._holder = subprocess.Popen(process.tied([
            'unshare', '--mount', 'sh', '-c',
            f'mount -t tmpfs -o size={size}k,mode=700 none {self.data} && cp -a {self.cluster.place}/data/. {self.data}'
            f' && chown --reference={self.cluster.place}/data {self.data} && touch {self.data}/ready'
            ' && exec sleep 86400']))
        _wait(lambda: (self._inside / 'ready').exists(), "The small disk could not be made")
        self.start()
        return self

    def __exit__(self, *_error):
        self._server.terminate()
        self._server.wait()
        self._holder.kill()
        self._holder.wait()
        self.data.rmdir()
        self.cluster.ensure()
        self.driver.restock(self._stock)

    @property
    def _inside(self):
        return postgres.Path(f'/proc/{self._holder.pid}/root{self.data}')

    def start(self):
        """Start the server unless it runs; where the disk was full it may have ended."""
        if self._server and self._server.poll() is None:
            with contextlib.suppress(Exception):
                self.driver.rows("SELECT 1")
                return
        if not self._server or self._server.poll() is not None:
            (self._inside / 'postmaster.pid').unlink(missing_ok=True)
            account = postgres._account()
            with open(self.cluster.place / 'log', 'ab') as log:
                self._server = subprocess.Popen(process.tied([
                    'nsenter', f'--mount=/proc/{self._holder.pid}/ns/mnt', 'setpriv', f'--reuid={account.pw_uid}',
                    f'--regid={account.pw_gid}', '--clear-groups', str(self.cluster.folder / 'postgres'), '-D',
                    str(self.data)]), stdout=log, stderr=log, cwd='/')
        _wait(self._answers, "PostgreSQL does not start on the small disk")

    def _answers(self):
        try:
            return self.driver.rows("SELECT 1")
        except postgres_error():
            return False

    def fill(self, left):
        """Fill the disk up to these bytes."""
        free = os.statvfs(self._inside)
        with open(self._inside / 'filler', 'wb') as filler, contextlib.suppress(OSError):
            os.posix_fallocate(filler.fileno(), 0, max(free.f_bavail * free.f_frsize - left, 1))

    def empty(self):
        (self._inside / 'filler').unlink(missing_ok=True)


def postgres_error():
    import psycopg2
    return psycopg2.Error


def _wait(condition, otherwise, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise Failed(otherwise)
        time.sleep(0.05)


def full_disk(driver, random):
    """Send orders and receive messages while PostgreSQL's disk is full, ten times; each time there is room again.

    :rtype: judge.Verdict
    """
    verdict = judge.Verdict()
    if os.geteuid():
        raise Failed("only root can make a file system that is full")
    with SmallDisk(driver) as disk:
        for _each in range(10):
            names = driver.approved(3)
            text, payload_id = driver.message()
            disk.fill(random.choice((0, 8192, 16384, 65536)))
            child = driver.send()
            child.wait()
            child.end()
            answer = driver.post_meanwhile(MESSAGES_PATH, data=text, headers=XML)
            child = driver.start('serve')
            child.wait()
            child.end()
            disk.empty()
            disk.start()
            driver.wait_until_alone()
            if _is_accepted(answer()):
                verdict.add(judge.messages(driver, [payload_id]))
            driver.send_all()
            verdict.add(judge.orders(driver, names))
            verdict.counts['runs'] += 1
            driver.rows("UPDATE amazon_punchout_document SET state = 'dismissed' WHERE payload_id = %s", payload_id)
    return verdict


# === THE CLOCK === #

def round_of_clocks(driver, random):
    """Send with a clock that is wrong by a day or is changed, first without a connection, then with one.

    :rtype: dict[str, judge.Verdict]
    """
    clocks = {
        "a day ahead": {'skew': DAY}, "a day behind": {'skew': -DAY},
        "goes back an hour": {'moment': CLOCK_CHANGES[0], 'zone': ZONE},
        "goes forward an hour": {'moment': CLOCK_CHANGES[1], 'zone': ZONE},
    }
    return {name: _with_clock(driver, random, options) for name, options in clocks.items()}


def _with_clock(driver, random, options):
    names = driver.approved(2)
    if random.random() < 0.5:
        driver.rows("UPDATE amazon_punchout_group SET order_url = %s", f'http://127.0.0.1:{process.free_port()}/order')
    else:
        driver.supplier.fail_next('silent')
    child = driver.send(constants=PATIENCE, **options)
    child.wait()
    child.end()
    driver.rows("UPDATE amazon_punchout_group SET order_url = %s", f'{driver.supplier.url}/order')
    driver.supplier.fail_next()
    # Two hours by the right clock: who waits for longer than one must be known to somebody.
    driver.rows("UPDATE amazon_punchout_document SET queued_at = queued_at - interval '2 hours', "
                "next_try_at = next_try_at - interval '2 hours' WHERE state = 'queued'")
    driver.send_all()
    verdict = judge.Verdict()
    for name in driver.waiting_unnoticed(names):
        verdict.find('stuck', f"{name} waits after two hours, and nobody was notified")
    driver.make_due()
    driver.send_all()
    verdict.add(judge.orders(driver, names))
    return verdict


# === SCHEDULED ACTIONS === #

def poisoned_orders(driver, _random):
    """Have three orders among six whose document can't be read, and have the scheduler run for more than a week.

    The scheduler switches an action off that has failed five times over seven days.

    :rtype: judge.Verdict
    """
    names = driver.approved(6)
    kept = driver.rows(
        """SELECT document.id, document.body FROM amazon_punchout_document document JOIN purchase_order
               ON purchase_order.id = document.purchase_order_id AND document.document_type = 'OrderRequest'
            WHERE purchase_order.name = ANY(%s) ORDER BY document.id""", names[:3])
    for (document_id, _body), body in zip(kept, (None, b'no base64', b'bm8gWE1M'), strict=True):
        driver.rows("UPDATE amazon_punchout_document SET body = %s WHERE id = %s", body, document_id)
    for _day in range(10):
        _let_a_day_pass(driver)
        driver.do('work')
    driver.make_due()
    driver.do('work')
    verdict = judge.orders(driver, names[3:])
    for name in names[:3]:  # nothing of them can leave, so a person must know
        verdict.counts['orders'] += 1
        if driver.waiting_unnoticed([name]):
            verdict.find('stuck', f"{name} can't be read, and nobody was notified")
    if not driver.rows("SELECT 1 FROM ir_cron WHERE id = %s AND active", driver.senders[0]):
        verdict.find('stuck', "the scheduled action was switched off")
    for document_id, body in kept:
        driver.rows("UPDATE amazon_punchout_document SET body = %s WHERE id = %s", body, document_id)
    driver.clean()
    return verdict


def failing_steps(driver, random):
    """Have each step of the sender raise an error, for as many runs as it takes to be switched off, then no more.

    :rtype: dict[str, judge.Verdict]
    """
    verdicts = {}
    for step in STEPS:
        names = driver.approved(2)
        if random.random() < 0.5:
            driver.supplier.fail_next('reset')
        for _day in range(2):
            driver.make_due()
            driver.do('work', raising=[f'{DOCUMENT}.{step}'])
        driver.make_due()
        driver.supplier.fail_next()
        driver.send_all()
        verdicts[step] = judge.orders(driver, names)
    return verdicts


def switched_off(driver, random):
    """Approve orders while the scheduled action that sends is switched off or gone; the others run.

    Two hours later somebody must know of each order; when it is switched on again, each is sent.

    :rtype: judge.Verdict
    """
    names = driver.approved(2)
    driver.rows("UPDATE ir_cron SET active = false WHERE id = ANY(%s)", driver.senders)
    driver.rows("UPDATE amazon_punchout_document SET queued_at = queued_at - interval '2 hours' WHERE state = 'queued'")
    for _hour in range(2):
        _let_a_day_pass(driver)
        driver.do('work')
    verdict = judge.Verdict()
    for name in driver.waiting_unnoticed(names):
        verdict.find('stuck', f"{name} waits, the action is switched off, and nobody was notified")
    driver.rows("UPDATE ir_cron SET active = true WHERE id = ANY(%s)", driver.senders)
    driver.send_all()
    _let_a_day_pass(driver)
    driver.do('work')
    for (note,) in driver.rows(
            "SELECT note FROM mail_activity WHERE res_model = 'amazon.punchout.group' AND active"):
        verdict.find('stuck', f"the action is switched on again, and somebody still reads: {note}")
        driver.rows("DELETE FROM mail_activity WHERE res_model = 'amazon.punchout.group'")
    verdict.add(judge.orders(driver, names))
    return verdict


def _let_a_day_pass(driver):
    """Have every scheduled action be due, and past failures be a day older."""
    driver.wait_until_alone()
    driver.make_due()
    driver.rows("UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' - interval '1 minute', "
                "first_failure_date = first_failure_date - interval '1 day' WHERE id != ALL(%s)", driver.senders[1:])


# === THE WHOLE SERVER === #

def killed_servers(driver, random):
    """Kill Odoo itself, started by its command line, at any moment while it sends ten orders; then start it again.

    :rtype: judge.Verdict
    """
    names = driver.approved(10)
    driver.supplier.seconds = 0.2
    driver.supplier.fail_next(*['slow'] * 10)
    _serve_until(driver, lambda: driver.count_queued(names) < len(names), random.uniform(0, 2))
    _serve_until(driver, lambda: not driver.count_queued(names))
    driver.supplier.fail_next()
    driver.send_all()
    return judge.orders(driver, names)


def _serve_until(driver, condition, seconds=0):
    """Let a server run until something has happened, and some seconds more; then kill it."""
    server = driver.start_server()
    try:
        until = time.monotonic() + 120
        while not condition():
            driver.wake_server()
            if server.poll() is not None or time.monotonic() > until:
                raise Failed("Odoo's own server sends nothing.")
            time.sleep(0.2)
        time.sleep(seconds)
    finally:
        driver.kill_server(server)
    driver.wait_until_alone()
    driver.forget_time_outs()
