"""The pseudo-language: each string of the addon and of core in letters that show it has passed translation."""
import io
import os

from odoo.modules import get_modules
from odoo.tools import translate
from odoo.tools.misc import file_path

from .letters import LANGUAGE, pseudo

ADDONS = ('amazon_punchout', 'amazon_punchout_purchase_request')


def export(env):
    """Write the strings of our addons as they are now.

    :return: the file's text by addon
    :rtype: dict[str, str]
    """
    found = {}
    for addon in ADDONS:
        if env['ir.module.module']._get(addon).state == 'installed':
            buffer = io.BytesIO()
            translate.trans_export(False, [addon], buffer, 'po', env)
            found[addon] = buffer.getvalue().decode()
    return found


def strings(module):
    """Read the strings of a module.

    :return: rows as Odoo reads them, translated; None for a module without any
    :rtype: list | None
    """
    try:
        folder = os.environ.get('LAB_STRINGS')
        file = f'{folder}/{module}.pot' if folder and module in ADDONS else file_path(f'{module}/i18n/{module}.pot')
        rows = list(translate.PoFileReader(str(file)))
    except OSError:
        return None
    for row in rows:
        row['value'] = pseudo(row['src'])
    return rows


def load(env, modules=None):
    """Translate everything that the database holds, and choose the language for everybody.

    :param env: an environment of the superuser
    :param modules: names of the only modules to translate
    """
    env['res.lang']._activate_lang(LANGUAGE)
    importer = translate.TranslationImporter(env.cr, verbose=False)
    for module in modules or env['ir.module.module'].search([('state', '=', 'installed')]).mapped('name'):
        importer._load(strings(module) or (), LANGUAGE)
    importer.save(overwrite=True, force_overwrite=True)
    env['res.partner'].with_context(active_test=False).search([]).write({'lang': LANGUAGE})
    env.registry.clear_all_caches()


def speak():
    """Have this process translate the strings of code, which core reads from files of the modules."""
    original = translate.CodeTranslations._get_code_translations

    def translations(module_name, lang, filter_func):
        if lang != LANGUAGE or module_name not in get_modules():
            return original(module_name, lang, filter_func)
        return {row['src']: row['value'] for row in strings(module_name) or ()
                if row.get('type') == 'code' and filter_func(row)}

    translate.CodeTranslations._get_code_translations = staticmethod(translations)
