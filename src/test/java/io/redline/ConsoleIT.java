package io.redline;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;

/** The console of the packaged service in a real Chromium, used as a person would. No page may complain of anything. */
class ConsoleIT {

    private static final Logger LOG = Logger.getLogger(ConsoleIT.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKEN = "a-token-for-people";
    /** How one knows an element again, though its page is drawn anew with other figures. */
    private static final String NAME = "const name = e => e.localName + ' ' + (e.id || e.getAttribute('href')"
            + " || e.getAttribute('aria-label') || [e.name, e.value].filter(part => part).join(' ') || e.textContent);";
    /** What has the keyboard, and whether one sees that. */
    private static final String FOCUSED = "(() => {" + NAME + " const e = document.activeElement;"
            + " if (!e || e === document.body) return '';"
            + " const box = e.getBoundingClientRect(); const seen = getComputedStyle(e).outlineStyle !== 'none'"
            + " && box.width > 1 && box.height > 1 && box.right > 0 && box.bottom > 0"
            + " && box.left < innerWidth && box.top < innerHeight; return seen ? name(e) : 'not seen: ' + name(e); })()";
    /** All that one can come to by Tab after the first link, which skips to the content. */
    private static final String FOCUSABLE = "(() => {" + NAME + " return [...document.querySelectorAll("
            + "'a[href], button, input:not([type=hidden]), select, summary, [tabindex=\"0\"]')]"
            + ".filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled).slice(1).map(name); })()";
    private static final List<Path> CHROMIUMS = List.of(Path.of("/usr/bin/chromium"), Path.of(
            "/usr/bin/chromium-browser"), Path.of("/usr/bin/google-chrome"));
    private static final Path FOLDER = OnSqlite.newFolder();
    private static final Path ROUTES = FOLDER.resolve("routes");
    private static final PackagedService REDLINE = new PackagedService(FOLDER);

    private static Playwright playwright;
    private static Browser chromium;
    private static int chats;

    private final List<String> complaints = new ArrayList<>();
    private BrowserContext context;
    private Page page;
    private String chat;

    @BeforeAll
    static void start() throws Exception {
        copyRoutes();
        REDLINE.configure(ROUTES, "redline.database.url=jdbc:sqlite:" + FOLDER.resolve("redline.db"),
                "redline.api.token=" + TOKEN, "redline.route.deletes=broken,log");
        REDLINE.startAndAwait();
        // The machine may be busy; what is awaited comes, or does not.
        PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
                "1")));
        chromium = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(
                CHROMIUMS.stream().filter(Files::isExecutable).findFirst().orElseThrow(() -> new AssertionError(
                        "No Chromium is installed: apt-get install chromium")))
                .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                        "--disable-background-networking", "--disable-component-update", "--disable-sync")));
    }

    /** Those that are shipped, and an endpoint whose deliveries are parked until a file says otherwise. */
    private static void copyRoutes() throws Exception {
        PackagedService.copyRoutes(ROUTES);
        Files.writeString(ROUTES.resolve("endpoints/broken.camel.yaml"), """
                - route:
                    id: endpoint-broken
                    description: Refuses what it is given, until the file mended is there
                    from:
                      id: endpoint-broken-from
                      uri: outbox:broken?attempts=1
                      steps:
                        - setBody:
                            id: broken-body
                            expression:
                              simple:
                                expression: "${body[messageId]}"
                        - to:
                            id: broken-out
                            description: To a place that is not there
                            uri: file
                            parameters:
                              directoryName: "%s"
                              autoCreate: false
                """.formatted(FOLDER.resolve("mended")));
    }

    @AfterAll
    static void stop() {
        if (playwright != null) {
            playwright.close();
        }
        REDLINE.close();
    }

    @BeforeEach
    void open() {
        chat = "7900" + String.format("%07d", ++chats) + "@c.us";
        open(new Browser.NewContextOptions().setViewportSize(1280, 800));
    }

    private void open(Browser.NewContextOptions options) {
        if (context != null) {
            context.close();
        }
        context = chromium.newContext(options);
        page = context.newPage();
        page.onConsoleMessage(message -> {
            if (List.of("error", "warning").contains(message.type())) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onDialog(dialog -> {
            complaints.add("a dialog: " + dialog.message());
            dialog.dismiss();
        });
        page.navigate(REDLINE.url() + "/");
        page.getByLabel("Token").fill(TOKEN);
        page.keyboard().press("Enter");
        page.waitForURL("**/console/conversations/**");
    }

    @AfterEach
    void nothingWasComplainedOf() {
        context.close();
        assertThat(complaints).isEmpty();
    }

    private void read() {
        page.navigate(REDLINE.url() + "/console/conversations/sales/" + BlackBox.encoded(chat));
        assertThat(page.locator("#live")).hasText("live");
    }

    private void take(String id, long at, Map<String, Object> data) throws Exception {
        var answer = REDLINE.post("sales", JSON.writeValueAsString(Map.of("typeWebhook", "incomingMessageReceived",
                "instanceData", Map.of("idInstance", 1101000001), "timestamp", at, "idMessage", id, "senderData",
                Map.of("chatId", chat, "sender", chat, "chatName", "John", "senderName", "John"), "messageData",
                data)));
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    private void posted(String id, long at, String text) throws Exception {
        take(id, at, Map.of("typeMessage", "textMessage", "textMessageData", Map.of("textMessage", text)));
    }

    private void edited(String id, String event, long at, String text) throws Exception {
        take(event, at, Map.of("typeMessage", "editedMessage", "editedMessageData", Map.of("textMessage", text,
                "stanzaId", id)));
    }

    private void deleted(String id, String event, long at) throws Exception {
        take(event, at, Map.of("typeMessage", "deletedMessage", "deletedMessageData", Map.of("stanzaId", id)));
    }

    private Locator bubble(String text) {
        return page.locator(".message").filter(new Locator.FilterOptions().setHasText(text));
    }

    @Test
    void bubbleChangesByItself_andItsHistoryShowsTheDifference() throws Exception {
        posted("A", 1738566600, "Three tickets, 30 euro each.");
        read();
        assertThat(bubble("30 euro")).isVisible();

        edited("A", "A2", 1738566660, "Three tickets, 25 euro each.");
        assertThat(bubble("25 euro")).containsText("edited");
        assertThat(bubble("30 euro")).hasCount(0);
        posted("B", 1738566700, "And one more");
        assertThat(bubble("And one more")).isVisible();
        deleted("B", "B2", 1738566720);
        assertThat(bubble("And one more").locator("del")).isVisible();
        assertThat(bubble("And one more").locator("del")).hasCSS("text-decoration-line", "line-through");
        assertThat(page.locator("#news")).containsText("deleted");

        bubble("25 euro").locator(".open").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("#history ins")).hasText("25");
        assertThat(page.locator("#history del")).hasText("30");
        assertThat(page.locator("#history")).containsText("told by webhook");
        assertThat(page.locator("#history .close")).isFocused();
        page.keyboard().press("Escape");
        assertThat(page.locator("#history .close")).hasCount(0);
        assertThat(bubble("25 euro").locator(".open")).isFocused();
    }

    @Test
    void pageThatWasOutOfReach_showsWhatHappenedMeanwhile() throws Exception {
        posted("A", 1738566600, "before");
        read();
        REDLINE.stop();
        assertThat(page.locator("#live")).hasText("connecting again");
        REDLINE.startAndAwait();
        edited("A", "A2", 1738566660, "meanwhile");
        assertThat(bubble("meanwhile")).isVisible();
        assertThat(page.locator("#live")).hasText("live");
        complaints.removeIf(one -> one.contains("net::ERR_"));
    }

    @Test
    void hostileText_doesNothing() throws Exception {
        posted("A", 1738566600, "<script>document.title='taken'</script><img src=x onerror=alert(1)>"
                + "<a href='javascript:alert(2)'>x</a><form action=https://example.com>");
        posted("B", 1738566601, "invoice\u202Egpj.exe \u2066\u2067 and more");
        posted("C", 1738566602, "w".repeat(100_000));
        read();
        assertThat(bubble("<script>")).isVisible();
        assertThat(page.locator("#messages img, #messages script, #messages form")).hasCount(0);
        assertThat(page).hasTitle("John · Redline");
        // Marks that turn the direction of writing turn nothing but the text that they stand in.
        assertThat(bubble("invoice").locator(".text")).hasCSS("unicode-bidi", "isolate");
        assertThat(noWiderThanTheWindow()).isTrue();
        page.getByText("Show all 100000 characters").click();
        assertThat(page.locator(".whole")).isVisible();
        assertThat(noWiderThanTheWindow()).isTrue();
        edited("C", "C2", 1738566660, "v".repeat(100_000));
        assertThat(bubble("vvv")).isVisible();
        bubble("vvv").locator(".open").click();
        assertThat(page.locator("#history ins")).isVisible();
        assertThat(noWiderThanTheWindow()).isTrue();
    }

    private boolean noWiderThanTheWindow() {
        return (Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"
                + " && [...document.querySelectorAll('#messages, #history')].every(e => e.scrollWidth <= e.clientWidth + 1)");
    }

    @Test
    void hundredThousandMessages_scrollThroughAFewHundredElements() throws Exception {
        posted("FIRST", 1600000000, "the very first");
        seed(100_000);
        read();
        assertThat(bubble("number 100000.")).isVisible();
        page.locator("#messages").focus();
        for (int i = 0; i < 40; i++) {
            var before = oldest();
            page.evaluate("document.getElementById('messages').scrollTop = 0");
            await().until(() -> oldest() < before);
            assertThat(page.locator(".message").count()).isLessThanOrEqualTo(350);
        }
        assertThat(oldest()).isLessThan(98_500);
        assertThat(page.locator("#to-newest")).isVisible();
        // And down again, without a gap.
        for (int i = 0; i < 8; i++) {
            var before = newest();
            page.evaluate("document.getElementById('messages').scrollTop = 1e9");
            await().until(() -> newest() > before);
        }
        assertThat((Boolean) page.evaluate("(() => { const all = [...document.querySelectorAll('.message .text')]"
                + ".map(e => +e.textContent.match(/\\d+/)[0]);"
                + " return all.every((n, i) => i === 0 || n === all[i - 1] + 1); })()")).isTrue();
        measureFrames();
        page.locator("#to-newest").click();
        assertThat(bubble("number 100000.")).isVisible();
        posted("LAST", 1738566600, "the very last");
        assertThat(bubble("the very last")).isInViewport();
    }

    /**
     * How long frames take while one scrolls up without rest, two windows a second, for {@code -Dredline.frames=} seconds. It is
     * said, and asserted nowhere: it depends on the machine.
     */
    @SuppressWarnings("unchecked")
    private void measureFrames() {
        var seconds = Integer.getInteger("redline.frames", 0);
        if (seconds == 0) {
            return;
        }
        var times = ((List<Number>) page.evaluate("seconds => new Promise(done => {"
                + " const box = document.getElementById('messages'); const times = [];"
                + " let last = performance.now(); const end = last + seconds * 1000;"
                + " const step = now => { times.push(now - last); box.scrollTop -= (now - last) * 1.4; last = now;"
                + " if (now < end) requestAnimationFrame(step); else done(times); }; requestAnimationFrame(step); })",
                seconds)).stream().mapToDouble(Number::doubleValue).sorted().toArray();
        LOG.infof("%d frames in %d s, down to message %d: half within %.1f ms, 95 of 100 within %.1f, 99 within %.1f,"
                + " the longest %.1f.", times.length, seconds, oldest(), times[times.length / 2],
                times[times.length * 95 / 100], times[times.length * 99 / 100], times[times.length - 1]);
    }

    private int oldest() {
        return number(page.locator(".message .text").first());
    }

    private int newest() {
        return number(page.locator(".message .text").last());
    }

    private static int number(Locator text) {
        return Integer.parseInt(text.textContent().replaceAll("\\D", ""));
    }

    /** A long conversation, as if it had come in over the years. */
    private void seed(int messages) throws Exception {
        try (var store = DriverManager.getConnection("jdbc:sqlite:" + FOLDER.resolve("redline.db")
                + "?busy_timeout=20000")) {
            store.setAutoCommit(false);
            var numbers = "with recursive n (i) as (select 1 union all select i + 1 from n where i < " + messages + ")";
            try (var statement = store.createStatement()) {
                statement.executeUpdate("insert into event (id, account_id, kind, chat, target, event_id, variant,"
                        + " source, received_at, endpoints, tellings) " + numbers
                        + " select 5000000 + i, a.id, 'posted', '" + chat + "', 'S' || i, '', '', 'webhook',"
                        + " 1700000000000 + i * 1000, 'none', '[{\"source\":\"webhook\",\"receivedAt\":'"
                        + " || (1700000000000 + i * 1000) || ',\"event\":{\"kind\":\"posted\",\"at\":'"
                        + " || (1700000000000 + i * 1000) || ',\"chat\":{\"id\":\"" + chat
                        + "\",\"name\":\"John\"},\"messageId\":\"S' || i || '\",\"direction\":\"incoming\","
                        + "\"type\":\"text\",\"text\":\"number ' || i || '.\"}}]' from n, account a"
                        + " where a.name = 'sales'");
                statement.executeUpdate("insert into message (account_id, message_id, chat, revision, at, hidden) "
                        + numbers + " select a.id, 'S' || i, '" + chat + "', 1, 1700000000000 + i * 1000, 0"
                        + " from n, account a where a.name = 'sales'");
                statement.executeUpdate("update position set value = 6000000");
            }
            store.commit();
        }
    }

    @Test
    void whatIsParked_isSentAgain_andAnEndpointPausedAndResumed() throws Exception {
        posted("A", 1738566600, "one");
        deleted("A", "A2", 1738566660);
        // Of another chat: what follows in the same one waits behind.
        chat = "7901" + chat.substring(4);
        posted("B", 1738566601, "two");
        deleted("B", "B2", 1738566661);
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Endpoints")).click();
        assertThat(page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("broken")).locator(
                ".error")).isVisible();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("broken").setExact(true)).click();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Pause")).click();
        assertThat(page.locator("#standing")).containsText("paused");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Resume")).click();
        assertThat(page.locator("#standing")).containsText("running");

        Files.createDirectories(FOLDER.resolve("mended"));
        page.getByRole(AriaRole.CHECKBOX).first().check();
        page.getByText("Send chosen again").click();
        page.getByText("Send all again").click();
        assertThat(page.locator("#standing")).containsText("Sent again");
        assertThat(page.locator("#parked-count")).hasText("0");
        await().untilAsserted(() -> {
            try (var delivered = Files.list(FOLDER.resolve("mended"))) {
                assertThat(delivered.count()).isGreaterThanOrEqualTo(2);
            }
        });
    }

    @Test
    void whatNoRouteCouldRead_isRedOnFlow_andSentAgainFromThere() throws Exception {
        assertThat(REDLINE.post("sales", "{\"typeWebhook\":\"unheardOf\"}").statusCode()).isEqualTo(200);
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Flow")).click();
        var box = page.locator("#unread-green-api");
        assertThat(box).containsText("1 parked");
        assertThat(box.locator("rect")).hasCSS("stroke", "rgb(179, 38, 30)");
        box.focus();
        page.keyboard().press("Enter");
        page.waitForURL("**/console/endpoints/translator");
        page.getByText("Send all again").click();
        assertThat(page.locator("#standing")).containsText("1 of 1 looked at");
    }

    /** What stands on each page, with something to show: the pages as people come to them. */
    private Map<String, String> pages() throws Exception {
        posted("A", 1738566600, "Three tickets, 30 euro each.");
        edited("A", "A2", 1738566660, "Three tickets, 25 euro each.");
        posted("B", 1738566700, "And one more");
        deleted("B", "B2", 1738566720);
        assertThat(REDLINE.post("sales", "{\"typeWebhook\":\"unheardOf\"}").statusCode()).isEqualTo(200);
        var conversation = "/console/conversations/sales/" + BlackBox.encoded(chat);
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("chats", "/console/conversations/sales");
        pages.put("a page that is not there", "/console/endpoints/nobody");
        pages.put("endpoint", "/console/endpoints/translator");
        pages.put("history", conversation + "?message=A");
        pages.put("branch", "/console/flow/text-out");
        pages.put("endpoints", "/console/endpoints");
        pages.put("accounts", "/console/accounts");
        pages.put("routes", "/console/routes");
        return pages;
    }

    @Test
    void everyPage_keepsTheRulesOfAccessibility() throws Exception {
        String rules;
        try (var file = ConsoleIT.class.getResourceAsStream("/axe.min.js")) {
            rules = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
        var pages = pages();
        var wrong = new ArrayList<String>();
        for (var one : pages.entrySet()) {
            page.navigate(REDLINE.url() + one.getValue());
            wrong.addAll(broken(rules, one.getKey()));
        }
        context.clearCookies();
        page.navigate(REDLINE.url() + "/console/endpoints");
        assertThat(page.getByLabel("Token")).isVisible();
        wrong.addAll(broken(rules, "signing in"));
        // What is narrower, or has colours of its own.
        open(new Browser.NewContextOptions().setViewportSize(360, 740).setColorScheme(ColorScheme.DARK));
        for (var one : List.of("history", "branch", "endpoints", "accounts", "routes")) {
            page.navigate(REDLINE.url() + pages.get(one));
            wrong.addAll(broken(rules, one + ", narrow and dark"));
        }
        complaints.removeIf(one -> one.contains("404"));
        assertThat(wrong).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private List<String> broken(String rules, String what) {
        // The page's policy forbids scripts from elsewhere to its own, not to who looks at it.
        page.evaluate(rules);
        var found = (List<String>) page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(all =>"
                + " all.violations.flatMap(rule => rule.nodes.map(node =>"
                + " rule.id + ' at ' + node.target + ': ' + node.failureSummary)))");
        return found.stream().map(one -> what + ": " + one).toList();
    }

    @Test
    void everyPage_canBeWalkedThroughByKeyboard() throws Exception {
        for (var one : pages().entrySet()) {
            page.navigate(REDLINE.url() + one.getValue());
            page.keyboard().press("Tab");
            assertThat(page.locator(".skip")).isFocused();
            List<String> walked = new ArrayList<>();
            for (var here = walk(); !here.isEmpty() && !here.equals("a #content")
                    && walked.size() < 400; here = walk()) {
                walked.add(here);
            }
            // All that can be chosen, in the order in which one reads it; and then the page is left, or begins anew.
            assertThat(walked).as(one.getKey()).isEqualTo(page.evaluate(FOCUSABLE));
        }
        complaints.removeIf(one -> one.contains("404"));
        page.navigate(REDLINE.url() + "/console/endpoints");
        page.keyboard().press("Tab");
        page.keyboard().press("Enter");
        assertThat(page.locator("main")).isFocused();
        // What is drawn anew every few seconds takes the place of what it was.
        var link = page.locator("#endpoint-broken");
        link.focus();
        page.evaluate("document.getElementById('sheet').dataset.old = 'old'");
        assertThat(page.locator("#sheet[data-old]")).hasCount(0);
        assertThat(link).isFocused();
    }

    private String walk() {
        page.keyboard().press("Tab");
        return (String) page.evaluate(FOCUSED);
    }

    @Test
    void fileThatDoesNotRun_isShownWithItsLine() throws Exception {
        var file = ROUTES.resolve("endpoints/wrong.camel.yaml");
        Files.writeString(file, """
                - route:
                    id: endpoint-wrong
                    from:
                      id: endpoint-wrong-from
                      uri: outbox:wrong
                      steps:
                        - sendIt:
                            id: wrong-out
                """);
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Routes")).click();
        assertThat(page.locator(".source .wrong")).containsText("sendIt");
        Files.delete(file);
        assertThat(page.locator(".source")).hasCount(0);
        assertThat(page.locator("main")).containsText("routes/channels.camel.yaml");
    }

    @Test
    void onATelephoneInTheDark_nothingIsWiderThanItsScreen() throws Exception {
        posted("A", 1738566600, "Hello");
        open(new Browser.NewContextOptions().setViewportSize(360, 740).setColorScheme(ColorScheme.DARK));
        read();
        assertThat(page.locator("body")).hasCSS("background-color", "rgb(20, 20, 22)");
        assertThat(noWiderThanTheWindow()).isTrue();
        page.getByLabel("Back to the chats").click();
        assertThat(page.locator("#chats")).isVisible();
        for (var one : List.of("endpoints", "accounts", "routes", "flow")) {
            page.navigate(REDLINE.url() + "/console/" + one);
            assertThat(noWiderThanTheWindow()).as(one).isTrue();
        }
    }

    @Test
    void signingOut_isTheEnd() {
        page.getByText("Sign out").click();
        assertThat(page.getByLabel("Token")).isVisible();
        page.navigate(REDLINE.url() + "/console/endpoints");
        assertThat(page.getByLabel("Token")).isVisible();
    }
}
