"""What is ordered is what people read: nobody can give a line of a cart another title."""
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...tools.links import is_page_of
from ..cxml_builder import item
from ..lock_common import LockCase, RpcCase

TURNED = 'HP \u202etoner\u202c'


class TitleCase(LockCase):
    """A cart with a thing that nobody should get by another name."""

    def setUp(self):
        super().setUp()
        self.toys = self.make_order([item(title="PlayStation 5", asin='B0PLAYSTAT', quantity='2')], shipping='2.50')
        self.toy = self.toys.order_line[0]


@tagged('post_install', '-at_install')
class TestItemTitle(TitleCase):

    def test_the_manager_approved_hp_toner_and_a_playstation_was_ordered(self):
        for user in (self.buyer, self.manager, self.administrator):
            self.toy.with_user(user).name = "HP toner"
            self.assertEqual(self.toy.amazon_title, "PlayStation 5")
            self.assertEqual(self.toy.name, "PlayStation 5\nHP toner")
            self.assertEqual(self.toy._amazon_title(), "PlayStation 5")

    def test_the_description_stays_open_for_notes_under_the_title(self):
        for written, name, notes in (
            ("PlayStation 5\nFor the lobby", "PlayStation 5\nFor the lobby", "For the lobby"),
            ("For the lobby", "PlayStation 5\nFor the lobby", "For the lobby"),
            ("PlayStation 55", "PlayStation 5\nPlayStation 55", "PlayStation 55"),
            ("  ", "PlayStation 5", False), (False, "PlayStation 5", False), ("PlayStation 5", "PlayStation 5", False),
            ("\n\nHP toner", "PlayStation 5\nHP toner", "HP toner"),
        ):
            with self.subTest(written=written):
                self.toy.with_user(self.buyer).name = written
                self.assertEqual((self.toy.name, self.toy.amazon_notes), (name, notes))

    def test_where_a_line_is_referred_to_notes_do_not_follow_its_title(self):
        self.toy.with_user(self.buyer).name = "HP toner"
        self.assertEqual(self.toy.display_name, "PlayStation 5")

    def test_notes_are_written_beside_the_title(self):
        self.toy.with_user(self.buyer).amazon_notes = "For the lobby"
        self.assertEqual(self.toy.name, "PlayStation 5\nFor the lobby")
        self.toy.with_user(self.buyer).amazon_notes = False
        self.assertEqual(self.toy.name, "PlayStation 5")

    def test_many_lines_keep_each_its_own_title(self):
        plain = self.plain_order().order_line
        lines = self.toys.order_line | self.line | plain
        lines.name = "Toner"
        self.assertEqual(lines.mapped('name'), [
            "PlayStation 5\nToner", "Shipping\nToner", "Stapler, blue\nToner", "Toner"])

    def test_shipping_can_not_be_called_an_item(self):
        shipping = self.toys.order_line[1]
        shipping.with_user(self.buyer).name = "HP toner"
        self.assertEqual((shipping.amazon_title, shipping.name), ("Shipping", "Shipping\nHP toner"))

    def test_what_people_read_names_the_asin_too(self):
        html = self.toy.with_user(self.manager).amazon_item_html
        self.assertIn("PlayStation 5", html)
        self.assertIn("B0PLAYSTAT", html)
        self.assertIn('href="https://www.amazon.com/dp/B0PLAYSTAT"', html)
        self.assertIn("A seller", html)

    def test_a_condition_that_is_not_new_is_read_too(self):
        self.group.new_items_only = False
        order = self.make_order([item(condition='Used - Acceptable')])
        self.assertIn("Used - Acceptable", order.order_line.amazon_item_html)
        self.assertNotIn("New", self.toy.amazon_item_html)

    def test_a_title_that_is_html_is_only_text(self):
        order = self.make_order([item(title='<b onclick="x()">A</b>', seller='<script>', asin='B0"><i>')])
        html = order.order_line.amazon_item_html
        self.assertIn("&lt;b onclick=", html)
        for tag in ('<b ', '<script', '<i>'):
            self.assertNotIn(tag, html)

    def test_direction_marks_are_shown_and_the_order_request_has_what_came(self):
        seller = 'Toner\u200b Shop'
        order = self.make_order([item(title=TURNED, seller=seller)])
        line = order.order_line
        self.assertEqual(line.amazon_title, "HP [U+202E]toner[U+202C]")
        self.assertEqual(line.amazon_seller, "Toner[U+200B] Shop")
        self.assertEqual(line.name, line.amazon_title)
        self.assertIn("[U+202E]", line.amazon_item_html)
        order.with_user(self.buyer).button_confirm()
        body = order._amazon_request().body_text
        self.assertIn(TURNED, body)
        self.assertNotIn("[U+", body)

    def test_what_the_lines_show_must_be_what_the_request_says(self):
        """Even who reaches the database can't have one thing shown and another one ordered."""
        for name, value in (
            ('amazon_title', "HP toner"), ('amazon_asin', 'B00OTHER01'), ('amazon_auxiliary_id', 'other'),
            ('amazon_seller', "HP"), ('amazon_condition', "Used"),
        ):
            order = self.make_order([item()])
            self.env.flush_all()
            self.env.cr.execute(  # pylint: disable=sql-injection  # names of the test itself
                f'UPDATE purchase_order_line SET {name} = %s WHERE order_id = %s', [value, order.id])
            self.env.invalidate_all()
            with self.subTest(name=name), self.assertRaisesRegex(UserError, "differs from the cart"):
                order.with_user(self.buyer).button_confirm()

    def test_a_copy_of_a_cart_is_a_plain_order(self):
        line = self.toys.copy().order_line[0]
        self.assertFalse(line.amazon_title or line.amazon_item_html)
        line.name = "HP toner"
        self.assertEqual(line.name, "HP toner")

    # === LINKS === #

    def test_the_link_is_built_from_marketplace_and_asin(self):
        order = self.make_order([item(url='https://www.amazon.com/dp/B00OTHER01?smid=A1')])
        line = order.order_line
        self.assertEqual(line.amazon_page, 'https://www.amazon.com/dp/B00TEST001')
        self.assertEqual(line._amazon_page(), line.amazon_page)
        self.assertEqual(line.amazon_cart_page, 'https://www.amazon.com/dp/B00OTHER01?smid=A1')
        self.assertEqual(line.amazon_url, 'https://www.amazon.com/dp/B00OTHER01?smid=A1')
        self.assertIn("only if it leads to the marketplace", line._fields['amazon_url'].help, "as it is here")

    def test_a_link_of_the_cart_to_elsewhere_is_shown_nowhere(self):
        order = self.make_order([item(url='https://amazon.com.evil.example/dp/B00TEST001')])
        line = order.order_line
        self.assertFalse(line.amazon_cart_page)
        self.assertEqual(line.amazon_url, 'https://amazon.com.evil.example/dp/B00TEST001', "what came is kept")
        order.with_user(self.buyer).button_cancel()
        order.with_user(self.buyer)._amazon_note_shopped_again()
        order._amazon_notify_ended()
        for text in (line.amazon_item_html, line.amazon_page, order._amazon_again_html(),
                     *order.message_ids.mapped('body')):
            self.assertNotIn('evil', text)
        arch = self.env['purchase.order'].get_view(self.env.ref('purchase.purchase_order_form').id, 'form')['arch']
        self.assertNotIn('amazon_url', arch)

    def test_only_the_marketplaces_own_host_passes(self):
        for url in (
            'https://amazon.com/dp/1', 'https://www.amazon.com/dp/1?a=b#c', 'https://smile.Amazon.COM',
            'HTTPS://amazon.com/', 'https://www.amazon.com:443/dp/1',
        ):
            with self.subTest(url=url):
                self.assertTrue(is_page_of(url, 'com'))
        for url in (
            'http://www.amazon.com/dp/1', 'https://amazon.com.evil.example/', 'https://evilamazon.com/',
            'https://amazon.co/', 'https://www.amazon.de/', 'https://user@amazon.com/', 'https://amazon.com@evil.example/',
            'https://amazon.com:8443/', 'https://evil.example\\.amazon.com/', 'https://amazon.com\\@evil.example/',
            'https://evil.example/?.amazon.com/', 'https://evil.example#.amazon.com', 'https://аmazon.com/',
            'https://xn--mazon-3ve.com/', 'https://xn--mazon-3ve.amazon.com/', 'https://ama\u212aon.com/',
            'https://www.amazon.com\n.evil.example/', 'https://amazon.com\u202e/', 'https://amazon.com./',
            'https://www。amazon.com/', 'javascript:alert(1)//amazon.com', '//amazon.com/', ' https://amazon.com/',
            'https://.amazon.com/', 'https://amazonxcom/', '', None,
        ):
            with self.subTest(url=url):
                self.assertFalse(is_page_of(url, 'com'))
        self.assertTrue(is_page_of('https://www.amazon.co.uk/dp/1', 'co.uk'))
        self.assertFalse(is_page_of('https://www.amazon.com/dp/1', 'co.uk'))


@tagged('post_install', '-at_install')
class TestItemTitleRpc(TitleCase, RpcCase):
    """What identifies an item, from outside."""

    def test_nothing_that_names_an_item_can_be_written(self):
        names = ('amazon_title', 'amazon_asin', 'amazon_auxiliary_id', 'amazon_seller', 'amazon_condition',
                 'amazon_url', 'amazon_item')
        before = self.toy.read(names)
        for user in (self.buyer, self.manager, self.administrator):
            for call in (self.call_kw, self.jsonrpc, self.json2):
                for name in names:
                    value = {'description': "HP toner"} if name == 'amazon_item' else "HP toner"
                    with (self.subTest(user=user.login, call=call.__name__, name=name),
                          mute_logger('odoo.http', 'odoo.addons.rpc.controllers.jsonrpc')):
                        body = call(user, 'purchase.order.line', 'write', [[self.toy.id], {name: value}], {})
                        self.assertIn("Only messages from Amazon", body['error']['data']['message'])
        self.env.invalidate_all()
        self.assertEqual(self.toy.read(names), before)

    def test_the_title_stands_first_whoever_rewrites_the_description(self):
        for user in (self.buyer, self.manager, self.administrator):
            for model, ids, vals in (
                ('purchase.order.line', self.toy.ids, {'name': "HP toner"}),
                ('purchase.order', self.toys.ids, {'order_line': [[1, self.toy.id, {'name': "HP toner"}]]}),
                ('purchase.order.line', self.toy.ids, {'amazon_notes': "HP toner"}),
            ):
                body = self.call_kw(user, model, 'write', [ids, vals], {})
                self.assertNotIn('error', body)
                self.env.invalidate_all()
                self.assertEqual(self.toy.name, "PlayStation 5\nHP toner")
