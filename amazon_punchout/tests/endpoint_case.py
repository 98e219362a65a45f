"""What the tests of the endpoint for Amazon's messages have in common: real HTTP."""
import base64
import hashlib
from unittest.mock import patch

from lxml import etree

from ..controllers import cxml as cxml_controller
from .cart.test_cart_route import RouteCase
from .common import SECRET
from .message_case import MessageCase

ENDPOINT = '/amazon_punchout/cxml'
# A name that no index takes, however well it is compressed.
LONG = 'x' + ''.join(hashlib.sha256(bytes([number])).hexdigest() for number in range(250))
USER, PASSWORD = 'amazon-messages', 'not-a-real-password-9c1e'


class EndpointCase(RouteCase, MessageCase):
    """The endpoint, and user and password for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group.write({'inbound_user': USER, 'inbound_password': PASSWORD})
        cls.startClassPatcher(patch.object(cxml_controller, 'FAILED_LOGIN_SECONDS', 0))

    def post_message(self, raw, basic=None, content_type='text/xml; charset=UTF-8', **kwargs):
        """Post a document as Amazon does, without any session.

        :param tuple basic: user and password of HTTP Basic
        """
        self.env.flush_all()
        self.opener.cookies.clear()
        headers = {'Content-Type': content_type} if content_type else {}
        if basic:
            headers['Authorization'] = 'Basic ' + base64.b64encode(':'.join(basic).encode()).decode()
        return self.url_open(ENDPOINT, data=raw, headers=headers, allow_redirects=False, method='POST', **kwargs)

    def messages(self):
        """Find what the endpoint has stored.

        :return: the documents, the oldest first
        """
        self.env.invalidate_all()
        return self.env['amazon.punchout.document'].search([('account_group_id', '!=', False)], order='id')

    def assertAnswer(self, response, code, http_status=200):
        """Check that a cXML Response has this code and discloses nothing.

        :return: its text
        """
        self.assertEqual(response.status_code, http_status, response.text)
        self.assertEqual(response.headers['Content-Type'], 'text/xml; charset=UTF-8')
        self.assertNotIn('session_id', response.headers.get('Set-Cookie', ''))
        status = etree.fromstring(response.content).find('Response/Status')
        self.assertEqual((status.get('code'), bool(status.get('text'))), (str(code), True), response.text)
        for secret in (SECRET, PASSWORD, USER, self.group.name, self.company.name, self.vendor.name, self.buyer.name,
                       self.env.cr.dbname):
            self.assertNotIn(secret, response.text + str(response.headers))
        return response.text

    def assertDeclined(self, code, raw, http_status=None, **kwargs):
        """Check that a document gets a proper cXML answer and changes nothing.

        :param int | None http_status: by default 401 for a wrong secret, else 200
        :return: the text of the answer without what differs in each
        """
        self.env.cr.flush()  # otherwise earlier tracked changes are written with the next request
        before = self.everything()
        response = self.post_message(raw, **kwargs)
        text = self.assertAnswer(response, code, http_status or (401 if code == 401 else 200))
        self.env.invalidate_all()
        self.assertEqual(self.everything(), before)
        return text[text.index('<Response>'):]
