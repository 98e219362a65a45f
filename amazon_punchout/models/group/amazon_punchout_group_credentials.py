from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ... import cxml
from ...const import (
    CREDENTIAL_DOMAIN,
    DEFAULT_MARKETPLACE,
    ITEM_PAGE,
    MARKETPLACES,
    MESSAGES_PATH,
    SETUP_TEST_URL,
    SETUP_URL,
    SUPPLIER_IDENTITY,
    USER_AGENT,
)
from ...tools.addresses import find_address_problem

# The fields with addresses that are posted to, or that Amazon gets.
ADDRESS_FIELDS = ('setup_url', 'setup_test_url', 'order_url', 'base_url')


class AmazonPunchoutGroupCredentials(models.Model):
    """How a group reaches Amazon and Amazon reaches it: the marketplace, the addresses and the credentials."""
    _inherit = 'amazon.punchout.group'

    marketplace = fields.Selection(
        [(code, label) for code, (label, _host) in MARKETPLACES.items()], required=True,  # see _marketplace_hosts
        default=lambda self: self._default_marketplace())
    setup_url = fields.Char(
        "Punch-out Setup Address", compute='_compute_setup_urls', store=True, readonly=False, precompute=True)
    setup_test_url = fields.Char(
        "Test Setup Address", compute='_compute_setup_urls', store=True, readonly=False, precompute=True,
        help="The address at which shopping starts in test mode. If empty, the setup address is used.")
    order_url = fields.Char(
        "Purchase Order Request Address", help="The address that receives all orders, test and live.")
    identity = fields.Char("From Identity")
    shared_secret = fields.Char(copy=False, exportable=False, groups='amazon_punchout.group_administrator')
    credential_domain = fields.Char(default=CREDENTIAL_DOMAIN, required=True)
    supplier_identity = fields.Char(default=SUPPLIER_IDENTITY, required=True)
    business_unit = fields.Char(
        help="The name of the group on Amazon, if several groups share one set of credentials. If empty, Amazon uses "
             "its root group.")
    base_url = fields.Char(
        "Our Public Address",
        help="The address to which Amazon returns shoppers. If empty, the system parameter web.base.url is used.")
    inbound_user = fields.Char(
        "HTTP Basic User", copy=False, groups='amazon_punchout.group_administrator')
    inbound_password = fields.Char(
        "HTTP Basic Password", copy=False, exportable=False, groups='amazon_punchout.group_administrator')
    messages_url = fields.Char("Address for Amazon's Messages", compute='_compute_messages_url')

    # === COMPUTE METHODS === #

    @api.depends('marketplace')
    def _compute_setup_urls(self):
        for group in self:
            host = group._marketplace_host()
            group.setup_url = SETUP_URL.format(host=host)
            group.setup_test_url = SETUP_TEST_URL.format(host=host)

    @api.depends('base_url')
    def _compute_messages_url(self):
        for group in self:
            group.messages_url = group._get_public_url(MESSAGES_PATH)

    # === CONSTRAINTS === #

    @api.constrains(*ADDRESS_FIELDS)
    def _check_urls(self):
        for group in self:
            problems = [
                self.env._("%(field)s: %(problem)s", field=self._fields[name]._description_string(self.env),
                           problem=problem)
                for name in ADDRESS_FIELDS if (problem := self._address_problem(name, group[name]))]
            if problems:
                raise ValidationError(self.env._(
                    "Correct the addresses of the Amazon group %(group)s:\n%(problems)s", group=group.name,
                    problems="\n".join(problems)))

    @api.model
    def _address_problem(self, name, url):
        """Tell what is wrong with an address, as said beside its field.

        :param str name: of the field
        :param str | bool url: its value
        :return: a sentence, False if nothing is wrong
        :rtype: str | bool
        """
        problem = url and find_address_problem(url)
        if problem == 'scheme':
            return self.env._("Copy the whole address: it starts with https://")
        if problem == 'blank':
            return self.env._("This address contains a blank or an invisible character. Copy it again.")
        if problem == 'user':
            return self.env._("This address contains a user name or a password. Enter it without them.")
        if problem == 'port':
            return self.env._("The port in this address is not a number from 1 to 65535.")
        if problem == 'host':
            return self.env._("This address has no valid host name. Copy it again.")
        if name == 'base_url' and url and ('?' in url or '#' in url):
            return self.env._("Odoo adds the rest to this address: enter it without ? and #.")
        return False

    # === MARKETPLACES === #

    def _default_marketplace(self):
        code = (self.env.company.country_id.code or '').lower()
        return code if code in self._marketplace_hosts() else DEFAULT_MARKETPLACE

    @api.model
    def _marketplace_hosts(self):
        """Give the host of each marketplace.

        To add a marketplace, another addon extends the field `marketplace` with `selection_add` and this method with
        its host. The code is the country's ISO code in lower case: from it come the currency and the default.

        :return: by code, the ending of the host, e.g. 'co.uk'
        :rtype: dict[str, str]
        """
        return {code: host for code, (_label, host) in MARKETPLACES.items()}

    def _marketplace_host(self):
        """Give the ending of the host of the group's marketplace; that of the default marketplace without a group.

        :return: e.g. 'co.uk'
        :rtype: str
        """
        return self._marketplace_hosts()[self.marketplace or DEFAULT_MARKETPLACE]

    def _item_page(self, asin):
        """Give the address of an item's page on the group's marketplace.

        :param str asin: of the item
        :rtype: str
        """
        return ITEM_PAGE.format(host=self._marketplace_host(), asin=quote(asin or "", safe=''))

    # === ADDRESSES === #

    def _get_setup_url(self):
        """Give the address at which shopping starts in the present state of the group.

        :rtype: str
        """
        self.ensure_one()
        return self.setup_test_url or self.setup_url if self.state == 'test' else self.setup_url

    def _get_public_url(self, path):
        """Give the address of one of our routes as Amazon knows it.

        :param str path: of the route
        :rtype: str
        """
        self.ensure_one()
        base_url = self.base_url or self.env['ir.config_parameter'].sudo().get_param('web.base.url')
        return base_url.rstrip('/') + path

    # === HEADER === #

    def _deployment_mode(self):
        """Give cXML's deploymentMode of the documents of this group.

        :rtype: str
        """
        self.ensure_one()
        return 'production' if self.state == 'active' else 'test'

    def _prepare_header(self):
        """Prepare the header that names sender and recipient; the shared secret is inserted while the bytes leave.

        :rtype: cxml.Header
        """
        self.ensure_one()
        buyer = cxml.Credential(self.credential_domain, self.identity)
        supplier = cxml.Credential(self.credential_domain, self.supplier_identity)
        return cxml.Header(from_=(buyer,), to=(supplier,), sender=(buyer,), user_agent=USER_AGENT)

    def _has_identity_of(self, other):
        """Tell whether documents that name this group name another one as well, whatever their companies and states.

        :param other: an `amazon.punchout.group`
        :rtype: bool
        """
        self.ensure_one()
        group_sudo, other_sudo = self.sudo(), other.sudo()  # shoppers read no credentials
        return group_sudo == other_sudo or (
            bool(group_sudo.identity) and group_sudo.identity == other_sudo.identity
            and group_sudo.credential_domain.casefold() == other_sudo.credential_domain.casefold())
