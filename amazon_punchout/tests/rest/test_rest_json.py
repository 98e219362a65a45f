import json
import random
import time
from decimal import Decimal

from odoo.tests import BaseCase

from ... import rest
from ...rest.json_values import MAX_BYTES, as_it_came, parse
from ..rest_builder import answer_of, charge, charge_line, order_report, shipment_item

READERS = (
    rest.read_transactions, rest.read_invoices, rest.read_invoice_links, rest.read_payment_details,
    rest.read_order_reports, rest.read_orders, rest.read_shipment_items, rest.read_shipments, rest.read_token,
)
ANSWERS = (
    {'transactions': [charge(), charge(transactionType='REFUND', lines=[charge_line(), charge_line()])],
     'nextPageToken': 'more'},
    {'invoiceDetails': [{'orderLineItem': {'orderId': '1', 'orderLineItemId': '2'},
                         'invoices': [{'invoiceNumber': 'A-1', 'invoiceType': 'CREDIT_MEMO'}]}]},
    {'paymentDetails': [{'invoiceId': 'A-1', 'status': 'Past Due', 'dueDate': '2026-11-30'}]},
    {'orderReports': [order_report()]},
    {'shipmentLineItemReports': [shipment_item()], 'nextPageToken': 'more'},
    {'access_token': 'a', 'expires_in': 3600},
)


class TestJson(BaseCase):

    def kind_of(self, raw):
        with self.assertRaises(rest.RestError) as caught:
            parse(raw)
        self.assertTrue(str(caught.exception))
        return caught.exception.kind

    def test_what_is_no_json_object_is_not_read(self):
        for raw in (b'', b'  ', b'<html>Bad Gateway</html>', b'{', b'{"a": NaN}', b'{"a": Infinity}', b'{"a": 1,}',
                    b'\xff\xfe{\x00}\x00', b'{"a": "\xff"}', b'{"a": 01}', b'\x1f\x8b\x08'):
            with self.subTest(raw):
                self.assertEqual(self.kind_of(raw), 'not_json')
        for raw in (b'[]', b'"a"', b'5', b'null', b'true'):
            with self.subTest(raw):
                self.assertEqual(self.kind_of(raw), 'wrong_shape')

    def test_hostile_answers_take_no_time(self):
        size = MAX_BYTES // 2
        for raw, kind in (
            (b'[' * size, 'too_deep'), (b'{"a":' * size, 'too_deep'), (b'{"a":[' + b'[],' * size, 'too_many'),
            (b'{"a":"' + b'\\"' * size, 'too_many'), (b'"' * size, 'too_many'), (b' ' * (MAX_BYTES + 1), 'too_large'),
            (b'{"a":' + b'9' * size + b'}', None), (b'{"a":1e' + b'9' * size + b'}', None),
            (b'{"a":"' + b'x' * size + b'"}', None),
        ):
            started = time.process_time()
            raw = raw[:MAX_BYTES] if kind != 'too_large' else raw
            if kind:
                self.assertEqual(self.kind_of(raw), kind)
            else:
                parse(raw)
            self.assertLess(time.process_time() - started, 2)

    def test_numbers_are_exact_and_absurd_ones_are_none(self):
        raw = b'{"a": 0.1, "b": 100, "c": 1e3, "d": 1e999999, "e": 1234567890123, "f": "1.10", "g": true, "h": "1,5"}'
        values = parse(raw)
        read = {name: rest.json_values.number_of(values, name) for name in 'abcdefgh'}
        self.assertEqual(read, {
            'a': Decimal('0.1'), 'b': Decimal(100), 'c': Decimal(1000), 'd': None, 'e': None, 'f': Decimal('1.10'),
            'g': None, 'h': None})
        self.assertEqual(json.loads(json.dumps(as_it_came(values)))['a'], '0.1')

    def test_no_text_holds_what_a_database_can_t(self):
        values = parse(b'{"a\\u0000": "b\\u0000\\ud800c"}')
        self.assertEqual(values, {'a': 'bc'})

    def test_a_day_is_the_one_that_amazon_writes(self):
        for value in ('2026-11-02', '2026-11-02T23:30:00-08:00', '2026-11-02T00:30:00+09:00', {'date': '2026-11-02'},
                      {'dateTime': '2026-11-02T10:00:00.123Z'}):
            with self.subTest(value):
                self.assertEqual(str(rest.json_values.date_of({'d': value}, 'd')), '2026-11-02')
        for value in (None, '', '02/11/2026', '2026-13-02', '2026-11-02T99:00:00Z', 5, [], {}, 'x' * 10 ** 6):
            self.assertIsNone(rest.json_values.date_of({'d': value}, 'd'))

    def test_no_mutation_of_an_answer_raises_another_error(self):
        """Types, keys and bytes are changed at random: readers give values or a RestError."""
        dice = random.Random(13)
        junk = [
            None, True, 5, -1.5, '', 'x', '\ud83d', [], {}, [[]], [None, 5], {'amount': 'x'}, 'NaN', '1e9', 10 ** 30]

        def mutated(value):
            if dice.random() < 0.06:
                return dice.choice(junk)
            if isinstance(value, dict):
                return {key: mutated(each) for key, each in value.items() if dice.random() > 0.04}
            if isinstance(value, list):
                return [mutated(each) for each in value]
            return value

        for round_number in range(600):
            raw = bytearray(json.dumps(mutated(dice.choice(ANSWERS))).encode())
            if round_number % 3 == 0 and raw:
                raw[dice.randrange(len(raw))] = dice.randrange(256)
            for reader in READERS:
                try:
                    reader(bytes(raw))
                except rest.RestError:
                    continue

    def test_unknown_fields_change_nothing(self):
        for answer, readers in zip(ANSWERS, (
            READERS[:1], READERS[1:3], READERS[3:4], READERS[4:6], READERS[6:8],
        ), strict=False):
            for reader in readers:
                self.assertEqual(
                    str(reader(answer_of(**answer, somethingNew={'a': [1, {'b': None}]}))),
                    str(reader(answer_of(**answer))))

    def test_an_answer_without_its_list_is_not_one_that_states_nothing(self):
        for reader in READERS[:-1]:
            for values in ({}, {'nextPageToken': None}, {'transactions': None}):
                reader(answer_of(**values))
            for values in ({'message': "Hello"}, {'transactions': 5}, {'orderReports': "none"},
                           {'errors': [{'code': 'InternalFailure', 'message': "No."}]}):
                with self.subTest(reader=reader, values=values), self.assertRaises(rest.RestError) as caught:
                    reader(answer_of(**values))
                self.assertEqual(caught.exception.kind, 'missing')
        with self.assertRaises(rest.RestError):
            rest.read_transactions(answer_of(charges=[charge()]))
