"""Groups that match items with our own products by the vendor product code."""
from odoo.fields import Command
from odoo.tests import tagged

from ... import cxml
from ..account_case import PEN, AccountCase
from ..cxml_builder import cart_xml, item

ASIN = 'B00000PEN1'


@tagged('post_install', '-at_install')
class TestCatalogue(AccountCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group.item_policy = 'match'
        cls.pen = cls.new_product("Blue pen", is_storable=True)
        cls.info = cls.give_code(cls.pen)

    @classmethod
    def new_product(cls, name, **vals):
        return cls.env['product.product'].create({'name': name, 'type': 'consu', **vals})

    @classmethod
    def give_code(cls, product, **vals):
        return cls.env['product.supplierinfo'].create({
            'partner_id': cls.vendor.id, 'product_code': ASIN, 'product_tmpl_id': product.product_tmpl_id.id,
            'price': 77.0, **vals})

    def product(self):
        """Return the product of the pen in a new cart."""
        return self.items(self.two_items())[0].product_id

    # === WHAT MATCHES === #

    def test_an_item_becomes_our_product_of_that_vendor_code(self):
        pen, desk = self.items(self.two_items())
        self.assertEqual((pen.product_id, desk.product_id), (self.pen, self.group.product_id))
        self.assertEqual((pen.price_unit, pen.name, pen.product_qty), (2, "Pen", 5))

    def test_a_group_of_one_item_product_matches_nothing(self):
        self.group.item_policy = 'generic'
        self.assertEqual(self.product(), self.group.product_id)

    def test_what_is_not_in_the_catalogue_falls_to_its_category(self):
        self.map_category('56', product_id=self.pens.id, account_id=self.furniture.id)
        self.map_category('44', account_id=self.supplies.id, analytic_distribution={str(self.sales.id): 100})
        pen, desk = self.items(self.two_items())
        self.assertEqual((desk.product_id, desk.expense_account_id), (self.pens, self.furniture))
        self.assertEqual((pen.product_id, pen.expense_account_id), (self.pen, self.env['account.account']))
        self.assertEqual(pen.analytic_distribution, {str(self.sales.id): 100})

    def test_the_variant_beside_the_code_is_ordered(self):
        attribute = self.env['product.attribute'].create({
            'name': "Ink", 'value_ids': [Command.create({'name': "Red"}), Command.create({'name': "Green"})]})
        template = self.env['product.template'].create({
            'name': "Coloured pen", 'type': 'consu', 'attribute_line_ids': [Command.create({
                'attribute_id': attribute.id, 'value_ids': [Command.set(attribute.value_ids.ids)]})]})
        red, green = template.product_variant_ids
        self.info.write({'product_tmpl_id': template.id, 'product_id': green.id})
        self.assertEqual(self.product(), green)
        self.info.product_id = False
        order = self.two_items()
        self.assertEqual(self.items(order)[0].product_id, self.group.product_id)
        self.assertRegex(self.notes(order), f"Coloured pen has the vendor product code {ASIN} but several variants")
        red.active = False
        self.assertEqual(self.product(), green, "the only one that is left")

    def test_the_first_of_several_by_sequence_is_ordered_and_the_chatter_says_so(self):
        other = self.new_product("Cheap pen")
        self.give_code(other, sequence=0)
        self.info.sequence = 5
        order = self.two_items()
        self.assertEqual(self.items(order)[0].product_id, other)
        self.assertRegex(
            self.notes(order),
            f"Several products have the vendor product code {ASIN}: .*Cheap pen, .*Blue pen.*Cheap pen was ordered")

    def test_two_prices_of_one_product_are_one_match(self):
        self.give_code(self.pen, min_qty=100)
        order = self.two_items()
        self.assertEqual(self.items(order)[0].product_id, self.pen)
        self.assertNotIn("Several", self.notes(order))

    def test_a_code_of_the_vendors_company_counts_for_its_contact(self):
        contact = self.env['res.partner'].create({'name': "Orders", 'parent_id': self.vendor.id})
        self.group.partner_id = contact
        self.assertEqual(self.product(), self.pen)

    # === WHAT DOES NOT === #

    def test_archived_products_services_and_what_is_not_bought_do_not_match(self):
        for vals in ({'active': False}, {'purchase_ok': False}, {'type': 'service'}):
            with self.subTest(vals):
                pen = self.new_product("Another pen")
                self.info.write({'product_tmpl_id': pen.product_tmpl_id.id, 'product_id': pen.id})
                self.assertEqual(self.product(), pen)
                pen.product_tmpl_id.write(vals)
                self.assertEqual(self.product(), self.group.product_id)

    def test_another_vendors_code_does_not_match(self):
        self.info.partner_id = self.env['res.partner'].create({'name': "Stationer"})
        self.assertEqual(self.product(), self.group.product_id)

    def test_another_companys_product_or_code_does_not_match(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})
        self.info.company_id = company
        self.assertEqual(self.product(), self.group.product_id)
        self.info.company_id = False
        self.pen.company_id = company
        self.assertEqual(self.product(), self.group.product_id)
        # Without the rules that hide it from the shopper as well.
        cart = cxml.read_cart(cart_xml('cookie', [item(asin=ASIN)]))
        self.assertEqual(self.env['amazon.punchout.cart']._match_products(self.group, cart), ({}, []))
        self.pen.company_id = self.company
        self.assertEqual(self.product(), self.pen)

    def test_a_unit_in_which_our_product_can_not_be_bought_is_named(self):
        self.pen.uom_id = self.env.ref('uom.product_uom_kgm')
        session, cookie = self.start_trip()
        session, _taken = self.receive(cookie, cart_xml(cookie, [item(asin=ASIN, title="Pen", unspsc=PEN)]))
        self.assertEqual(session.state, 'attention')
        self.assertRegex(session.problem, "“Pen” is mapped to Units, but .*Blue pen can't be bought in Units")

    # === WHAT HAPPENS WITH IT === #

    def test_the_goods_go_into_stock_and_amazons_price_is_their_value(self):
        order = self.two_items()
        order.with_user(self.buyer).button_confirm()
        line = self.items(order)[0]
        self.assertEqual((line.price_unit, order.amount_total), (2, 110), "the vendor price of 77 re-prices nothing")
        self.receive_goods(order)
        self.assertEqual(line.qty_received, 5)
        location = self.warehouse.lot_stock_id
        self.assertEqual(self.env['stock.quant']._get_available_quantity(self.pen, location), 5)
        self.assertEqual(line.move_ids.value, 10)

    def test_confirming_writes_no_vendor_price_on_our_product(self):
        before = self.pen.seller_ids
        order = self.two_items()
        order.with_user(self.buyer).button_confirm()
        self.assertEqual((self.pen.seller_ids, self.info.price), (before, 77))

    def test_a_cart_in_packs_is_received_in_the_products_own_unit(self):
        order = self.make_order([item(asin=ASIN, quantity='2', unit='DZN', price='24.00')])
        order.with_user(self.buyer).button_confirm()
        self.receive_goods(order)
        self.assertEqual(self.env['stock.quant']._get_available_quantity(self.pen, self.warehouse.lot_stock_id), 24)
