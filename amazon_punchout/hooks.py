"""What Odoo runs when the addon is uninstalled."""


def uninstall_hook(env):
    """Remove what Odoo does not know of: a function of PostgreSQL, and the system parameters that people have set.

    The function keeps histories from being changed; its trigger goes with it. Odoo then drops the table, as every table
    of the addon.

    :param env: the environment of the superuser
    """
    env.cr.execute("DROP FUNCTION IF EXISTS amazon_punchout_trail_is_append_only() CASCADE")
    env['ir.config_parameter'].search([('key', '=like', 'amazon\\_punchout.%')]).unlink()
