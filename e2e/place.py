"""A database with the addon, a supplier, and processes of Odoo that are started by the test itself."""
import contextlib
import json
import os
import subprocess

from e2e.faults.supplier import Supplier
from lab import database, environment, odoo, paths, postgres

# A company whose buyer shops at Amazon, as a script for `odoo shell`.
COMPANY = """
import json
from odoo.addons.amazon_punchout.tests.cxml_builder import cart_xml, item

env.ref('base.USD').active = True
address = {'street': "1 Test Street", 'city': "Springfield", 'zip': "12345", 'country_id': env.ref('base.us').id,
           'state_id': env.ref('base.state_us_5').id, 'phone': "+1 555 0100", 'email': "dock@example.com"}
company = env.ref('base.main_company')
company.partner_id.write(address)
company.write({'currency_id': env.ref('base.USD').id, 'po_double_validation': 'one_step'})
buyer = env['res.users'].create({
    'name': "Buyer Person", 'login': 'buyer', 'email': 'buyer@example.com',
    'group_ids': [(4, env.ref('purchase.group_purchase_user').id)]})
vendor = env['res.partner'].create({'name': "Amazon"})
"""
SETUP = COMPANY + """
env['res.users'].create([{
    'name': login, 'login': login, 'email': login + '@example.com',
    'group_ids': [(4, env.ref('purchase.group_purchase_manager').id)]} for login in ('manager1', 'manager2')])
names = []
for number in range(COUNT):
    group = env['amazon.punchout.group'].create({
        'name': str(number), 'partner_id': vendor.id, 'marketplace': 'us', 'identity': 'Processes',
        'shared_secret': 'not-a-real-secret', 'setup_url': URL + '/setup', 'setup_test_url': False,
        'order_url': URL + '/order'})
    group.state = 'test'
    cookie = group.with_user(buyer).action_punch_out()['url'].rpartition('=')[2]
    session = env['amazon.punchout.session']._find_by_cookie(cookie)
    session._receive_cart(cart_xml(cookie, [item()]))
    order = session.purchase_order_id
    if not number:
        print(order.name)  # one stays a cart
        continue
    order.with_user(buyer).button_confirm()
    order.amazon_document_ids.filtered(lambda each: each.state == 'queued').next_try_at = '2999-01-01'
    names.append(order.name)
env.cr.commit()
print(json.dumps(names))
"""

# A second ir.cron would be a second sender: both call the same method.
SEND = """
env['amazon.punchout.document']._cron_send()
print('done')
"""


class Place:
    """A database of its own with the addon, and a supplier."""

    def __init__(self, source, name, supplier):
        self.name = name
        self.supplier = supplier
        self.cart = None
        self._orders = []
        self.environ = odoo.environ(source)
        self._processes = []

    def fill(self, orders):
        """Make a cart that is not approved yet, and this many approved orders that the sender may not send yet."""
        self.cart, names = self.run(SETUP, URL=self.supplier.url, COUNT=orders + 1).splitlines()
        self._orders = json.loads(names)

    def start(self, script, level='warn', **values):
        """Run a script in an Odoo process of its own.

        :param str level: of its log
        :param values: variables of the script
        :return: the process
        """
        head = ''.join(f'{key} = {value!r}\n' for key, value in values.items())
        process = subprocess.Popen(
            odoo.command('shell', '-d', self.name, '--no-http', f'--log-level={level}'), cwd=paths.ROOT,
            env=self.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._processes.append(process)
        process.stdin.write(head + script)
        process.stdin.close()
        process.stdin = None
        return process

    def finish(self, process):
        """Return what a process printed."""
        output, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
        assert output, errors
        return output.strip()

    def run(self, script, **values):
        return self.finish(self.start(script, **values))

    def order(self, count=1):
        """Release approved orders to the sender, and return their names."""
        names = [self._orders.pop() for _each in range(count)]
        self.rows(
            """UPDATE amazon_punchout_document document SET next_try_at = NULL FROM purchase_order
                WHERE purchase_order.id = document.purchase_order_id AND document.state = 'queued'
                  AND purchase_order.name = ANY(%s) RETURNING document.id""", names)
        return names

    def rows(self, query, *parameters):
        connection = postgres.connect(self.name)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, parameters)
                return cursor.fetchall()
        finally:
            connection.close()

    def states(self, name):
        """Return the order's state at Amazon and the states of its order requests."""
        rows = self.rows(
            """SELECT purchase_order.amazon_state, document.state
                 FROM purchase_order JOIN amazon_punchout_document document
                   ON document.purchase_order_id = purchase_order.id AND document.document_type = 'OrderRequest'
                WHERE purchase_order.name = %s ORDER BY document.id""", name)
        return rows[0][0], [state for _order, state in rows]

    def lead(self, name, port):
        """Have the group of an order send to another port of this machine."""
        self.rows(
            """UPDATE amazon_punchout_group SET order_url = %s FROM purchase_order
                WHERE amazon_punchout_group.id = amazon_group_id AND purchase_order.name = %s RETURNING 1""",
            f'http://127.0.0.1:{port}/order', name)

    def rests(self, *names):
        """Count the groups of orders that rest."""
        return self.rows(
            """SELECT count(*) FROM amazon_punchout_outbox outbox JOIN purchase_order
                   ON purchase_order.amazon_group_id = outbox.group_id
                WHERE purchase_order.name = ANY(%s) AND outbox.rests_until > now() AT TIME ZONE 'UTC'""",
            list(names))[0][0]

    def chatter(self, name, words):
        """Count the messages in the chatter of an order that contain a text."""
        return self.rows(
            """SELECT count(*) FROM mail_message message JOIN purchase_order ON purchase_order.id = message.res_id
                WHERE message.model = 'purchase.order' AND purchase_order.name = %s AND message.body LIKE %s
                  AND message.message_type != 'user_notification'""",
            name, f'%{words}%')[0][0]

    def end_processes(self):
        self.supplier.may_answer.set()
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.wait()


@contextlib.contextmanager
def make_place(folder, name, orders, kind=Place, supplier=Supplier):
    """Make a place with one cart and some approved orders that the sender may not send yet, and end it afterwards.

    :param Path folder: for the ledger of the supplier
    :param str name: the end of the name of the database
    :param int orders: how many approved orders
    :param kind: a class of places
    :param supplier: a class of suppliers
    """
    source = environment.prepare()
    name = f"test_{os.getpid()}_{name}"
    supplier = supplier(folder / "ledger")
    place = kind(source, name, supplier)
    try:
        database.create(name, database.template(source, with_demo=False))
        odoo.install(source, name, [paths.ADDON], f"install-{name}")
        place.fill(orders)
        yield place
    finally:
        place.end_processes()
        supplier.end()
        database.drop(name)
