import csv
import io
import json
import zipfile

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime, html2plaintext

from ...const import BODY_READERS, HISTORY_PATH, HISTORY_READERS, TRACKING
from ...tools.safe_names import cell, file_name
from ...tools.sentences import ENGLISH


class PurchaseOrderHistory(models.Model):
    """The history of an order for people: on screen, as a zip for auditors, and checked."""
    _inherit = 'purchase.order'

    # === WHO === #

    def _amazon_check_history_reader(self):
        """Check that the user may read the history of this order.

        :raises AccessError: the user may not
        :raises UserError: it is no Amazon order
        """
        self.ensure_one()
        self.check_access('read')
        if not self.env.user.has_groups(HISTORY_READERS):
            raise AccessError(self.env._(
                "Only Amazon administrators, purchase managers, accountants and auditors can read the history of an "
                "Amazon order."))
        if not self.amazon_session_id:
            raise UserError(self.env._("Order %s did not come from an Amazon cart.", self.name))

    # === ACTIONS === #

    def action_amazon_history(self):
        """Open the history of this order.

        :rtype: dict
        """
        self._amazon_check_history_reader()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("History of %s", self.name),
            'res_model': 'amazon.punchout.trail',
            'views': [(False, 'list'), (False, 'kanban'), (False, 'form')],
            'mobile_view_mode': 'kanban',
            'domain': [('res_id', '=', self.id)],
        }

    def action_amazon_download_history(self):
        """Download the history of this order as a zip file.

        :rtype: dict
        """
        self._amazon_check_history_reader()
        return {'type': 'ir.actions.act_url', 'url': f'{HISTORY_PATH}/{self.id}', 'target': 'download'}

    def action_amazon_check_history(self):
        """Check whether the history and the documents of this order are as they were written.

        :return: a notification with each break
        :rtype: dict
        """
        self._amazon_check_history_reader()
        if not self.env.user.has_group('amazon_punchout.group_administrator'):
            raise AccessError(self.env._("Only Amazon administrators can check the history of an Amazon order."))
        breaks = self._amazon_history_breaks()
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'title': self.env._("History of %s", self.name),
                'message': "\n".join(breaks) or self.env._(
                    "The history and its documents are unchanged, and no row before the last is missing."),
                'type': 'danger' if breaks else 'success',
                'sticky': True,
            },
        }

    def _amazon_history_breaks(self):
        """Check the history of this order.

        :return: a sentence for each break
        :rtype: list[str]
        """
        self.ensure_one()
        return self.env['amazon.punchout.trail']._find_breaks(self.ids).get(self.id, [])

    # === THE ZIP === #

    def _amazon_history_zip(self):
        """Pack the history of this order, with all that the user may read of it.

        :return: the name of the file and its content
        :rtype: tuple[str, bytes]
        :raises AccessError: the user may not read the history
        """
        self._amazon_check_history_reader()
        rows = self.env['amazon.punchout.trail'].search([('res_id', '=', self.id)], order='sequence')
        documents = self._amazon_history_documents(rows)
        breaks = self._amazon_history_breaks()
        files = {
            'history.csv': self._amazon_history_csv(rows),
            'history.html': self._amazon_history_html(rows, documents, breaks),
            'chatter.txt': self._amazon_history_chatter(),
            'chain.json': json.dumps(self._amazon_history_chain(), indent=1, ensure_ascii=False),
            'README.txt': self._amazon_history_readme(breaks),
            **{each['file']: each['content'] for each in documents if each['file']},
        }
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, 'w', zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return f'{file_name(self.name)}-history.zip', buffer.getvalue()

    def _amazon_history_documents(self, rows):
        """List the documents of this order, with the content of those that the user may read.

        :param rows: the `amazon.punchout.trail` records
        :return: of each: the record in superuser mode, the name of its file if there is one, and its content
        :rtype: list[dict]
        """
        # That a document exists stands in the history anyway.
        order_sudo, rows_sudo = self.sudo(), rows.sudo()
        all_sudo = (rows_sudo.document_id | order_sudo.amazon_document_ids
                    | order_sudo.amazon_session_id.document_ids).sorted('id')
        documents = all_sudo.sudo(False)
        may_read = documents.browse().has_access('read') and self.env.user.has_groups(BODY_READERS)
        readable = documents._filtered_access('read') if may_read else documents.browse()
        listed = []
        for number, document_sudo in enumerate(all_sudo, start=1):
            content = document_sudo._stored_body() if document_sudo.id in readable.ids else b''
            suffix = 'json' if document_sudo.document_type == TRACKING else 'xml'
            names = '-'.join((file_name(document_sudo.document_type), file_name(document_sudo.payload_id)))
            listed.append({
                'document': document_sudo, 'content': content, 'is_readable': document_sudo.id in readable.ids,
                'file': content and f'documents/{number:02d}-{names}.{suffix}',
            })
        return listed

    def _amazon_history_csv(self, rows):
        """Write the history as a table.

        :rtype: str
        """
        table = io.StringIO()
        writer = csv.writer(table)
        zone = self.env.user.tz or 'UTC'
        writer.writerow(map(cell, (
            self.env._("No."), self.env._("Date (UTC)"), self.env._("Date (%s)", zone), self.env._("User"),
            self.env._("Network Address"), self.env._("Event"), self.env._("Details"), self.env._("Payload ID"),
            self.env._("Content Hash"), self.env._("Hash"))))
        for row in rows:
            writer.writerow(map(cell, (
                row.sequence, row.moment.isoformat(sep=' ', timespec='seconds'), self._amazon_local_time(row.moment),
                row.user_name, row.address, row._event_name(), row.details_text, row.payload_id, row.body_hash,
                row.hash)))
        return '\N{BOM}' + table.getvalue()

    def _amazon_local_time(self, moment):
        """Write a moment in the user's time zone.

        :param datetime moment: naive, in UTC
        :rtype: str
        """
        return format_datetime(
            self.env, moment, tz=self.env.user.tz or 'UTC', dt_format='yyyy-MM-dd HH:mm:ss', lang_code='en_US')

    def _amazon_history_html(self, rows, documents, breaks):
        """Write the history for people, on one page that prints well and needs nothing else.

        :param list documents: of :meth:`_amazon_history_documents`
        :param list[str] breaks: of :meth:`_amazon_history_breaks`
        :rtype: str
        """
        zone, lang = self.env.user.tz or 'UTC', self.env.lang or ENGLISH
        made = self.env._("Made on %(moment)s UTC by %(user)s.", moment=self.env.cr.now().replace(microsecond=0),
                          user=self.env.user.name)
        times = self.env._("Times are in UTC.") if zone == 'UTC' else self.env._(
            "Times are in UTC, and in %s below.", zone)
        return '<!DOCTYPE html>\n' + str(self.env['ir.qweb']._render('amazon_punchout.history_page', {
            'order': self, 'rows': rows, 'documents': documents, 'breaks': breaks,
            'local_time': self._amazon_local_time, 'zone': zone, 'page_lang': lang,
            'direction': self.env['res.lang']._get_data(code=lang).direction,
            'title': self.env._("History of %s", self.name), 'made': f"{made} {times}",
        }))

    def _amazon_history_chatter(self):
        """Write what the user may read of the chatter as text, the oldest message first.

        :rtype: str
        """
        parts = []
        for message in self.message_ids._filtered_access('read').sorted('id'):
            changes = [
                f"{value['fieldInfo']['changedField']}: {value['oldValue']} → {value['newValue']}"
                for value in message.sudo().tracking_value_ids._filter_has_field_access(
                    self.env)._tracking_value_format()]
            text = "\n".join(filter(None, [html2plaintext(message.body or ""), *changes]))
            author = message.author_id.sudo().name or message.email_from or ""
            parts.append(f"{message.date} UTC, {author}\n{text}\n")
        return "\n".join(parts)

    def _amazon_history_chain(self):
        """Give the rows as their hashes cover them, and the hashes.

        :rtype: list[dict]
        """
        trail_sudo = self.env['amazon.punchout.trail'].sudo()  # as stored; the rights were checked
        return [{**trail_sudo._prepare_hashed(row), 'hash': row['hash']} for row in trail_sudo._rows(self.ids)]

    def _amazon_history_readme(self, breaks):
        """Say what is in the zip, and how anybody can check the chain.

        :param list[str] breaks: of :meth:`_amazon_history_breaks`
        :rtype: str
        """
        found = "\n".join(f"  {sentence}" for sentence in breaks or [
            self.env._("It is unchanged, and no row before the last is missing.")])
        return README.format(order=self.name, database=self.env.cr.dbname, found=found)


# English only: it is about formats, and auditors pass it on.
README = '''\
History of purchase order {order}, database {database}

history.html   the history to read and to print
history.csv    the same as a table
chatter.txt    the messages on the order, as far as the user who downloaded this may read them
documents/     the cXML documents as they are stored: without shared secrets and BuyerCookies. A document is missing
               if its content has expired or the user may not read it; history.html says which.
chain.json     the rows of the history as they are hashed

When this file was made, Odoo checked the history:
{found}

How to check it yourself

Each row of chain.json has a "hash": the SHA-256 of all its other values, written as JSON with sorted keys, without
spaces, in UTF-8. "previous_hash" is the hash of the row before; the first row has none. "body_hash" is the SHA-256 of a
document as it was stored: of its file in documents/.

import hashlib, json
previous = None
for row in json.load(open('chain.json', encoding='utf-8')):
    stated = row.pop('hash')
    text = json.dumps(row, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == stated, row['sequence']
    assert row['previous_hash'] == previous, row['sequence']
    previous = stated
print('unchanged; the head is', previous)

The chain shows a row that was changed or taken out of the middle. The owner of the database could write a whole chain
anew or remove its last rows. That shows only if the head was kept elsewhere before: the command
odoo amazon_punchout_audit --heads FILE exports the heads of all orders, and --against FILE compares with them.
'''
