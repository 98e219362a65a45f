"""Random orders: what Amazon stated is what the books say, and whatever is wrong was held."""
import os
from collections import Counter
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from odoo.addons.amazon_punchout import cxml
from odoo.addons.amazon_punchout.tests.common import answer

from ..charts import named
from . import amazon
from .chart_case import ChartCase
from .random_orders import Writer

ORDERS = int(os.environ.get('LAB_CHARTS_ORDERS') or 10)
SEED = os.environ.get('LAB_CHARTS_SEED') or '1'
# Orders of one test.
BATCH = 25
HELD = 'amazon_punchout.mail_activity_problem'


class RandomOrders(ChartCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Cents are tolerated, as in a company that doesn't want to look at each.
        cls.group.write({'tolerance_amount': float(100 * cls.chart.unit), 'tolerance_percentage': 0})

    def check_batch(self, number):
        """Let some random orders happen, and compare the books of each with what Amazon stated."""
        seed = f'{SEED}.{self.chart.key}.{number}'
        writer = Writer(self.chart, seed)
        stories = [writer.story() for _ in range(min(BATCH, ORDERS - number * BATCH))]
        orders = self.shop(stories)
        self.hand_in_all([
            (order, amazon.confirmation(order, story.lines, self.chart.currency))
            for story, order in zip(stories, orders, strict=True)])
        orders.picking_ids.button_validate()
        for story, order in zip(stories, orders, strict=True):
            for line, quantity in story.returned.items():
                self.send_back(order, line, quantity)
        self.hand_in_all(self.in_any_order(writer, stories, orders))
        found = [
            f"{story.name}: {problem}" for story, order in zip(stories, orders, strict=True)
            for problem in self.problems(story, order)]
        self.count(number, stories, orders, found)
        if found:
            self.fail(f"LAB_CHARTS_SEED={SEED}, batch {number}:\n" + "\n".join(found))

    # === WHAT HAPPENS === #

    def shop(self, stories):
        """Shop, approve and send.

        :return: the orders
        """
        orders = self.env['purchase.order']
        for story in stories:
            orders |= self.make_order(
                amazon.items(story.lines), group=self.group, user=self.buyer,
                **amazon.cart_totals(story.lines, self.chart.currency))
        orders.with_user(self.buyer).button_confirm()
        self.send(answer())
        self.assertEqual(set(orders.mapped('amazon_state')), {'sent'})
        return orders

    def in_any_order(self, writer, stories, orders):
        """Write all papers; those of different orders are mixed.

        :rtype: list[tuple]
        """
        queues = [[(order, self.write(order, paper)) for paper in story.papers]
                  for story, order in zip(stories, orders, strict=True)]
        mixed = []
        while queues := [queue for queue in queues if queue]:
            mixed.append(writer.random.choice(queues).pop(0))
        return mixed

    def write(self, order, paper):
        """Write an invoice or a credit memo."""
        chart = self.chart
        if paper.kind == 'header':
            return amazon.header_credit(
                order, paper.lines, chart.currency, paper.number, paper.original, invoice_date=paper.date)
        values = {'invoice_date': paper.date}
        if paper.error == 'charge':
            values['special_handling'] = str(self.money('7.50'))
        return amazon.invoice(
            order, paper.lines, chart.foreign if paper.error == 'currency' else chart.currency, number=paper.number,
            original=paper.original, reason='return' if paper.kind == 'return' else None, **values)

    def hand_in_all(self, documents):
        """Store messages, as the endpoint does, and process them."""
        Document = self.env['amazon.punchout.document'].sudo()
        stored = Document.browse()
        for order, raw in documents:
            stored |= Document._store_message(order.amazon_group_id, cxml.read_request(raw), raw)
        before = None
        # One run ends when its time is over; what waits for another document is then tried again later.
        while (left := stored.filtered(lambda document: document.state in ('received', 'waiting'))) and left != before:
            before = left
            left.filtered(lambda document: document.state == 'waiting').next_try_at = fields.Datetime.now()
            self.run_cron('amazon_punchout.ir_cron_process')

    # === WHAT MUST BE TRUE === #

    def problems(self, story, order):
        """Compare an order with its story.

        :rtype: list[str]
        """
        found = []
        if (total := Decimal(str(order.amount_total))) != amazon.total(story.lines, 'total'):
            found.append(f"the order is {total}, the cart {amazon.total(story.lines, 'total')}")
        moves = {move.amazon_invoice_id: move for move in self.moves(order)}
        for paper in story.good():
            move = moves.get(paper.number, self.env['account.move'])
            if move.state != 'posted':
                found.append(f"{paper.kind} {paper.number} {paper.error or ''} is {move.state or 'missing'}: "
                             f"{self.reason(order, paper, move)}")
            elif (stated := Decimal(str(-move.amount_total_signed))) != paper.total:
                found.append(f"{paper.kind} {paper.number} is {stated}, Amazon stated {paper.total}")
        for paper in story.bad():
            move = moves.get(paper.number, self.env['account.move'])
            if move.state == 'posted':
                found.append(f"{paper.number} with a wrong {paper.error} is posted")
            elif not (move.activity_ids or self.document(order, paper).state == 'attention'):
                found.append(f"nobody is notified of {paper.number} with a wrong {paper.error}")
        if not found and (got := self.books(order).lines()) != (expected := story.books().lines()):
            found.append(f"the books are {got}; an accountant expects {expected}")
        return found

    def document(self, order, paper):
        return order.amazon_document_ids.filtered(
            lambda document: document.document_type == 'InvoiceDetailRequest'
            and paper.number in (document.body_text or ''))

    def reason(self, order, paper, move):
        if move:
            return " ".join(move.activity_ids.mapped(lambda each: f"{each.summary} {each.note or ''}"))
        return self.document(order, paper)[:1].reason or "no document"

    def count(self, number, stories, orders, found):
        """Write what docs/books.md shows of the random orders."""
        papers = [paper for story in stories for paper in story.papers]
        posted = self.moves(orders).filtered(lambda move: move.state == 'posted')
        good = [paper for story in stories for paper in story.good()]
        bad = [paper for story in stories for paper in story.bad()]
        self.write_result(f'random orders {number:02d}', {
            'orders': len(stories),
            'invoices': sum(paper.kind == 'invoice' for paper in papers),
            'credits': sum(paper.kind != 'invoice' for paper in papers),
            'wrong': len(bad),
            'errors': Counter(paper.error for paper in bad),
            'posted_wrong': len({paper.number for paper in bad} & set(posted.mapped('amazon_invoice_id'))),
            'stated': str(sum((paper.total for paper in good), Decimal())),
            'booked': str(-sum((Decimal(str(move.amount_total_signed)) for move in posted), Decimal())),
            'tax_stated': str(sum((paper.tax for paper in good), Decimal())),
            'tax_booked': str(self.books(orders).accounts['VAT']),
            'differences': len(found),
        })


def _batch(number):
    def test(self):
        self.check_batch(number)
    return test


for _chart in named():
    _name = f'TestRandomOrders{_chart.key.upper()}'
    globals()[_name] = tagged('post_install', '-at_install')(type(_name, (RandomOrders,), {
        'chart_key': _chart.key, '__module__': __name__,
        **{f'test_orders_{_number:02d}': _batch(_number) for _number in range(-(-ORDERS // BATCH))}}))
# Only the classes of the charts are tests.
del RandomOrders
