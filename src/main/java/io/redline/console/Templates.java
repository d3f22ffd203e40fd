package io.redline.console;

import java.util.List;

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

    static native TemplateInstance endpoints(Shell shell, List<EndpointLine> endpoints);

    static native TemplateInstance endpoint(Shell shell, EndpointLine.Details details);

    static native TemplateInstance again();

    static native TemplateInstance accounts(Shell shell, List<AccountLine> accounts);

    static native TemplateInstance routes(Shell shell, List<RouteFileLine> files);

    static native TemplateInstance flow(Shell shell, Flow flow, Flow.@Nullable Last last);

    static native TemplateInstance branch(Flow.Last last);
}
