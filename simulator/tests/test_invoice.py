"""Invoices and credits, with amounts computed by hand."""

from decimal import Decimal

import pytest

from simulator.tests.documents import THREE, act, place_order, progress, texts, why_not

GROUPS = ['SIM-GROUP-US', 'SIM-GROUP-DE', 'SIM-GROUP-JP']
SMALL = [('B0SIM00005', 1), ('B0SIM00011', 3), ('B0SIM00037', 1)]


def ready(client, items=THREE, identity='SIM-GROUP-DE', **options):
    number = place_order(client, items, identity, **options)
    act(client, number, 'confirm')
    return number


def summary(root):
    """Return subtotal, tax, shipping, discount, net and due amount."""
    node = root.find('.//InvoiceDetailSummary')
    names = ('SubtotalAmount', 'Tax', 'ShippingAmount', 'InvoiceDetailDiscount', 'NetAmount', 'DueAmount')
    return [node.findtext(f'{name}/Money') for name in names]


def items(root):
    return [(node.find('InvoiceDetailItemReference').get('lineNumber'), node.get('quantity'),
             node.findtext('UnitPrice/Money'), node.findtext('SubtotalAmount/Money'), node.findtext('Tax/Money'))
            for node in root.iter('InvoiceDetailItem')]


def check(root):
    """Check that the amounts of an invoice are consistent."""
    def amount(node, path):
        return Decimal(node.findtext(f'{path}/Money') or 0)

    summary = root.find('.//InvoiceDetailSummary')
    lines = list(root.iter('InvoiceDetailItem'))
    for line in lines:
        assert amount(line, 'SubtotalAmount') == int(line.get('quantity')) * amount(line, 'UnitPrice')
        for tax in line.iterfind('Tax'):
            assert Decimal(tax.findtext('Money')) == sum(amount(part, 'TaxAmount') for part in tax.iter('TaxDetail'))
    if lines:
        assert amount(summary, 'SubtotalAmount') == sum(amount(line, 'SubtotalAmount') for line in lines)
    assert amount(summary, 'Tax') == sum(amount(part, 'TaxAmount') for part in summary.iter('TaxDetail'))
    assert amount(summary, 'GrossAmount') == sum(
        amount(summary, name) for name in ('SubtotalAmount', 'Tax', 'ShippingAmount'))
    assert amount(summary, 'NetAmount') == amount(summary, 'GrossAmount') - amount(summary, 'InvoiceDetailDiscount')
    assert amount(summary, 'DueAmount') == amount(summary, 'NetAmount')


@pytest.mark.parametrize('identity', GROUPS)
@pytest.mark.parametrize('options', [
    {}, {'shipping': '9', 'discount': '2'}, {'lines': {'1': {'quantity': 1, 'discount': '1', 'price': '3'}, '2': 2}},
    {'shipping_in_line': True},
])
def test_invoices_are_valid_and_add_up(client, invoice_dtd, identity, options):
    [message] = act(client, ready(client, SMALL, identity), 'invoice', **options)
    assert invoice_dtd.validate(message['root']), invoice_dtd.error_log
    check(message['root'])


@pytest.mark.parametrize('identity', GROUPS)
@pytest.mark.parametrize('options', [
    {}, {'purpose': 'creditMemo'}, {'purpose': 'standard'},
    {'lines': {'1': '1', '2': {'quantity': 2, 'returned': True}}},
    {'lines': {'3': '2'}, 'shipping': '1', 'purpose': 'creditMemo'}, {'shipping': '1', 'purpose': 'creditMemo'},
])
def test_credits_are_valid_and_add_up(client, invoice_dtd, identity, options):
    number = ready(client, SMALL, identity)
    act(client, number, 'invoice')
    [message] = act(client, number, 'credit', **options)
    assert invoice_dtd.validate(message['root']), invoice_dtd.error_log
    check(message['root'])
    assert Decimal(summary(message['root'])[-1]) < 0


@pytest.mark.parametrize('identity', GROUPS)
def test_an_invoice_bills_what_was_confirmed(client, identity):
    number = place_order(client, SMALL, identity)
    [confirmation] = act(client, number, 'confirm')
    [invoice] = act(client, number, 'invoice')
    assert summary(invoice['root'])[-1] == confirmation['root'].findtext('.//ConfirmationHeader/Total/Money')
    assert progress(client, number)['2'] == (3, 0, 0, 0, 3)
    assert why_not(client, number, 'invoice') == 'Everything that is confirmed has been billed.'
    assert why_not(client, number, 'invoice', lines={'2': 1}) == 'Line 2: only 0 units are confirmed and not billed.'


def test_german_tax_stands_in_the_lines_and_that_of_shipping_at_the_end(client):
    # 2.29 and 3 x 1.79 at 19 %, 11.34 at 7 %; 4.99 of shipping as 0.60, 1.41 and 2.98 with 0.11, 0.27 and 0.21.
    [message] = act(client, ready(client, SMALL), 'invoice')
    root = message['root']
    assert items(root) == [('1', '1', '2.29', '2.29', '0.44'), ('2', '3', '1.79', '5.37', '1.02'),
                           ('3', '1', '11.34', '11.34', '0.79')]
    assert root.find('.//InvoiceDetailLineIndicator').attrib == {'isTaxInLine': 'yes'}
    assert summary(root) == ['19.00', '2.84', '4.99', None, '26.83', '26.83']
    assert [(part.get('percentageRate'), part.get('purpose'), part.findtext('TaxAmount/Money'),
             part.findtext('TaxableAmount/Money')) for part in root.iterfind('.//InvoiceDetailSummary//TaxDetail')] == [
        ('19.00', 'subtotalTax', '1.46', '7.66'), ('19.00', 'shippingTax', '0.38', '2.01'),
        ('7.00', 'subtotalTax', '0.79', '11.34'), ('7.00', 'shippingTax', '0.21', '2.98')]


def test_american_tax_is_one_sum_without_a_rate(client):
    # 2 x 58.00 at 6.5 % in Washington.
    [message] = act(client, ready(client, [('B0SIM00013', 2)], 'SIM-GROUP-US'), 'invoice')
    root = message['root']
    assert items(root) == [('1', '2', '58.00', '116.00', None)]
    assert summary(root) == ['116.00', '7.54', '0.00', None, '123.54', '123.54']
    [part] = root.iter('TaxDetail')
    assert (part.get('percentageRate'), part.findtext('TaxLocation')) == (None, 'WA')


def test_american_tax_is_on_shipping_too(client):
    # 3.19 and 6.99 of shipping.
    [message] = act(client, ready(client, [('B0SIM00005', 1)], 'SIM-GROUP-US'), 'invoice')
    assert summary(message['root']) == ['3.19', '0.66', '6.99', None, '10.84', '10.84']
    assert texts(message['root'], 'TaxableAmount/Money') == ['10.18']


def test_a_line_is_billed_in_parts_and_by_amazon_order(client):
    number = place_order(client, THREE)
    act(client, number, 'confirm', lines={'1': 2, '2': 1}, others=False)
    act(client, number, 'confirm')
    [first] = act(client, number, 'invoice', lines={'1': 1})
    [second] = act(client, number, 'invoice')
    assert [item[:2] for item in items(first['root'])] == [('1', '1')]
    # What is left of the first Amazon order, then the second one.
    assert [[item[:2] for item in items(node)] for node in second['root'].iter('InvoiceDetailOrder')] == [
        [('1', '1'), ('2', '1')], [('1', '1'), ('3', '2')]]
    assert Decimal(summary(first['root'])[-1]) + Decimal(summary(second['root'])[-1]) == Decimal('111.30')


def test_a_discount_lowers_the_tax(client):
    # 54.90 less 4.90 is 50.00, with 9.50 of tax.
    number = ready(client, [('B0SIM00013', 2)])
    [on_all] = act(client, number, 'invoice', lines={'1': 1}, discount='4.90')
    [on_line] = act(client, number, 'invoice', lines={'1': {'discount': '4.90'}})
    for message in (on_all, on_line):
        assert summary(message['root']) == ['54.90', '9.50', '0.00', '4.90', '59.50', '59.50']
    assert on_all['root'].find('.//InvoiceDetailItem/InvoiceDetailDiscount') is None
    assert on_line['root'].findtext('.//InvoiceDetailItem/InvoiceDetailDiscount/Money') == '4.90'


def test_several_orders_on_one_invoice(client):
    first, second = ready(client), ready(client, SMALL, order_id='P00043')
    [message] = act(client, first, 'invoice', orders=[second])
    assert message['orders'] == [first, second]
    assert [node.get('orderID') for node in message['root'].iter('OrderReference')] == ['P00042', 'P00043']
    assert summary(message['root'])[-1] == '138.13'
    assert progress(client, second)['1'][-1] == 1
    american = ready(client, THREE, 'SIM-GROUP-US', order_id='P3')
    assert why_not(client, american, 'invoice', orders=[first]).startswith('orders must be')
    assert why_not(client, american, 'invoice', orders=[99]).startswith('orders must be')


def test_a_credit_names_its_invoice_and_credits_no_more_than_that(client):
    number = ready(client)
    [invoice] = act(client, number, 'invoice')
    [goods] = act(client, number, 'credit', lines={'2': {'quantity': 1, 'returned': True}})
    node = goods['root'].find('.//InvoiceDetailRequestHeader')
    assert node.get('purpose') == 'lineLevelCreditMemo'
    assert node.find('DocumentReference').get('payloadID') == invoice['payload_id']
    assert node.find('InvoiceIDInfo').get('invoiceID') == invoice['root'].find(
        './/InvoiceDetailRequestHeader').get('invoiceID')
    assert items(goods['root']) == [('2', '-1', '54.90', '-54.90', '-10.43')]
    assert goods['root'].find('.//InvoiceDetailItem').get('reason') == 'return'
    assert summary(goods['root'])[-1] == '-65.33'
    [amount] = act(client, number, 'credit', lines={'1': '10.00'})
    assert items(amount['root']) == [('1', '-1', '10.00', '-10.00', '-1.90')]
    # 111.30 - 65.33 - 11.90 are left.
    assert why_not(client, number, 'credit', lines={'1': '30.00'}).startswith('That is more than the remaining amount')
    assert act(client, number, 'credit', lines={'1': '30.00'}, anyway=True)


def test_a_credit_memo_of_one_sum(client):
    number = ready(client)
    act(client, number, 'invoice')
    [message] = act(client, number, 'credit', purpose='creditMemo', lines={'2': '10.00'})
    root = message['root']
    assert root.find('.//InvoiceDetailHeaderIndicator').get('isHeaderInvoice') == 'yes'
    assert list(root.iter('InvoiceDetailItem')) == []
    assert texts(root, 'InvoiceDetailOrderSummary/SubtotalAmount/Money') == ['-10.00']
    assert summary(root)[-1] == '-11.90'


def test_a_credit_on_an_ordinary_invoice_has_negative_lines(client):
    number = ready(client)
    act(client, number, 'invoice')
    [message] = act(client, number, 'credit', purpose='standard', lines={'1': {'quantity': 2}})
    assert message['root'].find('.//InvoiceDetailRequestHeader').get('purpose') == 'standard'
    assert items(message['root']) == [('1', '-2', '4.79', '-9.58', '-1.82')]


def test_nothing_is_credited_that_was_not_billed(client):
    number = ready(client)
    assert why_not(client, number, 'credit') == 'The order has no invoice.'
    act(client, number, 'invoice', lines={'1': 1})
    assert why_not(client, number, 'credit', lines={'2': '1.00'}).endswith('has no line 2.')
    assert why_not(client, number, 'credit', lines={'1': {'quantity': 2}}).endswith(' by 1.')
    assert why_not(client, number, 'credit', shipping='1.00') == (
        'Shipping alone can only be credited with a creditMemo.')
