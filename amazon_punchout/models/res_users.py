from odoo import api, models
from odoo.tools import email_normalize

from .. import cxml


class ResUsers(models.Model):
    _inherit = 'res.users'

    def _amazon_email(self):
        """:return: the e-mail by which Amazon knows this user
        :rtype: str
        """
        self.ensure_one()
        return self.sudo().email_normalized or self.sudo().email

    @api.model
    def _amazon_find_by_email(self, email):
        """Find whom Amazon means.

        :param str | None email: as Amazon knows a person
        :return: the users whose e-mail at Amazon it is, in superuser mode
        """
        normalized = email_normalize(email or '')
        users_sudo = self.sudo()  # Amazon's server asks, who is nobody in Odoo
        if not normalized:
            return users_sudo.browse()
        return users_sudo.search(self._amazon_email_domain(normalized)).filtered(
            lambda user: email_normalize(user._amazon_email() or '') == normalized)

    @api.model
    def _amazon_email_domain(self, normalized):
        """:param str normalized: an e-mail in small letters
        :return: a domain of the users whom it may belong to
        """
        return [('share', '=', False), ('email_normalized', '=', normalized)]

    def _amazon_prepare_contact(self):
        """:return: the user as cXML's Contact
        :rtype: cxml.Contact
        """
        self.ensure_one()
        return cxml.Contact(name=self.sudo().name, email=self._amazon_email())

    def _amazon_people(self, company):
        """:param company: a `res.company`
        :return: those of these users who are people working in the company: not archived, no portal user, not the system's own
        """
        root = self.env.ref('base.user_root')
        return self.filtered(
            lambda user: user.active and not user.share and user != root and company in user.company_ids)
