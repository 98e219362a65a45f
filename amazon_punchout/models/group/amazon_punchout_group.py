from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...const import LEAD_DAYS, MAX_LINES, MAX_QUANTITY, REQUIRED_FIELDS
from ...tools.sentences import sentence
from ...tools.voice import speaker


class AmazonPunchoutGroup(models.Model):
    """A group of an Amazon Business account: one set of credentials, and the rules of those who shop with it."""
    _name = 'amazon.punchout.group'
    _ = sentence
    _description = "Amazon Business Group"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'amazon.punchout.screen']
    _order = 'name, id'
    _check_company_auto = True

    name = fields.Char(required=True, help="The name of the group on Amazon Business.")
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [('draft', "Draft"), ('test', "Test"), ('active', "Active")], "Status",
        default='draft', required=True, copy=False, tracking=True,
        help="Draft: nobody can shop. Test: shopping starts at Amazon's test address and orders are marked as tests, "
             "so nothing is charged or delivered. Active: orders are real.")
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company,
        domain=lambda self: [('id', 'in', self.env.companies.ids)],
        help="The company that receives the orders and bills of this group.")
    partner_id = fields.Many2one(
        'res.partner', "Vendor", required=True, check_company=True, index=True,
        help="The vendor on the purchase orders of this group.")
    flow = fields.Selection(
        [('punchout', "Shopping starts in Odoo"), ('punchin', "Shopping starts on Amazon"),
         ('direct', "Direct orders, without approval")],
        default='punchout', required=True, tracking=True,
        help="Where shopping starts, and whether orders need approval. On Amazon, a group is set up for shopping that "
             "starts in Odoo or on Amazon, not for both.")

    # People
    all_users = fields.Boolean("All Buyers", default=True, help="Every Purchase user of this company can shop.")
    user_ids = fields.Many2many(
        'res.users', 'amazon_punchout_group_user_rel', 'group_id', 'user_id', string="Members",
        check_company=True, domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="The Purchase users who can shop with this group, if not all buyers can.")
    responsible_id = fields.Many2one(
        'res.users', default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="The user who is notified of problems with the carts and orders of this group.")
    bill_user_id = fields.Many2one(
        'res.users', "Responsible for Bills", domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="The user who is notified of problems with the bills of this group. If empty, the responsible "
             "user is.")

    # Locations
    warehouse_ids = fields.Many2many(
        'stock.warehouse', 'amazon_punchout_group_warehouse_rel', 'group_id', 'warehouse_id', string="Locations",
        check_company=True,
        help="The warehouses to which orders of this group may be delivered. If empty, every warehouse of the company.")
    warehouse_id = fields.Many2one(
        'stock.warehouse', "Default Location", check_company=True,
        domain="[('id', 'in', warehouse_ids)] if warehouse_ids else [('company_id', '=', company_id)]",
        help="The location that a shopping trip starts with. If empty, the first location.")

    # Products
    item_policy = fields.Selection(
        [('generic', "One product for all items"), ('match', "Your product whose vendor product code is the ASIN")],
        default='generic', required=True,
        help="The product on the order lines: one product for everything from Amazon, or your own product if "
             "one has the ASIN as the vendor's product code.")
    product_id = fields.Many2one(
        'product.product', "Item Product", check_company=True, required=True,
        default=lambda self: self.env.ref('amazon_punchout.product_item', raise_if_not_found=False),
        help="The product on the order lines of Amazon's items. The title, the seller and the link of the item"
             " are on the line itself.")
    shipping_product_id = fields.Many2one(
        'product.product', check_company=True, required=True,
        default=lambda self: self.env.ref('amazon_punchout.product_shipping', raise_if_not_found=False),
        help="The service on the order line for Amazon's shipping charges.")
    tax_product_id = fields.Many2one(
        'product.product', "Estimated Tax Product", check_company=True, required=True,
        default=lambda self: self.env.ref('amazon_punchout.product_tax', raise_if_not_found=False),
        help="The service on the order line for tax that none of your purchase taxes stands for.")

    # Payment
    payment_method = fields.Selection(
        [('card', "Card"), ('invoice', "Pay by Invoice")], default='card', required=True,
        help="How the group pays on Amazon. Odoo never sends payment data.")
    payment_term_id = fields.Many2one(
        'account.payment.term', check_company=True,
        help="When Amazon's bills are due. If empty, the vendor's payment term applies.")
    journal_id = fields.Many2one(
        'account.journal', check_company=True, domain="[('type', 'in', ('bank', 'cash', 'credit'))]",
        help="The journal from which Amazon is paid: of the card's charges, or of the bank account.")

    # Rules
    new_items_only = fields.Boolean(
        default=True,
        help="No order is created from a cart that contains an item whose condition is not new.")
    max_lines = fields.Integer(
        "Maximum Lines per Order", default=MAX_LINES, required=True,
        help="Amazon accepts no more lines in one order.")
    max_quantity = fields.Integer(
        "Maximum Quantity per Line", default=MAX_QUANTITY, required=True,
        help="Amazon accepts no larger quantity in one line.")
    session_hours = fields.Integer(
        "Hours to Shop", default=12, required=True, help="No order is created from a cart that comes back later.")
    lead_days = fields.Integer(
        "Lead Time", default=LEAD_DAYS, required=True,
        help="Days from the approval to the arrival of an order. Orders are expected then as long as Amazon names no "
             "day.")
    hold_policy = fields.Selection(
        [('warn', "Warn"), ('block', "Block")], "After the Price Hold", default='warn', required=True,
        help="Amazon holds the prices of a cart for 7 days. Warn: the cart can still be ordered later. Block: it can't "
             "be ordered any more.")
    number_at_approval = fields.Boolean(
        "Number at Approval", default=True,
        help="The order gets the next number of your purchase orders when it is approved, so carts that are never "
             "ordered leave no gaps. Otherwise it gets a number when the cart comes back.")

    # Messages from Amazon
    confirmations_expected = fields.Boolean(
        help="Amazon sends its order confirmations to Odoo. You are notified of orders that Amazon has not confirmed "
             "in time.")
    confirmations_since = fields.Datetime(
        compute='_compute_confirmations_since', store=True,
        help="No confirmation is expected for orders that were sent earlier.")
    confirmation_hours = fields.Integer(
        "Hours to Confirm", default=24, required=True,
        help="You are notified of orders that Amazon has not confirmed after this many hours.")
    tolerance_amount = fields.Monetary(
        "Price Tolerance",
        help="The amount, in the company's currency, by which Amazon may raise an approved total before the purchaser "
             "is notified, and by which a bill may exceed what was confirmed or ordered. The larger of the two "
             "tolerances applies.")
    tolerance_percentage = fields.Float(
        "Price Tolerance (%)",
        help="The same tolerance as a percentage of the approved total, or of the amount that was confirmed or"
             " ordered.")
    post_matching_bills = fields.Boolean(
        help="Bills that agree with Amazon's invoice and with the order, and credits that agree with Amazon's credit "
             "memo, are posted automatically.")
    currency_id = fields.Many2one(related='company_id.currency_id')

    _check_limits = models.Constraint(
        'CHECK(max_lines > 0 AND max_quantity > 0 AND session_hours > 0)',
        "The maximum number of lines, the maximum quantity and the hours to shop must be greater than zero.")
    _check_lead_days = models.Constraint(
        'CHECK(lead_days BETWEEN 0 AND 365)', "Enter a lead time from 0 to 365 days.")

    # === COMPUTE METHODS === #

    @api.depends('confirmations_expected')
    def _compute_confirmations_since(self):
        for group in self:
            group.confirmations_since = fields.Datetime.now() if group.confirmations_expected else False

    # === CONSTRAINTS === #

    @api.constrains('state', 'secret_name', *REQUIRED_FIELDS)
    def _check_ready_to_shop(self):
        """Require all that a document needs of a group with which people can shop."""
        for group in self.filtered(lambda group: group.state != 'draft'):
            missing = [
                self._fields[name]._description_string(self.env)
                for name in REQUIRED_FIELDS if not group._has_value(name)
            ]
            if missing:
                raise ValidationError(self.env._(
                    "Fill in %(fields)s on the Amazon group %(group)s first.",
                    fields=", ".join(missing), group=group.name))

    @api.constrains('product_id', 'shipping_product_id', 'tax_product_id')
    def _check_products(self):
        """Require products that fit.

        Items are received, but one product can't stand for the stock of all of them. Shipping and tax are not received.
        """
        for group in self:
            if group.product_id.type != 'consu' or group.product_id.is_storable:
                raise ValidationError(self.env._(
                    "The item product of the Amazon group %s must be goods without inventory tracking.", group.name))
            if {group.shipping_product_id.type, group.tax_product_id.type} != {'service'}:
                raise ValidationError(self.env._(
                    "The shipping and tax products of the Amazon group %s must be services.", group.name))

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail` to create no group that is live already."""
        if any(vals.get('state') == 'active' for vals in vals_list):
            raise UserError(self.env._("Set the Amazon group to Test first and place a test order."))
        return super().create(vals_list)

    def write(self, vals):
        """Override of `mail` to let no draft go live."""
        if vals.get('state') == 'active' and self.filtered(lambda group: group.state == 'draft'):
            raise UserError(self.env._("Set the Amazon group to Test first and place a test order."))
        return super().write(vals)

    # === CHATTER === #

    def _message_compute_author(self, author_id=None, email_from=None):
        """Override of `mail` to have Amazon's vendor speak where no person does."""
        if author_id is None and email_from is None and len(self) == 1:
            author_id, email_from = speaker(self, self.partner_id, self.company_id)
        return super()._message_compute_author(author_id, email_from)

    # === BUSINESS METHODS === #

    def _is_member(self, user):
        """Tell whether a user may shop with this group, whatever its state.

        :param user: a `res.users` record
        :rtype: bool
        """
        self.ensure_one()
        group_sudo, user_sudo = self.sudo(), user.sudo()  # a shopper can't read other users
        return bool(
            user_sudo.active
            and user_sudo.has_group('purchase.group_purchase_user')
            and group_sudo.company_id.id in user_sudo._get_company_ids()
            and (group_sudo.all_users or user_sudo in group_sudo.user_ids))

    def _check_may_shop(self, user):
        """Check that a user may go shopping with this group now.

        :param user: a `res.users` record
        :raises UserError: the group is not open for shopping, or not to this user
        """
        self.ensure_one()
        if self.state == 'draft' or not self.active:
            raise UserError(self.env._(
                "The Amazon group %(group)s is not open for shopping. Ask %(person)s.",
                group=self.name, person=self._responsible_name()))
        if not self._is_member(user):
            raise UserError(self.env._(
                "You are not a member of the Amazon group %(group)s. Ask %(person)s.",
                group=self.name, person=self._responsible_name()))

    def _responsible_name(self):
        """Name the person to ask about this group: its responsible, else an administrator of the addon.

        :rtype: str
        """
        return self.sudo()._person_to_notify().name or self._("your administrator")

    def _person_to_notify(self, shopper=None, may_solve=None):
        """Find the user to notify of a problem of this group: its responsible, else the shopper, else an administrator.

        Archived users are left out, since they would not read it.

        :param shopper: the `res.users` whose shopping the problem is about, if any
        :param may_solve: called with a user, tells whether they have the buttons that solve the problem. Who does not
            is passed over as long as another one does, a purchase manager for example
        :return: at most one `res.users`, in superuser mode
        """
        self.ensure_one()
        group_sudo = self.sudo()  # who shops, orders or enters by hand may read no groups
        persons_sudo = group_sudo.responsible_id
        if shopper:
            persons_sudo |= shopper.sudo()
        persons_sudo = persons_sudo.filtered('active')
        if may_solve and not any(map(may_solve, persons_sudo[:1])):
            others_sudo = persons_sudo[1:] | group_sudo._people_of('purchase.group_purchase_manager') \
                | group_sudo._people_of('amazon_punchout.group_administrator')
            persons_sudo = next(filter(may_solve, others_sudo), persons_sudo)
        return persons_sudo[:1] or group_sudo._people_of('amazon_punchout.group_administrator')[:1]

    def _allowed_warehouses(self):
        """Find the warehouses to which orders of this group may be delivered.

        :return: the `stock.warehouse` records, the default one first
        """
        self.ensure_one()
        chosen = self.with_context(active_test=False).warehouse_ids
        # A group whose chosen warehouses are all archived does not deliver everywhere instead.
        warehouses = chosen.filtered('active') if chosen else self.env['stock.warehouse'].search(
            [('company_id', '=', self.company_id.id)])
        return (self.warehouse_id & warehouses) | warehouses

    def _estimated_arrival(self):
        """Estimate when goods arrive that are ordered now.

        :rtype: datetime.datetime
        """
        return fields.Datetime.now() + timedelta(days=self.lead_days)

    def _session_lifetime(self):
        """Give the time within which the cart of a shopping trip must come back.

        :rtype: datetime.timedelta
        """
        return timedelta(hours=self.session_hours)

    # === HOOKS === #

    def _checklist(self):
        """List what a group needs before it goes live and what is recommended; each room adds its own items.

        Nothing here may use the network, since the list is read each time the form opens.

        :return: the items, done or not, in any order; their `sequence` decides the order on screen
        :rtype: list[Check]
        """
        self.ensure_one()
        return []

    def _doubt_waiting_orders(self, is_restored=False):
        """Treat the orders that wait to be sent as perhaps sent by another database.

        :param bool is_restored: whether this database was restored or has taken over, rather than copied or moved
        :return: sentences for the group's chatter
        :rtype: list[str]
        """
        self.ensure_one()
        return []

    def _last_shopped_with(self):
        """Find the one of these groups with which the current user last went to Amazon.

        :return: at most one group
        """
        return self.browse()
