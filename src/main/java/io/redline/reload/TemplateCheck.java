package io.redline.reload;

import io.redline.endpoint.Templates;

/** Whether a text of {@code routes/templates} can be filled in at all. */
final class TemplateCheck {

    private TemplateCheck() {
    }

    static void check(RouteFile file) throws Refusal {
        var error = Templates.error(file.text());
        if (error != null) {
            throw new Refusal(file.name(), error.line(), error.sentence());
        }
    }
}
