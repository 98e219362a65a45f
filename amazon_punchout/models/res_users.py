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
