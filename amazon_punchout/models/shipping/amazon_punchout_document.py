from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import groupby

from ... import cxml
from ...tools.doubt import MessageFacts
from ...tools.moments import naive
from ...tools.numbers import plain
from ...tools.said import say_day
from ...tools.sentences import joined, sentence_of, shown_number
from ...tools.waiting import WAIT, OtherHalfMissing
from .amazon_punchout_shipment import OPERATIONS


class AmazonPunchoutDocumentShipNotice(models.Model):
    """ShipNoticeRequest: what is on its way, with which carrier and tracking number.

    All notices of a shipment share its shipmentID. An `update` or a `delete` states the whole shipment again, so
    nothing older counts. A `new` one adds to what is there, unless it repeats it. The order in which they arrive
    doesn't matter.
    """
    _inherit = 'amazon.punchout.document'

    def _process_ship_notice(self):
        """Apply the ship notice to its orders.

        :return: what a person should look at, or None
        :rtype: str | None
        """
        notice = cxml.read_ship_notice(self._get_body())
        portions, remarks = self._find_portions(notice)
        self._assign_orders(portions[0][0].union(*(order for order, _items in portions)))
        if notice.is_return:
            return self._(
                "Amazon announced a return of goods from order %s. Odoo does not process returns automatically. If the "
                "goods have left your warehouse, return them from the receipt.",
                ", ".join(order.name for order, _items in portions))
        for order, items in portions:
            remarks += self._apply_shipment(order, notice, items)
        self.is_told = True
        return joined("\n", remarks) or None

    def _find_portions(self, notice):
        """Find the orders of a ship notice.

        :param cxml.ShipNoticeRequest notice: the notice
        :return: tuples of each order and its items, none for the whole order; and remarks
        :rtype: tuple[list, list[str]]
        :raises OtherHalfMissing: an order is not in Odoo (yet)
        """
        if not notice.portions:
            raise UserError(self._("Amazon's ship notice %s does not refer to any order.", notice.shipment_id))
        found, missing = [], []
        for portion in notice.portions:
            try:
                found.append((self._find_order(portion.order), portion.items))
            except OtherHalfMissing as error:
                missing.append(sentence_of(error))
        # Once the wait is over, Retry does what can be done for the orders that were found.
        if missing and (not found or self.create_date > fields.Datetime.now() - WAIT):
            raise OtherHalfMissing(joined("\n", missing))
        portions = []
        for order, same_order in groupby(found, key=lambda pair: pair[0]):
            items = [portion_items for _order, portion_items in same_order]
            portions.append((order, [item for each in items for item in each] if all(items) else []))
        return portions, missing

    # === THE SHIPMENT OF ONE ORDER === #

    def _apply_shipment(self, order, notice, items):
        """Write a shipment of an order as the notice states it, unless a newer notice has replaced it before.

        :param order: the `purchase.order`, in superuser mode
        :param cxml.ShipNoticeRequest notice: the notice
        :param list[cxml.ShipNoticeItem] items: of this order; none means all of it
        :return: remarks for a person
        :rtype: list[str]
        """
        if order.state not in ('purchase', 'cancel'):
            raise UserError(self._(
                "Amazon shipped goods for order %s, which was never sent to Amazon. Check Your Orders on Amazon.",
                order.name))
        shipments = order.with_context(active_test=False).amazon_shipment_ids.filtered(
            lambda shipment: shipment.shipment_id == notice.shipment_id and not shipment.is_tracked).sorted('id')
        vals_list = self._prepare_shipment_vals(order, notice, items)
        replaced = self._find_replaced(notice, shipments, vals_list)
        if replaced is None:
            return []
        tracking_before = replaced._tracking_keys()
        before = order.with_context(active_test=False).amazon_shipment_ids
        statuses, received = before._statuses(), before._received_parcels()
        shipments = self._write_shipment(order, replaced, vals_list)
        order.with_context(active_test=False).amazon_shipment_ids._settle_tracking(statuses)
        order._amazon_settle_manual_shipments()
        order.with_context(active_test=False).amazon_shipment_ids._settle_receipts(received)
        order._amazon_message_arrived()
        order._amazon_apply_dates()
        self._notify_shipment(order, notice, shipments, tracking_before)
        return self._shipment_remarks(order, notice, items)

    def _find_replaced(self, notice, shipments, vals_list):
        """Find the records whose place a notice takes.

        By the standard, an update is complete: everything that the shipment consisted of is discarded. A new notice
        discards nothing. One that repeats another one under a payloadID of its own adds nothing either, and what was
        only announced is what is shipped later.

        What Reporting states about a shipment counts until Amazon's own notice of it comes.

        :param cxml.ShipNoticeRequest notice: the notice
        :param shipments: all records of the shipment, archived ones too
        :param list[dict] vals_list: the values of the records that the notice makes
        :return: None if the notice changes nothing: it was replaced before, or it repeats another one
        """
        age = self._notice_age(notice)
        reported = shipments.filtered('document_id.is_reported')
        if self.is_reported and shipments - reported:
            return None
        if not self.is_reported and reported:
            return reported  # Amazon's own notice takes their place, whatever its date
        by_document = shipments.grouped('document_id').values()
        newer = [each for each in by_document if each._notice_age() > age]
        if self._operation(notice) == 'new':
            parcels, contents = {self._parcel_of(vals) for vals in vals_list}, self._contents_of(vals_list[0])
            repeated = [each for each in by_document if each._is_same(parcels, contents, notice.is_planned)]
            if any(each[0].operation == 'update' or each in newer for each in repeated):
                return None
            replaced = [each for each in by_document if each.document_id == self or each in repeated
                        or each[0].is_planned and each[0].active and each not in newer]
        else:
            replaced = [each for each in by_document if each not in newer]
        if any(each[0].operation != 'new' for each in newer):
            return None
        return shipments.browse().union(*replaced)

    def _parcel_of(self, vals):
        return tuple(vals[name] or False for name in ('carrier', 'tracking_number', 'carrier_url'))

    def _contents_of(self, vals):
        return sorted((line['line_number'], line['quantity'], line['stated_quantity'] or '')
                      for _command, _id, line in vals['line_ids'] if line)

    def _notice_age(self, notice):
        """Give the sort key of a notice; see `amazon.punchout.shipment._notice_age`."""
        return self._notice_moment(notice), OPERATIONS.index(self._operation(notice)), self.payload_id or ''

    def _notice_moment(self, notice):
        return naive(notice.notice_date or notice.timestamp) or self.create_date.replace(microsecond=0)

    def _operation(self, notice):
        return notice.operation if notice.operation in OPERATIONS else 'new'

    def _prepare_shipment_vals(self, order, notice, items):
        """Prepare the values of one shipment for each tracking number; the first has the contents.

        :param order: the `purchase.order`
        :param cxml.ShipNoticeRequest notice: the notice
        :param list[cxml.ShipNoticeItem] items: of this order; none means all of it
        :rtype: list[dict]
        """
        operation = self._operation(notice)
        common = {
            'purchase_order_id': order.id, 'shipment_id': notice.shipment_id, 'document_id': self.id,
            'shipped_at': naive(notice.shipment_date), 'expected_at': naive(notice.delivery_date),
            'notice_at': self._notice_moment(notice), 'operation': operation, 'active': operation != 'delete',
            'is_planned': notice.is_planned,
        }
        lines = order._amazon_lines_by_number()
        contents = {
            'is_whole_order': not items,
            'line_ids': [Command.clear(), *(
                Command.create(self._prepare_shipment_line(item, lines.get(item.line_number))) for item in items)],
        }
        parcels = {(control.carrier, control.tracking_number, control.tracking_url): {
            'carrier': control.carrier, 'tracking_number': control.tracking_number, 'carrier_url': control.tracking_url,
        } for control in notice.controls} or {None: {
            'carrier': False, 'tracking_number': False, 'carrier_url': False}}
        empty = {'is_whole_order': False, 'line_ids': [Command.clear()]}
        return [{**common, **parcel, **(empty if index else contents)} for index, parcel in enumerate(parcels.values())]

    def _prepare_shipment_line(self, item, line):
        """Prepare the values of a shipment line, in the unit of its order line.

        :param cxml.ShipNoticeItem item: what the notice states
        :param line: the `purchase.order.line`, or None if the order has no such line
        :rtype: dict
        """
        quantity = self._shipped_quantity(item, line)
        return {
            'line_number': item.line_number,
            'quantity': float(quantity or 0),
            'stated_quantity': f'{plain(item.quantity)} {item.unit_of_measure}' if quantity is None else False,
            'purchase_line_id': line.id if line else False,
        }

    def _shipped_quantity(self, item, line):
        """Convert what a notice states to the unit of the order line. People enter it in that unit anyway.

        :return: None if Odoo can't convert it
        :rtype: Decimal | None
        """
        if not line or self._is_stand_in():
            return item.quantity
        return line._amazon_in_ordered_unit(item.quantity, item.unit_of_measure)

    def _write_shipment(self, order, shipments, vals_list):
        """Bring the records of a shipment to the given values; too many are deleted, missing ones created.

        :param order: the `purchase.order`
        :param shipments: the present records, archived ones too
        :param list[dict] vals_list: the values that they should have
        :return: the shipments that have these values
        """
        for shipment, vals in zip(shipments, vals_list, strict=False):
            shipment.write(vals)
        shipments[len(vals_list):].unlink()
        return shipments[:len(vals_list)] + self.env['amazon.punchout.shipment'].create(vals_list[len(shipments):])

    # === NOTIFYING === #

    def _shipment_remarks(self, order, notice, items):
        """Collect what of a notice doesn't match the order.

        :param order: the `purchase.order`
        :param cxml.ShipNoticeRequest notice: the notice
        :param list[cxml.ShipNoticeItem] items: of this order; none means all of it
        :return: a sentence for each thing
        :rtype: list[str]
        """
        if self._operation(notice) == 'delete':
            return []
        remarks = []
        if order.state == 'cancel':
            remarks.append(self._(
                "Amazon shipped goods for order %s, which is cancelled in Odoo. Check Your Orders on Amazon.",
                order.name))
        lines = order._amazon_lines_by_number()
        remarks += [lines[item.line_number]._amazon_shipped_unit_remark(item) for item in items
                    if self._shipped_quantity(item, lines.get(item.line_number)) is None]
        for number in sorted({item.line_number for item in items}):
            line = lines.get(number)
            if not line:
                remarks.append(self._(
                    "Shipment %(shipment)s contains line %(number)s, which order %(order)s does not have.",
                    shipment=notice.shipment_id, number=number, order=order.name))
            elif line.product_uom_id.compare(line.amazon_shipped_quantity, line.amazon_cart_quantity) > 0:
                remarks.append(self._(
                    "Amazon shipped %(shipped)s of line %(number)s of order %(order)s, but %(ordered)s were ordered.",
                    shipped=shown_number(self.env, line.amazon_shipped_quantity), number=number, order=order.name,
                    ordered=shown_number(self.env, line.amazon_cart_quantity)))
        return remarks

    def _notify_shipment(self, order, notice, shipments, tracking_before):
        """Send the tracking link to the requester: once, and again only if it has changed.

        :param order: the `purchase.order`
        :param cxml.ShipNoticeRequest notice: the notice
        :param shipments: as they are now
        :param set tracking_before: their `_tracking_keys()` before the notice
        """
        requester = order.amazon_requester_id
        order = order.with_context(lang=requester.lang, tz=requester.tz)
        comments = cxml.split_comments(notice.comments)
        if not shipments[0].active:
            if tracking_before:
                order.message_post(body=Markup("<p>%s</p>%s") % (
                    order.env._("Amazon withdrew shipment %s.", notice.shipment_id),
                    self._quotes_html(order.env, comments)))
        elif shipments._tracking_keys() not in (set(), tracking_before):
            order.message_post(
                subject=self._shipment_subject(shipments[0].with_env(order.env)),
                body=self._shipment_message(shipments.with_env(order.env), comments),
                partner_ids=requester.partner_id.ids)
        elif comments and not self.is_told:
            order.message_post(body=Markup("<br/>").join(
                order.env._("Amazon about shipment %(shipment)s: “%(text)s”", shipment=notice.shipment_id, text=text)
                for text in comments))

    def _quotes_html(self, env, comments):
        """Quote what Amazon writes, each text in a paragraph.

        :param env: the environment of the reader
        :param comments: texts
        :rtype: Markup
        """
        return Markup().join(Markup("<p>%s</p>") % env._("Amazon: “%s”", text) for text in comments)

    def _shipment_subject(self, shipment):
        """Say in the title of an e-mail what was shipped, and when it arrives.

        :param shipment: the first record of a shipment
        :rtype: str
        """
        items = shipment._contents_title()
        if not shipment.expected_at:
            return shipment.env._("Shipped: %s", items)
        return shipment.env._(
            "Shipped, arrives %(day)s: %(items)s", items=items,
            day=shipment.purchase_order_id._amazon_day(shipment.expected_at))

    def _shipment_message(self, shipments, comments):
        """Say what was shipped, when it is expected, where it can be tracked, and what Amazon writes about it.

        :param shipments: the records of one shipment
        :param comments: texts of Amazon
        :rtype: Markup
        """
        first = shipments[0]
        expected = first.expected_at and fields.Datetime.context_timestamp(first, first.expected_at).date()
        sentence = first.env._("Amazon shipped the following, expected on %s:", say_day(first.env, expected)) \
            if expected else first.env._("Amazon shipped the following:")
        contents = Markup().join(Markup("<li>%s</li>") % each for each in first._contents())
        links = shipments._tracking_links() or first.env._("There is no tracking number.")
        return Markup("<p>%s</p><ul>%s</ul><p>%s</p>%s") % (
            sentence, contents, links, self._quotes_html(first.env, comments))

    def _message_facts(self):
        """Override to say what a ship notice says."""
        if self.document_type != 'ShipNoticeRequest':
            return super()._message_facts()
        notice = cxml.read_ship_notice(self._get_body())
        return MessageFacts(notice.shipment_id, None, notice.notice_date, tuple(
            (item.line_number, item.quantity, None) for portion in notice.portions for item in portion.items))

    @api.model
    def _message_steps(self):
        """Override to process ShipNoticeRequests."""
        return {**super()._message_steps(), 'ShipNoticeRequest': '_process_ship_notice'}
