"""Which order of ours is meant where Amazon names one, or a shipment of one."""

# An order of which no byte has left can't be charged.
NOT_SENT = ('cart', 'queued')


def find_order(finder, company, stated, shipments, is_of_other_items):
    """Find the order that Amazon states something about.

    :param dict finder: of :meth:`_order_finder`
    :param company: the `res.company`
    :param stated: has `order_ref` and `purchase_order_number`
    :param shipments: identifiers and tracking numbers of its shipment
    :param is_of_other_items: tells of an order, which only its number names, whether it has none of the items
    :return: the order, at most one, and why the one that is named is not it
    :rtype: tuple
    """
    by_ref = finder['ref', company, stated.order_ref] or finder['charged', company, stated.order_ref]
    for name in shipments:
        by_ref = by_ref or finder['shipment', company, name]
    by_number = finder['number', company, stated.purchase_order_number]
    both = by_ref & by_number
    if both or len(by_ref) == 1:
        return (both or by_ref)[:1], None
    order = by_number[:1]
    if not order:
        return order, None
    if order.amazon_state in NOT_SENT or order.amazon_state == 'cancelled' and not order._amazon_ever_left():
        return order.browse(), 'never_sent'
    if is_of_other_items(order):
        return order.browse(), 'items_differ'
    return order, None
