from odoo import models

from .. import cxml


class ResUsers(models.Model):
    _inherit = 'res.users'

    def _amazon_email(self):
        """:return: the e-mail by which Amazon knows this user
        :rtype: str
        """
        self.ensure_one()
        return self.sudo().email_normalized or self.sudo().email

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
