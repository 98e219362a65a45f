from odoo import api, fields, models

from ...const import CHARGE_READERS
from ...tools.cart_lock import lifted
from ...tools.marked import fetch_marked
from ...tools.steps import attempt

# The states in which an order may be charged.
AT_AMAZON = ('sent', 'unclear', 'partial', 'confirmed')


class PurchaseOrderCharges(models.Model):
    """The charges and refunds of an order."""
    _inherit = 'purchase.order'

    amazon_transaction_ids = fields.Many2many(
        'amazon.punchout.transaction', 'amazon_punchout_transaction_order_rel', 'order_id', 'transaction_id',
        string="Amazon Charges", readonly=True, copy=False, groups=CHARGE_READERS)
    amazon_transaction_count = fields.Integer(
        "Number of Amazon Charges", compute='_compute_amazon_transaction_count', groups=CHARGE_READERS)

    amazon_reported_item_ids = fields.One2many(
        'amazon.punchout.reported.item', 'order_id', "Shipped and Returned in Reports", readonly=True, copy=False,
        groups=CHARGE_READERS)
    amazon_return_count = fields.Integer(
        "Number of Amazon Returns", compute='_compute_amazon_return_count', groups=CHARGE_READERS)

    amazon_charges_wait = fields.Boolean("Charges Not Looked For", readonly=True, copy=False)
    _amazon_charges_wait_idx = models.Index("(id) WHERE amazon_charges_wait IS TRUE")

    # The page Reconciliation shows the last months by default.
    _amazon_approved_idx = models.Index("(date_approve) WHERE amazon_group_id IS NOT NULL")
    # Charges are looked up by one of Amazon's numbers, and among the few orders that have several. The index for parts
    # of a number reads more of it the more numbers there are. An order may have hundreds, which no btree has room for.
    _amazon_number_idx = models.Index("USING hash (amazon_order_ref)")
    _amazon_several_numbers_idx = models.Index("(id) WHERE strpos(amazon_order_ref, ',') > 0")

    def _fetch_query(self, query, fields):
        """Override of `base` to look up charges and reported items of carts only: other orders have none."""
        return fetch_marked(
            super()._fetch_query, query, fields, ('amazon_transaction_ids', 'amazon_reported_item_ids'),
            'amazon_session_id')

    @api.depends('amazon_transaction_ids')
    def _compute_amazon_transaction_count(self):
        for order in self:
            order.amazon_transaction_count = len(order.amazon_transaction_ids)

    @api.depends('amazon_reported_item_ids.is_return', 'amazon_reported_item_ids.is_cancelled')
    def _compute_amazon_return_count(self):
        for order in self:
            order.amazon_return_count = len(order.amazon_reported_item_ids.filtered(
                lambda item: item.is_return and not item.is_cancelled))

    def action_open_amazon_returns(self):
        """Open what was returned of this order, as Amazon's reports state it.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        self.env['amazon.punchout.reported.item'].check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.amazon_punchout_reported_item_action')
        return {**action, 'domain': [('order_id', 'in', self.ids), ('is_return', '=', True)]}

    def action_open_amazon_transactions(self):
        """Open the charges and refunds of this order.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        self.env['amazon.punchout.transaction'].check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.amazon_punchout_transaction_action')
        return {**action, 'domain': [('order_ids', 'in', self.ids)], 'context': {}}

    def _amazon_charged_line(self, stated):
        """Find the order line that a line of a charge is about: by our line number, else by item and quantity.

        :param stated: an `amazon.punchout.transaction.line`
        :return: at most one line
        """
        if not self:
            return self.order_line
        lines = self._amazon_item_lines()
        numbered = lines.filtered(lambda line: line.amazon_line_number == self._amazon_stated_number(stated))
        if not stated.asin:
            return numbered[:1]
        same_item = lines.filtered(lambda line: line.amazon_asin == stated.asin)
        if len(same_item) > 1 and not numbered & same_item:
            same_item = same_item.filtered(
                lambda line: not line.product_uom_id.compare(line.product_qty, stated.quantity))
        found = numbered & same_item or same_item
        return found if len(found) == 1 else lines.browse()

    def _amazon_stated_number(self, stated):
        """Read our line number, which Amazon may write with the order's number in front.

        :param stated: an `amazon.punchout.transaction.line`
        :return: 0 if there is none
        :rtype: int
        """
        text = (stated.line_number or "").removeprefix(f"{self.name}-").strip()
        return int(text) if text.isascii() and text.isdigit() else 0

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `purchase` to look again at charges that may be of these orders, once Amazon has them."""
        result = super().write(vals)
        if vals.get('amazon_order_ref') or vals.get('amazon_state') in AT_AMAZON:
            _found, error = attempt(
                self.env, lambda: self.env['amazon.punchout.transaction']._match_later(self),
                f"The Amazon charges of orders {self.ids} could not be matched")
            if error:
                with lifted():
                    self.write({'amazon_charges_wait': True})
                self.env['amazon.punchout.transaction']._wake_booking()
        return result

    def _amazon_match_again(self):
        """Look for the charges of this order, which could not be looked for when it became known."""
        self.env['amazon.punchout.transaction']._match_later(self)
        with lifted():
            self.amazon_charges_wait = False
