import hashlib
import ipaddress
from urllib.parse import urlsplit

from odoo import api, fields, http, models
from odoo.http import request

from ...const import REACH_PATH
from ...tools.checklist import RECOMMENDED, REQUIRED, Check

# Names that only a company's own network knows.
PRIVATE_ENDINGS = ('.local', '.localhost', '.internal', '.lan', '.home', '.intranet', '.corp', '.test')


def split_address(url):
    """:param str url: as somebody has typed it, perhaps not to its end
    :rtype: urllib.parse.SplitResult
    """
    try:
        return urlsplit(url)
    except ValueError:  # half an IPv6 address
        return urlsplit('')


def is_loopback(host):
    """Tell whether a host is the machine itself, as in a trial with the simulator.

    :param str host: without a port
    :rtype: bool
    """
    if host == 'localhost' or host.endswith('.localhost'):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_public(host):
    """Tell whether a host may be known outside the company's network, as far as its name shows.

    :param str host: without a port
    :rtype: bool
    """
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return '.' in host and not host.endswith(PRIVATE_ENDINGS)


class AmazonPunchoutGroupAddress(models.Model):
    """Whether shoppers, and Amazon's messages, find back to this database at the address that Amazon is given.

    The server asks nobody for that: one that calls itself can wait for itself. Whether the address can be reached is
    tried by the administrator's browser.
    """
    _inherit = 'amazon.punchout.group'

    reach_url = fields.Char(compute='_compute_reach', groups='amazon_punchout.group_administrator')
    reach_mark = fields.Char(compute='_compute_reach', groups='amazon_punchout.group_administrator')
    reached_url = fields.Char(
        "Reached At", copy=False, readonly=True, groups='amazon_punchout.group_administrator',
        help="The address at which an administrator's browser has found this database.")

    # === COMPUTE METHODS === #

    @api.depends('base_url')
    def _compute_reach(self):
        for group in self:
            group.reach_url = group._get_public_url(REACH_PATH)
            group.reach_mark = group._reach_mark()

    @api.model
    def _reach_mark(self):
        """:return: by what a browser without a login knows this database; it tells a stranger nothing
        :rtype: str
        """
        uuid = self.env['ir.config_parameter'].sudo().get_param('database.uuid')
        return hashlib.sha256(f'amazon_punchout {uuid}'.encode()).hexdigest()[:16]

    # === CHECKLIST === #

    def _checklist(self):
        address = split_address(self._get_public_url(''))
        return [*super()._checklist(), self._checklist_https(address), self._checklist_one_database(address),
                self._checklist_public_host(address), self._checklist_same_host(address), self._checklist_reached()]

    def _checklist_https(self, address):
        host = address.hostname or ''
        # A trial on one machine has no certificate, and nobody listens between a browser and its own machine.
        done = bool(host) and (address.scheme == 'https' or is_loopback(host))
        return Check('https', 30, REQUIRED, done, self.env._(
            "Amazon's shoppers come back to %s.", address.geturl()) if done else self.env._(
            "Our address %s must begin with https://, since carts come back to it: fill in Our Public Address, or have "
            "the system parameter web.base.url changed.", address.geturl()), 'credentials')

    def _checklist_one_database(self, address):
        """Carts and messages come without a login, so Odoo finds their database only if there is no choice.

        This is how Odoo itself looks for it. PostgreSQL may list no database that Odoo's user doesn't own, and another server
        than this one may answer at the address: then the browser that has found this database there is right.
        """
        name = self.env.cr.dbname
        found = http.db_list(force=True, host=address.netloc)
        done = found == [name] or (name not in found and self._is_reached())
        if done:
            sentence = self.env._("At %s answers this database alone.", address.netloc)
        elif name not in found:
            sentence = self.env._(
                "At %(host)s this database does not seem to answer. Its server needs db_name = %(name)s in odoo.conf, or a "
                "dbfilter that fits the address while Odoo's user owns the database in PostgreSQL; or Our Public Address must be "
                "changed. If it does answer there, press Try Our Address: your browser sees it.",
                host=address.netloc, name=name)
        else:
            sentence = self.env._(
                "At %(host)s answer %(count)s databases, so that a cart which comes back finds none of them: the server "
                "needs a dbfilter in odoo.conf that leaves this one only, for example dbfilter = ^%(name)s$ .",
                host=address.netloc, count=len(found), name=name)
        return Check('one_database', 31, REQUIRED, done, sentence, 'credentials')

    def _checklist_public_host(self, address):
        """Advice: the cart is carried by the shopper's browser, which may know the host."""
        host = address.hostname or ''
        done = is_public(host)
        return Check('public_host', 32, RECOMMENDED, done, self.env._(
            "The host %s can be a public one.", host) if done else self.env._(
            "The host %s is known in your own network only: shoppers in it come back with their carts, but Amazon's "
            "confirmations and invoices can't. Fill in Our Public Address.", host), 'credentials')

    def _checklist_same_host(self, address):
        """Who shops at another host than the one that the cart comes back to isn't logged in there."""
        own = request.httprequest.host if request else None
        done = own in (None, address.netloc)
        return Check('same_host', 33, RECOMMENDED, done, self.env._(
            "You use Odoo at the address that shoppers come back to.") if done else self.env._(
            "You use Odoo at %(own)s, and shoppers come back to %(host)s, where they have to log in again: let everybody "
            "use %(host)s, or change Our Public Address.", own=own, host=address.netloc), 'credentials')

    def _is_reached(self):
        """Tell whether a browser without a login has found this database at the present address.

        :rtype: bool
        """
        return self.sudo().reached_url == self._get_public_url(REACH_PATH)

    def _checklist_reached(self):
        done = self._is_reached()
        return Check('reached', 34, RECOMMENDED, done, self.env._(
            "A browser has found this database at our address.") if done else self.env._(
            "Press Try Our Address: your browser sees whether this database answers there. Amazon needs it from outside "
            "your network."), 'credentials')

    # === ACTIONS === #

    def action_note_reached(self, url):
        """Keep that the administrator's browser has found this database.

        :param str url: where
        """
        self.ensure_one()
        self.check_access('write')
        if url == self._get_public_url(REACH_PATH):
            self.reached_url = url
