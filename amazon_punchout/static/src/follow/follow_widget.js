import {Component, useEffect, xml} from "@odoo/owl";

import {RPCError} from "@web/core/network/rpc";
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
        this.hasChanged = true;
        const {record} = this.props;
        // Of several messages that come at once, the first one reads.
        if ((await record.isDirty()) || !this.hasChanged) {
            return;
        }
        this.hasChanged = false;
        try {
            // Not model.load(): of two at once one never ends, and it could be that of a button.
            await record.load();
            // Meanwhile a button may have brought another record, which it has read before.
            if (record.id !== this.props.record.id) {
                this.follow();
            }
        } catch (error) {
            // Nobody asked for this: that the order is gone, or is no longer theirs, shows at what they do next.
            if (!(error instanceof RPCError)) {
                throw error;
            }
        }
    }
}

registry.category("view_widgets").add("amazon_punchout_follow", {component: AmazonPunchoutFollow});
