"""What a shopper sees of a cart that came back and is kept without an order."""
from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import START_PAGE, answer
from ..cxml_builder import item
from .test_cart_problems import KeptCase


@tagged('post_install', '-at_install')
class TestKeptCart(KeptCase):

    def test_the_trip_and_the_page_show_what_is_in_the_cart_why_there_is_no_order_and_who_knows(self):
        session, _document = self.bring_home([item(title="Old stapler", condition='Used', price='9.99', quantity='2')])
        own = session.with_user(self.buyer)
        self.assertIn("Old stapler", own.cart_items)
        self.assertIn("19.98", own.cart_items)
        self.assertIn('text-nowrap">2 ×', own.cart_items)  # not in two lines on a phone
        self.assertEqual(own.notified, self.administrator.name)
        page = self.env['ir.qweb']._render('amazon_punchout.cart_page', {'session': session})
        for words in ("Old stapler", "19.98", "is not new (Used)", f"Notified: {self.administrator.name}"):
            self.assertIn(words, str(page))
        self.assertTrue(session._again_path())
        with self.amazon(answer(start_page=START_PAGE)):
            self.assertEqual(own.action_shop_again()['res_model'], 'amazon.punchout.shop')

    def test_dismiss_is_a_button_for_the_shopper_and_for_those_who_decide(self):
        for user in (self.buyer, self.manager, self.administrator):
            session, document = self.bring_home([item(unit='CEN')])
            self.assertTrue(session.with_user(user).may_dismiss)
            session.with_user(user).action_dismiss_kept()
            self.assertEqual((session.state, document.state), ('left', 'dismissed'))
            self.assertIn(f"Dismissed by {user.name}", document.dismiss_reason)
            self.assertFalse(session.with_user(user).may_dismiss or session.activity_ids)
            with self.assertRaises(UserError):
                session.with_user(user).action_dismiss_kept()

    def test_an_unknown_unit_leads_administrators_to_units(self):
        session, _document = self.bring_home([item(unit='CEN')])
        self.assertTrue(session.has_unknown_unit)
        self.assertIn("An Amazon administrator can add it", session.problem)
        for user, shown in ((self.administrator, 1), (self.buyer, 0)):
            arch = etree.fromstring(session.with_user(user).get_view(view_type='form')['arch'])
            self.assertEqual(len(arch.xpath("//button[@string='Open Units']")), shown)
        used, _document = self.bring_home([item(condition='Used')])
        self.assertFalse(used.has_unknown_unit)
