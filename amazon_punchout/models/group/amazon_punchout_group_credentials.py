import re
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
from ...tools.addresses import find_address_problem, is_loopback, split_address
from ...tools.checklist import RECOMMENDED, Check

# The fields with addresses that are posted to, or that Amazon gets.
ADDRESS_FIELDS = ('setup_url', 'setup_test_url', 'order_url', 'base_url')
# A host of one of Amazon's marketplaces, with the ending that tells which.
MARKETPLACE_HOST = re.compile(r'(?:.*\.)?amazon\.(?P<ending>[a-z.]+)')


class AmazonPunchoutGroupCredentials(models.Model):
    """How a group reaches Amazon and Amazon reaches it: the marketplace, the addresses and the credentials."""
    _inherit = 'amazon.punchout.group'

    marketplace = fields.Selection(
        [(code, label) for code, (label, _host) in MARKETPLACES.items()], required=True,  # see _marketplace_hosts
        default=lambda self: self._default_marketplace(),
        help="The Amazon site on which you buy. It determines the currency of the prices and Amazon's "
             "addresses.")
    setup_url = fields.Char(
        "Punch-out Setup Address", compute='_compute_setup_urls', store=True, readonly=False, precompute=True,
        help="The address at which live shopping starts. It depends on the marketplace: compare it with "
             "Amazon's page.")
    setup_test_url = fields.Char(
        "Test Setup Address", compute='_compute_setup_urls', store=True, readonly=False, precompute=True,
        help="The address at which shopping starts in test mode. If empty, the setup address is used.")
    order_url = fields.Char(
        "Purchase Order Request Address", help="The address that receives all orders, test and live.")
    identity = fields.Char(
        "From Identity",
        help="The name by which Amazon identifies the group, as shown on the group's page on Amazon.")
    shared_secret = fields.Char(
        copy=False, exportable=False, groups='amazon_punchout.group_administrator',
        help="The password of the group, as shown on the group's page on Amazon. Only Amazon Business "
             "administrators can see it in Odoo.")
    credential_domain = fields.Char(
        default=CREDENTIAL_DOMAIN, required=True,
        help="The domain of the identities in cXML documents. Change it only if Amazon asks you to.")
    supplier_identity = fields.Char(
        default=SUPPLIER_IDENTITY, required=True,
        help="Amazon's own identity in cXML documents. Change it only if Amazon asks you to.")
    business_unit = fields.Char(
        help="The name of the group on Amazon, if several groups share one set of credentials. If empty, Amazon uses "
             "its root group.")
    base_url = fields.Char(
        "Our Public Address",
        help="The address to which Amazon returns shoppers. If empty, the system parameter web.base.url is used.")
    inbound_user = fields.Char(
        "HTTP Basic User", copy=False, groups='amazon_punchout.group_administrator',
        help="The user that Amazon's messages are sent with if you chose HTTP Basic on Amazon's page.")
    inbound_password = fields.Char(
        "HTTP Basic Password", copy=False, exportable=False, groups='amazon_punchout.group_administrator',
        help="The password that Amazon's messages are sent with if you chose HTTP Basic on Amazon's page.")
    messages_url = fields.Char(
        "Address for Amazon's Messages", compute='_compute_messages_url',
        help="The address to which Amazon sends confirmations, shipments and invoices. Enter it on Amazon's "
             "page.")

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
                for name in ADDRESS_FIELDS if (problem := self._address_problem(name, group))]
            if problems:
                raise ValidationError(self.env._(
                    "Correct the addresses of the Amazon group %(group)s:\n%(problems)s", group=group.name,
                    problems="\n".join(problems)))

    @api.model
    def _address_problem(self, name, record):
        """Tell what is wrong with an address, as said beside its field.

        :param str name: of the field
        :param record: whose addresses they are: a group, or a setup as it is typed
        :return: a sentence, False if nothing is wrong
        :rtype: str | bool
        """
        url = record[name]
        if not url:
            return False
        problem = find_address_problem(url)
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
        return self._public_address_problem(url) if name == 'base_url' else self._amazon_address_problem(name, record)

    @api.model
    def _public_address_problem(self, url):
        """Tell what is wrong with our public address; see :meth:`_address_problem`.

        :param str url: the address
        """
        if '?' in url or '#' in url:
            return self.env._("Odoo adds the rest to this address: enter it without ? and #.")
        if path := split_address(url).path.strip('/'):
            return self.env._("Odoo adds the rest to this address: enter it without /%s.", path)
        return False

    @api.model
    def _amazon_address_problem(self, name, record):
        """Tell what is wrong with an address of Amazon's; see :meth:`_address_problem`."""
        url = record[name]
        parts = split_address(url)
        if parts.scheme == 'http' and not is_loopback(parts.hostname or ''):
            return self.env._(
                "This address must start with https://, since the shared secret and the orders are sent to it.")
        if name == 'order_url' and (
                'punchout' in parts.path.casefold() or url in (record.setup_url, record.setup_test_url)):
            return self.env._(
                "This is the address at which shopping starts. Copy the Purchase Order Request Address from Amazon's "
                "page.")
        return False

    @api.model
    def _marketplace_problem(self, name, record):
        """Tell that an address is one of another marketplace.

        This does not keep people from using it: not all of Amazon's addresses are known.

        :param str name: of the field
        :param record: as for :meth:`_address_problem`
        :return: a sentence, False if nothing is wrong
        :rtype: str | bool
        """
        host = split_address(record[name] or '').hostname or ''
        found = MARKETPLACE_HOST.fullmatch(host)
        hosts = self._marketplace_hosts()
        if not found or found['ending'] not in hosts.values() or found['ending'] == hosts.get(record.marketplace):
            return False
        labels = dict(self._fields['marketplace']._description_selection(self.env))
        return self.env._(
            "%(host)s does not belong to the marketplace %(marketplace)s. Compare the address and the marketplace with "
            "Amazon's page.", host=host, marketplace=labels.get(record.marketplace, ""))

    # === MARKETPLACES === #

    def _default_marketplace(self):
        return self._marketplace_of(self.env.company)

    @api.model
    def _marketplace_of(self, company):
        """Give the marketplace of a company's country, else the default one.

        :param company: a `res.company`
        :rtype: str
        """
        code = (company.country_id.code or '').lower()
        return code if code in self._marketplace_hosts() else DEFAULT_MARKETPLACE

    @api.onchange('company_id')
    def _onchange_company_marketplace(self):
        """Propose the marketplace of the company's country for a new group."""
        if not self._origin:
            self.marketplace = self._marketplace_of(self.company_id)

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

    # === CHECKLIST === #

    def _checklist(self):
        """Override to name addresses of another marketplace."""
        problems = [(name, problem) for name in ADDRESS_FIELDS if name != 'base_url'
                    and (problem := self._marketplace_problem(name, self))]
        return [*super()._checklist(), *(
            Check('marketplace_address', 22, RECOMMENDED, False, self.env._(
                "%(field)s: %(problem)s", field=self._fields[name]._description_string(self.env), problem=problem),
                'credentials', name)
            for name, problem in problems[:1])]

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
