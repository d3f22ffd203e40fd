package io.redline.endpoint;

import static io.redline.endpoint.Notifications.deleted;
import static io.redline.endpoint.Notifications.edited;
import static io.redline.endpoint.Notifications.posted;
import static io.redline.endpoint.Notifications.sent;
import static io.redline.endpoint.Notifications.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

import jakarta.inject.Inject;
import jakarta.mail.Header;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.internet.MimeMessage;

import org.apache.camel.CamelContext;
import org.apache.camel.support.DefaultExchange;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.FreePort;
import io.redline.OnSqlite;

/** The shipped endpoint mail at a real SMTP server that asks for a password. */
@QuarkusTest
@TestProfile(MailTest.WithMail.class)
class MailTest extends BlackBox {

    private static final String CHAT = "71234567890@c.us";
    private static GreenMail server;

    @Inject
    CamelContext camel;

    public static class WithMail extends OnSqlite {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("redline.route.failures", "mail");
            settings.put("redline.route.deletes", "mail");
            settings.put("redline.route.edits", "mail");
            settings.put("redline.outbox.retry.delay", "10ms");
            settings.put("redline.endpoint.mail.host", "127.0.0.1");
            settings.put("redline.endpoint.mail.port", String.valueOf(FreePort.find()));
            settings.put("redline.endpoint.mail.starttls", "false");
            settings.put("redline.endpoint.mail.from", "Redline <redline@example.org>");
            settings.put("redline.endpoint.mail.to", "sales@example.org, Büro <office@example.org>");
            settings.put("redline.endpoint.mail.username", "redline@example.org");
            settings.put("redline.endpoint.mail.password", "a)b&c+d%20");
            return settings;
        }
    }

    @BeforeAll
    static void startServer() {
        var port = ConfigProvider.getConfig().getValue("redline.endpoint.mail.port", Integer.class);
        server = new GreenMail(new ServerSetup(port, "127.0.0.1", "smtp"));
        server.setUser("redline@example.org", "a)b&c+d%20");
        server.start();
    }

    @AfterAll
    static void stopServer() {
        server.stop();
    }

    @BeforeEach
    void emptyTheMailbox() throws Exception {
        server.purgeEmailFromAllMailboxes();
    }

    /** The one mail there is; each of the two recipients has a copy. */
    private static MimeMessage mail() {
        await().untilAsserted(() -> assertThat(server.getReceivedMessages()).hasSize(2));
        return server.getReceivedMessages()[0];
    }

    private static String text(MimeMessage mail) throws Exception {
        return ((String) mail.getContent()).replace("\r\n", "\n");
    }

    @Test
    void aDeleteIsMailedWithWhatWasDeleted() throws Exception {
        take("sales", posted(CHAT, "M1", "Überweisung: 4111"));
        take("sales", deleted(CHAT, "D1", "M1"));

        var mail = mail();
        assertThat(mail.getSubject()).isEqualTo("Deleted: text in John [sales]");
        assertThat(mail.getFrom()).extracting(Object::toString).containsExactly("Redline <redline@example.org>");
        assertThat(mail.getRecipients(RecipientType.TO)).extracting(Object::toString)
                .containsExactly("sales@example.org", "=?UTF-8?Q?B=C3=BCro?= <office@example.org>");
        assertThat(text(mail)).contains("John deleted a message.", "Account:  sales", "Chat:     John " + CHAT,
                "Message:  M1, incoming, sent 2025-02-03T07:10:56Z by John", "The text:\nÜberweisung: 4111")
                .doesNotContain("NOT_FOUND", "{", "null");
    }

    @Test
    void aFailureIsMailedWithItsReason() throws Exception {
        take("sales", sent(CHAT, "M1", "Hello"));
        take("sales", status(CHAT, "M1", "failed", "15 minute editing time gap has been expired"));

        var mail = mail();
        assertThat(mail.getSubject()).isEqualTo("failed: message in John [sales]");
        assertThat(text(mail)).contains("The gateway reports: failed. 15 minute editing time gap has been expired",
                "The text:\nHello").doesNotContain("NOT_FOUND", "{", "null");
    }

    @Test
    void aFailureOfNoMessageIsMailedAsWell() throws Exception {
        take("sales", """
                {"typeWebhook":"outgoingMessageStatus","chatId":"79990001122@c.us","instanceData":
                {"idInstance":1101000001,"typeInstance":"whatsapp"},"timestamp":1738566656,"status":"noAccount"}""");

        var mail = mail();
        assertThat(mail.getSubject()).isEqualTo("noAccount: message in 79990001122@c.us [sales]");
        assertThat(text(mail)).contains("The gateway reports: noAccount.").doesNotContain("NOT_FOUND", "{", "null");
    }

    @Test
    void anEditIsMailedWithBothTexts() throws Exception {
        take("sales", posted(CHAT, "M1", "two tickets"));
        take("sales", edited(CHAT, "E1", "M1", "three tickets"));

        assertThat(mail().getSubject()).isEqualTo("Edited: text in John [sales]");
        assertThat(text(mail())).contains("John edited a message.", "The text before:\ntwo tickets\n",
                "The text:\nthree tickets");
    }

    @Test
    void whoeverNamesAChatCannotAddAHeader() throws Exception {
        take("sales", posted(CHAT, "M1", "text"));
        take("sales", deleted(CHAT, "Eve\\r\\nBcc: victim@example.org\\r\\nX-Evil: 1\\r\\n\\r\\nbody", "D1", "M1"));

        var mail = mail();
        assertThat(mail.getSubject()).startsWith("Deleted: text in ").doesNotContain("\r", "\n");
        assertThat(Collections.list(mail.getAllHeaders())).extracting(Header::getName)
                .doesNotContain("Bcc", "X-Evil").contains("Subject", "Auto-Submitted")
                .noneMatch(name -> name.toLowerCase().startsWith("redline") || name.startsWith("Camel"));
        assertThat(mail.getAllRecipients()).hasSize(2);
    }

    @Test
    void whatPeopleWriteIsNoTemplateAndNoExpression() throws Exception {
        var hostile = "${header.to} ${bean:type:java.lang.System?method=exit} {{redline.endpoint.mail.password}} {account}"
                + " {#include redline}";
        take("sales", posted(CHAT, "M1", hostile).replace("John", hostile));
        take("sales", deleted(CHAT, hostile, "D1", "M1"));

        var mail = mail();
        assertThat(mail.getSubject()).isEqualTo("Deleted: text in " + hostile + " [sales]");
        assertThat(text(mail)).contains(hostile + " deleted a message.", "The text:\n" + hostile)
                .doesNotContain("a)b&c+d%20");
        assertThat(mail.getAllRecipients()).hasSize(2);
    }

    @Test
    void whatWasFoundInOldHistoryIsNotMailed() throws Exception {
        throughTheRoute(Map.of("account", "sales", "change", Map.of("kind", "deleted", "backfill", true)));
        assertThat(server.getReceivedMessages()).isEmpty();

        throughTheRoute(Map.of("account", "sales", "change", Map.of("kind", "account", "backfill", false)));
        assertThat(mail().getSubject()).isEqualTo("account: sales [sales]");
    }

    /** As the outbox does, which has no old history to tell of yet. */
    private void throughTheRoute(Map<String, Object> change) throws Exception {
        var exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(change);
        camel.getRoute("endpoint-mail").getProcessor().process(exchange);
        assertThat(exchange.getException()).isNull();
    }
}
