import hashlib
from collections import defaultdict

from odoo import api, fields, models

from ...tools.charge_events import API, RESTATED_DAYS
from ...tools.charge_plan import ELSEWHERE, KNOWN, NEW, Plan
from ...tools.order_finding import find_order

SAME_NAMES = (
    'order_ref', 'purchase_order_number', 'line_number', 'order_line_item_id', 'asin', 'shipment_id', 'carrier',
    'tracking_number', 'date', 'expected_date', 'status', 'reason')


class AmazonPunchoutReportedItem(models.Model):
    """An item of which Amazon's reports, or its Reporting API, say that it was shipped or returned.

    It completes charges and shows what went back. It is never booked.
    """
    _name = 'amazon.punchout.reported.item'
    _description = "Shipped or Returned Item in Amazon's Reports"
    _rec_name = 'asin'
    _order = 'date desc, id desc'

    is_return = fields.Boolean("Returned", readonly=True)
    is_cancelled = fields.Boolean("Cancelled", readonly=True)
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    order_id = fields.Many2one('purchase.order', readonly=True, index='btree_not_null', ondelete='set null')
    purchase_line_id = fields.Many2one(
        'purchase.order.line', "Order Line", readonly=True, index='btree_not_null', ondelete='set null')

    # As Amazon states it
    order_ref = fields.Char("Amazon Order", readonly=True, index='btree_not_null')
    purchase_order_number = fields.Char("PO Number", readonly=True, index='btree_not_null')
    line_number = fields.Char("PO Line", readonly=True)
    order_line_item_id = fields.Char("Order Line Item ID", readonly=True)
    asin = fields.Char("ASIN", readonly=True)
    quantity = fields.Float(digits='Product Unit', readonly=True)
    shipment_id = fields.Char("Shipment ID", readonly=True)
    carrier = fields.Char(readonly=True)
    tracking_number = fields.Char(readonly=True)
    date = fields.Date(readonly=True, help="The day on which it was shipped or returned.")
    expected_date = fields.Date("Expected", readonly=True)
    status = fields.Char("Status at Amazon", readonly=True)
    reason = fields.Char(readonly=True)
    about = fields.Char(
        "Item Key", readonly=True, index=True, help="What rows of the same item of the same order have in common.")
    is_from_api = fields.Boolean("Stated by the API", readonly=True)
    import_ids = fields.Many2many(
        'amazon.punchout.import', 'amazon_punchout_reported_item_import_rel', 'item_id', 'import_id',
        string="Reports", readonly=True)

    # === TAKING === #

    @api.model
    def _take(self, reading, shipments):
        """Store what a statement says was shipped or returned. The same again changes nothing.

        :param Reading reading: the statement
        :param list[ShipmentFacts] shipments: some of its shipments and returns
        :return: the items that it states; none in a dry run
        """
        plans, finder = self._plan(reading, shipments)
        mine = [plan for plan in plans if plan.company_id and plan.outcome == NEW and _is_stored(plan.stated)]
        known = defaultdict(self.browse)
        for item in self.search([
                ('company_id', 'in', reading.companies.ids), ('about', 'in', list({_about(p.stated) for p in mine}))],
                order='id'):
            known[item.company_id.id, item.about] |= item
        new, stated = [], self.browse()
        for plan in mine:
            same = known[plan.company_id, _about(plan.stated)]._find_same(plan.stated, reading.taken_items)
            if same:
                plan.outcome = KNOWN
                reading.taken_items.add(same.id)
                stated |= same
                if not reading.is_dry:
                    same._update(reading, plan)
            elif not reading.is_dry:
                new.append(self._prepare_vals(reading, plan))
            reading.counts[plan.outcome] += len(plan.stated.rows) or 1
        if reading.is_dry:
            return self.browse()
        stated |= self.create(new)
        reading.taken_items.update(stated.ids)
        stated._link_report(reading.report)
        stated._match(finder)
        return stated

    def _plan(self, reading, shipments):
        """Find the companies of shipped and returned items, and count their rows.

        :return: a plan for each, and what :meth:`_order_finder` gives
        :rtype: tuple[list[Plan], dict]
        """
        transactions = self.env['amazon.punchout.transaction'].sudo()
        finder = transactions._order_finder(
            reading.companies, [each.purchase_order_number for each in shipments],
            [each.order_ref for each in shipments],
            [name for each in shipments for name in (each.shipment_id, each.tracking_number)])
        plans = []
        for facts in shipments:
            plan = transactions._plan_owner(reading, Plan(facts, group=reading.groups.browse()))
            rows = len(facts.rows) or 1
            orders = {company: self._find_order(finder, company, facts) for company in reading.companies}
            orders = {company: order for company, order in orders.items() if order and (
                not plan.company_id or company.id == plan.company_id)}
            if not plan.company_id and not facts.account_group and not facts.company_name:
                # Without a name, the order tells, or there is only one company.
                companies = list(orders) or list(reading.companies)
                plan.company_id = companies[0].id if len(companies) == 1 else 0
            if plan.outcome == ELSEWHERE:
                reading.counts[ELSEWHERE] += rows
            elif not plan.company_id:
                reading.counts['held'] += rows
                transactions._count_nameless(reading, plan)
            else:
                reading.counts['ours'] += rows * bool(orders)
            reading.concerned |= reading.companies.browse(plan.company_id) if plan.company_id \
                else transactions._holders(reading)
            plans.append(plan)
        return plans, finder

    def _prepare_vals(self, reading, plan):
        """Prepare the values of an item that is not known.

        :rtype: dict
        """
        facts = plan.stated
        return {
            **{name: getattr(facts, name) or False for name in SAME_NAMES},
            'quantity': float(facts.quantity or 0),
            'is_return': facts.returned,
            'is_cancelled': facts.cancelled,
            'is_from_api': reading.source == API,
            'company_id': plan.company_id,
            'about': _about(facts),
        }

    def _update(self, reading, plan):
        """Add what is stated of this item now. What is not stated stays."""
        vals = self._prepare_vals(reading, plan)
        changed = {
            name: value for name, value in vals.items()
            if name not in ('company_id', 'about') and (value or name == 'is_cancelled') and self[name] != value}
        if changed:
            self.write(changed)

    def _find_same(self, facts, taken):
        """Find which of these items of one kind is stated again.

        :param ShipmentFacts facts: what is stated
        :param set[int] taken: the ids of those that the statement has stated already
        :return: at most one
        """
        found = [(agreement, item) for item in self if item.id not in taken
                 and (agreement := item._agreement(facts)) is not None]
        return max(found, key=lambda pair: pair[0])[1] if found else self.browse()

    def _agreement(self, facts):
        """Tell how well facts of the same item of the same order agree with this one.

        :return: None if they are about another shipment or return, 1 if they are about the same one, 0 if they may be
        :rtype: int | None
        """
        for name in ('date',) if facts.returned else ('shipment_id', 'tracking_number', 'date'):
            ours, theirs = self[name], getattr(facts, name)
            if ours and theirs:
                if ours == theirs:
                    return 1
                # Reports of other days may state a day that moved.
                return 0 if name == 'date' and abs((ours - theirs).days) <= RESTATED_DAYS else None
        return 0

    def _link_report(self, report):
        """Note which items a report states."""
        if report and self:
            self.env.cr.execute(
                "INSERT INTO amazon_punchout_reported_item_import_rel (import_id, item_id)"
                " SELECT %s, unnest(%s) ON CONFLICT DO NOTHING", [report.id, self.ids])
            self.invalidate_recordset(['import_ids'])

    def _forget_report(self, report):
        """Forget what an imported report has stated of these items. Those that nothing else states are deleted.

        :param report: the `amazon.punchout.import`
        """
        only = self.filtered(lambda item: item.import_ids == report and not item.is_from_api)
        (self - only).write({'import_ids': [fields.Command.unlink(report.id)]})
        lines = self.env['amazon.punchout.transaction.line'].search([('reported_item_id', 'in', only.ids)])
        for line in lines:
            line.write(line._prepare_shipment_vals(self.browse()))
        only.unlink()
        lines.transaction_id._note_old_drafts()
        lines.transaction_id._match()

    # === MATCHING === #

    def _match(self, finder=None):
        """Find the orders and order lines of those of these items that have none.

        :param dict | None finder: of :meth:`_order_finder`
        """
        items = self.filtered(lambda item: not item.order_id)
        if not items:
            return
        finder = finder or self.env['amazon.punchout.transaction']._order_finder(
            items.company_id, items.mapped('purchase_order_number'), items.mapped('order_ref'),
            [*items.mapped('shipment_id'), *items.mapped('tracking_number')])
        items_of = defaultdict(self.browse)
        for item in items:
            if order := self._find_order(finder, item.company_id, item):
                items_of[order, order._amazon_charged_line(item)] |= item
        for (order, line), found in items_of.items():
            found.write({'order_id': order.id, 'purchase_line_id': line.id})

    @api.model
    def _match_unknown(self, companies, numbers, refs):
        """Look for the orders of items with some numbers again, after more is known of these.

        :param companies: the `res.company` records
        :param numbers: our numbers of orders
        :param refs: Amazon's numbers of orders
        """
        self.search([
            ('order_id', '=', False), ('company_id', 'in', companies.ids),
            '|', ('purchase_order_number', 'in', list(numbers)), ('order_ref', 'in', list(refs))])._match()

    def _find_order(self, finder, company, stated):
        """Find the order of an item, as that of a line of a charge.

        :param dict finder: of :meth:`_order_finder`
        :param company: the `res.company`
        :param stated: the item, or the ShipmentFacts about it
        :return: at most one `purchase.order`
        """
        def is_of_other_items(order):
            asins = {line.amazon_asin for line in order.order_line if line.amazon_asin}
            return bool(stated.asin and asins) and stated.asin not in asins

        names = (stated.shipment_id, stated.tracking_number)
        return find_order(finder, company, stated, names, is_of_other_items)[0]

    # === READING === #

    def _shipment_name(self):
        """Name the shipment as the ship notice does that has its tracking number, else as the report does.

        :rtype: str | bool
        """
        self.ensure_one()
        noticed = self.order_id.amazon_shipment_ids.filtered(
            lambda shipment: shipment.tracking_number and shipment.tracking_number == self.tracking_number)
        return noticed[:1].shipment_id or self.shipment_id or self.tracking_number


def _about(facts):
    """Give what facts about the same item of the same order have in common.

    :param ShipmentFacts facts: what is stated
    :rtype: str
    """
    text = '|'.join((
        'return' if facts.returned else 'shipment', facts.order_ref or f'PO {facts.purchase_order_number}',
        facts.asin or facts.line_number or facts.order_line_item_id or ''))
    return hashlib.sha256(text.encode()).hexdigest()


def _is_stored(facts):
    """Tell whether facts say more than that something is to be shipped.

    :param ShipmentFacts facts: what is stated
    :rtype: bool
    """
    return bool(facts.returned or facts.shipment_id or facts.tracking_number or facts.date)
