"""What people read after a message of Amazon, compared with docs/messages.md word for word."""
import re

from lxml import html

from .order_case import PROBLEM
from .table_case import TABLE

BLOCK = re.compile(r'^### (W\d\d) .*?^```text\n(.*?)^```', re.MULTILINE | re.DOTALL)
# The order of the examples, and the moment at which it was sent; those of the tests differ.
ORDER, MOMENT = 'P00042', '9:30 AM'


def documented():
    """Read the examples of the documentation.

    :return: the text of each by its name
    :rtype: dict[str, str]
    """
    return dict(BLOCK.findall(TABLE.read_text()))


def plain(body):
    """Write what stands in a message: each paragraph and each item of a list on a line."""
    lines = []
    root = html.fragment_fromstring(str(body), create_parent='div')
    for node in list(root.iter('p', 'li')) or [root]:
        text = ' '.join(node.text_content().replace('\xa0', ' ').split())
        lines.append(f'- {text}' if node.tag == 'li' else text)
    return lines


class WordsCase:
    """Compares what is posted with an example of the documentation; for tests of orders."""

    def begin_reading(self, order):
        """Remember what people have read about an order so far."""
        self.env.invalidate_all()
        self._read = order.message_ids, self.activities(order, PROBLEM)

    def assertReads(self, row, order):
        """Check that the requester reads what the documentation says, since :meth:`begin_reading`."""
        if not TABLE.exists():
            self.skipTest(
                "NOT TESTED: docs/messages.md is not beside this copy of the addon, so its words were not compared")
        self.maxDiff = None
        self.assertEqual(documented().get(row, ''), self.reading(order))

    def reading(self, order):
        """Write what the requester of an order reads, as the documentation does.

        :rtype: str
        """
        self.env.invalidate_all()
        messages, activities = self._read
        # Core notes changed quantities and states by itself.
        ours = (order.message_ids - messages).filtered(
            lambda message: message.body and not message.tracking_value_ids
            and 'ordered quantity has been updated' not in message.body.lower())
        parts = [("Order", [order.with_user(self.buyer).amazon_status])]
        parts += [(f"Line {line.amazon_line_number}", [line.amazon_reason])
                  for line in order.order_line.sorted('amazon_line_number') if line.amazon_reason]
        parts += [("Chatter", plain(message.body)) for message in ours.sorted('id')]
        parts += [("Activity", [activity.summary, *plain(activity.note)])
                  for activity in (self.activities(order, PROBLEM) - activities).sorted('id')
                  if activity.user_id == order.amazon_requester_id]
        text = ''.join(f'{title}:\n' + ''.join(f'  {line}\n' for line in lines) for title, lines in parts)
        text = text.replace(order.name, ORDER).replace('\xa0', ' ').replace('\u202f', ' ')
        return re.sub(r'\b\d{1,2}:\d\d [AP]M\b', MOMENT, text)
