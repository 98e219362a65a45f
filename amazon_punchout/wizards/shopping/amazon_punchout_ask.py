from markupsafe import Markup

from odoo import api, fields, models


class AmazonPunchoutAsk(models.TransientModel):
    """Tells a user who can't shop why, and whom to ask."""
    _name = 'amazon.punchout.ask'
    _description = "Amazon Shopping Contacts"

    reason = fields.Text(readonly=True)
    people = fields.Html(readonly=True)

    @api.model
    def _show(self, order=None):
        """Open the dialog.

        :param order: the request for quotation that the shopping was to start from, if any
        :return: an action
        :rtype: dict
        """
        reason, people_sudo = self._reason(order)
        ask = self.create({'reason': reason, 'people': self._people_html(people_sudo)})
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Shop on Amazon"),
            'res_model': self._name,
            'res_id': ask.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    def _reason(self, order):
        """Tell why the user can't shop.

        :param order: as for :meth:`_show`
        :return: the reason, and the `res.users` who can change it, in superuser mode
        :rtype: tuple
        """
        groups = self.env['amazon.punchout.group'].search([('company_id', 'in', self.env.companies.ids)])
        if order:
            groups = groups.filtered(
                lambda group: group.partner_id == order.partner_id and group.company_id == order.company_id)
        opened = groups.filtered(lambda group: group.state != 'draft')
        own = opened.filtered(lambda group: group._is_member(self.env.user))
        if own:
            return self.env._(
                "Shopping with the Amazon group %(groups)s starts on Amazon: open Amazon Business in your browser and "
                "fill the cart there. For questions, contact:",
                groups=", ".join(own.mapped('name'))), self._contacts(own)
        if opened:
            return self.env._(
                "You can't shop on Amazon yet: you are not a member of %s. To be added, contact:",
                ", ".join(opened.mapped('name'))), self._contacts(opened)
        if groups:
            return self.env._(
                "Amazon Business is being set up, so shopping is not possible yet. For questions, contact:",
            ), self._contacts(groups)
        return self.env._(
            "Amazon Business is not set up for this company yet. To request it, contact:"), self._contacts(groups)

    def _contacts(self, groups):
        """Find whom a user can ask about groups.

        :param groups: the `amazon.punchout.group` records, if there are any
        :return: the `res.users` who are responsible for them, else the Amazon administrators of the user's companies,
            in superuser mode
        """
        responsible_sudo = groups.sudo().responsible_id.filtered('active')
        administrators_sudo = self.env.ref('amazon_punchout.group_administrator').sudo().all_user_ids
        return responsible_sudo or administrators_sudo._amazon_people(self.env.companies)

    def _people_html(self, people_sudo):
        """List people with their email addresses.

        :param people_sudo: the `res.users` records
        :rtype: Markup
        """
        if not people_sudo:
            return Markup('<p>%s</p>') % self.env._("your Odoo administrator")
        return Markup('<ul>%s</ul>') % Markup('').join(
            Markup('<li>%s, <a href="mailto:%s">%s</a></li>') % (person.name, person.email, person.email)
            if person.email else Markup('<li>%s</li>') % person.name
            for person in people_sudo.sorted('name'))
