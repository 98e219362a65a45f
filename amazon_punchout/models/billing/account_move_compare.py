from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.problems import close_problem, raise_problem
from ...tools.sentences import shown_number

# More of them above a form would hide it.
MOST_SENTENCES = 5


class AccountMoveCompare(models.Model):
    """What was ordered, confirmed, received and billed, side by side on each bill of an Amazon order."""
    _inherit = 'account.move'

    amazon_awaits_receipt = fields.Boolean(
        "Waits for Receipt", copy=False, readonly=True,
        help="Nothing but the receipt of its goods keeps this bill from being posted.")
    # In superuser mode: accountants can't always read groups and documents.
    amazon_order_line_ids = fields.Many2many(
        'purchase.order.line', string="Amazon Order Lines", compute='_compute_amazon_comparison', compute_sudo=True)
    amazon_order_count = fields.Integer(
        "Number of Amazon Orders", compute='_compute_amazon_comparison', compute_sudo=True)
    amazon_order_currency_id = fields.Many2one(
        'res.currency', "Currency of the Order", compute='_compute_amazon_comparison', compute_sudo=True)
    amazon_order_total = fields.Monetary(
        "Order Total", compute='_compute_amazon_comparison', compute_sudo=True,
        currency_field='amazon_order_currency_id')
    amazon_order_billed = fields.Monetary(
        "Billed So Far", compute='_compute_amazon_comparison', compute_sudo=True,
        currency_field='amazon_order_currency_id')  # of all bills with drafts, less all credits
    amazon_order_difference = fields.Monetary(
        "Order Difference", compute='_compute_amazon_comparison', compute_sudo=True,
        currency_field='amazon_order_currency_id')
    amazon_differences = fields.Text(
        "Differences", compute='_compute_amazon_differences', compute_sudo=True,
        help="Where this bill differs from its Amazon order beyond the group's tolerance, what tax becomes a cost, and "
             "what was not received.")

    # === COMPUTE METHODS === #

    @api.depends('amazon_group_id', 'invoice_line_ids.amazon_purchase_line_id', 'invoice_line_ids.amazon_order_id')
    def _compute_amazon_comparison(self):
        for move in self:
            orders = move._amazon_billed_orders()
            # Amounts of orders in several currencies can't be added up.
            currency = orders.currency_id if len(orders.currency_id) == 1 else self.env['res.currency']
            summed = orders if currency else orders.browse()
            move.amazon_order_line_ids = orders.order_line.filtered('amazon_line_type')
            move.amazon_order_count = len(orders)
            move.amazon_order_currency_id = currency
            move.amazon_order_total = sum(summed.mapped('amount_total'))
            move.amazon_order_billed = sum(
                summed.mapped('amazon_billed_total')) - sum(summed.mapped('amazon_refunded_total'))
            move.amazon_order_difference = move.amazon_order_billed - move.amazon_order_total

    @api.depends(
        'state', 'amazon_group_id', 'invoice_line_ids.amazon_purchase_line_id', 'invoice_line_ids.price_subtotal')
    @api.depends_context('lang')
    def _compute_amazon_differences(self):
        for move in self:
            is_bill = move.move_type == 'in_invoice' and move.state != 'cancel'
            sentences = move._amazon_find_differences() if is_bill else []
            left = len(sentences) - MOST_SENTENCES
            if left > 1:
                sentences[MOST_SENTENCES:] = [self.env._(
                    "%s more differences are on the page Amazon Order.", left)]
            move.amazon_differences = "\n".join(sentences) or False

    def _amazon_billed_orders(self):
        """Find the Amazon orders that this bill or credit is about."""
        self.ensure_one()
        # A stored bill of an Amazon order has its group. Of all others the lines need not be read.
        if not self.is_purchase_document() or self.id and not self.amazon_group_id:
            return self.env['purchase.order']
        lines = self.invoice_line_ids
        return lines.amazon_purchase_line_id.order_id | lines.amazon_order_id

    # === DIFFERENCES === #

    def _amazon_find_differences(self):
        """Say how this bill differs from its orders now; a confirmation, a credit or a receipt may settle that.

        :return: a sentence for each difference beyond the group's tolerance
        :rtype: list[str]
        """
        self.ensure_one()
        sentences = []
        if self.id and not self.amazon_group_id:
            return sentences
        orders = self._amazon_billed_orders()
        for order in orders:
            if order.currency_id != self.currency_id:
                sentences.append(self.env._(
                    "The bill is in %(currency)s, but order %(order)s is in %(other)s.",
                    currency=self.currency_id.name, order=order.name, other=order.currency_id.name))
            sentences += order._amazon_bill_differences()
        if orders:
            sentences += [
                self.env._("“%(charge)s” of %(amount)s was not ordered.",
                           charge=line.name, amount=self.currency_id.format(line.price_subtotal))
                for line in self.invoice_line_ids if line._amazon_is_extra_charge()]
        return sentences + self._amazon_cost_tax_sentences() + self._amazon_missing_sentences()

    def _amazon_cost_tax_sentences(self):
        """Say how much estimated tax a draft books as a cost, if the company may be able to reclaim it.

        Amazon's invoices have their taxes matched when they are imported; this is about Create Bills.

        :rtype: list[str]
        """
        self.ensure_one()
        group = self.amazon_group_id
        if not group or self.amazon_invoice_id or self.state != 'draft':
            return []
        choice = self.env['amazon.punchout.cart']._find_taxes(group, False, set(), group.product_id)
        if choice.is_never_reclaimed or any(rate and not tax for rate, tax in choice.by_table.items()):
            return []
        amount = sum(self.invoice_line_ids.filtered(lambda line: line._amazon_is_estimated_tax()).mapped(
            'price_subtotal'))
        # Where Amazon rounds the tax of each piece, up to half a unit per piece is left over.
        pieces = sum(self.invoice_line_ids.filtered(
            lambda line: line.amazon_purchase_line_id.amazon_line_type == 'item').mapped('quantity'))
        if self.currency_id.compare_amounts(amount, self.currency_id.rounding * max(pieces, 1)) <= 0:
            return []
        return [self.env._(
            "Tax of %s is booked as a cost, because no purchase tax was found for it when the order was created. If "
            "you can reclaim it, set the purchase tax on the items and remove the estimated tax.",
            self.currency_id.format(amount))]

    # === RECEIPTS === #

    def _amazon_missing_sentences(self, policies=('warn', 'hold')):
        """Say what these bills and all posted ones bill that was not received.

        Groups that don't compare receipts have none; neither have items without a received quantity.

        :param policies: only for groups with these values of Bills Before Receipt
        :return: a sentence for each order line
        :rtype: list[str]
        """
        sentences = []
        for line in self.invoice_line_ids.purchase_line_id:
            if line.order_id.amazon_group_id.receipt_policy not in policies or not line._amazon_is_received_here():
                continue
            billed, received = line._amazon_billed_by(self), line.qty_received
            if line.product_uom_id.compare(billed, received) > 0:
                values = {'item': line._amazon_title(), 'order': line.order_id.name,
                          'billed': shown_number(self.env, billed), 'received': shown_number(self.env, received)}
                sentences.append(self.env._(
                    "%(billed)s × “%(item)s” on %(order)s are billed, but only %(received)s were received.", **values)
                    if received else self.env._(
                    "%(billed)s × “%(item)s” on %(order)s are billed, but none were received.", **values))
        return sentences

    @api.constrains('state')
    def _check_amazon_received(self):
        """Check that what is posted was received, if the group holds bills until then.

        A constraint stands in the way of each method that posts.

        :raises UserError: it was not
        """
        for move_sudo in self.sudo():  # accountants can't read groups
            if move_sudo.state != 'posted' or move_sudo.move_type != 'in_invoice':
                continue
            if missing := move_sudo._amazon_missing_sentences(('hold',)):
                raise UserError(self.env._(
                    "%(bill)s can't be posted before everything on it is received. %(missing)s Validate the "
                    "receipt first, or enter the received quantity on the order.",
                    bill=move_sudo.display_name, missing=" ".join(missing)))

    def _amazon_settle_receipt(self):
        """Post this draft, or bring its activity up to date, after goods were received.

        It runs in superuser mode: who receives goods may have no access to bills.
        """
        self.ensure_one()
        requester = self._amazon_billed_orders()[:1].amazon_requester_id
        group = self.amazon_group_id
        person = group.bill_user_id.filtered('active') or group._person_to_notify(requester)
        move = self.with_company(self.company_id).with_context(lang=person.lang)
        if missing := move._amazon_missing_sentences():
            number = move.amazon_invoice_id
            raise_problem(
                move, person, move.env._("Amazon's invoice %s waits for its goods", number),
                Markup("<p>%s</p>") % " ".join(missing))
            return
        move.amazon_awaits_receipt = False
        close_problem(move)
        document = move.env['amazon.punchout.document'].search([('account_move_id', '=', move.id)], limit=1)
        if document:
            move.env['amazon.punchout.bill']._settle(document, move)


class AccountMoveLineCompare(models.Model):
    """Bill lines that no line of an order stands for."""
    _inherit = 'account.move.line'

    def _amazon_is_extra_charge(self):
        """Tell whether this line charges something that its Amazon order does not have.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self.display_type == 'product' and not self.purchase_line_id and not self.amazon_purchase_line_id
            and not self._amazon_is_estimated_tax() and self.currency_id.compare_amounts(self.price_subtotal, 0) > 0)
