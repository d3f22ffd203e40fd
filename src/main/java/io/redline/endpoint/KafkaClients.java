package io.redline.endpoint;

import java.util.Objects;
import java.util.Properties;

import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;

import io.redline.config.ClientProperties;

/**
 * Makes the producers of endpoints: with what the route says, and what stands in the file that it names besides, as for
 * Kafka's own programs. What an endpoint's promise rests on the file cannot change.
 */
public final class KafkaClients extends DefaultKafkaClientFactory {

    /** In a route: {@code additionalProperties.redline.properties}. */
    private static final String FILE = "redline.properties";

    @Override
    @SuppressWarnings("rawtypes") // as Camel declares it
    public Producer getProducer(Properties ofTheRoute) {
        var all = new Properties();
        all.putAll(ofTheRoute);
        var file = Objects.toString(all.remove(FILE), "").strip();
        all.putAll(ClientProperties.of("redline.endpoint.<name>.properties", file));
        for (var kept : new String[]{ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, ProducerConfig.ACKS_CONFIG,
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG}) {
            if (ofTheRoute.containsKey(kept)) {
                all.put(kept, ofTheRoute.get(kept));
            }
        }
        return super.getProducer(all);
    }
}
