"""No new order is late: a cart not before its price hold ends, an order not before its goods can be there."""
from datetime import timedelta

from freezegun import freeze_time
from lxml import etree
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.fields import Domain
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ...tools.cart_lock import lifted
from ..cxml_builder import confirmation_xml, item, status
from ..message_case import MessageCase


@tagged('post_install', '-at_install')
class TestLateCarts(MessageCase):

    def setUp(self):
        super().setUp()
        self.group.lead_days = 4

    def dashboard(self, key):
        """Read a number above the list of orders, as the buyer does."""
        self.env.flush_all()
        return self.env['purchase.order'].with_user(self.buyer).retrieve_dashboard()['global'][key]

    def late_filter(self):
        """Search with core's filter Late, as a click on the number does."""
        view = self.env.ref('purchase.view_purchase_order_filter')
        arch = etree.fromstring(self.env['purchase.order'].get_view(view.id, 'search')['arch'])
        [late] = arch.xpath('//filter[@name="late"]')
        return self.env['purchase.order'].search(Domain(safe_eval(late.get('domain'))))

    def now(self, **later):
        return freeze_time(fields.Datetime.now() + timedelta(**later))

    def test_a_slip_in_the_lead_time_kept_every_cart_from_becoming_an_order(self):
        """So many days are no date any more."""
        with mute_logger('odoo.sql_db'), self.assertRaises(CheckViolation):
            self.group.lead_days = 999999999
            self.env.flush_all()

    # === LATE REQUESTS === #

    def test_every_new_cart_was_a_late_request(self):
        before = self.dashboard('late')['all']
        order = self.make_order([item()])
        with self.now(minutes=5):
            self.assertEqual(self.dashboard('late')['all'], before)
            self.assertNotIn(order, self.late_filter())

    def test_a_cart_is_late_after_its_price_hold(self):
        before = self.dashboard('late')['all']
        order = self.make_order([item()])
        self.shift_hold(order, minutes=1)
        with self.now(minutes=5):
            self.assertEqual(self.dashboard('late')['all'], before + 1)
            self.assertIn(order, self.late_filter())

    def test_other_requests_are_late_as_in_core(self):
        before = self.dashboard('late')['all']
        plain = self.env['purchase.order'].create({'partner_id': self.vendor.id, 'date_order': '2020-01-01'})
        self.assertEqual(self.dashboard('late')['all'], before + 1)
        self.assertIn(plain, self.late_filter())

    def test_the_day_of_the_order_stays_the_real_one(self):
        order = self.make_order([item()])
        self.assertEqual(order.date_order.date(), fields.Date.today())
        form = etree.fromstring(order.get_view(self.env.ref('purchase.purchase_order_form').id, 'form')['arch'])
        self.assertIn('amazon_session_id', form.xpath('//field[@name="date_order"]')[0].get('invisible'))
        self.assertTrue(form.xpath('//sheet//group//field[@name="amazon_hold_left"]'))

    def test_how_long_the_price_is_held(self):
        order = self.make_order([item()]).with_context(tz='UTC')
        for ago, words in (
            ({'days': -6}, "6 days left"), ({'days': -1}, "1 day left"), ({'minutes': 1}, "expired"),
        ):
            self.shift_hold(order, **ago)
            self.env.invalidate_all()
            self.assertEqual(order.amazon_hold_left, words)
            self.assertEqual(order.amazon_state_label, "Hold expired" if words == "expired" else f"Held, {words}")
        with freeze_time('2026-03-02 10:00:00'):
            with lifted():
                order.amazon_valid_until = '2026-03-02 18:00:00'
            self.env.invalidate_all()
            self.assertEqual(order.amazon_hold_left, "ends today")
        order.with_user(self.buyer).button_confirm()
        self.assertFalse(order.amazon_hold_left)

    # === LATE RECEIPTS === #

    def test_every_new_order_was_a_late_receipt(self):
        before = self.dashboard('late_receipt')['all']
        order = self.ordered([item()])
        with self.now(days=3):
            self.assertEqual(self.dashboard('late_receipt')['all'], before)
        with self.now(days=5):
            self.assertEqual(self.dashboard('late_receipt')['all'], before + 1)
        self.assertEqual(order.picking_ids.scheduled_date, order.date_planned)

    def test_the_lead_time_is_marked_until_amazon_names_a_day(self):
        order = self.sent_order([item()])
        self.assertEqual(order.date_planned.date(), fields.Date.today() + timedelta(days=4))
        self.assertTrue(order.amazon_is_estimated)
        self.assertTrue(order.picking_ids.amazon_is_estimated)
        form = etree.fromstring(order.get_view(self.env.ref('purchase.purchase_order_form').id, 'form')['arch'])
        [mark] = form.xpath('//div[@name="date_planned_div"]/span[text()="estimated"]')
        self.assertIn('not amazon_is_estimated', mark.get('invisible'))
        day = (fields.Datetime.now() + timedelta(days=9)).strftime('%Y-%m-%dT12:00:00Z')
        self.deliver(confirmation_xml(order, [(1, 1, status(quantity=1, delivery_date=day))]))
        self.assertFalse(order.amazon_is_estimated)
        self.assertFalse(order.picking_ids.amazon_is_estimated)
        before = self.dashboard('late_receipt')['all']
        with self.now(days=8):
            self.assertEqual(self.dashboard('late_receipt')['all'], before)

    def test_the_lead_time_counts_from_the_approval(self):
        order = self.make_order([item()], shipping='5.00')
        with self.now(days=3):
            order.with_user(self.buyer).button_confirm()
            self.assertEqual(order.date_planned.date(), fields.Date.today() + timedelta(days=4))
            self.assertTrue(order.amazon_is_estimated)
            self.assertEqual(order.picking_ids.scheduled_date, order.date_planned)

    def test_a_date_that_a_person_has_set_is_no_estimate(self):
        order = self.make_order([item()])
        day = fields.Datetime.now() + timedelta(days=20)
        with Form(order.with_user(self.buyer)) as form:
            form.date_planned = day
        self.assertFalse(order.amazon_is_estimated)
        with self.now(days=3):
            order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.date_planned.date(), day.date())
