"""Lists, receipts, bills and core's notes name what was ordered, not the one product for all of Amazon."""
from pathlib import Path

from lxml import etree

from odoo.modules.module import load_script
from odoo.tests import Form, tagged

from ...tools.cart_lock import lifted
from ...tools.short import items_in_short, shorten
from ..cxml_builder import confirmation_xml, item, status
from ..message_case import MessageCase

GENERIC = "Amazon item"


@tagged('post_install', '-at_install')
class TestWhatIsInIt(MessageCase):

    def arch(self, xml_id, view_type):
        view = self.env.ref(xml_id)
        return etree.fromstring(self.env[view.model].get_view(view.id, view_type)['arch'])

    def cart(self):
        return [item(title="HDMI cable", asin='B00CABLE01', price='9.00', quantity='2'),
                item(title="Monitor 27 inch", asin='B00MONITOR', price='300.00'),
                item(title="Stand", asin='B000STAND1', price='50.00')]

    # === LISTS === #

    def test_all_orders_in_the_list_read_the_same(self):
        order = self.make_order(self.cart(), shipping='5.00')
        self.assertEqual(order.amazon_items, "Monitor 27 inch + 2")
        self.assertEqual(self.make_order([item(title="Stapler")]).amazon_items, "Stapler")
        for xml_id, view_type in (
            ('purchase.purchase_order_kpis_tree', 'list'), ('purchase.purchase_order_view_tree', 'list'),
            ('purchase.view_purchase_order_kanban', 'kanban'),
        ):
            arch = self.arch(xml_id, view_type)
            for name in ('amazon_items', 'amazon_requester_id', 'amazon_state', 'amazon_change'):
                with self.subTest(view=xml_id, name=name):
                    self.assertTrue(arch.xpath(f'//field[@name="{name}"][not(@invisible)]'))
        for xml_id in ('purchase.view_purchase_order_filter', 'purchase.purchase_order_view_search'):
            arch = self.arch(xml_id, 'search')
            for name in ('amazon_state', 'amazon_requester'):
                self.assertIn('group_by', arch.xpath(f'//filter[@name="{name}"]')[0].get('context'))

    def test_the_menu_carts_says_what_is_in_each(self):
        action = self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.purchase_order_cart_action')
        views = {view_type: view_id for view_id, view_type in action['views']}
        for view_type in ('list', 'kanban'):
            arch = etree.fromstring(self.env['purchase.order'].get_view(views[view_type], view_type)['arch'])
            for name in ('amazon_items', 'amazon_requester_id', 'amazon_state_label'):
                with self.subTest(view=view_type, name=name):
                    self.assertTrue(arch.xpath(f'//field[@name="{name}"][not(@invisible)]'))

    def test_a_list_of_carts_costs_no_query_per_order(self):
        orders = self.env['purchase.order'].union(*(self.make_order([item()]) for _each in range(6)))
        specification = {name: {} for name in ('amazon_items', 'amazon_state_label', 'amazon_change')}
        counts = []
        for some in (orders, orders[:1], orders):  # the first time, what is kept in memory is read
            self.begin_anew()
            before = self.cr.sql_log_count
            some.with_user(self.buyer).web_read(specification)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_titles_are_cut_so_that_the_count_is_seen(self):
        self.assertEqual(shorten("Monitor"), "Monitor")
        self.assertEqual(shorten("A monitor for the desk", 12), "A monitor…")
        self.assertEqual(shorten("x" * 60, 12), "x" * 11 + "…")
        self.assertEqual(items_in_short([("A" * 80, 1), ("B", 0)]), "A" * 29 + "… + 1")

    def test_the_heading_of_an_order_was_cut_after_30_characters(self):
        title = "Ergonomic office chair with headrest and adjustable armrests, black"
        self.assertEqual(self.make_order([item(title=title)]).amazon_heading, title)
        cart = [item(title="Cable", asin='B00CABLE01', price='1.00'), item(title=title, price='99.00')]
        self.assertEqual(self.make_order(cart).amazon_heading, f"{title} + 1")
        arch = self.arch('purchase.purchase_order_form', 'form')
        self.assertTrue(arch.xpath("//div[hasclass('oe_title')]//field[@name='amazon_heading']"))
        self.assertFalse(self.env['purchase.order'].create({'partner_id': self.vendor.id}).amazon_heading)

    def test_an_order_was_named_after_the_item_that_amazon_rejected(self):
        order = self.sent_order(self.cart())
        self.deliver(confirmation_xml(order, [
            (1, 2, status(quantity=2)), (2, 1, status('reject', 1)), (3, 1, status(quantity=1))]))
        self.assertEqual((order.amazon_heading, order.amazon_items), ("Stand + 2", "Stand + 2"))
        self.assertEqual(order._amazon_items_title(), "Stand + 2")
        self.deliver(confirmation_xml(order, [(2, 1, status(quantity=1))], notice_date='2026-03-04T10:00:00Z'))
        self.assertEqual((order.amazon_heading, order.amazon_items), ("Monitor 27 inch + 2", "Monitor 27 inch + 2"))

    def test_orders_of_before_are_named_again(self):
        order = self.three_lines()
        self.deliver(confirmation_xml(order, [(1, 2, status('reject', 2)), (3, 1, status('reject', 1))]))
        named = order.amazon_items
        with lifted():
            order.amazon_items = "What was rejected + 2"
        written = order.write_date
        script = Path(__file__).resolve().parents[2] / 'migrations' / '19.0.2.6.0' / 'post-named.py'
        for _run in range(2):
            self.env.flush_all()
            load_script(str(script), 'post_named').migrate(self.env.cr, '19.0.2.5.0')
            self.env.invalidate_all()
            self.assertEqual((order.amazon_items, order.write_date), (named, written))

    def test_an_order_that_amazon_rejected_as_a_whole_keeps_its_name(self):
        order = self.three_lines()
        name = order.amazon_items
        self.deliver(confirmation_xml(
            order, [(1, 2, status('reject', 2)), (2, 3, status('reject', 3)), (3, 1, status('reject', 1))]))
        self.assertEqual((order.state, order.amazon_items), ('cancel', name))

    def test_what_amazon_changed_is_a_badge(self):
        for answers, change in (
            ([(1, 2, status(quantity=2))], False),
            ([(1, 2, status(quantity=2, price='9.00'))], 'changed'),
            ([(1, 2, status(quantity=2, price='11.00'))], 'dearer'),
            ([(1, 2, status('backordered', 2))], 'backordered'),
            ([(1, 2, status(quantity=2, price='11.00')), (2, 3, status('reject', 3))], 'rejected'),
            ([(1, 2, status('reject', 2)), (2, 3, status('reject', 3)), (3, 1, status('reject', 1))], False),
        ):
            order = self.three_lines()
            self.deliver(confirmation_xml(order, answers))
            with self.subTest(change=change, answers=len(answers)):
                self.assertEqual(order.amazon_change, change)
                label = dict(order._fields['amazon_change'].selection).get(change)
                self.assertEqual(order.amazon_state_label in ("Confirmed", "Partly Confirmed", "Cancelled"), not label)
                self.assertTrue(not label or order.amazon_state_label == label)

    def test_an_order_that_is_cancelled_after_a_change_is_not_found_as_changed(self):
        order = self.three_lines()
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2, price='11.00'))]))
        self.assertEqual(order.amazon_change, 'dearer')
        order.with_user(self.manager)._amazon_state_cancelled()
        self.assertEqual((order.state, order.amazon_state), ('cancel', 'cancelled'))
        self.assertFalse(order.amazon_change)

    def test_an_order_that_a_person_cancels_in_odoo_after_amazon_did_is_not_found_as_changed(self):
        """It was billed and credited, so Amazon's rejection could not cancel it here."""
        order = self.three_lines()
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2, price='11.00'))]))
        with lifted():
            order.amazon_state = 'cancelled'
        order.with_user(self.manager).button_cancel()
        self.assertFalse(order.amazon_change)
        self.assertNotIn(order, self.env['purchase.order'].search([('amazon_change', '!=', False)]))

    def test_a_copy_names_nothing_of_amazon(self):
        self.assertFalse(self.make_order([item()]).copy().amazon_items)

    # === RECEIPTS === #

    def test_the_receiver_does_not_know_what_to_receive(self):
        order = self.ordered([item(title="Monitor 27 inch", asin='B00MONITOR')])
        order.order_line.with_user(self.buyer).amazon_notes = "For the lobby"
        receiver = self.new_user('receiver', 'stock.group_stock_user')
        move = order.picking_ids.move_ids
        html = move.with_user(receiver).amazon_item_html
        for part in ("Monitor 27 inch", 'href="https://www.amazon.com/dp/B00MONITOR"', "A seller", "For the lobby"):
            self.assertIn(part, html)
        self.assertNotIn(GENERIC, html)
        form = self.arch('stock.view_picking_form', 'form')
        self.assertEqual(
            form.xpath('//field[@name="move_ids"]/list/field[@name="product_id"]')[0].get('widget'),
            'amazon_punchout_move_product')
        card = self.arch('stock.view_move_kandan', 'kanban')
        self.assertEqual(card.xpath('//field[@name="product_id"]/@t-if'), ['!record.amazon_item_html.raw_value.length'])
        self.assertTrue(card.xpath('//t[@t-name="card"]/field[@name="amazon_item_html"]'))
        with Form(move, view='stock.view_stock_move_operations') as dialog:
            self.assertIn("Monitor 27 inch", dialog.amazon_item_html)

    def test_a_product_of_the_company_is_named_with_the_item(self):
        pens = self.env['product.product'].create({'name': "Our pens", 'type': 'consu', 'is_storable': True})
        self.env['product.supplierinfo'].create({
            'partner_id': self.vendor.id, 'product_code': 'B00000PEN1', 'product_tmpl_id': pens.product_tmpl_id.id})
        self.group.item_policy = 'match'
        order = self.ordered([item(title="Pens", asin='B00000PEN1')])
        self.assertIn("Our pens", order.order_line.amazon_item_html)
        self.assertIn("Our pens", order.picking_ids.move_ids.amazon_item_html)

    def test_an_arabic_reader_saw_the_number_of_a_title_at_its_end(self):
        """“27-Inch Monitor” became “Inch Monitor-27” in a line from right to left."""
        order = self.make_order([item(title="27-Inch Monitor")])
        self.assertIn(
            "<bdi>27-Inch Monitor</bdi>", order.order_line.filtered('amazon_title').amazon_item_html)
        self.assertIn("× 27-Inch Monitor</bdi>", order._amazon_items_html())

    def test_other_receipts_show_their_products(self):
        product = self.env['product.product'].create({'name': "Plain", 'type': 'consu'})
        plain = self.env['purchase.order'].create({
            'partner_id': self.vendor.id, 'order_line': [(0, 0, {'product_id': product.id, 'product_qty': 1})]})
        plain.button_confirm()
        self.assertFalse(any(plain.picking_ids.move_ids.mapped('amazon_item_html')))

    # === BILLS AND NOTES === #

    def test_a_bill_names_its_items_on_a_phone(self):
        order = self.sent_order([item(title="Monitor 27 inch", asin='B00MONITOR')])
        self.receive_goods(order)
        order.action_create_invoice()
        line = order.invoice_ids.invoice_line_ids
        accountant = self.new_user('accountant', 'account.group_account_invoice')
        self.assertIn("Monitor 27 inch", line.with_user(accountant).amazon_item_html)
        form = self.arch('account.view_move_form', 'form')
        [card] = form.xpath('//field[@name="invoice_line_ids"]/kanban')
        self.assertTrue(card.xpath('.//field[@name="amazon_item_html"]'))
        self.assertEqual(
            card.xpath('.//field[@name="product_id"][not(@widget)]/@t-if'),
            ['!record.amazon_item_html.raw_value.length'])

    def test_the_chatter_says_that_amazon_item_was_received(self):
        order = self.sent_order([item(title="Monitor 27 inch", asin='B00MONITOR', quantity='2')])
        self.receive_goods(order, line1=1)
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=1), status('reject', 1))]))
        notes = [body for body in order.message_ids.mapped('body') if 'quantity has been updated' in body]
        self.assertTrue(notes)
        for note in notes:
            self.assertIn("Monitor 27 inch", note)
            self.assertNotIn(GENERIC, note)

    # === ON A PHONE === #

    def test_a_phone_let_people_edit_what_it_could_not_save(self):
        form = self.arch('purchase.purchase_order_form', 'form')
        for name in ('product_id', 'product_qty', 'product_uom_id', 'price_unit', 'discount', 'tax_ids'):
            fields = form.xpath(f'//field[@name="order_line"]/form//field[@name="{name}"]')
            if name == 'product_uom_id' and not fields:
                continue  # without units of measure
            with self.subTest(name=name):
                self.assertTrue(fields)
                for field in fields:
                    self.assertIn('parent.amazon_session_id', field.get('readonly') or '')

    def test_trips_documents_and_shipments_have_cards(self):
        for name in ('session', 'document', 'shipment'):
            action = self.env.ref(f'amazon_punchout.amazon_punchout_{name}_action')
            self.assertIn('kanban', action.view_mode)
            arch = etree.fromstring(self.env[f'amazon.punchout.{name}'].get_view(False, 'kanban')['arch'])
            self.assertTrue(arch.xpath('//t[@t-name="card"]'))
        form = self.arch('purchase.purchase_order_form', 'form')
        for name in ('amazon_document_ids', 'amazon_shipment_ids'):
            self.assertEqual(form.xpath(f'//field[@name="{name}"]')[0].get('mode'), 'list,kanban')

    def test_refuse_was_hidden_in_a_menu(self):
        form = self.arch('purchase.purchase_order_form', 'form')
        [button] = form.xpath('//div[@name="amazon_actions"]/button[@name="action_amazon_refuse"]')
        self.assertEqual(button.get('invisible'), 'not amazon_may_refuse')

    # === WHAT AMAZON CHANGED === #

    def test_changed_lines_say_from_to_and_why(self):
        order = self.three_lines()
        line = self.line(order, 1)
        self.assertFalse(line.amazon_change_text)
        self.deliver(confirmation_xml(order, [
            (1, 2, status(quantity=1, price='25.00'), status('reject', 1, error="Out [Error code: 015-005]")),
            (2, 3, status('backordered', 3)), (3, 1, status(quantity=1))]))
        text = line.amazon_change_text.replace('\xa0', ' ')
        self.assertTrue(text.startswith("quantity 2 → 1, unit price $ 10.00 → $ 25.00. Out of stock (015-005)"), text)
        self.assertEqual(self.line(order, 2).amazon_change_text, "3 back-ordered")
        self.assertFalse(self.line(order, 3).amazon_change_text)
        form = self.arch('purchase.purchase_order_form', 'form')
        [column] = form.xpath('//field[@name="order_line"]/list/field[@name="amazon_change_text"]')
        self.assertEqual(column.get('optional'), 'show')
