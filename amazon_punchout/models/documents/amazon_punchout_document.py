import base64
from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import cxml
from ...const import BODY_READERS, HISTORY_READERS, TRACKING, UNREADABLE
from ...tools.doubt import MessageFacts
from ...tools.durable import make_durable
from ...tools.found_first import found_first
from ...tools.hash_chain import body_hash
from ...tools.packed import Body
from ...tools.remote import remote_address
from ...tools.said import say_moment
from ...tools.sentences import Reason, sentence
from ...tools.shown_text import shown_text
from ...tools.voice import speaker


class AmazonPunchoutDocument(models.Model):
    """A cXML document that was sent to Amazon or received from it."""
    _name = 'amazon.punchout.document'
    _description = "Amazon cXML Document"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'amazon.punchout.screen']
    _order = 'id desc'
    _rec_name = 'payload_id'
    _ = sentence

    direction = fields.Selection([('out', "To Amazon"), ('in', "From Amazon")], required=True, readonly=True)
    document_type = fields.Char("cXML Type", required=True, readonly=True, index=True)
    type_name = fields.Char(
        "Document", compute='_compute_type_name', search='_search_type_name', help="The kind of document, in words.")
    payload_id = fields.Char("Payload ID", readonly=True, index='btree_not_null')
    group_id = fields.Many2one(
        'amazon.punchout.group', "Amazon Group", required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='group_id.company_id', store=True, precompute=True, index=True)
    session_id = fields.Many2one(
        'amazon.punchout.session', "Shopping Trip", readonly=True, index='btree_not_null', ondelete='set null')
    purchase_order_id = fields.Many2one(
        'purchase.order', "Order", readonly=True, index='btree_not_null', ondelete='set null')
    other_order_ids = fields.Many2many(
        'purchase.order', 'amazon_punchout_document_other_order_rel', 'document_id', 'order_id', copy=False,
        string="Other Orders", readonly=True, help="The other orders of a ship notice or an invoice about several.")
    deployment_mode = fields.Selection(
        [('test', "Test"), ('production', "Live")], "Mode", required=True, readonly=True)
    state = fields.Selection([
        ('queued', "Queued"),
        ('sending', "Being Sent"),
        ('sent', "Sent"),
        ('refused', "Declined"),
        ('unclear', "Unclear"),
        ('cancelled', "Withdrawn"),
        ('failed', "Failed"),
        ('received', "Received"),
        ('waiting', "Waiting"),
        ('processed', "Processed"),
        ('attention', "Needs Attention"),
        ('dismissed', "Dismissed"),
    ], "Status", required=True, readonly=True, index=True)
    body = Body(
        readonly=True, groups=BODY_READERS,
        help="The document without the shared secret and the BuyerCookie. The secret is added on sending.")
    body_text = fields.Text("Content", compute='_compute_body_text', groups=BODY_READERS)
    body_hash = fields.Char(
        "Content Hash", copy=False, readonly=True, help="The SHA-256 hash of the document as it was stored.")
    remote_address = fields.Char(
        "Network Address", copy=False, readonly=True, groups=HISTORY_READERS,
        help="The address from which the document came.")
    queued_at = fields.Datetime("Queued On", readonly=True)
    tries = fields.Integer(readonly=True)
    last_try_at = fields.Datetime("Last Try", readonly=True)
    next_try_at = fields.Datetime("Next Try", readonly=True)
    has_left = fields.Boolean(
        "At Least Partly Sent", readonly=True,
        help="At least a part of the document was sent, so Amazon may have it.")
    sent_elsewhere = fields.Boolean(
        "Possibly Sent Elsewhere", readonly=True,
        help="Another database may have sent the document, since this one was copied, moved or restored.")
    to_tell = fields.Boolean(
        "Order To Be Updated", readonly=True, help="The outcome of the last try has not reached the order yet.")
    answer_code = fields.Integer(
        readonly=True, help="The cXML status code of the answer, or the HTTP one if there is none.")
    is_answer_unread = fields.Boolean(
        "Answered without cXML", readonly=True,
        help="The document was sent, and the answer was an HTTP error without a cXML document.")
    reason = Reason(readonly=True, help="Why the document is in this state.")
    explanation = fields.Text(compute='_compute_explanation', help="The reason as people see it.")

    # From Amazon
    account_group_id = fields.Many2one(
        'amazon.punchout.group', "Received For", readonly=True, index='btree_not_null', ondelete='restrict',
        help="The group whose shared secret the message contained. The order may belong to another group with the same "
             "secret.")
    account_group_ids = fields.Many2many(
        'amazon.punchout.group', 'amazon_punchout_document_account_rel', 'document_id', 'group_id',
        string="Received For Groups", readonly=True, groups='purchase.group_purchase_user',
        help="All groups whose shared secret the message contained, if there are several.")
    entered_by_id = fields.Many2one(
        'res.users', readonly=True,
        help="The user who entered the document manually because Amazon only sent an e-mail.")
    is_reported = fields.Boolean(
        "From the Reporting API", readonly=True,
        help="Odoo wrote this document from what Amazon's Reporting API states about the order. A message from Amazon "
             "about the same takes its place.")
    lacks_other_half = fields.Boolean(
        "Waiting for Another Document", readonly=True,
        help="The document refers to something that has not arrived yet. It is processed as soon as that arrives.")
    is_applied = fields.Boolean("Applied", readonly=True, help="The document was applied, as far as possible.")
    dismissed_by_id = fields.Many2one('res.users', readonly=True)
    dismissed_at = fields.Datetime("Dismissed On", readonly=True)
    dismiss_reason = Reason("Dismissal Reason", readonly=True)

    # A payloadID is never used twice, and an order has at most one request that is under way or has arrived.
    _payload_id_uniq = models.UniqueIndex(
        "(payload_id) WHERE direction = 'out'", "Another document already has this payload ID.")
    _open_order_request_uniq = models.UniqueIndex(
        "(purchase_order_id) WHERE document_type = 'OrderRequest' "
        "AND state IN ('queued', 'sending', 'unclear', 'sent')",
        "This order has already been handed over to Amazon.")
    # Amazon may send a message any number of times. Other senders must not be able to occupy its payloadIDs.
    _message_uniq = models.UniqueIndex(
        "(account_group_id, payload_id) WHERE account_group_id IS NOT NULL", "This message was already received.")
    _inbox_idx = models.Index("(id) WHERE state IN ('received', 'waiting')")
    _queue_idx = models.Index("(group_id, id) WHERE state IN ('queued', 'sending')")
    _to_tell_idx = models.Index("(id) WHERE to_tell IS TRUE")  # as the ORM writes it
    # Whether a group has sent a test order, of which a live one has few or none.
    _test_order_idx = models.Index("(group_id) WHERE deployment_mode = 'test' AND document_type = 'OrderRequest'")
    # The filter Problems, in the order of the list.
    _problem_idx = models.Index("(id) WHERE state IN ('refused', 'unclear', 'failed', 'attention')")
    # The filter Stored On, and a grouping by it, which counts the index instead of reading the documents.
    _stored_idx = models.Index("(create_date, id) INCLUDE (company_id)")

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Override of `base` to look up first whom or what a text means."""
        return super()._search(found_first(self, domain), *args, **kwargs)

    @api.depends('body')
    def _compute_body_text(self):
        for document in self:
            try:
                document.body_text = shown_text(document._stored_body())
            except ValueError:  # damaged: a person must still be able to open the document
                document.body_text = False

    @api.depends('document_type', 'state', 'answer_code', 'reason')
    @api.depends_context('lang')
    def _compute_explanation(self):
        for document in self:
            document.explanation = self.env._(
                "This database is a neutralized copy. The original database sends the order.",
            ) if document._is_left_to_original() else document.reason

    def _message_compute_author(self, author_id=None, email_from=None):
        """Override of `mail` to have Amazon's vendor speak where no person does."""
        if author_id is None and email_from is None and len(self) == 1:
            author_id, email_from = speaker(self, self.group_id.sudo().partner_id, self.company_id)
        return super()._message_compute_author(author_id, email_from)

    def action_download(self):
        """Download the document as it is stored, for Amazon's support or for a comparison byte by byte.

        :return: an action
        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        ending = 'json' if self.document_type == TRACKING else 'xml'
        name = f'{self.document_type}-{self.id}.{ending}'
        return {
            'type': 'ir.actions.act_url',
            'url': f'/web/content/{self._name}/{self.id}/body/{quote(name)}?download=true',
            'target': 'download',
        }

    def _is_left_to_original(self):
        """Tell whether `neutralize.sql` took the order request out of the queue: the original database sends it.

        :rtype: bool
        """
        return self.document_type == 'OrderRequest' and self.state == 'refused' \
            and not self.answer_code and not self.reason

    @api.model_create_multi
    def create(self, vals_list):
        """Create documents.

        :param list[dict] vals_list: with the bytes of the document as `body`
        """
        # Amazon, the shopper and the approver are told that the document is stored, and nobody says it again.
        make_durable(self.env.cr)
        # Nobody follows a document because it arrived, and its chatter begins with the first decision about it.
        self = self.with_context(tracking_disable=True)
        for vals in vals_list:
            if isinstance(vals.get('body'), bytes):
                vals['body'] = base64.b64encode(vals['body'])
            vals['body_hash'] = bool(vals.get('body')) and body_hash(base64.b64decode(vals['body']))
            vals['remote_address'] = vals.get('direction') == 'in' and remote_address()
        return super().create(vals_list)

    @api.depends('document_type')
    @api.depends_context('lang')
    def _compute_type_name(self):
        names = self._type_names()
        for document in self:
            # Amazon may send kinds that have no name here.
            document.type_name = names.get(document.document_type, document.document_type)

    @api.model
    def _search_type_name(self, operator, value):
        """Find the kinds of documents by their words or by their elements of cXML: they are few, documents many."""
        if operator not in ('ilike', '=', 'in'):
            return NotImplemented
        names = [value] if isinstance(value, str) else list(value)
        is_like = operator == 'ilike'
        found = [
            element for element, words in self._type_names().items() for name in names
            if (name.lower() in f'{words}\n{element}'.lower() if is_like else name in (words, element))]
        return [('document_type', 'in', found + names)]  # a kind that has no words is found by its element

    @api.model
    def _type_names(self):
        """Name the kinds of documents in words; another addon adds its own.

        :return: names by the element of cXML
        :rtype: dict[str, str]
        """
        return {
            'PunchOutSetupRequest': self._("Start of Shopping"),
            'PunchOutOrderMessage': self._("Cart"),
            'OrderRequest': self._("Order"),
            'ConfirmationRequest': self._("Order Confirmation"),
            'ShipNoticeRequest': self._("Ship Notice"),
            'InvoiceDetailRequest': self._("Invoice"),
            UNREADABLE: self._("Unreadable Document"),
        }

    @api.depends('type_name', 'purchase_order_id.name')
    @api.depends_context('lang', 'tz')
    def _compute_display_name(self):
        for document in self:
            order_sudo = document.purchase_order_id.sudo()  # accountants read invoices and need not read orders
            if order_sudo:
                document.display_name = self.env._(
                    "%(order)s: %(document)s", order=order_sudo.name, document=document.type_name)
            elif document.create_date:
                moment = say_moment(self.env, document.create_date)
                document.display_name = self.env._(
                    "%(document)s, %(moment)s", document=document.type_name, moment=moment)
            else:
                document.display_name = document.type_name

    def _get_body(self):
        """Give the document as it is stored, to those who need all of it.

        :rtype: bytes
        """
        return self._stored_body()

    def _stored_body(self):
        """Give what is stored of the document.

        :return: empty without content
        :rtype: bytes
        """
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).body or b'')

    def _state_name(self):
        """Give the state in the words of the user's language.

        :rtype: str
        """
        return dict(self._fields['state']._description_selection(self.env))[self.state]

    def _orders(self):
        """Give all orders that this document is about.

        :return: the `purchase.order` records, in superuser mode
        """
        document_sudo = self.sudo()  # accountants read invoices and need not read orders
        return document_sudo.purchase_order_id | document_sudo.other_order_ids

    def _is_stand_in(self):
        """Tell whether this document stands in for one that Amazon has not sent: its own one takes its place.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.entered_by_id) or self.is_reported

    # === HOOKS === #

    @api.model
    def _message_steps(self):
        """Map the messages from Amazon that are processed to their steps; each room, and another addon, adds its own.

        A step is a method of the document without arguments, which may run any number of times. It returns None, or a
        sentence for a person: then what it did is kept and the document needs attention.

        :return: the names of the methods by the element of cXML
        :rtype: dict[str, str]
        """
        return {}

    def _message_facts(self):
        """Say what this message says, for a person who looks for the order that it is about; each room adds its kinds.

        :rtype: MessageFacts
        """
        self.ensure_one()
        return MessageFacts()

    def _run_step(self):
        """Apply the document.

        :return: None, or a sentence about what could not be done
        :raises OtherHalfMissing: it has to wait
        :raises UserError: it can't be applied, and why
        :raises cxml.CxmlError: it can't be read
        """
        self.ensure_one()
        if step := self._message_steps().get(self.document_type):
            remark = getattr(self, step)()
            self.env.flush_all()
            return remark
        cxml.read_request(self._get_body())
        raise UserError(self._(
            "Amazon sent a document of the type %s, which Odoo does not process. Check whether it matters to you, then "
            "press Dismiss.",
            self.document_type))

    def _awaited_references(self):
        """List what this document names that may have to arrive first; each room adds its kinds.

        :return: payloadIDs and numbers
        :rtype: set[str]
        """
        self.ensure_one()
        try:
            envelope = cxml.read_request(self._get_body())
        except cxml.CxmlError:
            return set()
        return {*envelope.order_payload_ids, *envelope.order_ids}

    def _brought_references(self):
        """List the names of what these documents brought, or are about; each room adds its kinds.

        :return: as :meth:`_awaited_references`
        :rtype: set[str]
        """
        documents_sudo = self.sudo()  # as in `_orders`
        orders_sudo = documents_sudo.purchase_order_id | documents_sudo.other_order_ids
        requests_sudo = orders_sudo.amazon_document_ids.filtered(
            lambda document: document.document_type == 'OrderRequest')
        unassigned = self.filtered(lambda document: not document._orders())
        return {*orders_sudo.mapped('name'), *requests_sudo.mapped('payload_id')}.union(
            *(document._awaited_references() for document in unassigned))

    def _subject_references(self):
        """List the names of all that this document is about or brings; each room adds its kinds.

        No two documents about the same are processed at once.

        :return: as :meth:`_awaited_references`
        :rtype: set[str]
        """
        references = self._awaited_references()
        return references | self._brought_references() if self._orders() else references

    def _wake_waiting(self):
        """Have documents that wait for these tried again."""

    @api.model
    def _wake_scheduled_action(self, xml_id, at=None):
        """Have a scheduled action run.

        An administrator may have deleted it. Documents wait then: none is lost, and no approval fails.

        :param str xml_id: its external id
        :param datetime at: when; by default as soon as this transaction is committed
        """
        if cron_id := self.env['ir.model.data'].sudo()._xmlid_to_res_id(xml_id):
            self.env['ir.cron'].sudo().browse(cron_id)._trigger(at=at)

    @api.model
    def _go_on_at_once(self, xml_id, is_due):
        """Wake a scheduled action whose time is over while something is due.

        Odoo itself would look for it up to a minute later, or not before its next regular time.

        :param str xml_id: its external id
        :param is_due: called without arguments, tells whether something is due
        """
        if not self.env['ir.cron']._commit_progress() and is_due():
            self._wake_scheduled_action(xml_id)
