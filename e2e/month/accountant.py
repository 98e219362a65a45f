"""What an accountant does at the end of a month, and what the books say then: runs inside Odoo.

Amounts are texts. Orders that were charged together are one bundle, since a bill or a payment may be of all of them.
"""
import json
from collections import defaultdict
from pathlib import Path

from odoo.addons.amazon_punchout import cxml
from odoo.addons.amazon_punchout.tests.cxml_builder import invoice_line, invoice_xml, tax_detail

# Reading, booking and posting go on until nothing changes.
ROUNDS = 8
MANY = 50


class Accountant:

    def __init__(self, env):
        companies = env['res.company'].search([])
        self.env = env = env(context={'lang': 'en_US', 'allowed_company_ids': companies.ids})
        self.person = env['res.users'].search([('login', '=', 'accountant')])
        self.charges = env['amazon.punchout.transaction']

    # === WHAT COMES === #

    def read_reports(self, *paths):
        """Drop reports, answer what Odoo asks, and import them."""
        reports = self.env['amazon.punchout.import'].with_user(self.person)
        for path in map(Path, paths):
            report = reports._upload(path.name, path.read_bytes())
            if report.question == 'dates':
                report.action_month_first() if path.parent.name == 'US' else report.action_day_first()
            self._wait_for(report, 'ready')
            assert report.state == 'ready', (path, report.state, report.problem)
            report.action_import()
            self._wait_for(report, 'done')
            assert (report.state, report.problem) == ('done', False), path
            problems = report.problem_ids.filtered(lambda problem: 'Order Net Total' not in problem.reason)
            yield path.stem, report, [(problem.row, problem.reason) for problem in problems]
        self.env.cr.commit()

    def _wait_for(self, report, state):
        for _round in range(MANY):
            if report.state not in ('checking', 'running') or report.state == state:
                return
            self.charges._cron_charges()

    def fetch(self):
        """Let the scheduled action fetch all that the APIs state."""
        accesses = self.env['amazon.punchout.api']
        accesses.search([]).write({'fetched_until': False, 'next_fetch_at': False})
        assert not any(accesses.search([]).mapped('resting')), accesses.search([]).mapped('resting')
        for _round in range(MANY):
            accesses._cron_fetch()
            if not accesses.search([]).filtered(lambda access: access._is_fetch_due()):
                break
        problems = accesses.search([]).filtered(lambda access: access.fetch_problem)
        assert not problems, problems.mapped('fetch_problem')
        pages = self.env['amazon.punchout.api.page'].search([('state', '!=', 'processed')])
        assert not pages, pages.mapped('reason')

    def receive_documents(self, documents):
        """Receive invoices and credit memos over cXML, as Amazon sends them for groups that pay by invoice."""
        for number, document in documents.items():
            orders = {order.name: order for order in self.env['purchase.order'].search(
                [('name', 'in', [line['order'] for line in document['lines']])])}
            group = next(iter(orders.values())).amazon_group_id
            raw = self._write(number, document, orders)
            self.env['amazon.punchout.document']._store_message(group, cxml.read_request(raw), raw)
        self.env.cr.commit()
        self.env['amazon.punchout.document']._cron_process()

    def _write(self, number, document, orders):
        sign, currency = -1 if document['credit'] else 1, document['currency']
        digits = 0 if currency == 'JPY' else 2

        def money(name, lines=document['lines']):
            return f"{sign * sum(float(line[name]) for line in lines):.{digits}f}"

        parts = defaultdict(list)
        for place, line in enumerate(document['lines'], 1):
            parts[line['order']].append(invoice_line(
                place, sign * (line['quantity'] or 1), line['price'], line_number=line['line'],
                subtotal=money('goods', [line]), tax=money('tax', [line]),
                tax_details=self._details(orders[line['order']].amazon_group_id, line, currency, sign, digits),
                shipping=money('shipping', [line]) if float(line['shipping']) else None,
                discount=f"{-float(line['discount']):.{digits}f}" if float(line['discount']) else None,
                currency=currency, reason='return' if sign < 0 else None))
        discount = -sum(float(line['discount']) for line in document['lines'])
        return invoice_xml(
            [(orders[name], *lines) for name, lines in parts.items()], invoice_id=number, currency=currency,
            purpose='creditMemo' if sign < 0 else 'standard', subtotal=money('goods'), tax=money('tax'),
            shipping=money('shipping'), discount=f"{discount:.{digits}f}" if discount else None,
            net=f"{sign * float(document['amount']):.{digits}f}", original_invoice_id=document['credits'],
            invoice_date=f"{document['date']}T00:00:00Z", to_identity=next(iter(orders.values())).amazon_group_id.name)

    def _details(self, group, line, currency, sign, digits):
        """State the parts of a line's tax, as Amazon does where there is VAT."""
        if group.marketplace == 'us' or not line['tax_rate']:
            return ''
        percent = float(line['tax_rate']) * 100
        of_shipping = round(float(line['shipping']) * percent / 100, digits)
        parts = {'subtotalTax': float(line['tax']) - of_shipping, 'shippingTax': of_shipping}
        return ''.join(tax_detail(f'{percent:g}', f'{sign * amount:.{digits}f}', currency, purpose)
                       for purpose, amount in parts.items() if amount)

    # === WHAT IS DONE === #

    def book(self):
        for _round in range(ROUNDS):
            self.charges._cron_charges()
            self.env['amazon.punchout.document']._cron_process()

    def post(self):
        """Post all drafts that differ in nothing from their orders. Where tax is reclaimed, enter the invoice's number.
        """
        for _round in range(ROUNDS):
            self.book()
            drafts = self._moves().filtered(lambda move: move.state == 'draft')
            for move in drafts.filtered('amazon_lacks_invoice'):
                move.with_user(self.person).ref = f"typed {move.id}"
            drafts = drafts.filtered(lambda move: not move.amazon_differences)
            if not drafts:
                break
            for move in drafts.sorted('move_type'):  # bills before refunds
                move.with_user(self.person).with_company(move.company_id).action_post()
            self.env.cr.commit()
        self.book()

    def _moves(self):
        return self.env['account.move'].search(
            [('amazon_group_id', '!=', False), ('state', '!=', 'cancel')], order='id')

    # === WHAT THE BOOKS SAY === #

    def tell(self):
        """Say what is booked, what is listed for a person, and the sums of each order.

        :rtype: dict
        """
        self.env.invalidate_all()
        found = self.charges.search([], order='id')
        self.bundle_of = self._bundles(found)
        return {
            'charges': sorted(map(self._charge, found), key=json.dumps),
            'listed': self._listed(found),
            'orders': self._orders(found),
            'bundles': self._paid(),
            'items': self._items(found),
            'spend': self._spend(),
            'expenses': self._expenses(),
            'missing': sorted(self.env['amazon.punchout.stated.invoice'].search([]).filtered(
                lambda invoice: not invoice.move_id).mapped('number')),
        }

    def _bundles(self, found):
        bundle_of = {}
        for charge in found:
            names = set(charge.order_ids.mapped('name'))
            names = names.union(*(bundle_of.get(name, ()) for name in names))
            bundle_of.update(dict.fromkeys(names, names))
        return bundle_of

    def _bundle(self, orders):
        names = set().union(*({order.name} | self.bundle_of.get(order.name, set()) for order in orders))
        return ", ".join(sorted(names))

    def _charge(self, charge):
        """Give what must be the same whatever stated it; the state says whether it is booked."""
        return {
            'refs': charge.amazon_order_ref or "", 'kind': charge.kind, 'amount': text(charge.amount),
            'currency': charge.currency_id.name, 'instrument': charge.instrument, 'is_settled': charge.is_settled,
            'state': charge.state, 'attention': charge.attention or "", 'company': charge.company_id.name or "",
            'orders': ", ".join(sorted(charge.order_ids.mapped('name'))), 'payments': len(charge.payment_ids)}

    def _listed(self, found):
        """List by Amazon's numbers of the orders what needs a person, by the reason."""
        listed = defaultdict(list)
        for charge in found:
            if charge.state == 'attention':
                held = charge.attention in ('no_company', 'two_companies')
                listed['held' if held else 'attention'].append(charge)
            elif charge.state == 'outside':
                listed['fee' if charge.outside_kind == 'fee' else 'outside'].append(charge)
            elif not charge.is_settled:
                listed['not settled'].append(charge)
            elif charge.state != 'booked':
                listed[charge.state].append(charge)
        for move in self._moves().filtered('amazon_differences'):
            if not move.amazon_lacks_invoice:
                listed['differs'] += move.amazon_share_ids.transaction_id
        return {reason: sorted([charge.amazon_order_ref or "", charge.problem or ""] for charge in charges)
                for reason, charges in listed.items()}

    def _orders(self, found):
        sums = defaultdict(lambda: defaultdict(float))
        for line in found.filtered(lambda charge: charge.is_settled and charge.state != 'dismissed').line_ids:
            if line.order_id:
                kind = 'charged' if line.transaction_id.kind == 'charge' else 'refunded'
                sums[line.order_id.name][kind] += line.total
        for line in self._moves().invoice_line_ids:
            if order := line.amazon_purchase_line_id.order_id or line.amazon_order_id:
                kind = 'billed' if line.move_id.move_type == 'in_invoice' else 'credited'
                sums[order.name][f'{kind}, draft' if line.parent_state == 'draft' else kind] += line.price_total
        return {order: {name: text(amount) for name, amount in values.items()} for order, values in sums.items()}

    def _paid(self):
        """Add up what was paid of bills, and what came back for credits, by bundle and instrument."""
        paid = defaultdict(lambda: defaultdict(float))
        for bundle, instrument, sign, amount in self._payments():
            paid[bundle][instrument] += sign * amount
        return {bundle: {name: text(amount) for name, amount in values.items()} for bundle, values in paid.items()}

    def _payments(self):
        moves = self._moves()
        lines = moves.line_ids.filtered(lambda line: line.account_id.account_type == 'liability_payable')
        for partial in lines.matched_debit_ids | lines.matched_credit_ids:
            debit, credit = partial.debit_move_id.move_id, partial.credit_move_id.move_id
            move, payment = (credit, debit) if credit in moves else (debit, credit)
            is_bill = move == credit
            amount = partial.credit_amount_currency if is_bill else partial.debit_amount_currency
            if not payment.origin_payment_id:
                continue  # a credit lowers what is to be paid of its bill
            charge = self.charges.search([('payment_ids', 'in', payment.origin_payment_id.ids)])
            orders = (move.invoice_line_ids.amazon_purchase_line_id.order_id | move.invoice_line_ids.amazon_order_id)
            yield self._bundle(orders), charge.instrument, 1 if is_bill else -1, amount

    def _items(self, found):
        """Add up all journal items by bundle, account, currency, partner, document and whether they are posted."""
        sums = defaultdict(lambda: [0.0, 0.0, 0.0])
        by_payment = {payment.move_id: charge for charge in found for payment in charge.payment_ids}
        moves = self._moves() | self.env['account.move'].union(*by_payment)
        for line in moves.line_ids:
            move = line.move_id
            orders = by_payment[move].order_ids if move in by_payment else (
                move.invoice_line_ids.amazon_purchase_line_id.order_id | move.invoice_line_ids.amazon_order_id)
            key = (self._bundle(orders), line.account_id.name, line.currency_id.name, line.partner_id.name or "",
                   move.move_type, move.state, move.company_id.name)
            for place, amount in enumerate((line.amount_currency, line.balance, line.amount_residual)):
                sums[key][place] += amount
        return sorted([*key, *map(text, amounts)] for key, amounts in sums.items() if any(
            round(amount, 2) for amount in amounts))


    def _spend(self):
        """Read the report Amazon Spend by company, currency of the order and order.

        :return: rows of company, whether the order is in the company's currency, order, spent, charged and outside
        """
        report = self.env['amazon.punchout.spend'].with_user(self.person)
        found = report._read_group(
            [], ['company_id', 'order_id'], ['spent:sum', 'charged:sum', 'outside:sum'])
        return sorted(
            [company.name, order.sudo().currency_id in (company.currency_id, order.currency_id.browse()),
             order.sudo().name or "", *map(text, amounts)]
            for company, order, *amounts in found)

    def _expenses(self):
        """Add up what posted bills and credits cost each company, by the accounts of their journal items."""
        sums = defaultdict(float)
        for line in self._moves().filtered(lambda move: move.state == 'posted').line_ids:
            if line.account_id.account_type.startswith('expense'):
                sums[line.company_id.name] += line.balance
        return {company: text(amount) for company, amount in sums.items()}


def text(amount):
    return f"{amount + 0.0:.2f}".replace('-0.00', '0.00')


def run(env, steps):
    """Take steps, and print what the books say after those named 'tell'.

    :param list steps: the name of a step, and its arguments
    """
    accountant, told = Accountant(env), []
    for name, *arguments in steps:
        outcome = getattr(accountant, name)(*arguments)
        if name == 'read_reports':
            outcome = [(kind, report.new_rows, report.known_rows, problems) for kind, report, problems in outcome]
        if name in ('tell', 'read_reports'):
            told.append(outcome)
        env.cr.commit()
    print(json.dumps(told))
