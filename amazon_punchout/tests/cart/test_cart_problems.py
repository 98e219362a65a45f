"""Carts that can't become an order are kept whole, with the reason and the name of the person who can fix it."""
import hashlib
from datetime import timedelta
from unittest.mock import patch

import psycopg2
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger
from odoo.tools.translate import code_translations

from ..common import START_PAGE, AmazonCase, answer
from ..cxml_builder import cart_xml, item

STEPS_LOGGER = 'odoo.addons.amazon_punchout.tools.steps'


class KeptCase(AmazonCase):

    def bring_home(self, items=None, raw=None, **cart):
        """Bring a cart home that is stored, whatever becomes of it.

        :return: the trip, and its stored document
        """
        session, cookie = self.start_trip()
        session, taken = self.receive(
            cookie, raw(cookie) if raw else cart_xml(cookie, [item()] if items is None else items, **cart))
        self.assertTrue(taken)
        return session, session.document_ids.filtered(lambda document: document.direction == 'in')

    def assertKept(self, session, *words, state='attention'):
        """Check that the whole cart is kept without an order, and that the responsible person is notified."""
        self.assertEqual(session.state, state, session.problem)
        document = session.document_ids.filtered(lambda document: document.direction == 'in')
        self.assertEqual((document.state, document.reason), ('attention', session.problem))
        self.assertFalse(self.env['purchase.order'].search([('amazon_session_id', '=', session.id)]))
        self.assertFalse(session.purchase_order_id)
        for word in (*words, self.administrator.name):
            self.assertIn(word, session.problem)
        self.assertEqual(session.activity_ids.user_id, self.administrator)
        self.assertEqual(len(session.activity_ids), 1)
        for word in words:
            self.assertIn(word, html2plaintext(session.activity_ids.note))
        self.assertEqual(session.with_user(self.buyer).problem, session.problem, "the shopper may read it")

    def retry(self, session, user=None):
        return session.with_user(user or self.administrator).action_retry()


@tagged('post_install', '-at_install')
class TestProblems(KeptCase):

    def test_a_used_item_is_named(self):
        session, document = self.bring_home([item(), item(title="Old stapler", condition='Used - Good')])
        self.assertKept(session, "“Old stapler” is not new (Used - Good)", "no item can be left out", "Retry")
        body = document._get_body()
        self.assertIn(b'Old stapler', body)
        self.assertIn(b'Stapler, blue', body, "the whole cart is kept")

    def test_new_is_new_in_any_letter_case_and_no_condition_is_new_too(self):
        session, _document = self.bring_home([item(condition='NEW'), item(condition='')])
        self.assertEqual(session.state, 'done')

    def test_an_unmapped_unit_is_named(self):
        session, _document = self.bring_home([item(unit='CEN')])
        self.assertKept(session, "Unit CEN of “Stapler, blue” is unknown", "Amazon Business > Configuration > Units")

    def test_a_unit_in_which_the_item_product_cannot_be_bought_is_named(self):
        session, _document = self.bring_home([item(unit='KGM')])
        self.assertKept(session, "KGM", "can't be bought", self.group.product_id.name)

    def test_an_inactive_currency_is_named(self):
        self.env.ref('base.SEK').active = False
        session, _document = self.bring_home(currency='SEK')
        self.assertKept(session, "SEK, which is not an active currency")

    def test_a_currency_that_odoo_does_not_know_is_named(self):
        session, _document = self.bring_home(currency='XQX')
        self.assertKept(session, "XQX")

    def test_too_many_lines_are_counted(self):
        self.group.max_lines = 2
        session, _document = self.bring_home([item(), item(), item()])
        self.assertKept(session, "has 3 lines; at most 2 are allowed")

    def test_51_lines_are_too_many_by_default(self):
        session, _document = self.bring_home([item(asin=f'B{number:09}') for number in range(51)])
        self.assertKept(session, "has 51 lines; at most 50 are allowed")

    def test_too_much_of_one_is_named(self):
        session, _document = self.bring_home([item(quantity='1000')])
        self.assertKept(session, "The cart has 1,000 × “Stapler, blue”; at most 999 per line are allowed")

    def test_a_quantity_that_odoo_cannot_hold_is_named(self):
        session, _document = self.bring_home([item(quantity='0.125', price='8.00')])
        self.assertKept(session, "The cart has 0.125 × “Stapler, blue”")

    def test_a_header_that_disagrees_with_the_lines_is_not_accepted(self):
        session, _document = self.bring_home([item(price='9.99')], total='1.99')
        self.assertKept(session, "1.99", "9.99", "contradicts itself", "Shop Again")
        self.assertNotIn("Retry", session.problem)

    def test_what_no_retry_can_fix_offers_none_but_shopping_again(self):
        for cart, words in (
            # Whatever else is wrong: once it is fixed, the cart would still contradict itself.
            ({'items': [item(price='9.99', condition='Used', unit='DZN')], 'total': '1.99'}, "contradicts itself"),
            ({'items': [item(price='9.99'), item(price='-9.99')]}, "UnitPrice"),
            ({'raw': lambda cookie: cart_xml(cookie, [item(), item()]).replace(
                b'<Money currency="USD">9.99', b'<Money currency="EUR">9.99', 1)}, "more than one currency"),
        ):
            with self.subTest(words):
                session, _document = self.bring_home(**cart)
                self.assertKept(session, words, "Press Shop Again on the shopping trip")
                self.assertNotIn("Retry", session.problem)
                self.assertFalse(session.with_user(self.administrator).may_retry)
                self.assertTrue(session.with_user(self.buyer).may_shop_again)
                self.retry(session)
                self.assertKept(session, words)

    def test_what_a_retry_can_fix_can_be_shopped_for_again_instead(self):
        session, _document = self.bring_home([item(condition='Used')])
        self.assertKept(session, "Retry")
        self.assertTrue(session.with_user(self.administrator).may_retry)
        self.assertFalse(session.with_user(self.buyer).may_retry)
        self.assertTrue(session.with_user(self.buyer).may_shop_again)

    def test_a_cart_that_contradicts_itself_is_dismissed_once_its_items_are_shopped_for_again(self):
        session, document = self.bring_home([item(price='9.99', title="Old stapler")], total='1.99')
        dialog = self.env['amazon.punchout.shop'].with_user(self.buyer).browse(
            session.with_user(self.buyer).action_shop_again()['res_id'])
        self.assertIn("Old stapler", dialog.again_items)
        with self.amazon(answer(start_page=START_PAGE)):
            dialog.action_shop()
        self.env.invalidate_all()
        self.assertEqual((session.state, document.state, bool(session.activity_ids)), ('left', 'dismissed', False))

    def test_where_shopping_starts_on_amazon_a_new_cart_is_filled_there(self):
        session, cookie = self.start_trip()
        self.group.flow = 'punchin'
        session, _taken = self.receive(cookie, cart_xml(cookie, [item(price='9.99')], total='1.99'))
        self.assertKept(session, "contradicts itself", "Fill a new cart on Amazon.")
        self.assertNotIn("Shop Again", session.problem)

    def test_a_negative_amount_is_not_accepted(self):
        session, _document = self.bring_home([item(price='9.99'), item(price='-9.99')])
        self.assertKept(session, "UnitPrice", "-9.99")

    def test_two_currencies_are_not_accepted(self):
        session, _document = self.bring_home(raw=lambda cookie: cart_xml(
            cookie, [item(), item()]).replace(b'<Money currency="USD">9.99', b'<Money currency="EUR">9.99', 1))
        self.assertKept(session, "more than one currency")

    def test_problems_are_described_in_the_shoppers_language(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.buyer.lang = 'fr_FR'
        french = {
            "Unit %(code)s of “%(item)s” is unknown. An Amazon administrator can add it under Amazon Business > "
            "Configuration > Units.":
                "L'unité %(code)s de « %(item)s » est inconnue.",
            "%(reason)s\nThe cart is kept: %(person)s can fix this and then press Retry to create the order.":
                "%(reason)s\nLe panier entier est gardé par %(person)s.",
        }
        with patch.dict(code_translations.python_translations, {('amazon_punchout', 'fr_FR'): french}):
            session, _document = self.bring_home([item(unit='CEN')])
            problem = session.with_context(lang='fr_FR').problem
            self.assertIn("L'unité CEN de « Stapler, blue » est inconnue.", problem)
            self.assertIn("Le panier entier", problem)
        self.assertKept(session, "Unit CEN of “Stapler, blue” is unknown.")

    def test_all_problems_are_named_together(self):
        session, _document = self.bring_home([
            item(title="Old stapler", condition='Used'), item(title="A hundred", unit='CEN'),
            item(title="A lot", quantity='5000')])
        self.assertKept(session, "Old stapler", "A hundred", "A lot")
        self.assertEqual(session.problem.count("\n"), 4)

    def test_without_a_responsible_person_the_administrator_is_named_and_the_shopper_notified(self):
        self.group.responsible_id = False
        session, _document = self.bring_home([item(unit='CEN')])
        named = self.group._person_to_notify()
        self.assertTrue(named.has_group('amazon_punchout.group_administrator'))
        self.assertIn(f"{named.name} can fix this and then press Retry", session.problem)
        self.assertEqual(session.activity_ids.user_id, self.buyer)

    def test_an_error_of_another_addon_is_kept_with_its_reason(self):
        Orders = type(self.env['purchase.order'])

        def fail(*_args):
            raise ValidationError("Fill in the project first.")
        with patch.object(Orders, '_creation_message', fail):
            session, _document = self.bring_home()
        self.assertKept(session, "Fill in the project first.")
        self.assertIn(self.administrator.name, session.problem)

    def test_an_error_of_odoo_is_logged_and_the_cart_kept(self):
        Cart = type(self.env['amazon.punchout.cart'])

        def fail(*_args):
            raise ZeroDivisionError("a bug")
        with patch.object(Cart, '_prepare_lines', fail), self.assertLogs(STEPS_LOGGER, 'ERROR') as logs:
            session, document = self.bring_home()
        self.assertEqual((session.state, document.state), ('attention', 'attention'))
        self.assertIn("server log", session.problem)
        self.assertIn("a bug", logs.output[0])
        self.assertIn(f"trip {session.id}", logs.output[0])

    def test_a_conflict_with_another_transaction_is_not_kept_but_repeated(self):
        Cart = type(self.env['amazon.punchout.cart'])

        def conflict(*_args):
            raise SerializationFailure
        session, cookie = self.start_trip()
        with patch.object(Cart, '_prepare_lines', conflict), self.assertRaises(psycopg2.OperationalError):
            self.receive(cookie, cart_xml(cookie, [item()]))


@tagged('post_install', '-at_install')
class TestBrokenDocuments(KeptCase):

    def test_of_a_broken_document_with_a_readable_cookie_length_and_digest_are_kept(self):
        session, cookie = self.start_trip()
        raw = cart_xml(cookie, [item()])[:-200]
        session, taken = self.receive(cookie, raw)
        self.assertTrue(taken)
        self.assertKept(session, "not a readable cart", "kept")
        document = session.document_ids.filtered(lambda document: document.direction == 'in')
        self.assertIn(hashlib.sha256(raw).hexdigest(), document.body_text)
        self.assertIn(f'length="{len(raw)}"', document.body_text)
        self.assertNotIn(b'Stapler, blue', document._get_body())
        self.assertNotIn(cookie.encode(), document._get_body())
        self.retry(session)
        self.assertKept(session, "Expected: Cart")

    def test_what_is_missing_is_named(self):
        session, _document = self.bring_home(raw=lambda cookie: cart_xml(cookie, [item()]).replace(
            b'<SupplierPartID>B00TEST001</SupplierPartID>', b''))
        self.assertKept(session, "The Cart has no", "SupplierPartID")

    def test_a_document_of_another_kind_is_kept(self):
        session, _document = self.bring_home(raw=lambda cookie: (
            f'<cXML><Message><Other><BuyerCookie>{cookie}</BuyerCookie></Other></Message></cXML>').encode())
        self.assertKept(session, "Expected: Cart")

    def test_hostile_documents_read_no_file_and_expand_nothing(self):
        for entity in ('<!ENTITY x SYSTEM "file:///etc/passwd">', '<!ENTITY a "aaaaaaaaaa"><!ENTITY x "&a;&a;&a;&a;">'):
            with self.subTest(entity):
                session, document = self.bring_home(raw=lambda cookie, entity=entity: cart_xml(
                    cookie, [item(title="TITLE")]).replace(
                        b'<cXML ', f'<!DOCTYPE cXML [{entity}]><cXML '.encode(), 1).replace(b'TITLE', b'&x;'))
                self.assertKept(session, "not a readable cart")
                self.assertIn(b'UnreadableDocument problem="entities"', document._get_body())
                self.assertNotIn('root:', session.problem)


@tagged('post_install', '-at_install')
class TestLateAndEmptyCarts(KeptCase):

    def late(self, items):
        session, cookie = self.start_trip()
        session.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.env['amazon.punchout.session']._expire_started()
        session, taken = self.receive(cookie, cart_xml(cookie, items))
        self.assertTrue(taken)
        return session

    def test_the_cart_of_an_expired_trip_is_kept_and_can_be_made_an_order(self):
        session = self.late([item()])
        self.assertKept(session, "more than 12 hours", "Retry", state='expired')
        self.retry(session)
        self.assertEqual((session.state, session.purchase_order_id.amazon_requester_id), ('done', self.buyer))

    def test_the_hours_are_a_setting(self):
        self.group.session_hours = 1
        session, _cookie = self.start_trip()
        self.assertLess(session.expires_at, fields.Datetime.now() + timedelta(minutes=61))

    def test_an_empty_cart_ends_the_trip_and_creates_nothing(self):
        orders = self.env['purchase.order'].search_count([])
        session, document = self.bring_home([])
        self.assertEqual((session.state, document.state), ('left', 'processed'))
        self.assertFalse(session.activity_ids)
        self.assertEqual(self.env['purchase.order'].search_count([]), orders)

    def test_an_empty_cart_of_an_expired_trip_notifies_no_one(self):
        session = self.late([])
        self.assertEqual(session.state, 'left')
        self.assertFalse(session.activity_ids)


@tagged('post_install', '-at_install')
class TestRetry(KeptCase):

    def kept(self):
        session, _document = self.bring_home([item(unit='CEN')])
        self.assertEqual(session.state, 'attention')
        return session

    def fix(self):
        self.env['amazon.punchout.uom'].create({'name': 'CEN', 'uom_id': self.env.ref('uom.product_uom_dozen').id})

    def test_retry_makes_the_order_in_the_shoppers_name_once_it_is_fixed(self):
        session = self.kept()
        self.fix()
        activity = session.activity_ids
        action = self.retry(session)
        order = session.purchase_order_id
        self.assertEqual((action['res_model'], action['res_id']), ('purchase.order', order.id))
        self.assertEqual((order.amazon_requester_id, order.user_id, order.create_uid), (self.buyer,) * 3)
        self.assertEqual((session.state, session.problem), ('done', False))
        self.assertFalse(activity.exists() and activity.active, "the activity is done")
        self.assertIn("Retry pressed", " ".join(session.message_ids.mapped('body')))
        with self.assertRaisesRegex(UserError, "no cart"):
            self.retry(session)

    def test_the_hold_runs_from_the_day_the_cart_came(self):
        session = self.kept()
        session.returned_at -= timedelta(days=3)
        self.fix()
        self.retry(session)
        self.assertEqual(session.purchase_order_id.amazon_valid_until, session.returned_at + timedelta(days=7))

    def test_retry_before_it_is_fixed_notifies_the_same_person_once(self):
        session = self.kept()
        self.group.max_quantity = 1
        action = self.retry(session)
        self.assertEqual((action['res_model'], action['res_id']), (session._name, session.id))
        self.assertKept(session, "Unit CEN")

    def test_a_new_problem_replaces_the_first(self):
        session, _document = self.bring_home([item(unit='CEN', quantity='2')])
        self.fix()
        self.group.max_quantity = 1
        self.retry(session)
        self.assertKept(session, "at most 1 per line")
        self.assertNotIn("CEN", session.activity_ids.note)

    def test_managers_administrators_and_the_responsible_may_retry(self):
        for user in (self.manager, self.administrator):
            with self.subTest(user.name):
                session = self.kept()
                self.assertTrue(session.with_user(user).may_retry)
        self.group.responsible_id = self.other_buyer
        session = self.kept()
        self.assertEqual(session.activity_ids.user_id, self.other_buyer)
        self.assertTrue(session.with_user(self.other_buyer).may_retry)
        self.fix()
        self.retry(session, self.other_buyer)
        self.assertEqual(session.purchase_order_id.amazon_requester_id, self.buyer)

    def test_other_users_may_not_retry(self):
        session = self.kept()
        self.assertFalse(session.with_user(self.buyer).may_retry)
        with self.assertRaisesRegex(UserError, "Only purchase managers"):
            self.retry(session, self.buyer)
        with self.assertRaises(AccessError):
            self.retry(session, self.other_buyer)

    def test_retry_makes_no_order_for_a_shopper_who_has_left_the_group(self):
        session = self.kept()
        self.fix()
        self.group.write({'all_users': False, 'user_ids': [Command.set(self.other_buyer.ids)]})
        with self.assertRaisesRegex(UserError, self.buyer.name):
            self.retry(session)
        self.assertEqual(session.state, 'attention')

    def test_no_cart_is_lost_if_the_responsible_person_cannot_see_the_trip(self):
        elsewhere = self.env['res.company'].create({'name': "Elsewhere"})
        stranger = self.new_user('stranger', 'base.group_user')
        stranger.write({'company_ids': [Command.set(elsewhere.ids)], 'company_id': elsewhere.id})
        self.group.responsible_id = stranger
        with mute_logger('odoo.addons.mail.models.mail_mail'):
            session, document = self.bring_home([item(unit='CEN')])
        self.assertEqual((session.state, document.state), ('attention', 'attention'))

    def test_the_shopper_is_notified_if_the_responsible_person_has_left(self):
        leaver = self.new_user('leaver', 'purchase.group_purchase_user')
        self.group.responsible_id = leaver
        leaver.active = False
        session, _document = self.bring_home([item(unit='CEN')])
        self.assertEqual(session.activity_ids.user_id, self.buyer)
