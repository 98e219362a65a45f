"""The reports Shipments and Returns complete charges and orders, and book nothing."""
from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...transactions import ShipmentFacts, Statement
from ..booking_case import NUMBER, BookingCase
from ..charge_case import ChargeCase
from ..cxml_builder import ship_notice_xml
from ..report_builder import (
    ORDER_HEADERS,
    RETURN_HEADERS,
    SHIPMENT_HEADERS,
    TRANSACTION_HEADERS,
    csv_report,
    order_row,
    return_row,
    shipment_row,
    transaction_row,
)

SHIPMENTS = (*SHIPMENT_HEADERS, 'Shipment ID', 'Account Group')
RETURNS = (*RETURN_HEADERS, 'PO Line Item Id', 'Account Group')


class ReportsOfShipments:
    """What the tests of both cases need."""

    def take(self, raw, user=None):
        """Upload and import a report.

        :return: the import as the user
        """
        user = user or self.biller
        report = self.env['amazon.punchout.import'].with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids)._upload("report.csv", raw)
        report.action_import()
        self.env.flush_all()
        return report

    def shipments(self, *rows, **usual):
        return csv_report(SHIPMENTS, [{**row, 'Account Group': "Test group", **usual} for row in rows])

    def returns(self, *rows, **usual):
        return csv_report(RETURNS, [{**row, 'Account Group': "Test group", **usual} for row in rows])

    def items(self):
        return self.env['amazon.punchout.reported.item'].search([], order='id')


@tagged('post_install', '-at_install')
class TestShipmentsReport(ReportsOfShipments, BookingCase):

    def shipped(self, order, number, day, quantity='2', asin='B00TEST001', **values):
        return shipment_row(**{
            'Order_ID': NUMBER, 'PO_Number': order.name, 'PO_Line_Item_Id': '', 'ASIN': asin,
            'Shipment_Date': day, 'Shipment_Quantity': quantity, 'Shipment_ID': number,
            'Carrier_Tracking #': f'1Z{number}', **values})

    def charged(self, order, *rows, cost='64.23'):
        """Write an Orders report of an order of which only some items are charged."""
        return csv_report(ORDER_HEADERS, [{
            **order_row(total, total, cost, Order_ID=NUMBER, PO_Number=order.name, PO_Line_Item_Id='',
                        ASIN=asin, Item_Quantity=quantity, Payment_Reference_ID=reference, Account_Group="Test group"),
            'Item Subtotal': items, 'Item Shipping & Handling': shipping, 'Item Tax': tax}
            for asin, quantity, items, shipping, tax, total, reference in rows])

    def first_item(self, order, reference='R1'):
        return self.charged(order, ('B00TEST001', '2', '20.00', '3.00', '1.90', '24.90', reference))

    def pieces(self, order, *references):
        """Write an Orders report of charges for a piece of the first item each. The rest was cancelled."""
        return self.charged(order, *(
            ('B00TEST001', '1', '10.00', '1.50', '0.95', '12.45', reference) for reference in references),
            cost=f'{12.45 * len(references):.2f}')

    def book(self):
        self.run_cron('amazon_punchout.ir_cron_charges')

    def charges(self):
        return self.env['amazon.punchout.transaction'].search([('company_id', '=', self.company.id)], order='id')

    def test_the_bill_has_the_shipments_day_whether_the_shipments_or_the_charges_come_first(self):
        for place, is_first in enumerate((True, False)):
            order = self.order()
            shipments = self.shipments(self.shipped(order, f'S{place}', '2026-03-08', Order_ID=f'111-{place}'))
            charges = self.first_item(order).replace(NUMBER.encode(), f'111-{place}'.encode())
            reports = [shipments, charges] if is_first else [charges, shipments]
            for report in reports:
                self.take(report)
                self.book()
            [bill] = self.all_bills(order)
            with self.subTest(is_first=is_first):
                self.assertEqual(
                    (bill.state, bill.ref, str(bill.invoice_date), bill.amount_total),
                    ('draft', f'111-{place} / S{place}', '2026-03-08', 24.90))
                line = self.charges()[-1].line_ids
                self.assertEqual((line.shipment_id, str(line.shipment_date), line.tracking_number),
                                 (f'S{place}', '2026-03-08', f'1ZS{place}'))

    def test_the_same_shipments_again_change_nothing(self):
        order = self.order()
        self.take(self.first_item(order))
        raw = self.shipments(self.shipped(order, 'S1', '2026-03-08'), self.shipped(order, 'S1', '2026-03-08'))
        self.take(raw)
        self.book()
        bill, before = self.all_bills(order), self.items().read(['about', 'quantity', 'date'])
        report = self.take(raw)
        self.assertEqual((report.new_rows, report.known_rows), (0, 2))
        self.book()
        self.assertEqual(self.items().read(['about', 'quantity', 'date']), before)
        self.assertEqual(self.all_bills(order), bill, "the draft was not made anew")
        self.take(self.shipments(self.shipped(order, 'S1', '2026-03-08', Delivery_Status='Lost', **{
            'Carrier_Tracking #': ''})))
        self.assertEqual(self.items().mapped('status'), ['Lost', 'Delivered'])
        self.assertEqual(self.items().mapped('tracking_number'), ['1ZS1', '1ZS1'], "what is not stated stays")

    def test_a_shipment_charges_nothing(self):
        order = self.order()
        report = self.take(self.shipments(self.shipped(order, 'S1', '2026-03-08')))
        self.book()
        self.assertFalse(self.charges())
        self.assertFalse(self.all_bills(order))
        self.assertFalse(report.transaction_count)

    def test_the_check_says_how_many_rows_belong_to_orders(self):
        order = self.order()
        report = self.env['amazon.punchout.import'].with_user(self.biller)._upload("report.csv", self.shipments(
            self.shipped(order, 'S1', '2026-03-08'), self.shipped(order, 'S2', '2026-03-09', asin='B00OTHER'),
            self.shipped(order, 'S3', '2026-03-09', Order_ID='111-9', PO_Number='P99999')))
        self.assertEqual((report.state, report.new_rows, report.known_rows), ('ready', 3, 0))
        self.assertEqual(report.our_rows_text, "Shipments: 1 of 3 rows belong to orders in Odoo")
        self.assertFalse(self.items())
        report.action_import()
        self.assertEqual((report.our_rows, len(self.items())), (1, 3))

    def test_nothing_posted_is_altered(self):
        order = self.order()
        self.take(self.first_item(order))
        self.book()
        self.post(self.all_bills(order))
        before = self.books(self.all_bills(order))
        self.take(self.shipments(self.shipped(order, 'S1', '2026-03-08')))
        self.book()
        [bill] = self.all_bills(order)
        self.assertEqual((bill.state, str(bill.invoice_date)), ('posted', '2026-03-14'))
        self.assertEqual(self.books(bill), before)
        self.assertEqual(self.charges().state, 'booked')

    def test_each_charge_of_one_item_has_the_shipment_of_its_quantity(self):
        order = self.order()
        self.take(self.shipments(self.shipped(order, 'S1', '2026-03-08', '1')))
        self.take(self.pieces(order, 'R1', 'R2'))
        self.assertEqual(self.charges().line_ids.mapped('shipment_id'), ['S1', False], "one piece was shipped")
        self.take(self.shipments(self.shipped(order, 'S2', '2026-03-09', '1')))
        self.assertEqual(self.charges().line_ids.mapped('shipment_id'), ['S1', 'S2'])
        self.book()
        self.assertEqual(sorted(str(bill.invoice_date) for bill in self.all_bills(order)), ['2026-03-08', '2026-03-09'])

    def test_card_and_gift_card_stay_one_bill(self):
        """Only one of them states the quantity."""
        order = self.order()
        self.take(self.shipments(
            self.shipped(order, 'S1', '2026-03-08', '1'), self.shipped(order, 'S2', '2026-03-09', '1')))
        line = {'number': 1, 'quantity': 2, 'shipping': 1.20, 'tax': 0.76, 'is_shared': True, 'asin': 'B00TEST001'}
        card = self.transact(9.96, {**line, 'items': 8.00, 'total': 9.96}, order=order)
        gift = self.transact(14.94, {**line, 'quantity': 0, 'items': 12.00, 'shipping': 1.80, 'tax': 1.14,
                                     'total': 14.94}, order=order, instrument='gift_card')
        (card | gift)._match()
        (card | gift)._book()
        self.assertEqual(len(card.bill_ids | gift.bill_ids), 1)

    def test_a_charge_without_items_has_the_shipment_if_there_is_one(self):
        order = self.order()
        whole = csv_report(TRANSACTION_HEADERS, [
            transaction_row('64.23', Order_ID=NUMBER, PO_Number=order.name, Account_Group="Test group")])
        self.take(self.shipments(self.shipped(order, 'S1', '2026-03-08')))
        self.take(whole)
        self.assertEqual(self.charges().line_ids.shipment_id, 'S1')
        self.take(self.shipments(self.shipped(order, 'S2', '2026-03-09', '3', asin='B00TEST002')))
        self.assertFalse(self.charges().line_ids.shipment_id, "it may be either")

    def test_what_the_charge_states_itself_counts_more(self):
        order = self.order()
        charge = self.transact(24.90, {
            'number': 1, 'quantity': 2, 'total': 24.90, 'asin': 'B00TEST001', 'shipment_id': 'API-1',
            'shipment_date': '2026-03-05'}, order=order)
        self.take(self.shipments(self.shipped(order, 'S1', '2026-03-08')))
        self.assertEqual((charge.line_ids.shipment_id, str(charge.line_ids.shipment_date)), ('API-1', '2026-03-05'))

    def test_a_charge_finds_its_order_by_the_shipments(self):
        """Neither a confirmation nor the charge says that Amazon's number is that of the order."""
        order = self.order()
        self.take(csv_report(TRANSACTION_HEADERS, [
            transaction_row('64.23', Order_ID=NUMBER, PO_Number='', Account_Group="Test group")]))
        self.assertEqual(self.charges().state, 'outside')
        self.take(self.shipments(self.shipped(order, 'S1', '2026-03-08')))
        self.assertEqual((self.charges().state, self.charges().order_ids), ('matched', order))

    def test_a_tracking_number_leads_to_the_ship_notice_of_the_order(self):
        order = self.order()
        self.deliver(ship_notice_xml(order, [(1, 2)], shipment_id='NOTICE-1', tracking='1ZS1'))
        self.take(csv_report(TRANSACTION_HEADERS, [
            transaction_row('24.90', Order_ID=NUMBER, PO_Number='', Account_Group="Test group")]))
        self.take(self.shipments(self.shipped(order, 'S1', '2026-03-08', PO_Number='')))
        self.book()
        self.assertEqual(self.charges().line_ids.shipment_id, 'NOTICE-1')
        self.assertEqual(self.all_bills(order).amazon_shipment_id.shipment_id, 'NOTICE-1')

    def test_taking_back_the_report_takes_the_shipments_off_the_charges(self):
        order = self.order()
        self.take(self.first_item(order))
        report = self.take(self.shipments(self.shipped(order, 'S1', '2026-03-08')))
        self.book()
        report.action_undo()
        self.assertFalse(self.items())
        self.assertEqual(self.charges().line_ids.mapped('shipment_id'), [False])
        self.book()
        [bill] = self.all_bills(order)
        self.assertEqual((str(bill.invoice_date), bill.state), ('2026-03-14', 'draft'))

    def test_taking_back_details_leaves_the_charge_with_its_order(self):
        """What another report states of it remains, and is booked."""
        order = self.order()
        self.take(csv_report(TRANSACTION_HEADERS, [
            transaction_row('24.90', Order_ID=NUMBER, PO_Number=order.name, Account_Group="Test group")]))
        report = self.take(self.first_item(order))
        self.assertEqual(self.charges().line_ids.asin, 'B00TEST001')
        report.action_undo()
        self.assertEqual((self.charges().state, self.charges().line_ids.order_id), ('matched', order))

    def test_the_api_states_shipments_too(self):
        order = self.order()
        self.take(self.first_item(order))
        statement = Statement('shipments_api', shipments=(ShipmentFacts(
            order_ref=NUMBER, purchase_order_number=order.name, asin='B00TEST001', quantity=Decimal(2),
            shipment_id='S1', tracking_number='1ZS1', date=date(2026, 3, 8)),))
        for _twice in range(2):
            self.env['amazon.punchout.transaction']._import_statement(
                statement, 'api', groups=self.group, fallback=self.group)
        self.assertEqual(len(self.items()), 1)
        self.assertEqual(self.charges().line_ids.shipment_id, 'S1')

    # === RETURNS === #

    def returned(self, order, day='2026-03-18', **values):
        return return_row(**{
            'Order_ID': NUMBER, 'PO_Number': order.name, 'ASIN': 'B00TEST001', 'Return_Date': day, **values})

    def counted(self, order):
        """Give the quantities that went back of the first line."""
        items = self.items().filtered(lambda item: item.purchase_line_id == self.line(order, 1))
        return items.filtered(lambda item: not item.is_cancelled).mapped('quantity')

    def test_the_order_shows_what_was_returned_to_amazon(self):
        order = self.order()
        self.take(self.returns(self.returned(order), self.returned(order, ASIN='B00TEST002', Return_Quantity='3')))
        self.book()
        self.assertFalse(self.charges())
        self.assertFalse(self.all_bills(order))
        line = self.line(order, 1)
        order = order.with_user(self.biller)
        self.assertEqual(order.amazon_return_count, 2)
        action = order.action_open_amazon_returns()
        item = self.env[action['res_model']].with_user(self.biller).search(action['domain'])[-1:]
        self.assertEqual((item.purchase_line_id, item.quantity, item.reason, str(item.date), item.status),
                         (line, 1, "Damaged", '2026-03-18', "Received"))

    def test_returns_are_counted_once(self):
        order = self.order()
        for _twice in range(2):
            self.take(self.returns(self.returned(order), self.returned(order)))
        self.assertEqual(self.counted(order), [1, 1], "two pieces on one day")
        self.take(self.returns(self.returned(order, '2026-03-19'), self.returned(order, '2026-03-18')))
        self.assertEqual(self.counted(order), [1, 1], "the day of one has moved")
        self.take(self.returns(self.returned(order, '2026-03-30')))
        self.assertEqual(self.counted(order), [1, 1, 1], "another one")

    def test_a_return_that_is_only_announced_is_the_one_that_follows(self):
        order = self.order()
        for _any_order in range(2):
            self.take(self.returns(self.returned(order, '', Return_Status='Requested')))
            self.take(self.returns(self.returned(order)))
            self.assertEqual(self.counted(order), [1])
        self.take(self.returns(self.returned(order, Return_Status='Cancelled')))
        self.assertEqual(self.counted(order), [], "it was not returned after all")

    def test_returns_before_the_order_is_known_find_it_later(self):
        order = self.order()
        self.take(self.returns(self.returned(order, PO_Number='')))
        self.assertFalse(order.amazon_return_count)
        self.confirm(order)
        self.assertEqual(order.amazon_return_count, 1)
        other = self.order()
        self.take(self.returns(self.returned(other, PO_Number='', Order_ID='111-7')))
        self.take(self.first_item(other).replace(NUMBER.encode(), b'111-7'))
        self.assertEqual(other.amazon_return_count, 1)


@tagged('post_install', '-at_install')
class TestShipmentsOfCompanies(ReportsOfShipments, ChargeCase):

    def row(self, order, **values):
        return shipment_row(Order_ID='111-1', PO_Number=order.name, ASIN='', PO_Line_Item_Id='', **values)

    def test_shipments_belong_to_the_company_of_their_account_group(self):
        order = self.order_at_amazon()
        raw = csv_report(SHIPMENTS, [
            {**self.row(order), 'Account Group': name} for name in ("Test group", "Berlin", "Nobody's")])
        report = self.take(raw, self.accountant)
        self.assertEqual((report.new_rows, report.elsewhere_rows, report.held_rows, report.our_rows), (1, 1, 1, 1))
        self.assertIn("Nobody's", report.unknown_names_text)
        self.assertEqual(self.items().company_id, self.company)
        self.assertFalse(self.items().with_user(self.de_accountant).search([]))
        with self.assertRaises(AccessError):
            self.items().with_user(self.accountant).write({'quantity': 7})
        with self.assertRaises(AccessError):
            self.items().with_user(self.buyer).read(['quantity'])

    def test_without_account_groups_the_order_tells_the_company(self):
        order = self.order_at_amazon()
        raw = csv_report(SHIPMENT_HEADERS, [self.row(order), shipment_row(Order_ID='111-2', PO_Number='')])
        report = self.take(raw, self.chief)
        self.assertEqual((report.new_rows, report.held_rows, report.our_rows), (1, 1, 1))
        self.assertEqual(self.items().company_id, self.company)
        self.take(raw, self.de_accountant)
        self.assertEqual(self.items().filtered('order_id').company_id, self.company, "no order of that company")
        self.assertEqual(self.items().filtered(lambda item: item.company_id == self.gmbh).order_id.ids, [])
