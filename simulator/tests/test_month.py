"""A generated month: reports, answers and statements add up to its own truth, and every case occurs."""

import json
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from simulator.books.records import CHARGE
from simulator.month import BadOrder, Month, read
from simulator.month.cases import CASES, REASONS
from simulator.month.orders import as_json
from simulator.tests.month_files import money, payments, read_csv, read_xlsx, sums, transactions, unescaped

COUNTRIES = {'US': 'USD', 'DE': 'EUR', 'JP': 'JPY'}
REGIONS = {'US': 'na', 'DE': 'eu', 'JP': 'jp'}


@pytest.fixture(scope='module')
def month():
    return Month(seed=1, count=300)


@pytest.fixture(scope='module')
def truth(month):
    # As a reader of the file gets it.
    return json.loads(json.dumps(month.truth()))


def amazon_orders(truth, country):
    return {ref: {name: Decimal(values[name]) for name in ('charged', 'refunded', 'invoiced', 'credited', 'net_total')}
            for ref, values in truth['amazon_orders'].items() if values['currency'] == COUNTRIES[country]}


def test_every_case_and_every_reason_occurs(truth):
    played = Counter(order['case'] for order in truth['orders'].values())
    assert {name for name, case in CASES.items() if case.share} | {'plain'} == set(played)
    assert len(truth['orders']) == 300
    assert {doubt['reason'] for doubt in truth['ambiguous']} == set(REASONS)
    assert {order['currency'] for order in truth['orders'].values()} == set(COUNTRIES.values())
    assert len({order['company'] for order in truth['orders'].values()}) == 2
    assert (len(truth['outside']), len(truth['fees'])) == (12, 2)
    assert {'card', 'gift card', 'rewards', 'invoice'} == {
        kind for order in truth['orders'].values() for kind in order['paid']}


def test_the_same_seed_gives_the_same_month():
    first, again, other = (Month(seed=seed, count=40) for seed in (7, 7, 8))
    assert first.truth() == again.truth() != other.truth()
    assert first.report('orders', 'US') == again.report('orders', 'US')
    assert first.pages('transactions', 'na') == again.pages('transactions', 'na')
    assert first.statements == again.statements


@pytest.mark.parametrize('country', COUNTRIES)
def test_the_answers_of_the_api_add_up_to_the_truth(month, truth, country):
    found = transactions(month.pages('transactions', REGIONS[country]))
    added = sums(found)
    for ref, values in amazon_orders(truth, country).items():
        assert (added['charged', ref], added['refunded', ref]) == (values['charged'], values['refunded']), ref
    for transaction in found.values():
        lines = sum(Decimal(line['totalAmount']['amount']) for line in transaction['transactionLineItems'])
        assert Decimal(transaction['amount']['amount']) == lines
        assert truth['transactions'][transaction['transactionId']]['amount'] == f'{abs(lines):f}'
        for line in transaction['transactionLineItems']:
            parts = [Decimal(line[name]['amount']) for name in (
                'principalAmount', 'shippingCharge', 'tax', 'discount', 'regulatoryFee') if name in line]
            assert sum(parts) == Decimal(line['totalAmount']['amount'])


@pytest.mark.parametrize('country', COUNTRIES)
def test_the_orders_report_adds_up_to_the_truth(month, truth, country):
    rows = read_csv(month.report('orders', country), country)
    found = payments(rows, country)
    for ref, values in amazon_orders(truth, country).items():
        assert sum(amount for amount, *__ in found[ref].values()) == values['charged'], ref
        mine = [row for row in rows if row['Order ID'] == ref]
        assert {money(row['Order Net Total'], country) for row in mine} == {values['net_total']}


@pytest.mark.parametrize('country', COUNTRIES)
def test_the_other_reports_add_up_to_the_truth(month, truth, country):
    charges, refunds, items, invoices = {}, {}, defaultdict(Decimal), defaultdict(Decimal)
    for row in read_csv(month.report('transactions', country), country):
        kind = charges if row['Transaction Type'] == 'Charge' else refunds
        known = row['Charge Identifier'] if row['Charge Identifier'] != 'N/A' else row['Payment Reference ID']
        kind[row['Order ID'], known] = abs(money(row['Payment Amount'], country))
    for row in read_csv(month.report('refunds', country), country):
        items[row['Order ID']] += abs(money(row['Item Net Total'], country))
    for row in read_csv(month.report('reconciliation', country), country):
        invoices[row['Order ID']] += money(row['Net Total'], country)
    for ref, values in amazon_orders(truth, country).items():
        assert sum(amount for (order, __), amount in charges.items() if order == ref) == values['charged'], ref
        assert sum(amount for (order, __), amount in refunds.items() if order == ref) == values['refunded'], ref
        assert items[ref] == values['refunded'], ref
        if 'invoice' in truth['amazon_orders'][ref]['paid']:
            assert invoices[ref] == values['invoiced'] - values['credited'], ref
            assert invoices[ref] == values['charged'] - values['refunded'], ref
    fees = [amount for (order, __), amount in charges.items() if order == 'N/A']
    assert sorted(fees) == sorted(Decimal(truth['transactions'][fee]['amount']) for fee in truth['fees']
                                  if truth['transactions'][fee]['currency'] == COUNTRIES[country])


@pytest.mark.parametrize('country', COUNTRIES)
def test_without_identifiers_an_order_sums_to_its_net_total_or_is_ambiguous(month, truth, country):
    found = payments(read_csv(month.report('orders', country), country), country, 'Payment Reference ID')
    ambiguous = set()
    for ref, values in amazon_orders(truth, country).items():
        if not found[ref]:
            continue
        amounts = [amount for amount, *__ in found[ref].values()]
        once = [amount for amount, *__ in set(found[ref].values())]
        if sum(amounts) == values['net_total'] or sum(once) == values['net_total']:
            chosen = amounts if sum(amounts) == values['net_total'] else once
            assert sum(chosen) == values['charged'], ref
        else:
            ambiguous.add(ref)
    expected = {ref for doubt in truth['ambiguous'] for ref in doubt['amazon_orders']
                if doubt['reason'] in ('alike_payments', 'items_do_not_sum')}
    assert ambiguous == expected & set(amazon_orders(truth, country))


def test_each_unit_is_paid_for_at_most_once(month):
    for region in REGIONS.values():
        paid = defaultdict(Decimal)
        for transaction in transactions(month.pages('transactions', region)).values():
            if transaction['transactionType'] == 'CHARGE':
                for line in transaction['transactionLineItems']:
                    paid[line.get('orderLineItemId')] += Decimal(line['totalAmount']['amount'])
        lines = {line.item_id: line.parts.total for purchase in month.ledger.contents.purchases.values()
                 for line in purchase.lines}
        assert all(amount <= lines[item] for item, amount in paid.items() if item)


@pytest.mark.parametrize('seed', range(1, 6))
def test_no_item_is_refunded_beyond_its_charge_unless_a_person_must_decide(seed):
    month = Month(seed=seed, count=300)
    left = defaultdict(Decimal)
    for transaction in month.ledger.transactions():
        for piece in transaction.pieces:
            sign = 1 if transaction.kind == CHARGE else -1
            left[piece.ref, piece.line.item_id] += sign * piece.parts.total
    doubtful = {ref for doubt in month.stage.ambiguities if doubt.reason == 'over_refund' for ref in doubt.refs}
    assert {ref: amount for (ref, __), amount in left.items() if amount < 0 and ref not in doubtful} == {}


def test_yen_have_no_decimals(month, truth):
    assert '.' not in ''.join(
        row[name] for row in read_csv(month.report('orders', 'JP'), 'JP') for name in row if 'Total' in name)
    for values in truth['transactions'].values():
        assert len(values['amount'].partition('.')[2]) == (0 if values['currency'] == 'JPY' else 2)


def test_the_sums_of_an_order_by_instrument_are_what_was_paid(truth):
    for number, order in truth['orders'].items():
        paid = sum(map(Decimal, order['paid'].values()))
        assert paid == Decimal(order['charged']) - Decimal(order['refunded']), number
        assert Decimal(order['over_refunded']) >= 0
        if order['case'] in ('cancelled', 'pending', 'authorised'):
            assert (order['charged'], order['paid']) == ('0', {}), number
        if order['case'] in (
                'plain', 'split_charges', 'restated', 'moved', 'twin_charges', 'joint_charge', 'gift_card'):
            assert order['charged'] == order['ordered'], number


def test_a_joint_charge_names_two_orders_and_a_gift_card_makes_two_payments(truth):
    joint = [values for values in truth['transactions'].values() if len(values['amazon_orders']) == 2]
    assert {values['instrument'] for values in joint} == {'card', 'invoice'}
    for order in truth['orders'].values():
        if order['case'] == 'gift_card':
            assert len(order['transactions']) == 2


def test_a_download_in_the_middle_of_the_month_shows_what_was_known_then(month):
    early = payments(read_csv(month.report('orders', 'US', day=month.early)), identity='Payment Reference ID')
    late = payments(read_csv(month.report('orders', 'US')), identity='Payment Reference ID')
    assert 0 < len(early) < len(late)
    first = read_csv(month.report('orders', 'US', day=month.start))
    assert first
    assert {row['Payment Amount'] for row in first} == {'N/A'}


def test_a_charge_that_moved_is_shown_under_its_first_reference_until_then(month):
    first = next(version for version in month.ledger.contents.versions if version.replaced_on
                 and version.market.country == 'US')
    before, after = (
        payments(read_csv(month.report('orders', 'US', day=day)), identity='Payment Reference ID')[first.refs[0]]
        for day in (first.settled_on, month.until))
    assert list(before) == [first.reference]
    assert first.reference not in after
    assert len(after) == 1


def test_the_documents_of_an_order_add_up_to_what_was_invoiced_and_credited(truth):
    invoiced, credited = defaultdict(Decimal), defaultdict(Decimal)
    for number, document in truth['documents'].items():
        added = Decimal(0)
        for line in document['lines']:
            amount = sum(Decimal(line[name]) for name in ('goods', 'shipping', 'tax', 'discount', 'fees'))
            (credited if document['credit'] else invoiced)[line['amazon_order']] += amount
            added += amount
        assert added == Decimal(document['amount']), number
    for ref, values in truth['amazon_orders'].items():
        assert (invoiced[ref], credited[ref]) == (Decimal(values['invoiced']), Decimal(values['credited'])), ref
    owed = {number for number, document in truth['documents'].items() if document['owed']}
    assert owed == {values['invoice_number'] for values in truth['transactions'].values()
                    if values['instrument'] == 'invoice'}


def test_invoices_and_their_payment(month):
    details = [detail for detail in month_answers(month, 'eu')]
    assert {detail['invoiceType'] for detail in details} == {'STANDARD', 'CREDIT_MEMO'}
    statuses = {row['Document Status'] for country in ('US', 'DE')
                for row in read_csv(month.report('reconciliation', country), country)}
    assert statuses >= {'Closed', 'Issued'}
    numbers = {row['Statement Number'] for row in read_csv(month.report('reconciliation', 'US'))}
    assert len(numbers) == 1


def month_answers(month, region):
    from simulator.books import answers

    wanted = {(piece.ref, piece.line.item_id) for doc in month.ledger.contents.documents for piece in doc.pieces
              if doc.market.region == region}
    for found in answers.invoices(month.ledger, region, [
            {'orderId': ref, 'orderLineItemId': item} for ref, item in sorted(wanted)], answers.Shape()):
        assert found['invoiceDetails']
        yield from found['invoiceDetails']


# === STATEMENTS === #

@pytest.mark.parametrize('seed', [1, 2, 3])
def test_nearly_all_lines_of_a_statement_can_be_found(seed):
    for card, lines in Month(seed=seed, count=300).truth()['statements'].items():
        found = [line for line in lines if line['how'] in ('identifier', 'amount')]
        assert len(lines) > 60, card
        assert len(found) >= 0.94 * len(lines), card


def test_a_statement_has_every_charge_of_its_card_once(month, truth):
    for card, lines in month.statements.items():
        digits, __, currency = card.partition('-')
        expected = {known for known, values in truth['transactions'].items()
                    if values['instrument'] == 'card' and values['last_digits'] == digits and values['settled']}
        assert Counter(line.transaction_id for line in lines if line.transaction_id) == Counter(expected)
        for line in lines:
            values = truth['transactions'].get(line.transaction_id)
            if values and values['currency'] == currency:
                assert abs(line.amount) == Decimal(values['amount'])
                assert (line.amount < 0) == (values['kind'] == 'CHARGE')
            assert (line.how == 'identifier') == bool(values and values['charge_identifier'] in line.text)
    assert {line.how for lines in month.statements.values() for line in lines} == {
        'identifier', 'amount', 'ambiguous', 'other_currency', 'not_amazon'}


# === ORDERS OF A CALLER === #

ORDER = {
    'number': 'PO-7', 'date': '2026-10-03', 'country': 'DE', 'group': 'Berlin', 'company': 'Muster GmbH',
    'pays': 'card', 'case': 'partial_refund', 'lines': [{
        'number': 1, 'asin': 'B0X', 'title': 'Desk', 'quantity': 2, 'price': '10.00', 'shipping': '1.00',
        'tax': '3.99'}]}


def test_orders_of_a_caller_keep_their_numbers_lines_and_sums():
    month = Month(read([ORDER], date(2026, 10, 1)))
    truth = month.truth()['orders']['PO-7']
    assert (truth['case'], truth['ordered'], truth['charged'], truth['refunded'], truth['invoiced']) == (
        'partial_refund', '24.99', '24.99', '12.50', '24.99')
    charge, refund = (values for values in transactions(month.pages('transactions', 'eu')).values()
                      if any(line.get('purchaseOrderNumber') == 'PO-7' and line['asin'] == 'B0X'
                             for line in values['transactionLineItems']))
    assert charge['purchasingCustomerGroupName'] == 'Berlin'
    assert charge['legalEntityName'] == 'Muster GmbH'
    assert charge['transactionLineItems'][0]['purchaseOrderLineItemId'] == '1'
    assert refund['associatedTransactionDetails'] == [{'associatedTransactionId': charge['transactionId']}]


@pytest.mark.parametrize(('country', 'price', 'tax', 'rate'), [
    ('US', '9.99', '0.72', '0.0725'),  # 7.207…: about 0.072 by the amounts
    ('DE', '10.00', '0.70', '0.07'),   # not that of the marketplace
    ('JP', '999', '99', '0.1'),
])
def test_the_rate_of_an_order_of_a_caller_is_that_of_the_marketplace_if_it_fits(country, price, tax, rate):
    line = ORDER['lines'][0] | {'quantity': 1, 'price': price, 'shipping': '0', 'tax': tax}
    month = Month(read([ORDER | {'country': country, 'case': '', 'lines': [line]}], date(2026, 10, 1)))
    assert month.orders[0].lines[0].tax_rate == Decimal(rate)


def test_invented_orders_can_be_given_back():
    month = Month(seed=5, count=20)
    again = read(json.loads(json.dumps([as_json(order) for order in month.orders])), date(2026, 1, 1))
    assert [order.total for order in again] == [order.total for order in month.orders]
    assert [order.number for order in again] == [order.number for order in month.orders]


@pytest.mark.parametrize(('change', 'words'), [
    ({'country': 'XX'}, 'the country must be one of'),
    ({'currency': 'USD'}, 'the currency of DE is EUR'),
    ({'pays': 'cash'}, 'pays must be one of'),
    ({'case': 'nothing'}, 'the case must be one of'),
    ({'case': 'twin_charges', 'pays': 'invoice'}, 'does not fit the case twin_charges'),
    ({'case': 'joint_charge'}, 'there is no other order'),
    ({'lines': [{'number': 1}]}, "can't be read"),
    ({'date': 'soon'}, "can't be read"),
])
def test_a_wrong_order_says_what_is_wrong(change, words):
    with pytest.raises(BadOrder, match=words):
        Month(read([ORDER | change], date(2026, 10, 1)))


def test_two_orders_of_one_number_are_not_accepted():
    with pytest.raises(BadOrder, match='the same number'):
        Month(read([ORDER, ORDER], date(2026, 10, 1)))


@pytest.mark.parametrize('case', CASES)
def test_each_case_adds_up_alone(case):
    line = ORDER['lines'][0] | {'quantity': 4, 'tax': '8.00'}
    orders = [ORDER | {'number': number, 'case': '', 'pays': CASES[case].pays[0], 'lines': [line]}
              for number in ('PO-1', 'PO-2')]
    orders[0] |= {'case': case}
    month = Month(read(orders, date(2026, 10, 1)))
    truth = month.truth()
    assert truth['orders'][orders[0]['number']]['case'] == case
    added = sums(transactions(month.pages('transactions', 'eu')))
    for ref, values in truth['amazon_orders'].items():
        if values['currency'] == 'EUR':
            assert (added['charged', ref], added['refunded', ref]) == (
                Decimal(values['charged']), Decimal(values['refunded']))


# === THE COMMAND === #

def run(*arguments, stdin=''):
    return subprocess.run(
        [sys.executable, '-m', 'simulator.month', *arguments], cwd=Path(__file__).parents[2], input=stdin,
        capture_output=True, text=True, timeout=120, check=False)


def test_the_command_writes_a_month(tmp_path):
    result = run('--seed', '2', '--orders', '60', '--out', str(tmp_path))
    assert result.returncode == 0, result.stderr
    assert '60 orders' in result.stdout
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob('*') if path.is_file()}
    assert names >= {
        'truth.json', 'orders.json', 'api/na/transactions-001.json', 'api/eu/invoices.json',
        'api/jp/paymentDetails.json', 'statements/4271-USD.csv', 'reports/DE/orders-old.csv',
        *(f'reports/US/{kind}{suffix}.{end}' for end in ('csv', 'xlsx') for suffix in ('', '-early', '-plain')
          for kind in ('orders', 'refunds', 'reconciliation', 'transactions', 'shipments', 'returns'))}
    pages = [json.loads(path.read_text()) for path in sorted((tmp_path / 'api/na').glob('transactions-*.json'))]
    added = sums(transactions(pages))
    written = json.loads((tmp_path / 'truth.json').read_text())
    for ref, values in written['amazon_orders'].items():
        if values['currency'] == 'USD':
            assert added['charged', ref] == Decimal(values['charged'])
    texts = read_csv((tmp_path / 'reports/US/orders.csv').read_bytes())
    cells = read_xlsx((tmp_path / 'reports/US/orders.xlsx').read_bytes())
    assert [unescaped(row['PO Line Item Id']) for row in texts] == [row['PO Line Item Id'] for row in cells]


def test_the_command_takes_orders_from_stdin_and_says_what_is_wrong(tmp_path):
    assert run('--orders', '-', '--out', str(tmp_path), stdin=json.dumps([ORDER])).returncode == 0
    assert 'PO-7' in (tmp_path / 'reports/DE/orders.csv').read_text('utf-8-sig')
    result = run('--orders', '-', '--out', str(tmp_path), stdin='[{}]')
    assert (result.returncode, 'simulator.month: An order' in result.stderr) == (1, True)
