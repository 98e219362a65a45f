import {Component, useRef} from "@odoo/owl";

import {registry} from "@web/core/registry";
import {useAutoresize} from "@web/core/utils/autoresize";
import {useInputField} from "@web/views/fields/input_field_hook";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** What a line orders, which nobody can change, and under it the notes of the company, which stay open. */
export class AmazonPunchoutItem extends Component {
    static template = "amazon_punchout.Item";
    static props = {...standardFieldProps};

    setup() {
        this.notesRef = useRef("notes");
        useInputField({ref: this.notesRef, fieldName: "amazon_notes", getValue: () => this.notes});
        useAutoresize(this.notesRef);
    }

    get item() {
        return this.props.record.data[this.props.name] || "";
    }

    get notes() {
        return this.props.record.data.amazon_notes || "";
    }

    /** The item itself is read-only, so its own props say nothing of the notes. */
    get mayEditNotes() {
        return this.props.record.isInEdition && Boolean(this.props.record.data.amazon_title);
    }
}

registry.category("fields").add("amazon_punchout_item", {
    component: AmazonPunchoutItem,
    supportedTypes: ["html"],
    listViewWidth: [200, 400],
    fieldDependencies: [
        {name: "amazon_title", type: "char"},
        {name: "amazon_notes", type: "text", readonly: false},
    ],
});
