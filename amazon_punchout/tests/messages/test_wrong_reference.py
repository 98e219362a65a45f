"""A message that names the wrong order loses none: the payload ID decides, the number alone only helps a person."""
from decimal import Decimal

import requests

from odoo.exceptions import UserError
from odoo.tests import tagged

from ... import cxml
from ...tools.payload_id import new_payload_id
from ..common import answer
from ..cxml_builder import (
    confirmation_xml,
    envelope,
    invoice_line,
    invoice_xml,
    item,
    reference,
    ship_notice_xml,
    status,
)
from ..inbox_case import InboxCase
from ..order_case import PROBLEM

NUMBER = '111-0000000-0000001'


class ReferenceCase(InboxCase):

    def by_number(self, order):
        return f'<OrderReference orderID="{order.name}"/>'

    def by_unknown(self, order, payload_id='unknown@odoo.example'):
        return reference(order, payload_id)

    def confirmation(self, order, order_reference=None, **values):
        return confirmation_xml(
            order, [(1, 1, status())], order_reference=order_reference, total='9.99', **values)

    def about(self, order, named):
        """Write each kind of message about an order.

        :param str named: the OrderReference
        """
        total = order.amount_total
        yield self.confirmation(order, named)
        yield confirmation_xml(order, kind='reject', order_reference=named)
        yield ship_notice_xml(order, portions=f'<ShipNoticePortion>{named}</ShipNoticePortion>')
        for purpose in ('standard', 'creditMemo'):
            yield invoice_xml([(order, invoice_line(1, 1, total))], invoice_id=f'INV-{order.id}-{purpose}',
                              purpose=purpose, net=total, currency=order.currency_id.name
                              ).replace(reference(order).encode(), named.encode())

    def assertUntouched(self, order, document, amazon_state='queued'):
        """Assert that a message has changed nothing of an order, and that a person is asked."""
        self.assertEqual((document.state, document.is_applied), ('attention', False), document.reason)
        self.assertEqual(len(document.activity_ids), 1)
        order.invalidate_recordset()
        self.assertEqual((order.amazon_state, order.state), (amazon_state, 'purchase'))
        self.assertFalse(order.amazon_order_ref or order.amazon_shipment_ids or order.invoice_ids)

    def apply(self, document, user=None):
        document.with_user(user or self.manager).action_apply_to_order()
        document.invalidate_recordset()


@tagged('post_install', '-at_install')
class TestNeverSent(ReferenceCase):
    """An order of which no byte ever left: nothing that Amazon writes means it."""

    def test_an_order_that_never_left_is_sent_whatever_names_its_number(self):
        """A staging database on the same account, or a restored backup, has used the number."""
        for name in ('by_number', 'by_unknown'):
            order = self.ordered()
            named = getattr(self, name)(order)
            for raw in self.about(order, named):
                with self.subTest(name, raw=raw[200:500]):
                    document = self.deliver(raw)
                    self.assertUntouched(order, document)
                    self.assertIn("has not been sent to Amazon yet", document.reason)
                    self.assertIn("it is still going to be sent", document.reason)
            self.assertEqual(len(self.send()), 1, "the order leaves")
            self.assertStands(order, 'sent')

    def test_both_sides_are_shown(self):
        order = self.ordered([item(price='9.99', quantity='2'), item(asin='B00TEST002', price='1.00', title="Pen")])
        document = self.deliver(self.confirmation(order, self.by_unknown(order)))
        amazon, odoo = document.reason.split('\n')[1:3]
        for words in ("Order Confirmation", NUMBER, 'unknown@odoo.example', '9.99', 'Mar 2', "line 1 × 1"):
            self.assertIn(words, amazon)
        for words in (order.name, self.requests(order).payload_id, '20.98', "2 × Stapler, blue", "1 × Pen"):
            self.assertIn(words, odoo)
        self.assertIn("payload ID of an order request that is not in this database", document.reason)
        self.assertIn("Apply to This Order", document.activity_ids.note)
        self.assertIn('20.98', document.activity_ids.note)
        self.assertEqual(document.purchase_order_id, order, "it is shown on the order")

    def test_every_kind_of_message_shows_what_it_says(self):
        order = self.ordered()
        confirmation, _rejection, ship_notice, invoice, _credit = self.about(order, self.by_number(order))
        for raw, words in (
            (confirmation, ("Order Confirmation", NUMBER, '9.99', "no payload ID")),
            (ship_notice, ("Ship Notice", 'SHIP1', 'Mar 2')),
            (invoice, ("Invoice", f'INV-{order.id}-standard', '9.99', 'Mar 6', "line 1 × 1")),
        ):
            reason = self.deliver(raw).reason
            for each in words:
                self.assertIn(each, reason)

    def test_the_payload_id_of_an_order_that_never_left_here_holds_it_for_a_person(self):
        """Amazon can only know it from another database: the one before the restore has sent the very same bytes."""
        for about in range(5):
            order = self.ordered()
            with self.subTest(about):
                document = self.deliver(list(self.about(order, reference(order)))[about])
                self.assertUntouched(order, document, 'unclear')
                self.assertIn("another database", document.reason)
                self.assertTrue(self.requests(order).sent_elsewhere)
                self.assertIn("another database", order.amazon_problem)
                self.assertEqual(len(self.activities(order, PROBLEM)), 1)
                self.assertFalse(self.send(), "it would be ordered twice")

    def test_a_second_message_does_not_decide_instead_of_the_person(self):
        """What is held because another database may have sent it says no more than the message before."""
        for about in range(5):
            order = self.ordered()
            with self.subTest(about):
                self.deliver(self.confirmation(order))
                document = self.deliver(list(self.about(order, reference(order)))[about].replace(b'>9.99<', b'>9.990<'))
                self.assertUntouched(order, document, 'unclear')
                self.assertTrue(self.requests(order).sent_elsewhere)
                self.assertEqual(len(self.activities(order, PROBLEM)), 1)
        self.apply(document)
        self.assertStands(order, 'sent')

    def test_the_payload_id_of_an_older_request_that_never_left_holds_the_newer_one(self):
        order = self.ordered()
        self.group.state = 'test'
        self.send()  # not sent: the group is in another mode
        self.group.state = 'active'
        order.with_user(self.buyer).action_amazon_send_again()
        old, new = self.requests(order)
        self.assertEqual((old.has_left, new.state), (False, 'queued'))
        document = self.deliver(self.confirmation(order, reference(order, old.payload_id)))
        self.assertUntouched(order, document, 'unclear')
        self.assertFalse(self.send())

    def test_the_answer_of_the_order_itself_is_applied_even_if_it_is_earlier_than_amazons_200(self):
        order = self.ordered()
        self.requests(order).state = 'sending'
        self.env.flush_all()
        document = self.deliver(self.confirmation(order))
        self.assertEqual((document.state, order.amazon_state), ('processed', 'confirmed'))

    def test_an_order_that_was_withdrawn_stays_withdrawn(self):
        order = self.ordered()
        order.with_user(self.buyer).button_cancel()
        for raw in self.about(order, self.by_number(order)):
            document = self.deliver(raw)
            self.assertEqual((document.state, document.is_applied), ('attention', False))
            self.assertNotIn("still going to be sent", document.reason)
        self.assertFalse(order.amazon_shipment_ids or order.invoice_ids)


@tagged('post_install', '-at_install')
class TestUnknownPayloadId(ReferenceCase):
    """A number that matches an order at Amazon, beside a payload ID that is not its own."""

    def test_an_order_at_amazon_is_not_changed_by_the_order_of_another_database(self):
        order = self.sent_order()
        for raw in self.about(order, self.by_unknown(order)):
            with self.subTest(raw[200:500]):
                document = self.deliver(raw)
                self.assertUntouched(order, document, 'sent')
                self.assertNotIn("has not been sent", document.reason)

    def test_the_number_alone_settles_no_order_that_amazon_may_not_have(self):
        """Held, declined, queued again or without an answer: another order of this number may be meant."""
        def hold(order):
            self.deliver(self.confirmation(order))

        def decline(order):
            self.send(answer(status=400, code='400'))

        def queue_again(order):
            decline(order)
            order.with_user(self.buyer).action_amazon_send_again()

        def lose_the_answer(order):
            self.send(requests.exceptions.ReadTimeout())

        for befall, amazon_state in ((hold, 'unclear'), (decline, 'refused'), (queue_again, 'queued'),
                                     (lose_the_answer, 'unclear')):
            for about in range(5):
                order = self.ordered()
                befall(order)
                with self.subTest(befall.__name__, about=about):
                    document = self.deliver(list(self.about(order, self.by_number(order)))[about])
                    self.assertUntouched(order, document, amazon_state)
                    self.apply(document)
                    self.assertEqual(self.requests(order)[-1:].state, 'sent', "a person has decided")

    def test_after_it_arrived_a_number_that_came_before_is_not_applied_by_retry(self):
        order = self.ordered()
        self.send(requests.exceptions.ReadTimeout())
        document = self.deliver(self.confirmation(order, self.by_number(order)))
        self.assertIn("unclear whether Amazon has this order", document.reason)
        order.with_user(self.manager).action_amazon_arrived()
        document.with_user(self.manager).action_retry()
        self.assertUntouched(order, document, 'sent')
        self.assertIn("before it was clear that Amazon has it", document.reason)

    def test_the_number_alone_is_enough_for_an_order_that_left(self):
        order = self.sent_order()
        document = self.deliver(self.confirmation(order, self.by_number(order)))
        self.assertEqual((document.state, order.amazon_state), ('processed', 'confirmed'))

    def test_a_payload_id_of_this_databases_name_hints_at_a_restore(self):
        order = self.sent_order()
        lost = new_payload_id(self.env.cr.dbname)
        document = self.deliver(self.confirmation(order, self.by_unknown(order, lost)))
        self.assertIn(f"made by a database with the name {self.env.cr.dbname}", document.reason)
        self.assertIn("restored from a backup", document.reason)
        other = self.deliver(self.confirmation(order, self.by_unknown(order, new_payload_id('staging'))))
        self.assertIn("made by the database staging", other.reason)
        self.assertNotIn("restored", other.reason)

    def test_an_order_that_a_restored_database_has_lost_is_reported_at_once(self):
        """It was sent after the backup; its cart is still there and may be approved again."""
        order = self.sent_order()
        lost = self.by_unknown(order, new_payload_id(self.env.cr.dbname)).replace(order.name, 'P-LOST')
        document = self.deliver(self.confirmation(order, lost))
        self.assertEqual(document.state, 'attention')
        self.assertIn('P-LOST', document.reason)
        self.assertIn("restored from a backup", document.reason)
        self.assertEqual(len(document.activity_ids), 1)

    def test_what_was_applied_before_is_not_doubted_later(self):
        """An invoice that an older version applied by its number is read again when its goods arrive."""
        order = self.sent_order()
        document = self.deliver(self.confirmation(order))
        self.env.cr.execute(
            "UPDATE amazon_punchout_document SET payload_id = 'changed' WHERE id = %s", [self.requests(order).id])
        self.env.invalidate_all()
        document.state = 'attention'
        document.with_user(self.manager).action_retry()
        self.assertEqual(document.state, 'processed')


@tagged('post_install', '-at_install')
class TestApplyToThisOrder(ReferenceCase):

    def test_who_applies_it_states_that_amazon_has_the_order(self):
        order = self.ordered()
        document = self.deliver(self.confirmation(order, self.by_number(order)))
        self.apply(document)
        self.assertEqual((document.state, document.reason), ('processed', False))
        self.assertStands(order, 'confirmed', 'sent')
        self.assertEqual(order.amazon_order_ref, NUMBER)
        self.assertFalse(self.send(), "it is never sent again")
        self.assertTrue(self.requests(order).has_left)
        self.assertIn(f"{self.manager.name} applied", self.chatter(order))
        self.assertIn("Apply to This Order", document.message_ids[0].body)
        stated = self.env['amazon.punchout.trail'].search([('res_id', '=', order.id), ('event', '=', 'stated_meant')])
        self.assertEqual(stated.user_id, self.manager)
        self.assertFalse(document.activity_ids)

    def test_a_held_order_is_settled_by_it(self):
        order = self.ordered()
        document = self.deliver(self.confirmation(order))
        self.assertStands(order, 'unclear')
        self.apply(document, self.administrator)
        self.assertStands(order, 'confirmed', 'sent')
        self.assertFalse(self.activities(order, PROBLEM))

    def test_what_is_wrong_with_the_message_beside_is_said_then(self):
        order = self.ordered()
        document = self.deliver(confirmation_xml(order, [(7, 1, status())], order_reference=self.by_number(order)))
        self.apply(document)
        self.assertEqual(document.state, 'attention')
        self.assertIn("line 7", document.reason)
        self.assertStands(order, 'sent')
        with self.assertRaisesRegex(UserError, "no longer an order in doubt"):
            document.with_user(self.manager).action_apply_to_order()

    def test_amazon_has_the_order_even_if_its_message_can_not_be_processed(self):
        order = self.ordered()
        document = self.deliver(self.confirmation(order, self.by_number(order), currency='EUR'))
        self.apply(document)
        self.assertEqual(document.state, 'attention')
        self.assertIn('EUR', document.reason)
        self.assertStands(order, 'sent')
        self.assertFalse(self.send())

    def test_every_kind_of_message_can_be_applied(self):
        for about, outcome in enumerate((
            lambda order: order.amazon_state == 'confirmed', lambda order: order.amazon_state == 'cancelled',
            lambda order: order.amazon_shipment_ids, lambda order: order.invoice_ids,
        )):
            for send in (False, True):
                with self.subTest(about, send=send):
                    order = self.sent_order() if send else self.ordered()
                    document = self.deliver(list(self.about(order, self.by_unknown(order)))[about])
                    self.assertUntouched(order, document, 'sent' if send else 'queued')
                    self.apply(document)
                    self.assertEqual(document.state, 'processed', document.reason)
                    self.assertTrue(outcome(order))
                    self.assertFalse(self.send())

    def test_each_order_of_a_message_is_decided_for_itself(self):
        first, second = self.ordered(), self.ordered()
        document = self.deliver(ship_notice_xml(first, portions=''.join(
            f'<ShipNoticePortion>{self.by_number(order)}</ShipNoticePortion>' for order in (first, second))))
        self.assertIn(first.name, document.reason)
        self.apply(document)
        self.assertEqual(document.state, 'attention')
        self.assertIn(second.name, document.reason)
        self.assertFalse(first.amazon_shipment_ids)
        self.apply(document)
        self.assertEqual((len(first.amazon_shipment_ids), len(second.amazon_shipment_ids)), (1, 1))

    def test_retry_is_no_decision(self):
        """Not even after the order was sent: the message came before, so it is about another one."""
        order = self.ordered()
        document = self.deliver(self.confirmation(order, self.by_number(order)))
        document.with_user(self.manager).action_retry()
        self.assertUntouched(order, document)
        self.send()
        document.with_user(self.manager).action_retry()
        self.assertUntouched(order, document, 'sent')
        self.assertIn("before the order was sent", document.reason)
        self.apply(document)
        self.assertStands(order, 'confirmed', 'sent')

    def test_dismiss_leaves_the_order_alone(self):
        order = self.ordered()
        document = self.deliver(self.confirmation(order, self.by_number(order)))
        document.with_user(self.manager)._dismiss("An order of the staging database.")
        self.send()
        self.assertStands(order, 'sent')

    def test_who_may_not_retry_may_not_apply(self):
        order = self.ordered()
        confirmation, _rejection, _ship_notice, invoice, _credit = map(
            self.deliver, self.about(order, self.by_number(order)))
        with self.assertRaisesRegex(UserError, "Only purchase managers"):
            confirmation.with_user(self.buyer).action_apply_to_order()
        self.assertFalse(invoice.with_user(self.accountant).may_apply, "the order would never be sent")
        with self.assertRaisesRegex(UserError, "can decide whether Amazon has an order"):
            invoice.with_user(self.accountant).action_apply_to_order()
        self.assertStands(order, 'queued')
        self.assertEqual(len(self.send()), 1)
        # Amazon has the order now, so nothing about it is left to decide; the message still is.
        with self.assertRaisesRegex(UserError, "Only purchase managers"):
            confirmation.with_user(self.buyer).action_apply_to_order()
        self.assertEqual(confirmation.state, 'attention')
        self.assertTrue(invoice.with_user(self.accountant).may_apply)
        self.apply(invoice, self.accountant)
        self.assertEqual(invoice.state, 'processed')

    def test_who_is_responsible_for_a_group_alone_stops_no_order(self):
        """The accountant and the responsible may settle messages, but not state what Amazon has."""
        order = self.ordered()
        self.group.responsible_id = self.buyer
        document = self.deliver(self.confirmation(order, self.by_number(order)))
        self.assertEqual(
            (document.with_user(self.buyer).may_settle, document.with_user(self.buyer).may_apply), (True, False))
        with self.assertRaisesRegex(UserError, "can decide whether Amazon has an order"):
            document.with_user(self.buyer).action_apply_to_order()
        order.with_user(self.buyer).button_cancel()
        with self.assertRaisesRegex(UserError, "can decide whether Amazon has an order"):
            document.with_user(self.buyer).action_apply_to_order()
        self.assertTrue(document.with_user(self.manager).may_apply)

    def test_what_is_not_doubted_is_not_applied(self):
        order = self.sent_order()
        document = self.deliver(envelope(f'<ReceiptRequest>{reference(order)}</ReceiptRequest>'))
        with self.assertRaisesRegex(UserError, "no longer an order in doubt"):
            document.with_user(self.manager).action_apply_to_order()

    def test_an_order_that_is_being_sent_right_now_is_not_interrupted(self):
        order = self.ordered()
        document = self.deliver(self.confirmation(order, self.by_number(order)))
        self.requests(order).state = 'sending'
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "is being sent right now"):
            document.with_user(self.manager).action_apply_to_order()

    def test_a_payload_id_that_came_twice_is_decided_first(self):
        order = self.ordered()
        self.deliver(self.confirmation(order, self.by_number(order), payload_id='twice'))
        document = self.deliver(self.confirmation(order, self.by_number(order), payload_id='twice', comment="Other"))
        self.assertIn("two different documents", document.reason)
        document.with_user(self.manager).action_retry()
        self.assertUntouched(order, document)
        self.apply(document)
        self.assertStands(order, 'confirmed', 'sent')

    def test_an_answer_that_a_person_enters_is_about_their_order(self):
        order = self.ordered()
        self.send(requests.exceptions.ReadTimeout())
        one = Decimal(1)
        self.assertFalse(order.with_user(self.manager)._amazon_enter_confirmation([cxml.ConfirmationItem(
            line_number=1, quantity=one, statuses=(cxml.ConfirmationStatus(type='detail', quantity=one),),
        )], confirm_id=NUMBER))
        self.assertStands(order, 'confirmed', 'sent')

    def test_an_unclear_order_is_settled_by_its_payload_id_as_before(self):
        """Whatever kind of message has it: Send Again would order twice."""
        for about, state in enumerate(('confirmed', 'cancelled', 'sent', 'sent')):
            order = self.ordered()
            with self.subTest(about):
                self.send(answer(status=500, code='500'))
                self.assertStands(order, 'unclear')
                document = self.deliver(list(self.about(order, reference(order)))[about])
                self.assertEqual(document.state, 'processed', document.reason)
                self.assertStands(order, state, 'sent')
