from odoo import models

from ... import cxml
from ...tools.outcome import Outcome
from ...tools.sentences import joined

# The status by which a server says that it has stopped waiting, over HTTP and in cXML.
TIMED_OUT = 408


class AmazonPunchoutDocumentAnswer(models.Model):
    """What Amazon answers to an order request."""
    _inherit = 'amazon.punchout.document'

    def _read_order_answer(self, answer):
        """Judge Amazon's answer to an order request.

        Only a 2xx counts as received and only a 4xx as declined. A 5xx comes from a server that may have processed the
        order before it failed, so it is unclear, and so is everything that can't be read or contradicts itself. A 408
        says that the server did not read all in time, which is not for it to know about an order that was sent.

        :param http_post.Answer answer: what came back
        :rtype: Outcome
        """
        try:
            response = cxml.read_response(answer.body)
        except cxml.CxmlError as error:
            if 300 <= answer.status < 500 and answer.status != TIMED_OUT:
                return Outcome('refused', answer.status, self._(
                    "the order address answered with HTTP %s after the order was sent to it", answer.status),
                    is_unread=True, fault='')
            return Outcome('unclear', answer.status, self._(
                "Amazon's answer could not be read (HTTP %(status)s: %(error)s), so it is unclear whether Amazon has "
                "the order.", status=answer.status, error=self._explain_cxml_error(error).rstrip('.')),
                fault=self._explain_unclear(answer.status))
        text = response.message or response.text or self._("no reason given")
        if 200 <= response.code < 300 and 200 <= answer.status < 300:
            return Outcome('sent', response.code, text, fault='')
        if 400 <= response.code < 500 and answer.status < 500 and TIMED_OUT not in (response.code, answer.status):
            return Outcome('refused', response.code, self._explain_declined(text), fault='')
        return Outcome('unclear', response.code, self._(
            "Amazon answered with an error that leaves open what became of the order: “%(text)s” (%(code)s, HTTP "
            "%(status)s), so it is unclear whether Amazon has the order.",
            text=text, code=response.code, status=answer.status), fault=self._explain_unclear(answer.status))

    def _explain_unclear(self, status):
        """Say of an answer from which nothing follows what the other orders of the group wait for.

        :param int status: of HTTP
        :return: without a full stop
        :rtype: str
        """
        return self._("Amazon's answer to an order was not clear (HTTP %s)", status)

    def _explain_declined(self, text):
        """Put the error codes in Amazon's words into the reader's, as confirmations do.

        :param str text: Amazon's own words
        :return: the reason, without a full stop
        :rtype: str
        """
        words = self.env['purchase.order.line']._amazon_explain_codes(cxml.find_error_codes([text]))
        if not words:
            return text
        return joined(". ", [*words, self._("Amazon: “%s”", " / ".join(cxml.split_comments([text])))])
