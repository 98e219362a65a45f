from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import email_normalize

from ...const import MESSAGES_PATH

STEPS = ('account', 'credentials', 'locations', 'test')


class AmazonPunchoutSetup(models.TransientModel):
    """The setup of a group in four steps, from nothing to a test order.

    The first step creates the group as a draft. From then on all that is typed is written to the group and to the
    contacts themselves, so the setup can be left at any time and continued later, and it stores no secret.
    """
    _name = 'amazon.punchout.setup'
    _description = "Amazon Business Setup"

    state = fields.Selection(
        [('account', "Group"), ('credentials', "Credentials"), ('locations', "Members and Locations"),
         ('test', "Test Order")],
        "Step", default='account', required=True, readonly=True)
    # Empty fields are reported only after Next was pressed.
    checked_state = fields.Char(readonly=True)
    group_id = fields.Many2one('amazon.punchout.group', "Amazon Group", readonly=True, ondelete='cascade')
    group_state = fields.Selection(related='group_id.state', related_sudo=False)

    # Group
    company_id = fields.Many2one(
        'res.company', default=lambda self: self.env.company, required=True,
        domain=lambda self: [('id', 'in', self.env.companies.ids)],
        help="The company that receives the orders and bills of this group.")
    name = fields.Char("Group Name", help="The name of the group on Amazon Business.")
    marketplace = fields.Selection(
        lambda self: self._group_model()._fields['marketplace']._description_selection(self.env), required=True,
        default=lambda self: self._group_model()._default_marketplace(),
        help="The Amazon site on which you buy. It determines the currency of the prices and Amazon's addresses.")
    currency_hint = fields.Char(compute='_compute_currency_hint')
    partner_id = fields.Many2one(
        'res.partner', "Vendor", check_company=True, compute='_compute_partner_id', store=True, readonly=False,
        help="The vendor on the purchase orders of this group. Several groups can have the same vendor.")
    partner_id_hint = fields.Char("Vendor Hint", compute='_compute_partner_id_hint')
    payment_method = fields.Selection(
        [('card', "Card"), ('invoice', "Pay by Invoice")], "Paid By", default='card', required=True,
        help="How the group pays on Amazon. Odoo never sends payment data.")
    payment_term_id = fields.Many2one(
        'account.payment.term', check_company=True, help="When Amazon's invoices are due, as agreed with Amazon.")

    # Credentials
    # Of the values about which the user has read Amazon's answer.
    answered_digest = fields.Char(readonly=True, exportable=False, groups='base.group_system')
    pasted = fields.Text(
        "Paste All at Once", store=False,
        help="The values are filled into the fields on this page. The text itself is not stored.")
    found = fields.Char(store=False, readonly=True)
    identity = fields.Char(
        related='group_id.identity', readonly=False, related_sudo=False, help="The name by which Amazon identifies "
                                                                              "the group.")
    shared_secret = fields.Char(
        related='group_id.shared_secret', readonly=False, related_sudo=False, exportable=False,
        groups='amazon_punchout.group_administrator',
        help="The password of the group. Only Amazon Business administrators can see it in Odoo.")
    shared_secret_source = fields.Char(
        related='group_id.shared_secret_source', related_sudo=False, exportable=False,
        groups='amazon_punchout.group_administrator')
    setup_url = fields.Char(
        related='group_id.setup_url', readonly=False, related_sudo=False,
        help="The address at which live shopping starts. It depends on the marketplace: compare it with Amazon's page.")
    setup_test_url = fields.Char(
        related='group_id.setup_test_url', readonly=False, related_sudo=False,
        help="The address at which shopping starts in test mode. If empty, the setup address is used.")
    order_url = fields.Char(
        related='group_id.order_url', readonly=False, related_sudo=False,
        help="The address that receives all orders, test and live.")
    base_url = fields.Char(
        related='group_id.base_url', readonly=False, related_sudo=False,
        help="The address at which your buyers open Odoo, and to which Amazon returns them. If empty, the system "
             "parameter web.base.url is used.")
    reach_url = fields.Char(
        related='group_id.reach_url', related_sudo=False, groups='amazon_punchout.group_administrator')
    reach_mark = fields.Char(
        related='group_id.reach_mark', related_sudo=False, groups='amazon_punchout.group_administrator')
    reached_url = fields.Char(
        related='group_id.reached_url', related_sudo=False, groups='amazon_punchout.group_administrator')
    messages_url = fields.Char(
        "Address for Amazon's Messages", compute='_compute_messages_url',
        help="The address to which Amazon sends confirmations and shipments.")
    inbound_user = fields.Char(
        related='group_id.inbound_user', readonly=False, related_sudo=False,
        groups='amazon_punchout.group_administrator',
        help="For HTTP Basic only: the user that you entered on Amazon's page.")
    inbound_password = fields.Char(
        related='group_id.inbound_password', readonly=False, related_sudo=False, exportable=False,
        groups='amazon_punchout.group_administrator',
        help="For HTTP Basic only: the password that you entered on Amazon's page.")
    inbound_password_source = fields.Char(
        related='group_id.inbound_password_source', related_sudo=False, exportable=False,
        groups='amazon_punchout.group_administrator')
    connection_ok = fields.Boolean(related='group_id.connection_ok', related_sudo=False)
    connection_partly = fields.Boolean(related='group_id.connection_partly', related_sudo=False)
    connection_tested_at = fields.Datetime(related='group_id.connection_tested_at', related_sudo=False)
    connection_problem = fields.Text(related='group_id.connection_problem', related_sudo=False)
    confirmations_expected = fields.Boolean(
        related='group_id.confirmations_expected', readonly=False, related_sudo=False)

    # Members and locations
    all_users = fields.Boolean(related='group_id.all_users', readonly=False, related_sudo=False)
    user_ids = fields.Many2many(related='group_id.user_ids', readonly=False, related_sudo=False)
    email = fields.Char(
        "Your Amazon E-mail", compute='_compute_email', inverse='_inverse_email',
        help="The e-mail address by which Amazon identifies you, now or after your first visit.")
    # What was typed and is no e-mail address.
    wrong_email = fields.Char("Wrong E-mail", readonly=True)
    place_ids = fields.One2many('amazon.punchout.setup.place', 'setup_id', "Locations")
    may_edit_places = fields.Boolean(compute='_compute_may_edit_places')
    tax_rate_ids = fields.One2many(related='group_id.tax_rate_ids', readonly=False, related_sudo=False)

    # === COMPUTE METHODS === #

    @api.depends('name')
    def _compute_display_name(self):
        for setup in self:
            setup.display_name = self.env._("Set Up %s", setup.name) if setup.name else self.env._(
                "Set Up Amazon Business")

    @api.depends('marketplace')
    def _compute_currency_hint(self):
        for setup in self:
            currency = setup._group_model()._marketplace_currency(setup.marketplace)
            setup.currency_hint = currency and not currency.active and self.env._(
                "The prices are in %s. This currency is inactive in Odoo and will be activated.", currency.name)

    @api.depends('company_id', 'marketplace')
    def _compute_partner_id(self):
        """Propose the vendor of the company's other groups, unless the user chose another one."""
        for setup in self:
            chosen = setup.partner_id
            is_foreign = chosen.company_id and chosen.company_id != setup.company_id
            if not chosen or is_foreign or setup._find_groups_of(chosen):
                chosen = setup._group_model()._find_vendor(setup.company_id, setup.marketplace)
            setup.partner_id = chosen

    @api.depends('partner_id')
    def _compute_partner_id_hint(self):
        for setup in self:
            groups = setup._find_groups_of(setup.partner_id)
            setup.partner_id_hint = self.env._(
                "This is also the vendor of %s. Clear the field to create a new contact.",
                ", ".join(groups.mapped('name'))) if groups else False

    def _find_groups_of(self, vendor):
        """Find the other groups that have a vendor.

        :param vendor: a `res.partner`; empty: none of them
        """
        if not vendor:
            return self._group_model()
        return self._group_model().search([('partner_id', '=', vendor.id), ('id', '!=', self.group_id.id)])

    @api.depends('base_url', 'group_id')
    def _compute_messages_url(self):
        """Follow the public address while it is typed."""
        for setup in self:
            typed = setup._group_model().new({'base_url': setup.base_url})
            setup.messages_url = typed._get_public_url(MESSAGES_PATH)

    @api.depends('wrong_email')
    @api.depends_context('uid')
    def _compute_email(self):
        """Show the user's own address, or what was typed in its place and is none."""
        for setup in self:
            setup.email = setup.wrong_email or self.env.user._amazon_email()

    def _inverse_email(self):
        """Store the address as the user's own if they have none, else as their Amazon E-mail."""
        user = self.env.user
        for setup in self:
            email = setup.email
            setup.wrong_email = email if email and not email_normalize(email) else False
            if setup.wrong_email:
                continue  # the problem is shown beside the field, and Next waits for it
            if not user.email:
                user.email = email
                user.action_amazon_confirm_email()
            elif email and email != user._amazon_email():
                user.amazon_email = email

    def _compute_may_edit_places(self):
        self.may_edit_places = self.env['res.partner'].has_access('write')

    @api.onchange('company_id')
    def _onchange_company_id(self):
        """Propose the marketplace of the company's country."""
        if not self.group_id:
            self.marketplace = self._group_model()._marketplace_of(self.company_id)

    @api.onchange('pasted')
    def _onchange_pasted(self):
        """Fill in the values that the text holds."""
        if not (self.pasted or "").strip():
            return
        values = self._group_model()._read_pasted(self.pasted)
        self.pasted = False  # it holds the secret
        for name, value in values.items():
            self[name] = value
        labels = [self._fields[name]._description_string(self.env) for name in values]
        self.found = self.env._("Found: %s. Compare them with Amazon's page.",
                                ", ".join(labels)) if labels else self.env._(
            "None of Amazon's values was found in the text. Copy them one by one into the fields below.")

    def action_test_connection(self):
        """Ask Amazon whether it accepts the credentials, or say beside each field what is missing to ask.

        Amazon's answer stays on the page, so no notification is needed.
        """
        self.ensure_one()
        self.checked_state = self.state
        if not self._find_problems():
            self._test_connection()

    def _test_connection(self):
        """Ask Amazon whether it accepts the credentials, and show its answer on the page."""
        self.group_id.action_test_connection()
        self.sudo().answered_digest = self.group_id._connection_digest()  # a field that no user may write

    def _is_declined(self):
        """Test the connection when the step Credentials is left, unless Amazon has answered these values already.

        :return: whether Amazon has just declined them; pressing Next again goes on all the same
        :rtype: bool
        """
        group = self.group_id
        if self.state != 'credentials' or group._has_connected() or group._sending_stopped_reason() or (
                self.sudo().answered_digest == group._connection_digest()):
            return False
        self._test_connection()
        return not group._has_connected()

    def action_generate_password(self):
        """Make a password for Amazon's messages, to be copied from the page."""
        self.ensure_one()
        self.group_id.action_generate_password()

    # === OPENING AND LEAVING === #

    @api.model
    def _open(self, group):
        """Open the setup of a group at the first step that has something left to do.

        :param group: an `amazon.punchout.group`
        :return: an action
        :rtype: dict
        """
        group.check_access('write')
        setup = self.create({
            'group_id': group.id, 'company_id': group.company_id.id, 'name': group.name,
            'marketplace': group.marketplace, 'partner_id': group.partner_id.id, 'payment_method': group.payment_method,
            'payment_term_id': group.payment_term_id.id,
        })
        setup.write({'state': setup._first_open_step(), 'checked_state': False})
        return setup._show()

    def _show(self):
        """Show this setup.

        :return: an action
        :rtype: dict
        """
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Set Up Amazon Business"),
            'res_model': self._name,
            'res_id': self.id,
            'views': [(False, 'form')],
        }

    def action_open_group(self):
        """Leave the setup for the form of the group, where Continue Setup leads back.

        :return: an action
        """
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'amazon.punchout.group',
            'res_id': self.group_id.id,
            'views': [(False, 'form')],
        }

    # === STEPS === #

    def write(self, vals):
        """Override to go to a step that was clicked in the bar: back at once, forward only as far as Next goes."""
        wanted = vals.get('state')
        if not wanted or len(self) != 1 or wanted == self.state or 'checked_state' in vals:
            return super().write(vals)
        res = super().write({name: value for name, value in vals.items() if name != 'state'})
        if STEPS.index(wanted) < STEPS.index(self.state):
            self._enter(wanted)
        while STEPS.index(self.state) < STEPS.index(wanted):
            before = self.state
            self.action_next()
            if self.state == before:
                break
        return res

    def action_back(self):
        """Go back to the previous step."""
        self.ensure_one()
        self._enter(STEPS[max(STEPS.index(self.state) - 1, 0)])

    def action_next(self):
        """Go to the next step, or stay and say beside each field what is wrong, or what Amazon answers."""
        self.ensure_one()
        self.checked_state = self.state
        if self._find_problems() or self._is_declined():
            return
        getattr(self, f'_finish_{self.state}')()
        self._enter(STEPS[STEPS.index(self.state) + 1])

    def _enter(self, state):
        """Go to a step.

        :param str state: of the step
        """
        if state == 'locations':
            self._list_locations()
        self.write({'state': state, 'checked_state': False})

    def _first_open_step(self):
        """Find the first step after the group whose fields have a problem.

        :return: the state of the step
        :rtype: str
        """
        self._list_locations()
        for state in STEPS[1:-1]:
            if self._find_problems(state):
                return state
        return STEPS[-1]

    def _finish_account(self):
        """Create or update the group, and create what it needs."""
        Group = self._group_model()
        self.partner_id = self.partner_id or Group._make_vendor()
        if self.payment_method == 'invoice':
            self.payment_term_id = self.payment_term_id or Group._find_payment_term()
        currency = Group._marketplace_currency(self.marketplace)
        if currency and not currency.active:
            currency.sudo().active = True  # as announced on the page: its carts could not be ordered otherwise
        vals = {
            'name': self.name, 'marketplace': self.marketplace, 'partner_id': self.partner_id.id,
            'payment_method': self.payment_method, 'payment_term_id': self.payment_term_id.id,
        }
        if not self.group_id:
            products = {field: product.id for field, product in Group._make_products().items()}
            self.group_id = Group.create({**vals, **products, 'company_id': self.company_id.id})
        else:
            # Only what differs: writing the same marketplace again would reset the addresses.
            self.group_id.write({
                field: value for field, value in vals.items() if self.group_id._fields[field].convert_to_write(
                    self.group_id[field], self.group_id) != value})
        self.group_id._propose_tax_rates()  # to be checked, and changed, at the third step

    def _finish_credentials(self):
        """Do nothing: the values of this step are stored on the group already."""

    def _finish_locations(self):
        """Store the chosen locations; a group that delivers everywhere goes on doing so, to later locations too."""
        locations = self.place_ids.filtered('warehouse_id')
        used = locations.filtered('is_used')
        if used != locations or self.group_id.with_context(active_test=False).warehouse_ids:
            self.group_id.warehouse_ids = [Command.set(used.warehouse_id.ids)]

    def _list_locations(self):
        """List every warehouse of the company, and its billing address if no warehouse has the same."""
        warehouses = self.env['stock.warehouse'].search([('company_id', '=', self.company_id.id)])
        used = self.group_id._allowed_warehouses()
        vals_list = [
            {'warehouse_id': warehouse.id, 'partner_id': warehouse.partner_id.id, 'is_used': warehouse in used}
            for warehouse in warehouses]
        billed = self.company_id._amazon_bill_to_partner()
        if billed not in warehouses.partner_id:
            vals_list.append({'partner_id': billed.id})
        self.place_ids = [Command.clear(), *(Command.create(vals) for vals in vals_list)]

    @api.model
    def _group_model(self):
        return self.env['amazon.punchout.group']
