import {MoveProductLabelField, moveProductLabelField} from "@stock/views/picking_form/stock_move_product_label";

import {registry} from "@web/core/registry";

/** The product of a line of a receipt; of an Amazon order the item, since one product stands for all of Amazon. */
export class AmazonPunchoutMoveProduct extends MoveProductLabelField {
    static template = "amazon_punchout.MoveProduct";

    get item() {
        return this.props.record.data.amazon_item_html;
    }
}

registry.category("fields").add("amazon_punchout_move_product", {
    ...moveProductLabelField,
    component: AmazonPunchoutMoveProduct,
    fieldDependencies: [...(moveProductLabelField.fieldDependencies || []), {name: "amazon_item_html", type: "html"}],
});
