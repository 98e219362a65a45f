import {Component, onMounted, useRef} from "@odoo/owl";

import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

// How often the page of a field is looked at until it is drawn.
const LOOKS = 20;

/** What a group lacks before it goes live; each item leads to the field or button with which it is fixed. */
export class AmazonPunchoutChecklistField extends Component {
    static template = "amazon_punchout.ChecklistField";
    static props = {...standardFieldProps, groupField: {type: String, optional: true}};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.root = useRef("root");
        onMounted(() => this.openAtOnce());
    }

    /** Whoever comes from the setup is led on to the item that they pressed there. */
    openAtOnce() {
        const key = !this.props.groupField && this.props.record.context.amazon_punchout_check;
        const check = key && this.checks.find((each) => each.key === key);
        if (check) {
            this.open(check);
        }
    }

    get checks() {
        return this.props.record.data[this.props.name] || [];
    }

    get isLive() {
        return this.props.record.data.state === "active";
    }

    get required() {
        return this.checks.filter((check) => check.level === "required" && !check.done);
    }

    get recommended() {
        return this.checks.filter((check) => check.level === "recommended" && !check.done);
    }

    get done() {
        return this.checks.filter((check) => check.done);
    }

    /** Opens an item's page: an action (a name with a dot), a method of the group, or a page of the group's form. */
    async open(check) {
        const {record, groupField} = this.props;
        const groupId = groupField ? record.data[groupField].id : record.resId;
        const isMethod = check.page.startsWith("action_");
        const form = this.root.el.closest(".o_form_view");
        if (isMethod || check.page.includes(".")) {
            if (await record.save()) {
                const action = isMethod
                    ? await this.orm.call("amazon.punchout.group", check.page, [[groupId]])
                    : check.page;
                await this.action.doAction(action);
            }
            return;
        }
        if (groupField && !this.find(form, check.field)) {
            if (await record.save()) {
                await this.action.doAction({
                    type: "ir.actions.act_window",
                    res_model: "amazon.punchout.group",
                    res_id: groupId,
                    views: [[false, "form"]],
                    context: {amazon_punchout_check: check.key},
                });
            }
            return;
        }
        const tab = form.querySelector(`.o_notebook_headers a[name="${CSS.escape(check.page)}"]`);
        tab?.click();
        this.focus(form, check.field, tab, LOOKS);
    }

    /** Leads to a field or button as soon as its page is drawn, else to the page. */
    focus(form, name, tab, looks) {
        const field = this.find(form, name);
        if (name && !field && looks) {
            browser.setTimeout(() => this.focus(form, name, tab, looks - 1), 25);
            return;
        }
        (field || tab)?.scrollIntoView({behavior: "smooth", block: "center"});
        const target = field?.matches("button") ? field : field?.querySelector("input, textarea, select, button, a");
        target?.focus({preventScroll: true});
    }

    find(form, name) {
        const escaped = CSS.escape(name);
        return (
            name &&
            form.querySelector(`.o_field_widget[name="${escaped}"], button[name="${escaped}"], .o_widget_${escaped}`)
        );
    }
}

registry.category("fields").add("amazon_punchout_checklist", {
    component: AmazonPunchoutChecklistField,
    supportedTypes: ["json"],
    extractProps: ({options}) => ({groupField: options.group_field}),
});
