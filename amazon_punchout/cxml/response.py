"""Response: what Amazon answers at once to a request."""

import re
from dataclasses import dataclass

from .errors import CxmlError
from .parser import document_name, parse
from .reading import text_of
from .values import BLANK, collapsed, web_url

DOCUMENT = 'Response'


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. `text` is Status/@text, `message` the content of Status on one line: the reason of a refusal.

    `start_page_url` opens the shop for the person that was asked for; it is None unless it is http or https.
    """

    code: int
    text: str = ''
    message: str = ''
    start_page_url: str | None = None
    payload_id: str | None = None

    @property
    def has_start_page(self):
        """Whether there is a page to go to; a setup request that is answered with 200 but without one has failed."""
        return self.start_page_url is not None


def read_response(raw):
    """Read a Response, or a bare Status as Amazon answers to what it can't read.

    Amazon's answers may lack payloadID, timestamp and Status/@text.

    :param bytes raw: the body of the HTTP answer
    :rtype: Response
    :raise CxmlError: see :func:`.parser.parse`; 'missing' or 'bad_value' for Status/@code
    """
    root = parse(raw, DOCUMENT, roots=('cXML', 'Response', 'Status'))
    response = root.find('Response') if root.tag == 'cXML' else root
    if response is None:
        raise CxmlError('wrong_document', DOCUMENT, value=document_name(root))
    status = response.find('Status') if response.tag == 'Response' else response
    if status is None:
        raise CxmlError('missing', DOCUMENT, 'Status')
    return Response(
        code=_read_code(status),
        text=status.get('text', '').strip(BLANK),
        message=collapsed(text_of(status)),
        start_page_url=web_url(response.findtext('PunchOutSetupResponse/StartPage/URL')),
        payload_id=root.get('payloadID'),
    )


def _read_code(status):
    code = status.get('code', '').strip(BLANK)
    if not code:
        raise CxmlError('missing', DOCUMENT, 'Status/@code')
    if not re.fullmatch('[0-9]{1,9}', code):
        raise CxmlError('bad_value', DOCUMENT, 'Status/@code', code)
    return int(code)
