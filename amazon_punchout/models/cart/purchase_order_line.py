from decimal import Decimal

from odoo import models

from ... import cxml
from ...tools.analytic_once import looking_up_once
from ...tools.sentences import joined, shown_number


class PurchaseOrderLineIdentity(models.Model):
    """What a line shows of an item, and the cart's line of which the order request is made."""
    _inherit = 'purchase.order.line'

    def _amazon_is_as_shown(self):
        """Tell whether the order request will have the item that the line shows.

        Both are locked, so they differ only if someone has written to the database past Odoo.

        :rtype: bool
        """
        self.ensure_one()
        identity = self.env['amazon.punchout.cart']._prepare_item_identity(cxml.item_from_json(self.amazon_item))
        return all((self[name] or "") == (value or "") for name, value in identity.items())


class PurchaseOrderLineAnalytic(models.Model):
    """What Odoo proposes as analytic distribution of many lines with the same product."""
    _inherit = 'purchase.order.line'

    def _compute_analytic_distribution(self):
        """Override of `purchase` to look up the same only once for all of these lines."""
        with looking_up_once():
            super()._compute_analytic_distribution()


class PurchaseOrderLineUnit(models.Model):
    """The unit in which Amazon was asked for a line, and what other units mean in it."""
    _inherit = 'purchase.order.line'

    def _amazon_unit_code(self):
        """Return the unit code that the order request states for this line.

        :rtype: str
        """
        self.ensure_one()
        return (self.amazon_item or {}).get('unit_of_measure') or cxml.DEFAULT_UNIT_OF_MEASURE

    def _amazon_unit_ratio(self, code):
        """Find out how many units of this line one unit of a message is.

        :param str | None code: the unit code of the message
        :return: None if Odoo can't convert it
        :rtype: Fraction | None
        """
        return self.env['amazon.punchout.uom']._find_ratio(self._amazon_unit_code(), code)

    def _amazon_in_ordered_unit(self, quantity, code):
        """Convert a quantity of a message to the unit of this line, rounded as quantities in Odoo are.

        :param Decimal quantity: as stated
        :param str | None code: the unit code of the message
        :return: None if Odoo can't convert it
        :rtype: Decimal | None
        """
        ratio = self._amazon_unit_ratio(code)
        if ratio is None or ratio == 1:
            return None if ratio is None else quantity
        converted = cxml.in_unit(quantity, ratio)
        return Decimal(str(self.product_uom_id.round(float(converted)))) or converted

    def _amazon_ordered_text(self):
        """Write what was ordered of this line with the unit code that Amazon got: 50 BX.

        :rtype: str
        """
        return joined(" ", (shown_number(self.env, self.amazon_cart_quantity), self._amazon_unit_code()))

    def _amazon_unit_problem(self, code):
        """Explain why Odoo can't convert a unit of a message to the unit of this line.

        :param str code: the unit code of the message
        :return: a sentence, and the code whose content is unknown, if that is why
        :rtype: tuple[str, str | None]
        """
        ordered = self._amazon_unit_code()
        if package := self.env['amazon.punchout.uom']._find_package(ordered, code):
            return self._(
                "Odoo does not know how many %(pieces)s are in one %(package)s.",
                pieces=code if package == ordered else ordered, package=package), package
        return self._("Odoo can't convert %(unit)s to %(ordered)s.", unit=code, ordered=ordered), None

    def _amazon_unit_advice(self, code):
        """Explain why a unit of a message can't be converted, and what a person can do about the message.

        :param str code: the unit code of the message
        :rtype: str
        """
        reason, package = self._amazon_unit_problem(code)
        return joined(" ", (reason, self._(
            "Map %s to a unit with a fixed content under Amazon Business > Configuration > Units and press Retry, or "
            "press Enter Amazon's Answer.", package) if package else self._(
            "Check the order under Your Orders on Amazon and press Enter Amazon's Answer.")))
