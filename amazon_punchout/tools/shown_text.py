"""Documents as people read them on the screen."""
import json

from .. import cxml


def shown_text(raw):
    """Write a document, XML or JSON, in indented lines; what is neither stays as it is.

    :param bytes raw: as it is stored
    :rtype: str
    """
    text = raw.decode('utf-8', 'replace').replace('\x00', '')
    if text.lstrip()[:1] == '{':
        try:
            return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        except (ValueError, RecursionError):
            return text
    return cxml.indented(raw) or text
