from odoo import fields, models

from ...tools.sentences import sentence
from ...tools.voice import speaker


class AccountMove(models.Model):
    """The fields of bills and vendor credits that are about Amazon."""
    _inherit = 'account.move'
    _ = sentence

    amazon_group_id = fields.Many2one(
        'amazon.punchout.group', copy=False, readonly=True, index='btree_not_null', ondelete='restrict')
    amazon_invoice_id = fields.Char(
        copy=False, readonly=True, index='btree_not_null',
        help="The number of the Amazon invoice or credit memo.")
    amazon_shipment_id = fields.Many2one(
        'amazon.punchout.shipment', copy=False, readonly=True, index='btree_not_null',
        ondelete='set null')
    amazon_refund_kind = fields.Selection(
        [('money', "Money Only"), ('goods', "Goods Returned")], "Refund Type", copy=False,
        help="Money Only: the quantity stays billed. Goods Returned: the returned quantity no longer counts as billed.")

    _amazon_draft_idx = models.Index(
        "(amazon_group_id, id) WHERE state = 'draft' AND amazon_group_id IS NOT NULL")  # few of all bills
    _amazon_shipment_id_uniq = models.UniqueIndex(
        "(amazon_shipment_id) WHERE amazon_shipment_id IS NOT NULL AND state != 'cancel'",
        "Another bill already bills this Amazon shipment.")

    def _message_compute_author(self, author_id=None, email_from=None):
        """Override of `mail` to have Amazon's vendor speak on bills that came from Amazon, where no person does."""
        if author_id is None and email_from is None and len(self) == 1 and self.amazon_group_id:
            author_id, email_from = speaker(self, self.partner_id, self.company_id)
        return super()._message_compute_author(author_id, email_from)


class AccountMoveLine(models.Model):
    """The links of bill lines to what they bill or refund."""
    _inherit = 'account.move.line'

    amazon_purchase_line_id = fields.Many2one(
        'purchase.order.line', "Amazon Order Line", copy=False, readonly=True, index='btree_not_null',
        ondelete='set null',
        help="The order line that this line bills or credits. Unlike the purchase order line, it does not count as a "
             "billed quantity.")
    amazon_order_id = fields.Many2one(
        'purchase.order', "Amazon Purchase Order", copy=False, readonly=True, index='btree_not_null',
        ondelete='set null',
        help="The order that Amazon bills with this line. It links the line to the order's shipping or tax if that is "
             "added later.")
    amazon_bill_line_id = fields.Many2one(
        'account.move.line', "Refunded Bill Line", copy=False, readonly=True, index='btree_not_null',
        ondelete='set null')
