"""Inbox: how many of Amazon's messages a minute one worker and several workers process.

Orders are confirmed and billed: a confirmation and an invoice for each are stored as they arrive, then an Odoo server
with a process for each worker begins. At the end each order must be confirmed and have one bill. Times are of this
machine, whatever else it does.
"""
from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from pathlib import Path

from e2e.faults.supplier import Supplier
from e2e.place import COMPANY
from lab import database, environment, odoo, paths, process, progress

from .senders import Bench

# Of each run; an order has two messages.
ORDERS = 60
WORKERS = (1, 2, 4)
PATIENCE = 1200

SETUP = COMPANY + """
group = env['amazon.punchout.group'].create({
    'name': "Inbox", 'partner_id': vendor.id, 'marketplace': 'us', 'identity': 'Inbox', 'setup_test_url': False,
    'shared_secret': 'not-a-real-secret', 'setup_url': URL + '/setup', 'order_url': URL + '/order'})
group.state = 'test'
env.cr.commit()
print('made')
"""
ARRIVE = """
import json
from odoo.addons.amazon_punchout import cxml
from odoo.addons.amazon_punchout.tests import cxml_builder
from odoo.addons.amazon_punchout.tools.outcome import Outcome

group, documents = env['amazon.punchout.group'].search([]), env['amazon.punchout.document']
buyer, orders = env['res.users'].search([('login', '=', 'buyer')]), env['purchase.order']
for number in range(COUNT):
    cookie = group.with_user(buyer).action_punch_out()['url'].rpartition('=')[2]
    session = env['amazon.punchout.session']._find_by_cookie(cookie)
    session._receive_cart(cxml_builder.cart_xml(cookie, [
        cxml_builder.item(asin=f'B00TEST00{each}', price='10.00', quantity='10') for each in range(2)]))
    order = session.purchase_order_id
    order.with_user(buyer).button_confirm()
    order._amazon_request()._settle(Outcome('sent', 200, 'OK', fault=''))
    orders += order
    env.cr.commit()
for order in orders:
    values = {'to_identity': 'Inbox', 'secret': 'not-a-real-secret'}
    for raw in (
        cxml_builder.confirmation_xml(
            order, [(line, 10, cxml_builder.status(quantity=10, price='10.00', tax='0.00', shipping='0.00'))
                    for line in (1, 2)],
            total='200.00', shipping='0.00', tax='0.00', payload_id=f'C{order.id}', **values),
        cxml_builder.invoice_xml(
            [(order, *(cxml_builder.invoice_line(line, 10, '10.00', tax='0.00') for line in (1, 2)))],
            invoice_id=f'INV-{order.id}', subtotal='200.00', gross='200.00', net='200.00', due='200.00',
            payload_id=f'I{order.id}', **values),
    ):
        documents._store_message(group, cxml.read_request(raw), raw)
env.cr.commit()
print(json.dumps(orders.ids))
"""
SET_WORKERS = """
env['amazon.punchout.senders'].create({'count': 1, 'processor_count': COUNT}).action_apply()
env.cr.commit()
print('set')
"""
STATE = """
SELECT state, count(*), extract(epoch FROM max(write_date) - min(write_date))::float
  FROM amazon_punchout_document WHERE payload_id = ANY(%s) GROUP BY 1
"""
# Of orders that are as they should be.
DONE = """
SELECT count(*) FROM purchase_order
 WHERE id = ANY(%s) AND amazon_state = 'confirmed' AND 1 = (
       SELECT count(DISTINCT line.move_id) FROM account_move_line line
         JOIN purchase_order_line ON purchase_order_line.id = line.amazon_purchase_line_id
        WHERE purchase_order_line.order_id = purchase_order.id)
"""


@contextlib.contextmanager
def server(bench, workers):
    """Run a server that does nothing but scheduled actions, with a process for each worker and one more."""
    log = paths.LOG / 'bench-inbox.log'
    with open(log, 'ab') as out:
        running = subprocess.Popen(
            process.tied(odoo.command(
                '-d', bench.name, '--no-http', '--workers=1', f'--max-cron-threads={workers + 1}', '--log-level=warn')),
            cwd=paths.ROOT, env=bench.environ, stdout=out, stderr=out)
    try:
        yield
    finally:
        running.terminate()
        running.wait()


def measure(bench, workers, count):
    """Have messages processed, and compare what became of them.

    :param int workers: how many there are
    :param int count: of orders
    :return: messages a minute
    :rtype: float
    """
    bench.run(SET_WORKERS, COUNT=workers)
    # Only the workers run.
    bench.rows("UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + interval '1 day'")
    order_ids = bench.run(ARRIVE, COUNT=count)
    names = [f'{letter}{order_id}' for order_id in order_ids for letter in 'CI']
    with server(bench, workers):
        until = time.monotonic() + PATIENCE
        while (states := {row[0]: row[1:] for row in bench.rows(STATE, names)}).keys() != {'processed'}:
            if time.monotonic() > until:
                raise progress.Problem(f"The messages are not processed: {states}; see .lab/log/bench-inbox.log")
            time.sleep(0.2)
    [(done,)] = bench.rows(DONE, order_ids)
    assert done == count, f"{count - done} orders are lost or doubled"
    number, seconds = states['processed']
    return (number - 1) * 60 / seconds


def main(arguments):
    """Measure all of it and print the table.

    :param list[str] arguments: the number of orders of each run
    :return: the exit code
    :rtype: int
    """
    source = environment.prepare()
    count = int(arguments[0]) if arguments else ORDERS
    name = f'test_{os.getpid()}_inbox'
    with tempfile.TemporaryDirectory() as folder:
        supplier = Supplier(Path(folder) / 'ledger')
        try:
            with progress.step(f"Making the database {name}"):
                database.create(name, database.template(source, with_demo=False))
                odoo.install(source, name, [paths.ADDON], f'install-{name}')
            bench = Bench(name, source)
            bench.run(SETUP, URL=supplier.url)
            measure(bench, 1, 3)  # what is read but once
            rates = {workers: measure(bench, workers, count) for workers in WORKERS}
            print("\n| messages at a time | messages a minute | ÷ one |\n| ---: | ---: | ---: |",
                  *(f"| {workers} | {rate:.0f} | {rate / rates[1]:.2f} |" for workers, rate in rates.items()),
                  sep="\n", flush=True)
        finally:
            supplier.end()
            database.drop(name)
    return 0
