import logging
import time
from unittest.mock import patch

from odoo.tests import BaseCase

from ...tools.log import MAX_LENGTH, log_document

_logger = logging.getLogger(__name__)


class TestLogDocument(BaseCase):

    def line(self, *args, **kwargs):
        with self.assertLogs(_logger, logging.INFO) as logs:
            log_document(_logger, *args, **kwargs)
        self.assertEqual(len(logs.records), 1)
        return logs.records[0].getMessage()

    def test_the_line_names_everything_that_is_known(self):
        with patch.object(time, 'monotonic', return_value=10.012):
            line = self.line('received', 'ConfirmationRequest', '1@amazon', 'P00042', 'stored for group 3', started=10)
        self.assertEqual(
            line, "Amazon document ConfirmationRequest 1@amazon for order P00042 received: stored for group 3 in 12 ms")

    def test_what_is_not_known_is_left_out(self):
        self.assertEqual(self.line('sending', None, None), "Amazon document of unknown type sending")

    def test_no_value_of_a_stranger_begins_a_line_or_fills_the_log(self):
        line = self.line(
            'received', 'Confirmation\nRequest', '1\r\n2026-03-02 INFO forged\x1b[31m\u2028', outcome='x' * 5000
        )
        self.assertTrue(line.isprintable())
        self.assertLess(len(line), 2 * MAX_LENGTH)
