from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ... import cxml
from ...tools.expired import ContentExpired
from ...tools.hash_chain import body_hash
from ...tools.said import say_day

# No one waits for a document in one of these, and no button needs its content.
FINISHED = ('sent', 'refused', 'cancelled', 'failed', 'processed', 'dismissed')
# How many contents expire in one transaction.
BATCH = 200


class AmazonPunchoutDocumentRetention(models.Model):
    """The end of contents that are no longer to be kept.

    Hash, payloadID, states and chatter of the document stay, and the history of its order notes the expiry.
    """
    _inherit = 'amazon.punchout.document'

    body_expired_at = fields.Datetime("Content Expired On", copy=False, readonly=True)
    content_digest = fields.Char(copy=False, readonly=True, exportable=False)

    # === WITHOUT CONTENT === #

    def _get_body(self):
        """Override to say that the content has expired.

        :raises ContentExpired: it has
        """
        if self.body_expired_at:
            raise ContentExpired(self.env._(
                "The content of “%(document)s” expired on %(date)s, so this is no longer possible. Amazon "
                "administrators set for how long contents are kept under Amazon Business > Configuration > Retention.",
                document=self.display_name, date=say_day(self.env, self.body_expired_at)))
        return super()._get_body()

    def _content_digest(self):
        """Give the digest that tells a repetition from another document, also after the content has expired.

        :rtype: str | bool
        """
        self.ensure_one()
        return self.content_digest if self.body_expired_at else cxml.content_digest(self._get_body())

    # === EXPIRY === #

    @api.autovacuum
    def _expire_contents(self):
        """Delete contents whose time is over, some of them at once.

        :return: how many were deleted, and whether there are more
        :rtype: tuple[int, bool]
        """
        documents_sudo, done, room = self.sudo(), 0, BATCH
        retention = self.env['amazon.punchout.retention']
        kinds = retention._prepare_kinds()
        # pylint: disable-next=no-search-all  # each company has periods of its own
        for company in documents_sudo.env['res.company'].search([]):
            for kind, days in retention._days(company).items():
                if not days or not room:
                    continue
                old_sudo = documents_sudo.search(
                    self._prepare_old_domain(company, days) + kinds[kind], limit=room, order='id')
                room -= len(old_sudo)
                free_sudo = old_sudo.try_lock_for_update(allow_referencing=True)
                free_sudo._expire(days)
                done += len(free_sudo)
        return done, bool(done) and not room

    @api.model
    def _prepare_old_domain(self, company, days):
        """Search for finished documents whose content is older than a period.

        Those of an order expire only once nothing more of it is expected: what Amazon confirms later is applied
        together with what it confirmed before.

        :param company: a `res.company`
        :param int days: the period
        :rtype: list
        """
        limit = fields.Datetime.now() - timedelta(days=days)
        kept = ['|', ('create_date', '>=', limit), ('state', 'not in', FINISHED)]
        shared_sudo = self.sudo().search([('other_order_ids', '!=', False), *kept])
        finished = Domain([
            ('id', 'not in', shared_sudo.other_order_ids.ids), ('amazon_document_ids', 'not any', kept),
            '|', ('state', '=', 'cancel'),
            '&', ('invoice_status', '=', 'invoiced'), ('receipt_status', 'in', (False, 'full')),
        ])
        return [
            ('company_id', '=', company.id), ('body', '!=', False), ('body_expired_at', '=', False),
            ('state', 'in', FINISHED), ('to_tell', '=', False), ('create_date', '<', limit),
            '|', ('purchase_order_id', '=', False), ('purchase_order_id', 'any', finished),
            ('other_order_ids', 'not any', ~finished),
        ]

    def _expire(self, days):
        """Delete the contents of these documents.

        :param int days: for how long they were kept
        """
        for document in self:
            body = document._stored_body()
            orders = document._orders() or document.session_id.purchase_order_id
            document.write({
                'content_digest': document._try_content_digest(body),
                'body_hash': document.body_hash or body_hash(body),
                'body': False,
                'body_expired_at': fields.Datetime.now(),
                # Without an order, nobody needs to know from where it came.
                'remote_address': document.remote_address if orders else False,
            })
            orders._amazon_record('expired', document=document, type=document.document_type, kept_days=days)

    def _try_content_digest(self, body):
        """Compute the digest of a content.

        :param bytes body: the content
        :return: False if it can't be read
        :rtype: str | bool
        """
        try:
            return cxml.content_digest(body)
        except cxml.CxmlError:
            return False
