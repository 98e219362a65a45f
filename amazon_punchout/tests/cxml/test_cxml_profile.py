from datetime import UTC, datetime

from odoo.tests import BaseCase

from ...cxml import CxmlError, read_request, with_shared_secret, write_profile_request
from .cxml_inventor import SECRET, order_request

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


class TestWriteProfileRequest(BaseCase):

    def write(self, **values):
        return write_profile_request(**{
            'payload_id': 'profile.1@odoo.example', 'timestamp': NOW, 'header': order_request().header,
            'deployment_mode': 'test', **values})

    def test_it_asks_and_orders_nothing(self):
        raw = with_shared_secret(self.write(), SECRET)
        envelope = read_request(raw)
        self.assertEqual((envelope.document, envelope.payload_id, envelope.deployment_mode, envelope.shared_secret),
                         ('ProfileRequest', 'profile.1@odoo.example', 'test', SECRET))
        self.assertEqual(envelope.order_ids, ())
        self.assertNotIn(b'OrderRequest', raw)
        self.assertNotIn(SECRET.encode(), self.write())

    def test_what_is_missing_is_named(self):
        for values, kind in (({'payload_id': ''}, 'missing'), ({'deployment_mode': 'live'}, 'bad_value')):
            with self.subTest(kind), self.assertRaises(CxmlError) as caught:
                self.write(**values)
            self.assertEqual(caught.exception.kind, kind)
