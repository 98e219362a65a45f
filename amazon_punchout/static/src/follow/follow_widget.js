import {Component, useEffect, xml} from "@odoo/owl";

import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const CHANNEL = "amazon_punchout.order_";
const CHANGED = "amazon_punchout.order_changed";

/** Reads the order of an open form anew when something happens to it, but never over what is being typed. */
export class AmazonPunchoutFollow extends Component {
    static template = xml`<t/>`;
    static props = {...standardWidgetProps};

    setup() {
        this.bus = useService("bus_service");
        this.hasChanged = false;
        const follow = ({id}) => id === this.props.record.resId && this.follow();
        useEffect(
            (id) => {
                if (!id) {
                    return;
                }
                this.bus.addChannel(CHANNEL + id);
                this.bus.subscribe(CHANGED, follow);
                return () => {
                    this.bus.unsubscribe(CHANGED, follow);
                    this.bus.deleteChannel(CHANNEL + id);
                };
            },
            () => [this.props.record.resId]
        );
        // What was typed is saved, which reads the order, or discarded, which does not.
        useRecordObserver((record) => {
            if (!record.dirty && this.hasChanged) {
                this.follow();
            }
        });
    }

    async follow() {
        const {record} = this.props;
        this.hasChanged = true;
        if (!(await record.isDirty()) && record === this.props.record) {
            this.hasChanged = false;
            await record.model.load();
        }
    }
}

registry.category("view_widgets").add("amazon_punchout_follow", {component: AmazonPunchoutFollow});
