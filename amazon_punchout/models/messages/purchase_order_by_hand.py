from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ... import cxml
from ...tools.moments import utc_now
from ...tools.payload_id import new_payload_id
from ...tools.waiting import OtherHalfMissing


class PurchaseOrderByHand(models.Model):
    """What a person read in Amazon's e-mails or on its pages: written as the document that Amazon would have sent, kept
    as one, and processed like one."""
    _inherit = 'purchase.order'

    amazon_may_enter = fields.Boolean(compute='_compute_amazon_may_enter')

    @api.depends('amazon_state', 'state', 'amazon_session_id')
    @api.depends_context('uid')
    def _compute_amazon_may_enter(self):
        is_manager = self.env.user.has_group('purchase.group_purchase_manager')
        for order in self:
            order.amazon_may_enter = is_manager and order._amazon_takes_entries()

    def action_amazon_enter(self):
        """Open the dialog for what Amazon says only by e-mail."""
        self.ensure_one()
        self._amazon_check_may_enter()
        return self.env['amazon.punchout.by.hand']._open(self)

    # === WHO, AND WHEN === #

    def _amazon_takes_entries(self):
        self.ensure_one()
        unclear = bool(self.amazon_session_id) and self.state == 'purchase' and self.amazon_state == 'unclear'
        return unclear or self._amazon_is_there()

    def _amazon_check_may_enter(self):
        """:raises AccessError: no purchase manager
        :raises UserError: Amazon can't have said anything of this order yet, or nothing more
        """
        self.ensure_one()
        if not self.env.user.has_group('purchase.group_purchase_manager'):
            raise AccessError(self.env._("Only purchase managers enter what Amazon says of an order."))
        self.check_access('write')
        if not self._amazon_takes_entries():
            raise UserError(self.env._(
                "Order %s is not at Amazon, so there is nothing to enter that Amazon says of it.", self.name))

    # === THE DOCUMENTS === #

    def _amazon_enter_confirmation(self, items, confirm_id=None, comments=()):
        """Take what a person says that Amazon confirms or rejects. The rights were checked before.

        :param items: of :class:`cxml.ConfirmationItem`
        :param str confirm_id: Amazon's number of the order, if it accepts something
        :param comments: texts of the whole document
        :return: what needs attention, or None
        :rtype: str | None
        """
        now = utc_now()
        confirmation = cxml.ConfirmationRequest(
            payload_id=new_payload_id(self.env.cr.dbname), timestamp=now,
            header=self._amazon_prepare_entered_header(), order=self._amazon_prepare_reference(), type='detail',
            confirm_id=confirm_id or None, notice_date=now, comments=tuple(comments), items=tuple(items),
            deployment_mode=self.amazon_deployment_mode)
        return self._amazon_process_entered('ConfirmationRequest', confirmation.payload_id, self._amazon_written(
            cxml.write_confirmation, confirmation))

    def _amazon_enter_ship_notice(self, items, tracking_number, carrier=None, delivery_date=None):
        """Take a shipment that a person names. Entering the same number once more corrects it.

        :param items: of :class:`cxml.ShipNoticeItem`; none is the whole order
        :param datetime delivery_date: when it is expected, if known
        :return: what needs attention, or None
        :rtype: str | None
        """
        now = utc_now()
        shipment_id = f'by hand {tracking_number}'
        known = self.with_context(active_test=False).amazon_shipment_ids.filtered(
            lambda shipment: shipment.shipment_id == shipment_id)
        notice = cxml.ShipNoticeRequest(
            payload_id=new_payload_id(self.env.cr.dbname), timestamp=now,
            header=self._amazon_prepare_entered_header(), shipment_id=shipment_id, operation='update' if known else 'new',
            notice_date=now, shipment_date=now, delivery_date=delivery_date,
            controls=(cxml.ShipControl(carrier=carrier or None, tracking_number=tracking_number),),
            portions=(cxml.ShipNoticePortion(self._amazon_prepare_reference(), tuple(items)),),
            deployment_mode=self.amazon_deployment_mode)
        return self._amazon_process_entered('ShipNoticeRequest', notice.payload_id, self._amazon_written(
            cxml.write_ship_notice, notice))

    def _amazon_prepare_entered_header(self):
        """:return: from Amazon to us, brought by ourselves
        :rtype: cxml.Header
        """
        header = self.amazon_group_id._prepare_header()
        return cxml.Header(from_=header.to, to=header.from_, sender=header.sender, user_agent=header.user_agent)

    def _amazon_prepare_reference(self):
        return cxml.OrderReference(order_id=self.name, payload_id=self._amazon_request().payload_id)

    def _amazon_written(self, write, document):
        """:raises UserError: somebody entered what no document can carry"""
        try:
            return write(document)
        except cxml.CxmlError as error:
            raise UserError(self.env._(
                "What you entered for order %(order)s can't be kept: %(problem)s", order=self.name, problem=error)) from error

    def _amazon_process_entered(self, document_type, payload_id, body):
        """Store what was entered and process it at once, by the way of Amazon's own documents.

        :return: what needs attention, or None
        :rtype: str | None
        :raises UserError: why it was not taken; nothing is stored then
        """
        document_sudo = self.env['amazon.punchout.document'].sudo().create({  # people write no documents
            'direction': 'in',
            'document_type': document_type,
            'payload_id': payload_id,
            'group_id': self.amazon_group_id.id,
            'purchase_order_id': self.id,
            'deployment_mode': self.amazon_deployment_mode,
            'state': 'received',
            'body': body,
            'entered_by_id': self.env.uid,
        })
        return document_sudo._process_entered()


class PurchaseOrderLineByHand(models.Model):
    _inherit = 'purchase.order.line'

    def _amazon_unanswered_quantity(self):
        """:return: what Amazon has neither accepted nor rejected yet
        :rtype: float
        """
        self.ensure_one()
        return max(self.product_uom_id.round(
            self.amazon_cart_quantity - self.amazon_confirmed_quantity - self.amazon_rejected_quantity), 0)

    def _amazon_decimal(self, quantity):
        """:param float quantity: of this line
        :return: rounded as the line's unit is, without the noise of floats
        :rtype: Decimal
        """
        self.ensure_one()
        return Decimal(str(self.product_uom_id.round(quantity)))


class AmazonPunchoutDocumentByHand(models.Model):
    _inherit = 'amazon.punchout.document'

    def _process_entered(self):
        """Process a document that a person has just entered. Unlike :meth:`_process` it lets errors through: the person
        is there to mend them.

        :return: what needs attention, or None
        :rtype: str | None
        :raises UserError: why it can't be processed
        """
        self.ensure_one()
        try:
            remark = self._run_step()
        except OtherHalfMissing as error:
            raise UserError(str(error)) from error
        except cxml.CxmlError as error:
            raise UserError(self._explain(error)) from error
        self._keep_result(remark)
        self._wake_waiting()
        return remark
