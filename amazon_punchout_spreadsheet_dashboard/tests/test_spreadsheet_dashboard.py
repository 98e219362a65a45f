"""The dashboard Amazon Spend, in a browser."""
import json

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.amazon_punchout.tests.booking_case import BookingCase

# Reads cells of the open dashboard until they are what they must be; a spreadsheet is drawn, so no element has them.
COMPARE = """
const expected = %s;
function read() {
    const services = odoo.__WOWL_DEBUG__.root.env.services;
    const model = services.spreadsheet_dashboard_loader?.getActiveDashboard()?.model;
    if (!model) {
        return {};
    }
    const cells = {};
    for (const sheetId of model.getters.getSheetIds()) {
        for (const cell of Object.values(model.getters.getCells(sheetId))) {
            const {col, row} = model.getters.getCellPosition(cell.id);
            const name = `${model.getters.getSheetName(sheetId)}!${String.fromCharCode(65 + col)}${row + 1}`;
            cells[name] = model.getters.getEvaluatedCell({sheetId, col, row}).value;
        }
        for (const name of Object.keys(expected)) {
            const [sheet, column, row] = /(.*)!([A-Z])([0-9]+)/.exec(name).slice(1);
            if (model.getters.getSheetName(sheetId) === sheet) {
                const at = {sheetId, col: column.charCodeAt(0) - 65, row: row - 1};
                cells[name] = model.getters.getEvaluatedCell(at).value;
            }
        }
    }
    return cells;
}
let found = {};
for (let round = 0; round < 300; round++) {
    found = read();
    if (Object.entries(expected).every(([name, value]) => found[name] === value)) {
        break;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
}
const wrong = Object.entries(expected).filter(([name, value]) => found[name] !== value);
const errors = Object.entries(found).filter(([name, value]) => /^#/.test(String(value)));
if (wrong.length || errors.length) {
    console.error("wrong: " + JSON.stringify([wrong, errors, found]));
} else {
    console.log("test successful");
}
"""


@tagged('post_install', '-at_install')
class TestSpreadsheetDashboard(BookingCase, HttpCase):
    """*Dashboards > Amazon Spend* has the figures of the report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref('amazon_punchout_spreadsheet_dashboard.dashboard_spend')
        cls.today = fields.Date.to_string(fields.Date.today())

    def shows(self, user, expected, companies=None):
        """Open the dashboard, and compare cells.

        :param dict expected: by sheet and cell
        :param companies: those that the person has selected; by default the first one
        """
        self.env.flush_all()
        cookies = {'cids': "-".join(map(str, companies.ids))} if companies else {}
        code = f"(async () => {{{COMPARE % json.dumps(expected)}}})()"
        self.browser_js(f'/odoo/dashboards?dashboard_id={self.dashboard.id}', code, ready="odoo.isReady",
                        login=user.login, timeout=180, cookies=cookies)

    def test_the_dashboard_has_the_figures_of_the_report(self):
        po = self.two_lines()
        self.invoice(po, invoice_date=f"{self.today}T00:00:00Z")
        self.post(self.move())
        self.transact(30.00, {'total': 30.00}, order=po, date=self.today)
        self.transact(12.00, {'total': 12.00, 'seller': "Others"}, date=self.today)
        self.env.flush_all()
        report = self.env['amazon.punchout.spend'].with_user(self.biller)
        (sums,) = report._read_group([], [], ['spent:sum', 'ordered:sum', 'charged:sum', 'outside:sum'])
        self.assertEqual([round(each, 2) for each in sums], [35, 35, 30, 12])
        self.shows(self.biller, {
            'Data!B1': 35, 'Data!B2': 35, 'Data!B3': 30, 'Data!B4': 12, 'Data!B5': 1, 'Dashboard!A2': "",
            'Dashboard!A24': "Category", 'Dashboard!B26': 35, 'Dashboard!E38': "Requester",
        })

    def test_with_several_currencies_it_asks_for_one_company(self):
        self.transact(12.00, {'total': 12.00}, date=self.today)
        company, group, _warehouse = self.make_company("Berlin GmbH", 'base.EUR')
        self.transact(10.00, {'total': 10.00}, date=self.today, company_id=company.id, group_id=group.id)
        self.biller.company_ids += company
        self.shows(self.biller, {
            'Data!B4': 22, 'Data!B5': 2, 'Data!C4': "",
            'Dashboard!A2': "The selected companies have several currencies. Select one company.",
        }, self.biller.company_ids)
        self.shows(self.biller, {
            'Data!B4': 12, 'Data!B5': 1, 'Data!C4': 12, 'Dashboard!A2': ""}, self.company)

    def test_who_may_open_the_report_sees_the_dashboard(self):
        for user, may in ((self.biller, True), (self.manager, True), (self.administrator, True), (self.buyer, False)):
            with self.subTest(user=user.name):
                self.assertEqual(self.dashboard.with_user(user).has_access('read'), may)
                self.assertEqual(self.env['amazon.punchout.spend'].with_user(user).has_access('read'), may)
