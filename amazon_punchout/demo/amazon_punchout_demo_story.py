import secrets

from odoo import api, fields, models
from odoo.fields import Command

from ..tools.cart_lock import lifted
from . import items

ADDRESS = {
    'street': "8000 Marina Blvd, Suite 300", 'city': "Brisbane", 'zip': "94005", 'phone': "+1 555-555-5556",
    'country_id': 'base.us', 'state_id': 'base.state_us_5'}
# Of the group whose order must never leave: it was set up in another database, as groups of a copied database are.
ELSEWHERE = {'database_uuid': 'the-uuid-of-another-database', 'database_name': 'production'}


class AmazonPunchoutDemoStory(models.AbstractModel):
    """What happens in the demo data: a group in each state, and a trip, a cart, an order and a bill in each, too."""
    _inherit = 'amazon.punchout.demo'

    @api.model
    def _load(self):
        """Make the demo data, once; called by demo/amazon_punchout_demo.xml, which makes the groups."""
        group = self.env.ref('amazon_punchout.demo_group')
        if self.env['amazon.punchout.session'].search_count([('group_id', '=', group.id)], limit=1):
            return
        mails = self.env['mail.mail'].sudo()
        newest = mails.search([], order='id desc', limit=1).id or 0
        # All of it is invented, so no e-mail is sent about it: people see the activities.
        demo = self.with_company(group.company_id).with_context(mail_notify_force_send=False)
        # If a step fails, Odoo installs the addon without the demo data, for which nothing of it may stay in the cache.
        with self.env.cr.savepoint():
            demo._load_people(group.company_id)
            demo._set_groups_up()
            # What is done comes first, so that lists begin with what is to be done.
            if demo._has_accounting():
                demo._load_bills()
            demo._load_deliveries()
            demo._load_orders()
            demo._load_other_groups()
            demo._load_carts()
            if demo._has_accounting():
                demo._load_charges()
            mails.search([('id', '>', newest)]).unlink()

    @api.model
    def _group(self, name=''):
        """Give a group of the demo data.

        :param str name: what its external id has after `demo_group`
        """
        return self.env.ref(f'amazon_punchout.demo_group{name}')

    @api.model
    def _buyer(self):
        return self.env.ref('base.user_demo')

    @api.model
    def _manager(self):
        return self.env.ref('base.user_admin')

    @api.model
    def _has_accounting(self):
        """Tell whether bills can be created: without a chart of accounts there is no journal.

        :rtype: bool
        """
        return bool(self.env['account.journal'].search_count([
            ('type', '=', 'purchase'), ('company_id', '=', self._group().company_id.id)], limit=1))

    # === PEOPLE, LOCATIONS, GROUPS === #

    @api.model
    def _load_people(self, company):
        """Let the demo user shop, and complete the addresses that Amazon needs; what is filled in stays as it is.

        :param company: the `res.company` of the groups
        """
        buyer = self._buyer()
        buyer.group_ids = [Command.link(self.env.ref('purchase.group_purchase_user').id)]
        if not buyer._amazon_email():
            buyer.amazon_email = f'{buyer.login}@example.com'
        warehouse = self._group()._allowed_warehouses()[:1]
        warehouse.partner_id = warehouse.partner_id or company.partner_id
        for partner in company._amazon_bill_to_partner() | warehouse.partner_id:
            for name, value in ADDRESS.items():
                if not partner[name] and (name != 'state_id' or partner.country_id.code == 'US'):
                    partner[name] = self.env.ref(value) if name.endswith('_id') else value
        for code in ('USD', 'EUR', 'JPY'):
            self.env.ref(f'base.{code}').active = True

    @api.model
    def _set_groups_up(self):
        """Open the groups, with secrets that nobody knows: whoever knows one may post messages.

        Amazon has never accepted these credentials, so a group can't go live in the usual way.
        """
        self._group('_copied').write(ELSEWHERE)
        groups = self._group() | self._group('_test') | self._group('_punchin') | self._group('_copied')
        for group in groups:
            group.shared_secret = f'not-a-real-secret-{secrets.token_urlsafe(12)}'
            group.state = 'test'
        live = self._group() | self._group('_copied')
        live.flush_recordset()
        self.env.cr.execute("UPDATE amazon_punchout_group SET state = 'active' WHERE id IN %s", [tuple(live.ids)])
        live.invalidate_recordset(['state'])

    # === ORDERS === #

    @api.model
    def _approved(self, *cart, group=None, **values):
        """Shop as the buyer, and approve the order as the purchase manager.

        :param cart: values of :mod:`.items`
        :return: the `purchase.order`, which waits in the outbox
        """
        return self._place_order(group or self._group(), self._buyer(), *cart, approver=self._manager(), **values)

    @api.model
    def _sent(self, *cart, **values):
        """Send an order of :meth:`_approved`, which Amazon accepts."""
        return self._send(self._approved(*cart, **values))

    @api.model
    def _load_orders(self):
        """Order: one order for each way in which sending can end, and for each answer."""
        self._approved(items.DRILL, items.GLOVES.times(5), group=self._group('_copied'))
        self._send(self._approved(items.KEYBOARD.times(3)), status=503)
        self._send(self._approved(items.MONITOR), code=400, text="003-052: Shipping address is incomplete")
        self._sent(items.COFFEE.times(4), items.TOWELS.times(2), shipping='7.50')
        self._confirm(self._sent(items.CHAIR.times(2), tax='31.90'))
        # One line at another price, one backordered, one rejected.
        self._confirm(
            self._sent(items.PAPER.times(10), items.STAPLER.times(2), items.GLOVES.times(3)),
            (1, 10, [{'type': 'detail', 'quantity': 10, 'price': '46.50', 'delivery': self._moment(days=2)}]),
            (2, 2, [{'type': 'backordered', 'quantity': 2, 'delivery': self._moment(days=14)}]),
            (3, 3, [{'type': 'reject', 'quantity': 3, 'error': "015-005: Out of stock"}]))
        rejected = self._sent(items.DRILL.times(2))
        self._confirm(rejected, (1, 2, [{'type': 'reject', 'quantity': 2, 'error': "015-005: Out of stock"}]))
        # Taken back before it was sent.
        self._approved(items.PENS).with_user(self._buyer()).button_cancel()
        # Cancelled on Amazon, which has not answered yet.
        self._sent(items.TOWELS.times(3)).with_user(self._buyer())._amazon_want_cancel()

    @api.model
    def _confirmed(self, *cart, **values):
        """Confirm all of an order of :meth:`_sent`."""
        order = self._sent(*cart, **values)
        self._confirm(order)
        return order

    @api.model
    def _load_deliveries(self):
        """Ship: in one shipment, in several, with a message that needs attention, and with one that no one can read."""
        shipped = self._confirmed(items.PENS.times(5))
        self._ship(shipped)
        self._track(shipped, 'PACKAGE_OUT_FOR_DELIVERY')
        order = self._confirmed(items.KEYBOARD.times(4), items.MONITOR.times(2))
        self._ship(order, (1, 4))
        self._ship(order, (2, 2), days=6)
        self._track(order, 'PACKAGE_DELIVERED_TO_CUSTOMER', 'PACKAGE_ESTIMATED_DELIVERY_DATE_CHANGED')
        # Amazon names a line that was never ordered.
        self._ship(self._confirmed(items.GLOVES.times(10)), (7, 10))
        documents = self.env['amazon.punchout.document']
        documents._store_unreadable(self._group(), b'This is not a cXML document.')._process()
        unreadable = documents._store_unreadable(self._group(), b'Another test of the network.')
        unreadable._process()
        unreadable.with_user(self._manager())._dismiss("We tested the network.")
        received = self._confirmed(items.COFFEE.times(6))
        self._ship(received, (1, 4), days=0)
        self._ship(received, (1, 2), days=0)
        self._track(received, 'PACKAGE_AVAILABLE_FOR_PICKUP', 'PACKAGE_LEFT_FROM_CARRIER_FACILITY')
        self._receive_goods(received)

    @api.model
    def _receive_goods(self, order):
        """Receive everything that an order still expects."""
        for picking in order.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel')):
            picking.with_user(self._manager()).with_context(skip_backorder=True, skip_sms=True).button_validate()

    # === BILLS === #

    @api.model
    def _load_bills(self):
        """Bill: a draft, one above the confirmed price, a posted one, and one of which Amazon refunds a part."""
        self._bill(self._delivered(items.CHAIR, items.STAPLER, prices=('199.99', '12.50')))
        disputed = self._delivered(items.PAPER.times(5))
        self._bill(disputed, (1, 5, '51.90'))
        # The credit of an invoice that has not come yet.
        self._bill(disputed, (1, -1, '7.00'), credited='1DEMO-NOT-YET')
        self._post(self._bill(self._delivered(items.MONITOR.times(3), shipping='12.00'), shipping='12.00'))
        order = self._delivered(items.GLOVES.times(12), items.TOWELS.times(2), prices=(items.GLOVES.price, '39.90'))
        bill = self._bill(order)
        self._post(bill)
        self._bill(order, (1, -4, items.GLOVES.price), credited=bill.amazon_invoice_id)

    @api.model
    def _delivered(self, *cart, prices=(), **values):
        """Confirm, ship and receive an order of :meth:`_sent`.

        :param prices: what Amazon confirms for each item; by default as in the cart
        """
        order = self._sent(*cart, **values)
        self._confirm(order, *(
            (number, item.quantity, [
                {'type': 'detail', 'quantity': item.quantity, 'price': price, 'delivery': self._moment()}])
            for number, (item, price) in enumerate(zip(cart, prices, strict=False), start=1)))
        self._ship(order, days=0)
        self._receive_goods(order)
        return order

    @api.model
    def _post(self, bill):
        bill.invoice_date = bill.invoice_date or fields.Date.context_today(bill)
        bill.action_post()

    # === THE OTHER GROUPS === #

    @api.model
    def _load_other_groups(self):
        """Test orders, a cart that lacks what its group requires, and a cart that was filled on Amazon first."""
        test, buyer = self._group('_test'), self._buyer()
        self._confirm(
            self._sent(items.STAPLER, group=test, currency='EUR'),
            (1, 1, [{'type': 'backordered', 'quantity': 1, 'delivery': self._moment(days=14)}]))
        test.require_account = True
        self._shop(test, buyer, items.PAPER.times(2), items.COFFEE, currency='EUR')
        self.env['amazon.punchout.session']._hold_unsolicited_cart(self._write_cart(
            self._group('_punchin'), None, items.KEYBOARD._replace(price='6980'), currency='JPY'))

    # === TRIPS AND CARTS === #

    @api.model
    def _load_carts(self):
        """Shop: trips that led to no order, and carts that nobody has ordered yet."""
        group, buyer = self._group(), self._buyer()
        # The shopper is still on Amazon; left without buying; was declined by Amazon.
        self._start_trip(group, buyer, search='label printer')
        self._shop(group, buyer)
        self._start_trip(group, buyer, code=401, text="Invalid credentials")
        # Kept: an item that the group doesn't allow, and a cart that came back too late.
        self._shop(group, buyer, items.USED_PHONE)
        trip, cookie = self._start_trip(group, buyer)
        trip.expires_at = fields.Datetime.subtract(fields.Datetime.now(), hours=2)
        trip._receive_cart(self._write_cart(group, cookie, items.COFFEE.times(2)))
        # Carts: one to order, one that waits for approval, one that was refused, one that was given up.
        self._shop(group, buyer, items.PAPER.times(4), items.PENS, shipping='5.99', tax='13.85')
        self._place_order(group, buyer, items.LAPTOP.times(2), items.MONITOR.times(2), tax='237.52')
        self._place_order(group, buyer, items.CHAIR.times(6)).with_user(self._manager())._amazon_refuse(
            "We still have chairs in the storage room. Please take those first.")
        self._shop(group, buyer, items.TOWELS).purchase_order_id.with_user(buyer).button_cancel()
        # A cart of which the price hold ends tomorrow.
        late = self._shop(group, buyer, items.STAPLER.times(3), items.PENS.times(2)).purchase_order_id
        with lifted():
            late.amazon_valid_until = fields.Datetime.add(fields.Datetime.now(), hours=20)
