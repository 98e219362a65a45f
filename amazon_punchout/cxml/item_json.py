"""A cart's items and header as JSON, so that an order can keep what the cart said and send it back unchanged."""

from decimal import Decimal, InvalidOperation

from .elements import LocalizedText, Money, Shipping, Tax, TaxDetail
from .errors import CxmlError
from .punchout_order_message import ItemIn

# The fields that JSON can hold as they are.
_PLAIN = (
    'supplier_part_auxiliary_id',
    'line_number',
    'unit_of_measure',
    'manufacturer_part_id',
    'manufacturer_name',
    'lead_time',
)


def item_to_json(item):
    """Return an item as dicts, lists, strings and integers; decimals are strings, what is None is left out.

    :param ItemIn item: a cart's item
    :rtype: dict
    """
    return _without_none({
        'quantity': str(item.quantity),
        'supplier_part_id': item.supplier_part_id,
        'unit_price': _money_to_json(item.unit_price),
        **{name: getattr(item, name) for name in _PLAIN},
        'description': _text_to_json(item.description),
        'classifications': [list(pair) for pair in item.classifications],
        'extrinsics': [list(pair) for pair in item.extrinsics],
        'shipping': _shipping_to_json(item.shipping),
        'tax': _tax_to_json(item.tax),
    })


def item_from_json(values):
    """Restore the item that :func:`item_to_json` was given. Unknown keys are ignored.

    :param dict values: as made by :func:`item_to_json`, by this or another version
    :rtype: ItemIn
    :raise CxmlError: 'bad_value' if the mandatory keys are missing or the values are of another shape
    """
    try:
        return ItemIn(
            quantity=Decimal(values['quantity']),
            supplier_part_id=values['supplier_part_id'],
            unit_price=_money_from_json(values['unit_price']),
            **{name: values.get(name) for name in _PLAIN},
            description=_text_from_json(values.get('description')) or LocalizedText(''),
            classifications=_pairs(values.get('classifications')),
            extrinsics=_pairs(values.get('extrinsics')),
            shipping=_shipping_from_json(values.get('shipping')),
            tax=_tax_from_json(values.get('tax')),
        )
    except (AttributeError, KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise CxmlError('bad_value', 'PunchOutOrderMessage', 'ItemIn', repr(error)) from error


def header_to_json(cart):
    """Return what an order echoes of a cart's header: its total, shipping and tax.

    :param PunchOutOrderMessage cart: a cart
    :rtype: dict
    """
    return _without_none({
        'total': _money_to_json(cart.total),
        'shipping': _shipping_to_json(cart.shipping),
        'tax': _tax_to_json(cart.tax),
    })


def header_from_json(values):
    """Restore what :func:`header_to_json` kept.

    :param dict values: as made by :func:`header_to_json`
    :return: total, shipping and tax of the cart's header
    :rtype: tuple[Money, Shipping | None, Tax | None]
    """
    return (
        _money_from_json(values['total']),
        _shipping_from_json(values.get('shipping')),
        _tax_from_json(values.get('tax')),
    )


def _without_none(values):
    return {key: value for key, value in values.items() if value is not None}


def _pairs(values):
    return tuple((first, second) for first, second in values or ())


def _money_to_json(money):
    return money and {'amount': str(money.amount), 'currency': money.currency}


def _money_from_json(values):
    return Money(Decimal(values['amount']), values['currency'])


def _text_to_json(text):
    return text and {'text': text.text, 'lang': text.lang}


def _text_from_json(values):
    return values and LocalizedText(values['text'], values['lang'])


def _shipping_to_json(shipping):
    return shipping and {
        'money': _money_to_json(shipping.money),
        'description': _text_to_json(shipping.description),
    }


def _shipping_from_json(values):
    return values and Shipping(
        _money_from_json(values['money']),
        _text_from_json(values.get('description')) or LocalizedText(''),
    )


def _tax_to_json(tax):
    return tax and {
        'money': _money_to_json(tax.money),
        'description': _text_to_json(tax.description),
        'details': [_tax_detail_to_json(detail) for detail in tax.details],
        **({'exemption': tax.exemption} if tax.exemption else {}),
    }


def _tax_from_json(values):
    return values and Tax(
        _money_from_json(values['money']),
        _text_from_json(values.get('description')) or LocalizedText(''),
        tuple(_tax_detail_from_json(detail) for detail in values.get('details') or ()),
        values.get('exemption', ''),
    )


def _tax_detail_to_json(detail):
    return _without_none({
        'category': detail.category,
        'percentage_rate': None if detail.percentage_rate is None else str(detail.percentage_rate),
        'purpose': detail.purpose,
        'tax_amount': _money_to_json(detail.tax_amount),
        'taxable_amount': _money_to_json(detail.taxable_amount),
        'tax_location': _text_to_json(detail.tax_location),
        'description': _text_to_json(detail.description),
        'exemption': detail.exemption or None,
    })


def _tax_detail_from_json(values):
    rate = values.get('percentage_rate')
    return TaxDetail(
        category=values.get('category', ''),
        percentage_rate=None if rate is None else Decimal(rate),
        purpose=values.get('purpose'),
        tax_amount=values.get('tax_amount') and _money_from_json(values['tax_amount']),
        taxable_amount=values.get('taxable_amount') and _money_from_json(values['taxable_amount']),
        tax_location=_text_from_json(values.get('tax_location')),
        description=_text_from_json(values.get('description')),
        exemption=values.get('exemption', ''),
    )
