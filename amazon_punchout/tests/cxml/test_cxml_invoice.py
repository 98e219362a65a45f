import dataclasses
from datetime import datetime, timezone
from decimal import Decimal

from odoo.tests import BaseCase

from ...cxml import (
    Credential,
    CxmlError,
    InvoiceCharge,
    InvoiceDetailItem,
    InvoiceDetailOrder,
    InvoiceDetailSummary,
    LocalizedText,
    OrderReference,
    Tax,
    TaxDetail,
    read_invoice,
    without_signs,
)
from .. import cxml_builder
from ..cxml_builder import INVOICE_HEADER as HEADER
from ..cxml_builder import INVOICE_ORDER_INFO as INFO
from ..cxml_builder import INVOICE_SUMMARY as SUMMARY
from ..cxml_builder import invoice_amount as amount
from ..cxml_builder import invoice_item as line
from ..cxml_builder import invoice_modification as modification
from ..cxml_builder import invoice_request as invoice
from ..cxml_builder import invoice_summary as summary
from .cxml_inventor import euro, shared


def money(amount, currency='EUR'):
    return cxml_builder.money(amount, currency)


def read_line(*values, **named):
    [[item]] = [order.items for order in read_invoice(invoice(line(*values, **named))).orders]
    return item


class TestReadInvoice(BaseCase):

    def assertNotRead(self, raw, kind, element, value=''):
        with self.assertRaises(CxmlError) as raised:
            read_invoice(raw)
        error = raised.exception
        self.assertEqual((error.kind, error.document, error.element), (kind, 'InvoiceDetailRequest', element))
        self.assertEqual(error.value, value)

    def test_everything_around_the_lines_is_read(self):
        head = '''
            <InvoiceDetailRequestHeader invoiceID=" INV-1 " purpose="lineLevelCreditMemo" operation="delete"
                invoiceDate="2025-04-01T02:00:00+02:00" isInformationOnly="yes">
              <InvoiceDetailHeaderIndicator/>
              <InvoiceDetailLineIndicator isTaxInLine="yes" isShippingInLine="yes" isSpecialHandlingInLine="yes"
                isDiscountInLine="yes" isPriceAdjustmentInLine="yes" isAccountingInLine="yes"/>
              <DocumentReference payloadID="inv.0@amazon.example"/>
              <InvoiceIDInfo invoiceID="INV-0"/>
              <PaymentTerm payInNumberOfDays="10"><Discount><DiscountPercent percent="2"/></Discount></PaymentTerm>
              <PaymentTerm payInNumberOfDays="30"/>
              <Comments>Thank you</Comments>
            </InvoiceDetailRequestHeader>'''
        raw = invoice(line(), head=head, payload_id='inv.1@amazon.example')
        message = read_invoice(raw.replace(b'<Request>', b'<Request deploymentMode="production">'))
        self.assertEqual((message.payload_id, message.deployment_mode), ('inv.1@amazon.example', 'production'))
        self.assertEqual(message.header.from_, (Credential('NetworkId', 'Amazon'),))
        self.assertEqual(
            (message.invoice_id, message.purpose, message.operation), ('INV-1', 'lineLevelCreditMemo', 'delete')
        )
        self.assertEqual(message.invoice_date, datetime(2025, 4, 1, tzinfo=timezone.utc))
        for name in ('is_information_only', 'is_tax_in_line', 'is_shipping_in_line', 'is_special_handling_in_line',
                     'is_discount_in_line', 'is_price_adjustment'):
            self.assertIs(getattr(message, name), True, name)
        self.assertEqual((message.original_invoice_id, message.original_payload_id), ('INV-0', 'inv.0@amazon.example'))
        self.assertEqual((message.payment_days, message.comments, message.currency), (30, ('Thank you',), 'EUR'))

    def test_each_indicator_is_its_own(self):
        for attribute, name in (
            ('isTaxInLine', 'is_tax_in_line'), ('isShippingInLine', 'is_shipping_in_line'),
            ('isSpecialHandlingInLine', 'is_special_handling_in_line'), ('isDiscountInLine', 'is_discount_in_line'),
            ('isPriceAdjustmentInLine', 'is_price_adjustment'),
        ):
            indicator = f'<InvoiceDetailLineIndicator {attribute}="yes"/>'
            head = HEADER.replace('/>', f'>{indicator}</InvoiceDetailRequestHeader>')
            message = read_invoice(invoice(head=head))
            said = [field.name for field in dataclasses.fields(message) if getattr(message, field.name) is True]
            self.assertEqual(said, [name])

    def test_credit_on_prices_may_be_told_in_two_places(self):
        indicators = (
            '<InvoiceDetailLineIndicator/>',
            '<InvoiceDetailHeaderIndicator isPriceBasedLineLevelCreditMemo="yes"/>',
        )
        for inside in (''.join(indicators), ''.join(reversed(indicators))):
            head = HEADER.replace('/>', f'>{inside}</InvoiceDetailRequestHeader>')
            self.assertIs(read_invoice(invoice(head=head)).is_price_adjustment, True)

    def test_everything_of_a_line_is_read(self):
        tax_details = (
            f'<TaxDetail category="vat" percentageRate="19" purpose="tax"><TaxableAmount>{money(35)}</TaxableAmount>'
            f'<TaxAmount>{money("6.65")}</TaxAmount></TaxDetail>'
        )
        handling = '<Description xml:lang="de">Kran  und Helfer</Description>'
        item = (
            read_invoice(
                invoice(f'''
            <InvoiceDetailItem invoiceLineNumber="7" quantity="-2.5" reason="return">
              <UnitOfMeasure>EA</UnitOfMeasure>
              <UnitPrice>
                {money("14.00")}<Modifications>{modification(amount("AdditionalCost", 3))}</Modifications>
              </UnitPrice>
              <PriceBasisQuantity quantity="5" conversionFactor="0.5">
                <UnitOfMeasure>BX</UnitOfMeasure>
              </PriceBasisQuantity>
              <InvoiceDetailItemReference lineNumber="3">
                <ItemID><SupplierPartID>B0LAMP0001</SupplierPartID></ItemID>
                <Description xml:lang="de">Lampe</Description><Description xml:lang="en">Lamp</Description>
              </InvoiceDetailItemReference>
              {amount("SubtotalAmount", "-35")}
              <Tax>{money("-6.65")}<Description xml:lang="de">MwSt.</Description>{tax_details}</Tax>
              {amount("InvoiceDetailLineSpecialHandling", 1, handling)}
              {amount("InvoiceDetailLineShipping", 4)}
              {amount("GrossAmount", "-40")}
              {amount("InvoiceDetailDiscount", 2)}
              <InvoiceItemModifications>{modification(amount("AdditionalCost", "0.5"))}</InvoiceItemModifications>
              {amount("TotalCharges", "0.5")}
              {amount("NetAmount", "-42")}
            </InvoiceDetailItem>''')
            )
            .orders[0]
            .items[0]
        )
        self.assertEqual(item, InvoiceDetailItem(
            invoice_line_number=7, line_number=3, quantity=Decimal('-2.5'), unit_price=euro(14),
            price_basis_quantity=Decimal(10), subtotal=euro(-35),
            tax=Tax(euro('-6.65'), LocalizedText('MwSt.', 'de'), (
                TaxDetail('vat', Decimal(19), 'tax', euro('6.65'), euro(35)),)),
            shipping=InvoiceCharge(euro(4)), special_handling=InvoiceCharge(euro(1), 'Kran und Helfer'),
            discount=InvoiceCharge(euro(2)), charges=(InvoiceCharge(euro('0.5')),), gross=euro(-40), net=euro(-42),
            asin='B0LAMP0001', description=LocalizedText('Lampe', 'de'), unit_of_measure='EA', reason='return',
        ))

    def test_everything_of_the_summary_is_read(self):
        detail = f'<TaxDetail category="vat"><TaxAmount>{money(8)}</TaxAmount></TaxDetail>'
        message = read_invoice(invoice(summary=summary(
            amount('SubtotalAmount', 100), f'<Tax>{money(8)}{detail}</Tax>', amount('SpecialHandlingAmount', 1),
            amount('ShippingAmount', 2), amount('GrossAmount', 111), amount('InvoiceDetailDiscount', 3),
            f'<InvoiceHeaderModifications>{modification(amount("AdditionalCost", 4))}</InvoiceHeaderModifications>',
            f'<InvoiceDetailSummaryLineItemModifications>{modification(amount("AdditionalCost", 77))}'
            '</InvoiceDetailSummaryLineItemModifications>',
            amount('TotalCharges', 4), amount('TotalAmountWithoutTax', 104), amount('NetAmount', 112),
            amount('DepositAmount', 12), amount('DueAmount', 100),
        )))
        self.assertEqual(
            message.summary,
            InvoiceDetailSummary(
                subtotal=euro(100),
                tax=Tax(euro(8), details=(TaxDetail('vat', tax_amount=euro(8)),)),
                special_handling=euro(1),
                shipping=euro(2),
                discount=InvoiceCharge(euro(3)),
                charges=(InvoiceCharge(euro(4)),),
                gross=euro(111),
                net=euro(112),
                due=euro(100),
            ),
        )

    def test_why_no_tax_is_due_is_read_wherever_it_stands(self):
        for attributes, inner, reason, is_reverse_charge in (
            ('exemptDetail="zeroRated"', '', 'zeroRated', False),
            ('exemptDetail="exempt"', '<Description xml:lang="en">vatex-eu-ae</Description>', 'VATEX-EU-AE', True),
            ('', '<TaxExemption exemptCode="VATEX-EU-IC"/>', 'VATEX-EU-IC', True),
            ('', '<TaxExemption exemptCode="E1"><ExemptReason xml:lang="en">VATEX-EU-O</ExemptReason></TaxExemption>',
             'VATEX-EU-O', False),
            ('', '<TaxExemption exemptCode="E1"/>', 'E1', False),
            ('isTriangularTransaction="yes"', '', 'triangular', True),
            ('', '<Extrinsic name="reason">VATEX-EU-AE</Extrinsic>', 'VATEX-EU-AE', True),
            ('', '<Description xml:lang="fr">Autoliquidation</Description>', 'reverse charge', True),
            ('', '<Description xml:lang="en">VAT</Description>', '', False),
        ):
            with self.subTest(attributes + inner):
                detail = f'<TaxDetail category="vat" {attributes}>{amount("TaxAmount", 0)}{inner}</TaxDetail>'
                tax = read_invoice(invoice(line(
                    f'<Tax>{money(0)}<Description xml:lang="en"/>{detail}</Tax>'))).orders[0].items[0].tax
                self.assertEqual((tax.details[0].exemption, tax.is_reverse_charge), (reason, is_reverse_charge))

    def test_modifications_with_an_amount_are_charges_and_deductions(self):
        name = (
            '<ModificationDetail name="Rebate"><Description xml:lang="en"> For  you </Description></ModificationDetail>'
        )
        item = read_line('<InvoiceItemModifications>{}</InvoiceItemModifications>'.format(''.join((
            modification(amount('AdditionalCost', 5), '<ModificationDetail name="Freight"/>'),
            modification(f'<AdditionalDeduction>{amount("DeductionAmount", "1.25")}</AdditionalDeduction>', name),
            modification(f'<AdditionalDeduction>{amount("DeductionAmount", "-1")}</AdditionalDeduction>'),
        ))))
        self.assertEqual(item.charges, (
            InvoiceCharge(euro(5), 'Freight'), InvoiceCharge(euro('-1.25'), 'For you'), InvoiceCharge(euro(1))))

    def test_signs_may_be_left_out_of_account(self):
        stated = read_invoice(invoice(
            line(amount('SubtotalAmount', -5) + amount('Tax', '-0.25') + '<InvoiceItemModifications>'
                 + modification(f'<AdditionalDeduction>{amount("DeductionAmount", 1)}</AdditionalDeduction>')
                 + '</InvoiceItemModifications>', quantity='-2'),
            summary=summary(amount('SubtotalAmount', -5), amount('NetAmount', '-5.25'))))
        unsigned = without_signs(stated)
        item = unsigned.orders[0].items[0]
        self.assertEqual((item.quantity, item.subtotal, item.tax.money), (2, euro(5), euro('0.25')))
        self.assertEqual(item.charges, stated.orders[0].items[0].charges, "a deduction lowers the amount, as before")
        self.assertEqual((unsigned.summary.subtotal, unsigned.summary.net), (euro(5), euro('5.25')))
        self.assertEqual(unsigned.invoice_id, stated.invoice_id)

    def test_modifications_without_an_amount_are_ignored(self):
        item = read_line('<InvoiceItemModifications>{}</InvoiceItemModifications>'.format(''.join((
            modification('<AdditionalCost><Percentage percent="5"/></AdditionalCost>'),
            modification('<AdditionalDeduction><DeductionPercent percent="5"/></AdditionalDeduction>'),
            modification(f'<AdditionalDeduction>{amount("DeductedPrice", 95)}</AdditionalDeduction>'),
            modification('<AdditionalCost><Money currency="EUR"/></AdditionalCost>'),
            modification(''),
        ))))
        self.assertEqual(item.charges, ())

    def test_optional_things_may_be_missing(self):
        raw = (
            '<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="I"/>'
            '<InvoiceDetailOrder><InvoiceDetailItem quantity="1"/></InvoiceDetailOrder>'
            '<InvoiceDetailSummary><NetAmount><Money currency="EUR"/></NetAmount></InvoiceDetailSummary>'
            '</InvoiceDetailRequest>'
        )
        message = read_invoice(f'<cXML><Request>{raw}</Request></cXML>'.encode())
        for name in (
            'payload_id',
            'timestamp',
            'invoice_date',
            'original_invoice_id',
            'payment_days',
            'deployment_mode',
        ):
            self.assertIsNone(getattr(message, name), name)
        self.assertEqual((message.purpose, message.operation, message.currency), ('standard', 'new', 'EUR'))
        self.assertEqual(message.summary, InvoiceDetailSummary())
        self.assertEqual(message.orders, (
            InvoiceDetailOrder(OrderReference(), (InvoiceDetailItem(None, None, Decimal(1)),)),))

    def test_empty_money_counts_as_not_stated(self):
        empty = money('')
        item = read_line(''.join(f'<{tag}>{empty}</{tag}>' for tag in (
            'UnitPrice', 'SubtotalAmount', 'Tax', 'InvoiceDetailLineShipping', 'InvoiceDetailLineSpecialHandling',
            'InvoiceDetailDiscount', 'GrossAmount', 'NetAmount')))
        self.assertEqual(item, InvoiceDetailItem(1, 1, Decimal(1), unit_of_measure='EA'))

    def test_zero_is_stated(self):
        found = read_invoice(
            invoice(summary=summary(amount('NetAmount', '0'), amount('ShippingAmount', '-0.00')))
        ).summary
        self.assertEqual((found.net, found.shipping, found.due), (euro(0), euro(0), None))

    def test_amounts_belong_to_their_owner(self):
        inner = f'<Distribution><Charge>{money(9)}</Charge></Distribution>'
        found = read_line(
            f'<UnitPrice>{inner}</UnitPrice><SubtotalAmount>{inner}</SubtotalAmount><Tax>{inner}</Tax>'
            f'<InvoiceDetailDiscount>{inner}</InvoiceDetailDiscount>'
            f'<Extrinsic name="x">{amount("NetAmount", 9)}</Extrinsic>'
        )
        self.assertEqual(found, InvoiceDetailItem(1, 1, Decimal(1), unit_of_measure='EA'))

    def test_order_may_be_named_in_other_ways(self):
        for info, order in (
            ('<OrderIDInfo orderID="P7"/>', OrderReference('P7')),
            ('<OrderReference><DocumentReference payloadID="x@y"/></OrderReference>', OrderReference(None, 'x@y')),
            ('<MasterAgreementReference><DocumentReference payloadID="m@y"/></MasterAgreementReference>'
             '<OrderIDInfo orderID=" P7 "/>', OrderReference('P7')),
            ('<SupplierOrderInfo orderID="250-5123176-9239824"/>', OrderReference()),
        ):
            raw = invoice(line(), info=f'<InvoiceDetailOrderInfo>{info}</InvoiceDetailOrderInfo>')
            self.assertEqual(read_invoice(raw).orders[0].order, order)

    def test_service_may_be_a_mere_sum(self):
        reference = (
            '<InvoiceDetailServiceItemReference lineNumber="2"><Description xml:lang="en">Set-up</Description>'
            '</InvoiceDetailServiceItemReference>'
        )
        raw = invoice(
            f'<InvoiceDetailServiceItem invoiceLineNumber="1">{reference}{amount("SubtotalAmount", 5)}'
            '</InvoiceDetailServiceItem>',
            f'<InvoiceDetailServiceItem invoiceLineNumber="2" quantity="3">{reference}'
            f'<UnitRate>{money(2)}<UnitOfMeasure>HUR</UnitOfMeasure></UnitRate></InvoiceDetailServiceItem>',
        )
        text = LocalizedText('Set-up', 'en')
        self.assertEqual(read_invoice(raw).orders[0].items, (
            InvoiceDetailItem(1, 2, None, subtotal=euro(5), description=text),
            InvoiceDetailItem(2, 2, Decimal(3), unit_price=euro(2), description=text)))

    def test_invoice_of_whole_orders_has_one_sum_each(self):
        body = (
            f'<InvoiceDetailHeaderOrder>{INFO}'
            f'<InvoiceDetailOrderSummary invoiceLineNumber="1">{amount("SubtotalAmount", -5)}'
            f'<Tax>{money(-1)}</Tax>{amount("NetAmount", -6)}</InvoiceDetailOrderSummary></InvoiceDetailHeaderOrder>'
        )
        [order] = read_invoice(invoice(summary=body + SUMMARY)).orders
        self.assertEqual(order, InvoiceDetailOrder(
            OrderReference('P00042', 'order.1@odoo.example'),
            (InvoiceDetailItem(1, None, None, subtotal=euro(-5), tax=Tax(euro(-1)), net=euro(-6)),), is_header=True))

    def test_price_basis_that_means_nothing_is_none(self):
        for attributes, basis in (
            ('quantity="100" conversionFactor="1"', Decimal(100)), ('quantity="100"', Decimal(100)),
            ('quantity="0"', None), ('quantity="-1"', None), ('conversionFactor="2"', None),
            ('quantity="5" conversionFactor="0"', Decimal(5)),
            ('quantity="5" conversionFactor="-2"', Decimal(5)),
        ):
            self.assertEqual(read_line(f'<PriceBasisQuantity {attributes}/>').price_basis_quantity, basis, attributes)

    def test_mandatory_things_are_named_when_missing(self):
        for raw, element in (
            (invoice(head=''), 'InvoiceDetailRequestHeader'),
            (invoice(head='<InvoiceDetailRequestHeader invoiceID=" "/>'), 'InvoiceDetailRequestHeader/@invoiceID'),
            (invoice(line(f'<NetAmount>{money(1)}</NetAmount>'), summary=''), 'InvoiceDetailSummary'),
            (invoice(summary=summary()), 'Money'),
            (invoice(line(quantity='')), 'InvoiceDetailOrder/InvoiceDetailItem[1]/@quantity'),
            (invoice(line('<UnitPrice><Money>1</Money></UnitPrice>')),
             'InvoiceDetailOrder/InvoiceDetailItem[1]/UnitPrice/Money/@currency'),
        ):
            with self.subTest(element):
                self.assertNotRead(raw, 'missing', element)

    def test_bad_values_are_named(self):
        item = 'InvoiceDetailOrder/InvoiceDetailItem'
        for raw, element, value in (
            (invoice(line(), line(quantity='2 pcs')), f'{item}[2]/@quantity', '2 pcs'),
            (invoice(line(amount('SubtotalAmount', '5 EUR'))), f'{item}[1]/SubtotalAmount/Money', '5 EUR'),
            (invoice(summary=summary(amount('NetAmount', '1e3'))), 'InvoiceDetailSummary/NetAmount/Money', '1e3'),
        ):
            with self.subTest(element):
                self.assertNotRead(raw, 'bad_value', element, value)

    def test_a_second_currency_is_not_read(self):
        other = f'<UnitPrice>{money(1, "USD")}</UnitPrice>'
        self.assertNotRead(invoice(line(other)), 'mixed_currency', 'InvoiceDetailSummary/SubtotalAmount/Money', 'EUR')
        self.assertNotRead(invoice(line(f'<Distribution><Charge>{money(1)}</Charge></Distribution>'), line(other)),
                           'mixed_currency', 'InvoiceDetailOrder/InvoiceDetailItem[2]/UnitPrice/Money', 'USD')

    def test_amount_repeated_in_another_currency_is_no_second_one(self):
        alternate = '<UnitPrice><Money currency="EUR" alternateAmount="1" alternateCurrency="USD">1</Money></UnitPrice>'
        extrinsic = f'<Extrinsic name="taxAmountInLocalCurrency">{money(1, "PLN")}</Extrinsic>'
        unstated = f'<GrossAmount>{money("", "USD")}</GrossAmount>'
        lower = f'<NetAmount>{money(1, "eur")}</NetAmount>'
        for inside in (alternate, extrinsic, unstated, lower):
            self.assertEqual(read_invoice(invoice(line(inside))).currency, 'EUR')

    def test_invoices_of_others_are_read(self):
        """The only public samples; none of them is Amazon's."""
        message = read_invoice(shared(self, 'samples', 'invoice-generic-tax-at-total.xml').read_bytes())
        found = message.summary
        self.assertEqual((message.invoice_id, message.purpose, message.currency), ('3492', 'standard', 'USD'))
        self.assertEqual(message.invoice_date, datetime(2009, 5, 1, 18, 45, 51, tzinfo=timezone.utc))
        self.assertEqual([each.amount for each in (
            found.subtotal, found.tax.money, found.special_handling, found.shipping)], [365, 8, 5, 30])
        self.assertEqual((found.net, found.gross, found.discount, found.due), (None, None, None, None))
        self.assertEqual(found.tax.details[0].percentage_rate, Decimal('8.25'))
        [order] = message.orders
        self.assertEqual((order.order, order.is_header), (OrderReference(None, '123'), False))
        [item] = order.items
        self.assertEqual(
            (item.line_number, item.quantity, item.unit_price.amount, item.subtotal.amount), (1, 1, 365, 365)
        )

        message = read_invoice(shared(self, 'samples', 'invoice-generic-several-orders.xml').read_bytes())
        self.assertEqual((message.invoice_id, message.payment_days), ('INV00001', 30))
        self.assertEqual([order.order.payload_id for order in message.orders], ['2252', '2253'])
        self.assertEqual([order.items[0].subtotal.amount for order in message.orders], [200, 20])
        self.assertEqual([order.items[0].line_number for order in message.orders], [1, 1])
        self.assertEqual((message.summary.subtotal.amount, message.summary.net.amount), (220, 0))
        self.assertIsNone(message.summary.tax.details[0].taxable_amount)
