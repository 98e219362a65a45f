"""The one builder of Amazon's reports for the tests of the addon: rows by header to the bytes of a CSV or an XLSX.

Plain Python. The simulator has a writer of its own, since what the two have in common would be tested against itself.
"""
import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

ORDER_HEADERS = (
    'Order Date', 'Order ID', 'Account Group', 'PO Number', 'Currency', 'Order Net Total', 'Order Status',
    'Account User', 'Account User Email', 'Payment Reference ID', 'Payment Date', 'Payment Amount',
    'Payment Instrument Type', 'Payment Identifier', 'ASIN', 'Title', 'UNSPSC', 'Purchase PPU', 'Item Quantity',
    'Item Subtotal', 'Item Shipping & Handling', 'Item Promotion', 'Item Tax', 'Item Net Total', 'PO Line Item Id',
    'Seller Name')
TRANSACTION_HEADERS = (
    'Transaction Date', 'Payment Reference ID', 'Transaction Type', 'Currency', 'Payment Amount', 'Account Group',
    'Payment Instrument Type', 'Payment Identifier', 'Account User', 'Order Date', 'Order ID', 'PO Number',
    'Order Status')
REFUND_HEADERS = (
    'Refund Date', 'Order ID', 'Account Group', 'PO Number', 'Currency', 'Refund Status', 'Refund Type',
    'Refund Reason', 'Refund Payment Amount', 'Refund Payment Instrument Type', 'Refund Payment Identifier', 'ASIN',
    'Title', 'Item Quantity', 'Item Subtotal', 'Item Tax', 'Item Net Total', 'PO Line Item Id')
RECONCILIATION_HEADERS = (
    'Statement Number', 'Invoice Number', 'Credit Memo Number', 'Document Issue Date', 'Invoice Due Date',
    'Transaction Type', 'Document Status', 'Currency', 'Shipment Quantity', 'Total Tax Amount', 'Net Total',
    'PO Number', 'Order ID', 'Title', 'Seller Name')
SHIPMENT_HEADERS = (
    'Order ID', 'PO Number', 'PO Line Item Id', 'ASIN', 'Shipment Date', 'Shipment Quantity', 'Carrier Name',
    'Carrier Tracking #', 'Delivery Status', 'Expected Delivery Date')
RETURN_HEADERS = (
    'Order ID', 'PO Number', 'ASIN', 'Return Date', 'Return Quantity', 'Return Reason', 'Return Status')

# What a row has unless it is told otherwise.
_ORDER = {
    'Order Date': '03/02/2026', 'Order ID': '111-0000001-0000001', 'Account Group': 'Main', 'PO Number': 'P00001',
    'Currency': 'USD', 'Order Status': 'Closed', 'Account User': 'Mia Buyer', 'Account User Email': 'mia@example.com',
    'Payment Date': '03/14/2026', 'Payment Instrument Type': 'Visa', 'Payment Identifier': '="1234"', 'ASIN': 'B0LAMP',
    'Title': 'Lamp', 'Item Quantity': '1', 'Seller Name': 'Lamps Inc', 'PO Line Item Id': '1'}
_TRANSACTION = {
    'Transaction Date': '03/14/2026', 'Payment Reference ID': 'R1', 'Transaction Type': 'Charge', 'Currency': 'USD',
    'Account Group': 'Main', 'Payment Instrument Type': 'Visa', 'Payment Identifier': '1234',
    'Account User': 'Mia Buyer', 'Order ID': '111-0000001-0000001', 'PO Number': 'P00001', 'Order Status': 'Closed'}
_REFUND = {
    'Refund Date': '03/20/2026', 'Order ID': '111-0000001-0000001', 'Account Group': 'Main', 'PO Number': 'P00001',
    'Currency': 'USD', 'Refund Status': 'Refunded', 'Refund Type': 'Partial', 'Refund Reason': 'Damaged',
    'Refund Payment Instrument Type': 'Visa', 'Refund Payment Identifier': '1234', 'ASIN': 'B0LAMP', 'Title': 'Lamp',
    'Item Quantity': '1', 'PO Line Item Id': '1'}
_RECONCILIATION = {
    'Statement Number': 'S1', 'Invoice Number': '1XQX-T4VG-0001', 'Document Issue Date': '03/15/2026',
    'Invoice Due Date': '04/14/2026', 'Transaction Type': 'Purchase', 'Document Status': 'Issued', 'Currency': 'USD',
    'Shipment Quantity': '1', 'PO Number': 'P00001', 'Order ID': '111-0000001-0000001', 'Title': 'Lamp',
    'Seller Name': 'Lamps Inc'}
_SHIPMENT = {
    'Order ID': '111-0000001-0000001', 'PO Number': 'P00001', 'PO Line Item Id': '1', 'ASIN': 'B0LAMP',
    'Shipment Date': '03/13/2026', 'Shipment Quantity': '1', 'Carrier Name': 'UPS', 'Carrier Tracking #': '1Z1',
    'Delivery Status': 'Delivered'}
_RETURN = {
    'Order ID': '111-0000001-0000001', 'PO Number': 'P00001', 'ASIN': 'B0LAMP', 'Return Date': '03/18/2026',
    'Return Quantity': '1', 'Return Reason': 'Damaged', 'Return Status': 'Received'}


def order_row(amount, item=None, total=None, **values):
    """Make a row of the report Orders.

    :param str amount: the Payment Amount
    :param str | None item: the Item Net Total; the amount if it is left out
    :param str | None total: the Order Net Total; the amount if it is left out
    :param values: other cells by header, with underscores for blanks
    :rtype: dict[str, str]
    """
    item = amount if item is None else item
    return _row(_ORDER, {
        'Payment Amount': amount, 'Item Net Total': item, 'Item Subtotal': item,
        'Order Net Total': amount if total is None else total}, values)


def transaction_row(amount, **values):
    """Make a row of the report Transactions; see :func:`order_row`."""
    return _row(_TRANSACTION, {'Payment Amount': amount}, values)


def refund_row(amount, item=None, **values):
    """Make a row of the report Refunds; `item` is the Item Net Total, see :func:`order_row`."""
    return _row(_REFUND, {'Refund Payment Amount': amount, 'Item Net Total': item or ''}, values)


def reconciliation_row(total, **values):
    """Make a row of the report Reconciliation; see :func:`order_row`."""
    return _row(_RECONCILIATION, {'Net Total': total}, values)


def shipment_row(**values):
    """Make a row of the report Shipments; see :func:`order_row`."""
    return _row(_SHIPMENT, {}, values)


def return_row(**values):
    """Make a row of the report Returns; see :func:`order_row`."""
    return _row(_RETURN, {}, values)


def _row(usual, own, values):
    return {**usual, **own, **{name.replace('_', ' '): value for name, value in values.items()}}


def without(headers, *names):
    """Leave columns out.

    :rtype: tuple[str, ...]
    """
    return tuple(header for header in headers if header not in names)


def csv_report(headers, rows, delimiter=',', encoding='utf-8', names=None, before=''):
    """Write a CSV.

    :param headers: the columns, in their order
    :param rows: dicts by header
    :param dict | None names: what stands in the file for a header
    :param str before: text before the headers
    :rtype: bytes
    """
    file = io.StringIO(newline='')
    file.write(before)
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow([(names or {}).get(header, header) for header in headers])
    for row in rows:
        writer.writerow([row.get(header, '') for header in headers])
    return file.getvalue().encode(encoding)


# === XLSX === #

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
_LINKS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
_PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships'
# The second style shows dates, the third a format of its own.
STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="[$-409]mmm\\ d, yyyy"/></numFmts>'
    '<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>')


def xlsx_report(headers, rows, shared=True, styles=STYLES, day_zero=date(1899, 12, 30)):
    """Write an XLSX; cells may be texts, Decimals and dates.

    :param bool shared: keep texts in the table of shared texts, as Excel does; else in the cells
    :param date day_zero: the day before the first one that dates count
    :rtype: bytes
    """
    texts = {}
    lines = []
    for number, cells in enumerate([headers, *([row.get(header, '') for header in headers] for row in rows)], start=1):
        written = ''.join(
            _cell(f'{column_letters(place)}{number}', cell, texts if shared else None, day_zero)
            for place, cell in enumerate(cells, start=1))
        lines.append(f'<row r="{number}">{written}</row>')
    table = ''.join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    return workbook(
        ''.join(lines), texts=f'<sst xmlns="{_MAIN}">{table}</sst>', styles=styles,
        properties='<workbookPr date1904="1"/>' if day_zero.year == 1904 else '')


def workbook(rows, texts=None, styles=None, properties='', compression=zipfile.ZIP_DEFLATED):
    """Write the parts of an XLSX with one sheet.

    :param str rows: the `row` elements
    :param str | None texts: the table of shared texts
    :rtype: bytes
    """
    parts = {
        '_rels/.rels': f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_LINKS}/officeDocument" '
                       'Target="xl/workbook.xml"/></Relationships>',
        'xl/workbook.xml': f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">{properties}<sheets><sheet name="Report" '
                           'sheetId="1" r:id="r1"/></sheets></workbook>',
        'xl/_rels/workbook.xml.rels': (
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_LINKS}/worksheet" '
            'Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{_LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
            f'<Relationship Id="r3" Type="{_LINKS}/styles" Target="/xl/styles.xml"/></Relationships>'),
        'xl/worksheets/sheet1.xml': f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }
    parts |= {name: part for name, part in (('xl/sharedStrings.xml', texts), ('xl/styles.xml', styles)) if part}
    return zipped({name: _HEAD + part for name, part in parts.items()}, compression)


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    """Pack parts.

    :param dict parts: texts or bytes by name
    :rtype: bytes
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w', compression) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return file.getvalue()


def column_letters(number):
    """Name a column as a spreadsheet does.

    :rtype: str
    """
    letters = ''
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cell(place, cell, texts, day_zero):
    if cell == '':
        return ''
    if isinstance(cell, Decimal):
        return f'<c r="{place}"><v>{cell:f}</v></c>'
    if isinstance(cell, date):
        return f'<c r="{place}" s="1"><v>{(cell - day_zero).days}</v></c>'
    if texts is None:
        return f'<c r={quoteattr(place)} t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    return f'<c r="{place}" t="s"><v>{texts.setdefault(cell, len(texts))}</v></c>'
