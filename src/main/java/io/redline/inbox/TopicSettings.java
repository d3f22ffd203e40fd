package io.redline.inbox;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import jakarta.inject.Singleton;

import org.apache.kafka.clients.CommonClientConfigs;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.redline.config.ClientProperties;
import io.redline.config.Unusable;

/** Which topic the inbox is, and how its brokers are reached. */
@Singleton
class TopicSettings {

    private static final String PREFIX = "redline.inbox.kafka.";

    private final String brokers;
    private final String topic;
    private final String group;
    private final String file;

    TopicSettings(@ConfigProperty(name = PREFIX + "brokers") Optional<String> brokers,
            @ConfigProperty(name = PREFIX + "topic") String topic,
            @ConfigProperty(name = PREFIX + "group") String group,
            @ConfigProperty(name = PREFIX + "properties") Optional<String> file) {
        this.brokers = brokers.map(String::strip).filter(text -> !text.isEmpty()).orElseThrow(() -> Unusable
                .because("redline.inbox=kafka needs " + PREFIX
                        + "brokers: set it to host:port of one or more brokers."));
        this.topic = topic.strip();
        this.group = group.strip();
        this.file = file.orElse("").strip();
        // A file that cannot be read is better known now than at the first notification.
        ClientProperties.of(PREFIX + "properties", this.file);
    }

    String topic() {
        return topic;
    }

    String group() {
        return group;
    }

    /**
     * What a client is made with.
     *
     * @param role the end of its name, by which brokers know it
     * @param own what the promises of the inbox rest on: it goes before what the operator's file says
     */
    Map<String, Object> client(String role, Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(ClientProperties.of(PREFIX + "properties", file));
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, brokers);
        all.put(CommonClientConfigs.CLIENT_ID_CONFIG, "redline-" + role);
        all.putAll(own);
        return all;
    }
}
