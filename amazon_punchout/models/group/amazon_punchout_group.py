from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ... import cxml
from ...const import (
    CREDENTIAL_DOMAIN,
    MARKETPLACES,
    MAX_LINES,
    MAX_QUANTITY,
    MESSAGES_PATH,
    SETUP_TEST_URL,
    SETUP_URL,
    SUPPLIER_IDENTITY,
    USER_AGENT,
)


class AmazonPunchoutGroup(models.Model):
    _name = 'amazon.punchout.group'
    _description = "Amazon Business Group"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'name, id'
    _check_company_auto = True

    name = fields.Char(required=True, help="As the group is called on Amazon Business.")
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [('draft', "Draft"), ('test', "Test"), ('active', "Active")],
        default='draft', required=True, copy=False, tracking=True,
        help="Draft: nobody can shop. Test: everything goes to Amazon's test address and is marked as a test, "
             "so that nothing is charged or delivered. Active: real orders.")
    company_id = fields.Many2one(
        'res.company', "Legal Entity", required=True, index=True, default=lambda self: self.env.company)
    partner_id = fields.Many2one(
        'res.partner', "Vendor", required=True, check_company=True, index=True,
        help="The vendor on the purchase orders of this group.")
    marketplace = fields.Selection(
        [(code, label) for code, (label, _host) in MARKETPLACES.items()], required=True,
        default=lambda self: self._default_marketplace())
    flow = fields.Selection(
        [('punchout', "Shopping starts in Odoo"), ('punchin', "Shopping starts on Amazon"),
         ('direct', "Ordered at once, without approval")],
        default='punchout', required=True)

    # Credentials and addresses
    setup_url = fields.Char(
        "Punch-out Setup Address", compute='_compute_setup_urls', store=True, readonly=False, precompute=True)
    setup_test_url = fields.Char(
        "Test Setup Address", compute='_compute_setup_urls', store=True, readonly=False, precompute=True,
        help="Where shopping trips of the test state start. Empty: the setup address.")
    order_url = fields.Char("Purchase Order Request Address", help="The same for test and live orders.")
    identity = fields.Char("From Identity")
    shared_secret = fields.Char(copy=False, exportable=False, groups='amazon_punchout.group_administrator')
    credential_domain = fields.Char(default=CREDENTIAL_DOMAIN, required=True)
    supplier_identity = fields.Char(default=SUPPLIER_IDENTITY, required=True)
    business_unit = fields.Char(
        help="Names the group on Amazon where one set of credentials serves several. Empty: Amazon's root group.")
    base_url = fields.Char(
        "Our Public Address", help="What Amazon's shoppers come back to. Empty: the system's own web.base.url.")
    inbound_user = fields.Char(
        "User of Amazon's Messages", copy=False, groups='amazon_punchout.group_administrator')
    inbound_password = fields.Char(
        "Password of Amazon's Messages", copy=False, exportable=False, groups='amazon_punchout.group_administrator')

    # People
    all_users = fields.Boolean("All Buyers", default=True, help="Every user of Purchase in this company may shop.")
    user_ids = fields.Many2many(
        'res.users', 'amazon_punchout_group_user_rel', 'group_id', 'user_id', string="Members",
        check_company=True, domain="[('share', '=', False), ('company_ids', 'in', company_id)]")
    responsible_id = fields.Many2one(
        'res.users', default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Is told about every problem with this group's carts and orders.")
    bill_user_id = fields.Many2one(
        'res.users', "Responsible for Bills", domain="[('share', '=', False), ('company_ids', 'in', company_id)]")

    # Places
    warehouse_ids = fields.Many2many(
        'stock.warehouse', 'amazon_punchout_group_warehouse_rel', 'group_id', 'warehouse_id', string="Locations",
        check_company=True, help="Where orders of this group may be delivered. Empty: every warehouse of the company.")
    warehouse_id = fields.Many2one(
        'stock.warehouse', "Default Location", check_company=True,
        domain="[('id', 'in', warehouse_ids)] if warehouse_ids else [('company_id', '=', company_id)]")

    # Products
    item_policy = fields.Selection(
        [('generic', "One product for all items"), ('match', "Our product where the vendor code is the ASIN")],
        default='generic', required=True)
    product_id = fields.Many2one(
        'product.product', "Item Product", check_company=True, required=True,
        default=lambda self: self.env.ref('amazon_punchout.product_item', raise_if_not_found=False))
    shipping_product_id = fields.Many2one(
        'product.product', check_company=True, required=True,
        default=lambda self: self.env.ref('amazon_punchout.product_shipping', raise_if_not_found=False))
    tax_product_id = fields.Many2one(
        'product.product', "Estimated Tax Product", check_company=True, required=True,
        default=lambda self: self.env.ref('amazon_punchout.product_tax', raise_if_not_found=False))

    # Payment
    payment_method = fields.Selection(
        [('card', "Card"), ('invoice', "Pay by Invoice")], default='card', required=True,
        help="As the group pays on Amazon; no payment data ever leaves Odoo.")
    payment_term_id = fields.Many2one('account.payment.term', check_company=True)
    journal_id = fields.Many2one(
        'account.journal', check_company=True, domain="[('type', 'in', ('bank', 'cash', 'credit'))]")

    # Rules
    refuse_used = fields.Boolean(
        "Refuse Used Items", default=True, help="A cart with an item whose condition is not new makes no order.")
    max_lines = fields.Integer("Lines of an Order", default=MAX_LINES, required=True)
    max_quantity = fields.Integer("Quantity of a Line", default=MAX_QUANTITY, required=True)
    session_hours = fields.Integer(
        "Hours to Shop", default=12, required=True, help="A cart that comes back later than this makes no order.")
    hold_policy = fields.Selection(
        [('warn', "Warn"), ('refuse', "Refuse")], "After the Price Hold", default='warn', required=True,
        help="Amazon holds the prices of a cart for 7 days. What happens when it is ordered later.")
    number_at_approval = fields.Boolean(
        default=True,
        help="The order takes the next number of your purchase orders once it is approved, so that carts nobody "
             "orders leave no gaps. Otherwise it takes one as soon as the cart comes back.")

    # Messages from Amazon
    messages_url = fields.Char("Address for Amazon's Messages", compute='_compute_messages_url')
    confirmations_expected = fields.Boolean(
        help="Amazon sends its order confirmations here. An order without any is told to you then.")
    confirmations_since = fields.Datetime(
        compute='_compute_confirmations_since', store=True, help="Orders that were sent before are not asked about.")
    confirmation_hours = fields.Integer(
        "Hours to Confirm", default=24, required=True, help="After this many hours an order without a confirmation is told.")
    tolerance_amount = fields.Monetary(
        "Price Tolerance", help="By how much, in the company's currency, Amazon may raise an approved total before the "
                                "purchaser is told. The larger of the two tolerances counts.")
    tolerance_percentage = fields.Float("Price Tolerance in %")
    post_matching_bills = fields.Boolean(
        "Post Matching Bills", help="Bills and credits that match Amazon's invoice to the cent are posted by themselves.")
    currency_id = fields.Many2one(related='company_id.currency_id')

    session_ids = fields.One2many('amazon.punchout.session', 'group_id')

    _check_limits = models.Constraint(
        'CHECK(max_lines > 0 AND max_quantity > 0 AND session_hours > 0)',
        "The limits of lines, quantity and hours must be above zero.")

    # === COMPUTE METHODS === #

    def _default_marketplace(self):
        code = (self.env.company.country_id.code or '').lower()
        return code if code in MARKETPLACES else 'us'

    @api.depends('marketplace')
    def _compute_setup_urls(self):
        for group in self:
            host = MARKETPLACES[group.marketplace or 'us'][1]
            group.setup_url = SETUP_URL.format(host=host)
            group.setup_test_url = SETUP_TEST_URL.format(host=host)

    @api.depends('confirmations_expected')
    def _compute_confirmations_since(self):
        for group in self:
            group.confirmations_since = fields.Datetime.now() if group.confirmations_expected else False

    @api.depends('base_url')
    def _compute_messages_url(self):
        for group in self:
            group.messages_url = group._get_public_url(MESSAGES_PATH)

    # === CONSTRAINTS === #

    @api.constrains('state', 'setup_url', 'order_url', 'identity', 'shared_secret')
    def _check_ready_to_shop(self):
        """A group that lets people shop has all that a document needs."""
        for group in self.filtered(lambda group: group.state != 'draft'):
            group_sudo = group.sudo()  # the secret: only whether there is one
            missing = [
                self._fields[name]._description_string(self.env)
                for name in ('setup_url', 'order_url', 'identity', 'shared_secret') if not group_sudo[name]
            ]
            if missing:
                raise ValidationError(self.env._(
                    "Fill in %(fields)s of the Amazon group %(group)s first.",
                    fields=", ".join(missing), group=group.name))

    @api.constrains('setup_url', 'setup_test_url', 'order_url', 'base_url')
    def _check_urls(self):
        for group in self:
            for name in ('setup_url', 'setup_test_url', 'order_url', 'base_url'):
                if group[name] and not group[name].startswith(('https://', 'http://')):
                    raise ValidationError(self.env._(
                        "%(field)s of the Amazon group %(group)s must begin with https:// .",
                        field=self._fields[name]._description_string(self.env), group=group.name))

    @api.constrains('product_id', 'shipping_product_id', 'tax_product_id')
    def _check_products(self):
        """Items make a receipt, but no stock that one product would stand for; shipping and tax make none."""
        for group in self:
            if group.product_id.type != 'consu' or group.product_id.is_storable:
                raise ValidationError(self.env._(
                    "The item product of the Amazon group %s must be goods whose inventory is not tracked.", group.name))
            if {group.shipping_product_id.type, group.tax_product_id.type} != {'service'}:
                raise ValidationError(self.env._(
                    "The shipping and tax products of the Amazon group %s must be services.", group.name))

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get('state') == 'active' for vals in vals_list):
            raise UserError(self.env._("Set the Amazon group to Test first, and make a test order."))
        return super().create(vals_list)

    def write(self, vals):
        if vals.get('state') == 'active' and self.filtered(lambda group: group.state == 'draft'):
            raise UserError(self.env._("Set the Amazon group to Test first, and make a test order."))
        if 'company_id' in vals:
            self._check_company_stays(vals['company_id'])
        return super().write(vals)

    def _check_company_stays(self, company_id):
        """Trips, documents and orders belong to the company that shopped: no constraint would see it, since they
        follow the group."""
        for group in self:
            if group.company_id.id != company_id and self.env['amazon.punchout.session'].sudo().search_count(  # others' too
                    [('group_id', '=', group.id)], limit=1):
                raise UserError(self.env._(
                    "Somebody has shopped with the Amazon group %s already: it stays with its company.", group.name))

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
        """Refuse a shopping trip of somebody who may not make one.

        :raises UserError: the group lets nobody shop, or not this user
        """
        self.ensure_one()
        if self.state == 'draft' or not self.active:
            raise UserError(self.env._(
                "The Amazon group %(group)s is not open for shopping yet. Ask %(person)s.",
                group=self.name, person=self._responsible_name()))
        if not self._is_member(user):
            raise UserError(self.env._(
                "You are not a member of the Amazon group %(group)s. Ask %(person)s.",
                group=self.name, person=self._responsible_name()))

    def _responsible_name(self):
        return self.sudo().responsible_id.filtered('active').name or self.env._("your administrator")

    def _person_to_notify(self, shopper=None):
        """Nobody who has left is told anything: nobody would read it.

        :param shopper: the `res.users` who shopped what there is to tell of, if anybody did
        :return: who is told of the group's problems: the one who is responsible for it, else the shopper, else an
            administrator of the addon in its company; in superuser mode
        """
        self.ensure_one()
        group_sudo = self.sudo()  # who shops, orders or enters by hand may read no groups
        persons_sudo = group_sudo.responsible_id
        if shopper:
            persons_sudo |= shopper.sudo()
        return persons_sudo.filtered('active')[:1] or group_sudo._people_of('amazon_punchout.group_administrator')[:1]

    def _allowed_warehouses(self):
        """:return: the warehouses where orders of this group may be delivered, the default one first"""
        self.ensure_one()
        chosen = self.with_context(active_test=False).warehouse_ids
        # A group whose chosen warehouses are all archived must not deliver everywhere for that.
        warehouses = chosen.filtered('active') if chosen else self.env['stock.warehouse'].search(
            [('company_id', '=', self.company_id.id)])
        return (self.warehouse_id & warehouses) | warehouses

    def _deployment_mode(self):
        """:return: cXML's deploymentMode of this group's documents
        :rtype: str
        """
        self.ensure_one()
        return 'production' if self.state == 'active' else 'test'

    def _get_setup_url(self):
        self.ensure_one()
        return self.setup_test_url or self.setup_url if self.state == 'test' else self.setup_url

    def _get_public_url(self, path):
        """:return: the address of one of our routes as Amazon gets it
        :rtype: str
        """
        self.ensure_one()
        base_url = self.base_url or self.env['ir.config_parameter'].sudo().get_param('web.base.url')
        return base_url.rstrip('/') + path

    def _session_lifetime(self):
        return timedelta(hours=self.session_hours)

    def _prepare_header(self):
        """:return: who writes to whom; the shared secret comes in as the bytes go out
        :rtype: cxml.Header
        """
        self.ensure_one()
        buyer = cxml.Credential(self.credential_domain, self.identity)
        supplier = cxml.Credential(self.credential_domain, self.supplier_identity)
        return cxml.Header(from_=(buyer,), to=(supplier,), sender=(buyer,), user_agent=USER_AGENT)

    def _has_identity_of(self, other):
        """Tell whether a document that names this group names the other one as well, whatever their companies and states.

        :param other: an `amazon.punchout.group`
        :rtype: bool
        """
        self.ensure_one()
        group_sudo, other_sudo = self.sudo(), other.sudo()  # shoppers read no credentials
        return group_sudo == other_sudo or (
            bool(group_sudo.identity) and group_sudo.identity == other_sudo.identity
            and group_sudo.credential_domain.casefold() == other_sudo.credential_domain.casefold())

    # === HOOKS === #

    def _checklist(self):
        """List what the group needs before it goes live, and what is worth a look; each room adds its own items.

        Nothing here may reach out into the network: it is read each time the form is opened.

        :return: the items, done or not, in any order: each has its place on the screen
        :rtype: list[Check]
        """
        self.ensure_one()
        return []

    def _doubt_waiting_orders(self):
        """Let the orders that wait count as perhaps sent by another database.

        :return: sentences for the group's chatter
        :rtype: list[str]
        """
        self.ensure_one()
        return []
