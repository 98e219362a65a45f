import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

import {openApp, patient, pressInHeader} from "./tour_steps";

const BILLS = "[data-menu-xmlid='account.menu_action_move_in_invoice_type']";
// The first page of Invoicing has cards, too.
const CARDS = ".o_kanban_view:not(.o_account_kanban):not(:has(.o_account_kanban))";
// Posted bills are neither coloured as drafts nor muted as cancelled ones.
const BILL =
    ".o_data_row:not(.text-info):not(.text-muted):contains('Amazon') td.o_data_cell, " +
    `${CARDS} .o_kanban_record:contains('Amazon')`;
const ANY_BILL = `.o_list_table tbody, ${CARDS} .o_kanban_renderer`;
const AMOUNT = ".modal .o_data_row td[name='amount']";

registry.category("web_tour.tours").add("amazon_punchout_refund_tour", {
    url: "/odoo",
    steps: () =>
        patient([
            ...openApp("account.menu_finance", _t("Let's record a refund that Amazon announced.")),
            {
                isActive: ["desktop"],
                trigger: ".o_menu_sections [data-menu-xmlid='account.menu_finance_payables']",
                content: _t("Amazon's refunds are recorded on its bills."),
                tooltipPosition: "bottom",
                run: "click",
            },
            {
                isActive: ["desktop"],
                trigger: `.dropdown-item${BILLS}`,
                content: _t("Open the vendor bills."),
                tooltipPosition: "right",
                run: "click",
            },
            {
                isActive: ["mobile"],
                trigger: ".o_main_navbar .o_menu_toggle",
                content: _t("Amazon's refunds are recorded on its bills."),
                tooltipPosition: "bottom",
                run: "click",
            },
            {
                isActive: ["mobile"],
                trigger: `.o_app_menu_sidebar ${BILLS}`,
                content: _t("Open the vendor bills."),
                tooltipPosition: "bottom",
                run: "click",
            },
            {
                // People may open another bill.
                isActive: ["manual"],
                trigger: `${BILL}, ${ANY_BILL}`,
                content: _t("Open the posted bill that Amazon refunds."),
                tooltipPosition: "bottom",
                run: "click",
            },
            {
                isActive: ["auto"],
                trigger: BILL,
                run: "click",
            },
            ...pressInHeader("action_amazon_refund", _t("Record the refund here, so that Odoo links it to the bill.")),
            {
                // A phone shows cards, which open a dialog.
                isActive: ["mobile"],
                trigger: ".modal .o_kanban_record:not(.o_kanban_ghost)",
                content: _t("Enter what Amazon refunds for this item, including taxes."),
                tooltipPosition: "bottom",
                run: "click",
            },
            {
                isActive: ["desktop"],
                trigger: AMOUNT,
                content: _t("Enter what Amazon refunds for this item, including taxes."),
                tooltipPosition: "bottom",
                run: "click",
            },
            {
                trigger: ".modal [name='amount'] input",
                content: _t("Enter what Amazon refunds for this item, including taxes."),
                tooltipPosition: "bottom",
                run: "edit 1", // A decimal sign would not be one in every language
            },
            {
                isActive: ["mobile"],
                trigger: ".modal .o_form_button_save",
                content: _t("Save the amount."),
                tooltipPosition: "top",
                run: "click",
            },
            {
                trigger: ".modal footer button[name='action_record']:enabled",
                content: _t("Record the refund: Odoo creates a draft vendor credit."),
                tooltipPosition: "top",
                run: "click",
            },
            ...pressInHeader("action_post", _t("Check the draft vendor credit and confirm it.")),
            {
                isActive: ["auto"],
                // A phone hides the status bar.
                trigger: ".o_form_view:has(.o_arrow_button_current[data-value='posted'])",
            },
        ]),
});
