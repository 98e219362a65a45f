"""Who approves reads items, total, place with address, reason, who asks and until when the price is held."""
from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..cxml_builder import item
from ..order_case import APPROVAL, OrderCase


@tagged('post_install', '-at_install')
class TestWhatApproversRead(OrderCase):

    def setUp(self):
        super().setUp()
        self.set_limit(100)
        self.order = self.make_order([item(title="Monitor 27 inch", price='499.00')])
        self.warehouse.name = "Springfield"
        self.annex = self.env['stock.warehouse'].create({
            'name': "Annex", 'code': 'ANX', 'company_id': self.company.id,
            'partner_id': self.warehouse.partner_id.copy({'street': "2 Annex Road"}).id})

    def arch(self, xml_id):
        return etree.fromstring(self.env['purchase.order'].get_view(self.env.ref(xml_id).id, 'form')['arch'])

    def test_the_request_says_where_to_and_why(self):
        with Form(self.order.with_user(self.buyer)) as form:
            form.approval_reason = "The old one <broke>"
        self.order.with_user(self.buyer).button_confirm()
        note = self.activities(self.order, APPROVAL)[0].note
        for part in ("Buyer Person", "499.00", "Springfield", "1 Test Street", "Springfield", "Monitor 27 inch",
                     "Reason: The old one &lt;broke&gt;", "Amazon holds the price until"):
            self.assertIn(part, note)
        event = self.env['amazon.punchout.trail'].sudo().search([('event', '=', 'asked')], order='id desc', limit=1)
        self.assertIn("The old one", str(event.details))

    def test_the_reason_stood_far_from_ask_for_approval(self):
        """Between dates and references, and on a phone below all of them."""
        form = self.arch('purchase.purchase_order_form')
        [asks] = form.xpath('//header/button[@name="button_confirm"][@string="Ask for Approval"]')
        [beside] = form.xpath('//sheet/preceding-sibling::div[field[@name="approval_reason"]]')
        self.assertEqual(beside.get('invisible'), " ".join(asks.get('invisible').split()))
        [other] = form.xpath('//sheet//field[@name="approval_reason"]')
        self.assertIn("state in ('draft', 'sent') and not amazon_may_approve", other.get('invisible'))

    def test_the_reason_may_be_left_out(self):
        self.order.with_user(self.buyer).button_confirm()
        self.assertNotIn("Reason", self.activities(self.order, APPROVAL)[0].note)

    def test_the_dialog_says_all_that_the_request_says(self):
        dialog = self.arch('amazon_punchout.purchase_order_view_form_amazon_ask')
        for name in ('amount_total', 'amazon_delivery_address', 'amazon_requester_id', 'approval_reason',
                     'amazon_valid_until', 'amazon_moved_note', 'order_line'):
            self.assertTrue(dialog.xpath(f'//field[@name="{name}"][not(@invisible="1")]'), name)
        address = self.order.with_user(self.manager).amazon_delivery_address
        self.assertTrue(address.startswith("Springfield, 1 Test Street, "), address)

    def test_the_reason_was_changed_while_the_order_waited(self):
        self.order.with_user(self.buyer).approval_reason = "For the lobby"
        self.order.with_user(self.buyer).button_confirm()
        with self.assertRaisesRegex(UserError, "can't be changed any more"):
            self.order.with_user(self.buyer).approval_reason = "The manager agreed"
        self.order.with_user(self.buyer).approval_reason = "For the lobby"
        plain = self.env['purchase.order'].create({'partner_id': self.vendor.id, 'state': 'purchase'})
        plain.approval_reason = "Another addon's form shows it"

    # === ANOTHER PLACE === #

    def move(self):
        self.group.warehouse_ids = self.warehouse | self.annex
        self.order.with_user(self.buyer).picking_type_id = self.annex.in_type_id

    def test_price_and_tax_were_for_another_place_and_nobody_was_told(self):
        self.assertFalse(self.order.amazon_moved_note)
        self.assertNotIn("may change", self.order.amazon_status)
        self.move()
        self.assertIn(
            "Price, shipping and tax are those of a delivery to Springfield, not to Annex", self.order.amazon_status)
        self.assertIn("computed prices, shipping and tax for Springfield", self.order.amazon_moved_note)
        self.order.with_user(self.buyer).button_confirm()
        self.assertIn("The delivery location is now Annex", self.activities(self.order, APPROVAL)[0].note)
        self.order.with_user(self.manager).button_approve()
        self.assertFalse(self.order.amazon_moved_note)

    def test_a_place_without_an_address_is_not_offered(self):
        self.group.warehouse_ids = self.warehouse | self.annex
        self.assertIn(self.annex.in_type_id, self.order.amazon_picking_type_ids)
        self.annex.partner_id.street = False
        self.order.invalidate_recordset()
        self.assertEqual(self.order.amazon_picking_type_ids.warehouse_id, self.warehouse)
        self.assertEqual(self.group._offered_warehouses(), self.warehouse)
        with self.assertRaisesRegex(UserError, r"Complete the address of warehouse Annex .*Street"):
            self.move()
        field = self.arch('purchase.purchase_order_form').xpath(
            '//field[@name="picking_type_id"][@domain="[(\'id\', \'in\', amazon_picking_type_ids)]"]')
        self.assertEqual(field[0].get('invisible'), 'not amazon_session_id')

    def test_amazon_does_not_deliver_to_that_country(self):
        self.group.warehouse_ids = self.warehouse | self.annex
        self.annex.partner_id.write({'country_id': self.env.ref('base.de').id, 'state_id': False})
        shop = self.env['amazon.punchout.shop'].with_user(self.buyer).create({'group_id': self.group.id})
        self.assertEqual(shop.allowed_warehouse_ids, self.warehouse)
        words = r"does not deliver to Germany, where warehouse Annex is\. Choose another location"
        with self.assertRaisesRegex(UserError, words):
            self.group.with_user(self.buyer)._punch_out(warehouse=self.annex)
        with self.assertRaisesRegex(UserError, words):
            self.move()
        check = next(check for check in self.group._checklist() if check.key == f'country_{self.annex.id}')
        self.assertRegex(check.sentence, words)

    def test_an_administrator_knows_better_where_amazon_delivers(self):
        """The countries are assumptions of the addon, and kept a buyer from ordering."""
        self.group.warehouse_ids = self.warehouse | self.annex
        germany = self.env.ref('base.de')
        self.annex.partner_id.write({'country_id': germany.id, 'state_id': False})
        check = next(check for check in self.group._checklist() if check.key == f'country_{self.annex.id}')
        self.assertEqual((check.page, check.field), ('locations', 'delivery_country_ids'))
        self.assertIn("add the country to Other Countries", check.sentence)
        self.group.with_user(self.administrator).delivery_country_ids = germany
        self.assertIn(self.annex, self.group.with_user(self.buyer)._offered_warehouses())
        self.assertNotIn(check.key, [each.key for each in self.group._checklist()])
        self.move()
        self.assertEqual(self.order.picking_type_id, self.annex.in_type_id)

    def test_northern_ireland_is_a_country_of_its_own_in_odoo(self):
        self.annex.partner_id.write({'country_id': self.env.ref('base.xi').id, 'state_id': False})
        self.group.marketplace = 'gb'
        self.assertFalse(self.group._country_problem(self.annex))
