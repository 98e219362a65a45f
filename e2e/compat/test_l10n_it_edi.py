from odoo.tests import tagged

from odoo.addons.amazon_punchout.tests.cxml_builder import invoice_line, item, tax_detail

from .case import CompatCase

FATTURA = """<?xml version="1.0" encoding="UTF-8"?>
<p:FatturaElettronica versione="FPR12" xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2">
  <FatturaElettronicaHeader>
    <DatiTrasmissione>
      <IdTrasmittente><IdPaese>IT</IdPaese><IdCodice>01234560157</IdCodice></IdTrasmittente>
      <ProgressivoInvio>1</ProgressivoInvio>
      <FormatoTrasmissione>FPR12</FormatoTrasmissione>
      <CodiceDestinatario>0000000</CodiceDestinatario>
    </DatiTrasmissione>
    <CedentePrestatore><DatiAnagrafici>
      <IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>{seller}</IdCodice></IdFiscaleIVA>
      <Anagrafica><Denominazione>Amazon</Denominazione></Anagrafica><RegimeFiscale>RF01</RegimeFiscale>
    </DatiAnagrafici></CedentePrestatore>
    <CessionarioCommittente><DatiAnagrafici>
      <IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>12345670017</IdCodice></IdFiscaleIVA>
      <Anagrafica><Denominazione>We</Denominazione></Anagrafica>
    </DatiAnagrafici></CessionarioCommittente>
  </FatturaElettronicaHeader>
  <FatturaElettronicaBody>
    <DatiGenerali>
      <DatiGeneraliDocumento>
        <TipoDocumento>TD01</TipoDocumento><Divisa>USD</Divisa><Data>2026-03-06</Data><Numero>INV-1</Numero>
      </DatiGeneraliDocumento>
      <DatiOrdineAcquisto><IdDocumento>{order}</IdDocumento></DatiOrdineAcquisto>
    </DatiGenerali>
    <DatiBeniServizi>
      <DettaglioLinee>
        <NumeroLinea>1</NumeroLinea><Descrizione>Penne blu</Descrizione><Quantita>2.00</Quantita>
        <PrezzoUnitario>10.00</PrezzoUnitario><PrezzoTotale>20.00</PrezzoTotale><AliquotaIVA>22.00</AliquotaIVA>
      </DettaglioLinee>
      <DettaglioLinee>
        <NumeroLinea>2</NumeroLinea><Descrizione>Penne nere</Descrizione><Quantita>3.00</Quantita>
        <PrezzoUnitario>5.00</PrezzoUnitario><PrezzoTotale>15.00</PrezzoTotale><AliquotaIVA>22.00</AliquotaIVA>
      </DettaglioLinee>
      <DatiRiepilogo>
        <AliquotaIVA>22.00</AliquotaIVA><ImponibileImporto>35.00</ImponibileImporto><Imposta>7.70</Imposta>
      </DatiRiepilogo>
    </DatiBeniServizi>
  </FatturaElettronicaBody>
</p:FatturaElettronica>
"""


@tagged("post_install", "-at_install")
class TestL10nItEdi(CompatCase):
    """The FatturaPA and Amazon's cXML invoice of the same number are one bill, whichever comes first.

    If lines or totals differ, a person is asked.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"vat": "12345670017", "l10n_it_codice_fiscale": False})
        cls.vendor.vat = "08973230967"
        cls.tax = cls.new_tax(22)

    def setUp(self):
        super().setUp()
        self.po = self.make_order([
            item(asin="B00TEST001", price="10.00", quantity="2", auxiliary_id="136-1,1", tax="4.40"),
            item(asin="B00TEST002", price="5.00", quantity="3", auxiliary_id="136-1,2", tax="3.30"),
        ], tax="7.70")
        self.order_at_amazon(self.po)
        self.send()

    def fattura(self, seller="08973230967"):
        """Receive the FatturaPA as the scheduled action does that fetches it from the SdI.

        :return: the new bill
        """
        before = self.env["account.move"].search([])
        attachment = self.env["ir.attachment"].create({
            "name": "IT01234560157_00001.xml", "mimetype": "application/xml",
            "raw": FATTURA.format(seller=seller, order=self.po.name).encode()})
        files_data = self.env["account.move"]._to_files_data(attachment)
        move = self.env["account.move"].create({})
        attachment.write({"res_model": "account.move", "res_id": move.id, "res_field": "l10n_it_edi_attachment_file"})
        move._extend_with_attachments(files_data, new=True)
        bill = self.env["account.move"].search([]) - before
        self.assertEqual((bill.move_type, bill.ref, bill.amount_total), ("in_invoice", "INV-1", 42.7))
        return bill

    def amazon_invoice(self):
        return self.invoice(
            self.po, invoice_line(1, 2, "10.00", tax="4.40", tax_details=tax_detail("22", "4.40")),
            invoice_line(2, 3, "5.00", tax="3.30", tax_details=tax_detail("22", "3.30")),
            subtotal="35.00", tax="7.70", net="42.70")

    def test_the_fattura_comes_first(self):
        bill = self.fattura()
        self.assertEqual(bill.partner_id, self.vendor)
        self.amazon_invoice()
        self.assertEqual((self.move(), self.all_bills(self.po)), (bill, bill))
        self.assertEqual(self.billed(self.po), {1: 2, 2: 3})

    def test_the_fattura_of_another_amazon_company_names_the_order(self):
        bill = self.fattura(seller="99999999999")
        self.assertFalse(bill.partner_id)
        self.amazon_invoice()
        self.assertEqual((self.move(), self.all_bills(self.po)), (bill, bill))

    def test_the_fattura_of_another_vendor_names_the_order(self):
        other = self.env["res.partner"].create({"name": "Amazon EU", "vat": "IT00488410010"})
        bill = self.fattura(seller="00488410010")
        self.assertEqual(bill.partner_id, other)
        self.amazon_invoice()
        self.assertEqual((self.move(), self.all_bills(self.po)), (bill, bill))

    def test_the_fattura_comes_later(self):
        self.amazon_invoice()
        known = self.move()
        later = self.fattura()
        self.assertEqual((later.state, known.state, known.amount_total), ("cancel", "draft", 42.7))
        files = self.env["ir.attachment"].search([("res_model", "=", "account.move"), ("res_id", "=", known.id)])
        self.assertIn("IT01234560157_00001.xml", files.mapped("name"))
        self.assertEqual(self.billed(self.po), {1: 2, 2: 3})
