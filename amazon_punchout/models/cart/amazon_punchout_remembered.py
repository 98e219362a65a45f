from odoo import api, models


class AmazonPunchoutRemembered(models.AbstractModel):
    """A small table that every cart needs and that hardly ever changes.

    What is read from it is kept in memory (ormcache) until one of its records changes.
    """
    _name = 'amazon.punchout.remembered'
    _description = "Amazon Table Kept in Memory"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to forget what is kept in memory."""
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base` to forget what is kept in memory."""
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        """Override of `base` to forget what is kept in memory."""
        self.env.registry.clear_cache()
        return super().unlink()
