from collections import defaultdict

from odoo import api, models
from odoo.fields import Command
from odoo.tools import SQL

from ...tools.order_finding import find_order
from ...tools.sentences import joined

# What the search for orders decides; other reasons stay.
MATCHING = (False, 'part_outside', 'never_sent', 'items_differ')


class AmazonPunchoutTransactionMatch(models.Model):
    """Which of our orders a charge is about."""
    _inherit = 'amazon.punchout.transaction'

    def _match(self):
        """Find the orders and order lines of these charges, within their companies. Any number of times.

        A number that a person typed on Amazon may be that of any order, so an order must have been sent, and have one
        of the items where they are stated, unless Amazon's own number is known to be that of the order.
        """
        transactions_sudo = self.sudo().filtered(lambda each: each.company_id and each.state != 'dismissed')
        lines_sudo = transactions_sudo.line_ids
        finder = self._order_finder(
            lines_sudo.transaction_id.company_id, lines_sudo.mapped('purchase_order_number'),
            lines_sudo.mapped('order_ref'), lines_sudo.mapped('shipment_id'))
        # Each line looks at the items of its order: they are read for all of them together.
        orders_sudo = self.env['purchase.order'].sudo().browse({each.id for found in finder.values() for each in found})
        orders_sudo.fetch()
        orders_sudo.order_line.fetch()
        doubts = defaultdict(set)
        lines_of = defaultdict(list)
        found = lines_sudo.browse()
        for line in lines_sudo:
            order, doubt = line._find_order(finder)
            if doubt:
                doubts[line.transaction_id].add(doubt)
            lines_of[order, order._amazon_charged_line(line)].append(line.id)
        for (order, order_line), ids in lines_of.items():
            changed = lines_sudo.browse(ids).filtered(
                lambda line, order=order, order_line=order_line:
                line.order_id != order or line.purchase_line_id != order_line)
            if changed:
                changed.write({'order_id': order.id, 'purchase_line_id': order_line.id})
                found |= changed.filtered('order_id')
        if found:
            self.env['amazon.punchout.reported.item'].sudo()._match_unknown(
                found.company_id, (), set(filter(None, found.mapped('order_ref'))))
        for transaction in transactions_sudo:
            transaction._settle_matching(doubts[transaction])
        transactions_sudo._matched()

    def _settle_matching(self, doubts):
        """Set the state by the orders of the lines.

        :param set[str] doubts: why the order that a line names is not its order
        """
        orders = self.line_ids.order_id
        vals = {}
        if self.order_ids != orders:
            vals['order_ids'] = [Command.set(orders.ids)]
        if self.state != 'booked' and self.attention in MATCHING and (
                self.state != 'attention' or self.attention):
            vals.update(self._prepare_matching_vals(orders, doubts))
        vals = {name: value for name, value in vals.items() if name == 'order_ids' or self[name] != value}
        if vals:
            self.write(vals)

    def _prepare_matching_vals(self, orders, doubts):
        """Say whether the orders of a charge are ours.

        :rtype: dict
        """
        numbers = ", ".join(dict.fromkeys(filter(None, self.line_ids.mapped('purchase_order_number'))))
        if 'never_sent' in doubts:
            return {'state': 'attention', 'attention': 'never_sent', 'outside_kind': False, 'problem': self._(
                "Amazon names the order %s, which was not sent to Amazon. If somebody typed the number on Amazon for "
                "another purchase, press Not Our Order.", numbers)}
        if 'items_differ' in doubts:
            return {'state': 'attention', 'attention': 'items_differ', 'outside_kind': False, 'problem': self._(
                "Amazon names the order %s, which has none of these items. If somebody typed the number on Amazon for "
                "another purchase, press Not Our Order.", numbers)}
        unknown = self.line_ids.filtered(lambda line: not line.order_id)
        if orders and unknown.filtered(lambda line: not line.is_not_ours):
            return {'state': 'attention', 'attention': 'part_outside', 'outside_kind': False, 'problem': self._(
                "A part of it is for purchases that no order in Odoo is for: %s. Press Create Draft Bill, which is for "
                "that part only.", joined(", ", dict.fromkeys(
                    line.order_ref or line.title or self._("without an order") for line in unknown)))}
        if orders:
            return {'state': 'matched', 'attention': False, 'outside_kind': False, 'problem': False}
        has_order = bool(self.amazon_order_ref or numbers)
        return {'state': 'outside', 'attention': False, 'problem': False,
                'outside_kind': 'order' if has_order else 'fee'}

    # === FINDING === #

    @api.model
    def _order_finder(self, companies, numbers, refs, shipments):
        """Fetch all orders that some lines may be about.

        :param companies: the `res.company` records of the lines
        :param numbers: our numbers of orders that are stated, or nothing where none is
        :param refs: Amazon's numbers of orders, likewise
        :param shipments: identifiers and tracking numbers of shipments, likewise
        :return: by the kind of the number, the company and the number
        :rtype: dict[tuple, odoo.models.Model]
        """
        numbers, refs, shipments = (list(set(filter(None, values))) for values in (numbers, refs, shipments))
        orders = self.env['purchase.order'].sudo()
        finder = defaultdict(orders.browse)
        mine = [('company_id', 'in', companies.ids), ('amazon_group_id', '!=', False),
                ('amazon_deployment_mode', '!=', 'test')]
        for order in orders.search([*mine, ('name', 'in', numbers)]) if numbers else ():
            finder['number', order.company_id, order.name] |= order
        if refs:
            self._find_by_amazon_numbers(finder, mine, refs)
            self._find_by_other_charges(finder, companies, refs)
        for shipment in self.env['amazon.punchout.shipment'].sudo().search([
                ('company_id', 'in', companies.ids),
                '|', ('shipment_id', 'in', shipments), ('tracking_number', 'in', shipments)]) if shipments else ():
            for name in filter(None, (shipment.shipment_id, shipment.tracking_number)):
                finder['shipment', shipment.company_id, name] |= shipment.purchase_order_id
        return finder

    def _find_by_amazon_numbers(self, finder, mine, refs):
        """Find orders by Amazon's own numbers, one or several of which an order knows."""
        orders = self.env['purchase.order'].sudo()
        orders.flush_model(['amazon_order_ref'])
        several = self.env.execute_query(SQL(
            "SELECT id FROM purchase_order WHERE strpos(amazon_order_ref, ',') > 0"
            " AND string_to_array(replace(amazon_order_ref, ' ', ''), ',') && %s", refs))
        found = orders.search([
            *mine, '|', ('amazon_order_ref', 'in', refs), ('id', 'in', [order_id for order_id, in several])])
        wanted = set(refs)
        for order in found:
            for ref in wanted.intersection(order._amazon_order_numbers()):
                finder['ref', order.company_id, ref] |= order

    def _find_by_other_charges(self, finder, companies, refs):
        """Find orders by other charges or shipments with the same number at Amazon: not every source states ours."""
        for name in ('amazon.punchout.transaction.line', 'amazon.punchout.reported.item'):
            for company, ref, order in self.env[name].sudo()._read_group(
                    [('order_ref', 'in', refs), ('order_id', '!=', False), ('company_id', 'in', companies.ids)],
                    ['company_id', 'order_ref', 'order_id']):
                finder['charged', company, ref] |= order

    @api.model
    def _are_ours(self, plans):
        """Tell which charges of a statement are for orders of ours, by their numbers only.

        :param list[Plan] plans: with companies
        :rtype: list[bool]
        """
        lines = [line for plan in plans for line in plan.stated.lines]
        companies = self.env['res.company'].browse({plan.company_id for plan in plans})
        finder = self._order_finder(
            companies, [line.purchase_order_number for line in lines], [line.order_ref for line in lines],
            [line.shipment_id for line in lines])
        return [any(
            finder[kind, companies.browse(plan.company_id), number]
            for line in plan.stated.lines for kind, number in (
                ('number', line.purchase_order_number), ('ref', line.order_ref), ('charged', line.order_ref),
                ('shipment', line.shipment_id))) for plan in plans]

    @api.model
    def _match_later(self, orders):
        """Look again at the charges of orders that have become known, or of which more is known.

        :param orders: `purchase.order` records
        """
        orders_sudo = orders.sudo().filtered('amazon_group_id')
        refs = [ref for order in orders_sudo for ref in order._amazon_order_numbers()]
        if not orders_sudo:
            return
        self.env['amazon.punchout.reported.item'].sudo()._match_unknown(
            orders_sudo.company_id, orders_sudo.mapped('name'), refs)
        lines = self.env['amazon.punchout.transaction.line'].sudo().search([
            ('order_id', '=', False), ('company_id', 'in', orders_sudo.company_id.ids),
            '|', ('purchase_order_number', 'in', orders_sudo.mapped('name')), ('order_ref', 'in', refs)])
        found = lines.transaction_id.filtered(lambda each: each.state in ('new', 'outside', 'attention'))
        if found:
            found._match()
            found._wake_booking()
        (lines.transaction_id - found)._known_late()


class AmazonPunchoutTransactionLineMatch(models.Model):
    """Which order a line of a charge is about."""
    _inherit = 'amazon.punchout.transaction.line'

    def _find_order(self, finder):
        """Find the order of this line.

        :param dict finder: of :meth:`_order_finder`
        :return: the order, at most one, and why the one that is named is not it
        :rtype: tuple
        """
        self.ensure_one()
        if self.is_not_ours:
            return self.order_id.browse(), None
        return find_order(
            finder, self.transaction_id.company_id, self, [self.shipment_id], self._is_of_other_items)

    def _is_of_other_items(self, order):
        """Tell whether all lines of the charge with the order's number are items that the order does not have.

        :rtype: bool
        """
        lines = self.transaction_id.line_ids.filtered(
            lambda line: line.purchase_order_number == order.name and line.order_ref == self.order_ref)
        asins = {line.amazon_asin for line in order.order_line if line.amazon_asin}
        stated = {line.asin for line in lines if line.asin}
        return bool(stated and asins) and not stated & asins
