from odoo import api, fields, models
from odoo.tools import email_normalize

from ...const import REQUIRED_FIELDS

# The fields whose problems are shown beside them.
CHECKED = (
    'name', 'partner_id', 'identity', 'shared_secret', 'setup_url', 'setup_test_url', 'order_url', 'base_url',
    'user_ids', 'email', 'place_ids')
ADDRESSES = ('setup_url', 'setup_test_url', 'order_url', 'base_url')


class AmazonPunchoutSetupProblems(models.TransientModel):
    """What is wrong with the fields of a step of the setup, said beside each of them."""
    _inherit = 'amazon.punchout.setup'

    name_problem = fields.Char(compute='_compute_problems')
    partner_id_problem = fields.Char("Vendor Problem", compute='_compute_problems')
    identity_problem = fields.Char(compute='_compute_problems')
    shared_secret_problem = fields.Char(
        compute='_compute_problems', exportable=False, groups='amazon_punchout.group_administrator')
    setup_url_problem = fields.Char("Setup Address Problem", compute='_compute_problems')
    setup_test_url_problem = fields.Char("Test Setup Address Problem", compute='_compute_problems')
    order_url_problem = fields.Char("Order Address Problem", compute='_compute_problems')
    base_url_problem = fields.Char("Public Address Problem", compute='_compute_problems')
    user_ids_problem = fields.Char("Members Problem", compute='_compute_problems')
    email_problem = fields.Char(compute='_compute_problems')
    place_ids_problem = fields.Char("Locations Problem", compute='_compute_problems')

    # === COMPUTE METHODS === #

    @api.depends(
        'state', 'checked_state', 'place_ids.missing', 'place_ids.is_used', *CHECKED, 'all_users', 'company_id')
    def _compute_problems(self):
        for setup in self:
            problems = {**setup._find_notes(), **setup._find_problems()}
            for name in CHECKED:
                setup[f'{name}_problem'] = problems.get(name, False)

    # === PROBLEMS === #

    def _find_problems(self, state=None):
        """Find the problems of a step.

        :param str state: the step to judge as if Next was pressed there; by default the present one, as it is
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
            case 'locations':
                return self._find_location_problems(is_leaving)
        return {}

    def _find_account_problems(self, is_leaving):
        """Find the problems of the step Group.

        :param bool is_leaving: whether empty fields are a problem
        :return: sentences by field
        :rtype: dict[str, str]
        """
        problems = {}
        if not self.name:
            if is_leaving:
                problems['name'] = self.env._("Enter the name of the group on Amazon.")
        elif self._group_model().search_count([
                ('name', '=', self.name), ('company_id', '=', self.company_id.id),
                ('id', '!=', self.group_id.id)], limit=1):
            problems['name'] = self.env._(
                "The Amazon group %s already exists. Open it and press Continue Setup, or enter another name.",
                self.name)
        if not self.partner_id and not self.env['res.partner'].has_access('create'):
            problems['partner_id'] = self.env._(
                "You are not allowed to create contacts. Choose a vendor, or ask a colleague to create one.")
        return problems

    def _find_credential_problems(self, is_leaving):
        """Find the problems of the step Credentials; see :meth:`_find_account_problems`."""
        problems = {}
        for name in REQUIRED_FIELDS if is_leaving else ():
            if not (self[name] or self.group_id._has_value(name)):
                problems[name] = self.env._(
                    "Copy %s from the group's page on Amazon.", self._fields[name]._description_string(self.env))
        problems |= self._find_email_problem(is_leaving)
        for name in ADDRESSES:
            if problem := self._group_model()._address_problem(name, self):
                problems[name] = problem
        return problems

    def _find_notes(self):
        """Find what is doubtful in the step Credentials; Next does not wait for it.

        :return: sentences by field
        :rtype: dict[str, str]
        """
        if self.state != 'credentials':
            return {}
        notes = {name: self._group_model()._marketplace_problem(name, self) for name in ADDRESSES if name != 'base_url'}
        notes['identity'] = self.group_id.browse(self.group_id.ids)._identity_note(self.identity)
        return {name: note for name, note in notes.items() if note}

    def _find_location_problems(self, is_leaving):
        """Find the problems of the step Members and Locations; see :meth:`_find_account_problems`."""
        problems = self._find_email_problem(is_leaving)
        if not is_leaving:
            return problems
        if not self.all_users and self.env.user not in self.user_ids:
            problems['user_ids'] = self.env._(
                "Add yourself because you place the test order. You can remove yourself afterwards.")
        incomplete = self.place_ids.filtered('missing')
        used = self.place_ids.filtered(lambda location: location.warehouse_id and location.is_used)
        if not used:
            problems['place_ids'] = self.env._("Tick at least one location.") if self.place_ids.warehouse_id \
                else self.env._("%s has no warehouse. Create one under Inventory > Configuration.",
                                self.company_id.name)
        elif self.group_id.warehouse_id & (self.place_ids - used).warehouse_id:
            problems['place_ids'] = self.env._(
                "%s is the Default Location of the group. Tick it, or choose another default on the group.",
                self.group_id.warehouse_id.name)
        elif incomplete:
            problems['place_ids'] = self.env._(
                "Amazon cancels orders with an incomplete address. %s", " ".join(
                    self.env._("%(location)s lacks: %(fields)s.", location=location.name, fields=location.missing)
                    for location in incomplete))
        return problems

    def _find_email_problem(self, is_leaving):
        """Find the problem of the user's e-mail address; see :meth:`_find_account_problems`."""
        if is_leaving and not self.email:
            return {'email': self.env._("Enter your e-mail address, by which Amazon identifies you.")}
        if self.email and not email_normalize(self.email):
            return {'email': self.env._("This is not an e-mail address.")}
        return {}
