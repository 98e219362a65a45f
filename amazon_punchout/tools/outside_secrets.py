"""Secrets that an installation keeps outside of the database: in the environment of Odoo, or in odoo.conf."""
import os
from dataclasses import dataclass

from odoo.tools import config

PREFIX = 'amazon_punchout'


@dataclass(frozen=True)
class OutsideSecret:
    """A secret and where it was found.

    :param str value: the secret
    :param str option: the name of the variable or option
    :param bool is_variable: whether it is an environment variable; else an option of odoo.conf
    """
    value: str
    option: str
    is_variable: bool

    def __repr__(self):
        """Leave the value out, since tracebacks and logs show objects in this form."""
        return f'OutsideSecret({self.option})'


def outside_variable(name, field):
    """Give the name of the environment variable in which a secret is looked for.

    :param str name: as for :func:`find_outside_secret`
    :param str field: as for :func:`find_outside_secret`
    :rtype: str
    """
    return f'{PREFIX}_{name}_{field}'.upper()


def find_outside_secret(name, field):
    """Find a secret outside of the database; an environment variable comes before odoo.conf.

    Odoo keeps options that it does not know as they are, in the section [options].

    :param str name: of the group in the environment, e.g. 'berlin'
    :param str field: e.g. 'shared_secret', to be read from AMAZON_PUNCHOUT_BERLIN_SHARED_SECRET or from the option
        amazon_punchout_berlin_shared_secret
    :return: None if neither is set
    :rtype: OutsideSecret | None
    """
    variable = outside_variable(name, field)
    for values, key, is_variable in ((os.environ, variable, True), (config, variable.lower(), False)):
        value = (values.get(key) or '').strip()
        if value and value.isprintable():  # bytes that are no text can't be sent or compared
            return OutsideSecret(value, key, is_variable)
    return None
