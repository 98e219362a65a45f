import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import cxml, rest
from ...const import TRACKING
from ...tools.doubt import OrderInDoubt
from ...tools.sentences import sentence_of
from ...tools.steps import stored_once
from ...tools.waiting import WAIT, OtherHalfMissing


class AmazonPunchoutDocumentTracking(models.Model):
    """Package tracking: where a package is, as Amazon pushes it.

    It never receives goods, and never says what was shipped: ship notices do.
    """
    _inherit = 'amazon.punchout.document'

    @api.model
    def _type_names(self):
        """Override to name package tracking."""
        return {**super()._type_names(), TRACKING: self._("Package Tracking")}

    # === RECEIVING === #

    @api.model
    def _store_tracking(self, groups, raw):
        """Store an authenticated event as it came and wake the scheduled action that processes it.

        The same event again changes nothing.

        :param groups: the `amazon.punchout.group` records whose secret came
        :param bytes raw: the JSON as it came
        :return: the stored document, or the one that came before
        """
        payload_id = f'tracking:{hashlib.sha256(raw).hexdigest()}'
        if known := self._find_received(groups, payload_id):
            return known[0]
        vals = {
            'direction': 'in', 'state': 'received', 'document_type': TRACKING, 'payload_id': payload_id,
            'group_id': groups[0].id, 'account_group_id': groups.sorted('id')[0].id, 'deployment_mode': 'production',
            'body': raw}
        if len(groups) > 1:
            vals['account_group_ids'] = groups.ids
        with stored_once("The same package tracking"):
            document = self.create(vals)
        self._wake_processing()
        return document

    # === WAITING === #

    def _awaited_references(self):
        """Override to list the orders of package tracking, by our number and by Amazon's."""
        if self.document_type != TRACKING:
            return super()._awaited_references()
        try:
            events = rest.read_tracking(self._get_body())
        except rest.RestError:
            return set()
        return {*filter(None, (
            name for event in events for name in (event.purchase_order_number, event.order_ref)))}

    def _brought_references(self):
        """Override to add Amazon's numbers of the orders, which package tracking may name."""
        numbers = {
            number for document in self for order_sudo in document._orders()
            for number in order_sudo._amazon_order_numbers()}
        return super()._brought_references() | numbers

    # === PROCESSING === #

    def _run_step(self):
        """Override to apply package tracking, which is no cXML."""
        if self.document_type != TRACKING:
            return super()._run_step()
        self._process_tracking()
        self.env.flush_all()
        return None

    def _process_tracking(self):
        """Put the events on the shipments of their orders. Events of orders that are not ours change nothing."""
        try:
            events = rest.read_tracking(self._get_body())
        except rest.RestError as error:
            raise UserError(self._(
                "Amazon's package tracking can't be read: %s", self._explain_rest_error(error))) from None
        found = {}
        for event in events:
            if order := self._find_tracked_order(event):
                found.setdefault(order, []).append(event)
        if not found:
            return
        self._assign_orders(self.env['purchase.order'].sudo().union(*found))
        for order, its in found.items():
            order._amazon_apply_tracking(its, self)

    def _find_tracked_order(self, event):
        """Find the order of an event.

        Amazon pushes the tracking of all orders of the account, also of other systems, so an order that is not here is
        nothing for a person.

        :param rest.TrackingEvent event: the event
        :return: the `purchase.order` in superuser mode, or none
        :raises OtherHalfMissing: it is not clear yet whether Amazon has the order
        """
        order_sudo = self._search_order(None, event.purchase_order_number) or self._search_order_of_amazon(event)
        if not order_sudo:
            return order_sudo
        numbers = order_sudo._amazon_order_numbers()
        if event.order_ref and numbers and event.order_ref not in numbers:
            return order_sudo.browse()  # anybody can type a number of ours at Amazon
        try:
            self._check_meant(order_sudo, cxml.OrderReference(order_id=order_sudo.name), False)
        except OrderInDoubt as doubt:
            if self.create_date > fields.Datetime.now() - WAIT:
                raise OtherHalfMissing(sentence_of(doubt)) from None
            return order_sudo.browse()
        return order_sudo

    def _search_order_of_amazon(self, event):
        """Find the one order that has Amazon's number of an event.

        :return: the `purchase.order` in superuser mode, or none
        """
        orders_sudo = self.env['purchase.order'].sudo()  # of any company: the secret was checked
        if event.purchase_order_number or not event.order_ref:
            return orders_sudo.browse()
        orders_sudo = orders_sudo.search([
            ('amazon_group_id', 'in', self._credential_groups().ids), ('amazon_order_ref', 'like', event.order_ref),
        ]).filtered(lambda order: event.order_ref in order._amazon_order_numbers())
        return orders_sudo if len(orders_sudo) == 1 else orders_sudo.browse()
