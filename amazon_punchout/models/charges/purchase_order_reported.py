import hashlib
from datetime import datetime, time, timedelta, timezone
from decimal import Decimal

from odoo import fields, models
from odoo.tools import groupby

from ... import cxml, rest
from ...const import CANCELLED, OURS
from ...tools.cart_lock import lifted
from ...tools.moments import utc_now

MESSAGES = ('ConfirmationRequest', 'ShipNoticeRequest')
FOLLOWED_STATES = ('unclear', 'sent', 'confirmed', 'partial')
# Minutes until an order is asked about again; after the last pause it is not asked about any more.
UNCLEAR_PAUSES = (10, 20, 30, 60, 240, 720, *(1440 for _day in range(7)))
SENT_PAUSES = (480, 720, *(1440 for _day in range(10)), *(2880 for _day in range(24)))
# Nothing is known about an order that was sent a moment ago.
FIRST_PAUSE = timedelta(hours=4)


class PurchaseOrderReported(models.Model):
    """What Amazon's Reporting API states about orders for which no messages come.

    It becomes the confirmation or the ship notice that Amazon would have sent, and takes their way. A message of
    Amazon's own takes its place, and ends the questions.
    """
    _inherit = 'purchase.order'

    amazon_follow_at = fields.Datetime("Next Question to Amazon", copy=False, readonly=True)
    amazon_follow_count = fields.Integer("Questions to Amazon", copy=False, readonly=True)
    amazon_follow_done = fields.Boolean("No More Questions", copy=False, readonly=True)

    _amazon_follow_idx = models.Index(
        "(amazon_follow_at) WHERE amazon_state IN ('unclear', 'sent', 'confirmed', 'partial') "
        "AND amazon_follow_done IS NOT TRUE")

    # === WHEN === #

    def _amazon_plan_question(self):
        """Plan the next question about this order, or none.

        :return: whether to ask now
        :rtype: bool
        """
        self.ensure_one()
        now, is_unclear = fields.Datetime.now(), self.amazon_state == 'unclear'
        if self.amazon_follow_done or self.amazon_follow_at and self.amazon_follow_at > now:
            return False  # another run asks
        pauses = UNCLEAR_PAUSES if is_unclear else SENT_PAUSES
        count = self.amazon_follow_count
        sent_at = self._amazon_request().last_try_at
        if not sent_at or count >= len(pauses) or not is_unclear and self._amazon_needs_no_question():
            vals, is_now = {'amazon_follow_done': True}, False
        elif not is_unclear and sent_at > now - FIRST_PAUSE:
            vals, is_now = {'amazon_follow_at': sent_at + FIRST_PAUSE}, False
        else:
            vals = {'amazon_follow_at': now + timedelta(minutes=pauses[count]), 'amazon_follow_count': count + 1}
            is_now = True
        with lifted():
            self.write(vals)
        return is_now

    def _amazon_needs_no_question(self):
        """Tell whether Amazon sends messages about this order itself, or will never deliver it."""
        documents_sudo = self.sudo().amazon_document_ids
        return self.amazon_deployment_mode == 'test' or any(
            document.direction == 'in' and document.document_type in MESSAGES and document.state != 'dismissed'
            and not document._is_stand_in() for document in documents_sudo)

    def _amazon_after_arrival(self):
        """Override to ask about the order as about one that was sent just now."""
        super()._amazon_after_arrival()
        if self.amazon_follow_count:
            with lifted():
                self.write({'amazon_follow_at': False, 'amazon_follow_count': 0, 'amazon_follow_done': False})

    # === THE ORDER === #

    def _amazon_enter_reports(self, reports):
        """Confirm or cancel the whole order if Amazon's reports about it leave no doubt and nothing was answered yet.

        :param reports: as for :meth:`_amazon_judge_reports`
        :return: what needs attention, or None
        :rtype: str | None
        """
        self.ensure_one()
        lines = self._amazon_item_lines()
        verdict, _sentence = self._amazon_judge_reports(reports)
        if verdict not in (OURS, CANCELLED) or self.amazon_state not in ('sent', 'confirmed', 'partial'):
            return None
        quantities = {line: line._amazon_unanswered_quantity() for line in lines}
        if verdict == CANCELLED:
            if any(lines.mapped('amazon_shipped_quantity')):
                return None
            # Also what was accepted before.
            quantities = {line: line.amazon_cart_quantity - line.amazon_rejected_quantity for line in lines}
        kind = 'detail' if verdict == OURS else 'reject'
        items = [cxml.ConfirmationItem(
            line_number=line.amazon_line_number, quantity=line._amazon_decimal(quantity),
            statuses=(cxml.ConfirmationStatus(type=kind, quantity=line._amazon_decimal(quantity)),))
            for line, quantity in quantities.items() if line._amazon_decimal(quantity) > 0]
        if not items:
            return None
        numbers = [report.order_ref for report in reports if report.order_ref]
        confirmation = self._amazon_prepare_entered_confirmation(
            items, ", ".join(dict.fromkeys(numbers)) if verdict == OURS else None, ())
        return self._amazon_process_entered(
            'ConfirmationRequest', confirmation.payload_id,
            self._amazon_written(cxml.write_confirmation, confirmation), is_reported=True)

    # === SHIPMENTS === #

    def _amazon_enter_shipments(self, items):
        """Enter what Amazon has shipped of this order, each shipment once for each time that it changes.

        :param items: :class:`rest.ShipmentItem` values
        :return: what needs attention
        :rtype: list[str]
        """
        self.ensure_one()
        items = [item for item in items if item.purchase_order_number == self.name and item.shipment_id]
        items.sort(key=lambda item: item.shipment_id)
        remarks = []
        for shipment_id, parts in groupby(items, key=lambda item: item.shipment_id):
            contents = self._amazon_shipped_contents(parts)
            if not contents:
                continue
            digest = hashlib.sha256(repr((shipment_id, contents, _facts(parts))).encode()).hexdigest()[:40]
            payload_id = f'{digest}.{self.id}@reporting'
            known_sudo = self.sudo().amazon_document_ids.filtered(
                lambda document: document.payload_id == payload_id)  # noqa: B023 - used at once
            if not known_sudo:
                notice = self._amazon_prepare_reported_notice(payload_id, shipment_id, contents, parts)
                remarks.append(self._amazon_process_entered(
                    'ShipNoticeRequest', payload_id, self._amazon_written(cxml.write_ship_notice, notice),
                    is_reported=True))
        self._amazon_end_questions_if_delivered(items)
        return [remark for remark in remarks if remark]

    def _amazon_shipped_contents(self, parts):
        """Find the lines of a shipment, and how much of each is in it.

        Amazon names our line; where it does not, the ASIN tells if only one line has it.

        :param parts: :class:`rest.ShipmentItem` values of one shipment
        :return: pairs of line number and quantity, sorted
        :rtype: list[tuple[int, Decimal]]
        """
        lines, quantities = self._amazon_lines_by_number(), {}
        for part in parts:
            number = rest.read_line_number(part.line_number, self.name)
            if number not in lines:
                same = [key for key, line in lines.items() if part.asin and line.amazon_asin == part.asin]
                number = same[0] if len(same) == 1 else None
            if number and part.quantity:
                quantities[number] = quantities.get(number, Decimal()) + part.quantity
        return sorted(quantities.items())

    def _amazon_prepare_reported_notice(self, payload_id, shipment_id, contents, parts):
        """Prepare the ship notice that Amazon would have sent.

        :rtype: cxml.ShipNoticeRequest
        """
        known = self.with_context(active_test=False).amazon_shipment_ids.filtered(
            lambda shipment: shipment.shipment_id == shipment_id and not shipment.is_tracked)
        carrier, numbers, shipped_on, expected_on, is_planned = _facts(parts)
        now = utc_now()
        return cxml.ShipNoticeRequest(
            payload_id=payload_id, timestamp=now, header=self._amazon_prepare_entered_header(),
            shipment_id=shipment_id, operation='update' if known else 'new', notice_date=now,
            shipment_date=_noon(shipped_on), delivery_date=_noon(expected_on), is_planned=is_planned,
            controls=tuple(cxml.ShipControl(carrier=carrier, tracking_number=number) for number in numbers)
            or ((cxml.ShipControl(carrier=carrier),) if carrier else ()),
            portions=(cxml.ShipNoticePortion(self._amazon_prepare_reference(), tuple(
                cxml.ShipNoticeItem(line_number=number, quantity=quantity) for number, quantity in contents)),),
            deployment_mode=self.amazon_deployment_mode)

    def _amazon_end_questions_if_delivered(self, items):
        """Ask no more once everything that Amazon confirmed was shipped and delivered."""
        lines = self._amazon_item_lines()
        is_shipped = all(
            line.product_uom_id.compare(line.amazon_shipped_quantity, line.product_qty) >= 0 for line in lines)
        if items and is_shipped and all(item.delivery_status == rest.DELIVERED for item in items):
            with lifted():
                self.amazon_follow_done = True


def _facts(parts):
    """Collect what a shipment's items say about it.

    :return: carrier, tracking numbers, the day it left, the day it is expected, whether nothing has left yet
    :rtype: tuple
    """
    carrier = next((part.carrier for part in parts if part.carrier), None)
    numbers = tuple(sorted({number for part in parts for number in part.tracking_numbers}))
    shipped_on = min((part.shipped_on for part in parts if part.shipped_on), default=None)
    expected_on = max((part.expected_on for part in parts if part.expected_on), default=None)
    # A shipment whose status is not stated has left if Amazon states its day.
    is_planned = not any(part.status == rest.SHIPPED or not part.status and part.shipped_on for part in parts)
    return carrier, numbers, shipped_on, expected_on, is_planned


def _noon(day):
    return day and datetime.combine(day, time(12), timezone.utc)
