from datetime import timedelta

from odoo import api, fields, models

# How many trips are deleted in one transaction.
BATCH = 200


class AmazonPunchoutSessionRetention(models.Model):
    """The end of trips that came to nothing: who shopped for what is personal data."""
    _inherit = 'amazon.punchout.session'

    @api.autovacuum
    def _delete_old_trips(self):
        """Delete trips without an order once the contents of their documents have expired.

        Their documents, which say who shopped, go with them. Those that the history of a deleted order names stay,
        without contents.

        :return: how many were deleted, and whether there are more
        :rtype: tuple[int, bool]
        """
        sessions_sudo, done, room = self.sudo(), 0, BATCH
        # pylint: disable-next=no-search-all  # each company has periods of its own
        for company in sessions_sudo.env['res.company'].search([]):
            days = self.env['amazon.punchout.retention']._days(company)['trips']
            if not days or not room:
                continue
            old_sudo = sessions_sudo.search([
                ('company_id', '=', company.id), ('state', 'in', ('left', 'expired', 'failed', 'done')),
                ('purchase_order_id', '=', False), ('create_date', '<', fields.Datetime.now() - timedelta(days=days)),
                ('document_ids', 'not any', [('body', '!=', False)]),
            ], limit=room, order='id')
            ordered_sudo = self.env['purchase.order'].sudo().search([('amazon_session_id', 'in', old_sudo.ids)])
            room -= len(old_sudo)
            free_sudo = (old_sudo - ordered_sudo.amazon_session_id).try_lock_for_update()
            done += len(free_sudo)
            documents_sudo = free_sudo.document_ids
            kept_sudo = self.env['amazon.punchout.trail'].sudo().search(
                [('document_id', 'in', documents_sudo.ids)]).document_id
            (documents_sudo - kept_sudo).unlink()
            free_sudo.unlink()
        return done, bool(done) and not room
