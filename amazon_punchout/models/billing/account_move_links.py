from odoo import api, fields, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tools.sql import column_exists, create_column

from ...const import UNREVIEWED
from ...tools.cart_lock import are_bills_lifted, bills_lifted

OUR_FIELDS = (
    'amazon_invoice_id', 'amazon_group_id', 'amazon_shipment_id', 'amazon_order_ref', 'amazon_awaits_receipt')
OUR_LINKS = ('amazon_purchase_line_id', 'amazon_bill_line_id', 'amazon_order_id')


class AccountMoveLinks(models.Model):
    """The two links of a bill line to its order line.

    Ours is always set. Core's counts a quantity as billed, or on a credit as no longer billed, so a credit has it only
    if goods were returned.
    """
    _inherit = 'account.move'

    # In superuser mode: users who can read the bill may see the number of its order.
    amazon_order_ref = fields.Char(
        "Amazon Order", compute='_compute_amazon_order_ref', store=True, compute_sudo=True, index='trigram',
        help="Amazon's numbers of the billed orders.")

    def _auto_init(self):
        """Override of `account` to fill in Amazon's numbers of existing bills by SQL: other bills have none.

        Otherwise Odoo would compute the field for every journal entry of the database, one after the other.
        """
        cr = self.env.cr
        if not column_exists(cr, 'account_move', 'amazon_order_ref'):
            create_column(cr, 'account_move', 'amazon_order_ref', 'varchar')
            if column_exists(cr, 'account_move_line', 'amazon_purchase_line_id'):
                self._amazon_fill_order_refs()
        return super()._auto_init()

    def _amazon_fill_order_refs(self):
        """Fill in Amazon's numbers of all bills by SQL."""
        self.env.cr.execute("""
            UPDATE account_move SET amazon_order_ref = found.numbers
              FROM (SELECT move_id, string_agg(amazon_order_ref, ', ' ORDER BY first_id) AS numbers
                      FROM (SELECT line.move_id, o.amazon_order_ref, min(line.id) AS first_id
                              FROM account_move_line line
                              JOIN purchase_order_line pol ON pol.id = line.amazon_purchase_line_id
                              JOIN purchase_order o ON o.id = pol.order_id
                             WHERE o.amazon_order_ref IS NOT NULL
                             GROUP BY line.move_id, o.id) orders
                     GROUP BY move_id) found
             WHERE account_move.id = found.move_id""")

    # === COMPUTE METHODS === #

    @api.depends('invoice_line_ids.amazon_purchase_line_id.order_id.amazon_order_ref')
    def _compute_amazon_order_ref(self):
        for move in self:
            orders = move.invoice_line_ids.amazon_purchase_line_id.order_id
            move.amazon_order_ref = ", ".join(filter(None, orders.mapped('amazon_order_ref'))) or False

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account` to set the group from the lines, and to keep users from setting Amazon's number.

        Buyers can write bills too, over RPC any field of them; and the number decides whether Amazon's invoice is
        booked.
        """
        if not self.env.su and not are_bills_lifted():
            for vals in vals_list:
                self._amazon_check_number(vals.get('amazon_invoice_id'))
                if vals.get('amazon_refund_kind'):
                    self._amazon_check_invoicing()
                vals.update(dict.fromkeys(OUR_FIELDS, False))  # no default_ keys either
        moves = super().create(vals_list)
        moves._amazon_set_group()
        self.env.add_to_compute(self._fields['amazon_order_ref'], moves.filtered('amazon_group_id'))
        return moves

    def write(self, vals):
        """Override of `account` to protect Amazon's number and group, and to let links follow the type of a refund."""
        if not self.env.su and not are_bills_lifted():
            for move in self:
                if 'amazon_invoice_id' in vals and (vals['amazon_invoice_id'] or False) != move.amazon_invoice_id:
                    self._amazon_check_number(True)
            vals = {name: value for name, value in vals.items() if name not in OUR_FIELDS}
        if vals and vals.keys() <= set(OUR_FIELDS):
            # A bill that waits for a validation of OCA's base_tier_validation takes no other changes.
            self = self.with_context(**{UNREVIEWED: True})
        if 'amazon_refund_kind' not in vals:
            result = super().write(vals)
            if 'invoice_line_ids' in vals or 'line_ids' in vals:
                self._amazon_set_group()
            return result
        changed = self.filtered(
            lambda move: (move.amazon_refund_kind or False) != (vals['amazon_refund_kind'] or False))
        if changed:
            self._amazon_check_invoicing()
        result = super().write(vals)
        if 'invoice_line_ids' in vals or 'line_ids' in vals:
            self._amazon_set_group()
        changed._amazon_update_links()
        return result

    def _amazon_set_group(self):
        """Set the Amazon group of bills that were filled from an order, in whatever way."""
        for move_sudo in self.sudo():  # users who can write bills can't always read groups
            if move_sudo.amazon_group_id or move_sudo.move_type not in ('in_invoice', 'in_refund'):
                continue
            if group_sudo := move_sudo.invoice_line_ids.amazon_purchase_line_id.order_id.amazon_group_id[:1]:
                move_sudo.amazon_group_id = group_sudo

    @api.model
    def _amazon_check_number(self, number):
        """Check that no user enters Amazon's invoice number.

        :raises UserError: a number was entered
        """
        if number:
            raise UserError(self._(
                "The Amazon invoice number is set by Amazon's documents only. Enter it as the Bill Reference instead: "
                "Amazon's invoice is matched by it."))

    def _amazon_check_invoicing(self):
        """Check that the user does invoicing: buyers can write bills too, but not decide on refunds.

        :raises AccessError: the user lacks the role
        """
        if not self.env.su and not self.env.user.has_group('account.group_account_invoice'):
            raise AccessError(self.env._(
                "Only invoicing users can record refunds or change their type. Ask your accountant."))

    # === TYPE OF REFUND === #

    def _amazon_update_links(self):
        """Set core's links of these credits by their type of refund, and value the goods accordingly."""
        credits = self.filtered(lambda move: move.move_type == 'in_refund')
        for kind, moves in credits.grouped('amazon_refund_kind').items():
            lines = moves.invoice_line_ids.filtered('amazon_purchase_line_id')
            before_sudo = lines.purchase_line_id.sudo().move_ids  # accountants can't always read stock moves
            for line in lines:
                goods = kind == 'goods' and line.amazon_purchase_line_id.amazon_line_type == 'item'
                line.purchase_line_id = line.amazon_purchase_line_id if goods else False
            if posted := lines.filtered(lambda line: line.parent_state == 'posted'):
                (before_sudo | posted.purchase_line_id.sudo().move_ids).filtered('is_in')._set_value()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `account` to treat Credit Note on a bill as a money-only refund until the type is changed.

        See `account.move.line._copy_data_extend_business_fields` for its links.
        """
        default_values_list = default_values_list or [{} for _move in self]
        for move, values in zip(self, default_values_list, strict=True):
            if move.move_type == 'in_invoice' and move.invoice_line_ids.amazon_purchase_line_id:
                values.setdefault('amazon_group_id', move.amazon_group_id.id)
                if not cancel and not self.env.context.get('amazon_bill_is_redone'):
                    values.setdefault('amazon_refund_kind', 'money')
        with bills_lifted():
            return super()._reverse_moves(default_values_list, cancel=cancel)

    # === AUTO-COMPLETE === #

    def _add_purchase_order_lines(self, purchase_order_lines):
        """Override of `purchase` to add only lines of Amazon orders with something to bill, if there are any.

        Core adds a line of quantity 0 for everything else.
        """
        amazon_lines = purchase_order_lines.filtered('amazon_line_type')
        billed = amazon_lines.filtered(lambda line: not line.product_uom_id.is_zero(line.qty_to_invoice))
        return super()._add_purchase_order_lines(
            purchase_order_lines - amazon_lines + billed if billed else purchase_order_lines)


class AccountMoveLineLinks(models.Model):
    """The links of bill lines, which follow core's and can't be set by users."""
    _inherit = 'account.move.line'

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account` to set our link of lines that have core's."""
        if not self.env.su and not are_bills_lifted():
            for vals in vals_list:
                # Our links follow core's, whatever a caller or a default_ key states.
                vals.update(dict.fromkeys(OUR_LINKS, False))
        linked_ids = {vals['purchase_line_id'] for vals in vals_list if vals.get('purchase_line_id')}
        amazon_ids = self._amazon_order_lines(linked_ids).ids if linked_ids else ()
        for vals in vals_list:
            if vals.get('purchase_line_id') in amazon_ids:
                vals['amazon_purchase_line_id'] = vals.get('amazon_purchase_line_id') or vals['purchase_line_id']
        return super().create(vals_list)

    def write(self, vals):
        """Override of `account` to let our link follow core's, and to keep users from setting it."""
        if not self.env.su and not are_bills_lifted():
            vals = {name: value for name, value in vals.items() if name not in OUR_LINKS}
        if vals.get('purchase_line_id') and 'amazon_purchase_line_id' not in vals:
            vals = {**vals, 'amazon_purchase_line_id': self._amazon_order_lines([vals['purchase_line_id']]).id}
        return super().write(vals)

    @api.model
    def _amazon_order_lines(self, line_ids):
        """Return the order lines that came with a cart from Amazon, in superuser mode.

        :param line_ids: the ids of order lines
        """
        # An id that comes over RPC may not exist, or the user may not be allowed to read it.
        lines_sudo = self.env['purchase.order.line'].sudo().browse(line_ids)
        try:
            return lines_sudo.filtered('amazon_line_type')
        except MissingError:
            return lines_sudo.exists().filtered('amazon_line_type')

    def _copy_data_extend_business_fields(self, values):
        """Override of `account` to link a reversed bill line as its refund.

        The refund is money only, unless the bill is cancelled or made anew.
        """
        super()._copy_data_extend_business_fields(values)
        if not self.move_id.amazon_group_id or self.display_type != 'product':
            return
        values['amazon_purchase_line_id'] = self.amazon_purchase_line_id.id
        cancels = self.env.context.get('move_reverse_cancel')  # missing if a bill is only copied
        if cancels is not None and self.move_id.move_type == 'in_invoice':
            values['amazon_bill_line_id'] = self.id
            if not cancels and not self.env.context.get('amazon_bill_is_redone'):
                values['purchase_line_id'] = False


class AccountMoveReversal(models.TransientModel):
    """Core's dialog that reverses bills."""
    _inherit = 'account.move.reversal'

    def reverse_moves(self, is_modify=False):
        """Override of `account` to let the credit take back the old quantities if a new bill replaces the old one.

        Core does not count that as cancelling if the credit is posted on a later day.
        """
        return super(AccountMoveReversal, self.with_context(amazon_bill_is_redone=is_modify)).reverse_moves(is_modify)
