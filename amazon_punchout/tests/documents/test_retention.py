"""Contents of documents that are no longer kept: what goes, what stays, and who reads of it."""
from datetime import timedelta

import psycopg2

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ... import cxml
from ...models.documents import amazon_punchout_document_retention
from ..common import answer
from ..cxml_builder import cart_xml, confirmation_xml, invoice_line, invoice_xml, item, status
from ..trail_case import TrailCase


@tagged('post_install', '-at_install')
class TestRetention(TrailCase):

    def age(self, records, days):
        """Let records have been created some days ago."""
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "UPDATE %s SET create_date = create_date - %s WHERE id = ANY(%s)", SQL.identifier(records._table),
            timedelta(days=days), records.ids))
        self.env.invalidate_all()

    def keep(self, kind, days):
        """Choose a period, as an administrator does."""
        retention = self.env['amazon.punchout.retention'].with_user(self.administrator)
        retention.action_open()
        retention.search([('kind', '=', kind), ('company_id', '=', self.company.id)]).days = days

    def vacuum(self):
        """Run both daily steps until nothing is left."""
        while self.env['amazon.punchout.document']._expire_contents()[1]:
            pass
        while self.env['amazon.punchout.session']._delete_old_trips()[1]:
            pass
        self.env.invalidate_all()

    def finished_order(self):
        """Make an order that was received and billed."""
        order = self.sent_order()
        self.deliver(confirmation_xml(order, [(1, 1, status('accept'))]))
        self.receive_goods(order)
        invoice = self.deliver(invoice_xml(
            [(order, invoice_line(1, 1, '9.99'))], invoice_id=f'INV-{order.id}'))
        if invoice.account_move_id.state == 'draft':
            invoice.account_move_id.action_post()
        self.assertEqual(order.invoice_status, 'invoiced')
        return order

    # === TRIPS THAT CAME TO NOTHING === #

    def test_a_trip_without_an_order_is_forgotten_after_90_days(self):
        session, cookie = self.start_trip()
        session.state = 'expired'
        setup = session.document_ids
        self.age(session, 91)
        self.age(setup, 91)
        self.vacuum()
        self.assertFalse(session.exists())
        self.assertFalse(setup.exists(), "it says who shopped")

    def test_what_the_history_of_a_deleted_order_names_outlives_its_trip(self):
        order = self.make_order()
        session = order.amazon_session_id
        documents = session.document_ids
        order.with_user(self.manager).button_cancel()
        order.with_user(self.manager).unlink()
        documents.write({'remote_address': '192.0.2.7'})
        self.age(session, 91)
        self.age(documents, 91)
        self.vacuum()
        self.assertFalse(session.exists())
        self.assertEqual(len(documents.exists()), 2)
        self.assertEqual(documents.mapped('remote_address'), [False, False])
        self.assertFalse(any(document.body for document in documents))

    def test_the_address_from_which_a_document_without_an_order_came_goes_with_its_content(self):
        order = self.finished_order()
        request = order._amazon_request()
        lost = self.deliver(confirmation_xml(order, [], payload_id='lost').replace(
            request.payload_id.encode(), b'other').replace(order.name.encode(), b'UNKNOWN'))
        lost.write({'state': 'dismissed', 'remote_address': '192.0.2.7'})
        known = order.amazon_document_ids.filtered(lambda each: each.document_type == 'InvoiceDetailRequest')
        known.remote_address = '192.0.2.7'
        for kind in ('confirmations', 'invoices'):
            self.keep(kind, 1)
        self.age(order.amazon_document_ids | lost, 2)
        self.vacuum()
        self.assertEqual([(each.body, each.remote_address) for each in (lost, known)],
                         [(False, False), (False, '192.0.2.7')])

    def test_a_trip_is_kept_until_then(self):
        session, _cookie = self.start_trip()
        session.state = 'expired'
        self.age(session, 89)
        self.age(session.document_ids, 89)
        self.vacuum()
        self.assertTrue(session.exists())
        self.assertTrue(session.document_ids.body)

    def test_a_cart_that_still_needs_someone_is_kept(self):
        session, cookie = self.start_trip()
        session, _taken = self.receive(cookie, cart_xml(cookie, [item(condition='Used')]))
        self.assertEqual(session.state, 'attention')
        self.age(session, 400)
        self.age(session.document_ids, 400)
        self.vacuum()
        self.assertTrue(session.exists())
        self.assertTrue(session._kept_cart().body)

    def test_an_open_or_new_trip_is_kept(self):
        for state in ('started', 'returned', 'unclaimed'):
            session, _cookie = self.start_trip()
            session.state = state
            self.age(session, 400)
            self.age(session.document_ids, 400)
            self.vacuum()
            self.assertTrue(session.exists(), state)

    def test_a_period_of_0_keeps_trips_forever(self):
        self.keep('trips', 0)
        session, _cookie = self.start_trip()
        session.state = 'left'
        self.age(session, 4000)
        self.age(session.document_ids, 4000)
        self.vacuum()
        self.assertTrue(session.exists())

    # === DOCUMENTS OF ORDERS === #

    def test_documents_of_orders_are_kept_unless_an_administrator_says_otherwise(self):
        order = self.finished_order()
        self.age(order.amazon_document_ids | order.amazon_session_id.document_ids, 4000)
        self.vacuum()
        self.assertTrue(all(document.body for document in order.amazon_document_ids))

    def test_a_content_that_expires_leaves_its_hash_and_a_row_in_the_history(self):
        order = self.finished_order()
        request = order._amazon_request()
        hash_before = request.body_hash
        self.keep('orders', 365)
        self.age(order.amazon_document_ids, 366)
        self.vacuum()
        self.assertFalse(request.body)
        self.assertEqual(request.body_hash, hash_before)
        self.assertTrue(order.amazon_document_ids.filtered(lambda each: each.document_type != 'OrderRequest')[0].body)
        row = self.history(order)[-1]
        self.assertEqual((row.event, row.document_id, row.body_hash), ('expired', request, hash_before))
        self.assertEqual(self.breaks(order), [])

    def test_a_document_from_before_the_update_gets_its_hash_when_its_content_expires(self):
        order = self.finished_order()
        request = order._amazon_request()
        body_hash, request.body_hash = request.body_hash, False
        self.keep('orders', 30)
        self.age(order.amazon_document_ids, 31)
        self.vacuum()
        self.assertEqual(request.body_hash, body_hash)

    def test_nothing_expires_while_something_of_the_order_is_open(self):
        self.keep('orders', 30)
        self.keep('confirmations', 30)
        not_received, not_billed = self.sent_order(), self.sent_order()
        for order in (not_received, not_billed):
            self.deliver(confirmation_xml(order, [(1, 1, status('accept'))]))
        self.receive_goods(not_billed)
        self.assertEqual((not_billed.receipt_status, not_billed.invoice_status), ('full', 'to invoice'))
        unclear = self.ordered()
        self.send(answer(status=500, body=''))
        attention = self.finished_order()
        attention.amazon_document_ids.filtered(lambda each: each.document_type == 'ConfirmationRequest').state = \
            'attention'
        recent = self.finished_order()
        orders = not_received | not_billed | unclear | attention | recent
        self.age(orders.amazon_document_ids, 31)
        self.age(recent.amazon_document_ids.filtered(
            lambda each: each.document_type == 'InvoiceDetailRequest'), -20)
        self.vacuum()
        for order in orders:
            self.assertTrue(all(document.body for document in order.amazon_document_ids), order.amazon_state)

    def test_a_message_about_two_orders_is_kept_until_both_are_finished(self):
        self.keep('invoices', 30)
        orders = self.sent_order() | self.sent_order()
        for order in orders:
            self.deliver(confirmation_xml(order, [(1, 1, status('accept'))]))
        invoice = self.deliver(invoice_xml([(order, invoice_line(1, 1, '9.99')) for order in orders]))
        self.receive_goods(orders[0])
        if invoice.account_move_id.state == 'draft':
            invoice.account_move_id.action_post()
        documents = orders.amazon_document_ids
        self.age(documents, 31)
        self.vacuum()
        self.assertTrue(invoice.body)
        self.receive_goods(orders[1])
        self.keep('orders', 30)
        self.age(invoice, -20)
        self.vacuum()
        self.assertTrue(all(order._amazon_request().body for order in orders))
        self.age(invoice, 20)
        self.vacuum()
        self.assertFalse(invoice.body)
        for order in orders:
            self.assertFalse(order._amazon_request().body)
            self.assertIn(('expired', invoice), self.history(order).mapped(lambda row: (row.event, row.document_id)))
            self.assertEqual(self.breaks(order), [])

    def test_many_contents_expire_a_few_at_a_time(self):
        session, _cookie = self.start_trip()
        session.state = 'left'
        setup = session.document_ids
        for number in range(4):
            setup.copy({'payload_id': f'copy{number}', 'state': 'sent', 'session_id': session.id})
        documents = session.document_ids
        self.age(documents, 100)
        self.patch(amazon_punchout_document_retention, 'BATCH', 2)
        done, more = self.env['amazon.punchout.document']._expire_contents()
        self.assertEqual((done, more), (2, True))
        self.vacuum()
        self.assertFalse([document for document in documents if document.body])

    def test_a_message_that_needs_someone_is_kept(self):
        order = self.sent_order()
        raw = confirmation_xml(order, [(1, 1, status('accept'))], payload_id='no-order')
        document = self.deliver(
            raw.replace(order._amazon_request().payload_id.encode(), b'other').replace(order.name.encode(), b'UNKNOWN'))
        self.assertFalse(document.purchase_order_id)
        for kind in ('confirmations', 'others'):
            self.keep(kind, 1)
        for state in ('waiting', 'attention', 'received'):
            document.state = state
            self.age(document, 100)
            self.vacuum()
            self.assertTrue(document.body, state)
        document.state = 'dismissed'
        self.vacuum()
        self.assertFalse(document.body)

    # === WITHOUT A CONTENT === #

    def expired_order(self):
        order = self.finished_order()
        for kind in ('orders', 'confirmations', 'invoices', 'carts', 'setups'):
            self.keep(kind, 1)
        self.age(order.amazon_document_ids | order.amazon_session_id.document_ids, 2)
        self.vacuum()
        self.assertFalse([each for each in order.amazon_document_ids if each.body])
        return order

    def test_who_opens_a_document_or_a_bill_sees_no_error(self):
        order = self.expired_order()
        for document in order.amazon_document_ids:
            self.assertEqual(document.with_user(self.manager).body_text, "")
        order.with_user(self.manager).read()
        bill = order.invoice_ids
        bill.with_user(self.env.ref('base.user_admin')).read()
        self.assertEqual(order._amazon_highest_prices(), {1: 9.99})

    def test_process_again_says_that_the_content_has_expired(self):
        order = self.expired_order()
        document = order.amazon_document_ids.filtered(lambda each: each.document_type == 'InvoiceDetailRequest')
        order.invoice_ids.button_draft()
        order.invoice_ids.button_cancel()
        document.with_user(self.manager).action_process_again()
        self.assertEqual(document.state, 'attention')
        self.assertIn("expired on", document.reason)
        self.assertIn("Configuration > Retention", document.reason)

    def test_a_confirmation_that_comes_afterwards_is_for_a_person(self):
        order = self.expired_order()
        prices = order.order_line.mapped('price_unit')
        document = self.deliver(confirmation_xml(order, [(1, 1, status('reject'))], payload_id='late'))
        self.assertEqual(document.state, 'attention')
        self.assertIn("expired on", document.reason)
        self.assertEqual(order.order_line.mapped('price_unit'), prices)

    def test_amazon_may_send_a_message_again_after_its_content_has_expired(self):
        order = self.finished_order()
        raw = confirmation_xml(order, [(1, 1, status('accept'))], payload_id='sent-twice')
        document = self.deliver(raw)
        self.keep('confirmations', 1)
        self.age(order.amazon_document_ids, 2)
        self.vacuum()
        self.assertFalse(document.body)
        again = self.env['amazon.punchout.document'].sudo()._store_message(self.group, cxml.read_request(raw), raw)
        self.assertEqual(again, document)

    # === WHO === #

    def test_only_amazon_administrators_choose_periods_of_their_companies(self):
        retention = self.env['amazon.punchout.retention']
        with self.assertRaises(AccessError):
            retention.with_user(self.manager).action_open()
        self.keep('orders', 30)
        row = retention.search([('kind', '=', 'orders'), ('company_id', '=', self.company.id)])
        with self.assertRaises(AccessError):
            row.with_user(self.manager).days = 1
        with self.assertRaises(AccessError):
            row.with_user(self.administrator).unlink()
        elsewhere = self.new_user('elsewhere', 'amazon_punchout.group_administrator')
        other = self.env['res.company'].create({'name': "Another"})
        elsewhere.write({'company_ids': [Command.set(other.ids)], 'company_id': other.id})
        with self.assertRaises(AccessError):
            row.with_user(elsewhere).days = 1
        elsewhere_rows = retention.with_user(elsewhere)
        elsewhere_rows.action_open()
        self.assertEqual(elsewhere_rows.search([]).company_id, other)

    def test_a_period_is_not_negative(self):
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.CheckViolation), self.env.cr.savepoint():
            self.keep('orders', -1)
            self.env.flush_all()
