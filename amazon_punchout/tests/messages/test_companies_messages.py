"""Amazon's messages with several companies and credentials: each changes only the orders of its own secret."""
from types import SimpleNamespace

from odoo import fields
from odoo.tests import tagged

from ... import cxml
from ..companies_case import CompaniesCase
from ..cxml_builder import confirmation_xml, envelope, invoice_line, invoice_xml, ship_notice_xml, status


@tagged('post_install', '-at_install')
class TestMessagesOfTwoCompanies(CompaniesCase):

    def setUp(self):
        super().setUp()
        self.orders = dict(zip((self.group, self.second, self.german), self.three_orders(), strict=True))

    def rename(self, order, name):
        """Give an order a number that an order of another company may have, too."""
        self.env.cr.execute("UPDATE purchase_order SET name = %s WHERE id = %s", [name, order.id])
        self.env.invalidate_all()

    def by_number(self, order):
        return f'<OrderReference orderID="{order.name}"><DocumentReference payloadID="unknown"/></OrderReference>'

    def confirmation(self, order, **values):
        return confirmation_xml(order, [(1, 1, status())], **values)

    def about(self, order):
        """Write Amazon's kinds of message about an order, naming it by payloadID and number, or by its number alone."""
        yield self.confirmation(order)
        yield self.confirmation(order, order_reference=self.by_number(order))
        yield ship_notice_xml(order)
        yield ship_notice_xml(order, portions=f'<ShipNoticePortion>{self.by_number(order)}</ShipNoticePortion>')
        yield invoice_xml([(order, invoice_line(1, 1, order.amount_untaxed))], invoice_id=f'INV-{order.id}',
                          subtotal=order.amount_untaxed, net=order.amount_untaxed, currency=order.currency_id.name)

    def snapshot(self):
        """Collect all that messages could have changed of the orders."""
        self.env.invalidate_all()
        return [
            (order.amazon_state, order.amazon_order_ref, order.amount_total, len(order.message_ids),
             order.amazon_document_ids,
             order.amazon_shipment_ids, order.invoice_ids, order.order_line.mapped('amazon_confirmation'))
            for order in self.orders.values()]

    def test_a_message_changes_no_order_of_another_secret(self):
        before = self.snapshot()
        for group in self.orders:
            for other, order in self.orders.items():
                if group == other:
                    continue
                for raw in self.about(order):
                    document = self.deliver(raw, group=group)
                    self.assertIn(document.state, ('waiting', 'attention'))
                    self.assertEqual((document.company_id, document.purchase_order_id.ids), (group.company_id, []))
        self.assertEqual(self.snapshot(), before)

    def test_each_message_reaches_the_order_of_its_own_secret(self):
        for group, order in self.orders.items():
            self.deliver(self.confirmation(order, confirm_id=f'111-0000000-000000{order.id % 9}'), group=group)
            self.deliver(ship_notice_xml(order), group=group)
        for order in self.orders.values():
            self.assertEqual(order.amazon_state, 'confirmed')
            self.assertEqual(order.amazon_shipment_ids.company_id, order.company_id)
            self.assertEqual(order.amazon_document_ids.company_id, order.company_id)

    def test_of_two_orders_with_one_number_the_secret_decides(self):
        first, german = self.orders[self.group], self.orders[self.german]
        for order in (first, german):
            self.rename(order, 'P00001')
        self.deliver(self.confirmation(german, order_reference='<OrderReference orderID="P00001"/>'), group=self.german)
        self.env.invalidate_all()
        self.assertEqual((first.amazon_state, german.amazon_state), ('sent', 'confirmed'))

    def test_the_payload_id_of_another_companys_order_does_not_fall_back_on_the_number(self):
        first, german = self.orders[self.group], self.orders[self.german]
        for order in (first, german):
            self.rename(order, 'P00001')
        before = self.snapshot()
        self.deliver(self.confirmation(first), group=self.german)
        self.deliver(ship_notice_xml(first), group=self.german)
        self.assertEqual(self.snapshot(), before)

    def test_of_groups_of_two_companies_with_one_secret_the_order_decides(self):
        """One identity and one secret in groups of two companies."""
        self.german.write({'identity': self.group.identity, 'shared_secret': self.group.sudo().shared_secret})
        raw = envelope('<ConfirmationRequest/>', to_identity=self.group.identity,
                       secret=self.group.sudo().shared_secret)
        groups = self.env['amazon.punchout.group']._authenticate_secret(cxml.read_request(raw))
        self.assertEqual(groups, self.group | self.german)
        first, german = self.orders[self.group], self.orders[self.german]
        document = self.deliver(self.confirmation(german), group=groups)
        self.assertEqual((document.purchase_order_id, document.group_id, document.company_id),
                         (german, self.german, self.gmbh))
        self.assertEqual((first.amazon_state, german.amazon_state), ('sent', 'confirmed'))

    def test_of_two_groups_with_one_user_the_password_decides(self):
        self.group.write({'inbound_user': 'amazon', 'inbound_password': 'one-of-two-passwords'})
        self.german.write({'inbound_user': 'amazon', 'inbound_password': 'two-of-two-passwords'})
        Groups = self.env['amazon.punchout.group']
        for password, found in (
                ('one-of-two-passwords', self.group), ('two-of-two-passwords', self.german), ('three', Groups),
                ('', Groups)):
            self.assertEqual(Groups._authenticate_basic(SimpleNamespace(username='amazon', password=password)), found)

    def test_of_two_groups_with_one_identity_the_secret_decides(self):
        self.german.identity = self.group.identity
        for secret, found in ((self.group.sudo().shared_secret, self.group), ('secret-of-de', self.german)):
            raw = envelope('<ConfirmationRequest/>', to_identity=self.group.identity, secret=secret)
            self.assertEqual(self.env['amazon.punchout.group']._authenticate_secret(cxml.read_request(raw)), found)

    def test_one_invoice_number_in_two_companies_is_two_bills(self):
        self.env['account.chart.template'].try_loading('generic_coa', self.gmbh, install_demo=False)
        self.env.user.company_ids |= self.gmbh
        for group in (self.group, self.german):
            order = self.orders[group]
            tax = order.amount_tax
            self.deliver(invoice_xml(
                [(order, invoice_line(1, 1, order.amount_untaxed, currency=order.currency_id.name))], invoice_id='SAME',
                subtotal=order.amount_untaxed, tax=tax, net=order.amount_total, due=order.amount_total,
                currency=order.currency_id.name), group=group)
        bills = self.env['account.move'].search([('amazon_invoice_id', '=', 'SAME')])
        self.assertEqual({(bill.company_id, bill.amazon_group_id) for bill in bills},
                         {(self.company, self.group), (self.gmbh, self.german)})

    def test_a_bill_never_spans_two_companies(self):
        self.german.write({'identity': self.group.identity, 'shared_secret': self.group.sudo().shared_secret})
        first, german = self.orders[self.group], self.orders[self.german]
        document = self.deliver(invoice_xml(
            [(first, invoice_line(1, 1, 10)), (german, invoice_line(2, 1, 30, line_number=1))], subtotal=40, net=40),
            group=self.group | self.german)
        self.assertEqual(document.state, 'attention')
        self.assertFalse(first.invoice_ids | german.invoice_ids)

    def test_what_waits_is_processed_for_its_own_credentials_only(self):
        """A message may arrive before its order is committed; another company's order does not wake it."""
        late = self.make_order(user=self.both, group=self.german, currency='EUR')
        raw = confirmation_xml(late, [(1, 1, status())], order_reference='<OrderReference orderID="B99999"/>')
        document = self.deliver(raw, group=self.german)
        self.assertEqual(document.state, 'waiting')
        self.rename(self.orders[self.group], 'B99999')
        document.next_try_at = fields.Datetime.now()
        self.run_cron('amazon_punchout.ir_cron_process')
        self.assertEqual(document.state, 'waiting')
        self.assertEqual(self.orders[self.group].amazon_state, 'sent')
