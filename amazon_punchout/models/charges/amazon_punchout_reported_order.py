from odoo import api, fields, models

from ...tools.charge_plan import ELSEWHERE, Plan
from ...tools.steps import stored_once

NAMES = ('purchase_order_number', 'order_date', 'status')


class AmazonPunchoutReportedOrder(models.Model):
    """What Amazon's reports say about an order as a whole, whether it was bought with Odoo or not."""
    _name = 'amazon.punchout.reported.order'
    _description = "Order in Amazon's Reports"
    _rec_name = 'amazon_order_ref'
    _order = 'order_date desc, id desc'

    amazon_order_ref = fields.Char("Amazon Order", required=True, readonly=True)
    company_id = fields.Many2one('res.company', readonly=True, index=True, help="Empty if it is not known.")
    purchase_order_number = fields.Char("PO Number", readonly=True, index='btree_not_null')
    currency_id = fields.Many2one('res.currency', readonly=True)
    net_total = fields.Monetary("Order Net Total", readonly=True, help="What the order costs, by Amazon's figures.")
    has_net_total = fields.Boolean("Total Stated", readonly=True)
    order_date = fields.Date(readonly=True)
    status = fields.Char("Status at Amazon", readonly=True)
    is_cancelled = fields.Boolean("Cancelled", readonly=True)
    is_pending = fields.Boolean("Pending", readonly=True)
    import_ids = fields.Many2many(
        'amazon.punchout.import', 'amazon_punchout_reported_order_import_rel', 'order_id', 'import_id',
        string="Reports", readonly=True)

    _amazon_order_ref_uniq = models.UniqueIndex("(amazon_order_ref)", "This order was stored meanwhile.")

    @api.model
    def _take_orders(self, reading, orders):
        """Store what a statement says about orders as a whole, and decide what waited for their totals.

        :param Reading reading: the statement
        :param list[OrderFacts] orders: some of its orders
        """
        orders_sudo = self.sudo()
        transactions = self.env['amazon.punchout.transaction'].sudo()
        stated = {}
        for facts in orders:
            plan = transactions._plan_owner(reading, Plan(facts, group=reading.groups.browse()))
            if plan.outcome != ELSEWHERE:
                stated[facts.order_ref] = facts, plan.company_id
        known = {order.amazon_order_ref: order for order in orders_sudo.search(
            [('amazon_order_ref', 'in', list(stated))])}
        currencies = transactions._currencies({facts.currency for facts, _company in stated.values()} - {None})
        new, same = [], orders_sudo.browse()
        for ref, (facts, company_id) in stated.items():
            vals = self._prepare_vals(facts, company_id, currencies)
            if ref not in known:
                new.append(vals)
            elif not known[ref].company_id or known[ref].company_id in reading.companies:
                same |= known[ref]
                changed = {name: value for name, value in vals.items() if value and (
                    known[ref][name].id if name.endswith('_id') else known[ref][name]) != value}
                if changed:
                    known[ref].write(changed)
        with stored_once("An order in Amazon's reports"):
            same |= orders_sudo.create(new)
        if reading.report and same:
            self.env.cr.execute(
                "INSERT INTO amazon_punchout_reported_order_import_rel (import_id, order_id)"
                " SELECT %s, unnest(%s) ON CONFLICT DO NOTHING", [reading.report.id, same.ids])
            same.invalidate_recordset(['import_ids'])
        transactions._settle_alike(same.mapped('amazon_order_ref'), reading)

    def _prepare_vals(self, facts, company_id, currencies):
        """Prepare the values of an order.

        :rtype: dict
        """
        currency = currencies.get(facts.currency)
        return {
            **{name: getattr(facts, name) or False for name in NAMES},
            'amazon_order_ref': facts.order_ref,
            'company_id': company_id or False,
            'currency_id': currency.id if currency else False,
            'net_total': float(facts.net_total or 0),
            'has_net_total': facts.net_total is not None,
            'is_cancelled': facts.cancelled,
            'is_pending': facts.pending,
        }
