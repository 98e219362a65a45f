"""Answers of Amazon's REST APIs as the tests need them."""
import io
import json
import zipfile

PDF = b'%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'


def zipped(*contents):
    """Pack files into a ZIP.

    :rtype: bytes
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w', zipfile.ZIP_DEFLATED) as archive:
        for index, content in enumerate(contents):
            archive.writestr(f'{index}.pdf', content)
    return file.getvalue()


def answer_of(**values):
    """Write an answer.

    :rtype: bytes
    """
    return json.dumps(values).encode()


def money(amount, currency='USD'):
    """Give an amount as the Reconciliation API writes it."""
    return {'currencyCode': currency, 'amount': str(amount)}


def charge_line(total='119.00', **values):
    """Give a line of a charge as the API writes it.

    :param str total: its amount, of which 19.00 are tax
    :param values: other fields; None leaves a field out
    """
    line = {
        'orderId': '111-1111111-1111111', 'purchaseOrderNumber': 'P00042', 'purchaseOrderLineItemId': '1',
        'orderLineItemId': 'LI-1', 'asin': 'B000000001', 'productTitle': "Pens", 'itemQuantity': 2,
        'unspsc': '44121701', 'merchantLegalName': "Pens GmbH", 'shipmentId': 'SH-1',
        'shipmentDate': '2026-11-02T10:00:00Z', 'totalAmount': money(total), 'principalAmount': money('100.00'),
        'tax': money('19.00'), 'taxRate': '0.19', 'unitPrice': money('50.00'), **values}
    return {name: value for name, value in line.items() if value is not None}


def charge(amount='119.00', lines=None, **values):
    """Give a charge as the API writes it; see :func:`charge_line`."""
    transaction = {
        'transactionType': 'CHARGE', 'transactionId': 'T-1', 'transactionDate': '2026-11-03T08:00:00Z',
        'feedDate': '2026-11-04T00:00:00Z', 'chargeIdentifier': 'AMZN*1A2B3C', 'amount': money(amount),
        'paymentInstrumentType': 'Credit Card', 'paymentInstrumentLast4Digits': '1234',
        'legalEntityName': "Example Inc", 'purchasingCustomerGroupName': "Office", 'marketplaceId': 'ATVPDKIKX0DER',
        'buyer': {'id': 'B1', 'name': "Ada Buyer", 'email': 'ada@example.com'},
        'transactionLineItems': [charge_line()] if lines is None else lines, **values}
    return {name: value for name, value in transaction.items() if value is not None}


def order_report(number='P00042', total='119.00', **values):
    """Give an order as the Reporting API writes it: its amounts are numbers."""
    report = {
        'purchaseOrderNumber': number, 'orderStatus': 'PENDING_FULFILLMENT',
        'orderMetadata': {'orderId': '111-1111111-1111111', 'orderDate': '2026-11-02T10:00:00Z', 'region': 'US'},
        'charges': [{'type': 'NET_TOTAL', 'amount': {'currencyCode': 'USD', 'amount': float(total)}}], **values}
    return {name: value for name, value in report.items() if value is not None}


def shipment_item(number='P00042', line='1', quantity=2, **values):
    """Give an item of a shipment as the Reporting API writes it."""
    item = {
        'purchaseOrderNumber': number, 'purchaseOrderLineItemNumber': line, 'orderLineItemId': 'LI-1',
        'quantity': quantity, 'carrierName': 'UPS', 'packages': [{'trackingId': '1Z1', 'packageId': '1'}],
        'shipmentMetadata': {'shipmentId': 'SH-1', 'shipmentDate': {'date': '2026-11-03T09:00:00Z'}},
        'deliveryInfo': {'expectedDeliveryDate': '2026-11-06', 'status': 'NOT_DELIVERED'},
        'shipmentStatus': 'SHIPPED', **values}
    return {name: value for name, value in item.items() if value is not None}


def tracking_event(number='P00042', **values):
    """Give an event of a package as Amazon pushes it."""
    event = {
        'orderId': '111-1111111-1111111', 'trackingId': '1Z1', 'shipmentId': 'SH-1', 'packageId': '1',
        'poNumber': number, 'eventTimeStampInEpochMillis': 1793696400000, 'deliveryStatus': 'SHIPPED',
        'detailedTrackingStatus': 'PACKAGE_LEFT_FROM_CARRIER_FACILITY - (Berlin)', **values}
    return {name: value for name, value in event.items() if value is not None}


def offer(amount='189.00', seller="Pens GmbH", **values):
    """Give an offer as the Product Search API writes it; None leaves a field out."""
    values = {
        'availability': "In Stock.", 'merchant': {'merchantId': 'M1', 'name': seller}, 'condition': {'value': "New"},
        'price': {'value': {'currencyCode': 'USD', 'amount': float(amount)}, 'formattedPrice': f"${amount}"},
        'quantityLimits': {'minQuantity': 1, 'maxQuantity': 999}, **values}
    return {name: value for name, value in values.items() if value is not None}


def product(asin, *offers, **values):
    """Give an item with its offers as the Product Search API writes it."""
    return {'asin': asin, 'title': "Pens", 'includedDataTypes': {'OFFERS': list(offers)}, **values}
