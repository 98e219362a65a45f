"""Elements of other addons in the documents that we write."""
import random
from dataclasses import replace

from lxml import etree

from odoo.tests import BaseCase

from ...cxml import (
    Contact,
    CxmlError,
    Element,
    ExtraElement,
    ItemOut,
    Phone,
    Shipping,
    Tax,
    TaxDetail,
    parse,
    with_shared_secret,
    write_confirmation,
    write_order_request,
    write_setup_request,
    write_ship_notice,
)
from ...cxml.const import CONFIDENTIAL_ELEMENTS, CONTENT_MODELS, FULFILL_DOCTYPE, XML_LANG
from .cxml_inventor import SECRET, Inventor, euro, item, order_request, setup_request, shared
from .test_cxml_confirmation import entered as entered_confirmation
from .test_cxml_confirmation import entered_line
from .test_cxml_ship_notice import entered as entered_notice

REFERENCE = Element('IdReference', attributes=(('identifier', '7'), ('domain', 'CostCenter')))


def full_order(*extra, **values):
    """An order with two lines and all that we can write."""
    tax = Tax(euro(1), details=(TaxDetail('vat', tax_amount=euro(1)),))
    items = tuple(
        ItemOut(number, item(shipping=Shipping(euro(1)), tax=tax, extrinsics=(('a', 'b'),)), item().quantity, 'comment')
        for number in (1, 2))
    contact = Contact('Mia', 'mia@muster.example', phone=Phone('DE', '49', '40', '1'), iso_country_code='DE',
                      streets=('Hafenweg 1',), city='Hamburg')
    return order_request(**{
        'items': items, 'shipping': Shipping(euro(1)), 'tax': tax, 'contact': contact, 'comments': 'comment',
        'extrinsics': (('a', 'b'),), 'extra': extra, **values})


def written(*extra, **values):
    """The OrderRequest element of such an order."""
    return parse(write_order_request(full_order(*extra, **values)), 'test').find('Request/OrderRequest')


def tags(node):
    return [child.tag for child in node]


class TestExtraElements(BaseCase):

    def assertNotWritten(self, kind, element, value, *extra):
        with self.assertRaises(CxmlError) as raised:
            written(*extra)
        error = raised.exception
        self.assertEqual(
            (error.kind, error.document, error.element, error.value), (kind, 'OrderRequest', element, value)
        )
        self.assertTrue(str(error))

    def test_an_element_stands_where_the_standard_wants_it(self):
        header = written(
            ExtraElement('OrderRequestHeader', Element('SupplierOrderInfo', attributes=(('orderID', 'A7'),))),
            ExtraElement('OrderRequestHeader', Element('Followup', children=(Element('URL', 'https://odoo.example/'),))),
            ExtraElement('OrderRequestHeader', Element('LegalEntity', children=(REFERENCE,))),
        )[0]
        self.assertEqual(tags(header), [
            'Total', 'ShipTo', 'BillTo', 'LegalEntity', 'Shipping', 'Tax', 'Contact', 'Comments', 'Followup',
            'SupplierOrderInfo', 'Extrinsic'])
        self.assertEqual(header.find('SupplierOrderInfo').get('orderID'), 'A7')
        self.assertEqual(header.findtext('Followup/URL'), 'https://odoo.example/')
        self.assertEqual(dict(header.find('LegalEntity/IdReference').attrib), dict(REFERENCE.attributes))

    def test_elements_of_one_name_keep_their_order_behind_ours(self):
        header = written(*(ExtraElement('OrderRequestHeader', Element('Comments', text)) for text in ('one', 'two')))[0]
        self.assertEqual([node.text for node in header.iterfind('Comments')], ['comment', 'one', 'two'])

    def test_a_path_tells_which_of_several_lines(self):
        order = written(
            ExtraElement('ItemOut[2]', Element('Comments', 'second')),
            ExtraElement('ItemOut[2]/ItemDetail', Element('URL', 'https://odoo.example/')),
            ExtraElement('ItemOut[1]/ItemID', Element('BuyerPartID', 'P1')),
        )
        self.assertEqual(
            [[node.text for node in line.iterfind('Comments')] for line in order.iterfind('ItemOut')],
            [['comment'], ['comment', 'second']])
        self.assertEqual([line.findtext('ItemDetail/URL') for line in order.iterfind('ItemOut')],
                         [None, 'https://odoo.example/'])
        self.assertEqual([line.findtext('ItemID/BuyerPartID') for line in order.iterfind('ItemOut')], ['P1', None])

    def test_the_document_itself_and_the_header_take_elements(self):
        raw = write_setup_request(setup_request(extra=(
            ExtraElement('PunchOutSetupRequest', Element(
                'SupplierSetup', children=(Element('URL', 'https://odoo.example/'),))),
            ExtraElement('Header/To', Element('Correspondent', children=(Element(
                'Contact', children=(Element('Name', 'Ann', (('xml:lang', 'en'),)),)),))),
        )))
        root = parse(raw, 'test')
        self.assertEqual(tags(root.find('Request/PunchOutSetupRequest')), [
            'BuyerCookie', 'Extrinsic', 'Extrinsic', 'Extrinsic', 'BrowserFormPost', 'SupplierSetup'])
        self.assertEqual(tags(root.find('Header/To')), ['Credential', 'Correspondent'])
        self.assertEqual(root.find('.//Name').get(XML_LANG), 'en')

    def test_what_a_person_enters_takes_elements_too(self):
        confirmation = parse(write_confirmation(entered_confirmation(items=(entered_line(),), extra=(
            ExtraElement('ConfirmationHeader', REFERENCE),
            ExtraElement('ConfirmationItem[1]/ConfirmationStatus', Element('SupplierBatchID', 'B7')),
        ))), 'test').find('Request/ConfirmationRequest')
        self.assertEqual(tags(confirmation.find('ConfirmationHeader')), ['IdReference'])
        self.assertEqual(
            tags(confirmation.find('ConfirmationItem/ConfirmationStatus')), ['UnitOfMeasure', 'SupplierBatchID'])
        notice = parse(write_ship_notice(entered_notice(comments=('late',), extra=(
            ExtraElement('ShipNoticeHeader', Element('ServiceLevel', 'Express', (('xml:lang', 'en'),))),
        ))), 'test').find('Request/ShipNoticeRequest')
        self.assertEqual(tags(notice.find('ShipNoticeHeader')), ['ServiceLevel', 'Comments'])

    def test_a_parent_that_is_not_there_is_not_written(self):
        for parent in (
            'ItemOut[3]',
            'Orderheader',
            'ItemOut[1]/Batch',
            'Header/Nobody',
            'Header',
            'ConfirmationRequest',
            '',
            '*',
            '.',
            '..',
            '//ItemOut',
            'ItemOut[0]',
            'ItemOut[@quantity]',
            'ItemOut]',
            '{urn:x}a',
        ):
            with self.subTest(parent):
                self.assertNotWritten('missing', parent, '', ExtraElement(parent, REFERENCE))
        with self.subTest("one of several"):
            self.assertNotWritten('missing', 'ItemOut', '', ExtraElement('ItemOut', Element('Comments', 'which?')))
        self.assertNotWritten('missing', 'a', '', ExtraElement('a\x00', REFERENCE))

    def test_an_element_without_a_place_there_is_not_written(self):
        for parent, name in (
            ('OrderRequestHeader', 'ItemDetail'),
            ('OrderRequestHeader', 'Strange'),
            ('OrderRequestHeader', ''),
            ('OrderRequest', 'Extrinsic'),
            ('ItemOut[1]', 'Extrinsic'),
            ('OrderRequestHeader/Comments', 'Attachment'),
            # There is one already, or its alternative.
            ('OrderRequestHeader', 'Total'),
            ('OrderRequestHeader/ShipTo', 'Address'),
            ('ItemOut[1]', 'BlanketItemDetail'),
        ):
            with self.subTest(parent, name=name):
                self.assertNotWritten('not_allowed', parent, name, ExtraElement(parent, Element(name)))
        twice = (ExtraElement('OrderRequestHeader', Element('Followup')),) * 2
        self.assertNotWritten('not_allowed', 'OrderRequestHeader', 'Followup', *twice)

    def test_nothing_confidential_is_written(self):
        for name in (*CONFIDENTIAL_ELEMENTS, 'sharedsecret'):
            extra = ExtraElement('OrderRequestHeader', Element('Extrinsic', children=(Element(name, 'x'),)))
            path = f'OrderRequestHeader/Extrinsic/{name}'
            with self.subTest(name), self.assertRaises(CxmlError) as raised:
                written(extra)
            self.assertEqual((raised.exception.kind, raised.exception.element), ('not_allowed', path))

    def test_what_xml_cannot_carry_raises_and_is_not_dropped(self):
        for element, path, value in (
            (Element('Comments', 'a\x00b'), 'Comments', 'ab'),
            (Element('Comments', 'a\ud800'), 'Comments', 'a'),
            (Element('Comments', 'a', (('x', '\x0b'),)), 'Comments/@x', ''),
            (Element('Comments', 'a', (('x y', ''),)), 'Comments/@x y', 'x y'),
            (Element('Comments', 'a', (('a:b', ''),)), 'Comments/@a:b', 'a:b'),
            (Element('Extrinsic', children=(Element('a b'),)), 'Extrinsic/a b', 'a b'),
            (Element('Extrinsic', children=(Element('{urn:x}a'),)), 'Extrinsic/{urn:x}a', '{urn:x}a'),
            (Element('Extrinsic', children=(Element('a', '\x01'),)), 'Extrinsic/a', ''),
        ):
            with self.subTest(path):
                self.assertNotWritten(
                    'bad_value', f'OrderRequestHeader/{path}', value, ExtraElement('OrderRequestHeader', element)
                )
        text = '<&>"\'😀\n'
        node = written(ExtraElement('OrderRequestHeader', Element('Comments', text, (('type', text.strip()),))))
        self.assertEqual(node.findall('.//Comments')[1].text, text)

    def test_without_extra_elements_the_bytes_are_the_same(self):
        self.assertEqual(write_order_request(full_order()), write_order_request(replace(full_order(), extra=())))


class DtdInventor:
    """Makes elements that a DTD allows, with what it demands in them and some of what else it allows."""

    def __init__(self, dtd, random):
        self.elements = {element.name: element for element in dtd.iterelements() if not element.prefix}
        self.random = random

    def element(self, name, depth=0):
        declared = self.elements[name]
        children = tuple(self.content(declared.content, depth)) if declared.type == 'element' else ()
        text = 'text' if declared.type == 'mixed' else None
        return Element(name, text, tuple(self.attributes(declared)), children)

    def content(self, content, depth):
        if content.occur in ('opt', 'mult') and (depth > 2 or self.random.random() < 0.7):
            return
        if content.type == 'element':
            yield self.element(content.name, depth + 1)
        elif content.type == 'seq':
            yield from self.content(content.left, depth)
            yield from self.content(content.right, depth)
        else:
            yield from self.content(self.random.choice((content.left, content.right)), depth)

    def attributes(self, declared):
        for attribute in declared.iterattributes():
            if attribute.default == 'required' or (attribute.type == 'cdata' and self.random.random() < 0.1):
                name = f'{attribute.prefix}:{attribute.name}' if attribute.prefix else attribute.name
                yield name, self.random.choice(attribute.values()) if attribute.type == 'enumeration' else 'en'


class TestContentModels(BaseCase):
    """The table of what may stand where says what the DTD says, and what is written by it is valid."""

    # Alternatives to what we write.
    LEFT_OUT = {'ConfirmationStatus': {'ItemIn'}}

    def dtds(self):
        folder = shared(self, 'dtd', '1.2.071')
        self.assertIn('Fulfill.dtd', FULFILL_DOCTYPE)
        return [etree.DTD(str(folder / name)) for name in ('cXML.dtd', 'Fulfill.dtd')]

    def places(self, content, occur='once'):
        """Yield (names, whether they may be repeated) of each place of a content model."""
        if content is None:
            return
        occur = content.occur if occur == 'once' else occur
        if content.type == 'seq':
            yield from self.places(content.left)
            yield from self.places(content.right)
            return
        sides = [content] if content.type == 'element' else [
            *self.places(content.left), *self.places(content.right)]
        if content.type == 'element':
            yield {content.name}, occur in ('mult', 'plus')
        elif any(side[0] & {'ItemIn'} for side in sides):
            yield from sides
        else:
            yield set().union(*(names for names, _repeatable in sides)), occur in ('mult', 'plus')

    def test_the_table_says_what_the_standard_says(self):
        first, second = self.dtds()
        declared = {element.name: element for dtd in (second, first) for element in dtd.iterelements()
                    if not element.prefix}
        for name, table in CONTENT_MODELS.items():
            left_out = self.LEFT_OUT.get(name, set())
            places = [(names - left_out, repeatable) for names, repeatable in self.places(declared[name].content)]
            expected = {
                each: (place, repeatable)
                for place, (names, repeatable) in enumerate((names, each) for names, each in places if names)
                for each in names}
            self.assertEqual(table, expected, name)

    def test_invented_orders_with_extra_elements_are_valid(self):
        dtd = self.dtds()[0]
        chance = random.Random(4711)
        inventor, dtd_inventor = Inventor(chance), DtdInventor(dtd, chance)
        added = 0
        for _index in range(200):
            order = replace(inventor.order_request(), extra=()) if chance.random() < 0.5 else full_order()
            for _each in range(chance.randrange(1, 6)):
                extra = self.invented(order, dtd_inventor, chance)
                try:
                    raw = write_order_request(replace(order, extra=(*order.extra, extra)))
                except CxmlError as error:
                    self.assertEqual(error.kind, 'not_allowed', "one that is there already")
                    continue
                order = replace(order, extra=(*order.extra, extra))
                added += 1
                root = etree.fromstring(with_shared_secret(raw, SECRET))
                self.assertTrue(dtd.validate(root), f"{extra}\n{dtd.error_log}\n{raw.decode()}")
        self.assertGreater(added, 300)

    def invented(self, order, inventor, chance):
        """An element that may stand in one of the elements of an order."""
        root = parse(write_order_request(order), 'test')
        document = root.find('Request/OrderRequest')
        parents = [node for node in document.iter() if node.tag in CONTENT_MODELS]
        node = chance.choice(parents)
        steps = []
        name = chance.choice(list(CONTENT_MODELS[node.tag]))
        while node is not document:
            position = 1 + sum(1 for _each in node.itersiblings(node.tag, preceding=True))
            steps.insert(0, f'{node.tag}[{position}]')
            node = node.getparent()
        return ExtraElement('/'.join(steps) or document.tag, inventor.element(name))
