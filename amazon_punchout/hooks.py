"""What Odoo runs when the addon is uninstalled."""


def uninstall_hook(env):
    """Remove what Odoo does not know of: the function of PostgreSQL that keeps histories from being changed.

    Its trigger goes with it. Odoo then drops the table, as every table of the addon.

    :param env: the environment of the superuser
    """
    env.cr.execute("DROP FUNCTION IF EXISTS amazon_punchout_trail_is_append_only() CASCADE")
