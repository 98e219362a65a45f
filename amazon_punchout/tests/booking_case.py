"""Base of the tests of booking: charges and refunds as reports and APIs state them."""
from odoo.fields import Command

from .bill_case import BillCase
from .cxml_builder import confirmation_xml, item, status

NUMBER = '111-0000000-0000001'
PARTS = ('items', 'shipping', 'tax', 'discount', 'fees', 'total')


class BookingCase(BillCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.new_card("Company card", 'CARD')
        cls.balance = cls.new_card("Gift cards", 'GIFT', outstanding=False)
        cls.group.write({
            'payment_method': 'card', 'journal_id': cls.card.id, 'balance_journal_id': cls.balance.id})

    @classmethod
    def new_card(cls, name, code, outstanding=True, **vals):
        """Make a journal with an account of its own, and one on which its payments wait."""
        account = cls.env['account.account'].create({
            'name': name, 'code': f'X{code}', 'reconcile': False,
            'account_type': 'liability_credit_card' if outstanding else 'asset_current'})
        journal = cls.env['account.journal'].create({
            'name': name, 'code': code, 'type': 'credit' if outstanding else 'cash', 'default_account_id': account.id,
            **vals})
        if outstanding:
            waiting = cls.env['account.account'].create({
                'name': f"{name}, outstanding", 'code': f'X{code}O', 'account_type': 'liability_current',
                'reconcile': True})
            lines = journal.outbound_payment_method_line_ids | journal.inbound_payment_method_line_ids
            lines.payment_account_id = waiting
        return journal

    # === ORDERS === #

    def order(self, **cart):
        """Send an order of 2 × 10.00, 3 × 5.00 and 1 × 20.00, with shipping and tax at the items: 64.23 in total."""
        return self.sent_order([
            item(asin='B00TEST001', price='10.00', quantity='2', auxiliary_id='136-1,1', shipping='3.00', tax='1.90'),
            item(asin='B00TEST002', price='5.00', quantity='3', auxiliary_id='136-1,2', shipping='1.00', tax='1.43'),
            item(asin='B00TEST003', price='20.00', quantity='1', auxiliary_id='136-1,3', tax='1.90'),
        ], **cart)

    def confirm(self, order, number=NUMBER, total='64.23'):
        self.deliver(confirmation_xml(
            order, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3)), (3, 1, status(quantity=1))],
            confirm_id=number, total=total))

    # === CHARGES === #

    def transact(self, amount, *lines, kind='charge', order=None, instrument='card', date='2026-03-10', **values):
        """Store what Amazon charged or refunded, as the import of a report does, without booking it.

        :param lines: dicts of a line; none for the order as a whole
        :return: the transaction as superuser
        """
        lines = lines or ({},)
        rows = []
        for sequence, given in enumerate(lines):
            line = {'order_id': order.id if order else False, 'order_ref': order and order.amazon_order_ref or NUMBER,
                    **given}
            if line['order_id']:
                line['purchase_order_number'] = self.env['purchase.order'].browse(line['order_id']).name
            if number := line.pop('number', None):
                line['line_number'] = str(number)
                line['purchase_line_id'] = self.line(line.pop('order', order), number).id
            line['stated_parts'] = ",".join(name for name in PARTS if name in line)
            rows.append(Command.create({**line, 'sequence': sequence}))
        orders = [row[2]['order_id'] for row in rows if row[2]['order_id']]
        return self.env['amazon.punchout.transaction'].sudo().create({
            'kind': kind, 'amount': amount, 'currency_id': self.env.ref('base.USD').id, 'is_settled': True,
            'instrument': instrument, 'date': date, 'source': 'report', 'group_id': self.group.id,
            'company_id': self.company.id, 'state': 'matched' if orders else 'outside',
            'order_ids': [Command.set(orders)],
            'amazon_order_ref': ", ".join(dict.fromkeys(filter(None, (row[2]['order_ref'] for row in rows)))),
            'line_ids': rows, **values})

    def charge(self, order, amount, *lines, **values):
        """Book what Amazon charged for an order."""
        charge = self.transact(amount, *lines, order=order, **values)
        charge._book()
        return charge

    def refunded(self, order, amount, *lines, **values):
        """Book what Amazon refunded of an order."""
        return self.charge(order, amount, *lines, **{'kind': 'refund', 'date': '2026-03-20', **values})

    def post(self, moves):
        for move in moves:
            move.with_user(self.biller).action_post()
        return moves

    def bill_by_hand(self, order):
        """Receive an order, then create and post its bill as an accountant does.

        :return: the bill
        """
        self.receive_goods(order)
        order.with_user(self.biller).action_create_invoice()
        order.invoice_ids.invoice_date = '2026-03-06'
        return self.post(order.invoice_ids)

    def pay(self, bill, **values):
        """Pay a bill by the dialog of core."""
        self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=bill.ids).create(values).action_create_payments()

    # === THE BOOKS === #

    def outcome(self, *transactions):
        return [(each.state, each.problem or "") for each in transactions]

    def books(self, moves):
        """Return the journal items of bills, credits and payments, by what matters for the accounts."""
        lines = moves.line_ids.filtered(lambda line: line.balance)
        return sorted((line.account_id.name, line.balance, line.amount_residual) for line in lines)
