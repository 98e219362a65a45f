from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.sentences import Reason, sentence
from ...tools.voice import speaker
from ...transactions import BANK, CARD, GIFT_CARD, INVOICE, OTHER, REWARDS

# Those that nothing in the books depends on yet, so what Amazon says later corrects them.
OPEN_STATES = ('new', 'matched', 'outside', 'attention')


class AmazonPunchoutTransaction(models.Model):
    """One charge or one refund, as Amazon states it in a report or by its API.

    The amounts are never negative, except discounts: the kind decides. Only the addon writes it; people decide by
    buttons. As long as its company is not known it is held: it has no company, and is never booked.
    """
    _name = 'amazon.punchout.transaction'
    _ = sentence
    _description = "Amazon Charge or Refund"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'date desc, id desc'
    _rec_names_search = ['amazon_order_ref', 'charge_identifier', 'transaction_ref', 'order_ids.name']

    kind = fields.Selection([('charge', "Charge"), ('refund', "Refund")], required=True, readonly=True)
    state = fields.Selection([
        ('new', "New"),
        ('matched', "Matched"),
        ('booked', "Booked"),
        ('outside', "Outside"),
        ('attention', "Needs Attention"),
        ('dismissed', "Dismissed"),
    ], "Status", default='new', required=True, readonly=True, index=True,
        help="Outside: bought without a purchase order of Odoo, or not for an order at all.")
    source = fields.Selection(
        [('report', "Report"), ('api', "API")], required=True, readonly=True,
        help="Where its values come from. What both state is one record, with the values of the API.")
    is_settled = fields.Boolean(
        "Settled", readonly=True,
        help="The amount was really charged or refunded. Otherwise it is only authorized, pending or cancelled, and "
             "is not booked.")
    is_over_refund = fields.Boolean(
        "Over-Refund", readonly=True, help="Amazon calls it a refund of more than was charged.")
    attention = fields.Selection([
        ('no_company', "Company Unknown"),
        ('two_companies', "Several Companies"),
        ('alike', "Stated Twice"),
        ('doubtful', "Contradictory"),
        ('part_outside', "Partly Outside"),
        ('never_sent', "Order Never Sent"),
        ('items_differ', "Other Items"),
        ('changed', "Changed after Posting"),
    ], "Reason", readonly=True, help="Why a person has to decide. Empty if the problem is one of booking.")
    problem = Reason(readonly=True, help="What needs a person.")
    outside_kind = fields.Selection(
        [('order', "Bought Outside Odoo"), ('fee', "Not for an Order")], "Outside", readonly=True,
        help="Amazon names an order that Odoo does not know, or none at all, as for a membership fee.")

    # Money
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    date = fields.Date(readonly=True)
    feed_date = fields.Date(
        "Stated On", readonly=True, help="The day on which Amazon's API stated it for the last time.")
    instrument = fields.Selection([
        (CARD, "Card"),
        (INVOICE, "Pay by Invoice"),
        (BANK, "Bank Account"),
        (GIFT_CARD, "Gift Card"),
        (REWARDS, "Rewards"),
        (OTHER, "Other"),
    ], "Payment Instrument", default=OTHER, required=True, readonly=True)
    instrument_text = fields.Char("Instrument at Amazon", readonly=True, help="In Amazon's own words.")
    last_digits = fields.Char(readonly=True)

    # What identifies it at Amazon
    transaction_ref = fields.Char("Transaction ID", readonly=True, index='btree_not_null')
    charge_identifier = fields.Char(
        readonly=True, index='btree_not_null', help="The text that the statement of the card shows.")
    payment_reference = fields.Char(
        "Payment Reference ID", readonly=True, index='btree_not_null',
        help="Amazon may state a settlement again under another reference.")
    invoice_number = fields.Char(
        readonly=True, index='btree_not_null', help="Of the invoice or of the credit memo.")
    statement_number = fields.Char(readonly=True, index='btree_not_null', help="Of Pay by Invoice.")
    signature = fields.Char(
        readonly=True, copy=False, index=True,
        help="Kind, currency, amount and orders. Charges that are alike in this are counted.")
    ordinal = fields.Integer("Number among Alike", readonly=True, copy=False)

    # Whose it is
    company_id = fields.Many2one('res.company', readonly=True, index=True)
    group_id = fields.Many2one(
        'amazon.punchout.group', "Amazon Group", readonly=True, index='btree_not_null', ondelete='restrict')
    holder_company_ids = fields.Many2many(
        'res.company', 'amazon_punchout_transaction_holder_rel', 'transaction_id', 'company_id',
        string="Held For", readonly=True,
        help="The companies to which it may belong, while it belongs to none. Only users of all of them see it.")
    account_group = fields.Char(readonly=True, help="The account group that Amazon names.")
    legal_entity = fields.Char(readonly=True, help="The legal entity that Amazon names.")
    buyer = fields.Char(readonly=True, index='trigram')
    buyer_email = fields.Char("Buyer's E-mail", readonly=True)
    seller = fields.Char(readonly=True, index='trigram', help="The sellers of its lines.")
    marketplace = fields.Char(readonly=True)

    # What it is about
    line_ids = fields.One2many('amazon.punchout.transaction.line', 'transaction_id', "Lines", readonly=True)
    amazon_order_ref = fields.Char(
        "Amazon Orders", readonly=True, index='trigram', help="Amazon's numbers of the orders.")
    order_ids = fields.Many2many(
        'purchase.order', 'amazon_punchout_transaction_order_rel', 'transaction_id', 'order_id', string="Orders",
        readonly=True, copy=False)
    bill_ids = fields.Many2many(
        'account.move', 'amazon_punchout_transaction_bill_rel', 'transaction_id', 'move_id', string="Bills",
        readonly=True, copy=False)
    credit_ids = fields.Many2many(
        'account.move', 'amazon_punchout_transaction_credit_rel', 'transaction_id', 'move_id', string="Credits",
        readonly=True, copy=False)
    payment_ids = fields.Many2many(
        'account.payment', 'amazon_punchout_transaction_payment_rel', 'transaction_id', 'payment_id',
        string="Payments", readonly=True, copy=False,
        groups='account.group_account_invoice,account.group_account_readonly')

    number = fields.Char(
        "Order or Charge Number", store=False, search='_search_number', help="Amazon's, or that of the purchase order.")

    # How it came
    import_ids = fields.Many2many(
        'amazon.punchout.import', 'amazon_punchout_transaction_import_rel', 'transaction_id', 'import_id',
        string="Reports", readonly=True, copy=False, help="The imported reports that state it.")
    raw = fields.Text(
        "As It Came", readonly=True, copy=False, help="What Amazon stated about it, unchanged, the newest last.")
    dismissed_by_id = fields.Many2one('res.users', readonly=True, copy=False)
    dismissed_at = fields.Datetime("Dismissed On", readonly=True, copy=False)
    dismiss_reason = fields.Text("Dismissal Reason", readonly=True, copy=False)
    dismissed_from = fields.Json(readonly=True, copy=False)  # state, attention and problem, to undo it

    # A held charge may be known to its company, which decides once it is assigned.
    _signature_uniq = models.UniqueIndex(
        "(company_id, signature, ordinal) WHERE company_id IS NOT NULL", "This charge was stored meanwhile.")
    _draft_is_old_idx = models.Index("(id) WHERE draft_is_old IS TRUE")
    # The list and its filters, in the order of the list: a filter that finds few or nothing doesn't read all charges.
    _listed_idx = models.Index("(date, id)")
    _attention_idx = models.Index("(date, id) WHERE attention IS NOT NULL")
    _unsettled_idx = models.Index("(date, id) WHERE is_settled IS NOT TRUE")
    _refund_idx = models.Index("(date, id) WHERE kind = 'refund'")
    _booked_later_idx = models.Index("(date, id) WHERE booked_date IS NOT NULL")
    _last_digits_idx = models.Index("(last_digits, date, id)")

    # === COMPUTE METHODS === #

    @api.depends('kind', 'amazon_order_ref', 'charge_identifier', 'date')
    @api.depends_context('lang')
    def _compute_display_name(self):
        kinds = dict(self._fields['kind']._description_selection(self.env))
        for transaction in self:
            about = transaction.amazon_order_ref or transaction.charge_identifier \
                or (transaction.date and fields.Date.to_string(transaction.date)) or ""
            transaction.display_name = f"{kinds.get(transaction.kind, '')} {about}".strip()

    @api.model
    def _search_number(self, operator, value):
        """Search for charges by what the search box has.

        The charges of an order are found first. As a part of one query, PostgreSQL would compare each charge with them.

        :rtype: Domain
        """
        if operator != 'ilike':
            return NotImplemented
        text = (value or '').strip()
        found = Domain('amazon_order_ref', 'ilike', text) | Domain('charge_identifier', '=', text)
        if orders := self.env['purchase.order'].sudo().search([('name', '=', text)]):
            found |= Domain('id', 'in', self.search([('order_ids', 'in', orders.ids)]).ids)
        return found

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `mail` to forget the reason once nothing needs a person any more."""
        if vals.get('state', 'attention') != 'attention':
            vals = {**vals, 'attention': False}
        return super().write(vals)

    # === CHATTER === #

    def _message_compute_author(self, author_id=None, email_from=None):
        """Override of `mail` to have Amazon's vendor speak where no person does."""
        if author_id is None and email_from is None and len(self) == 1:
            author_id, email_from = speaker(self, self.group_id.sudo().partner_id, self.company_id)
        return super()._message_compute_author(author_id, email_from)

    # === HOOKS === #

    def _awaits_decision(self):
        """Tell whether a person must decide about this charge before anything of it may be booked.

        :rtype: bool
        """
        self.ensure_one()
        return self.state == 'attention' and bool(self.attention) and self.attention != 'part_outside'

    def _matched(self):
        """Do what follows when the orders of these charges were looked for."""

    def _book(self):
        """Bring these charges and refunds into the books, as far as they are settled and belong to a company."""

    def _rebook(self):
        """Bring the drafts of these charges up to date after Amazon has corrected them."""

    def _known_late(self):
        """Look again at charges whose order has become known after they were billed as bought outside."""

    def _unbook(self):
        """Take back the drafts of these charges, since their import is undone. Nothing of them is posted."""

    def _is_posted(self):
        """Tell whether anything that was booked for this charge is posted.

        :rtype: bool
        """
        self.ensure_one()
        return False

    def _take_invoices(self, reading, invoices):
        """Use what a statement says about invoices of Pay by Invoice.

        :param Reading reading: the statement
        :param list[InvoiceFacts] invoices: some of its invoices
        """

    def _take_shipments(self, reading, shipments):
        """Use what a statement says about shipments and returns. A dry run only counts.

        :param Reading reading: the statement
        :param list[ShipmentFacts] shipments: some of its shipments
        """


class AmazonPunchoutTransactionLine(models.Model):
    """A part of a charge or refund: an item of an order, or an order as a whole if Amazon states no items."""
    _name = 'amazon.punchout.transaction.line'
    _ = sentence
    _description = "Amazon Charge Line"
    _order = 'transaction_id, sequence, id'

    transaction_id = fields.Many2one(
        'amazon.punchout.transaction', required=True, readonly=True, index=True, ondelete='cascade')
    sequence = fields.Integer(readonly=True)
    company_id = fields.Many2one(related='transaction_id.company_id', store=True, precompute=True)
    currency_id = fields.Many2one(related='transaction_id.currency_id', store=True, precompute=True)
    order_id = fields.Many2one('purchase.order', readonly=True, index='btree_not_null', ondelete='set null')
    purchase_line_id = fields.Many2one(
        'purchase.order.line', "Order Line", readonly=True, index='btree_not_null', ondelete='set null')
    is_not_ours = fields.Boolean(
        "Not Our Order", readonly=True, help="A person has decided that no order of Odoo is meant.")

    # As Amazon states it
    order_ref = fields.Char("Amazon Order", readonly=True, index='btree_not_null')
    purchase_order_number = fields.Char("PO Number", readonly=True, index='btree_not_null')
    line_number = fields.Char("PO Line", readonly=True)
    order_line_item_id = fields.Char("Order Line Item ID", readonly=True)
    asin = fields.Char("ASIN", readonly=True)
    title = fields.Char(readonly=True)
    seller = fields.Char(readonly=True)
    unspsc = fields.Char("UNSPSC", readonly=True)
    quantity = fields.Float(digits='Product Unit', readonly=True)
    unit_price = fields.Float(digits='Product Price', readonly=True)
    tax_rate = fields.Float("Tax Rate (%)", digits=(16, 4), readonly=True)
    shipment_id = fields.Char("Shipment ID", readonly=True, index='btree_not_null')
    shipment_date = fields.Date(readonly=True)
    is_shared = fields.Boolean(
        "Shared", readonly=True, help="Several charges paid the item: the amounts are the part of this one.")
    refund_reason = fields.Char(readonly=True)

    # The parts of its total; which of them Amazon states is in `stated_parts`
    items = fields.Monetary(readonly=True)
    shipping = fields.Monetary(readonly=True)
    tax = fields.Monetary(readonly=True)
    discount = fields.Monetary(readonly=True, help="Zero or negative.")
    fees = fields.Monetary(readonly=True)
    total = fields.Monetary(readonly=True)
    stated_parts = fields.Char(
        readonly=True, help="The parts that Amazon states. The others are 0 because they are not stated.")
