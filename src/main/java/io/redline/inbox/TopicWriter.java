package io.redline.inbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.configuration.MemorySize;
import io.redline.inbox.Inbox.Outcome;
import io.redline.outbox.Intake;

/**
 * Writes notifications into the topic: acknowledged by all replicas of the topic that are in sync, each once and in their
 * order however often the client has to send them. Threadsafe.
 */
@Singleton
class TopicWriter {

    private static final Logger LOG = Logger.getLogger(TopicWriter.class);
    /** What a record has besides the notification. */
    private static final long OVERHEAD = 64 * 1024;
    /** How long a thread may wait for the brokers to say where the topic is. */
    private static final Duration LONGEST_BLOCK = Duration.ofSeconds(5);

    private final TopicSettings settings;
    private final Duration maxWait;
    private final long largest;
    /** Whether the last that is known of the brokers is that they failed; said once in the log, not for each notification. */
    private final AtomicBoolean refusing = new AtomicBoolean();
    private volatile @Nullable Producer<byte[], byte[]> producer;
    private boolean closed;

    TopicWriter(TopicSettings settings, @ConfigProperty(name = "redline.outbox.max-wait") Duration maxWait,
            @ConfigProperty(name = "redline.max-body") MemorySize maxBody) {
        this.settings = settings;
        this.maxWait = maxWait;
        this.largest = maxBody.asLongValue() + OVERHEAD;
    }

    /** Made at the first notification: the service starts although its brokers are away. */
    private synchronized Producer<byte[], byte[]> producer() {
        var known = producer;
        if (known == null) {
            if (closed) {
                throw new KafkaException("The service stops.");
            }
            var wait = Math.toIntExact(maxWait.toMillis());
            known = new KafkaProducer<>(settings.client("door", Map.of(
                    ProducerConfig.ACKS_CONFIG, "all",
                    ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                    // Whoever comes while a request runs shares the next; nobody waits for others.
                    ProducerConfig.LINGER_MS_CONFIG, 0,
                    ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.min(wait, (int) LONGEST_BLOCK.toMillis()),
                    ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, wait / 2),
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, wait,
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.toIntExact(largest))),
                    new ByteArraySerializer(), new ByteArraySerializer());
            producer = known;
        }
        return known;
    }

    /** Write them. What comes back never fails, and is there within the longest wait; this thread may have to wait as long. */
    CompletableFuture<Outcome> keep(List<Intake> notifications) {
        var answers = new ArrayList<CompletableFuture<Outcome>>(notifications.size());
        for (var notification : notifications) {
            var answer = new CompletableFuture<Outcome>();
            answers.add(answer.completeOnTimeout(Outcome.UNKNOWN, maxWait.toMillis(), TimeUnit.MILLISECONDS));
            write(notification, answer);
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).thenApply(all -> answers.stream()
                .map(CompletableFuture::join).max(Outcome::compareTo).orElse(Outcome.KEPT));
    }

    private void write(Intake notification, CompletableFuture<Outcome> answer) {
        try {
            producer().send(TopicRecord.of(settings.topic(), notification), (metadata, failure) -> answer
                    .complete(failure == null ? kept() : failed(failure)));
        } catch (RuntimeException e) {
            answer.complete(failed(e));
        }
    }

    private Outcome kept() {
        if (refusing.getAndSet(false)) {
            LOG.info("The topic of redline.inbox.kafka takes notifications again.");
        }
        return Outcome.KEPT;
    }

    private Outcome failed(Exception failure) {
        if (failure instanceof RecordTooLargeException) {
            LOG.warn(
                    "A notification is larger than the brokers take, and went to the database at once: set max.message.bytes"
                            + " of the topic as redline.max-body is.");
            return Outcome.REFUSED;
        }
        if (!refusing.getAndSet(true)) {
            LOG.warnf("Notifications are refused until the topic of redline.inbox.kafka takes them: %s.",
                    failure.getClass().getSimpleName());
        }
        return Outcome.UNKNOWN;
    }

    @PreDestroy
    void close() {
        synchronized (this) {
            closed = true;
        }
        var known = producer;
        if (known != null) {
            known.close(Duration.ofSeconds(5));
        }
    }
}
