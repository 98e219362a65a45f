"""The page of the addon in Apps, after Odoo has cleaned its HTML."""
import lxml.html

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path


@tagged('post_install', '-at_install')
class TestAppsPage(TransactionCase):

    def page(self):
        module = self.env.ref('base.module_amazon_punchout')
        return lxml.html.document_fromstring(module.description_html)

    def test_the_page_in_apps_shows_its_pictures(self):
        sources = self.page().xpath('//img/@src')
        self.assertEqual(len(sources), 6)
        for source in sources:
            self.assertTrue(source.startswith('/amazon_punchout/static/description/'), source)
            self.assertTrue(file_path(source.lstrip('/')))

    def test_the_page_in_apps_keeps_its_look(self):
        page = self.page()
        self.assertTrue(page.xpath("//div[contains(@class, 'row')]/div[contains(@class, 'col-md-')]"))
        self.assertTrue(page.xpath("//h2[contains(@style, 'color')]"))
