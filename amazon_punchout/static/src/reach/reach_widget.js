import {Component, onMounted, status, useState} from "@odoo/owl";

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
        this.state = useState({waiting: false, url: null, reached: null, sentence: ""});
        onMounted(() => this.tryFirst());
    }

    /** What is known of the address on the form: a try of this page, or of an earlier one. */
    get outcome() {
        const {reach_url: url, reached_url: reachedUrl} = this.props.record.data;
        if (url && this.state.url === url) {
            return this.state;
        }
        return url && url === reachedUrl
            ? {reached: true, sentence: _t("A browser found this database at your public address.")}
            : {reached: null, sentence: ""};
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
        let mark, isAnswered;
        try {
            // Without the cookie, so Odoo looks for the database as it does for a returning cart.
            const response = await fetch(url, {
                credentials: "omit",
                cache: "no-store",
                redirect: "error",
                signal: AbortSignal.timeout(LONGEST_WAIT),
            });
            isAnswered = true;
            mark = response.ok && (await response.json()).mark;
        } catch {
            // Nothing answered, or something that is no Odoo.
        }
        if (status(this) === "destroyed") {
            // Whoever asked has left the form meanwhile.
            return;
        }
        const reached = Boolean(mark) && mark === this.props.record.data.reach_mark;
        let sentence = _t("Your browser can't reach %s. Check the address, its certificate and the proxy.", host);
        if (reached) {
            sentence = _t(
                "Your browser found this database at %s. Try the address from outside your network as well.",
                host
            );
        } else if (isAnswered) {
            sentence = _t(
                "Something other than this database answers at %s. Check the address and the dbfilter.",
                host
            );
        }
        Object.assign(this.state, {url, reached, sentence});
        await this.note(url, reached);
    }

    /** Notes the outcome on the group, whose checklist says the same. */
    async note(url, reached) {
        const {record, groupField} = this.props;
        if (reached === (record.data.reached_url === url)) {
            return;
        }
        const groupId = groupField ? record.data[groupField].id : record.resId;
        await this.orm.call("amazon.punchout.group", "action_note_reached", [[groupId], url, reached]);
        // What is being typed stays.
        if (await record.isDirty()) {
            await record.update({reached_url: reached && url});
        } else {
            await record.load();
        }
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
