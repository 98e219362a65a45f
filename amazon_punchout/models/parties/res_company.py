from odoo import fields, models

from ...tools.sentences import joined, sentence


class ResCompany(models.Model):
    """Amazon's billing address, and the default group."""
    _inherit = 'res.company'
    _ = sentence
    _check_company_auto = True

    amazon_group_id = fields.Many2one(
        'amazon.punchout.group', "Default Amazon Group", check_company=True, ondelete='set null',
        groups='purchase.group_purchase_user',  # contacts of a vendor read the company too
        help="The group that is filled in for shoppers who have no default group of their own.")

    def _amazon_bill_to_partner(self):
        """Find the contact to which Amazon addresses its bills.

        :return: a `res.partner`, in superuser mode
        """
        self.ensure_one()
        partner_sudo = self.sudo().partner_id
        return partner_sudo.browse(partner_sudo.address_get(['invoice'])['invoice'])

    def _amazon_prepare_bill_to(self, email):
        """Prepare the address to which Amazon sends its bills.

        :param str email: the shopper's, used if the company has none
        :rtype: cxml.Address
        """
        self.ensure_one()
        partner_sudo = self._amazon_bill_to_partner()
        return partner_sudo._amazon_prepare_address(
            address_id=partner_sudo.ref or str(partner_sudo.id), name=self.name, deliver_to=self.name,
            email=partner_sudo.email or email)

    def _amazon_address_problems(self, warehouse):
        """Say what Amazon would miss in the addresses of an order.

        :param warehouse: the `stock.warehouse` to deliver to
        :return: a sentence for each incomplete address
        :rtype: list[str]
        """
        self.ensure_one()
        is_same = self._amazon_bill_to_partner() == warehouse.sudo().partner_id  # named once is enough
        problems = [warehouse._amazon_address_problem(), None if is_same else self._amazon_billing_problem()]
        return [problem for problem in problems if problem]

    def _amazon_billing_problem(self):
        """Say what Amazon would miss in the billing address.

        :return: a sentence; None if the address is complete
        :rtype: str | None
        """
        self.ensure_one()
        partner_sudo = self._amazon_bill_to_partner()
        if missing := partner_sudo._amazon_missing_address_fields():
            return self._(
                "Complete the billing address of %(company)s (contact %(partner)s): %(fields)s.",
                company=self.name, partner=partner_sudo.display_name, fields=joined(", ", missing))
        return None
