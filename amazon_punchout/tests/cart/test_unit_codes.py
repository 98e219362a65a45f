"""Which unit codes are known from the start, and what a cart in them becomes."""
from fractions import Fraction

from odoo.tests import tagged
from odoo.tools.convert import convert_file

from ...tools.unit_codes import PACKAGE_CODES, UNIT_CODES
from ..common import AmazonCase
from ..cxml_builder import item


@tagged('post_install', '-at_install')
class TestUnitCodes(AmazonCase):

    def setUp(self):
        super().setUp()
        self.codes = self.env['amazon.punchout.uom']

    def ratio(self, ordered, stated):
        return self.codes._find_ratio(ordered, stated)

    def pack_of(self, content):
        return self.env['uom.uom'].create({
            'name': f"Box of {content}", 'relative_factor': content,
            'relative_uom_id': self.env.ref('uom.product_uom_unit').id})

    def map_code(self, code, unit):
        self.codes.search([('name', '=', code)]).uom_id = unit

    # === KNOWN FROM THE START === #

    def test_the_usual_codes_are_known_from_the_start(self):
        units = self.codes._units_by_code()
        for code, name in (
            ('EA', 'unit'), ('EACH', 'unit'), ('PCE', 'unit'), ('C62', 'unit'), ('H87', 'unit'), ('RM', 'unit'),
            ('BX', 'unit'), ('XBX', 'unit'), ('PR', 'unit'), ('SET', 'unit'), ('PK', 'unit'), ('XPK', 'unit'),
            ('CT', 'unit'), ('DZ', 'dozen'), ('DZN', 'dozen'), ('KGM', 'kgm'), ('KG', 'kgm'), ('LBR', 'lb'),
            ('LB', 'lb'), ('GRM', 'gram'), ('MTR', 'meter'), ('FOT', 'foot'), ('INH', 'inch'), ('LTR', 'litre'),
            ('GLL', 'gal'), ('MIN', 'minute'), ('HUR', 'hour'), ('DAY', 'day'),
        ):
            with self.subTest(code):
                self.assertEqual(units[code], self.env.ref(f'uom.product_uom_{name}'))

    def test_each_of_odoos_units_has_a_code_and_each_code_one_meaning(self):
        core = self.env['ir.model.data'].search([('module', '=', 'uom'), ('model', '=', 'uom.uom')])
        self.assertEqual(set(UNIT_CODES), set(core.mapped('name')) - {'product_uom_pack_6'})
        codes = [code for row in (*UNIT_CODES.values(), *PACKAGE_CODES) for code in row.split()]
        self.assertEqual(len(codes), len(set(codes)))
        self.assertEqual([code for code in codes if code not in self.codes._units_by_code()], [])

    def test_an_installation_adds_what_is_missing_and_leaves_what_people_mapped(self):
        box = self.pack_of(24)
        self.map_code('BX', box)
        self.codes.search([('name', '=', 'KGM')]).unlink()
        self.codes.search([('name', '=', 'PK')]).name = ' pk '
        count = self.codes.search_count([])
        self.codes._add_known_codes()
        self.assertEqual(self.codes._units_by_code()['BX'], box)
        self.assertEqual(self.codes._units_by_code()['KGM'], self.env.ref('uom.product_uom_kgm'))
        self.assertEqual(self.codes.search_count([]), count + 1)

    def test_a_unit_that_was_deleted_stays_deleted_at_an_update(self):
        self.codes.search([('name', 'in', ('EA', 'KGM'))]).unlink()
        convert_file(self.env, 'amazon_punchout', 'data/amazon_punchout_uom_data.xml', {}, mode='update')
        self.assertFalse(self.codes.search([('name', 'in', ('EA', 'KGM'))]))
        convert_file(self.env, 'amazon_punchout', 'data/amazon_punchout_uom_data.xml', {}, mode='init')
        self.assertEqual(self.codes.search_count([('name', 'in', ('EA', 'KGM'))]), 2)

    def test_a_unit_that_people_deleted_is_not_needed(self):
        self.codes.search([('uom_id', '=', self.env.ref('uom.product_uom_dozen').id)]).unlink()
        self.env.ref('uom.product_uom_dozen').unlink()
        self.codes._add_known_codes()
        self.assertNotIn('DZN', self.codes._units_by_code())

    # === CARTS === #

    def test_a_box_is_one_unit_of_the_product(self):
        order = self.make_order([item(unit='BX', quantity='2', price='24.00'), item(unit='rm', price='5.00')])
        unit = self.env.ref('uom.product_uom_unit')
        self.assertEqual([(line.product_qty, line.product_uom_id, line.price_unit) for line in order.order_line],
                         [(2, unit, 24), (1, unit, 5)])

    def test_a_box_of_a_product_that_is_counted_in_dozens_is_one_dozen(self):
        product = self.env['product.product'].create({
            'name': "Eggs", 'type': 'consu', 'uom_id': self.env.ref('uom.product_uom_dozen').id})
        self.group.product_id = product
        line = self.make_order([item(unit='BX', quantity='2', price='24.00')]).order_line
        self.assertEqual((line.product_qty, line.product_uom_id), (2, product.uom_id))

    def test_a_box_with_a_known_content_is_a_unit_of_its_own(self):
        box = self.pack_of(12)
        self.map_code('BX', box)
        line = self.make_order([item(unit='BX', quantity='2', price='24.00')]).order_line
        self.assertEqual((line.product_qty, line.product_uom_id, line.product_uom_qty), (2, box, 24))

    # === CONVERTING === #

    def test_pieces_by_any_code_are_pieces(self):
        for stated in ('EA', 'ea ', 'PCE', 'C62', 'H87', 'EACH'):
            self.assertEqual(self.ratio('EA', stated), 1)

    def test_a_unit_is_converted_exactly_where_odoo_knows_how(self):
        for ordered, stated, ratio in (
            ('DZN', 'EA', Fraction(1, 12)), ('EA', 'DZ', 12), ('KGM', 'GRM', Fraction(1, 1000)),
            ('FOT', 'INH', Fraction(1, 12)), ('TNE', 'KGM', Fraction(1, 1000)),
            ('DAY', 'HUR', Fraction(1, 8)), ('MTR', 'CMT', Fraction(1, 100)),
        ):
            with self.subTest(f'{stated} of {ordered}'):
                self.assertEqual(self.ratio(ordered, stated), ratio)

    def test_an_unknown_or_missing_unit_is_taken_as_ordered(self):
        for stated in ('個', '', None, 'Stück'):
            for ordered in ('BX', 'EA', 'DZN'):
                self.assertEqual(self.ratio(ordered, stated), 1)
        self.assertEqual(self.ratio('個', 'EA'), 1)

    def test_a_word_that_people_map_to_units_is_a_piece(self):
        self.codes.create({'name': '個', 'uom_id': self.env.ref('uom.product_uom_unit').id})
        self.assertEqual((self.ratio('個', 'EA'), self.ratio('EA', '個')), (1, 1))

    def test_nobody_knows_how_many_pieces_are_in_a_box(self):
        for ordered, stated in (('BX', 'EA'), ('EA', 'BX'), ('PK', 'BX'), ('PR', 'EA'), ('DZN', 'CT'), ('SET', 'PR')):
            with self.subTest(f'{stated} of {ordered}'):
                self.assertIsNone(self.ratio(ordered, stated))
        self.assertEqual((self.ratio('BX', 'XBX'), self.ratio('PR', 'NPR'), self.ratio('BX', 'bx')), (1, 1, 1))

    def test_units_of_another_kind_are_not_converted(self):
        self.assertIsNone(self.ratio('KGM', 'LTR'))
        self.assertIsNone(self.ratio('EA', 'KGM'))

    def test_a_box_has_the_content_of_the_unit_that_it_is_mapped_to(self):
        self.map_code('BX', self.pack_of(12))
        self.assertEqual((self.ratio('BX', 'EA'), self.ratio('EA', 'BX'), self.ratio('BX', 'DZN')),
                         (Fraction(1, 12), 12, 1))
        self.assertIsNone(self.ratio('BX', 'PK'))
