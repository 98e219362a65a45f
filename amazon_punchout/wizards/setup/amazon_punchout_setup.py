from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import email_normalize

from ...const import MARKETPLACES

STEPS = ('account', 'credentials', 'places', 'test')
# Fields whose problem is told beside them.
CHECKED = (
    'name', 'partner_id', 'identity', 'shared_secret', 'setup_url', 'setup_test_url', 'order_url', 'base_url', 'user_ids',
    'email', 'place_ids')
CREDENTIALS = ('identity', 'shared_secret', 'setup_url', 'order_url')
ADDRESSES = ('setup_url', 'setup_test_url', 'order_url', 'base_url')


class AmazonPunchoutSetup(models.TransientModel):
    """Four steps from nothing to a test order.

    The group is made as a draft at the end of the first step. From then on all that is typed is written to the group and
    the addresses themselves, so that the setup can be left at any time and taken up again, and no secret lies here.
    """
    _name = 'amazon.punchout.setup'
    _description = "Amazon Business Setup"

    state = fields.Selection(
        [('account', "Account"), ('credentials', "Credentials"), ('places', "People and Places"), ('test', "Test Order")],
        "Step", default='account', required=True, readonly=True)
    # What is empty is told only once somebody wanted to go on.
    checked_state = fields.Char(readonly=True)
    group_id = fields.Many2one('amazon.punchout.group', "Amazon Group", readonly=True, ondelete='cascade')
    group_state = fields.Selection(related='group_id.state', related_sudo=False)

    # Account
    company_id = fields.Many2one(
        'res.company', "Legal Entity", default=lambda self: self.env.company, required=True,
        help="Your company whose orders and bills these are.")
    name = fields.Char("Name of the Group", help="As the group is called on Amazon Business.")
    marketplace = fields.Selection(
        [(code, label) for code, (label, _host) in MARKETPLACES.items()], required=True,
        default=lambda self: self.env['amazon.punchout.group']._default_marketplace(),
        help="The Amazon site where you buy. It decides the currency of the prices, and fills in Amazon's addresses.")
    currency_hint = fields.Char(compute='_compute_currency_hint')
    partner_id = fields.Many2one(
        'res.partner', "Vendor", check_company=True, compute='_compute_partner_id', store=True, readonly=False,
        help="The vendor on the purchase orders of this group. It may be the same for several groups.")
    partner_id_hint = fields.Char(compute='_compute_partner_id_hint')
    payment_method = fields.Selection(
        [('card', "Card"), ('invoice', "Pay by Invoice")], "Paid By", default='card', required=True,
        help="As the group pays on Amazon. Odoo sends no payment data.")
    payment_term_id = fields.Many2one(
        'account.payment.term', check_company=True, help="When Amazon's invoices are due, as Amazon has agreed with you.")

    # Credentials
    pasted = fields.Text(
        "Paste All at Once", store=False,
        help="The values in it are written into the fields beside and below. The text itself is not kept.")
    found = fields.Char(store=False, readonly=True)
    identity = fields.Char(
        related='group_id.identity', readonly=False, related_sudo=False, help="The name by which Amazon knows the group.")
    shared_secret = fields.Char(
        related='group_id.shared_secret', readonly=False, related_sudo=False, exportable=False,
        groups='amazon_punchout.group_administrator',
        help="The password of the group. Only administrators of Amazon Business see it in Odoo.")
    setup_url = fields.Char(
        related='group_id.setup_url', readonly=False, related_sudo=False,
        help="Where live shopping starts. Filled in by the marketplace: compare it with Amazon's page.")
    setup_test_url = fields.Char(
        related='group_id.setup_test_url', readonly=False, related_sudo=False,
        help="Where shopping starts while the group is tested. Empty: at the same address as live.")
    order_url = fields.Char(
        related='group_id.order_url', readonly=False, related_sudo=False,
        help="Where orders are sent to, test orders and live ones alike.")
    base_url = fields.Char(
        related='group_id.base_url', readonly=False, related_sudo=False,
        help="How your buyers open Odoo. Amazon leads them back to it. Empty: the address that Odoo knows of itself.")
    reach_url = fields.Char(related='group_id.reach_url', related_sudo=False, groups='amazon_punchout.group_administrator')
    reach_mark = fields.Char(related='group_id.reach_mark', related_sudo=False, groups='amazon_punchout.group_administrator')
    messages_url = fields.Char(
        related='group_id.messages_url', related_sudo=False, help="Where Amazon sends what becomes of orders.")
    inbound_user = fields.Char(
        related='group_id.inbound_user', readonly=False, related_sudo=False, groups='amazon_punchout.group_administrator',
        help="For HTTP Basic only: the user that you have entered on Amazon's page.")
    inbound_password = fields.Char(
        related='group_id.inbound_password', readonly=False, related_sudo=False, exportable=False,
        groups='amazon_punchout.group_administrator',
        help="For HTTP Basic only: the password that you have entered on Amazon's page.")
    connection_ok = fields.Boolean(related='group_id.connection_ok', related_sudo=False)
    connection_partly = fields.Boolean(related='group_id.connection_partly', related_sudo=False)
    connection_tested_at = fields.Datetime(related='group_id.connection_tested_at', related_sudo=False)
    connection_problem = fields.Text(related='group_id.connection_problem', related_sudo=False)
    confirmations_expected = fields.Boolean(
        related='group_id.confirmations_expected', readonly=False, related_sudo=False)

    # People and places
    all_users = fields.Boolean(related='group_id.all_users', readonly=False, related_sudo=False)
    user_ids = fields.Many2many(related='group_id.user_ids', readonly=False, related_sudo=False)
    email = fields.Char(
        "Your E-mail on Amazon", compute='_compute_email', inverse='_inverse_email',
        help="By which Amazon knows you, or will know you after your first visit.")
    place_ids = fields.One2many('amazon.punchout.setup.place', 'setup_id', "Places")
    may_edit_places = fields.Boolean(compute='_compute_may_edit_places')

    # What is wrong or left, in words
    name_problem = fields.Char(compute='_compute_problems')
    partner_id_problem = fields.Char(compute='_compute_problems')
    identity_problem = fields.Char(compute='_compute_problems')
    shared_secret_problem = fields.Char(
        compute='_compute_problems', exportable=False, groups='amazon_punchout.group_administrator')
    setup_url_problem = fields.Char(compute='_compute_problems')
    setup_test_url_problem = fields.Char(compute='_compute_problems')
    order_url_problem = fields.Char(compute='_compute_problems')
    base_url_problem = fields.Char(compute='_compute_problems')
    user_ids_problem = fields.Char(compute='_compute_problems')
    email_problem = fields.Char(compute='_compute_problems')
    place_ids_problem = fields.Char(compute='_compute_problems')

    # === COMPUTE METHODS === #

    @api.depends('name')
    def _compute_display_name(self):
        for setup in self:
            setup.display_name = self.env._("Set Up %s", setup.name) if setup.name else self.env._("Set Up Amazon Business")

    @api.depends('marketplace')
    def _compute_currency_hint(self):
        for setup in self:
            currency = setup._group_model()._marketplace_currency(setup.marketplace)
            setup.currency_hint = currency and not currency.active and self.env._(
                "Prices there are in %s, which is not active in Odoo: it will be switched on.", currency.name)

    @api.depends('company_id', 'marketplace')
    def _compute_partner_id(self):
        """Propose the vendor of the company's other groups; one that a person chose stays."""
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
                "Also the vendor of %s. Empty the field for a new contact.",
                ", ".join(groups.mapped('name'))) if groups else False

    def _find_groups_of(self, vendor):
        """:return: the other groups that have this vendor"""
        return self._group_model().search([('partner_id', '=', vendor.id), ('id', '!=', self.group_id.id)]) if vendor \
            else self._group_model()

    @api.depends_context('uid')
    def _compute_email(self):
        self.email = self.env.user._amazon_email()

    def _inverse_email(self):
        """Whoever has no e-mail at all gets this one; where Amazon knows them by another one, that is kept beside it."""
        user = self.env.user
        for setup in self:
            if not user.email:
                user.email = setup.email
            elif setup.email and setup.email != user._amazon_email():
                user.amazon_email = setup.email

    def _compute_may_edit_places(self):
        self.may_edit_places = self.env['res.partner'].has_access('write')

    @api.depends('state', 'checked_state', 'place_ids.missing', 'place_ids.is_used', *CHECKED, 'all_users', 'company_id')
    def _compute_problems(self):
        for setup in self:
            problems = setup._find_problems()
            for name in CHECKED:
                setup[f'{name}_problem'] = problems.get(name, False)

    @api.onchange('pasted')
    def _onchange_pasted(self):
        if not (self.pasted or "").strip():
            return
        values = self._group_model()._read_pasted(self.pasted)
        self.pasted = False  # it holds the secret
        for name, value in values.items():
            self[name] = value
        labels = [self._fields[name]._description_string(self.env) for name in values]
        self.found = self.env._("Found: %s. Compare them with Amazon's page.", ", ".join(labels)) if labels else self.env._(
            "Nothing that looks like Amazon's values was found in that text: copy them one by one into the fields below.")

    def action_test_connection(self):
        """Ask Amazon whether it takes the credentials, or say beside each field what keeps us from asking.

        What Amazon said stays on the page, so that no notification is needed.
        """
        self.ensure_one()
        self.checked_state = self.state
        if not self._find_problems():
            self.group_id.action_test_connection()

    # === OPENING AND LEAVING === #

    @api.model
    def _open(self, group):
        """:param group: the `amazon.punchout.group` to go on with
        :return: an action that opens the setup at the first step that has something left
        :rtype: dict
        """
        group.check_access('write')
        setup = self.create({
            'group_id': group.id, 'company_id': group.company_id.id, 'name': group.name, 'marketplace': group.marketplace,
            'partner_id': group.partner_id.id, 'payment_method': group.payment_method,
            'payment_term_id': group.payment_term_id.id,
        })
        setup.state = setup._first_open_step()
        return setup._show()

    def _show(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Set Up Amazon Business"),
            'res_model': self._name,
            'res_id': self.id,
            'views': [(False, 'form')],
        }

    def action_open_group(self):
        """Leave the setup for the group's own form; Continue Setup there leads back."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'res_model': 'amazon.punchout.group', 'res_id': self.group_id.id,
            'views': [(False, 'form')],
        }

    # === STEPS === #

    def action_back(self):
        self.ensure_one()
        self.write({'state': STEPS[max(STEPS.index(self.state) - 1, 0)], 'checked_state': False})

    def action_next(self):
        """Go to the next step, or stay and say beside each field what is wrong with it."""
        self.ensure_one()
        self.checked_state = self.state
        if self._find_problems():
            return
        getattr(self, f'_finish_{self.state}')()
        self._enter(STEPS[STEPS.index(self.state) + 1])

    def _enter(self, state):
        if state == 'places':
            self._list_places()
        self.write({'state': state, 'checked_state': False})

    def _first_open_step(self):
        """:return: the first step after the account whose fields have a problem
        :rtype: str
        """
        self._list_places()
        for state in STEPS[1:-1]:
            if self._find_problems(state):
                return state
        return STEPS[-1]

    def _finish_account(self):
        """Make the group, or bring it up to date, with what is missing around it."""
        Group = self._group_model()
        self.partner_id = self.partner_id or Group._make_vendor()
        if self.payment_method == 'invoice':
            self.payment_term_id = self.payment_term_id or Group._find_payment_term()
        currency = Group._marketplace_currency(self.marketplace)
        if currency and not currency.active:
            currency.sudo().active = True  # the screen has said so; carts in another currency could not be ordered
        vals = {
            'name': self.name, 'marketplace': self.marketplace, 'partner_id': self.partner_id.id,
            'payment_method': self.payment_method, 'payment_term_id': self.payment_term_id.id,
        }
        if not self.group_id:
            products = {field: product.id for field, product in Group._make_products().items()}
            self.group_id = Group.create({**vals, **products, 'company_id': self.company_id.id})
        else:
            # Only what differs: a marketplace that is written again would put the addresses back.
            self.group_id.write({
                field: value for field, value in vals.items() if self.group_id._fields[field].convert_to_write(
                    self.group_id[field], self.group_id) != value})

    def _finish_credentials(self):
        """All of this step is on the group already."""

    def _finish_places(self):
        """Write the chosen locations. A group that was never limited to some stays so: locations of later count too."""
        places = self.place_ids.filtered('warehouse_id')
        used = places.filtered('is_used')
        if used != places or self.group_id.with_context(active_test=False).warehouse_ids:
            self.group_id.warehouse_ids = [Command.set(used.warehouse_id.ids)]

    def _list_places(self):
        """List every warehouse of the company, and the address of its bills where no warehouse has it."""
        warehouses = self.env['stock.warehouse'].search([('company_id', '=', self.company_id.id)])
        used = self.group_id._allowed_warehouses()
        vals_list = [
            {'warehouse_id': warehouse.id, 'partner_id': warehouse.partner_id.id, 'is_used': warehouse in used}
            for warehouse in warehouses]
        billed = self.company_id._amazon_bill_to_partner()
        if billed not in warehouses.partner_id:
            vals_list.append({'partner_id': billed.id})
        self.place_ids = [Command.clear(), *(Command.create(vals) for vals in vals_list)]

    # === PROBLEMS === #

    def _find_problems(self, state=None):
        """:param str state: the step to look at as one that somebody wants to leave; by default the present one
        :return: sentences by field
        :rtype: dict[str, str]
        """
        self.ensure_one()
        is_leaving = bool(state) or self.checked_state == self.state
        match state or self.state:
            case 'account':
                return self._find_account_problems(is_leaving)
            case 'credentials':
                return self._find_credential_problems(is_leaving)
            case 'places':
                return self._find_place_problems(is_leaving)
        return {}

    def _find_account_problems(self, is_leaving):
        problems = {}
        if not self.name:
            if is_leaving:
                problems['name'] = self.env._("Enter the name that the group has on Amazon.")
        elif self._group_model().search_count([
                ('name', '=', self.name), ('company_id', '=', self.company_id.id), ('id', '!=', self.group_id.id)], limit=1):
            problems['name'] = self.env._(
                "There is an Amazon group %s already. Open it and press Continue Setup, or take another name.", self.name)
        if not self.partner_id and not self.env['res.partner'].has_access('create'):
            problems['partner_id'] = self.env._(
                "You may not create contacts: choose a vendor, or ask somebody who may to create one.")
        return problems

    def _find_credential_problems(self, is_leaving):
        problems = {}
        for name in CREDENTIALS if is_leaving else ():
            if not self[name]:
                problems[name] = self.env._(
                    "Copy %s from the group's page on Amazon.", self._fields[name]._description_string(self.env))
        problems |= self._find_email_problem(is_leaving)
        for name in ADDRESSES:
            if self[name] and not self[name].startswith(('https://', 'http://')):
                problems[name] = self.env._("An address begins with https:// : copy all of it.")
        return problems

    def _find_place_problems(self, is_leaving):
        problems = self._find_email_problem(is_leaving)
        if not is_leaving:
            return problems
        if not self.all_users and self.env.user not in self.user_ids:
            problems['user_ids'] = self.env._(
                "Add yourself, since you make the test order; you can take yourself out again afterwards.")
        incomplete = self.place_ids.filtered('missing')
        used = self.place_ids.filtered(lambda place: place.warehouse_id and place.is_used)
        if not used:
            problems['place_ids'] = self.env._("Tick at least one place to deliver to.") if self.place_ids.warehouse_id \
                else self.env._("%s has no warehouse: create one under Inventory > Configuration.", self.company_id.name)
        elif self.group_id.warehouse_id & (self.place_ids - used).warehouse_id:
            problems['place_ids'] = self.env._(
                "Orders go to %s where nobody chooses a place: tick it, or choose another Default Location on the group.",
                self.group_id.warehouse_id.name)
        elif incomplete:
            problems['place_ids'] = self.env._(
                "Amazon would cancel orders with an incomplete address. %s", " ".join(
                    self.env._("%(place)s lacks %(fields)s.", place=place.name, fields=place.missing)
                    for place in incomplete))
        return problems

    def _find_email_problem(self, is_leaving):
        if is_leaving and not self.email:
            return {'email': self.env._("Amazon knows its shoppers by their e-mail: enter yours.")}
        if self.email and not email_normalize(self.email):
            return {'email': self.env._("This is not an e-mail address.")}
        return {}

    def _group_model(self):
        return self.env['amazon.punchout.group']
