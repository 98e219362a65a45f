from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import API_HOST, API_REGIONS, API_SANDBOX_HOST, LOGIN_URL
from ...tools.addresses import find_address_problem
from ...tools.sentences import Reason, sentence
from ...tools.voice import speaker

# The APIs, and the fields of each.
RECONCILIATION, REPORTING, DOCUMENTS, PRODUCTS = 'reconciliation', 'reporting', 'documents', 'products'
APIS = (RECONCILIATION, REPORTING, DOCUMENTS, PRODUCTS)
STATES = [('untested', "Not Tested"), ('open', "Open"), ('stopped', "Not Open")]


class AmazonPunchoutApi(models.Model):
    """Access to Amazon's REST APIs: the credentials of one Amazon Business account in one region.

    The groups of that account share it. Each API is switched on by itself. What Amazon declines for good rests until a
    person presses Test Connection, since asking again would change nothing.
    """
    _name = 'amazon.punchout.api'
    _ = sentence
    _description = "Amazon API Access"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'amazon.punchout.secrets']
    _order = 'name, id'

    name = fields.Char(required=True, help="A name for the Amazon Business account and its region.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    responsible_id = fields.Many2one(
        'res.users', default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="The user who is notified if Amazon does not let Odoo use the APIs any more.")
    group_ids = fields.One2many(
        'amazon.punchout.group', 'api_id', "Amazon Groups",
        help="The groups of this Amazon Business account, also those of other companies.")

    # Access
    region = fields.Selection(
        API_REGIONS, required=True, default=lambda self: self._default_region(),
        help="Amazon gives one Refresh Token for each region.")
    is_sandbox = fields.Boolean(
        "Sandbox", help="Amazon answers with examples. Test Connection works, and nothing is fetched.")
    base_url = fields.Char(
        "API Address", compute='_compute_base_url', store=True, readonly=False, precompute=True, required=True,
        help="The address of the APIs in this region. Change it only if Amazon tells you another one.")
    login_url = fields.Char("Login with Amazon Address", default=LOGIN_URL, required=True)
    client_id = fields.Char("Client ID", copy=False)
    client_secret = fields.Char(copy=False, exportable=False, groups='amazon_punchout.group_administrator')
    refresh_token = fields.Char(copy=False, exportable=False, groups='amazon_punchout.group_administrator')
    secret_name = fields.Char(
        help="A name by which the secrets can be kept outside of the database. With the name emea, Odoo reads the "
             "Client Secret from the environment variable AMAZON_PUNCHOUT_EMEA_CLIENT_SECRET, or from the option "
             "amazon_punchout_emea_client_secret in odoo.conf, and the Refresh Token from …_REFRESH_TOKEN in the same "
             "way.")
    client_secret_source = fields.Char(
        compute='_compute_secret_sources', exportable=False, groups='amazon_punchout.group_administrator')
    refresh_token_source = fields.Char(
        compute='_compute_secret_sources', exportable=False, groups='amazon_punchout.group_administrator')

    # What each API may be used for
    use_reconciliation = fields.Boolean(
        tracking=True,
        help="Fetch charges, refunds and invoices every day. Amazon's role: Business Purchase Reconciliation.")
    use_reporting = fields.Boolean(
        tracking=True,
        help="Ask Amazon about unclear orders, and about orders for which it sends no messages. Amazon's role: Amazon "
             "Business Analytics.")
    use_documents = fields.Boolean(
        "Attach PDFs", tracking=True,
        help="Fetch the PDFs of invoices, credit memos and orders and attach them to the bills and orders. Amazon's "
             "role: Business Purchase Reconciliation.")
    use_products = fields.Boolean(
        "Compare Prices", tracking=True,
        help="Note for the approvers what the items of a cart cost, a day before Amazon's price hold ends. Amazon's "
             "role: Business Product Catalog.")
    reconciliation_state = fields.Selection(STATES, default='untested', required=True, readonly=True, copy=False)
    reporting_state = fields.Selection(STATES, default='untested', required=True, readonly=True, copy=False)
    documents_state = fields.Selection(STATES, default='untested', required=True, readonly=True, copy=False)
    products_state = fields.Selection(STATES, default='untested', required=True, readonly=True, copy=False)
    reconciliation_problem = Reason(readonly=True, copy=False)
    reporting_problem = Reason(readonly=True, copy=False)
    documents_problem = Reason(readonly=True, copy=False)
    products_problem = Reason(readonly=True, copy=False)
    tested_at = fields.Datetime("Tested On", readonly=True, copy=False)
    resting = fields.Text(compute='_compute_resting', help="Why nothing is asked.")

    # Names differ in more than their capitals, since variables are in capitals and options are not.
    _secret_name_unique = models.UniqueIndex(
        "(lower(secret_name)) WHERE secret_name <> ''",
        "Another API access has this Environment Name. Enter another name.")

    # === COMPUTE METHODS === #

    def _default_region(self):
        code = (self.env.company.country_id.code or '').lower()
        return {'us': 'na', 'ca': 'na', 'mx': 'na', 'br': 'na', 'jp': 'jp', 'au': 'jp'}.get(code, 'eu')

    @api.depends('region', 'is_sandbox')
    def _compute_base_url(self):
        for access in self:
            host = API_SANDBOX_HOST if access.is_sandbox else API_HOST
            access.base_url = host.format(region=access.region or 'eu')

    @api.depends('group_ids.state', 'group_ids.active', 'is_sandbox', 'active')
    @api.depends_context('lang')
    def _compute_resting(self):
        for access in self:
            access.resting = access._resting_reason()

    # === CONSTRAINTS === #

    @api.constrains('base_url', 'login_url')
    def _check_addresses(self):
        """Require addresses that requests can be sent to. Secrets go there, so not in the clear to another machine."""
        for access in self:
            for name in ('base_url', 'login_url'):
                if access[name] and (find_address_problem(access[name]) or '?' in access[name] or '#' in access[name]):
                    raise ValidationError(self.env._(
                        "%(field)s of the API access %(access)s is not a valid address. It looks like this: "
                        "https://eu.business-api.amazon.com.",
                        field=self._fields[name]._description_string(self.env), access=access.name))

    @api.model
    def _secret_fields(self):
        """Override to name the secrets of an access."""
        return (*super()._secret_fields(), 'client_secret', 'refresh_token')

    # === CHATTER === #

    def _message_compute_author(self, author_id=None, email_from=None):
        """Override of `mail` to have Amazon's vendor speak where no person does."""
        if author_id is None and email_from is None and len(self) == 1:
            author_id, email_from = speaker(self, self.sudo().group_ids[:1].partner_id, self.company_id)
        return super()._message_compute_author(author_id, email_from)

    # === WHETHER AN API MAY BE ASKED === #

    def _resting_reason(self):
        """Say why nothing is asked, whatever the APIs.

        A copied database must not ask: it would book what the original books, and settle its orders.

        :return: the reason; False if nothing keeps it from asking
        :rtype: str | bool
        """
        self.ensure_one()
        if self.is_sandbox:
            return self.env._("Nothing is fetched from the sandbox, which has examples only.")
        groups = self.sudo().with_context(active_test=False).group_ids
        for group in groups:
            if reason := group._sending_stopped_reason():
                return self.env._("Amazon's APIs are not used. %s", reason)
        if not groups:
            return self.env._("Choose the Amazon groups of this account.")
        if not groups.filtered_domain(groups._sending_domain()):
            return self.env._("The Amazon groups of this account are in draft.")
        return False

    def _is_asking(self, api_name):
        """Tell whether an API is used now.

        :param str api_name: of APIS
        :rtype: bool
        """
        self.ensure_one()
        return bool(self.active and self[f'use_{api_name}'] and self[f'{api_name}_state'] != 'stopped') \
            and not self._resting_reason()

    def _go_on(self, api_name):
        """Let the scheduled actions ask an API again that is open now; each API's own file does it.

        :param str api_name: of APIS
        """

    def _person_to_notify(self):
        """Find the user to notify of problems: the responsible, else an administrator of the addon.

        :return: at most one `res.users`, in superuser mode
        """
        self.ensure_one()
        access_sudo = self.sudo()
        administrators_sudo = self.env.ref('amazon_punchout.group_administrator').sudo().all_user_ids
        people_sudo = administrators_sudo._amazon_people(access_sudo.company_id)
        return (access_sudo.responsible_id & people_sudo or people_sudo)[:1]

    def _in_notified_language(self):
        """Give this access in the language of the person who is notified of its problems."""
        return self.with_context(lang=self._person_to_notify().lang or self.env.lang)

    @api.model
    def _api_title(self, api_name):
        """Give the name of an API as Amazon calls it.

        :rtype: str
        """
        return {
            RECONCILIATION: "Reconciliation", REPORTING: "Reporting", DOCUMENTS: "Document",
            PRODUCTS: "Product Search"}[api_name]
