import {Component, onMounted, useState} from "@odoo/owl";

import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const LONGEST_WAIT = 10000;

/** Tries our public address from this browser, since a server that calls itself can wait for itself. */
export class AmazonPunchoutReach extends Component {
    static template = "amazon_punchout.Reach";
    static props = {...standardWidgetProps, groupField: {type: String, optional: true}};

    setup() {
        this.orm = useService("orm");
        this.state = useState({waiting: false, reached: null, sentence: ""});
        const {reach_url: url, reached_url: reachedUrl} = this.props.record.data;
        if (url && url === reachedUrl) {
            this.show(true, _t("A browser found this database at your public address."));
        }
        onMounted(() => this.tryFirst());
    }

    /** Tries an address that was never tried, so that what is wrong is known before anybody shops. */
    async tryFirst() {
        const {data, resId} = this.props.record;
        if (resId && URL.canParse(data.reach_url) && data.reached_url !== data.reach_url) {
            await this.ask(data.reach_url);
        }
    }

    async tryAddress() {
        this.state.waiting = true;
        try {
            if (await this.props.record.save()) {
                await this.ask(this.props.record.data.reach_url);
            }
        } finally {
            this.state.waiting = false;
        }
    }

    async ask(url) {
        const host = new URL(url).host;
        let mark;
        try {
            // Without the cookie, so Odoo looks for the database as it does for a returning cart.
            const response = await fetch(url, {
                credentials: "omit",
                cache: "no-store",
                redirect: "error",
                signal: AbortSignal.timeout(LONGEST_WAIT),
            });
            mark = response.ok && (await response.json()).mark;
        } catch {
            this.show(
                false,
                _t("Your browser can't reach %s. Check the address, its certificate and the proxy.", host)
            );
            return;
        }
        if (mark !== this.props.record.data.reach_mark) {
            this.show(
                false,
                _t("Something other than this database answers at %s. Check the address and the dbfilter.", host)
            );
            return;
        }
        this.show(
            true,
            _t("Your browser found this database at %s. Try the address from outside your network as well.", host)
        );
        const {data, resId} = this.props.record;
        const groupId = this.props.groupField ? data[this.props.groupField].id : resId;
        await this.orm.call("amazon.punchout.group", "action_note_reached", [[groupId], url]);
        // What is being typed stays.
        if (!(await this.props.record.isDirty())) {
            await this.props.record.load();
        }
    }

    show(reached, sentence) {
        Object.assign(this.state, {reached, sentence});
    }
}

registry.category("view_widgets").add("amazon_punchout_reach", {
    component: AmazonPunchoutReach,
    extractProps: ({attrs}) => ({groupField: attrs.group_field}),
    fieldDependencies: [
        {name: "reach_url", type: "char"},
        {name: "reach_mark", type: "char"},
        {name: "reached_url", type: "char"},
    ],
});
