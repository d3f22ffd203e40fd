package io.redline.console;

import org.jspecify.annotations.Nullable;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The templates, in templates/console. What they may name is checked when they are built; what they show is escaped. */
@CheckedTemplate(basePath = "console")
final class Templates {

    private Templates() {
    }

    static native TemplateInstance login(Shell shell, String to, @Nullable String refusal);

    static native TemplateInstance problem(Shell shell, String sentence);

    static native TemplateInstance conversations(Shell shell, Conversation conversation);

    static native TemplateInstance chats(Conversation conversation);

    static native TemplateInstance messages(Stretch stretch);

    static native TemplateInstance bubble(Bubble bubble);

    static native TemplateInstance text(String text);

    static native TemplateInstance history(Shell shell, History history);
}
