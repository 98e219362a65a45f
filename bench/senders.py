"""Senders: how long a healthy group's orders wait beside a dead and a hanging group, and what more senders bring.

Real Odoo servers with threads for scheduled actions send real orders to suppliers of this process. Each order that
arrives is in the supplier's ledger, on the disk, before it is answered; at the end the ledger and the database are
compared. Times are of this machine, whatever else it does.
"""
from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from e2e.faults.supplier import Supplier
from e2e.place import COMPANY
from lab import database, environment, odoo, paths, postgres, process, progress

# 1,000 orders in the two runs with three groups: those of the healthy one are approved one after the other.
HEALTHY, DEAD, HANGING = 240, 130, 130
PAUSE = 0.8
# For the throughput: an answer takes this long, which is most of what an order takes.
GROUPS, ORDERS, ANSWER = 8, 160, 1.0
NAMES = ("healthy", "dead", "hanging")
# The sender's own time-outs, CONNECT_TIMEOUT and ORDER_TIMEOUT, are left as they are.
PATIENCE = 900

SETUP = COMPANY + """
made = {}
for name in NAMES:
    group = env['amazon.punchout.group'].create({
        'name': name, 'partner_id': vendor.id, 'marketplace': 'us', 'identity': 'Senders', 'setup_test_url': False,
        'shared_secret': 'not-a-real-secret', 'setup_url': URL + '/setup', 'order_url': URL + '/order'})
    group.state = 'test'
    cookie = group.with_user(buyer).action_punch_out()['url'].rpartition('=')[2]
    session = env['amazon.punchout.session']._find_by_cookie(cookie)
    session._receive_cart(cart_xml(cookie, [item()]))
    order = session.purchase_order_id
    order.with_user(buyer).button_confirm()
    document = order.amazon_document_ids.filtered(lambda each: each.state == 'queued')
    document.next_try_at = '2999-01-01'
    made[name] = group.id, order.id, document.id
env.cr.commit()
print(json.dumps(made))
"""
# Copies of an approved order, without its lines: a sender does not look at these.
COPY = """
import json

order = env['purchase.order'].browse(ORDER)
document = env['amazon.punchout.document'].browse(DOCUMENT)
body, columns = document._get_body().decode(), ', '.join(
    '"%s"' % name for name, field in order._fields.items()
    if field.store and field.column_type and name not in ('id', 'name'))
made = {prefix: [f'{prefix}{number:04}' for number in range(count)] for prefix, (_group, count) in WANTED.items()}
for prefix, name in [(prefix, name) for prefix, names in made.items() for name in names]:
    env.cr.execute(f"INSERT INTO purchase_order (name, {columns}) SELECT %s, {columns} FROM purchase_order "
                   "WHERE id = %s RETURNING id", [name, ORDER])
    payload_id = f'{name}@bench.example'
    env['amazon.punchout.document'].create({
        'direction': 'out', 'document_type': 'OrderRequest', 'payload_id': payload_id,
        'group_id': WANTED[prefix][0],
        'purchase_order_id': env.cr.fetchone()[0], 'deployment_mode': document.deployment_mode, 'state': 'queued',
        'next_try_at': '2999-01-01',
        'body': body.replace(document.payload_id, payload_id).replace(
            f'orderID="{order.name}"', f'orderID="{name}"').encode()})
env.cr.commit()
print(json.dumps(made))
"""
SET_SENDERS = """
env['amazon.punchout.senders'].create({'count': COUNT}).action_apply()
env.cr.commit()
print('set')
"""
SEND_NOW = """
env['amazon.punchout.group'].search([('name', 'in', NAMES)])._ask_now()
env.cr.commit()
print('woken')
"""


class Slow(Supplier):
    """Answers each order after a while."""

    def __init__(self, ledger, seconds):
        super().__init__(ledger)
        self.seconds = seconds

    def _take_order(self, connection, head, body, way):
        super()._take_order(connection, head, body, 'slow')


class Hanging:
    """Accepts connections, reads nothing and never answers."""

    def __init__(self):
        self._listener = socket.create_server(('127.0.0.1', 0), backlog=512)
        self.url = f'http://127.0.0.1:{self._listener.getsockname()[1]}'

    def end(self):
        self._listener.close()


class Bench:
    """A database with the addon, and a server of Odoo that sends its orders."""

    def __init__(self, name, source):
        self.name = name
        self.environ = odoo.environ(source)
        self.environ['PYTHONPATH'] += os.pathsep + str(paths.ROOT)
        self.released = {}

    def run(self, script, **values):
        """Run a script in a shell of Odoo and return what it printed."""
        head = ''.join(f'{key} = {value!r}\n' for key, value in values.items())
        done = subprocess.run(
            odoo.command('shell', '-d', self.name, '--no-http', '--log-level=warn'), input=head + script, text=True,
            env=self.environ, cwd=paths.ROOT, check=True, stdout=subprocess.PIPE)
        return json.loads(done.stdout) if done.stdout.startswith(('[', '{')) else done.stdout.strip()

    def rows(self, query, *parameters):
        with contextlib.closing(postgres.connect(self.name)) as connection, connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def release(self, names):
        """Queue orders, as an approval does."""
        now = time.time()
        self.released.update(dict.fromkeys(names, now))
        self.rows(
            """UPDATE amazon_punchout_document document
                  SET next_try_at = NULL, queued_at = now() AT TIME ZONE 'UTC' FROM purchase_order
                WHERE purchase_order.id = document.purchase_order_id AND purchase_order.name = ANY(%s)""", names)
        self.wake()

    def wake(self):
        """Wake the senders, as an approval does."""
        self.rows(
            """INSERT INTO ir_cron_trigger (cron_id, call_at)
               SELECT res_id, now() AT TIME ZONE 'UTC' FROM ir_model_data
                WHERE module = 'amazon_punchout' AND model = 'ir.cron' AND name LIKE 'ir_cron_send%%'""")
        with contextlib.closing(postgres.connect('postgres')) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('cron_trigger', %s)", [self.name])

    def states(self, names):
        """Count the requests of orders by state."""
        return Counter(dict(self.rows(
            """SELECT document.state, count(*) FROM amazon_punchout_document document JOIN purchase_order
                   ON purchase_order.id = document.purchase_order_id AND document.document_type = 'OrderRequest'
                WHERE purchase_order.name = ANY(%s) GROUP BY 1""", names)))

    def _is_listening(self):
        """Tell whether all senders have run: only then the server's threads are woken at once."""
        [(waiting,)] = self.rows(
            "SELECT count(*) FROM ir_cron WHERE lastcall IS NULL AND cron_name LIKE 'Amazon: send%%'")
        if waiting:
            self.wake()
        return not waiting

    @contextlib.contextmanager
    def server(self, senders):
        """Run a server with one thread for scheduled actions more than there are senders."""
        self.run(SET_SENDERS, COUNT=senders)
        self.rows("UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + interval '1 day', lastcall = NULL")
        self.rows("DELETE FROM ir_cron_trigger")
        log = paths.LOG / 'bench-senders.log'
        with open(log, 'ab') as out:
            server = subprocess.Popen(
                process.tied(odoo.command(
                    '-d', self.name, '--no-http', f'--max-cron-threads={senders + 1}', '--log-level=warn')),
                cwd=paths.ROOT, env=self.environ, stdout=out, stderr=out)
        try:
            _wait(self._is_listening)
            yield
        finally:
            server.terminate()
            server.wait()


def three_groups(bench, made, ledger, senders):
    """Measure the waiting times of a healthy group's orders beside a dead and a hanging group.

    :param int senders: how many there are
    :return: what the table shows
    :rtype: dict
    """
    healthy, hanging, dead = Supplier(ledger), Hanging(), process.free_port()
    urls = {'healthy': healthy.url, 'hanging': hanging.url, 'dead': f'http://127.0.0.1:{dead}'}
    for name, url in urls.items():
        bench.rows("UPDATE amazon_punchout_group SET order_url = %s WHERE id = %s", f'{url}/order', made[name][0])
    _group_id, order_id, document_id = made['healthy']
    copies = bench.run(COPY, ORDER=order_id, DOCUMENT=document_id, WANTED={
        f'{senders}{name}': (made[name][0], count)
        for name, count in zip(NAMES, (HEALTHY, DEAD, HANGING), strict=True)})
    names = {name: copies[f'{senders}{name}'] for name in NAMES}
    every = sum(names.values(), [])
    with bench.server(senders):
        bench.release([*names['dead'], *names['hanging']])
        for name in names['healthy']:
            bench.release([name])
            time.sleep(PAUSE)
        _wait(lambda: bench.states(names['healthy'])['sent'] == HEALTHY)
        waits = sorted(entry['at'] - bench.released[entry['order']] for entry in healthy.entries(*names['healthy']))
        ill = {name: bench.states(names[name]) for name in ('dead', 'hanging')}
        # Both answer again, and a person presses Send Now.
        for name in ('dead', 'hanging'):
            bench.rows("UPDATE amazon_punchout_group SET order_url = %s WHERE id = %s", f'{healthy.url}/order',
                       made[name][0])
        bench.run(SEND_NOW, NAMES=list(NAMES))
        _wait(lambda: not (states := bench.states(every))['queued'] and not states['sending'])
    states, entries = bench.states(every), Counter(entry['order'] for entry in healthy.entries(*every))
    hanging.end()
    healthy.end()
    return {
        'senders': senders, 'orders': len(every), 'median': waits[len(waits) // 2],
        'p95': waits[len(waits) * 95 // 100], 'longest': waits[-1], 'over15': sum(wait > 15 for wait in waits),
        'unclear': ill['hanging']['unclear'] + ill['dead']['unclear'],
        'lost': len(every) - len(entries) - states['unclear'],
        'doubled': sum(count > 1 for count in entries.values()), 'states': dict(states)}


def throughput(bench, made, ledger, senders):
    """Measure how fast orders of several groups leave if each answer takes a while.

    :return: orders a second
    :rtype: float
    """
    supplier = Slow(ledger, ANSWER)
    _group_id, order_id, document_id = made['healthy']
    bench.rows("UPDATE amazon_punchout_group SET order_url = %s", f'{supplier.url}/order')
    group_ids = [group_id for (group_id,) in bench.rows("SELECT id FROM amazon_punchout_group ORDER BY id")]
    count = ORDERS if senders > 1 else ORDERS // 4
    names = sum(bench.run(COPY, ORDER=order_id, DOCUMENT=document_id, WANTED={
        f'T{senders}-{group_id}-': (group_id, count // len(group_ids)) for group_id in group_ids}).values(), [])
    with bench.server(senders):
        bench.release(names)
        _wait(lambda: bench.states(names)['sent'] == len(names))
    entries = supplier.entries(*names)
    supplier.end()
    assert len(entries) == len(names), "lost or doubled"
    times = sorted(entry['at'] for entry in entries)
    return (len(times) - 1) / (times[-1] - times[0])


def _wait(condition):
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise progress.Problem("The orders do not leave; see .lab/log/bench-senders.log")
        time.sleep(0.5)


def main(arguments):
    """Measure all of it and print the tables.

    :param list[str] arguments: `waiting` or `throughput` for one of them
    :return: the exit code
    :rtype: int
    """
    source = environment.prepare()
    name = f'test_{os.getpid()}_senders'
    what = arguments or ['waiting', 'throughput']
    with tempfile.TemporaryDirectory() as folder:
        supplier = Supplier(Path(folder) / 'setup')
        try:
            with progress.step(f"Making the database {name}"):
                database.create(name, database.template(source, with_demo=False))
                odoo.install(source, name, [paths.ADDON], f'install-{name}')
            bench = Bench(name, source)
            made = bench.run(SETUP, URL=supplier.url, NAMES=[*NAMES, *(f'more {each}' for each in range(GROUPS - 3))])
            if 'waiting' in what:
                _print_waiting([
                    three_groups(bench, made, Path(folder) / f'waiting{senders}', senders) for senders in (1, 4)])
            if 'throughput' in what:
                rates = {senders: throughput(bench, made, Path(folder) / f'rate{senders}', senders)
                         for senders in (1, 4)}
                print("\n| senders | orders a second |\n| ---: | ---: |",
                      *(f"| {senders} | {rate:.2f} |" for senders, rate in rates.items()),
                      f"| 4 ÷ 1 | {rates[4] / rates[1]:.2f} |", sep="\n", flush=True)
        finally:
            supplier.end()
            database.drop(name)
    return 0


def _print_waiting(rows):
    print("\n| senders | orders | median, s | 95 %, s | longest, s | over 15 s | unclear | lost | doubled |\n"
          "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in rows:
        print(f"| {row['senders']} | {row['orders']:,} | {row['median']:.2f} | {row['p95']:.2f} | {row['longest']:.2f}"
              f" | {row['over15']} | {row['unclear']} | {row['lost']} | {row['doubled']} |", flush=True)
    for row in rows:
        progress.say(f"{row['senders']}: {row['states']}")
