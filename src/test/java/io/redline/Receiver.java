package io.redline;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

/** A receiver of the shipped endpoint http, which remembers what arrived in the order in which it did. */
final class Receiver implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<UUID, Arrival> known = new HashMap<>();
    private final WireMockServer server = new WireMockServer(options().dynamicPort().asynchronousResponseEnabled(true)
            .asynchronousResponseThreads(32));

    /**
     * One request.
     *
     * @param path where it went
     * @param chat account and chat
     * @param message the id of the message
     * @param revision of the message
     * @param text what it says
     * @param status what it was answered
     */
    record Arrival(String path, String chat, String message, long revision, String text, int status) {

        private static Arrival of(ServeEvent event) {
            try {
                var body = JSON.readTree(event.getRequest().getBody());
                if (body.has("idMessage")) {
                    // A notification as it came.
                    return new Arrival(event.getRequest().getUrl(), body.at("/senderData/chatId").asText(),
                            body.get("idMessage").asText(), 0, "", event.getResponse().getStatus());
                }
                var data = body.get("data");
                return new Arrival(event.getRequest().getUrl(), data.get("account").asText() + " "
                        + data.get("chatId").asText(), data.get("messageId").asText(), data.get("revision").asLong(),
                        data.path("text").asText(),
                        event.getResponse().getStatus());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    Receiver() {
        server.start();
        answers(aResponse().withStatus(200));
    }

    String url() {
        return server.baseUrl() + "/hook";
    }

    int port() {
        return server.port();
    }

    /** Nothing arrived yet. */
    void forget() {
        known.clear();
        server.resetRequests();
    }

    /** What it answers from now on. */
    void answers(ResponseDefinitionBuilder answer) {
        answers(any(anyUrl()), answer);
    }

    void answers(MappingBuilder to, ResponseDefinitionBuilder answer) {
        server.stubFor(to.willReturn(answer));
    }

    /** Everybody is answered 200 from now on: what was said last counts, and there is no moment in which nothing is. */
    void isWell() {
        answers(aResponse().withStatus(200));
    }

    List<Arrival> arrivals() {
        var events = new ArrayList<>(server.getAllServeEvents());
        Collections.reverse(events);
        return events.stream().map(event -> known.computeIfAbsent(event.getId(), id -> Arrival.of(event))).toList();
    }

    /** The requests themselves, the newest first. */
    List<LoggedRequest> requests() {
        return server.getAllServeEvents().stream().map(ServeEvent::getRequest).toList();
    }

    Set<String> messages() {
        var messages = new LinkedHashSet<String>();
        arrivals().forEach(arrival -> messages.add(arrival.message()));
        return messages;
    }

    /**
     * What was acknowledged is in the ledger once, and nothing of the ledger is owed any more: it was delivered, and what
     * arrived for the first time came in the order of its chat.
     */
    void expectAllOf(PackagedService service, Collection<String> acknowledged) throws Exception {
        await().atMost(Duration.ofMinutes(2)).until(() -> service.list("/api/deliveries?state=owed").isEmpty());
        assertThat(service.list("/api/deliveries?state=parked")).isEmpty();
        Map<String, List<String>> ledger = new HashMap<>();
        var events = service.events("posted");
        events.forEach(event -> ledger.computeIfAbsent(event.get("account") + " " + event.get("chatId"),
                chat -> new ArrayList<>()).add((String) event.get("target")));
        assertThat(events).extracting(event -> event.get("target")).doesNotHaveDuplicates().containsAll(acknowledged);
        Map<String, Set<String>> first = new LinkedHashMap<>();
        arrivals().forEach(arrival -> first.computeIfAbsent(arrival.chat(), chat -> new LinkedHashSet<>())
                .add(arrival.message()));
        assertThat(first.keySet()).isEqualTo(ledger.keySet());
        first.forEach((chat, messages) -> assertThat(messages).as(chat).containsExactlyElementsOf(ledger.get(chat)));
    }

    @Override
    public void close() {
        server.stop();
    }
}
