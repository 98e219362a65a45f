from odoo import fields, models


class AccountMove(models.Model):
    """What a bill or a vendor credit knows about Amazon."""
    _inherit = 'account.move'

    amazon_group_id = fields.Many2one(
        'amazon.punchout.group', "Amazon Group", copy=False, readonly=True, index='btree_not_null', ondelete='restrict')
    amazon_invoice_id = fields.Char(
        "Amazon Invoice", copy=False, readonly=True, index='btree_not_null',
        help="The number of Amazon's invoice or credit memo that this is.")
    amazon_refund_kind = fields.Selection(
        [('money', "Money only"), ('goods', "Goods returned")], "Refund", copy=False,
        help="Money only: the ordered quantity counts as billed as before. Goods returned: it counts as billed no more.")


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    amazon_purchase_line_id = fields.Many2one(
        'purchase.order.line', "Amazon Order Line", copy=False, readonly=True, index='btree_not_null', ondelete='set null',
        help="The order line that this bills or credits. Unlike core's link it does not say that a quantity is billed.")
    amazon_order_id = fields.Many2one(
        'purchase.order', "Amazon Purchase Order", copy=False, readonly=True, index='btree_not_null', ondelete='set null',
        help="Of a line of Amazon's invoice: by this it finds the order's line of shipping or tax where that comes later.")
    amazon_bill_line_id = fields.Many2one(
        'account.move.line', "Refunded Bill Line", copy=False, readonly=True, index='btree_not_null', ondelete='set null')
