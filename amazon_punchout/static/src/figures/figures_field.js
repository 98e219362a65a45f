import {Component} from "@odoo/owl";

import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** What a report states, a sentence for each figure; each leads to its rows. */
export class AmazonPunchoutFiguresField extends Component {
    static template = "amazon_punchout.FiguresField";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
    }

    get figures() {
        return this.props.record.data[this.props.name] || [];
    }

    async open(figure) {
        const {resModel, resId} = this.props.record;
        await this.action.doActionButton({
            type: "object",
            name: "action_show_rows",
            resModel,
            resId,
            resIds: [resId],
            context: {...this.props.record.context, figure: figure.key},
        });
    }
}

registry.category("fields").add("amazon_punchout_figures", {
    component: AmazonPunchoutFiguresField,
    supportedTypes: ["json"],
});
