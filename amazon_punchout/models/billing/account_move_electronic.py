from markupsafe import Markup

from odoo import models
from odoo.tools import escape_psql

from ...tools.problems import raise_problem
from ...tools.steps import attempt


class AccountMoveElectronic(models.Model):
    """Electronic invoices of Amazon that arrive on another way than cXML, such as Italy's FatturaPA or by e-mail."""
    _inherit = 'account.move'

    def _amazon_may_bill(self, orders):
        """Tell whether this bill can be one of Amazon orders, by its vendor or by the order that it names.

        :param orders: `purchase.order` records with the same vendor
        :rtype: bool
        """
        self.ensure_one()
        if not self.partner_id or self.commercial_partner_id == orders.partner_id.commercial_partner_id:
            return True
        named = {name.strip() for name in (self.invoice_origin or "").split(",")}
        return bool(named & {name for order in orders for name in (order.name, *order._amazon_order_numbers())})

    def _find_and_set_purchase_orders(self, po_references, partner_id, amount_total, from_ocr=False, timeout=10):
        """Override of `purchase` to keep what the document says which Amazon order it bills.

        Core drops it unless it has linked the lines, which it does not do for Amazon orders.
        """
        origin = self.invoice_origin
        result = super()._find_and_set_purchase_orders(
            po_references, partner_id, amount_total, from_ocr=from_ocr, timeout=timeout)
        if origin and not self.invoice_origin and self.env['purchase.order'].sudo().search_count([
            ('company_id', '=', self.company_id.id), ('amazon_session_id', '!=', False),
            '|', ('name', 'in', po_references), ('amazon_order_ref', 'in', po_references),
        ], limit=1):
            self.invoice_origin = origin
        return result

    def _extend_with_attachments(self, files_data, new=False):
        """Override of `account` to notice an invoice of Amazon's that is in the books already."""
        result = super()._extend_with_attachments(files_data, new=new)
        if result and self.state == 'draft' and not self.amazon_group_id and self.ref and (
                self.move_type in ('in_invoice', 'in_refund')):
            attempt(self.env, lambda: self._amazon_meet_known(files_data),
                    f"Bill {self.id} could not be compared with Amazon's invoices")
        return result

    def _amazon_meet_known(self, files_data):
        """Cancel this new bill if it is one that was created from Amazon's cXML document, which gets its file.

        If the vendor or the total differs, a person decides.

        :param list[dict] files_data: the files of this bill, as core's import has them
        """
        known_sudo = self._amazon_find_known()
        if not known_sudo:
            return
        group_sudo = known_sudo.amazon_group_id
        person = group_sudo.bill_user_id.filtered('active') or group_sudo._person_to_notify(
            known_sudo._amazon_billed_orders()[:1].amazon_requester_id)
        move_sudo = self.sudo().with_context(lang=person.lang)
        names = {'number': known_sudo.amazon_invoice_id, 'bill': known_sudo._get_html_link()}
        if not (self._amazon_may_bill(known_sudo._amazon_billed_orders()) and self._amazon_has_total_of(known_sudo)):
            note = move_sudo.env._(
                "Amazon's invoice %(number)s is in Odoo already, as %(bill)s, but with another vendor or total. "
                "Compare the two and cancel one of them.", **names)
            raise_problem(move_sudo, person, move_sudo.env._(
                "Check Amazon's invoice %s", known_sudo.amazon_invoice_id), Markup("<p>%s</p>") % note)
            return
        for attachment_sudo in self._from_files_data(files_data).sudo():
            attachment_sudo.copy({'res_model': self._name, 'res_id': known_sudo.id, 'res_field': False})
        known_sudo.with_context(lang=person.lang).message_post(body=known_sudo.with_context(lang=person.lang).env._(
            "The electronic invoice of the same number and total was attached here."))
        move_sudo.message_post(body=move_sudo.env._(
            "Cancelled: Amazon's invoice %(number)s is in Odoo already, as %(bill)s, which has this file now.",
            **names))
        move_sudo.button_cancel()

    def _amazon_find_known(self):
        """Find the bill that was created from Amazon's cXML document with the number of this one.

        :return: an `account.move` in superuser mode, or an empty recordset
        """
        number = self.ref.strip()
        known_sudo = self.sudo().search([
            ('amazon_invoice_id', '=ilike', escape_psql(number)), ('move_type', '=', self.move_type),
            ('company_id', '=', self.company_id.id), ('state', '!=', 'cancel'), ('id', '!=', self.id)])
        # Another vendor may have the same number, but hardly with the same total.
        return known_sudo.filtered(
            lambda known: self._amazon_may_bill(known._amazon_billed_orders()) or self._amazon_has_total_of(known))[:1]

    def _amazon_has_total_of(self, other):
        """Tell whether this bill has the currency and the total of another one.

        :rtype: bool
        """
        return self.currency_id == other.currency_id and self.currency_id.compare_amounts(
            self.amount_total, other.amount_total) == 0
