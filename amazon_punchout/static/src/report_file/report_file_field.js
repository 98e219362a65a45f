import {useRef} from "@odoo/owl";

import {useDropzone} from "@web/core/dropzone/dropzone_hook";
import {registry} from "@web/core/registry";
import {checkFileSize} from "@web/core/utils/files";
import {getDataURLFromFile} from "@web/core/utils/urls";
import {BinaryField, binaryField} from "@web/views/fields/binary/binary_field";

/** A file that can be chosen, and dropped. */
export class AmazonPunchoutReportFileField extends BinaryField {
    static template = "amazon_punchout.ReportFileField";

    setup() {
        super.setup();
        this.root = useRef("root");
        useDropzone(this.root, (event) => this.drop(event));
    }

    async drop(event) {
        const [file] = event.dataTransfer.files;
        if (file && checkFileSize(file.size, this.notification)) {
            const data = await getDataURLFromFile(file);
            await this.update({data: data.split(",")[1], name: file.name});
        }
    }
}

registry.category("fields").add("amazon_punchout_report_file", {
    ...binaryField,
    component: AmazonPunchoutReportFileField,
});
