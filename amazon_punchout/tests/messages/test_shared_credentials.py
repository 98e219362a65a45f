"""Groups of one company with one identity and one secret share credentials: Amazon sends their messages one way."""
from types import SimpleNamespace

from odoo import fields
from odoo.tests import tagged

from ... import cxml
from ..companies_case import CompaniesCase
from ..cxml_builder import confirmation_xml, envelope, invoice_line, invoice_xml, reference, ship_notice_xml, status

PASSWORD = 'not-a-real-password'


@tagged('post_install', '-at_install')
class TestSharedCredentials(CompaniesCase):

    def setUp(self):
        super().setUp()
        self.share()
        self.group.write({'inbound_user': 'amazon', 'inbound_password': PASSWORD})
        self.responsible_of_second = self.new_user_of('second', 'purchase.group_purchase_manager', self.company)
        self.second.responsible_id = self.responsible_of_second

    def share(self, **vals):
        self.second.write({'identity': self.group.identity, 'shared_secret': self.group.sudo().shared_secret, **vals})

    def proved(self):
        """Authenticate the user and password that Amazon has."""
        return self.env['amazon.punchout.group']._authenticate_basic(
            SimpleNamespace(username='amazon', password=PASSWORD))

    def order_of(self, group, send=True):
        order = self.make_order(group=group, user=self.both)
        order.with_user(self.both).button_confirm()
        if send:
            self.send()
            self.assertStands(order, 'sent')
        return order

    def receive_message(self, raw):
        document = self.deliver(raw, group=self.proved())
        self.env.invalidate_all()
        return document

    def billed(self, order, **values):
        net = order.amount_untaxed
        return invoice_xml([(order, invoice_line(1, 1, net))], subtotal=net, net=net, **values)

    def assertBelongs(self, document, order):
        self.assertEqual((document.group_id, document.purchase_order_id), (order.amazon_group_id, order),
                         document.reason)

    # === WHOSE ORDER IT IS === #

    def test_an_invoice_of_orders_of_two_groups_is_posted_if_both_want_that(self):
        for number, wants in enumerate((False, True), 1):
            with self.subTest(second_wants=wants):
                self.group.post_matching_bills, self.second.post_matching_bills = True, wants
                orders = self.order_of(self.group) | self.order_of(self.second)
                document = self.receive_message(invoice_xml(
                    [(order, invoice_line(1, 1, order.amount_untaxed)) for order in orders],
                    net=f"{sum(orders.mapped('amount_untaxed')):.2f}", invoice_id=f'INV-{number}',
                    invoice_date=f'2026-03-0{number}T00:00:00Z'))
                self.assertEqual(document.state, 'processed', document.reason)
                self.assertEqual(document.account_move_id.state, 'posted' if wants else 'draft')

    def test_messages_by_the_user_of_one_group_reach_the_orders_of_the_other(self):
        self.assertEqual(self.proved(), self.group)
        order = self.order_of(self.second)
        for raw in (confirmation_xml(order, [(1, 1, status())]), ship_notice_xml(order), self.billed(order)):
            document = self.receive_message(raw)
            self.assertEqual(document.state, 'processed', document.reason)
            self.assertBelongs(document, order)
            self.assertEqual(document.account_group_id, self.group)
        self.assertEqual((order.amazon_state, order.amazon_shipment_ids.shipment_id), ('confirmed', 'SHIP1'))
        self.assertEqual(order.invoice_ids.amazon_group_id, self.second)

    def test_a_number_alone_is_enough(self):
        order = self.order_of(self.second)
        self.receive_message(confirmation_xml(
            order, [(1, 1, status())], order_reference=f'<OrderReference orderID="{order.name}"/>'))
        self.assertEqual(order.amazon_state, 'confirmed')

    def test_a_credit_by_the_user_of_the_other_group_finds_its_bill(self):
        order = self.order_of(self.second)
        self.receive_message(self.billed(order, invoice_id='BILL'))
        document = self.receive_message(self.billed(
            order, invoice_id='BACK', purpose='lineLevelCreditMemo', original_invoice_id='BILL'))
        self.assertBelongs(document, order)
        self.assertEqual((document.account_move_id.move_type,
                          document.account_move_id.reversed_entry_id.amazon_invoice_id),
                         ('in_refund', 'BILL'))

    def test_the_orders_own_people_are_notified(self):
        """The responsible and the person for bills of the order's group, not those of the group whose user it was."""
        self.second.bill_user_id = self.responsible_of_second
        self.group.bill_user_id = self.administrator
        order = self.order_of(self.second)
        document = self.receive_message(confirmation_xml(order, [(7, 1, status())]))
        self.assertEqual((document.state, document.activity_ids.user_id), ('attention', self.responsible_of_second))
        self.assertEqual((self.second.problem_count, self.group.problem_count), (1, 0))
        document = self.receive_message(self.billed(order, operation='delete'))
        self.assertBelongs(document, order)
        self.assertEqual(document.activity_ids.user_id, self.responsible_of_second)
        document = self.receive_message(self.billed(order))
        self.assertBelongs(document, order)
        self.assertEqual(document.account_move_id.activity_ids.user_id, self.responsible_of_second)

    def test_what_odoo_does_not_process_belongs_to_the_orders_group_too(self):
        order = self.order_of(self.second)
        document = self.receive_message(envelope(f'<ReceiptRequest>{reference(order)}</ReceiptRequest>'))
        self.assertEqual(document.state, 'attention')
        self.assertBelongs(document, order)

    # === WHO SHARES CREDENTIALS === #

    def test_another_secret_identity_domain_or_company_shares_no_credentials(self):
        order = self.order_of(self.second)
        for vals in ({'shared_secret': 'another'}, {'identity': 'Another'}, {'credential_domain': 'DUNS'}):
            with self.subTest(vals):
                self.share(credential_domain=self.group.credential_domain)
                self.second.write(vals)
                document = self.receive_message(confirmation_xml(order, [(1, 1, status())]))
                self.assertEqual((document.state, document.purchase_order_id.ids), ('waiting', []))
                self.assertEqual((document.group_id, order.amazon_state), (self.group, 'sent'))
        self.german.write({'identity': self.group.identity, 'shared_secret': self.group.sudo().shared_secret})
        theirs = self.make_order(user=self.both, group=self.german, currency='EUR')
        theirs.with_user(self.both).button_confirm()
        self.send()
        document = self.receive_message(confirmation_xml(theirs, [(1, 1, status())]))
        self.assertEqual((document.state, theirs.amazon_state), ('waiting', 'sent'))
        self.assertNotIn(self.german.name, document.reason)

    def test_groups_without_a_secret_share_no_credentials(self):
        (self.group | self.second).write({'state': 'draft', 'shared_secret': False})
        self.assertEqual(self.group._with_shared_credentials(), self.group)

    def test_the_reason_names_the_group_of_an_order_of_other_credentials(self):
        order = self.order_of(self.second)
        self.second.shared_secret = 'another'
        document = self.receive_message(confirmation_xml(order, [(1, 1, status())]))
        self.assertNotIn("not in Odoo", document.reason)
        for name in (order.name, self.second.name, self.group.name):
            self.assertIn(name, document.reason)

    def test_the_order_of_an_archived_group_is_found_once_the_group_is_restored(self):
        order = self.order_of(self.second)
        self.second.active = False
        document = self.receive_message(confirmation_xml(order, [(1, 1, status())]))
        self.assertIn(f"order {order.name} of the Amazon group {self.second.name}, which is archived. Unarchive",
                      document.reason)
        self.assertEqual(order.amazon_state, 'sent')
        self.second.active = True
        document.with_user(self.responsible_of_second).action_retry()
        self.assertEqual((document.state, order.amazon_state), ('processed', 'confirmed'), document.reason)

    def test_retry_finds_the_order_once_the_secret_is_put_right(self):
        order = self.order_of(self.second)
        self.second.shared_secret = 'another'
        document = self.receive_message(confirmation_xml(order, [(1, 1, status())]))
        self.share()
        document.with_user(self.administrator).action_retry()
        self.assertEqual((document.state, order.amazon_state), ('processed', 'confirmed'), document.reason)
        self.assertBelongs(document, order)

    # === WAITING, AND TWICE === #

    def test_what_waits_is_processed_once_the_order_of_the_other_group_has_arrived(self):
        order = self.order_of(self.second, send=False)
        request = order.amazon_document_ids.filtered(lambda document: document.document_type == 'OrderRequest')
        self.env.cr.execute("UPDATE purchase_order SET amazon_group_id = %s WHERE id = %s", [self.german.id, order.id])
        self.env.cr.execute("UPDATE amazon_punchout_document SET group_id = %s WHERE id = %s",
                            [self.german.id, request.id])
        self.env.invalidate_all()
        document = self.receive_message(confirmation_xml(order, [(1, 1, status())]))
        self.assertEqual((document.state, document.group_id), ('waiting', self.group))
        self.env.cr.execute("UPDATE purchase_order SET amazon_group_id = %s WHERE id = %s", [self.second.id, order.id])
        self.env.cr.execute("UPDATE amazon_punchout_document SET group_id = %s WHERE id = %s",
                            [self.second.id, request.id])
        self.env.invalidate_all()
        self.assertGreater(document.next_try_at, fields.Datetime.now())
        self.send()
        self.assertLessEqual(document.next_try_at, fields.Datetime.now())
        self.run_cron('amazon_punchout.ir_cron_process')
        self.assertBelongs(document, order)

    def test_the_same_message_by_the_user_of_either_group_is_one(self):
        self.second.write({'inbound_user': 'amazon-2', 'inbound_password': PASSWORD[::-1]})
        order = self.order_of(self.second)
        raw = confirmation_xml(order, [(1, 1, status())])
        first = self.receive_message(raw)
        messages = len(order.message_ids)
        self.assertEqual(self.deliver(raw, group=self.second), first)
        by_secret = self.env['amazon.punchout.group']._authenticate_secret(cxml.read_request(
            envelope('<ConfirmationRequest/>', to_identity=self.group.identity,
                     secret=self.group.sudo().shared_secret)))
        self.assertEqual(by_secret, self.group | self.second)
        self.assertEqual(self.deliver(raw, group=by_secret), first)
        self.assertEqual(len(order.message_ids), messages)
