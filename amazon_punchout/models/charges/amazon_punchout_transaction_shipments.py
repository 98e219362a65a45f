from collections import defaultdict
from datetime import date

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import float_compare

from ...tools.charge_events import combine


class AmazonPunchoutTransactionShipments(models.Model):
    """Charges, completed by what reports state about shipments."""
    _inherit = 'amazon.punchout.transaction'

    draft_is_old = fields.Boolean(
        "Draft to Be Renewed", readonly=True, copy=False, help="Its shipment became known after its draft was created.")

    def _take_shipments(self, reading, shipments):
        """Override to store them, and to complete the charges of the same orders. Nothing is booked."""
        super()._take_shipments(reading, shipments)
        items = self.env['amazon.punchout.reported.item'].sudo()._take(reading, shipments)
        if items:
            self.env['amazon.punchout.transaction.line'].sudo().search([
                ('company_id', 'in', items.company_id.ids),
                '|', ('order_ref', 'in', list(set(filter(None, items.mapped('order_ref'))))),
                ('order_id', 'in', items.order_id.ids)]).transaction_id._match()

    def _matched(self):
        """Override to complete the charges, and others of the same orders, with the shipments of reports."""
        super()._matched()
        charges_sudo = self.sudo().filtered(lambda each: each.kind == 'charge')
        charges_sudo.line_ids._add_shipments().transaction_id._note_old_drafts()

    def _note_old_drafts(self):
        """Have the drafts of these charges made anew, since their shipments have changed. What is posted stays.

        The scheduled action does it, since a report may be about thousands.
        """
        old = self.filtered(
            lambda each: each.state == 'booked' and all(line.order_id for line in each.line_ids)
            and any(move._amazon_is_provisional() for move in each.share_ids.move_id))
        if old:
            old.write({'draft_is_old': True})
            old._wake_booking()

    def _bookable_domain(self):
        """Override to find old drafts, too."""
        return list(Domain('draft_is_old', '=', True) | Domain(super()._bookable_domain()))

    def _book(self):
        """Override to make old drafts anew."""
        if old := self.filtered('draft_is_old'):
            old.write({'draft_is_old': False})
            old.filtered(lambda each: each.state == 'booked' and not each._is_posted())._rebook()
        super()._book()


class AmazonPunchoutTransactionLineShipments(models.Model):
    """Lines of charges, and their shipments in reports."""
    _inherit = 'amazon.punchout.transaction.line'

    reported_item_id = fields.Many2one(
        'amazon.punchout.reported.item', "Shipment in Reports", readonly=True, index='btree_not_null',
        ondelete='set null', help="What a report states about its shipment.")
    tracking_number = fields.Char(related='reported_item_id.tracking_number')

    def _add_shipments(self):
        """Complete these lines, and all others of the same orders, with the shipments that reports state.

        :return: the lines that have changed
        """
        refs = [ref for ref in set(self.mapped('order_ref')) if ref]
        of_orders = ['|', ('order_ref', 'in', refs), ('order_id', 'in', self.order_id.ids)]
        items = self.env['amazon.punchout.reported.item'].search([
            ('is_return', '=', False), ('is_cancelled', '=', False), ('company_id', 'in', self.company_id.ids),
            *of_orders], order='date, id') if self else ()
        changed = self.browse()
        if not items:
            return changed
        lines = self.search([
            ('company_id', 'in', items.company_id.ids), ('transaction_id.kind', '=', 'charge'),
            ('transaction_id.is_settled', '=', True), ('transaction_id.state', '!=', 'dismissed'), *of_orders])
        of = defaultdict(items.browse)
        for item in items:
            of[item.company_id, item.order_ref or item.order_id] |= item
            if item.order_ref and item.order_id:
                of[item.company_id, 'any', item.order_id] |= item
        left = {item: item.quantity for item in items}
        for line in lines.sorted(lambda line: (line.transaction_id.date or date.min, line.id)):
            found = of[line.company_id, line.order_ref] | of[line.company_id, line.order_id] if line.order_ref \
                else of[line.company_id, line.order_id] | of[line.company_id, 'any', line.order_id]
            vals = line._prepare_shipment_vals(line._choose_shipment(found, left))
            vals = {name: value for name, value in vals.items()
                    if (line[name].id if name == 'reported_item_id' else line[name]) != value}
            if vals:
                line.write(vals)
                changed |= line
        return changed

    def _choose_shipment(self, items, left):
        """Choose the shipment with which this line was charged, if only one can be meant.

        :param items: the `amazon.punchout.reported.item` records of the same order, the first shipped first
        :param dict left: what of each no other line has; what this line is about is taken off
        :return: at most one
        """
        name, _date = self._stated_shipment()
        items = items.filtered(lambda item: self._is_item(item) and (
            not name or name in (item.shipment_id, item.tracking_number)))
        # Of several charges for the same item only one states the quantity.
        quantity = 0.0 if self.is_shared else self.quantity
        if not quantity:
            return items[:1] if len({item._shipment_name() or item.date for item in items}) == 1 else items.browse()
        fitting = [item for item in items if not item.quantity or _compare(left[item], quantity) >= 0]
        exact = [item for item in fitting if not _compare(left[item], quantity)]
        found = next(iter(exact or fitting), items.browse())
        if found:
            left[found] -= quantity
        return found

    def _is_item(self, item):
        """Tell whether a shipped item of the same order is that of this line; a line of a whole order is any of them.

        :rtype: bool
        """
        for name in ('order_line_item_id', 'asin', 'purchase_line_id', 'line_number'):
            if self[name] and item[name]:
                return self[name] == item[name]
        return not (self.order_line_item_id or self.asin or self.purchase_line_id or self.line_number)

    def _stated_shipment(self):
        """Tell which shipment the charge itself states.

        :return: its name and its day
        :rtype: tuple
        """
        if not self.reported_item_id:
            return self.shipment_id or False, self.shipment_date or False
        versions = self.transaction_id._versions()
        stated = combine(versions).lines[self.sequence - 1:self.sequence] if versions else ()
        return (stated[0].shipment_id or False, stated[0].shipment_date or False) if stated else (False, False)

    def _prepare_shipment_vals(self, item):
        """Prepare the shipment of this line. What the charge itself states counts more.

        :param item: at most one `amazon.punchout.reported.item`
        :rtype: dict
        """
        name, day = self._stated_shipment()
        return {
            'reported_item_id': item.id, 'shipment_id': name or item and item._shipment_name() or False,
            'shipment_date': day or item.date}


def _compare(one, other):
    return float_compare(one, other, precision_digits=6)
