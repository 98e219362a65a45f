"""What it costs to read hostile documents, measured in processes of their own: processor time and memory.

Plain Python, since test_parser_bounds.py starts it with any lxml, and without Odoo.
"""
import json
import os
import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from hostile_documents import HOSTILE, HOSTILE_FORMS  # noqa: E402 - sys.path comes first

# A reader that is not bounded is stopped here.
MOST_SECONDS, MOST_BYTES = 30, 2 * 1024 ** 3


def by_server(cxml, raw):
    """Do what the endpoint for messages does with a document of an unknown sender."""
    document = cxml.ReceivedDocument(raw)
    try:
        cxml.read_request(document)
    except cxml.CxmlError as error:
        str(error)
    cxml.redacted(document)


def by_browser(cxml, raw, form=None):
    """Do what the endpoint for carts does with what a browser posts."""
    try:
        document = cxml.ReceivedDocument(cxml.cart_bytes(form or {}, raw))
        cxml.find_buyer_cookie(document)
        cxml.redacted(document)
        cxml.read_cart(document)
    except cxml.CxmlError as error:
        str(error)


def by_form(cxml, raw):
    """Do what the endpoint for carts does with a form, which is decoded first."""
    try:
        form = cxml.form_fields(raw)
    except cxml.CxmlError as error:
        str(error)
    else:
        by_browser(cxml, raw, form)


def _by_reader(name):
    def read(cxml, raw):
        try:
            getattr(cxml, name)(raw)
        except cxml.CxmlError as error:
            str(error)
    return read


READERS = ('read_confirmation', 'read_ship_notice', 'read_invoice', 'read_setup_request', 'read_response',
           'content_digest')
WAYS = {
    'server': (by_server, HOSTILE), 'browser': (by_browser, HOSTILE), 'form': (by_form, HOSTILE_FORMS),
    **{name: (_by_reader(name), HOSTILE) for name in READERS},
}


def measure(cxml, ways, name):
    """Do it in a child process, and measure what it costs.

    :return: the way that took most CPU seconds, bytes above the idle process, and the exception if one escaped
    :rtype: dict
    """
    read_end, write_end = os.pipe()
    child = os.fork()
    if not child:
        _measure_here(cxml, ways, name, write_end)
    os.close(write_end)
    with os.fdopen(read_end) as output:
        text = output.read()
    _pid, status, usage = os.wait4(child, 0)
    if text:
        return json.loads(text)
    return {
        'way': ways[0], 'seconds': usage.ru_utime + usage.ru_stime, 'bytes': 0,
        'error': f'ended by wait status {status}'}


def _measure_here(cxml, ways, name, output):
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    idle = _memory('VmRSS')
    raw = WAYS[ways[0]][1][name]()
    # From here on the highest use of memory is that of the readers.
    Path('/proc/self/clear_refs').write_text('5')
    worst = {'way': ways[0], 'seconds': 0, 'error': None}
    for way in ways:
        error = None
        began = _cpu()
        try:
            WAYS[way][0](cxml, raw)
        except BaseException as caught:
            error = f'{type(caught).__name__}: {caught}'[:200]
        seconds = _cpu() - began
        if error or seconds >= worst['seconds'] and not worst['error']:
            worst = {'way': way, 'seconds': seconds, 'error': error}
    os.write(output, json.dumps({**worst, 'bytes': _memory('VmHWM') - idle}).encode())
    os._exit(0)


def _cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _memory(name):
    for line in Path('/proc/self/status').read_text().splitlines():
        if line.startswith(name + ':'):
            return int(line.split()[1]) * 1024
    raise LookupError(name)


def main(addon, *names):
    """Measure all documents in all ways, or in those that are named; print a line of JSON for each.

    :param str addon: the folder that has the package `cxml`
    """
    sys.path.insert(0, addon)
    import cxml
    from lxml import etree
    print(json.dumps({'lxml': etree.LXML_VERSION[:3], 'libxml2': etree.LIBXML_VERSION}), flush=True)
    chosen = names or WAYS
    for documents in (HOSTILE, HOSTILE_FORMS):
        ways = [way for way in chosen if WAYS[way][1] is documents]
        for name in documents if ways else ():
            print(json.dumps({'name': name, **measure(cxml, ways, name)}), flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
