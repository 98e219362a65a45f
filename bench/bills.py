"""Measure how an invoice from Amazon becomes a draft bill. Runs inside `odoo shell`, see :mod:`bench.measure`."""
from __future__ import annotations

import base64
from unittest.mock import patch

from odoo.fields import Command

from odoo.addons.amazon_punchout import cxml
from odoo.addons.amazon_punchout.tests.cxml_builder import invoice_line, invoice_xml
from odoo.addons.amazon_punchout.tools.cart_lock import lifted

SIZE = 50
PRICE, SHIPPING, TAX = 9.99, 5.0, 50.0

UBL_LINE = """<cac:InvoiceLine><cbc:ID>{number}</cbc:ID>
<cbc:InvoicedQuantity unitCode="C62">{quantity}</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="USD">{amount:.2f}</cbc:LineExtensionAmount>
<cac:Item><cbc:Name>{name}</cbc:Name></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="USD">{price:.2f}</cbc:PriceAmount></cac:Price></cac:InvoiceLine>"""
UBL = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>
<cbc:ID>INV-BENCH</cbc:ID><cbc:IssueDate>2026-03-06</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>USD</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Amazon Business</cbc:Name></cac:PartyName></cac:Party>
</cac:AccountingSupplierParty><cac:AccountingCustomerParty><cac:Party/></cac:AccountingCustomerParty>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="USD">{total:.2f}</cbc:LineExtensionAmount>
<cbc:TaxInclusiveAmount currencyID="USD">{total:.2f}</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="USD">{total:.2f}</cbc:PayableAmount></cac:LegalMonetaryTotal>{lines}</Invoice>"""


class Bills:
    """Three ways to a draft bill of fifty items, shipping and tax."""

    def __init__(self, bench):
        self.bench = bench
        self.env = bench.env
        self.lines = [(f"An item of the bench, number {number}", 2, PRICE) for number in range(1, SIZE + 1)]
        self.lines += [("Shipping", 1, SHIPPING), ("Estimated tax", 1, TAX)]
        self.total = sum(quantity * price for _name, quantity, price in self.lines)

    def order(self):
        """Make an order of fifty items that Amazon has received."""
        order = self.bench.bought(SIZE).sudo()
        order.button_confirm()
        with lifted():
            order.amazon_state = 'sent'
        order._amazon_request().state = 'sent'
        return order

    def from_amazon(self):
        """Go from the stored message to the flushed draft bill."""
        def prepare():
            order = self.order()
            raw = invoice_xml(
                [(order, *(invoice_line(number, 2, PRICE) for number in range(1, SIZE + 1)))], invoice_id='INV-BENCH',
                subtotal=f'{2 * PRICE * SIZE:.2f}', shipping=f'{SHIPPING:.2f}', tax=f'{TAX:.2f}',
                net=f'{self.total:.2f}')
            document = self.env['amazon.punchout.document'].sudo()._store_message(
                self.bench.group, cxml.read_request(raw), raw)
            self.bench.settle()
            return document

        def work(document):
            document._process()
            self.env.flush_all()
            assert document.state == 'processed', document.reason
        return prepare, work

    def from_ubl(self):
        """Let core import the same bill, from the stored attachment to the flushed draft bill."""
        def prepare():
            self.order()
            lines = "".join(
                UBL_LINE.format(number=number, name=name, quantity=quantity, price=price, amount=quantity * price)
                for number, (name, quantity, price) in enumerate(self.lines, start=1))
            attachment = self.env['ir.attachment'].create({
                'name': 'bench.xml', 'mimetype': 'application/xml',
                'datas': base64.b64encode(UBL.format(lines=lines, total=self.total).encode())})
            self.bench.settle()
            return attachment

        def work(attachment):
            # Core's import commits, but each round is rolled back.
            with patch.object(self.env.cr, 'commit', lambda: None):
                bill = self.env['account.journal'].search(
                    [('type', '=', 'purchase')], limit=1)._create_document_from_attachment(attachment.ids)
            self.env.flush_all()
            assert len(bill.invoice_line_ids) == len(self.lines)
            assert abs(bill.amount_total - self.total) < 0.005, bill.amount_total
        return prepare, work

    def bare_create(self):
        """Call create() for a bill with the same lines, linked to the same order lines."""
        def prepare():
            order = self.order()
            self.bench.settle()
            return order

        def work(order):
            bill = self.env['account.move'].create({
                'move_type': 'in_invoice', 'partner_id': self.bench.vendor.id, 'invoice_date': '2026-03-06',
                'ref': 'INV-BENCH', 'invoice_origin': order.name,
                'invoice_line_ids': [Command.create({
                    'product_id': line.product_id.id, 'name': line.name, 'quantity': quantity, 'price_unit': price,
                    'product_uom_id': line.product_uom_id.id, 'tax_ids': [Command.clear()], 'purchase_line_id': line.id,
                }) for line, (_name, quantity, price) in zip(order.order_line, self.lines, strict=True)],
            })
            self.env.flush_all()
            assert abs(bill.amount_total - self.total) < 0.005, bill.amount_total
        return prepare, work
