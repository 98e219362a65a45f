"""One order with everything: partly rejected, partly shipped, twice invoiced, partly refunded.

The expected figures are an accountant's own sums, worked out beside each test; nothing is taken from the code.
"""
from odoo import Command
from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, invoice_line, invoice_xml, item, ship_notice_xml, status, tax_detail
from ..message_case import MessageCase

FIRST, SECOND = '111-0000000-0000001', '111-0000000-0000002'


@tagged('-at_install', 'post_install')
class TestMessageStory(MessageCase):

    def open_receipt(self, order):
        return order.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel'))

    def quantities(self, order):
        """Collect ordered, shipped, received and billed quantity of each Amazon line."""
        order.invalidate_recordset()
        order.order_line.invalidate_recordset()
        return {
            line.amazon_line_number: (line.product_qty, line.amazon_shipped_quantity, line.qty_received,
                                      line.qty_invoiced)
            for line in order.order_line if line.amazon_line_type == 'item'}

    def bill(self, invoice_id):
        return self.env['account.move'].search([('amazon_invoice_id', '=', invoice_id)])

    def refund(self, bill, number, amount, kind='money', **vals):
        """Let an accountant without the Purchase role record what Amazon wrote about a refund.

        :param int number: of the Amazon line
        :param float amount: tax included
        :return: the draft credit
        """
        accountant = self.new_user(f'accountant{bill.id}{number}', 'account.group_account_invoice')
        accountant.write({'company_ids': [Command.set(bill.company_id.ids)], 'company_id': bill.company_id.id})
        before = self.env['account.move'].search([('reversed_entry_id', '=', bill.id)])
        self.record_refund(bill.with_user(accountant), number, amount, kind, **vals)
        return self.env['account.move'].search([('reversed_entry_id', '=', bill.id)]) - before

    # === USD, THE TAX AN ESTIMATE === #

    def test_a_whole_order_in_dollars_agrees_to_the_cent(self):
        # Cart: 2 × 10.00 + 3 × 5.00 + 1 × 20.00 = 55.00, shipping 4.00, tax 7.25 % of 59.00 = 4.28: 63.28.
        order = self.sent_order([
            item(asin='B00TEST001', price='10.00', quantity='2', auxiliary_id='136-1,1'),
            item(asin='B00TEST002', price='5.00', quantity='3', auxiliary_id='136-1,2'),
            item(asin='B00TEST003', price='20.00', quantity='1', auxiliary_id='136-1,3'),
        ], shipping='4.00', tax='4.28')
        self.assertEqual(order.amount_total, 63.28)

        # First Amazon order: 2 × 10.00 + 1 × 19.00 = 39.00, shipping 3.00, tax 7.25 % of 42.00 = 3.05: 45.05.
        self.deliver(confirmation_xml(order, [
            (1, 2, status(quantity=2)), (3, 1, status(quantity=1, price='19.00')),
        ], confirm_id=FIRST, total='45.05', shipping='3.00', tax='3.05'))
        self.assertEqual(order.amazon_state, 'partial')
        # Second: 2 × 5.00 = 10.00, shipping 1.00, tax 7.25 % of 11.00 = 0.80: 11.80; the third piece is out of stock.
        self.deliver(confirmation_xml(order, [
            (2, 3, status(quantity=2), status('reject', 1, error="Out of stock. [Error code: 015-005]")),
        ], confirm_id=SECOND, total='11.80', shipping='1.00', tax='0.80'))
        # 45.05 + 11.80 = 56.85.
        self.assertEqual(
            (order.amazon_state, order.amount_total, order.amazon_order_ref), ('partial', 56.85, f'{FIRST}, {SECOND}'))
        self.assertEqual(self.expected(order), {1: 2, 2: 2, 3: 1})

        self.deliver(ship_notice_xml(order, [(1, 2), (3, 1)], shipment_id='S1', tracking='1Z1'))
        self.deliver(ship_notice_xml(order, [(2, 1)], shipment_id='S2', tracking='1Z2'))
        self.receive_goods(order, line1=2, line2=1, line3=1)
        self.assertEqual(self.quantities(order), {1: (2, 2, 2, 0), 2: (2, 1, 1, 0), 3: (1, 1, 1, 0)})
        self.assertEqual(self.expected(order), {1: 0, 2: 1, 3: 0})

        self.deliver(invoice_xml([(order, invoice_line(1, 2, '10.00'), invoice_line(2, 1, '19.00', line_number=3))],
                                 invoice_id='INV-1', subtotal='39.00', shipping='3.00', tax='3.05', net='45.05'))
        self.deliver(invoice_xml([(order, invoice_line(1, 2, '5.00', line_number=2))],
                                 invoice_id='INV-2', subtotal='10.00', shipping='1.00', tax='0.80', net='11.80'))
        bills = self.bill('INV-1'), self.bill('INV-2')
        self.assertEqual([(bill.move_type, bill.state, bill.amount_total) for bill in bills],
                         [('in_invoice', 'draft', 45.05), ('in_invoice', 'draft', 11.80)])
        self.assertEqual(round(sum(bill.amount_total for bill in bills), 2), 56.85)
        for bill in bills:
            bill.action_post()
        self.assertEqual(self.quantities(order), {1: (2, 2, 2, 2), 2: (2, 1, 1, 2), 3: (1, 1, 1, 1)})
        self.assertEqual(order.invoice_status, 'invoiced')

        # One piece of the first line is broken; Amazon refunds 10.00 and its tax, 7.25 % = 0.73, without a return.
        credit = self.refund(bills[0], 1, 10.73)
        self.assertEqual((credit.move_type, credit.state, credit.amount_total), ('in_refund', 'draft', 10.73))
        credit.action_post()
        # 45.05 - 10.73 = 34.32 are still to be paid for the first bill; with the second 34.32 + 11.80 = 46.12.
        self.assertEqual((bills[0].amount_residual, bills[1].amount_residual), (34.32, 11.80))
        owed = sum(self.env['account.move.line'].search([
            ('move_id', 'in', (bills[0] | bills[1] | credit).ids),
            ('account_id.account_type', '=', 'liability_payable'),
        ]).mapped('balance'))
        self.assertEqual(round(owed, 2), -46.12)
        self.assertEqual(self.quantities(order), {1: (2, 2, 2, 2), 2: (2, 1, 1, 2), 3: (1, 1, 1, 1)})
        self.assertEqual(order.invoice_status, 'invoiced')

        # The last piece arrives: everything that Amazon confirmed is here and billed.
        self.receive_goods(order)
        self.assertEqual(self.quantities(order)[2], (2, 1, 2, 2))
        self.assertEqual((self.expected(order), order.invoice_status), ({1: 0, 2: 0, 3: 0}, 'invoiced'))
        self.assertFalse(order.picking_ids.filtered(lambda picking: picking.picking_type_code == 'outgoing'))

    # === EUR, 19 % VAT === #

    def german_company(self):
        """Make a group of a company with a chart of accounts in euros and one purchase tax of 19 %."""
        self.env.ref('base.EUR').active = True
        company, group, _warehouse = self.make_company("Test GmbH", 'base.EUR')
        self.env['account.chart.template'].try_loading('generic_coa', company, install_demo=False)
        company.currency_id = self.env.ref('base.EUR')
        company.account_fiscal_country_id = self.env.ref('base.de')
        self.env['account.tax'].search([('company_id', '=', company.id)]).active = False
        tax = self.new_tax(19, company_id=company.id)
        for user in (self.buyer, self.env.user):
            user.company_ids |= company
        return group, tax

    def test_a_whole_order_in_euros_agrees_to_the_cent(self):
        group, tax = self.german_company()
        # Cart: 2 × 10.00 + 3 × 5.55 = 36.65, shipping 4.20. VAT 19 %: 3.80 + 3.16 (3.1635) + 0.80 (0.798) = 7.76.
        # 36.65 + 4.20 + 7.76 = 48.61.
        order = self.sent_order([
            item(asin='B00TEST001', price='10.00', quantity='2', auxiliary_id='257-1,1', tax='3.80', details=[
                ('19.00', '3.80', 'subtotalTax')], shipping='0.00'),
            item(asin='B00TEST002', price='5.55', quantity='3', auxiliary_id='257-1,2', tax='3.96', details=[
                ('19.00', '3.16', 'subtotalTax'), ('19.00', '0.80', 'shippingTax')], shipping='4.20'),
        ], group=group, currency='EUR', shipping='4.20', tax='7.76')
        self.assertEqual((order.currency_id.name, order.amount_total), ('EUR', 48.61))
        self.assertEqual(order.order_line.filtered(lambda line: line.amazon_line_type != 'tax').tax_ids, tax)

        # First: 2 × 9.90 = 19.80, VAT 3.76 (3.762): 23.56.
        self.deliver(confirmation_xml(order, [
            (1, 2, status(quantity=2, price='9.90', currency='EUR', tax='3.76',
                          tax_details=tax_detail('19.00', '3.76', 'EUR'))),
        ], confirm_id=FIRST, total='23.56', shipping='0.00', tax='3.76'), group=group)
        # Second: 2 × 5.55 = 11.10, shipping 2.80, VAT 2.11 (2.109) + 0.53 (0.532) = 2.64: 16.54. One piece is rejected.
        self.deliver(confirmation_xml(order, [
            (2, 3, status(quantity=2, currency='EUR', tax='2.64', shipping='2.80', tax_details=(
                tax_detail('19.00', '2.11', 'EUR') + tax_detail('19.00', '0.53', 'EUR', 'shippingTax'))),
             status('reject', 1, error="Nicht lieferbar [Error code: 015-005]")),
        ], confirm_id=SECOND, total='16.54', shipping='2.80', tax='2.64'), group=group)
        # 23.56 + 16.54 = 40.10; net 19.80 + 11.10 + 2.80 = 33.70, VAT 3.76 + 2.64 = 6.40.
        self.assertEqual((order.amazon_state, order.amount_total), ('partial', 40.10))
        self.assertEqual(self.expected(order), {1: 2, 2: 2})

        self.deliver(ship_notice_xml(order, [(1, 2)], shipment_id='S1', carrier='DHL', tracking='00340'), group=group)
        self.receive_goods(order, line1=2)
        self.assertEqual(self.quantities(order), {1: (2, 2, 2, 0), 2: (2, 0, 0, 0)})

        self.deliver(invoice_xml(
            [(order,
              invoice_line(1, 2, '9.90', currency='EUR', tax='3.76', tax_details=tax_detail('19.00', '3.76', 'EUR')))],
            invoice_id='DE-1', subtotal='19.80', tax='3.76', net='23.56', currency='EUR',
            indicators='isTaxInLine="yes"',
        ), group=group)
        self.deliver(invoice_xml(
            [(order, invoice_line(1, 2, '5.55', line_number=2, currency='EUR', tax='2.11',
                                  tax_details=tax_detail('19.00', '2.11', 'EUR')))],
            invoice_id='DE-2', subtotal='11.10', shipping='2.80', tax='2.64', net='16.54', currency='EUR',
            tax_details=tax_detail('19.00', '2.64', 'EUR'), indicators='isTaxInLine="yes"'), group=group)
        bills = self.bill('DE-1'), self.bill('DE-2')
        self.assertEqual([(bill.amount_untaxed, bill.amount_tax, bill.amount_total) for bill in bills],
                         [(19.80, 3.76, 23.56), (13.90, 2.64, 16.54)])
        for bill in bills:
            bill.action_post()

        # The first line's second piece went back: 9.90 and 1.88 VAT (1.881) = 11.78.
        credit = self.refund(bills[0], 1, 11.78, kind='goods', quantity=1)
        self.assertEqual((credit.amount_untaxed, credit.amount_tax, credit.amount_total), (9.90, 1.88, 11.78))
        credit.action_post()
        # 23.56 - 11.78 = 11.78; with the second 11.78 + 16.54 = 28.32. Input VAT 3.76 + 2.64 - 1.88 = 4.52.
        self.assertEqual((bills[0].amount_residual, bills[1].amount_residual), (11.78, 16.54))
        vat = sum(self.env['account.move.line'].search([
            ('move_id', 'in', (bills[0] | bills[1] | credit).ids), ('tax_line_id', '=', tax.id)]).mapped('balance'))
        self.assertEqual(round(vat, 2), 4.52)
        # Two were received and one is billed: a piece is to go back to Amazon, then the receipts agree.
        self.assertEqual(self.quantities(order)[1], (2, 2, 2, 1))
        self.send_back(order, 1, 1)
        self.assertEqual(self.quantities(order), {1: (2, 2, 1, 1), 2: (2, 0, 0, 2)})
        self.assertEqual(order.invoice_status, 'invoiced')
