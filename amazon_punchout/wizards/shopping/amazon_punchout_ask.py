from markupsafe import Markup

from odoo import api, fields, models


class AmazonPunchoutAsk(models.TransientModel):
    """For somebody who has nothing to shop with: why, and whom to ask."""
    _name = 'amazon.punchout.ask'
    _description = "Whom to Ask About Shopping on Amazon"

    reason = fields.Text(readonly=True)
    people = fields.Html(readonly=True)

    @api.model
    def _show(self, order=None):
        """:param order: the request for quotation that the shopping was to start from, if any
        :return: an action that opens the dialog
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
        """:return: why there is nothing to shop with, and the `res.users` who can change it, in superuser mode
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
                "Shopping with the Amazon group %(groups)s starts on Amazon: open Amazon Business in your browser and fill "
                "the cart there.", groups=", ".join(own.mapped('name'))), self._who_can_help(own)
        if opened:
            return self.env._(
                "You may not shop on Amazon yet: you are no member of %s. Ask to be added:",
                ", ".join(opened.mapped('name'))), self._who_can_help(opened)
        if groups:
            return self.env._("Amazon Business is being set up, so nobody can shop yet. Questions go to:"), self._who_can_help(
                groups)
        return self.env._("Amazon Business is not set up in this company yet. Ask for it:"), self._who_can_help(groups)

    def _who_can_help(self, groups):
        """:return: who is responsible for the groups, else the administrators of the addon in the user's companies"""
        responsible_sudo = groups.sudo().responsible_id.filtered('active')
        administrators_sudo = self.env.ref('amazon_punchout.group_administrator').sudo().all_user_ids
        return responsible_sudo or administrators_sudo._amazon_people(self.env.companies)

    def _people_html(self, people_sudo):
        """:rtype: Markup"""
        if not people_sudo:
            return Markup('<p>%s</p>') % self.env._("your administrator of Odoo")
        return Markup('<ul>%s</ul>') % Markup('').join(
            Markup('<li>%s, <a href="mailto:%s">%s</a></li>') % (person.name, person.email, person.email)
            if person.email else Markup('<li>%s</li>') % person.name
            for person in people_sudo.sorted('name'))
