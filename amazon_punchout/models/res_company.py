from odoo import models


class ResCompany(models.Model):
    _inherit = 'res.company'

    def _amazon_bill_to_partner(self):
        self.ensure_one()
        partner_sudo = self.sudo().partner_id
        return partner_sudo.browse(partner_sudo.address_get(['invoice'])['invoice'])

    def _amazon_prepare_bill_to(self, email):
        """:param str email: the shopper's, where the company has none
        :return: whom Amazon bills
        :rtype: cxml.Address
        """
        self.ensure_one()
        partner_sudo = self._amazon_bill_to_partner()
        return partner_sudo._amazon_prepare_address(
            address_id=partner_sudo.ref or str(partner_sudo.id), name=self.name, deliver_to=self.name,
            email=partner_sudo.email or email)

    def _amazon_address_problems(self, warehouse):
        """Name what Amazon would miss in the addresses of an order.

        :param warehouse: the `stock.warehouse` to deliver to
        :return: a sentence per address
        :rtype: list[str]
        """
        self.ensure_one()
        problems = []
        if not warehouse.sudo().partner_id:
            problems.append(self.env._("Warehouse %s has no address: choose one.", warehouse.name))
        elif missing := warehouse.sudo().partner_id._amazon_missing_address_fields():
            problems.append(self.env._(
                "Complete the address of warehouse %(warehouse)s (contact %(partner)s): %(fields)s.",
                warehouse=warehouse.name, partner=warehouse.sudo().partner_id.display_name, fields=", ".join(missing)))
        partner = self._amazon_bill_to_partner()
        if partner != warehouse.sudo().partner_id and (missing := partner._amazon_missing_address_fields()):
            problems.append(self.env._(
                "Complete the billing address of %(company)s (contact %(partner)s): %(fields)s.",
                company=self.name, partner=partner.display_name, fields=", ".join(missing)))
        return problems
