import logging

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.misc import split_every

from ...tools.hash_chain import START, body_hash, row_hash

# How many orders are checked at once: their documents are in memory meanwhile.
BATCH = 50
# So often the log says how far the check of all histories is.
TOLD = 1000

_logger = logging.getLogger(__name__)


class AmazonPunchoutTrailCheck(models.Model):
    """Finding out whether histories and the documents that they name are as they were written."""
    _inherit = 'amazon.punchout.trail'

    @api.model
    def _find_breaks(self, order_ids, heads=None):
        """Check the histories of orders.

        :param order_ids: ids of orders; each needs no longer exist
        :param dict heads: what was exported before: the sequence and hash of a row, by the id of the order
        :return: a sentence for each break, by the id of the order; orders without any are left out
        :rtype: dict[int, list[str]]
        """
        order_ids = sorted(set(order_ids))
        rows_by_order = {order_id: [] for order_id in order_ids}
        for row in self._rows(order_ids):
            rows_by_order[row['res_id']].append(row)
        documents = self._checked_documents(order_ids, rows_by_order)
        breaks = {}
        for order_id, rows in rows_by_order.items():
            sentences = self._find_row_breaks(rows)
            if heads and order_id in heads:
                sentences += self._find_head_breaks(rows, *heads[order_id])
            sentences += self._find_document_breaks(rows, documents)
            if sentences:
                breaks[order_id] = list(dict.fromkeys(sentences))
        return breaks

    @api.model
    def _find_all_breaks(self, heads=None):
        """Check all histories, a few at a time.

        :param dict heads: as for :meth:`_find_breaks`
        :return: pairs of an order's number and its breaks
        :rtype: Iterator[tuple[str, list[str]]]
        """
        names = dict(self.env.execute_query(SQL(
            "SELECT res_id, max(order_name) FROM amazon_punchout_trail GROUP BY res_id")))
        all_ids = sorted({*names, *(heads or ())})
        for number, order_ids in enumerate(split_every(BATCH, all_ids), start=1):
            for order_id, sentences in self._find_breaks(order_ids, heads).items():
                yield names.get(order_id, str(order_id)), sentences
            self.env.invalidate_all()
            if number * BATCH % TOLD == 0:
                _logger.info("%s of %s histories are checked", min(number * BATCH, len(all_ids)), len(all_ids))

    @api.model
    def _rows(self, order_ids):
        """Read rows as PostgreSQL has them.

        :rtype: list[dict]
        """
        self.env.cr.execute(SQL(
            "SELECT * FROM amazon_punchout_trail WHERE res_id = ANY(%s) ORDER BY res_id, sequence", list(order_ids)))
        return self.env.cr.dictfetchall()

    @api.model
    def _find_row_breaks(self, rows):
        """Check the rows of one history: none was changed, none is missing before the last.

        :param list[dict] rows: in their order
        :rtype: list[str]
        """
        sentences, expected, previous = [], 1, START
        for row in rows:
            number = row['sequence']
            if number > expected:
                sentences.append(self.env._(
                    "Rows %(first)s to %(last)s are missing.", first=expected, last=number - 1)
                    if number - 1 > expected else self.env._("Row %s is missing.", expected))
            elif (row['previous_hash'] or START) != previous:
                sentences.append(self.env._("Row %s does not follow the row before it.", number))
            if row_hash(self._prepare_hashed(row)) != row['hash']:
                sentences.append(self.env._("Row %(number)s (%(event)s) was changed.", number=number,
                                            event=row['event']))
            expected, previous = number + 1, row['hash']
        return sentences

    @api.model
    def _find_head_breaks(self, rows, sequence, head):
        """Compare a history with a head that was exported before.

        :param list[dict] rows: of the history
        :param int sequence: of the row that was the last one then
        :param str head: the hash of that row
        :rtype: list[str]
        """
        found = next((row for row in rows if row['sequence'] == sequence), None)
        if not found:
            return [self.env._("Row %s is missing. It was the last row when the hashes were exported.", sequence)]
        if found['hash'] != head:
            return [self.env._("The history up to row %s has changed since the hashes were exported.", sequence)]
        return []

    @api.model
    def _checked_documents(self, order_ids, rows_by_order):
        """Read the documents that the rows name.

        :return: the payloadID, the hash of its content (None without content) and whether that has expired, by the id
            of the document
        :rtype: dict[int, tuple[str, str | None, bool]]
        """
        named = {row['document_id'] for rows in rows_by_order.values() for row in rows if row['document_id']}
        documents_sudo = self.env['amazon.punchout.document'].sudo().search([
            '|', ('id', 'in', list(named)), ('purchase_order_id', 'in', order_ids)])
        expired = {document_id for document_id, in self.env.execute_query(SQL(
            "SELECT document_id FROM amazon_punchout_trail WHERE event = 'expired' AND document_id = ANY(%s)",
            documents_sudo.ids))}
        documents_sudo = documents_sudo.with_context(bin_size=False)
        documents_sudo.fetch(['body'])  # at once, since all are needed
        return {document.id: (document.payload_id, self._content_hash(document), document.id in expired)
                for document in documents_sudo}

    @api.model
    def _content_hash(self, document_sudo):
        """Compute the hash of what is stored of a document.

        :return: None without content, and the hash of nothing if it can't be unpacked
        :rtype: str | None
        """
        try:
            return body_hash(document_sudo._stored_body()) if document_sudo.body else None
        except ValueError:
            return body_hash(b'')

    @api.model
    def _find_document_breaks(self, rows, documents):
        """Check that the documents that a history names are as they were when it was written.

        :param list[dict] rows: of the history
        :param dict documents: of :meth:`_checked_documents`
        :rtype: list[str]
        """
        sentences = []
        for row in rows:
            if not row['document_id'] or not row['body_hash']:
                continue
            payload_id, content, is_expired = documents.get(row['document_id'], (row['payload_id'], None, False))
            if row['document_id'] not in documents:
                sentences.append(self.env._("The document %s was deleted.", payload_id))
            elif content is None and not is_expired:
                sentences.append(self.env._(
                    "The content of the document %s is missing, but did not expire.", payload_id))
            elif content is not None and content != row['body_hash']:
                sentences.append(self.env._("The content of the document %s was changed.", payload_id))
        return sentences

    # === HEADS === #

    @api.model
    def _count_added(self, heads):
        """Count the rows that were added since heads were exported, also those of new histories.

        :param dict heads: as for :meth:`_find_breaks`
        :rtype: int
        """
        return sum(
            max(head['sequence'] - heads.get(head['order'], (0, None))[0], 0) for head in self._export_heads())

    @api.model
    def _export_heads(self):
        """Give the last row of each history, to be kept outside of the database.

        :rtype: list[dict]
        """
        return [
            {'order': order_id, 'number': name, 'sequence': sequence, 'hash': head}
            for order_id, name, sequence, head in self.env.execute_query(SQL(
                """
                SELECT DISTINCT ON (res_id) res_id, order_name, sequence, hash
                  FROM amazon_punchout_trail
              ORDER BY res_id, sequence DESC
                """))]
