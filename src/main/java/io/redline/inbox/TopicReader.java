package io.redline.inbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.MeterRegistry;
import io.redline.account.Accounts;
import io.redline.outbox.HandOver;

/**
 * Takes notifications from the topic, as one of all replicas of a group: hands them over to the routes of their gateways, and
 * commits their offsets when the outbox has committed them, or knows them. While the store is away nothing more is fetched and
 * no offset moves. Of what is taken twice the second is known.
 *
 * It is no {@code kafka:} consumer of Camel's. That one hands over batches too, but one that fails is passed, and the part of a
 * batch that it holds when a poll fails is forgotten; in both cases the next commit would acknowledge what nobody has kept.
 * Not threadsafe: the timer of its route is one thread.
 */
@Singleton
class TopicReader {

    private static final Logger LOG = Logger.getLogger(TopicReader.class);
    /** As many as one commit of the outbox takes. */
    private static final int LARGEST_BATCH = 256;
    private static final int FETCHED_AT_MOST = 8 << 20;
    private static final Duration POLL = Duration.ofMillis(500);
    /** Long before the brokers take a member that does not ask for records for dead (five minutes). */
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final Duration STAY = Duration.ofMillis(100);
    private static final Duration BROKER_WAIT = Duration.ofSeconds(5);
    private static final Duration MEASURED_EVERY = Duration.ofSeconds(5);
    private static final Duration LONGEST_REST = Duration.ofSeconds(5);

    private final TopicSettings settings;
    private final Accounts accounts;
    private final HandOver handOver;
    private final ExecutorService workers;
    private final Duration maxTime;
    private @Nullable Consumer<byte[], byte[]> consumer;
    /** What is kept, and not yet said to the brokers. */
    private final Map<TopicPartition, OffsetAndMetadata> kept = new HashMap<>();
    private volatile long lag;
    private long measuredAt = System.nanoTime() - MEASURED_EVERY.toNanos();
    private Duration rest = Duration.ZERO;

    /**
     * @param workers where routes run
     * @param maxTime how long they may take
     */
    TopicReader(TopicSettings settings, Accounts accounts, HandOver handOver, ExecutorService workers,
            MeterRegistry metrics, @ConfigProperty(name = "redline.max-route-time") Duration maxTime) {
        this.settings = settings;
        this.accounts = accounts;
        this.handOver = handOver;
        this.workers = workers;
        this.maxTime = maxTime;
        metrics.gauge("redline.inbox.lag", this, reader -> reader.lag);
    }

    private Consumer<byte[], byte[]> consumer() {
        var known = consumer;
        if (known == null) {
            known = new KafkaConsumer<>(settings.client("inbox", Map.of(
                    ConsumerConfig.GROUP_ID_CONFIG, settings.group(),
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                    ConsumerConfig.MAX_POLL_RECORDS_CONFIG, LARGEST_BATCH,
                    ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCHED_AT_MOST,
                    ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000,
                    ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000,
                    ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(BROKER_WAIT.toMillis()),
                    ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(BROKER_WAIT.toMillis()))),
                    new ByteArrayDeserializer(), new ByteArrayDeserializer());
            known.subscribe(List.of(settings.topic()));
            consumer = known;
        }
        return known;
    }

    /** Take what there is, and go on when it is kept. Whatever happens to the brokers, the next turn goes on from there. */
    void turn() {
        try {
            var open = consumer();
            commit(open);
            var records = open.poll(POLL);
            if (!records.isEmpty() && !isTaken(open, records)) {
                // The service stops. They come again, to whoever goes on after what is committed.
                close();
                return;
            }
            measure(open, 0);
            if (!rest.isZero()) {
                rest = Duration.ZERO;
                LOG.info("The topic of redline.inbox.kafka is read again.");
            }
        } catch (InterruptException | InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
        } catch (RuntimeException e) {
            giveUp(e);
        }
    }

    /** A new consumer begins after what is committed, whatever this one has fetched. */
    private void giveUp(RuntimeException reason) {
        close();
        if (rest.isZero()) {
            LOG.warnf("The topic of redline.inbox.kafka cannot be read: %s. It is tried again.",
                    reason.getClass().getSimpleName());
            rest = Duration.ofMillis(250);
        }
        try {
            TimeUnit.NANOSECONDS.sleep(rest.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        rest = rest.multipliedBy(2).compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest.multipliedBy(2);
    }

    /** Keep them all, however long that takes; false if the service stops before. */
    private boolean isTaken(Consumer<byte[], byte[]> open, ConsumerRecords<byte[], byte[]> records)
            throws InterruptedException {
        var batch = new Batch(handOver, workers, maxTime, notifications(records));
        while (!batch.isKept(WAIT)) {
            if (!handOver.isPossible()) {
                return false;
            }
            // It stays a member of the group, and gets nothing: also not from partitions that it is given meanwhile.
            open.pause(open.assignment());
            var more = open.poll(STAY);
            more.partitions().forEach(partition -> open.seek(partition, more.records(partition).get(0).offset()));
            measure(open, records.count());
        }
        open.resume(open.paused());
        kept.putAll(records.nextOffsets());
        commit(open);
        return true;
    }

    private List<Batch.Notification> notifications(ConsumerRecords<byte[], byte[]> records) {
        var all = new ArrayList<Batch.Notification>(records.count());
        for (var record : records) {
            TopicRecord.account(record, accounts).ifPresentOrElse(
                    account -> all.add(new Batch.Notification(account, accounts.all().contains(account),
                            TopicRecord.intake(record, account))),
                    () -> LOG.errorf(
                            "Record %d of partition %d of the topic %s says of no account that it is its. It was"
                                    + " not written by Redline, and is passed: keep other things out of this topic.",
                            record.offset(), record.partition(), record.topic()));
        }
        return all;
    }

    /** Say what is kept. What cannot be said now is said later, or comes again. */
    private void commit(Consumer<byte[], byte[]> open) {
        kept.keySet().retainAll(open.assignment());
        if (kept.isEmpty()) {
            return;
        }
        try {
            open.commitSync(new HashMap<>(kept));
            kept.clear();
        } catch (CommitFailedException e) {
            // Others have our partitions now: they take it again, and know it.
            kept.clear();
        } catch (RebalanceInProgressException e) {
            // At the next turn.
        } catch (RetriableException e) {
            LOG.debugf("Offsets could not be committed: %s.", e.getClass().getSimpleName());
        }
    }

    /** @param held how many have been fetched and are not kept */
    private void measure(Consumer<byte[], byte[]> open, int held) {
        if (System.nanoTime() - measuredAt < MEASURED_EVERY.toNanos()) {
            return;
        }
        measuredAt = System.nanoTime();
        try {
            var ours = new HashSet<>(open.assignment());
            long behind = held;
            for (var end : open.endOffsets(ours, WAIT).entrySet()) {
                behind += Math.max(0, end.getValue() - open.position(end.getKey(), WAIT));
            }
            lag = behind;
        } catch (RetriableException e) {
            // As it was.
        }
    }

    @PreDestroy
    void close() {
        var open = consumer;
        consumer = null;
        kept.clear();
        if (open != null) {
            try {
                open.close(Duration.ofSeconds(2));
            } catch (RuntimeException e) {
                LOG.debugf("A consumer could not be closed: %s.", e.getClass().getSimpleName());
            }
        }
    }
}
