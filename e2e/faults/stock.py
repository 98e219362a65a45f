"""The orders, carts and messages that the rounds of `bin/test faults` use up."""
import contextlib
import os
import re
import runpy
import time
import zlib

from lab import paths

from .connection import connect

# What no order and no message had before.
NUMBERS = iter(range(1, 10 ** 9))
# As a file, since Odoo isn't imported here.
WORDS = runpy.run_path(str(paths.ROOT / paths.ADDON / 'tools' / 'packed_words.py'))['WORDS_1']


class Stock:
    """What is there to be sent, returned and received; the `Driver` makes it by its processes."""

    def stock(self):
        """Remember which orders and carts are there to be used.

        :rtype: tuple
        """
        return list(self._pool), list(self._sent), list(self._trips), self._message

    def restock(self, stock):
        """Use these orders and carts from now on.

        :param tuple stock: of :meth:`stock`
        """
        self._pool, self._sent, self._trips, self._message = stock

    def approved(self, count):
        """Give approved orders that wait to be sent and that no supplier has ever seen, in the order of the queue.

        They were shopped and approved once, and get a number and a payloadID of their own each time, since making an
        order takes much longer than sending it.

        :rtype: list[str]
        """
        while len(self._pool) < max(count, self.pool_size):
            # Several at once, since it takes long; one that meets a conflict ends early.
            makers = [self.start('make_orders', arguments={'count': 20}) for _each in range(min(count // 20 + 1, 4))]
            for maker in makers:
                maker.wait()
                maker.end()
            self._pool += [order_id for (order_id,) in self.rows(
                """UPDATE amazon_punchout_document SET state = 'cancelled'
                    WHERE state = 'queued' AND document_type = 'OrderRequest' AND purchase_order_id IN (
                          SELECT id FROM purchase_order WHERE name NOT LIKE 'F%%')
                RETURNING purchase_order_id""")]
        taken, rest = sorted(self._pool[:count]), self._pool[count:]
        with contextlib.closing(connect(self.name)) as connection:
            connection.autocommit = False
            with connection.cursor() as cursor:
                names = [_renew(cursor, order_id, next(self.groups)) for order_id in taken]
            connection.commit()
        self._pool = rest + taken
        return names

    def make_due(self):
        """Let the time pass until the next try."""
        self.rows("UPDATE amazon_punchout_document SET next_try_at = NULL WHERE state = 'queued'")
        self.end_rests()

    def end_rests(self):
        """Let the time pass for which groups rest that did not answer."""
        self.rows("UPDATE amazon_punchout_outbox SET rests_until = NULL, failures = 0")

    def waiting_unnoticed(self, names):
        """List the orders that Amazon does not have and about which nobody was notified, nor about their group.

        :rtype: list[str]
        """
        return [name for (name,) in self.rows(
            """SELECT name FROM purchase_order
                WHERE name = ANY(%s) AND amazon_state != 'sent' AND NOT EXISTS (
                      SELECT FROM mail_activity
                       WHERE active AND (
                             (res_model = 'purchase.order' AND res_id = purchase_order.id)
                          OR (res_model = 'amazon.punchout.group' AND res_id = purchase_order.amazon_group_id)))""",
            list(names))]

    def needs_a_person(self, payload_id):
        """Tell whether a message could not be applied and somebody was notified.

        :rtype: bool
        """
        return bool(self.rows(
            """SELECT 1 FROM amazon_punchout_document document
                 JOIN mail_activity ON mail_activity.res_model = 'amazon.punchout.document'
                  AND mail_activity.res_id = document.id AND mail_activity.active
                WHERE document.payload_id = %s AND document.state = 'attention'""", payload_id))

    def sent_orders(self, count):
        """Give ids of orders that Amazon has and has not written about."""
        if len(self._sent) < count:
            made = self.do('make_orders', count=max(20, count))
            self.send_all()
            self._sent += [order_id for order_id, _name in made]
        taken, self._sent = self._sent[:count], self._sent[count:]
        return taken

    def trips(self, count):
        """Give shopping trips that are under way, as ids with the carts that they will return."""
        if len(self._trips) < count:
            self._trips += self.do('start_trips', count=max(20, count))
        taken, self._trips = self._trips[:count], self._trips[count:]
        return taken

    def message(self):
        """Write a message that never came before.

        :return: it and its payloadID
        :rtype: tuple[str, str]
        """
        if not self._message:
            [self._message] = self.do('write_messages', kind='confirmation', order_ids=self.sent_orders(1))
        payload_id = f'{time.time()}.{next(NUMBERS)}@amazon.example'
        return re.sub('(?<=<cXML payloadID=").*?(?=")', payload_id, self._message), payload_id

    def count_events(self, what):
        """Count what a Tracer sees of an undisturbed run.

        :param str what: 'send' for two orders, or the kind of a message
        :rtype: int
        """
        if what not in self._counts:
            if what == 'send':
                self.approved(2)
                child = self.send()
            else:
                self.do('store_messages', kind=what, order_ids=self.sent_orders(1))
                child = self.start('run_cron', arguments={'cron_id': self.processor})
            self._counts[what] = child.wait()['events']
            child.end()
        return self._counts[what]


def _renew(cursor, order_id, group_id):
    """Bring an order back to where its approval left it, under another number and in another group."""
    cursor.execute(
        """SELECT purchase_order.name, document.id, document.payload_id, document.body
             FROM purchase_order JOIN amazon_punchout_document document
               ON document.purchase_order_id = purchase_order.id AND document.document_type = 'OrderRequest'
            WHERE purchase_order.id = %s ORDER BY document.id LIMIT 1""", [order_id])
    old, document_id, payload_id, body = cursor.fetchone()
    name, fresh = f'F{os.getpid()}.{next(NUMBERS)}', f'{time.time()}.{order_id}.faults@odoo.example'
    text = zlib.decompressobj(zdict=WORDS).decompress(bytes(body)).decode()
    for before, after in ((f'orderID="{old}"', f'orderID="{name}"'), (payload_id, fresh)):
        assert text.count(before) == 1, (before, text)
        text = text.replace(before, after)
    cursor.execute(
        "DELETE FROM mail_activity WHERE res_model = 'purchase.order' AND res_id = %s", [order_id])
    cursor.execute(
        "DELETE FROM amazon_punchout_document WHERE purchase_order_id = %s AND document_type = 'OrderRequest' "
        "AND id != %s", [order_id, document_id])
    cursor.execute(
        "UPDATE purchase_order SET name = %s, state = 'purchase', amazon_state = 'queued', amazon_group_id = %s "
        "WHERE id = %s", [name, group_id, order_id])
    cursor.execute(
        """UPDATE amazon_punchout_document
              SET state = 'queued', group_id = %s, payload_id = %s, body = %s, tries = 0, last_try_at = NULL,
                  next_try_at = NULL, has_left = NULL, sent_elsewhere = NULL, to_tell = NULL, answer_code = NULL,
                  reason = NULL, queued_at = now() AT TIME ZONE 'UTC'
            WHERE id = %s""", [group_id, fresh, zlib.compress(text.encode()), document_id])
    return name
