"""The page of the addon in Apps, after Odoo has cleaned its HTML."""
import lxml.html

from odoo.modules import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path


@tagged('post_install', '-at_install')
class TestAppsPage(TransactionCase):

    def page(self):
        module = self.env.ref('base.module_amazon_punchout')
        return lxml.html.document_fromstring(module.description_html)

    def test_the_page_in_apps_shows_its_pictures(self):
        sources = self.page().xpath('//img/@src')
        pictures = Manifest.for_addon('amazon_punchout')['images']
        self.assertEqual(sources, [f'/amazon_punchout/{picture}' for picture in pictures])
        for source in sources:
            self.assertTrue(file_path(source.lstrip('/')))

    def test_the_page_in_apps_keeps_its_look(self):
        page = self.page()
        self.assertTrue(page.xpath("//div[contains(@class, 'row')]/div[contains(@class, 'col-md-')]"))
        self.assertTrue(page.xpath("//h2[contains(@style, 'color')]"))
