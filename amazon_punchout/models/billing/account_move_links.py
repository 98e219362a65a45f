from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.cart_lock import are_bills_lifted, bills_lifted

OUR_LINKS = ('amazon_purchase_line_id', 'amazon_bill_line_id', 'amazon_order_id')


class AccountMoveLinks(models.Model):
    """The two links of a bill line to its order line. Ours always stands. Core's says that a quantity is billed, or on a
    credit that it is billed no more: so a credit has it only where goods were returned."""
    _inherit = 'account.move'

    amazon_order_ref = fields.Char(
        "Amazon Order", compute='_compute_amazon_order_ref', help="Amazon's own number or numbers of what this bills.")

    # === COMPUTE METHODS === #

    @api.depends('invoice_line_ids.amazon_purchase_line_id.order_id.amazon_order_ref')
    def _compute_amazon_order_ref(self):
        for move in self:
            orders_sudo = move.invoice_line_ids.amazon_purchase_line_id.sudo().order_id  # the bill's reader may know
            move.amazon_order_ref = ", ".join(filter(None, orders_sudo.mapped('amazon_order_ref'))) or False

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Buyers write bills too, and over RPC any field of them: whose number a bill has decides whether Amazon's own is
        booked. Its group follows from its lines."""
        if not self.env.su and not are_bills_lifted():
            for vals in vals_list:
                self._amazon_check_number(vals.get('amazon_invoice_id'))
                if vals.get('amazon_refund_kind'):
                    self._amazon_check_invoicing()
                vals.update(amazon_invoice_id=False, amazon_group_id=False)  # no default_ keys either
        moves = super().create(vals_list)
        moves._amazon_take_group()
        return moves

    def write(self, vals):
        if not self.env.su and not are_bills_lifted():
            for move in self:
                if 'amazon_invoice_id' in vals and (vals['amazon_invoice_id'] or False) != move.amazon_invoice_id:
                    self._amazon_check_number(True)
            vals = {name: value for name, value in vals.items() if name not in ('amazon_invoice_id', 'amazon_group_id')}
        if 'amazon_refund_kind' not in vals:
            result = super().write(vals)
            if 'invoice_line_ids' in vals or 'line_ids' in vals:
                self._amazon_take_group()
            return result
        changed = self.filtered(lambda move: (move.amazon_refund_kind or False) != (vals['amazon_refund_kind'] or False))
        if changed:
            self._amazon_check_invoicing()
        result = super().write(vals)
        if 'invoice_line_ids' in vals or 'line_ids' in vals:
            self._amazon_take_group()
        changed._amazon_move_links()
        return result

    def _amazon_take_group(self):
        """A bill that was filled from an order, by whatever way, belongs to the order's Amazon group."""
        for move in self:
            if not move.amazon_group_id and move.move_type in ('in_invoice', 'in_refund'):
                # Whoever writes bills need not read groups.
                if group := move.sudo().invoice_line_ids.amazon_purchase_line_id.order_id.amazon_group_id[:1]:
                    move.sudo().amazon_group_id = group

    @api.model
    def _amazon_check_number(self, number):
        """:raises UserError: somebody else than Amazon gives a bill a number of Amazon's"""
        if number:
            raise UserError(self.env._(
                "Amazon's invoice number is filled by Amazon's own documents. Enter it as the bill's reference: Amazon's "
                "invoice finds the bill by that."))

    def _amazon_check_invoicing(self):
        """Refunds are the accountant's, whatever else a user may do with bills: buyers may write them too.

        :raises AccessError: the user has not the role
        """
        if not self.env.su and not self.env.user.has_group('account.group_account_invoice'):
            raise AccessError(self.env._(
                "Only people who do invoicing may say what became of a refund. Ask your accountant."))

    # === WHAT KIND OF REFUND === #

    def _amazon_move_links(self):
        """Let core's links of these credits say what their kind says, and value the goods by it."""
        credits = self.filtered(lambda move: move.move_type == 'in_refund')
        for kind, moves in credits.grouped('amazon_refund_kind').items():
            lines = moves.invoice_line_ids.filtered('amazon_purchase_line_id')
            before_sudo = lines.purchase_line_id.sudo().move_ids  # an accountant need not have the stock role
            for line in lines:
                goods = kind == 'goods' and line.amazon_purchase_line_id.amazon_line_type == 'item'
                line.purchase_line_id = line.amazon_purchase_line_id if goods else False
            if posted := lines.filtered(lambda line: line.parent_state == 'posted'):
                (before_sudo | posted.purchase_line_id.sudo().move_ids).filtered('is_in')._set_value()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Core's Credit Note on a bill counts as money only until someone says otherwise; see
        `account.move.line._copy_data_extend_business_fields` for its links."""
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
        """Core adds a line of quantity 0 for all that is not to be billed. Of an Amazon order only what is billed is
        added, if anything is."""
        amazon_lines = purchase_order_lines.filtered('amazon_line_type')
        billed = amazon_lines.filtered(lambda line: not line.product_uom_id.is_zero(line.qty_to_invoice))
        return super()._add_purchase_order_lines(
            purchase_order_lines - amazon_lines + billed if billed else purchase_order_lines)


class AccountMoveLineLinks(models.Model):
    _inherit = 'account.move.line'

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and not are_bills_lifted():
            for vals in vals_list:
                # Our links follow core's, whatever a caller or a default_ key says.
                vals.update(dict.fromkeys(OUR_LINKS, False))
        linked_ids = {vals['purchase_line_id'] for vals in vals_list if vals.get('purchase_line_id')}
        amazon_ids = self._amazon_order_lines(linked_ids).ids if linked_ids else ()
        for vals in vals_list:
            if vals.get('purchase_line_id') in amazon_ids:
                vals['amazon_purchase_line_id'] = vals.get('amazon_purchase_line_id') or vals['purchase_line_id']
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and not are_bills_lifted():
            vals = {name: value for name, value in vals.items()
                    if name not in OUR_LINKS}
        if vals.get('purchase_line_id') and 'amazon_purchase_line_id' not in vals:
            vals = {**vals, 'amazon_purchase_line_id': self._amazon_order_lines([vals['purchase_line_id']]).id}
        return super().write(vals)

    @api.model
    def _amazon_order_lines(self, line_ids):
        """:param line_ids: ids of order lines
        :return: those that came with a cart from Amazon
        """
        # An id that comes over RPC need not be there, nor is it always the user's to read.
        lines_sudo = self.env['purchase.order.line'].sudo().browse(line_ids).exists()
        return lines_sudo.filtered('amazon_line_type')

    def _copy_data_extend_business_fields(self, values):
        """A reversed bill line is a refund of it; unless the bill is cancelled and made anew, of money only."""
        super()._copy_data_extend_business_fields(values)
        if not self.amazon_purchase_line_id:
            return
        values['amazon_purchase_line_id'] = self.amazon_purchase_line_id.id
        cancels = self.env.context.get('move_reverse_cancel')  # not there where a bill is only copied
        if cancels is not None and self.move_id.move_type == 'in_invoice':
            values['amazon_bill_line_id'] = self.id
            if not cancels and not self.env.context.get('amazon_bill_is_redone'):
                values['purchase_line_id'] = False


class AccountMoveReversal(models.TransientModel):
    _inherit = 'account.move.reversal'

    def reverse_moves(self, is_modify=False):
        """Where a new bill takes the place of the old one the credit must take the old quantities back, also if it is
        posted by itself on a later day, which core does not count as cancelling."""
        return super(AccountMoveReversal, self.with_context(amazon_bill_is_redone=is_modify)).reverse_moves(is_modify)
