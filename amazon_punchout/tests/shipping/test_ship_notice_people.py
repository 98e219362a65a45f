"""Who enters, reads and finds shipments."""
from decimal import Decimal

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from ... import cxml
from ..cxml_builder import confirmation_xml, item, ship_notice_xml, status
from ..ship_notice_case import LATE, UPS, ShipNoticeCase


@tagged('-at_install', 'post_install')
class TestShipNoticePeople(ShipNoticeCase):

    # === BY HAND === #

    def enter(self, order, items, number):
        """Let a purchase manager enter a shipment."""
        items = [cxml.ShipNoticeItem(line, Decimal(quantity)) for line, quantity in items]
        return order.with_user(self.manager)._amazon_enter_ship_notice(items, number, 'UPS')

    def test_what_was_entered_by_hand_is_a_shipment_signed_by_who_did_it(self):
        order = self.three_lines()
        self.enter(order, [(1, 2)], '1Z1')
        shipment = order.amazon_shipment_ids
        self.assertEqual((shipment.tracking_number, shipment.document_id.entered_by_id, self.shipped(order)[1]),
                         ('1Z1', self.manager, 2))
        self.assertEqual(self.mails(order).author_id, self.manager.partner_id)

    def test_amazons_own_notice_that_comes_later_wins_over_what_was_entered(self):
        for entered, later, expected in (
            ([(1, 2)], ([(1, 1)], '1Z9'), ({1: 1, 2: 0, 3: 0}, ['1Z9'])),
            ([(1, 2), (2, 3)], ([(1, 1)], '1Z9'), ({1: 1, 2: 3, 3: 0}, ['1Z1', '1Z9'])),
            ([(1, 2)], ([(2, 3)], '1Z9'), ({1: 2, 2: 3, 3: 0}, ['1Z1', '1Z9'])),
            ([(1, 2)], ([(2, 3)], '1Z1'), ({1: 0, 2: 3, 3: 0}, ['1Z1'])),
            ([(1, 2)], ([], '1Z9'), ({1: 2, 2: 3, 3: 1}, ['1Z9'])),
            ([], ([(1, 2)], '1Z9'), ({1: 2, 2: 0, 3: 0}, ['1Z9'])),
        ):
            with self.subTest(entered=entered, later=later):
                order = self.three_lines()
                self.enter(order, entered, '1Z1')
                lines, number = later
                real = self.deliver(ship_notice_xml(order, lines, tracking=number))
                self.assertEqual((self.shipped(order), sorted(order.amazon_shipment_ids.mapped('tracking_number'))),
                                 expected)
                self.assertEqual(real.state, 'processed')
                # Processing the entry again doesn't restore it; withdrawing Amazon's notice does.
                entry = order.amazon_document_ids.filtered('entered_by_id')
                entry._process()
                self.assertEqual((self.shipped(order), sorted(order.amazon_shipment_ids.mapped('tracking_number'))),
                                 expected)
                self.deliver(ship_notice_xml(order, lines, tracking=number, notice_date=LATE, operation='delete'))
                self.assertEqual(order.amazon_shipment_ids.mapped('tracking_number'), ['1Z1'])

    def test_what_is_entered_after_amazons_notice_adds_to_it(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(2, 1)], tracking='1Z9'))
        self.enter(order, [(2, 2)], '1Z1')
        self.assertEqual(self.shipped(order)[2], 3)

    # === PEOPLE === #

    def test_the_requester_gets_one_message_with_the_link(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)], tracking='1Z42'))
        message = self.mails(order)
        self.assertEqual((len(message), message.partner_ids), (1, self.buyer.partner_id))
        self.assertIn(f'href="{UPS}1Z42"', message.body)
        self.assertIn("2 × ", message.body)
        self.assertIn("Mar 5", message.body)

    def test_the_requester_reads_what_amazon_writes_about_a_shipment(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)], comment="Left <b>early</b>||Two men carry it"))
        message = self.mails(order).body
        self.assertIn("Amazon: “Left &lt;b&gt;early&lt;/b&gt;”", message)
        self.assertIn("Amazon: “Two men carry it”", message)

    def test_the_requester_reads_why_a_shipment_is_late_or_withdrawn_once(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)]))
        late = self.deliver(ship_notice_xml(
            order, [(1, 2)], operation='update', notice_date=LATE, comment="Snow in the pass"))
        late._process()
        late.with_user(self.manager).sudo().write({'state': 'received'})
        late._process()
        self.assertEqual(self.chatter(order).count("Amazon about shipment SHIP1: “Snow in the pass”"), 1)
        self.deliver(ship_notice_xml(
            order, [(1, 2)], operation='delete', notice_date='2026-03-03T10:00:00Z', comment="Lost on the way"))
        self.assertIn("Amazon withdrew shipment SHIP1.", order.message_ids[0].body)
        self.assertIn("Amazon: “Lost on the way”", order.message_ids[0].body)

    def test_the_message_is_in_the_requesters_language(self):
        self.env['res.lang']._activate_lang('de_DE')
        self.buyer.lang = 'de_DE'
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)]))
        self.assertIn("Amazon hat Folgendes versendet, erwartet am 5. März", self.mails(order).body)

    def test_a_warehouse_clerk_follows_the_parcel_without_purchase_rights(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)], tracking='1Z42'))
        clerk = self.new_user('clerk', 'stock.group_stock_user')
        receipt = order.picking_ids.with_user(clerk)
        self.env.invalidate_all()
        self.assertIn('1Z42', receipt.amazon_parcel_ids._tracking_links())
        self.assertIn("2 × ", self.env['amazon.punchout.shipment'].with_user(clerk).search([]).contents)

    def test_an_accountant_reads_what_was_shipped(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)], tracking='1Z42'))
        accountant = self.new_user('accountant', 'account.group_account_invoice')
        self.env.invalidate_all()
        self.assertIn('1Z42', order.with_user(accountant).amazon_tracking)
        self.assertEqual(self.line(order, 1).with_user(accountant).amazon_shipped_quantity, 2)

    def test_the_forms_show_it(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)], tracking='1Z42'))
        self.env.invalidate_all()
        with Form(order.with_user(self.buyer)) as form:
            self.assertIn('1Z42', form.amazon_tracking)
            self.assertEqual(len(form.amazon_shipment_ids), 1)
            with form.order_line.edit(0) as line:
                self.assertEqual(line.amazon_shipped_quantity, 2)
        clerk = self.new_user('clerk', 'stock.group_stock_user')
        self.assertEqual(len(Form(order.picking_ids.with_user(clerk)).amazon_parcel_ids), 1)
        accountant = self.new_user('accountant', 'account.group_account_invoice')
        self.assertIn('1Z42', Form(order.with_user(accountant)).amazon_tracking)
        self.assertEqual(Form(order.amazon_shipment_ids.with_user(self.buyer)).tracking_number, '1Z42')

    def test_nobody_writes_shipments(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)]))
        for user in (self.buyer, self.manager, self.administrator):
            shipment = order.amazon_shipment_ids.with_user(user)
            self.assertTrue(shipment.tracking_number)
            with self.assertRaises(AccessError):
                shipment.tracking_number = 'forged'
            with self.assertRaises(AccessError):
                shipment.line_ids.quantity = 9

    # === FINDING === #

    def test_orders_are_found_by_tracking_number_amazon_number_and_asin(self):
        order, other = self.three_lines(), self.sent_order([item(asin='B00OTHER01')])
        self.deliver(ship_notice_xml(order, [(1, 2)], tracking='1Z42FIND'))
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2))], confirm_id='111-2222222-3333333'))
        Orders = self.env['purchase.order'].with_user(self.buyer)
        for xml_id in ('purchase.view_purchase_order_filter', 'purchase.purchase_order_view_search'):
            view = Orders.get_view(self.env.ref(xml_id).id, 'search')
            for typed in ('1z42find', '111-2222222-3333333', 'B00TEST002', 'b00test002'):
                with self.subTest(xml_id, typed=typed):
                    self.assertEqual(Orders.search(self.domain_of(view['arch'], typed)) & (order | other), order)

    def domain_of(self, arch, typed):
        """Evaluate the domain of the first field of a search view."""
        return safe_eval(etree.fromstring(arch).find('.//field[@name="name"]').get('filter_domain'), {'self': typed})
