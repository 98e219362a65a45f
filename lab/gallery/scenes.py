"""Every page and state that the gallery shows. A new page is one more line here."""
from __future__ import annotations

import dataclasses
from collections.abc import Callable

from lab.gallery.places import (
    action,
    address_of,
    choose,
    clear_search,
    click,
    filter_by,
    open_page,
    path,
    press,
    record,
    reference,
    tick_all,
)


@dataclasses.dataclass(frozen=True)
class Scene:
    """A page in one state.

    :ivar subject: the heading under which it stands
    :ivar name: of its pictures
    :ivar title: what it shows
    :ivar place: a function of the calls to Odoo that returns the address, see `places`
    :ivar steps: what is done there
    :ivar login: who sees it; empty for somebody who is not logged in
    :ivar devices: on which it is shown
    """

    subject: str
    name: str
    title: str
    place: Callable
    steps: tuple = ()
    login: str = "admin"
    devices: tuple = ("desktop", "phone")


def _scenes(subject, *lines):
    return [Scene(subject, name, title, place, tuple(more.pop("steps", ())), **more)
            for name, title, place, *rest in lines for more in [dict(*rest)]]


def _order(*domain, **more):
    return record("purchase.order", ("amazon_session_id", "!=", False), *domain, of="purchase.purchase_form_action",
                  **more)


def _trip(*domain):
    return record("amazon.punchout.session", *domain, of="amazon_punchout.amazon_punchout_session_action")


def _document(*domain):
    return record("amazon.punchout.document", *domain, of="amazon_punchout.amazon_punchout_document_action")


def _charge(*domain):
    return record("amazon.punchout.transaction", *domain, of="amazon_punchout.amazon_punchout_transaction_action")


def _import(*domain):
    return record("amazon.punchout.import", *domain, of="amazon_punchout.amazon_punchout_import_action")


def _bill(*domain):
    return record("account.move", ("amazon_invoice_id", "!=", False), *domain, of="account.action_move_in_invoice_type")


def _receipt(*domain):
    return record("stock.picking", ("purchase_id.amazon_session_id", "!=", False), *domain,
                  of="stock.action_picking_tree_incoming")


def _ours(name, view=""):
    return action(f"amazon_punchout.{name}", view)


def _dialog(name):
    return action(f"amazon_punchout.{name}")


def _set_up(state, group_state):
    """The setup of a group in a step, which needs what the steps before it have filled in."""
    def place(odoo):
        group = odoo.call("amazon.punchout.group", "search", [("state", "=", group_state)], limit=1)
        setup = odoo.call("amazon.punchout.group", "action_continue_setup", group)["res_id"]
        odoo.call("amazon.punchout.setup", "write", [setup], {"state": state})
        return f"/odoo/action-amazon_punchout.amazon_punchout_setup_action/{setup}"
    return place


WAITING = _order(("state", "=", "to approve"))
CART = _order(("amazon_state", "=", "cart"), ("state", "=", "draft"), ("amazon_deployment_mode", "=", "production"),
              order="amazon_valid_until desc")
CONFIRMED = _order(("amazon_state", "=", "confirmed"), ("amazon_shipment_ids", "=", False))
BILLED = _order(("name", "=", "P00014"))
UNREADABLE = _document(("state", "=", "attention"), ("purchase_order_id", "=", False), ("session_id", "=", False))
GROUP_PAGES = ("Credentials", "Members", "Locations", "Products", "Payment", "Messages", "Rules", "Advanced")

SCENES = [
    # First, since Amazon answers it after a while.
    *_scenes(
        "Orders",
        ("order-on-its-way", "An order on its way to Amazon",
         _order(("amazon_state", "=", "queued"), ("amazon_group_id.name", "=", "Amazon US"))),
        ("order-list", "Purchase orders", action("purchase.purchase_form_action")),
        ("order-list-buyer", "Requests for quotation of a buyer", action("purchase.purchase_rfq"),
         {"login": "demo"}),
        ("order-rfq-list", "Requests for quotation", action("purchase.purchase_rfq")),
        ("order-rfq-by-status", "Requests for quotation by Amazon's status", action("purchase.purchase_rfq"),
         {"steps": [clear_search, filter_by("Amazon Status")], "devices": ("desktop",)}),
        ("order-kanban", "Requests for quotation as cards", action("purchase.purchase_rfq", "kanban"),
         {"steps": [clear_search]}),
        ("order-carts", "Amazon Business > Carts", _ours("purchase_order_cart_action"), {"login": "demo"}),
        ("order-carts-kanban", "Carts as cards", _ours("purchase_order_cart_action", "kanban"), {"login": "demo"}),
        ("order-cart", "A cart", CART, {"login": "demo"}),
        ("order-cart-late", "A cart of which the price hold ends soon",
         record("purchase.order", ("amazon_state", "=", "cart"), ("state", "=", "draft"),
                of="purchase.purchase_rfq", order="amazon_valid_until"), {"login": "demo"}),
        ("order-cart-missing", "A cart that lacks what its group requires",
         _order(("amazon_state", "=", "cart"), ("state", "=", "draft"), ("amazon_deployment_mode", "=", "test")),
         {"login": "demo"}),
        ("order-ask", "A buyer asks for approval or orders",
         CART, {"login": "demo", "steps": [press("Order at Amazon")]}),
    ),
    *_scenes(
        "Approval",
        ("order-waiting", "An order that waits for approval", WAITING),
        ("order-waiting-buyer", "What the buyer sees of it", WAITING, {"login": "demo"}),
        ("order-approve", "Approve", WAITING, {"steps": [press("Order at Amazon")]}),
        ("order-refuse", "Refuse", WAITING, {"steps": [press("Refuse")]}),
        ("order-decide-approve", "Approve, behind the link of a mail",
         address_of("/amazon_punchout/decide/approve/{id}", "purchase.order", ("amazon_session_id", "!=", False),
                    ("state", "=", "to approve"))),
        ("order-decide-refuse", "Refuse, behind the link of a mail",
         address_of("/amazon_punchout/decide/refuse/{id}", "purchase.order", ("amazon_session_id", "!=", False),
                    ("state", "=", "to approve"))),
        ("order-decide-over", "The link of an order that is decided",
         address_of("/amazon_punchout/decide/approve/{id}", "purchase.order", ("amazon_state", "=", "confirmed"))),
    ),
    *_scenes(
        "Orders",
        ("order-refused-here", "A cart that was refused in Odoo",
         _order(("name", "like", "AMZ-CART"), ("state", "=", "cancel")), {"login": "demo"}),
        ("order-held", "An order that must not leave, in a copied database",
         _order(("amazon_state", "=", "queued"), ("amazon_group_id.name", "=", "Amazon Workshop"))),
        ("order-unclear", "An order of which it is unclear whether Amazon has it",
         _order(("amazon_state", "=", "unclear"))),
        ("order-declined", "An order that Amazon declined", _order(("amazon_state", "=", "refused"))),
        ("order-declined-buyer", "What the buyer sees of it",
         _order(("amazon_state", "=", "refused")), {"login": "demo"}),
        ("order-sent", "An order that Amazon received",
         _order(("amazon_state", "=", "sent"), ("amazon_cancel_wanted", "=", False))),
        ("order-to-cancel", "An order that is cancelled on Amazon", _order(("amazon_cancel_wanted", "=", True))),
        ("order-cancel", "Cancel an order that Amazon has",
         _order(("amazon_state", "=", "sent"), ("amazon_cancel_wanted", "=", False)), {"steps": [press("Cancel")]}),
        ("order-confirmed", "A confirmed order", CONFIRMED),
        ("order-partial", "An order of which Amazon changed and rejected something",
         _order(("amazon_state", "=", "partial"), ("amazon_deployment_mode", "=", "production"))),
        ("order-rejected", "An order that Amazon rejected", _order(("name", "=", "P00026"))),
        ("order-withdrawn", "An order that was withdrawn before it was sent", _order(("name", "=", "P00027"))),
        ("order-test", "A test order",
         _order(("amazon_state", "!=", "cart"), ("amazon_deployment_mode", "=", "test"))),
        ("order-shipped", "An order in two shipments",
         _order(("name", "=", "P00017"))),
        ("order-amazon-page", "The page Amazon of an order",
         _order(("name", "=", "P00017")),
         {"steps": [open_page("Amazon")]}),
        ("order-billed", "An order that was received and billed", BILLED),
        ("order-history", "The history of an order", CONFIRMED, {"steps": [choose("Amazon History")]}),
        ("order-answer", "Enter Amazon's Answer",
         _order(("amazon_state", "=", "sent"), ("amazon_cancel_wanted", "=", False)),
         {"steps": [press("Enter Amazon's Answer")]}),
        ("order-refund", "Record Amazon Refund", BILLED, {"steps": [press("Record Amazon Refund")]}),
        ("order-bill-shipments", "Bill by Shipment",
         _order(("amazon_shipment_ids", "!=", False), ("invoice_ids", "=", False)),
         {"steps": [press("Bill by Shipment")]}),
        ("order-batch", "Confirm several carts at once", action("purchase.purchase_rfq"),
         {"steps": [clear_search, tick_all, choose("Confirm Amazon Orders")], "devices": ("desktop",)}),
        ("order-line", "A line of an order", CONFIRMED,
         {"steps": [click(".o_field_one2many[name=order_line] .o_kanban_record")], "devices": ("phone",)}),
    ),
    *_scenes(
        "Shopping",
        ("shop", "Shop on Amazon", action("purchase.purchase_rfq"),
         {"login": "demo", "steps": [press("Shop on Amazon")]}),
        ("trip-list", "Shopping Trips", _ours("amazon_punchout_session_action")),
        ("trip-started", "A trip that has started", _trip(("state", "=", "started"))),
        ("trip-left", "A trip without a cart", _trip(("state", "=", "left"))),
        ("trip-failed", "A trip that Amazon declined", _trip(("state", "=", "failed"))),
        ("trip-failed-buyer", "What the buyer sees of it", _trip(("state", "=", "failed")), {"login": "demo"}),
        ("trip-problem", "A cart with a problem", _trip(("state", "=", "attention"))),
        ("trip-problem-buyer", "What the buyer sees of it", _trip(("state", "=", "attention")), {"login": "demo"}),
        ("trip-late", "A cart that came back too late", _trip(("state", "=", "expired"))),
        ("trip-done", "A trip that became an order", _trip(("purchase_order_id.name", "=", "P00024"))),
        ("unclaimed-list", "Unclaimed Carts", _ours("amazon_punchout_session_unclaimed_action")),
        ("unclaimed", "An unclaimed cart", _trip(("state", "=", "unclaimed"))),
        ("unclaimed-buyer", "What the buyer sees of it", _trip(("state", "=", "unclaimed")), {"login": "demo"}),
        ("punchin-page", "Amazon, here the simulator, when shopping starts there",
         path("/amazon_punchout/punchin"), {"login": "demo"}),
        ("punchin-gone", "A cart that is not there", path("/amazon_punchout/punchin?cart=gone"), {"login": "demo"}),
        ("punchin-nobody", "A group that does not exist", path("/amazon_punchout/punchin/999"), {"login": "demo"}),
    ),
    *_scenes(
        "Receipts and shipments",
        ("receipt-list", "Receipts", action("stock.action_picking_tree_incoming")),
        ("receipt-shipped", "A receipt of two parcels",
         _receipt(("state", "=", "assigned"), ("purchase_id.name", "=", "P00017"))),
        ("receipt-sent", "A receipt of an order that is not shipped",
         _receipt(("state", "=", "assigned"), ("purchase_id.amazon_state", "=", "sent"))),
        ("receipt-done", "A receipt that is done", _receipt(("state", "=", "done"))),
        ("shipment-list", "Shipments", _ours("amazon_punchout_shipment_action")),
        ("shipment", "A shipment",
         record("amazon.punchout.shipment", of="amazon_punchout.amazon_punchout_shipment_action")),
    ),
    *_scenes(
        "Bills",
        ("bill-list", "Vendor bills", action("account.action_move_in_invoice_type")),
        ("bill-matching", "A bill that agrees with its order",
         _bill(("state", "=", "draft"), ("line_ids.purchase_order_id.name", "=", "P00012"))),
        ("bill-above", "A bill above the confirmed price",
         _bill(("state", "=", "draft"), ("line_ids.purchase_order_id.name", "=", "P00013"))),
        ("bill-posted", "A posted bill", _bill(("state", "=", "posted"), ("move_type", "=", "in_invoice"))),
        ("bill-credit", "A credit", _bill(("move_type", "=", "in_refund"))),
    ),
    *_scenes(
        "Charges",
        ("charge-list", "Charges", _ours("amazon_punchout_transaction_action")),
        ("charge-booked", "A booked charge", _charge(("state", "=", "booked"), ("kind", "=", "charge"))),
        ("charge-refund", "A refund", _charge(("state", "=", "booked"), ("kind", "=", "refund"))),
        ("charge-outside", "A charge of what was bought outside", _charge(("state", "=", "outside"))),
        ("charge-outside-bill", "Create Draft Bill",
         _charge(("state", "=", "outside")), {"steps": [press("Create Draft Bill")]}),
        ("charge-assign", "Assign to Group",
         _charge(("problem", "ilike", "Assign to Group")), {"steps": [press("Assign to Group")]}),
        ("charge-attention", "A charge that needs a person",
         _charge(("state", "=", "attention"), ("kind", "=", "charge"))),
        ("charge-dismiss", "Dismiss a charge",
         _charge(("state", "=", "attention"), ("kind", "=", "charge")), {"steps": [press("Dismiss")]}),
        ("charge-excess", "Book Excess", _charge(("excess_amount", ">", 0)), {"steps": [press("Book Excess")]}),
        ("charge-statement", "Reconcile Statement", _ours("amazon_punchout_transaction_action"),
         {"steps": [press("Reconcile Statement")], "devices": ("desktop",)}),
        ("reconciliation", "Reconciliation", _ours("amazon_punchout_reconciliation_action")),
        ("reconciliation-date", "As of Date",
         _ours("amazon_punchout_reconciliation_action"), {"steps": [press("As of Date")]}),
        ("reconciliation-outside", "Bought outside", _ours("amazon_punchout_reconciliation_action"),
         {"steps": [press("Outside")]}),
        ("spend", "Amazon Spend", _ours("amazon_punchout_spend_action")),
        ("performance", "Amazon Performance", _ours("amazon_punchout_performance_action")),
        ("import", "Import Amazon Report", _dialog("amazon_punchout_upload_action")),
        ("import-list", "Imported Reports", _ours("amazon_punchout_import_action")),
        ("import-checked", "A report that was checked",
         _import(("state", "=", "ready"), ("name", "=", "orders-november.csv"))),
        ("import-assign", "Assign to Group, in a report",
         _import(("state", "=", "ready"), ("name", "=", "orders-november.csv")),
         {"steps": [press("Assign to Group")]}),
        ("import-dates", "Day or month first", _import(("question", "=", "dates"))),
        ("import-currency", "A report without a currency", _import(("question", "=", "currency"))),
        ("import-choose-currency", "Choose Currency",
         _import(("question", "=", "currency")), {"steps": [press("Choose Currency")]}),
        ("import-failed", "A file that is no report",
         _import(("state", "in", ("failed", "draft")), ("name", "=", "holiday.csv"))),
        ("import-done", "An imported report", _import(("state", "=", "done"))),
        ("statement-invoices", "Statement Invoices", _ours("amazon_punchout_stated_invoice_action")),
        ("returned", "Returned to Amazon", _ours("amazon_punchout_reported_item_action")),
    ),
    *_scenes(
        "Problems and documents",
        ("problem-list", "Problems", _ours("amazon_punchout_problem_action")),
        ("problem-list-buyer", "Problems of a buyer", _ours("amazon_punchout_problem_action"), {"login": "demo"}),
        ("document-list", "Documents", _ours("amazon_punchout_document_action")),
        ("document-order", "An order request",
         _document(("document_type", "=", "OrderRequest"), ("state", "=", "sent"))),
        ("document-attention", "A message that needs attention",
         _document(("state", "=", "attention"), ("purchase_order_id", "!=", False))),
        ("document-unreadable", "A message that no one can read",
         UNREADABLE),
        ("document-dismiss", "Dismiss", UNREADABLE, {"steps": [press("Dismiss")]}),
    ),
    *_scenes(
        "Set up and configuration",
        ("setup", "Set Up", _ours("amazon_punchout_setup_action")),
        ("setup-next", "Set Up, when something is missing",
         _ours("amazon_punchout_setup_action"), {"steps": [press("Next")]}),
        ("setup-credentials", "Set Up: Credentials", _set_up("credentials", "draft")),
        ("setup-locations", "Set Up: Members and Locations", _set_up("locations", "test")),
        ("setup-test", "Set Up: Test Order", _set_up("test", "test")),
        ("group-list", "Groups", _ours("amazon_punchout_group_action")),
        ("group-live", "A live group",
         record("amazon.punchout.group", ("marketplace", "=", "us"), ("state", "=", "active"), order="id")),
        ("group-test", "A group in test", record("amazon.punchout.group", ("state", "=", "test"))),
        ("group-draft", "A group in draft", record("amazon.punchout.group", ("state", "=", "draft"))),
        ("group-copied", "A group of a copied database",
         record("amazon.punchout.group", ("name", "=", "Amazon Workshop"))),
        ("group-punchin", "A group whose shopping starts on Amazon",
         record("amazon.punchout.group", ("flow", "=", "punchin"))),
        *((f"group-page-{number}", f"A group: {name}",
           record("amazon.punchout.group", ("marketplace", "=", "us"), ("state", "=", "active"), order="id"),
           {"steps": [open_page(name)]})
          for number, name in enumerate(GROUP_PAGES, 1)),
        ("group-go-live", "Go Live",
         record("amazon.punchout.group", ("state", "=", "test")), {"steps": [press("Go Live")]}),
        ("locations", "Locations", _ours("amazon_punchout_location_action")),
        ("warehouse", "A warehouse", record("stock.warehouse", order="id")),
        ("categories", "Categories", _ours("amazon_punchout_unspsc_action")),
        ("units", "Units", _ours("amazon_punchout_uom_action")),
        ("retention", "Retention", _ours("action_open_retention")),
        ("api-list", "API Access", _ours("amazon_punchout_api_action")),
        ("api-new", "A new access", path("/odoo/action-amazon_punchout.amazon_punchout_api_action/new")),
        ("columns", "Columns of reports", _ours("amazon_punchout_header_action")),
        ("senders", "Senders", _ours("amazon_punchout_senders_action")),
        ("monitoring", "Monitoring", _ours("amazon_punchout_monitoring_action")),
        ("user", "A user", record("res.users", ("login", "=", "demo"), of="base.action_res_users")),
        ("preferences", "My Preferences", action("purchase.purchase_rfq"), {"login": "demo", "steps": [
            click(".o_user_menu button"), click(".o-dropdown--menu [data-menu=preferences]")],
             "devices": ("desktop",)}),
        ("app", "The addon in Apps", reference("base.module_amazon_punchout", "ir.module.module")),
        ("menu", "The menu of Purchase", action("purchase.purchase_rfq"), {
            "steps": [click(
                 ".o_menu_sections [data-menu-xmlid='amazon_punchout.menu_amazon'], .o_mobile_menu_toggle")]}),
    ),
    *_scenes(
        "Beside them: core's own",
        ("core-order", "A purchase order",
         record("purchase.order", ("partner_id.name", "not ilike", "amazon"), of="purchase.purchase_form_action")),
        ("core-order-done", "A confirmed purchase order",
         record("purchase.order", ("partner_id.name", "not ilike", "amazon"), ("state", "=", "purchase"),
                of="purchase.purchase_form_action")),
        ("core-receipt", "A receipt",
         record("stock.picking", ("picking_type_code", "=", "incoming"),
                ("purchase_id.partner_id.name", "not ilike", "amazon"))),
        ("core-bill", "A vendor bill",
         record("account.move", ("move_type", "=", "in_invoice"), ("partner_id.name", "not ilike", "amazon"))),
        ("core-users", "Users", action("base.action_res_users")),
    ),
]
