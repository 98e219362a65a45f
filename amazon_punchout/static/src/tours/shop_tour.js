import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

import {openApp, patient} from "./tour_steps";

const SHOP = ".o_control_panel button[name='action_amazon_shop']";
// A badge that says "Not Ordered Yet".
const CART =
    ".o_data_row:has([name='amazon_state_label'] .text-bg-info) td.o_data_cell, " +
    ".o_kanban_record:has([name='amazon_state_label'] .text-bg-info)";
const ANY_ORDER = ".o_list_table tbody, .o_kanban_renderer";
const ASK = "button[name='action_amazon_ask']";
const CONFIRM = "button[name='button_confirm']";

registry.category("web_tour.tours").add("amazon_punchout_shop_tour", {
    url: "/odoo",
    steps: () =>
        patient([
            ...openApp(
                "purchase.menu_purchase_root",
                _t("Let's order something from Amazon Business, from the cart to the approval.")
            ),
            {
                // The tour waits while the shopper is on Amazon, and goes on where the cart comes back. People may open
                // another order.
                isActive: ["manual"],
                trigger: `${SHOP}, ${CART}, ${ANY_ORDER}`,
                content: _t(
                    "Press Shop on Amazon, fill the cart there and submit it: it comes back as a draft order. " +
                        "To try this without Amazon, open a cart here."
                ),
                tooltipPosition: "bottom",
                run: "click",
            },
            {
                isActive: ["auto"],
                trigger: CART,
                run: "click",
            },
            {
                trigger: `.o_statusbar_buttons ${ASK}:enabled, .o_statusbar_buttons ${CONFIRM}:enabled`,
                content: _t(
                    "Check the items and the delivery address. Then press Order at Amazon if you may approve the " +
                        "order, otherwise Ask for Approval."
                ),
                tooltipPosition: "bottom",
                run: "click",
            },
            {
                // Whoever asks for approval sees no dialog.
                isActive: [ASK],
                trigger: ".modal footer button[name='action_amazon_order']:enabled",
                content: _t("Order at Amazon approves the order and sends it to Amazon."),
                tooltipPosition: "top",
                run: "click",
            },
            {
                isActive: ["auto"],
                trigger: `body:not(:has(.modal, ${ASK}, ${CONFIRM})) .o_form_view`,
            },
        ]),
});
