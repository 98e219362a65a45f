"""The purchase taxes that may carry what Amazon states, and what was found for each line of a cart or of an invoice."""
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from odoo import models

from ..const import SALES_TAX_MARKETPLACES, STANDING_RATES


@dataclass
class TaxChoice:
    """The purchase taxes that may stand for the rates that Amazon states. What a cart does not need is not read."""
    cart: models.Model       # the `amazon.punchout.cart` that looks for them
    group: models.Model
    fiscal_position_id: int | bool
    products: models.Model
    by_rate: dict            # all taxes of each rate

    @cached_property
    def by_table(self):
        """The group's table of tax rates; an empty recordset means part of the cost."""
        return {Decimal(str(row.rate)).normalize(): row.tax_id for row in self.group.tax_rate_ids}

    @cached_property
    def by_product(self):
        """The taxes of each product itself, as the vendor's fiscal position maps them."""
        return self.cart._taxes_of_products(self.group.company_id, self.fiscal_position_id, self.products)

    @cached_property
    def none_due(self):
        """What the fiscal position puts in place of the company's purchase tax, if the vendor gets nothing of it."""
        return self.cart._tax_none_due(self.group.company_id, self.fiscal_position_id)

    @property
    def is_never_reclaimed(self):
        """Whether all tax is part of the cost: sales tax always is, and a company may reclaim nothing.

        Such a company has no tax in its table, and the standard rate in it. Other rates alone, such as 0% or that of a
        provincial tax, say nothing about the rest.
        """
        marketplace = self.group.marketplace
        if marketplace in SALES_TAX_MARKETPLACES:
            return True
        standard = STANDING_RATES.get(marketplace, ())[:1] or [rate for rate in self.by_table if rate]
        return not any(self.by_table.values()) and any(self.is_cost(Decimal(rate)) for rate in standard)

    def is_cost(self, rate):
        """Tell whether the tax of a rate is part of the cost.

        :param Decimal | None rate: the rate in percent, if there is one
        :rtype: bool
        """
        row = None if rate is None else self.by_table.get(rate.normalize())
        return row is not None and not row

    def find(self, rate, product):
        """Choose among the taxes of a rate: the product's own, else the one in the group's table, else the only one.

        A tax that is included in prices counts as the only one if no other has that rate.

        :param Decimal rate: the rate in percent
        :param product: the product of the line
        :return: the tax, or an empty recordset
        """
        rate = rate.normalize()
        none = self.cart.env['account.tax']
        taxes, own = self.by_rate.get(rate, none), self.by_product.get(product, none)
        if len(taxes & own) == 1:
            return taxes & own
        if (len(own) > 1 or own and not rate) and own._amazon_is_comparable() and own._amazon_rate() == rate:
            return own  # several taxes together, or a reverse charge
        if rate in self.by_table:
            row = self.by_table[rate]
            if not row or row in taxes or not rate and row.active:
                return row
        excluded = taxes.filtered(lambda tax: not tax._amazon_is_included())
        return next((each for each in (excluded, taxes) if len(each) == 1), none)

    def find_none_due(self, product, is_reverse_charge=False):
        """Choose the tax of a line on which Amazon states no tax for a reason.

        :param product: the product of the line
        :param bool is_reverse_charge: whether the company owes the tax itself, so that no other tax will do
        :return: the tax, or an empty recordset
        """
        none = self.cart.env['account.tax']
        for find in (lambda: self.by_product.get(product, none), lambda: self.none_due,
                     lambda: self.find(Decimal(), product)):
            tax = find()
            if tax and tax._amazon_is_comparable() and not tax._amazon_rate() and (
                    tax._amazon_is_reverse_charge() or not is_reverse_charge):
                return tax
        return none


@dataclass(frozen=True)
class TaxProblem:
    """Why no purchase tax carries what Amazon states."""
    kind: str    # several, missing, differs, no_rate, mixed, zero, reverse_charge, unstated, unclear
    rates: tuple[Decimal, ...] = ()
    name: str = ''               # of the line, where the others of its rate may be right
    computed: Decimal = Decimal()


@dataclass(frozen=True)
class TaxNote:
    """Why the tax of one line is estimated.

    :ivar str kind: the reason: lines that share it are counted in one sentence
    :ivar str sentence: about this line
    """
    kind: str
    sentence: str


@dataclass
class TaxMatch:
    """The taxes of a line, and what is left of the tax that Amazon states for it."""
    taxes: models.Model
    parts: dict = field(default_factory=dict)      # the amount of each tax
    cost: Decimal = Decimal()                      # tax that is part of the cost
    problem: TaxProblem | None = None              # why none of it was matched

    @property
    def amount(self):
        """The amount of the taxes."""
        return sum(self.parts.values(), Decimal())
