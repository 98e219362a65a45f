import {stepUtils} from "@web_tour/tour_utils";

// Nobody waits for a person. As a test, a tour waits so long for each step, also on a machine that does other work.
const MILLISECONDS = 60000;

/**
 * Give the steps of a tour time.
 *
 * @param {Object[]} steps
 * @returns {Object[]} steps
 */
export function patient(steps) {
    return steps.map((step) => ({timeout: MILLISECONDS, ...step}));
}

/**
 * Open an app, on a phone through the menu of all apps.
 *
 * @param {string} menu external id of the app's menu
 * @param {string} content what the tour is about
 * @returns {Object[]} steps
 */
export function openApp(menu, content) {
    return [
        {
            isActive: ["mobile", "community"],
            trigger: ".o_main_navbar .o_menu_toggle",
            content,
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            isActive: ["mobile", "community"],
            trigger: ".o_app_menu_sidebar .o_sidebar_topbar a.btn-primary",
            tooltipPosition: "bottom",
            run: "click",
        },
        ...stepUtils.goToAppSteps(menu, content),
    ];
}

/**
 * Press a button of the header, which a phone hides in a menu. Buttons are found by name, so tours run in any language.
 *
 * @param {string} name of the button's method
 * @param {string} content what it does
 * @returns {Object[]} steps
 */
export function pressInHeader(name, content) {
    const button = `button[name='${name}']:enabled`;
    return [
        {
            // Whatever else the header shows, the form is there once the button or the menu is.
            isActive: ["mobile"],
            trigger: ".o_statusbar_buttons button:has(.oi-ellipsis-v)",
            content,
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: `.o_statusbar_buttons ${button}, .dropdown-item ${button}`,
            content,
            tooltipPosition: "bottom",
            run: "click",
        },
    ];
}
