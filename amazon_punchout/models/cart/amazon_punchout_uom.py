from fractions import Fraction

from odoo import api, fields, models, tools

from ...tools.unit_codes import PACKAGE_CODES, UNIT_CODES, are_alike, is_package, normalized


class AmazonPunchoutUom(models.Model):
    """Maps the unit codes that Amazon uses to units of measure."""
    _name = 'amazon.punchout.uom'
    _description = "Amazon Unit Code"
    _inherit = ['amazon.punchout.remembered']
    _order = 'name'

    name = fields.Char("Code", required=True, help="The unit code that Amazon uses, for example EA.")
    uom_id = fields.Many2one('uom.uom', "Unit", required=True, ondelete='restrict')

    _name_uniq = models.UniqueIndex("(upper(trim(name)))", "This code already has a unit.")

    @api.model
    def _units_by_code(self):
        """Return the unit of each code; the codes are in upper case.

        :rtype: dict[str, odoo.models.Model]
        """
        return {code: self.env['uom.uom'].browse(uom_id) for code, uom_id in self._unit_ids_by_code().items()}

    @api.model
    @tools.ormcache()
    def _unit_ids_by_code(self):
        """Read all unit codes; every cart needs them, and they hardly ever change.

        :rtype: dict[str, int]
        """
        return {normalized(mapping.name): mapping.uom_id.id for mapping in self.sudo().search([])}

    # === KNOWN FROM THE START === #

    @api.model
    def _add_known_codes(self):
        """Add the codes that everybody uses, at the installation; what people mapped themselves stays.

        A version that knows more codes adds them in a migration, since people may have deleted the others. They are
        not records of a data file: a code that a user has added before would make the update fail.
        """
        missing = {}
        for name, codes in UNIT_CODES.items():
            if unit := self.env.ref(f'uom.{name}', raise_if_not_found=False):  # users may delete some of core's units
                missing.update(dict.fromkeys(codes.split(), unit))
        unit = self.env.ref('uom.product_uom_unit')
        missing.update({code: unit for codes in PACKAGE_CODES for code in codes.split()})
        for code in self._unit_ids_by_code():
            missing.pop(code, None)
        self.create([{'name': code, 'uom_id': unit.id} for code, unit in missing.items()])

    # === CONVERTING === #

    @api.model
    def _has_unknown_content(self, code, unit):
        """Tell whether a code means a package of which nobody knows how many pieces it contains.

        A package that is mapped to a reference unit, such as Units, is only counted in it. Mapped to a unit with a
        content, such as Pack of 6, it has that content.

        :param str code: a normalized code
        :param unit: the `uom.uom` to which it is mapped
        :rtype: bool
        """
        return is_package(code) and not unit.relative_uom_id

    @api.model
    def _find_package(self, *codes):
        """Find the first of some known codes that means a package of which nobody knows the content.

        :rtype: str | None
        """
        units = self._units_by_code()
        return next((code for code in codes if self._has_unknown_content(normalized(code), units[normalized(code)])),
                    None)

    @api.model
    def _find_ratio(self, ordered, stated):
        """Find out how many of the ordered units one stated unit is.

        A code that is missing or unknown, such as a word of another language, is taken as the ordered one.

        :param str ordered: the unit code of the order
        :param str | None stated: the unit code of a message
        :return: None if both codes are known, but Odoo can't convert one to the other
        :rtype: Fraction | None
        """
        ordered, stated = normalized(ordered), normalized(stated)
        unit_ids = self._unit_ids_by_code()
        if not {ordered, stated} <= unit_ids.keys() or are_alike(ordered, stated):
            return Fraction(1)
        ordered_unit, stated_unit = (self.env['uom.uom'].browse(unit_ids[code]) for code in (ordered, stated))
        if self._find_package(ordered, stated):
            return None
        if ordered_unit == stated_unit:
            return Fraction(1)
        if not ordered_unit._has_common_reference(stated_unit):
            return None
        return self._exact_factor(stated_unit) / self._exact_factor(ordered_unit)

    @api.model
    def _exact_factor(self, unit):
        """Return the factor of a unit without the noise of floats: a foot is 304.8 mm, not 304.79999999999995.

        :rtype: Fraction
        """
        return Fraction(f'{unit.factor:.10g}')
