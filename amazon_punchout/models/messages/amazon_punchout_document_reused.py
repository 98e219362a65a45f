import hashlib
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import cxml

_logger = logging.getLogger(__name__)

# How many documents of one payloadID are kept, beside the first: a sender that numbers wrongly must not fill the
# database, nor the activities of the person who is notified of each.
MOST_KEPT = 10


class AmazonPunchoutDocumentReused(models.Model):
    """Documents whose payloadID came before with other content.

    By the standard a payloadID is never used twice, so one of the two is a mistake. Only a person can tell which.
    """
    _inherit = 'amazon.punchout.document'

    reuses_document_id = fields.Many2one(
        'amazon.punchout.document', "Same Payload ID As", readonly=True, index='btree_not_null', ondelete='set null',
        help="The document that had the payload ID of this one before, with other content.")

    @api.model
    def _find_received(self, groups, payload_id):
        """Find what came before with a payloadID, authenticated for groups that share credentials with these.

        :param groups: the `amazon.punchout.group` records whose secret the message in hand had
        :param str payload_id: as it is stored
        :return: documents, the oldest first
        """
        # The payloadID is searched alone first: a hit is rare, and only then the groups need to be compared.
        known = self.search([('account_group_id', '!=', False), ('payload_id', '=', payload_id)], order='id')
        if not known:
            return known
        credential_groups = groups._with_shared_credentials()
        return known.filtered(lambda document: document.account_group_id in credential_groups)

    def _prepare_reused_vals(self, groups, payload_id, body):
        """Prepare the values by which a message with a payloadID of these documents is stored beside them.

        :param groups: as for :meth:`_find_received`
        :param str payload_id: of the message
        :param bytes body: the message as it is stored
        :return: a document and None if the message is not to be stored: it says what this document says, or too many
            have its payloadID; else None and the values
        :rtype: tuple
        """
        content = cxml.content_digest(body)
        for known in self:
            if known._content_digest() == content:
                return known, None
        # Like that of a message without payloadID: the same content again is found by it.
        digest = hashlib.sha256(f'{payload_id} {content}'.encode()).hexdigest()
        vals = {'payload_id': f'sha256:{digest}', 'reuses_document_id': self[0].id}
        if same := self._find_received(groups, vals['payload_id'])[:1]:
            return same, None
        if self[0]._count_reused() >= MOST_KEPT:
            _logger.warning(
                "Not stored: the payload ID %s came with other content more than %s times", payload_id, MOST_KEPT)
            return self[0], None
        return None, vals

    def _count_reused(self):
        self.ensure_one()
        return self.search_count([('reuses_document_id', '=', self.id)])

    def _run_step(self):
        """Override to leave a document with the payloadID of another one to a person, who may press Retry."""
        first = self.reuses_document_id
        if not first or self.reason:  # who presses Retry has read the reason
            return super()._run_step()
        values = {'payload_id': first.payload_id, 'first': first.display_name}
        if first._count_reused() < MOST_KEPT:
            raise UserError(self._(
                "Amazon sent two different documents with the payload ID %(payload_id)s: first “%(first)s”, then this "
                "one. Nothing was changed. Compare them. To process this one as well, press Retry; otherwise, press "
                "Dismiss.", **values))
        raise UserError(self._(
            "Amazon sent many different documents with the payload ID %(payload_id)s: first “%(first)s”, then others "
            "and this one; no further ones are kept. Nothing was changed. Compare them. To process this one as well, "
            "press Retry; otherwise, press Dismiss. Report the payload ID to Amazon Business support.", **values))
