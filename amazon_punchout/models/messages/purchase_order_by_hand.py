import time
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ... import cxml
from ...tools.moments import utc_now
from ...tools.payload_id import new_payload_id
from ...tools.waiting import OtherHalfMissing


class PurchaseOrderByHand(models.Model):
    """Answers that Amazon gave by e-mail or on its pages only, entered by a person.

    Each is written, stored and processed as the document that Amazon would have sent.
    """
    _inherit = 'purchase.order'

    amazon_may_enter = fields.Boolean("Can Enter Amazon's Answer", compute='_compute_amazon_may_enter')

    @api.depends('amazon_state', 'state', 'amazon_session_id')
    @api.depends_context('uid')
    def _compute_amazon_may_enter(self):
        is_manager = self.env.user.has_group('purchase.group_purchase_manager')
        for order in self:
            order.amazon_may_enter = is_manager and order._amazon_takes_entries()

    # === WHO, AND WHEN === #

    def _amazon_takes_entries(self):
        self.ensure_one()
        unclear = bool(self.amazon_session_id) and self.state == 'purchase' and self.amazon_state == 'unclear'
        return unclear or self._amazon_is_there()

    def _amazon_check_may_enter(self):
        """Check that the current user may enter Amazon's answer to this order.

        :raises AccessError: not a purchase manager
        :raises UserError: the order is not at Amazon
        """
        self.ensure_one()
        if not self.env.user.has_group('purchase.group_purchase_manager'):
            raise AccessError(self.env._("Only purchase managers can enter Amazon's answer to an order."))
        self.check_access('write')
        if not self._amazon_takes_entries():
            raise UserError(self.env._(
                "Order %s is not at Amazon, so you can't enter an answer from Amazon.", self.name))

    # === THE DOCUMENTS === #

    def _amazon_enter_confirmation(self, items, confirm_id=None, comments=()):
        """Process what Amazon confirms or rejects according to a person, whose rights were checked before.

        :param items: :class:`cxml.ConfirmationItem` values
        :param str confirm_id: Amazon's number of the order, if it accepts anything
        :param comments: texts about the whole order
        :return: what needs attention, or None
        :rtype: str | None
        """
        confirmation = self._amazon_prepare_entered_confirmation(items, confirm_id, comments)
        return self._amazon_process_entered('ConfirmationRequest', confirmation.payload_id, self._amazon_written(
            cxml.write_confirmation, confirmation))

    def _amazon_prepare_entered_confirmation(self, items, confirm_id, comments):
        """Prepare the confirmation that Amazon would have sent; see :meth:`_amazon_enter_confirmation`.

        :rtype: cxml.ConfirmationRequest
        """
        now = utc_now()
        return cxml.ConfirmationRequest(
            payload_id=new_payload_id(self.env.cr.dbname), timestamp=now,
            header=self._amazon_prepare_entered_header(), order=self._amazon_prepare_reference(), type='detail',
            confirm_id=confirm_id or None, notice_date=now, comments=tuple(comments), items=tuple(items),
            deployment_mode=self.amazon_deployment_mode)

    def _amazon_prepare_entered_header(self):
        """Prepare a header from Amazon to us, with ourselves as the sender.

        :rtype: cxml.Header
        """
        header = self.amazon_group_id._prepare_header()
        return cxml.Header(from_=header.to, to=header.from_, sender=header.sender, user_agent=header.user_agent)

    def _amazon_prepare_reference(self):
        return cxml.OrderReference(order_id=self.name, payload_id=self._amazon_request().payload_id)

    def _amazon_written(self, write, document):
        """Write a document that was entered by hand.

        :param write: the function of the codec that writes it
        :param document: its values
        :rtype: bytes
        :raises UserError: a value that no document can carry was entered
        """
        try:
            return write(document)
        except cxml.CxmlError as error:
            raise UserError(self.env._(
                "The values entered for order %(order)s can't be saved. %(problem)s", order=self.name,
                problem=self.env['amazon.punchout.document']._explain_cxml_error(error))) from error

    def _amazon_process_entered(self, document_type, payload_id, body, is_reported=False):
        """Store what was entered and process it at once, as Amazon's own documents are.

        :param str document_type: its element
        :param str payload_id: its payloadID
        :param bytes body: the document
        :param bool is_reported: not a person entered it, but Amazon's Reporting API states it
        :return: what needs attention, or None
        :rtype: str | None
        :raises UserError: why it could not be processed; nothing is stored then
        """
        document_sudo = self.env['amazon.punchout.document'].sudo().create({  # people can't write documents
            'direction': 'in',
            'document_type': document_type,
            'payload_id': payload_id,
            'group_id': self.amazon_group_id.id,
            'purchase_order_id': self.id,
            'deployment_mode': self.amazon_deployment_mode,
            'state': 'received',
            'body': body,
            'entered_by_id': not is_reported and self.env.uid,
            'is_reported': is_reported,
        })
        document_sudo._record_event('received' if is_reported else 'entered', type=document_type)
        return document_sudo._process_entered()


class PurchaseOrderLineByHand(models.Model):
    _inherit = 'purchase.order.line'

    def _amazon_unanswered_quantity(self):
        """Compute the quantity that Amazon has neither accepted nor rejected yet.

        :rtype: float
        """
        self.ensure_one()
        return max(self.product_uom_id.round(
            self.amazon_cart_quantity - self.amazon_confirmed_quantity - self.amazon_rejected_quantity), 0)

    def _amazon_decimal(self, quantity):
        """Round a quantity as the line's unit says, without the noise of floats.

        :param float quantity: of this line
        :rtype: Decimal
        """
        self.ensure_one()
        return Decimal(str(self.product_uom_id.round(quantity)))


class AmazonPunchoutDocumentByHand(models.Model):
    _inherit = 'amazon.punchout.document'

    def _process_entered(self):
        """Process a document that a person has just entered.

        Unlike :meth:`_process` it raises errors: the person is there to correct the values.

        :return: what needs attention, or None
        :rtype: str | None
        :raises UserError: why it can't be processed
        """
        self.ensure_one()
        started = time.monotonic()
        try:
            remark = self._run_step()
        except OtherHalfMissing as error:
            raise UserError(str(error)) from error
        except cxml.CxmlError as error:
            raise UserError(self._explain_cxml_error(error)) from error
        self._keep_result(remark)
        self._log_processed(started)
        return remark
