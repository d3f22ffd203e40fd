package io.redline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.security.scram.ScramLoginModule;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * A real broker, of its own process so that it can be killed, which is its own controller (KRaft). Tests reach it openly;
 * {@link #guarded()} is for whoever comes by TLS and with a name and a password.
 */
public final class KafkaBroker implements AutoCloseable {

    static final int PARTITIONS = 4;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Map<String, Admin> ADMINS = new ConcurrentHashMap<>();

    private static final int ATTEMPTS = 3;

    private static final String PASSWORD = "what-brokers-ask-for";

    private final Path folder;
    private int port;
    private int guardedPort;
    /** Where it listens besides, and what it tells those who come there to be its address: that of something in between. */
    private String besides = "";
    private String toldBesides = "";
    private @Nullable Process process;

    /** @param folder its data, which outlives it */
    KafkaBroker(Path folder) {
        this.folder = folder;
    }

    /**
     * Let it be found also by way of something that stands before it.
     *
     * @param listening a port of its own
     * @param told the port of what stands before that
     */
    KafkaBroker behind(int listening, int told) {
        besides = ",BEHIND://127.0.0.1:" + listening;
        toldBesides = ",BEHIND://127.0.0.1:" + told;
        return this;
    }

    private void configure() {
        port = FreePort.find();
        guardedPort = FreePort.find();
        try {
            Files.createDirectories(folder);
            makeCertificate();
            Files.writeString(folder.resolve("server.properties"), """
                    process.roles=broker,controller
                    node.id=1
                    controller.quorum.voters=1@127.0.0.1:%1$d
                    listeners=PLAINTEXT://127.0.0.1:%2$d,GUARDED://127.0.0.1:%5$d,CONTROLLER://127.0.0.1:%1$d%9$s
                    advertised.listeners=PLAINTEXT://127.0.0.1:%2$d,GUARDED://127.0.0.1:%5$d%10$s
                    controller.listener.names=CONTROLLER
                    listener.security.protocol.map=PLAINTEXT:PLAINTEXT,GUARDED:SASL_SSL,BEHIND:PLAINTEXT,CONTROLLER:PLAINTEXT
                    listener.name.guarded.ssl.keystore.location=%6$s
                    listener.name.guarded.ssl.keystore.password=%7$s
                    listener.name.guarded.ssl.keystore.type=PKCS12
                    listener.name.guarded.sasl.enabled.mechanisms=SCRAM-SHA-512
                    listener.name.guarded.scram-sha-512.sasl.jaas.config=%8$s required;
                    log.dirs=%3$s
                    num.partitions=%4$d
                    offsets.topic.num.partitions=1
                    offsets.topic.replication.factor=1
                    transaction.state.log.replication.factor=1
                    transaction.state.log.min.isr=1
                    group.initial.rebalance.delay.ms=0
                    """.formatted(FreePort.find(), port, folder.resolve("data-" + port), PARTITIONS, guardedPort,
                    folder.resolve("broker.p12"), PASSWORD, ScramLoginModule.class.getName(), besides,
                    toldBesides));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void makeCertificate() throws IOException {
        if (Files.notExists(folder.resolve("broker.p12"))) {
            keytool("-genkeypair", "-alias", "broker", "-keyalg", "EC", "-dname", "CN=broker", "-ext",
                    "SAN=ip:127.0.0.1", "-validity", "2");
            keytool("-exportcert", "-alias", "broker", "-rfc", "-file", folder.resolve("broker.pem").toString());
        }
    }

    private void keytool(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", folder.resolve("broker.p12").toString(), "-storetype", "PKCS12",
                "-storepass", PASSWORD));
        var process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile()).start();
        assertThat(process.onExit().join().exitValue()).as("keytool, whose log is in %s", folder).isZero();
    }

    /** The broker's own process. */
    public static void main(String... arguments) {
        if (Files.notExists(Path.of(arguments[1]))) {
            StorageTool.execute(new String[]{"format", "-t", "4L6g3nShT-eMCtK--X86sw", "-c", arguments[0],
                    "--add-scram", "SCRAM-SHA-512=[name=redline,password=" + PASSWORD + "]"}, System.out);
        }
        Kafka.main(new String[]{arguments[0]});
    }

    KafkaBroker start() {
        if (port != 0) {
            assertThat(isUp()).as("the broker, whose log is in %s", folder).isTrue();
            return this;
        }
        for (int i = 0; i < ATTEMPTS; i++) {
            // Somebody else may have taken its ports meanwhile.
            configure();
            if (isUp()) {
                return this;
            }
        }
        throw new AssertionError("The broker does not start; its log is in " + folder);
    }

    private boolean isUp() {
        Process started;
        try {
            started = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                    "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                    KafkaBroker.class.getName(), folder.resolve("server.properties").toString(),
                    folder.resolve("data-" + port).toString()).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("out.log").toFile())).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = started;
        await().atMost(LONG).pollInterval(Duration.ofMillis(100)).until(() -> !started.isAlive() || answers());
        return started.isAlive();
    }

    private boolean answers() throws InterruptedException {
        try {
            return !admin(brokers()).describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Make a topic, as an operator does. */
    KafkaBroker with(String topic) {
        await().atMost(LONG).ignoreException(ExecutionException.class).until(() -> {
            if (!admin(brokers()).listTopics().names().get().contains(topic)) {
                admin(brokers()).createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
            }
            return admin(brokers()).describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions()
                    .stream().allMatch(partition -> partition.leader() != null);
        });
        return this;
    }

    /** {@code kill -9}. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    String brokers() {
        return "127.0.0.1:" + port;
    }

    /** Where it is reached with what {@link #login()} says. */
    String guarded() {
        return "127.0.0.1:" + guardedPort;
    }

    /** What Kafka's own programs take as {@code --command-config}. */
    String login() {
        return """
                security.protocol=SASL_SSL
                ssl.truststore.type=PEM
                ssl.truststore.location=%s
                sasl.mechanism=SCRAM-SHA-512
                sasl.jaas.config=%s required username="redline" password="%s";
                """.formatted(folder.resolve("broker.pem"), ScramLoginModule.class.getName(), PASSWORD);
    }

    @Override
    public void close() {
        var admin = ADMINS.remove(brokers());
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private static Admin admin(String brokers) {
        return ADMINS.computeIfAbsent(brokers, key -> Admin.create(Map.of("bootstrap.servers", key,
                "reconnect.backoff.max.ms", "200", "request.timeout.ms", "5000", "default.api.timeout.ms", "10000")));
    }

    /** Up to where a group has taken each partition of a topic. */
    static Map<TopicPartition, Long> taken(String brokers, String group) throws Exception {
        var committed = new HashMap<TopicPartition, Long>();
        admin(brokers).listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get()
                .forEach((partition, offset) -> committed.put(partition, offset.offset()));
        return committed;
    }

    /** Up to where a topic has been written. */
    static Map<TopicPartition, Long> written(String brokers, String topic) throws Exception {
        var latest = new HashMap<TopicPartition, OffsetSpec>();
        for (int i = 0; i < PARTITIONS; i++) {
            latest.put(new TopicPartition(topic, i), OffsetSpec.latest());
        }
        var written = new HashMap<TopicPartition, Long>();
        admin(brokers).listOffsets(latest).all().get()
                .forEach((partition, end) -> written.put(partition, end.offset()));
        written.values().removeIf(offset -> offset == 0);
        return written;
    }

    /** Until all that a topic has is taken. */
    static void awaitTaken(String brokers, String topic, String group) {
        await().atMost(LONG).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).ignoreException(
                ExecutionException.class).until(() -> isTaken(brokers, group, written(brokers, topic)));
    }

    /** Whether a group has taken what was written up to there. */
    static boolean isTaken(String brokers, String group, Map<TopicPartition, Long> written) throws Exception {
        var taken = taken(brokers, group);
        return written.entrySet().stream().allMatch(one -> taken.getOrDefault(one.getKey(), 0L) >= one.getValue());
    }

    void write(ProducerRecord<byte[], byte[]> record) throws Exception {
        try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", brokers()),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(record).get();
        }
    }

    /** All that is in a topic. */
    List<ConsumerRecord<String, byte[]>> read(String topic) throws Exception {
        var all = new ArrayList<ConsumerRecord<String, byte[]>>();
        try (var consumer = new KafkaConsumer<>(Map.<String, Object>of("bootstrap.servers", brokers()),
                new StringDeserializer(), new ByteArrayDeserializer())) {
            var ends = written(brokers(), topic);
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
        }
        return all;
    }

    /** For tests of the running service: its inbox is a topic. */
    public static final class AsInbox implements QuarkusTestResourceLifecycleManager {

        private @Nullable KafkaBroker broker;

        @Override
        public Map<String, String> start() {
            broker = new KafkaBroker(OnSqlite.newFolder().resolve("kafka")).start().with("redline-inbox");
            return Map.of("redline.inbox", "kafka", "redline.inbox.kafka.brokers", broker.brokers());
        }

        @Override
        public void stop() {
            if (broker != null) {
                broker.close();
            }
        }
    }
}
