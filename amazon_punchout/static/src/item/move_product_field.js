import {MoveProductLabelField, moveProductLabelField} from "@stock/views/picking_form/stock_move_product_label";

import {registry} from "@web/core/registry";

/** The product of a line of a receipt; of an Amazon order the item, since one product stands for all of Amazon. */
export class AmazonPunchoutMoveProduct extends MoveProductLabelField {
    static template = "amazon_punchout.MoveProduct";

    /** Nothing for lines of other orders: an empty HTML field is an object, and so counts as true. */
    get item() {
        const item = this.props.record.data.amazon_item_html;
        return item?.length ? item : undefined;
    }
}

registry.category("fields").add("amazon_punchout_move_product", {
    ...moveProductLabelField,
    component: AmazonPunchoutMoveProduct,
    fieldDependencies: [...(moveProductLabelField.fieldDependencies || []), {name: "amazon_item_html", type: "html"}],
});
