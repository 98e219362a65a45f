from odoo import fields, models

from ...const import LONGEST_NAME
from ...tools.waiting import LACKING


class AmazonPunchoutDocumentAwaited(models.Model):
    """Documents that wait for their other half: what they wait for, and who wakes them."""
    _inherit = 'amazon.punchout.document'

    awaited_ids = fields.One2many(
        'amazon.punchout.awaited', 'document_id', readonly=True, copy=False,
        groups='amazon_punchout.group_administrator')

    def _keep_awaited(self):
        """Keep what this document waits for. Nothing of ours has a longer name, and no index could hold one."""
        wanted = {reference for reference in self._awaited_references() if len(reference) <= LONGEST_NAME}
        if wanted != set(self.awaited_ids.mapped('reference')):
            self.awaited_ids.unlink()
            self.env['amazon.punchout.awaited'].create([
                {'document_id': self.id, 'reference': reference} for reference in sorted(wanted)])

    # === WAKING === #

    def _find_waiting(self):
        """Find the messages that wait for something that these documents may have brought.

        As long as the order of a message is unknown, it belongs to the group whose secret it had.

        :return: the documents, the oldest first
        """
        references = self._brought_references()
        if not references:
            return self.browse()
        groups = self._credential_groups()
        return self.sudo().search([  # whoever approves or bills may not read what waits for that
            *LACKING, ('direction', '=', 'in'), ('awaited_ids', 'any', [('reference', 'in', list(references))]),
            '|', ('group_id', 'in', groups.ids), ('account_group_ids', 'in', groups.ids)], order='id')

    def _wake_waiting(self):
        """Override to try messages again that wait for these: Amazon may write about an order too early."""
        super()._wake_waiting()
        if waiting := self._find_waiting():
            waiting.next_try_at = fields.Datetime.now()
            self._wake_processing()
