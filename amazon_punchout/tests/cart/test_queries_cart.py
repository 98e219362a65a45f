"""A cart costs a fixed number of queries more than a plain order of the same lines, whatever its length."""
from odoo.fields import Command
from odoo.tests import tagged

from ..common import AmazonCase
from ..cxml_builder import cart_xml, item

# One is the table of rates, by which a rate may be part of the cost; four begin the history of the
# order, and one makes its commit durable.
LIMIT = 17
LIMIT_OF_CURRENCY = LIMIT + 1  # whether there is an exchange rate
# Vendor codes, mapped accounts and the rows of the table are read once for each cart, if the group uses them.
LIMIT_WITH_ALL = 25
SAME = ('name', 'product_qty', 'price_unit', 'discount', 'sequence', 'date_planned')


@tagged('post_install', '-at_install')
class TestQueriesOfACart(AmazonCase):

    def cost_of_cart(self, lines, **cart):
        """Return the number of queries from the document to the draft order, and that order."""
        session, cookie = self.start_trip()
        items = [item(asin=f'B{number:09}', auxiliary_id=f'1-2-3,{number}', price='100.00', tax='8.00',
                      details=[('8', '8.00', 'subtotalTax')]) for number in range(lines)]
        raw = cart_xml(cookie, items, shipping='2.00', tax=f'{8 * lines}.50', **cart)

        def bring_home():
            self.receive(cookie, raw)
        queries = self.count(bring_home)
        self.assertEqual(session.state, 'done', session.problem)
        self.assertEqual(len(session.purchase_order_id.order_line), lines + 2, "shipping and a tax of 50 cents")
        return queries, session.purchase_order_id

    def cost_of_plain_order(self, order, like_the_form=False):
        """Count the queries of creating an order of the same lines as the same user.

        :param bool like_the_form: whether to set the vendor's fiscal position, as the form does
        :return: the number of queries
        """
        vals = {
            'partner_id': order.partner_id.id, 'company_id': order.company_id.id, 'currency_id': order.currency_id.id,
            'picking_type_id': order.picking_type_id.id, 'date_order': order.date_order,
            'order_line': [Command.create({
                **{name: line[name] for name in SAME}, 'product_id': line.product_id.id,
                'product_uom_id': line.product_uom_id.id, 'tax_ids': [Command.set(line.tax_ids.ids)],
            }) for line in order.order_line],
        }
        Orders = self.env['purchase.order'].with_user(self.buyer)

        def create():
            if like_the_form:
                vals['fiscal_position_id'] = self.env['account.fiscal.position'].with_user(
                    self.buyer)._get_fiscal_position(order.partner_id.with_user(self.buyer)).id
            Orders.create(vals)
        return self.count(create)

    def count(self, step):
        self.begin_anew()
        before = self.env.cr.sql_log_count
        step()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def overheads(self, like_the_form=False, sizes=(1, 10, 50), **cart):
        _queries, order = self.cost_of_cart(2, **cart)  # warms what the registry keeps
        self.cost_of_plain_order(order, like_the_form)
        result = []
        for lines in sizes:
            queries, order = self.cost_of_cart(lines, **cart)
            result.append(queries - self.cost_of_plain_order(order, like_the_form))
        return result

    def assertFixed(self, overheads, limit=LIMIT):
        self.assertEqual(len(set(overheads)), 1, f"it depends on the number of lines: {overheads}")
        self.assertLessEqual(overheads[0], limit)

    def test_analytic_distributions_are_looked_up_once(self):
        """Once for each product and company, whatever the number of lines."""
        lookups, counts = [], []
        self.patch(type(self.env['account.analytic.distribution.model']), '_get_applicable_models',
                   lambda model, vals: lookups.append(vals) or model.browse())
        for lines in (2, 30):
            lookups.clear()
            self.cost_of_cart(lines)
            counts.append(len(lookups))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 4, lookups)

    def test_with_matched_taxes(self):
        self.new_tax(8)
        self.assertFixed(self.overheads())

    def test_with_estimated_taxes(self):
        self.assertFixed(self.overheads())

    def test_with_mapped_categories_our_own_products_and_several_taxes(self):
        account = self.env['account.account'].create({'name': "Supplies", 'code': '600100', 'account_type': 'expense'})
        pens, stapler = self.env['product.product'].create(
            [{'name': name, 'type': 'consu'} for name in ("Pens", "Stapler")])
        self.env['amazon.punchout.unspsc'].create({'prefix': '44', 'product_id': pens.id, 'account_id': account.id})
        self.env['product.supplierinfo'].create([{
            'partner_id': self.vendor.id, 'product_code': f'B{number:09}',
            'product_tmpl_id': stapler.product_tmpl_id.id}
            for number in range(0, 50, 2)])
        self.group.item_policy = 'match'
        self.env['amazon.punchout.tax.rate'].create(
            [{'group_id': self.group.id, 'tax_id': (self.new_tax(8) | self.new_tax(8))[0].id}])
        self.assertFixed(self.overheads(sizes=(2, 10, 50)), LIMIT_WITH_ALL)  # of two items one is mapped, one is ours

    def test_in_another_currency(self):
        self.env.ref('base.EUR').write({'active': True, 'rate_ids': [
            Command.clear(), Command.create({'rate': 2, 'name': '2020-01-01', 'company_id': self.company.id})]})
        self.new_tax(8)
        self.assertFixed(self.overheads(currency='EUR'), LIMIT_OF_CURRENCY)

    def test_with_a_vendor_whose_country_decides_the_fiscal_position(self):
        """Compare with the form: core finds that position in three queries, for any order of such a vendor."""
        self.vendor.country_id = self.env.ref('base.us')
        self.new_tax(8)
        self.assertFixed(self.overheads(like_the_form=True))
