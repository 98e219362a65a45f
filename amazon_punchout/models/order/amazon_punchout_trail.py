import json
from datetime import datetime, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.modules import Manifest
from odoo.tools import SQL

from ...tools.cart_lock import is_recording, recording
from ...tools.hash_chain import START, canonical, row_hash
from ...tools.remote import remote_address
from ...tools.steps import stored_once

# With one of these the history of an order begins; another one shows that the order is older than its history.
FIRST_EVENTS = ('started', 'returned')
# The values that a row's hash covers, as they are stored. No field may ever be removed from these or change its name.
HASHED = (
    'res_id', 'order_name', 'company_id', 'sequence', 'moment', 'user_id', 'user_name', 'address', 'event', 'details',
    'document_id', 'payload_id', 'body_hash', 'previous_hash',
)
# A reason may quote an answer of Amazon's at any length.
LONGEST_DETAIL = 1000


class AmazonPunchoutTrail(models.Model):
    """The history of each order: rows that are only ever added, by our own code, in a hash chain per order.

    Nothing in Odoo changes or deletes a row, and a trigger of PostgreSQL stops statements that bypass Odoo. The owner
    of the database can remove that trigger. Then the chain shows what was changed or taken out of the middle; that the
    last rows were taken off, or the whole chain written anew, shows only against a head that was exported before.

    The rows outlive the order, so they name it by its id and number and not by a relation. A new field of this model
    must have no default, since Odoo would write that into the existing rows.
    """
    _name = 'amazon.punchout.trail'
    _description = "Amazon Order History"
    _order = 'res_id desc, sequence'
    _rec_name = 'order_name'
    _log_access = False  # the deletion of a user would change create_uid

    res_id = fields.Integer("Order ID", required=True, readonly=True)
    order_name = fields.Char("Order", required=True, readonly=True, index=True)
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True, ondelete='restrict')
    sequence = fields.Integer("No.", required=True, readonly=True)
    moment = fields.Datetime("Date", required=True, readonly=True)
    user_id = fields.Many2one('res.users', "User Record", readonly=True, ondelete='restrict')
    user_name = fields.Char("User", readonly=True, help="Name and login as they were at that time.")
    shown_user = fields.Char("Person", compute='_compute_shown_user')
    address = fields.Char(
        "Network Address", readonly=True, help="From which the request came. Empty for scheduled actions.")
    event = fields.Selection([
        ('begun', "History Begins"),
        ('started', "Shopping Started"),
        ('returned', "Cart Received"),
        ('claimed', "Cart Claimed"),
        ('created', "Order Created"),
        ('location', "Delivery Location Changed"),
        ('asked', "Approval Requested"),
        ('approved', "Approved"),
        ('direct', "Ordered Without Approval"),
        ('refused', "Refused"),
        ('queued', "Queued"),
        ('sent', "Received by Amazon"),
        ('declined', "Declined by Amazon"),
        ('unreached', "Amazon Not Reached"),
        ('unclear', "Unclear"),
        ('again', "Sent Again"),
        ('withdrawn', "Withdrawn"),
        ('arrived', "Amazon Has It, as Stated"),
        ('entered', "Amazon's Answer Entered"),
        ('cancel_wanted', "To Be Cancelled on Amazon"),
        ('cancel_unwanted', "To Be Kept After All"),
        ('stated_cancelled', "Cancelled on Amazon, as Stated"),
        ('received', "Message Received"),
        ('assigned', "Message Assigned"),
        ('applied', "Message Applied"),
        ('waiting', "Message Waiting"),
        ('attention', "Message Needs Attention"),
        ('retried', "Message Retried"),
        ('stated_meant', "Message Applied to This Order, as Stated"),
        ('done', "Message Done"),
        ('dismissed', "Message Dismissed"),
        ('goods', "Goods Received"),
        ('goods_back', "Goods Returned"),
        ('billed', "Bill Created"),
        ('credited', "Credit Created"),
        ('cancelled', "Cancelled"),
        ('drafted', "Set to Draft"),
        ('deleted', "Deleted"),
        ('expired', "Content Expired"),
    ], required=True, readonly=True)
    details = fields.Text("Stored Details", readonly=True)
    details_text = fields.Text("Details", compute='_compute_details_text')
    document_id = fields.Many2one(
        'amazon.punchout.document', readonly=True, index='btree_not_null', ondelete='restrict')
    payload_id = fields.Char("Payload ID", readonly=True)
    body_hash = fields.Char(
        "Content Hash", readonly=True, help="The SHA-256 hash of the document as it was stored.")
    previous_hash = fields.Char(readonly=True)
    hash = fields.Char(required=True, readonly=True)

    # Of two transactions that add to one history at the same moment, the second is repeated: a chain never forks.
    _sequence_uniq = models.UniqueIndex("(res_id, sequence)", "The history of this order has just been continued.")

    def init(self):
        """Have PostgreSQL itself block every change of a row. Dumps contain the trigger, so it survives a restore."""
        self.env.cr.execute("""
            CREATE OR REPLACE FUNCTION amazon_punchout_trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'The history of Amazon orders can''t be changed.';
            END $$;
            DROP TRIGGER IF EXISTS amazon_punchout_trail_append_only ON amazon_punchout_trail;
            CREATE TRIGGER amazon_punchout_trail_append_only
                BEFORE UPDATE OR DELETE OR TRUNCATE ON amazon_punchout_trail
                EXECUTE FUNCTION amazon_punchout_trail_is_append_only();
        """)

    @api.depends('user_name')
    def _compute_shown_user(self):
        """Leave out the login of Odoo itself, which nobody knows; the stored name keeps it."""
        for row in self:
            row.shown_user = row.user_name and row.user_name.removesuffix(' (__system__)')

    @api.depends('details')
    @api.depends_context('lang')
    def _compute_details_text(self):
        names = self._detail_names()
        for row in self:
            row.details_text = "\n".join(
                f"{names.get(name, name)}: {value}" for name, value in json.loads(row.details or '{}').items())

    @api.model
    def _detail_names(self):
        """Name the details in words; another addon adds its own.

        :return: words by the key in the details
        :rtype: dict[str, str]
        """
        return {
            'amazon_state': self.env._("Amazon Status"),
            'answer': self.env._("Answer Code"),
            'attempt': self.env._("Try"),
            'bill': self.env._("Bill ID"),
            'by': self.env._("By"),
            'cart': self.env._("Cart Number"),
            'deliver_to': self.env._("Deliver To"),
            'kept_days': self.env._("Kept for (Days)"),
            'number': self.env._("Order Number"),
            'reason': self.env._("Reason"),
            'receipt': self.env._("Receipt ID"),
            'reference': self.env._("Reference"),
            'state': self.env._("Status"),
            'total': self.env._("Total"),
            'tried_at': self.env._("Tried On (UTC)"),
            'trip': self.env._("Shopping Trip ID"),
            'type': self.env._("cXML Type"),
            'version': self.env._("Version of the Addon"),
        }

    def _event_name(self):
        """Give the event in the words of the user's language.

        :rtype: str
        """
        return dict(self._fields['event']._description_selection(self.env))[self.event]

    # === APPEND-ONLY === #

    @api.model_create_multi
    def create(self, vals_list):
        """Block rows that our own code does not add."""
        self.browse().check_access('create')
        if not is_recording():
            raise UserError(self.env._("Only the steps of an Amazon order can add to its history."))
        return super().create(vals_list)

    # pylint: disable-next=method-required-super  # nothing is ever written
    def write(self, vals):
        """Block every change, also in superuser mode."""
        self.check_access('write')
        raise UserError(self.env._("The history of Amazon orders can't be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """Block every deletion, also in superuser mode."""
        raise UserError(self.env._("The history of Amazon orders can't be deleted."))

    # === ADDING === #

    @api.model
    def _append(self, entries):
        """Add events to the histories of orders, in this transaction.

        :param list[dict] entries: of each event its `order`, `event` and `details`; optionally the `document` that it
            is about, and `moment`, `user` and `address` where they are not those of the running request
        :return: the new rows, in superuser mode
        """
        trail_sudo = self.sudo()  # no user may write a history directly
        heads = self._heads({entry['order'].id for entry in entries})
        vals_list = []
        for entry in entries:
            order_sudo = entry['order'].sudo()
            sequence, previous = heads.get(order_sudo.id, (0, START))
            if not sequence and entry['event'] not in FIRST_EVENTS:
                begun = {'order': order_sudo, 'event': 'begun', 'details': self._prepare_begun_details(order_sudo)}
                vals_list.append(self._prepare_row(begun, 1, START))
                sequence, previous = 1, vals_list[-1]['hash']
            vals_list.append(self._prepare_row(entry, sequence + 1, previous))
            heads[order_sudo.id] = (sequence + 1, vals_list[-1]['hash'])
        with recording(), stored_once("An event of an order"):
            return trail_sudo.create(vals_list)

    @api.model
    def _heads(self, order_ids):
        """Find the last row of each history.

        :param order_ids: ids of orders
        :return: its sequence and hash, by the id of the order
        :rtype: dict[int, tuple[int, str]]
        """
        return {res_id: (sequence, head) for res_id, sequence, head in self.env.execute_query(SQL(
            """
            SELECT DISTINCT ON (res_id) res_id, sequence, hash
              FROM amazon_punchout_trail
             WHERE res_id = ANY(%s)
          ORDER BY res_id, sequence DESC
            """, list(order_ids)))}

    @api.model
    def _prepare_begun_details(self, order_sudo):
        """Describe an order that is older than its history."""
        return {
            'version': Manifest.for_addon('amazon_punchout')['version'],
            'state': order_sudo.state, 'amazon_state': order_sudo.amazon_state}

    @api.model
    def _prepare_row(self, entry, sequence, previous_hash):
        """Prepare the values of a row.

        :param dict entry: see :meth:`_append`
        :param int sequence: its place in the history
        :param str previous_hash: of the row before
        :rtype: dict
        """
        order_sudo = entry['order'].sudo()
        document_sudo = (entry.get('document') or self.env['amazon.punchout.document']).sudo()
        user_sudo = entry.get('user', self.env.user).sudo()
        vals = {
            'res_id': order_sudo.id,
            'order_name': order_sudo.name,
            'company_id': order_sudo.company_id.id,
            'sequence': sequence,
            'moment': entry.get('moment') or datetime.now(timezone.utc).replace(tzinfo=None),
            'user_id': user_sudo.id,
            'user_name': f'{user_sudo.name} ({user_sudo.login})' if user_sudo else False,
            'address': entry['address'] if 'address' in entry else remote_address(),
            'event': entry['event'],
            'details': canonical({
                name: value[:LONGEST_DETAIL] if isinstance(value, str) else value
                for name, value in entry['details'].items() if value not in (None, False, '')}),
            'document_id': document_sudo.id,
            'payload_id': document_sudo.payload_id,
            'body_hash': document_sudo.body_hash,
            'previous_hash': previous_hash,
        }
        vals['hash'] = row_hash(self._prepare_hashed(vals))
        return vals

    @api.model
    def _prepare_hashed(self, values):
        """Give the values of a row as its hash covers them.

        :param dict values: as they are written, or as PostgreSQL returns them
        :return: strings and whole numbers; what is empty is None
        :rtype: dict
        """
        hashed = {name: values[name] or None for name in HASHED}
        hashed['moment'] = values['moment'].isoformat(timespec='microseconds') + 'Z'
        return hashed
