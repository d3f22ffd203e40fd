package io.redline.inbox;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;

/** Whether the topic can be written to: without it nothing can be taken in by this process, as without a database. */
@Readiness
@Singleton
class InboxHealth implements HealthCheck {

    private static final String AWAY = "The brokers of redline.inbox.kafka.brokers do not answer.";
    private static final int PATIENCE_MILLIS = 2_000;

    private final Inbox inbox;
    private final Instance<TopicSettings> settings;
    private @Nullable Admin admin;

    InboxHealth(Inbox inbox, Instance<TopicSettings> settings) {
        this.inbox = inbox;
        this.settings = settings;
    }

    @Override
    public HealthCheckResponse call() {
        var health = HealthCheckResponse.named("inbox");
        if (!inbox.isTopic()) {
            return health.up().build();
        }
        var problem = problem(settings.get());
        return problem == null ? health.up().build() : health.down().withData("problem", problem).build();
    }

    private @Nullable String problem(TopicSettings topic) {
        try {
            var partitions = admin(topic).describeTopics(List.of(topic.topic())).allTopicNames()
                    .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).get(topic.topic()).partitions();
            return partitions.stream().allMatch(partition -> partition.leader() != null)
                    ? null
                    : "Partitions of the topic have no leader: look at the brokers.";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "It was not asked to its end.";
        } catch (ExecutionException e) {
            var cause = e.getCause();
            if (cause instanceof UnknownTopicOrPartitionException) {
                return "There is no topic " + topic.topic() + ": make it.";
            }
            return cause instanceof RetriableException
                    ? AWAY
                    : "The brokers answered: " + cause.getClass().getSimpleName() + ".";
        } catch (TimeoutException | KafkaException e) {
            return AWAY;
        }
    }

    private synchronized Admin admin(TopicSettings topic) {
        var known = admin;
        if (known == null) {
            known = Admin.create(topic.client("health", Map.of(
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS,
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS)));
            admin = known;
        }
        return known;
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(2));
        }
    }
}
