import {Component, onMounted, useRef, xml} from "@odoo/owl";

import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const NEXT_STEP = "[name='location_checked'] input, .o_statusbar_buttons .btn-primary:not([disabled])";

// Nobody has pressed a key or a button since this page was loaded, as when a browser has come back from Amazon.
let isUntouched = true;
const noteTouch = () => {
    isUntouched = false;
};
window.addEventListener("keydown", noteTouch, {capture: true, once: true});
window.addEventListener("pointerdown", noteTouch, {capture: true, once: true});

/** Puts the focus on what comes next when the browser has just come back from Amazon. */
export class AmazonPunchoutFocus extends Component {
    static template = xml`<span t-ref="root"/>`;
    static props = {...standardWidgetProps};

    setup() {
        this.root = useRef("root");
        onMounted(() => {
            if (isUntouched && document.activeElement === document.body) {
                const form = this.root.el.closest(".o_form_view");
                [...form.querySelectorAll(NEXT_STEP)].find((element) => element.checkVisibility())?.focus();
            }
        });
    }
}

registry.category("view_widgets").add("amazon_punchout_focus", {component: AmazonPunchoutFocus});
