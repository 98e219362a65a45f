"""Unit codes of carts and messages, and which of Odoo's units they stand for."""

# The codes of UN/ECE Recommendation 20 (Codes for Units of Measure Used in International Trade,
# https://unece.org/trade/uncefact/cl-recommendations) that core's units can stand for, and the usual aliases of other
# code lists. By the external id of the unit, in `uom`.
UNIT_CODES = {
    'product_uom_unit': 'EA EACH C62 H87 PCE PC PCS PIECE XPP PP NMB NAR NPT UN UNIT',
    'product_uom_dozen': 'DZN DZ DOZ DPC',
    'product_uom_hour': 'HUR HR',
    'product_uom_day': 'DAY E49',
    'product_uom_minute': 'MIN',
    'product_uom_millimeter': 'MMT MM',
    'product_uom_cm': 'CMT CM',
    'product_uom_meter': 'MTR',
    'product_uom_km': 'KMT KM',
    'product_uom_inch': 'INH IN',
    'product_uom_foot': 'FOT FT',
    'product_uom_yard': 'YRD YD',
    'product_uom_mile': 'SMI',
    'product_uom_square_meter': 'MTK',
    'product_uom_square_foot': 'FTK SF',
    'product_uom_milliliter': 'MLT ML CMQ',
    'product_uom_litre': 'LTR DMQ',
    'product_uom_cubic_meter': 'MTQ K6',
    'product_uom_floz': 'OZA',
    'product_uom_qt': 'QTL QT',
    'product_uom_gal': 'GLL GAL GA',
    'product_uom_cubic_inch': 'INQ',
    'product_uom_cubic_foot': 'FTQ',
    'product_uom_gram': 'GRM',
    'product_uom_kgm': 'KGM KG',
    'product_uom_ton': 'TNE',
    'product_uom_oz': 'ONZ OZ',
    'product_uom_lb': 'LBR LB LBS',
    'product_uom_kwh': 'KWH',
}

# Codes of packages and sets whose content isn't fixed; those in a row mean the same. Codes of UN/ECE Recommendation 21
# (packages) get an X within Recommendation 20: BX and XBX are both a box. One package counts as one unit of what was
# ordered, and no number of pieces is derived from it.
PACKAGE_CODES = (
    'BX XBX BOX', 'PK XPK PACK NMP', 'PA XPA', 'CT XCT CTN', 'CS XCS CASE', 'BG XBG BAG', 'BO XBO', 'CA XCA', 'CX XCX',
    'TU XTU', 'JR XJR', 'JG XJG', 'DR XDR', 'PL XPL', 'PX XPX', 'CR XCR', 'SA XSA', 'BE XBE', 'BD XBD', 'BK XBK',
    'EN XEN', 'RO XRO NRL ROLL', 'RL XRL', 'SH XSH', 'TB XTB', 'PU XPU', 'VI XVI', 'PR NPR PAIR', 'SET', 'KT KIT',
    'RM REAM', 'ST', 'AS', 'LO',
)
_KINDS = {code: row.split()[0] for row in PACKAGE_CODES for code in row.split()}


def normalized(code):
    """Return a unit code as it is compared: `Ea ` is `EA`.

    :param str | None code: as it came
    :rtype: str
    """
    return (code or '').strip().upper()


def is_package(code):
    """Return whether a code is one of a package or a set whose content isn't fixed.

    :param str code: a normalized code
    :rtype: bool
    """
    return code in _KINDS


def are_alike(one, other):
    """Return whether two codes mean the same, whatever units they are mapped to.

    :param str one: a normalized code
    :param str other: another one
    :rtype: bool
    """
    return _KINDS.get(one, one) == _KINDS.get(other, other)
