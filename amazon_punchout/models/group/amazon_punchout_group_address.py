import hashlib
import ipaddress

from odoo import api, fields, http, models
from odoo.http import request

from ...const import REACH_PATH
from ...tools.addresses import is_loopback, split_address
from ...tools.checklist import RECOMMENDED, REQUIRED, Check

# Endings of names that are known in a company's own network only.
PRIVATE_ENDINGS = ('.local', '.localhost', '.internal', '.lan', '.home', '.intranet', '.corp', '.test')


def is_public(host):
    """Tell whether a host can be known outside the company's network, judging by its name.

    :param str host: without a port
    :rtype: bool
    """
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return '.' in host and not host.endswith(PRIVATE_ENDINGS)


class AmazonPunchoutGroupAddress(models.Model):
    """The address to which Amazon returns shoppers and sends messages, and whether this database answers there.

    The administrator's browser tries the address. The server doesn't, since a server that calls itself can wait for
    itself.
    """
    _inherit = 'amazon.punchout.group'

    reach_url = fields.Char(
        "Reachability Check Address", compute='_compute_reach', groups='amazon_punchout.group_administrator')
    reach_mark = fields.Char(
        "Reachability Check Mark", compute='_compute_reach', groups='amazon_punchout.group_administrator')
    reached_url = fields.Char(
        "Reached At", copy=False, readonly=True, groups='amazon_punchout.group_administrator',
        help="The address at which an administrator's browser found this database.")

    # === COMPUTE METHODS === #

    @api.depends('base_url')
    def _compute_reach(self):
        for group in self:
            group.reach_url = group._get_public_url(REACH_PATH)
            group.reach_mark = group._reach_mark()

    @api.model
    def _reach_mark(self):
        """Give the mark by which a browser without a login recognises this database; it reveals nothing to strangers.

        :rtype: str
        """
        uuid = self.env['ir.config_parameter'].sudo().get_param('database.uuid')
        return hashlib.sha256(f'amazon_punchout {uuid}'.encode()).hexdigest()[:16]

    # === CHECKLIST === #

    def _checklist(self):
        """Override to require an address that leads to this database alone."""
        address = split_address(self._get_public_url(''))
        return [*super()._checklist(), self._checklist_https(address), self._checklist_one_database(address),
                self._checklist_public_host(address), self._checklist_same_host(address), self._checklist_reached()]

    def _checklist_https(self, address):
        """Require https, since carts pass through the shopper's network.

        :param urllib.parse.SplitResult address: our public address
        :rtype: Check
        """
        host = address.hostname or ''
        # A trial on one machine has no certificate, and nobody listens between a browser and its own machine.
        done = bool(host) and (address.scheme == 'https' or is_loopback(host))
        return Check('https', 30, REQUIRED, done, self.env._(
            "Amazon returns shoppers to %s.", address.geturl()) if done else self.env._(
            "Carts come back to %s, which must start with https://. Fill in Our Public Address, or ask a system "
            "administrator to change the system parameter web.base.url.", address.geturl()), 'credentials', 'base_url')

    def _checklist_one_database(self, address):
        """Require that this database alone answers at the address: carts and messages come without a login.

        Odoo looks for the database of such a request in the same way. PostgreSQL may not list a database that Odoo's
        user doesn't own, and another server than this one may answer at the address: then the browser that found this
        database there is right.

        :param urllib.parse.SplitResult address: our public address
        :rtype: Check
        """
        name = self.env.cr.dbname
        found = http.db_list(force=True, host=address.netloc)
        done = found == [name] or (name not in found and self._is_reached())
        if done:
            sentence = self.env._("Only this database answers at %s.", address.netloc)
        elif name not in found:
            sentence = self.env._(
                "This database does not seem to answer at %(host)s. Set db_name = %(name)s in its odoo.conf, or a "
                "dbfilter that matches the address (Odoo's user must own the database in PostgreSQL), or change Our "
                "Public Address. If it does answer there, press Try Our Address.", host=address.netloc, name=name)
        else:
            sentence = self.env._(
                "%(count)s databases answer at %(host)s, so carts that come back can't find this one. Set a dbfilter "
                "in odoo.conf that matches this database only, for example dbfilter = ^%(name)s$",
                host=address.netloc, count=len(found), name=name)
        return Check('one_database', 31, REQUIRED, done, sentence, 'credentials', 'base_url')

    def _checklist_public_host(self, address):
        """Recommend a public host; not required, since the shopper's browser carries the cart and may know the host.

        :param urllib.parse.SplitResult address: our public address
        :rtype: Check
        """
        host = address.hostname or ''
        done = is_public(host)
        return Check('public_host', 32, RECOMMENDED, done, self.env._(
            "%s looks like a public host.", host) if done else self.env._(
            "%s is known in your own network only. Shoppers in this network come back with their carts, but Amazon's "
            "confirmations and invoices can't reach Odoo. Enter a public address in Our Public Address.", host),
            'credentials', 'base_url')

    def _checklist_same_host(self, address):
        """Recommend that users open Odoo at the public address: at any other one, shoppers who return are logged out.

        :param urllib.parse.SplitResult address: our public address
        :rtype: Check
        """
        own = request.httprequest.host if request else None
        done = own in (None, address.netloc)
        return Check('same_host', 33, RECOMMENDED, done, self.env._(
            "You use Odoo at the address to which Amazon returns shoppers.") if done else self.env._(
            "You use Odoo at %(own)s, but Amazon returns shoppers to %(host)s, where they have to log in again. Make "
            "all users open Odoo at %(host)s, or change Our Public Address.",
            own=own, host=address.netloc), 'credentials', 'base_url')

    def _is_reached(self):
        """Tell whether a browser without a login found this database at the present address.

        :rtype: bool
        """
        return self.sudo().reached_url == self._get_public_url(REACH_PATH)

    def _checklist_reached(self):
        """Recommend to try the address.

        :rtype: Check
        """
        done = self._is_reached()
        return Check('reached', 34, RECOMMENDED, done, self.env._(
            "A browser found this database at your public address.") if done else self.env._(
            "Press Try Our Address to let your browser check that this database answers at your public address. "
            "Amazon must reach it from outside your network."), 'credentials', 'amazon_punchout_reach')

    # === ACTIONS === #

    def action_note_reached(self, url, is_reached=True):
        """Note whether the administrator's browser found this database.

        :param str url: where
        :param bool is_reached: whether it did
        """
        self.ensure_one()
        self.check_access('write')
        if is_reached and url == self._get_public_url(REACH_PATH):
            self.reached_url = url
        elif not is_reached and url == self.reached_url:
            self.reached_url = False
