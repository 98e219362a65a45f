from odoo import api, models


class IrUiMenu(models.Model):
    """The menu of unclaimed carts, which exists only where shopping may start on Amazon."""
    _inherit = 'ir.ui.menu'

    @api.model
    def _load_menus_blacklist(self):
        """Override of `base` to hide Unclaimed Carts as long as no company has a Punch-in group."""
        hidden = super()._load_menus_blacklist()
        # Menus are cached for all companies of a user.
        groups_sudo = self.env['amazon.punchout.group'].sudo().with_context(active_test=False)
        menu = self.env.ref('amazon_punchout.menu_unclaimed', raise_if_not_found=False)
        if menu and not groups_sudo.search_count([('flow', '=', 'punchin')], limit=1):
            hidden = [*hidden, menu.id]
        return hidden
