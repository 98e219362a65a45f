from odoo import fields, models
from odoo.exceptions import UserError


class AmazonPunchoutReconciliation(models.Model):
    """Each order that Amazon has: what was approved, received, charged, billed, refunded and paid of it.

    It is a view of the orders, receipts, charges, bills and payments themselves, with one row for each order, whose id
    it has. All amounts include taxes and are in the currency of the order. With a date in the context, it shows what
    had happened by the end of that day.
    """
    _name = 'amazon.punchout.reconciliation'
    _description = "Amazon Reconciliation"
    _auto = False
    _rec_name = 'order_id'
    _rec_names_search = ['order_id.name', 'amazon_order_ref']
    _order = 'id desc'  # the order of an index: the first page is read without computing all others

    as_of = fields.Date("As of", readonly=True, help="What happened after this day does not count.")
    order_id = fields.Many2one('purchase.order', "Purchase Order", readonly=True)
    # The order's display name has Amazon's number too, for which a list has no room.
    order_name = fields.Char("Order", related='order_id.name')
    amazon_order_ref = fields.Char("Amazon Order", readonly=True)
    group_id = fields.Many2one('amazon.punchout.group', "Amazon Group", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    requester_id = fields.Many2one('res.users', readonly=True)
    date = fields.Datetime("Approved On", readonly=True)
    payment = fields.Selection(
        [('card', "Card"), ('invoice', "Pay by Invoice")], "Payment Method", readonly=True,
        help="How it was charged. Before anything is charged, the payment method of the group.")
    currency_id = fields.Many2one('res.currency', readonly=True)

    # What happened
    approved = fields.Monetary(readonly=True, help="The total that was approved.")
    confirmed = fields.Monetary(readonly=True, help="What Amazon confirmed that it delivers.")
    received = fields.Monetary(
        readonly=True, help="The value of what has arrived, whether or not it was returned since. It includes its part "
                            "of shipping and tax.")
    returned = fields.Monetary(
        readonly=True, help="The value of what was sent back to Amazon, with its part of the tax, without shipping.")
    charged = fields.Monetary(readonly=True, help="What Amazon charged. Only settled charges count.")
    invoiced = fields.Monetary(
        "Invoiced by Amazon", readonly=True, help="What Amazon's reports state about invoices of Pay by Invoice.")
    billed = fields.Monetary(readonly=True, help="The total of all bills, including drafts.")
    drafted = fields.Monetary("In Draft Bills", readonly=True, help="The part of the billed amount that is not posted.")
    refunded = fields.Monetary(readonly=True, help="What Amazon refunded. Only settled refunds count.")
    credited = fields.Monetary(readonly=True, help="The total of all credits, including drafts.")
    credit_drafted = fields.Monetary(
        "In Draft Credits", readonly=True, help="The part of the credited amount that is not posted.")
    paid = fields.Monetary(
        readonly=True, help="What was paid on the bills, less what was paid back on the credits.")
    paid_on_bills = fields.Monetary(readonly=True)

    # What follows from it
    not_billed = fields.Monetary("Charged, Not Billed", readonly=True)
    not_charged = fields.Monetary("Billed, Not Charged", readonly=True)
    to_accrue = fields.Monetary(
        "Received, Not Charged", readonly=True,
        help="The value of what has arrived beyond what was charged or is on posted bills.")
    to_receive = fields.Monetary(
        "Charged, Not Received", readonly=True,
        help="What was charged, or is on posted bills, beyond the value of what has arrived.")
    refund_due = fields.Monetary(
        readonly=True, help="The value of what was returned and is neither refunded nor credited.")
    is_different = fields.Boolean("Difference", readonly=True, help="Something differs, and nobody has accepted it.")
    is_accepted = fields.Boolean("Accepted", readonly=True, help="Somebody has accepted what differs.")
    figures = fields.Char(readonly=True)  # what differs, to be compared
    agreed = fields.Monetary(
        "Confirmed or Approved", readonly=True,
        help="What Amazon may charge: what it confirmed, or what was approved as long as it has not answered in full.")
    codes = fields.Char(readonly=True)
    others = fields.Json(readonly=True)
    has_others = fields.Boolean("Other Currency", readonly=True)

    # === THE ROWS === #

    @property
    def _table_query(self):
        """Override of `base` to compute the rows as of the date in the context, if there is one."""
        return self._query(fields.Date.to_date(self.env.context.get('amazon_as_of') or None))

    # === ACTIONS === #

    def action_open(self):
        """Open the order.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        return self.order_id.action_open_business_doc()

    def action_open_charges(self):
        """Open the charges and refunds of the order.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        return self.order_id.action_open_amazon_transactions()

    def action_open_bills(self):
        """Open the bills and credits of the order.

        :rtype: dict
        :raises UserError: there are none
        """
        self.ensure_one()
        self.check_access('read')
        # Such as the credit of what was refunded beyond the bill, which names no order.
        shares = self.env['amazon.punchout.transaction.share'].search([('line_id.order_id', '=', self.order_id.id)])
        moves = self.order_id.order_line.amazon_bill_line_ids.move_id | shares.move_id
        if not moves:
            raise UserError(self.env._("Order %s has no bills yet.", self.order_id.name))
        return self.order_id.action_view_invoice(moves)

    def action_open_outside(self):
        """Open what was bought outside Odoo, and charges without an order.

        :rtype: dict
        """
        self.env['amazon.punchout.transaction'].check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.amazon_punchout_transaction_action')
        name = self.env._("Outside")
        return {**action, 'name': name, 'display_name': name, 'context': {'search_default_outside': 1}}
