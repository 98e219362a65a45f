from collections import defaultdict
from contextlib import contextmanager

from odoo import api, models

from ...tools.cart_lock import are_lines_lifted, lines_lifted
from ...tools.moments import naive


class PurchaseOrderReceipt(models.Model):
    """What the receipts of an order expect, and when."""
    _inherit = 'purchase.order'

    def _amazon_apply_dates(self, confirmed=None):
        """Override to write Amazon's dates onto lines and open receipts.

        The date of a shipment takes precedence over that of a confirmation. As long as Amazon's date stays the same, a
        date that a person has set stays too. Where Amazon takes its date back, e.g. with a shipment, the date from
        before applies again.

        :param cxml.ConfirmedOrder confirmed: by default the result of all confirmations that were applied
        """
        super()._amazon_apply_dates(confirmed)
        self.ensure_one()
        confirmed = confirmed or self._amazon_confirmed()
        lines_by_date = defaultdict(self.env['purchase.order.line'].browse)
        items = self._amazon_item_lines()
        for line in items:
            expected_at = self._amazon_shipped_date(line)
            if not expected_at and (promised := confirmed.lines[line.amazon_line_number].delivery_date):
                expected_at = naive(promised)
            if (line.amazon_expected_at or False) != expected_at:
                lines_by_date[expected_at] |= line
        if not lines_by_date:
            return
        dates_before = set(items.mapped('amazon_expected_at'))
        with lines_lifted():
            for expected_at, lines in lines_by_date.items():
                lines._amazon_expect(expected_at)
            items._amazon_follow_first_expected(dates_before)
            coming = items.filtered('product_qty')
            # Neither charges nor lines that are not delivered at all may delay the expected arrival of the order.
            if coming:
                others = self.order_line.filtered('amazon_line_type') - coming
                others.write({'date_planned': min(coming.mapped('date_planned'))})

    def _amazon_shipped_date(self, line):
        """Find when the last shipment of a line is expected.

        :param line: a `purchase.order.line`
        :return: False if no shipment says
        :rtype: datetime | bool
        """
        dates = [date for date in self.amazon_shipment_ids._concerning(line).mapped('expected_at') if date]
        return max(dates, default=False)


class PurchaseOrderLineReceipt(models.Model):
    _inherit = 'purchase.order.line'

    def _create_or_update_picking(self):
        """Override of `purchase_stock` to leave quantities that Amazon changes to :meth:`_amazon_follow_quantities`.

        Core adds a move for the difference and merges it line by line. If price and quantity change together, it makes
        a delivery back to the vendor of what is less.
        """
        if are_lines_lifted():
            self = self.filtered(lambda line: not line.amazon_line_type)
        return super()._create_or_update_picking()

    def _amazon_follow_quantities(self, quantities_before):
        """Override to let open receipts expect what the lines carry now.

        That is less where Amazon rejects, and more where it withdraws a rejection. Changes that people made to a
        receipt stay.

        :param dict quantities_before: of each line, by id
        """
        super()._amazon_follow_quantities(quantities_before)
        less, more = defaultdict(self.env['stock.move'].browse), []
        for line in self.filtered(lambda line: line.product_id.type == 'consu'):
            if line._amazon_arrives_in_parts() and quantities_before[line.id]:
                line._amazon_follow_parts(line.product_qty / quantities_before[line.id])
                continue
            open_moves = line._amazon_open_moves()
            expected = sum(move.product_uom._compute_quantity(
                move.product_uom_qty, line.product_uom_id, rounding_method='HALF-UP') for move in open_moves)
            missing = max(line.product_qty - line._amazon_arrived_quantity(), 0.0)
            change = line.product_qty - quantities_before[line.id]
            wanted = min(expected + max(change, 0.0), missing)
            if line.product_uom_id.compare(wanted, expected) > 0:
                more.append((line, open_moves, wanted - expected))
            elif line.product_uom_id.compare(wanted, expected) < 0:
                for move, quantity in line._amazon_split_less(open_moves, expected - wanted):
                    less[quantity] |= move
        self.env['purchase.order.line']._amazon_expect_less(less)
        for line, open_moves, quantity in more:
            line._amazon_expect_more(open_moves, quantity)

    def _amazon_follow_parts(self, ratio):
        """Let open receipts expect each part of this line, such as a component of a kit, in proportion.

        What the parts of one piece are is taken from the receipts, where another addon has put them.

        :param float ratio: the line's quantity to the one that the receipts are for
        """
        self.ensure_one()
        less = defaultdict(self.env['stock.move'].browse)
        incoming = self.move_ids.filtered(
            lambda move: move.state != 'cancel' and not move.origin_returned_move_id
            and move.location_dest_id.usage != 'supplier').sorted('id')
        for part, moves in incoming.grouped('product_id').items():
            open_moves = moves.filtered(lambda move: move.state != 'done')
            expected = sum(open_moves.mapped('product_qty'))
            arrived = sum(move.product_uom._compute_quantity(move.quantity, part.uom_id, rounding_method='HALF-UP')
                          for move in moves - open_moves)
            wanted = max((expected + arrived) * ratio - arrived, 0.0)
            if part.uom_id.compare(wanted, expected) > 0 and open_moves:
                self._amazon_expect_more(open_moves, wanted - expected, part.uom_id)
            elif part.uom_id.compare(wanted, expected) > 0:
                moves[-1].copy({
                    'picking_id': self._amazon_open_receipt().id, 'product_uom': part.uom_id.id,
                    'product_uom_qty': wanted - expected})._amazon_begin()
            elif part.uom_id.compare(wanted, expected) < 0:
                for move, quantity in self._amazon_split_less(open_moves, expected - wanted, part.uom_id):
                    less[quantity] |= move
        self.env['purchase.order.line']._amazon_expect_less(less)

    def _amazon_open_moves(self):
        return self.move_ids.filtered(
            lambda move: move.state not in ('done', 'cancel') and move.product_id == self.product_id
            and move.location_dest_id.usage != 'supplier').sorted('id')

    def _amazon_split_less(self, moves, quantity, unit=None):
        """Distribute a reduction over moves, the last one first.

        :param moves: open moves of this line
        :param float quantity: the reduction
        :param unit: its `uom.uom`, by default the line's
        :return: tuples of a move and the quantity that is left of it, in its own unit
        """
        unit = unit or self.product_uom_id
        for move in reversed(moves):
            if unit.compare(quantity, 0) <= 0:
                return
            less = unit._compute_quantity(quantity, move.product_uom, rounding_method='HALF-UP')
            yield move, max(move.product_uom_qty - less, 0.0)
            quantity -= move.product_uom._compute_quantity(move.product_uom_qty, unit, rounding_method='HALF-UP')

    @api.model
    def _amazon_expect_less(self, moves_by_quantity):
        """Let moves expect less, all at once: core would reserve each of them again separately.

        What parcels or people have filled in stays.

        :param dict moves_by_quantity: moves by the quantity that is left of them
        """
        emptied = moves_by_quantity.pop(0.0, self.env['stock.move'])
        reduced = emptied.browse().concat(*moves_by_quantity.values())
        untouched = reduced.filtered(lambda move: move._amazon_is_as_core_filled())
        untouched._do_unreserve()
        for quantity, moves in moves_by_quantity.items():
            moves.with_context(do_not_unreserve=True).write({'product_uom_qty': quantity})
        untouched._action_assign()
        (reduced - untouched)._recompute_state()
        emptied._action_cancel()

    def _amazon_expect_more(self, moves, quantity, unit=None):
        """Let receipts expect more, by one of the open moves or by a new one.

        :param moves: open moves of this line
        :param float quantity: what is expected in addition
        :param unit: its `uom.uom`, by default the line's
        """
        if moves:
            move = moves[-1]
            is_untouched = move._amazon_is_as_core_filled() and not move.picking_id._amazon_filled_in()
            move.with_context(do_not_unreserve=True).product_uom_qty += (unit or self.product_uom_id)._compute_quantity(
                quantity, move.product_uom, rounding_method='HALF-UP')
            move._recompute_state()
            if is_untouched:
                move._action_assign()
            return
        picking = self._amazon_open_receipt()
        unit_quantity, unit = self.product_uom_id._adjust_uom_quantities(quantity, self.product_id.uom_id)
        self.env['stock.move'].create(self._prepare_stock_move_vals(
            picking, self._get_stock_move_price_unit(), unit_quantity, unit))._amazon_begin()

    def _amazon_open_receipt(self):
        """Find an open receipt of the order, or create one.

        :return: a `stock.picking`
        """
        order = self.order_id
        picking = order.picking_ids.filtered(
            lambda each: each.state not in ('done', 'cancel') and each.location_dest_id.usage != 'supplier')[:1]
        return picking or picking.create(order._prepare_picking())

    def _amazon_first_expected(self):
        """Find the earliest date that Amazon states for one of these lines, without what is back-ordered.

        :return: False if it states none
        :rtype: datetime | bool
        """
        return min((line.amazon_expected_at for line in self
                    if line.amazon_expected_at and line.amazon_confirmation != 'backordered'), default=False)

    def _amazon_expect(self, date):
        """Expect these lines on Amazon's date, or as planned if it has taken its date back.

        In that case a date that a person has set since stays.

        :param datetime | bool date: Amazon's date; False if it states none any more
        """
        if date:
            self._amazon_remember_planned()
            self.write({'amazon_expected_at': date})
            self._amazon_move_to(date)
            return
        followed = self.filtered(lambda line: line.date_planned == line.amazon_expected_at)
        self.write({'amazon_expected_at': False})
        followed._amazon_move_back()
        (self - followed).write({'amazon_planned_at': False})

    def _amazon_follow_first_expected(self, before):
        """Expect lines without a date of Amazon's on the first date of the others.

        Otherwise they would keep the receipt at an estimate. A later date that a person has set stays.

        :param set before: the dates that Amazon stated before; lines that follow one of them follow this one too
        """
        first = self._amazon_first_expected()
        others = self.filtered(lambda line: not line.amazon_expected_at)
        followed = others.filtered(lambda line: line.amazon_planned_at and line.date_planned in before)
        if not first:
            followed._amazon_move_back()
            return
        following = others.filtered(lambda line: line.date_planned < first) | followed
        following._amazon_remember_planned()
        following._amazon_move_to(first)

    def _amazon_remember_planned(self):
        """Remember when these lines were expected before Amazon stated a date, or as a person has set it since."""
        unknown = self.filtered(
            lambda line: not line.amazon_planned_at
            or line.amazon_expected_at and line.date_planned != line.amazon_expected_at)
        for planned, lines in unknown.grouped('date_planned').items():
            lines.write({'amazon_planned_at': planned})

    def _amazon_move_back(self):
        """Expect these lines as planned again."""
        for planned, lines in self.grouped(lambda line: line.amazon_planned_at or line.order_id.date_order).items():
            lines.write({'amazon_planned_at': False})
            lines._amazon_move_to(planned)

    def _amazon_move_to(self, date):
        """Expect these lines and their open moves at a date.

        :param datetime date: the date
        """
        open_moves = self.move_ids.filtered(lambda move: move.state not in ('done', 'cancel'))
        with open_moves._amazon_apart_from_cancelled():
            self.write({'date_planned': date})  # core moves the deadlines of their receipts with it
            open_moves.write({'date': date})


class StockMoveReceipt(models.Model):
    _inherit = 'stock.move'

    def _amazon_begin(self):
        """Add this move to its receipt, filled in as core does it, but not beside what parcels have filled in."""
        is_filled_in = self.picking_id._amazon_filled_in()
        move = self._action_confirm()
        move._action_assign()
        if is_filled_in:
            move.quantity = 0

    @contextmanager
    def _amazon_apart_from_cancelled(self):
        """Take cancelled moves off the receipts of these moves for a block.

        An addon, such as OCA's `purchase_delivery_split_date`, may put these moves on another receipt by their new
        date. Odoo would not take the date of the receipt that they leave if only cancelled moves were left on it.
        """
        cancelled = self.picking_id.move_ids.filtered(lambda move: move.state == 'cancel').grouped('picking_id')
        for moves in cancelled.values():
            moves.picking_id = False
        yield
        for picking, moves in cancelled.items():
            moves.picking_id = picking
