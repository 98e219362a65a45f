"""The charts of accounts: what the law and the localization of Odoo say about the VAT of purchases.

Each table is written down by hand from the country's law (rates) and from the tax definitions of its chart in Odoo
(taxes and tax grids), and from nothing of the addon. A grid is the name of a tax tag, as Odoo's tax report uses it.
"""
import os
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Part:
    """One tax of a rate: most rates have one, GST and QST are two."""
    percent: Decimal
    grids: tuple[str, ...] = ()          # of the tax


@dataclass(frozen=True)
class Rate:
    """A rate of purchases."""
    parts: tuple[Part, ...]
    tax: str | None                      # the tax of the chart; None: no chart has a tax for it
    base_grids: tuple[str, ...] = ()     # of what is taxed
    is_recoverable: bool = True

    @property
    def percent(self):
        return sum((part.percent for part in self.parts), Decimal())


def rate(percent, tax, base=(), grids=()):
    return Rate((Part(Decimal(percent), grids),), tax, base)


def cost(percent):
    """A sales tax that a buyer never gets back."""
    return Rate((Part(Decimal(percent)),), None, is_recoverable=False)


@dataclass(frozen=True)
class Chart:
    """A chart of accounts as Odoo ships it, in the country that it is for."""
    key: str
    name: str
    module: str | None                   # the localization; None: it comes with Accounting
    template: str
    country: str
    state: str | None                    # the code of the state in Odoo, where addresses have one
    city: str
    postal_code: str
    currency: str
    marketplace: str
    standard: Rate
    reduced: Rate
    credit_grids: tuple[tuple[str, str], ...] = ()   # grids of bills, and those of credits where they are others
    stock_account: str | None = None     # where the chart chooses none for the company

    @property
    def unit(self):
        """The smallest unit of the currency."""
        return Decimal(1) if self.currency == 'JPY' else Decimal('0.01')

    @property
    def foreign(self):
        """Another currency for this country."""
        return 'EUR' if self.currency == 'USD' else 'USD'

    @property
    def rates(self):
        return (self.standard, self.reduced)

    def grids(self, grids, is_credit):
        """Return the grids of a bill or of a credit.

        :rtype: list[str]
        """
        others = dict(self.credit_grids) if is_credit else {}
        return [others.get(grid, grid) for grid in grids]


GST = Part(Decimal(5), ('Ca106', 'CaQc106'))
CHARTS = {chart.key: chart for chart in (
    # Sales tax; the rates of Ogden, Utah, in general and on food.
    Chart('us', "United States", 'l10n_us_account', 'generic_coa', 'us', 'UT', "Ogden", '84401', 'USD', 'us',
          cost('7.25'), cost(3)),
    Chart('de', "Germany (SKR03)", 'l10n_de', 'de_skr03', 'de', 'DE-BE', "Berlin", '10115', 'EUR', 'de',
          rate(19, 'tax_vst_19_skr03', grids=('66',)),
          rate(7, 'tax_vst_7_skr03', grids=('66',))),
    Chart('uk', "United Kingdom", 'l10n_uk', 'uk', 'uk', None, "London", 'EC1A 1BB', 'GBP', 'gb',
          rate(20, 'PT_20_G', ('7',), ('4',)),
          rate(5, 'PT5', ('7',), ('4',))),
    Chart('fr', "France", 'l10n_fr_account', 'fr', 'fr', None, "Paris", '75001', 'EUR', 'fr',
          rate(20, 'tva_acq_normale', grids=('20',)),
          rate('5.5', 'tva_acq_reduite', grids=('20',))),
    Chart('it', "Italy", 'l10n_it', 'it', 'it', 'MI', "Milano", '20121', 'EUR', 'it',
          rate(22, '22am', ('03',), ('5v',)),
          rate(10, '10am', ('03',), ('5v',))),
    Chart('es', "Spain (PGCE PYMEs)", 'l10n_es', 'es_pymes', 'es', 'M', "Madrid", '28001', 'EUR', 'es',
          rate(21, 'account_tax_template_p_iva21_bc', ('mod303[28]', 'mod390[605]'), ('mod303[29]', 'mod390[606]')),
          rate(4, 'account_tax_template_p_iva4_bc', ('mod303[28]', 'mod390[190]'), ('mod303[29]', 'mod390[191]')),
          # Spain declares what suppliers credit in boxes of its own of form 303, but not of form 390.
          (('mod303[28]', 'mod303[40]'), ('mod303[29]', 'mod303[41]'))),
    Chart('ca', "Canada (Ontario)", 'l10n_ca', 'ca_2023', 'ca', 'ON', "Toronto", 'M5H 2N2', 'CAD', 'ca',
          rate(13, 'hst_purchase_tax_13', grids=('Ca106', 'CaQc106')),
          Rate((GST,), 'gst_purchase_tax_5')),
    Chart('qc', "Canada (Quebec)", 'l10n_ca', 'ca_2023', 'ca', 'QC', "Montréal", 'H2Y 1C6', 'CAD', 'ca',
          Rate((GST, Part(Decimal('9.975'), ('CaQc206',))), 'gstqst_purchase_tax_14975'),
          Rate((GST,), 'gst_purchase_tax_5')),
    Chart('jp', "Japan", 'l10n_jp', 'jp', 'jp', 'JP-13', "Chiyoda-ku", '100-0001', 'JPY', 'jp',
          rate(10, 'l10n_jp_tax_purchase_exc_10', ('Taxable Purchase Amount (10%)',), ('GST Purchase 10%',)),
          rate(8, 'l10n_jp_tax_purchase_exc_8', ('Taxable Purchase Amount (8%)',), ('GST Purchase 8%',)),
          stock_account='l10n_jp_121100'),
    Chart('au', "Australia", 'l10n_au', 'au', 'au', 'NSW', "Sydney", '2000', 'AUD', 'au',
          rate(10, 'au_tax_purchase_10_service', ('G11',), ('G11',)),
          rate(0, 'au_tax_purchase_0_service', ('G11', 'G14'))),
)}


# In the order of docs/books.md, which describes them.
SCENARIOS = (
    "Whole order", "Mixed rates", "Taxed shipping", "Credit", "Refund", "Return", "Foreign currency",
    "Price-included taxes", "Prices with VAT", "Branch of a company", "Perpetual valuation")


def named():
    """Return the charts that the variable LAB_CHARTS names, by default all.

    :rtype: list[Chart]
    """
    keys = os.environ.get('LAB_CHARTS') or ','.join(CHARTS)
    return [CHARTS[key] for key in keys.split(',')]
