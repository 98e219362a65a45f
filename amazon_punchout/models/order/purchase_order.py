from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ...const import DECIDED_STATES, UNAPPROVED_STATES
from ...tools.marked import fetch_marked
from ...tools.packed import PackedJson
from ...tools.sentences import sentence, shown_choice

_lt = LazyTranslate(__name__)
# The states of an order that Amazon has.
AT_AMAZON = ('sent', 'partial', 'confirmed')


class PurchaseOrder(models.Model):
    """What an order knows about Amazon."""
    _name = 'purchase.order'
    _inherit = ['purchase.order', 'amazon.punchout.screen']
    _ = sentence

    amazon_group_id = fields.Many2one(
        'amazon.punchout.group', copy=False, readonly=True, ondelete='restrict')
    amazon_session_id = fields.Many2one(
        'amazon.punchout.session', "Shopping Trip", copy=False, readonly=True, index='btree_not_null',
        ondelete='restrict')
    amazon_requester_id = fields.Many2one(
        'res.users', "Requester", copy=False, readonly=True,
        help="The user who shopped on Amazon. Amazon sends its e-mails about the order to this user.")
    amazon_state = fields.Selection([
        ('cart', "Not Ordered Yet"),
        ('queued', "Being Sent"),
        ('sent', "At Amazon"),
        ('unclear', "Unclear"),
        ('refused', "Declined"),
        ('confirmed', "Confirmed"),
        ('partial', "Partly Confirmed"),
        ('cancelled', "Cancelled"),
    ], "Amazon Status", copy=False, readonly=True, index='btree_not_null',
        falsy_value_label=_lt("Not an Amazon Order"))  # pylint: disable=translation-field  # the attribute is translated
    amazon_deployment_mode = fields.Selection(
        [('test', "Test"), ('production', "Live")], "Amazon Mode", copy=False, readonly=True)
    amazon_valid_until = fields.Datetime(
        "Price Held Until", copy=False, readonly=True,
        help="Amazon holds the prices and the stock of a cart for 7 days.")
    amazon_estimated_at = fields.Datetime(
        "Estimated Arrival", copy=False, readonly=True,
        help="When the goods are expected as long as Amazon names no day: after the lead time of the Amazon group.")
    amazon_cart_ref = fields.Char("Cart Number", copy=False, readonly=True)
    amazon_cart_header = fields.Json("Cart Header", copy=False, readonly=True)
    amazon_cart_items = PackedJson(
        "Cart Items", copy=False, readonly=True,
        help="The items of the cart as they were received, in the order of their line numbers.")
    amazon_approved_total = fields.Monetary(
        "Approved Total", copy=False, readonly=True,
        help="The total that was approved, before messages from Amazon changed the order.")
    amazon_order_ref = fields.Char(
        "Amazon Order", copy=False, readonly=True, index='trigram',
        help="The number that Amazon gave this order, or several numbers if Amazon has split it.")
    amazon_message_at = fields.Datetime(
        "Last Confirmation", copy=False, readonly=True, help="When the latest confirmation from Amazon was applied.")
    amazon_cancel_wanted = fields.Boolean("To Cancel on Amazon", copy=False, readonly=True)
    amazon_asked_at = fields.Datetime("Approval Requested On", copy=False, readonly=True)
    amazon_cancelled_by_id = fields.Many2one(
        'res.users', "Cancelled By", copy=False, readonly=True, help="Empty if Amazon cancelled the order.")
    amazon_document_ids = fields.One2many('amazon.punchout.document', 'purchase_order_id', "Amazon Documents")

    amazon_may_approve = fields.Boolean("Can Order at Amazon", compute='_compute_amazon_may_approve')
    amazon_hold_over = fields.Boolean("Price Hold Expired", compute='_compute_amazon_hold_over')
    amazon_may_draft = fields.Boolean("Can Be Set to Draft", compute='_compute_amazon_may_draft')
    location_checked = fields.Boolean(
        "Delivery Location Checked", copy=False, help="A user has chosen or checked where Amazon delivers this order.")
    amazon_not_sent = fields.Boolean("Not Sent to Amazon", compute='_compute_amazon_not_sent')

    # === COMPUTE METHODS === #

    @api.depends('amazon_state', 'state', 'amount_total')
    @api.depends_context('uid')
    def _compute_amazon_may_approve(self):
        for order in self:
            order.amazon_may_approve = bool(order.amazon_session_id) and order._amazon_approval_allowed()

    @api.depends('amazon_valid_until')
    def _compute_amazon_hold_over(self):
        now = fields.Datetime.now()
        for order in self:
            order.amazon_hold_over = bool(order.amazon_valid_until) and order.amazon_valid_until < now

    @api.depends('partner_id', 'company_id', 'amazon_session_id')
    def _compute_amazon_not_sent(self):
        shops = self.env['amazon.punchout.group']._stand_ins().shops
        for order in self:
            order.amazon_not_sent = not order.amazon_session_id and (
                order.partner_id._origin.id, order.company_id.id) in shops

    @api.depends('state', 'amazon_session_id', 'amazon_document_ids.state', 'amazon_document_ids.has_left')
    def _compute_amazon_may_draft(self):
        """Offer a draft only of carts that never left for Amazon, as `button_draft` allows no other.

        Of other orders the button is shown where core and other addons show it.
        """
        for order in self:
            is_offered = order.state == 'cancel' or self._amazon_is_foreign(order.state)
            order.amazon_may_draft = not order.amazon_session_id or is_offered and not order._amazon_ever_left()

    # === READING === #

    def _fetch_query(self, query, fields):
        """Override of `base` to look up documents of carts only: other orders have none."""
        return fetch_marked(super()._fetch_query, query, fields, ('amazon_document_ids',), 'amazon_session_id')

    # === BUSINESS METHODS === #

    def _amazon_request(self):
        """Find the newest order request.

        :return: the `amazon.punchout.document`, or an empty recordset
        """
        self.ensure_one()
        return self.amazon_document_ids.filtered(
            lambda document: document.document_type == 'OrderRequest').sorted('id')[-1:]

    def _amazon_item_lines(self):
        """Find the lines that stand for items of the cart, in Amazon's order."""
        return self.order_line.filtered(lambda line: line.amazon_line_type == 'item').sorted('amazon_line_number')

    def _amazon_lines_by_number(self):
        """Map the numbers by which Amazon refers to lines to the lines that stand for items of the cart.

        :rtype: dict[int, odoo.models.Model]
        """
        return {line.amazon_line_number: line for line in self._amazon_item_lines()}

    def _amazon_ever_left(self):
        """Tell whether anything of this order may have reached Amazon.

        :rtype: bool
        """
        self.ensure_one()
        return any(
            document.has_left or document.state in ('sending', 'sent', 'unclear')
            for document in self.sudo().amazon_document_ids if document.document_type == 'OrderRequest')

    def _amazon_responsible_managers(self):
        """Find the purchase managers of this order's company, without OdooBot."""
        self.ensure_one()
        return self.env.ref('purchase.group_purchase_manager').sudo().all_user_ids._amazon_people(self.company_id)

    def _creation_message(self):
        """Override of `purchase` to tell how a cart was imported."""
        self.ensure_one()
        if self.amazon_session_id and (note := self.env.context.get('amazon_creation_note')):
            return note
        return super()._creation_message()

    @api.model
    def _get_orders_to_remind(self):
        """Override of `purchase` to leave out Amazon orders: Amazon reads no reminder e-mails."""
        return super()._get_orders_to_remind().filtered(lambda order: not order.amazon_session_id)

    def _amazon_is_there(self):
        """Tell whether Amazon has the order and did not cancel it.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.amazon_session_id) and self.state == 'purchase' and self.amazon_state in AT_AMAZON

    def _amazon_charge_lines(self, line_type):
        """Find the lines of one kind of charge.

        :param str line_type: 'shipping' or 'tax'
        """
        return self.order_line.filtered(lambda line: line.amazon_line_type == line_type)

    def _amazon_check_undecided(self):
        """Check that the order is a cart that can still be approved or refused.

        :raises UserError: it is approved or cancelled already, or no cart at all
        """
        if not self.amazon_session_id:
            raise UserError(self.env._("Order %s did not come from an Amazon cart.", self.name))
        if self.state in DECIDED_STATES:
            raise UserError(self.env._(
                "Order %(order)s is no longer a draft (%(state)s). Reload the page.", order=self.name,
                state=self._amazon_state_name()))

    def _amazon_state_name(self):
        """Name the order's state in Odoo.

        :rtype: str
        """
        self.ensure_one()
        return shown_choice(self, 'state', self.state)

    @api.model
    def _amazon_is_foreign(self, state):
        """Tell whether a state of orders was brought by another addon.

        :param str state: of an order
        :rtype: bool
        """
        return state not in (*UNAPPROVED_STATES, *DECIDED_STATES)

    def _amazon_is_unqueued(self):
        """Tell whether another addon has made a purchase order of this cart without putting it into the outbox.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.amazon_session_id) and self.state == 'purchase' and self.amazon_state == 'cart'
