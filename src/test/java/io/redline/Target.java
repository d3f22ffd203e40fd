package io.redline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import jakarta.mail.MessagingException;

import org.apache.kafka.common.TopicPartition;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * What one of the shipped endpoints delivers to: a real receiver behind a {@link Breaker}, how to have it refuse something, and
 * what arrived there.
 */
abstract class Target implements AutoCloseable {

    static final String TEXT = "Not for everybody";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String endpoint;
    private final Breaker breaker;

    Target(String endpoint, int port) {
        this.endpoint = endpoint;
        this.breaker = new Breaker(port);
    }

    /** What an operator sets to deliver there. */
    abstract List<String> settings() throws IOException;

    /** The ids of the messages that arrived since the last {@link #forget}, in the order in which they did, repeats included. */
    abstract List<String> arrivals() throws Exception;

    /**
     * From now on the receiver does not take the message of this id.
     *
     * @return what that has to say
     */
    abstract String refuse(String message) throws Exception;

    /** Nothing arrived yet, and nothing is refused. */
    abstract void forget() throws Exception;

    /** Whether the receiver never shows a repeat: it knows what it has. */
    boolean knowsRepeats() {
        return false;
    }

    /** Whether it is said in the answer that a refusal is for good; else that shows only in that it never ends. */
    boolean refusesForGood() {
        return true;
    }

    Breaker breaker() {
        return breaker;
    }

    String endpoint() {
        return endpoint;
    }

    @Override
    public void close() throws Exception {
        breaker.close();
    }

    @Override
    public String toString() {
        return endpoint;
    }

    /** The endpoint database: a table of messages in PostgreSQL, and a trigger that writes down what changes in it. */
    static final class Database extends Target {

        private final EmbeddedPostgres server;
        private final Connection connection;

        Database(EmbeddedPostgres server) throws SQLException, IOException {
            super("database", server.getPort());
            this.server = server;
            connection = DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
            execute(Files.readString(Path.of("routes/endpoints/database.sql")) + """
                    create table arrival (number bigserial, message text);
                    create function arrived() returns trigger language plpgsql as $$
                    begin
                        insert into arrival (message) values (new.message_id);
                        return new;
                    end $$;
                    create trigger arrived after insert or update on redline_message for each row execute function arrived();
                    """);
        }

        private void execute(String sql) throws SQLException {
            try (var statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        @Override
        List<String> settings() {
            return List.of("redline.endpoint.database.url=jdbc:postgresql://127.0.0.1:" + breaker().port()
                    + "/postgres?connectTimeout=2&socketTimeout=2", "redline.endpoint.database.username=postgres");
        }

        @Override
        List<String> arrivals() throws SQLException {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("select message from arrival order by number")) {
                var arrivals = new ArrayList<String>();
                while (rows.next()) {
                    arrivals.add(rows.getString(1));
                }
                return arrivals;
            }
        }

        @Override
        String refuse(String message) throws SQLException {
            execute("alter table redline_message add constraint refused check (message_id <> '" + message + "')");
            return TEXT;
        }

        @Override
        void forget() throws SQLException {
            execute("alter table redline_message drop constraint if exists refused; delete from redline_message;"
                    + " delete from arrival");
        }

        @Override
        boolean knowsRepeats() {
            return true;
        }

        @Override
        boolean refusesForGood() {
            return false;
        }

        @Override
        public void close() throws Exception {
            super.close();
            connection.close();
            server.close();
        }
    }

    /** The endpoint mail: a mailbox. */
    static final class Mail extends Target {

        private static final String MAILBOX = "sales@example.org";
        private static final Pattern MESSAGE = Pattern.compile("Message: {2}(\\w+),");

        private final GreenMail server;
        private volatile String refused = "";

        Mail(GreenMail server) {
            super("mail", server.getSmtp().getPort());
            this.server = server;
            server.setUser(MAILBOX, "none");
            var users = server.getUserManager();
            users.setMessageDeliveryHandler((mail, address) -> {
                if (!refused.isEmpty() && message(mail.getMessage()).equals(refused)) {
                    throw new MessagingException("It is not wanted.");
                }
                return users.getUserByEmail(MAILBOX);
            });
        }

        static GreenMail server() {
            var server = new GreenMail(new ServerSetup(FreePort.find(), "127.0.0.1", "smtp"));
            server.start();
            return server;
        }

        private static String message(jakarta.mail.Message mail) throws MessagingException {
            try {
                var found = MESSAGE.matcher((String) mail.getContent());
                return found.find() ? found.group(1) : "";
            } catch (IOException e) {
                throw new MessagingException("It cannot be read.", e);
            }
        }

        @Override
        List<String> settings() {
            return List.of("redline.endpoint.mail.host=127.0.0.1", "redline.endpoint.mail.port=" + breaker().port(),
                    "redline.endpoint.mail.starttls=false", "redline.endpoint.mail.from=redline@example.org",
                    "redline.endpoint.mail.to=" + MAILBOX, "redline.mail.response-timeout=1s");
        }

        @Override
        List<String> arrivals() throws MessagingException {
            var arrivals = new ArrayList<String>();
            for (var mail : server.getReceivedMessages()) {
                arrivals.add(message(mail));
            }
            return arrivals;
        }

        @Override
        String refuse(String message) {
            refused = message;
            return TEXT;
        }

        @Override
        void forget() throws Exception {
            refused = "";
            server.purgeEmailFromAllMailboxes();
        }

        @Override
        boolean refusesForGood() {
            return false;
        }

        @Override
        public void close() throws Exception {
            super.close();
            server.stop();
        }
    }

    /** The endpoint http, and forward, which differ in what a request says. */
    static final class Web extends Target {

        private final Receiver receiver;

        Web(String endpoint, Receiver receiver) {
            super(endpoint, receiver.port());
            this.receiver = receiver;
        }

        @Override
        List<String> settings() {
            return List.of("redline.endpoint." + endpoint() + ".url=http://127.0.0.1:" + breaker().port() + "/hook",
                    "redline.http.response-timeout=1s");
        }

        @Override
        List<String> arrivals() {
            return receiver.arrivals().stream().filter(arrival -> arrival.status() == 200)
                    .map(Receiver.Arrival::message).toList();
        }

        @Override
        String refuse(String message) {
            receiver.answers(WireMock.any(WireMock.anyUrl()).withRequestBody(WireMock.containing(message)),
                    WireMock.aResponse().withStatus(422));
            return TEXT;
        }

        @Override
        void forget() {
            receiver.isWell();
            receiver.forget();
        }

        @Override
        public void close() throws Exception {
            super.close();
            receiver.close();
        }
    }

    /** The endpoint kafka: a topic. */
    static final class Topic extends Target {

        private static final String NAME = "conversations";
        private static final int MORE_THAN_BROKERS_TAKE = 1 << 20;

        private final KafkaBroker broker;
        private final Path folder;
        private Map<TopicPartition, Long> forgotten = Map.of();

        Topic(Path folder, int port) {
            super("kafka", port);
            this.folder = folder;
            broker = new KafkaBroker(folder.resolve("kafka")).behind(port, breaker().port()).start().with(NAME);
        }

        @Override
        List<String> settings() throws IOException {
            // What a producer waits for, as short as at the other endpoints.
            var file = folder.resolve("client.properties");
            Files.writeString(file, """
                    max.block.ms=1500
                    request.timeout.ms=1500
                    delivery.timeout.ms=3000
                    reconnect.backoff.max.ms=200
                    """);
            return List.of("redline.endpoint.kafka.brokers=127.0.0.1:" + breaker().port(),
                    "redline.endpoint.kafka.topic=" + NAME, "redline.endpoint.kafka.properties=" + file);
        }

        /** In each partition as they were written; a chat has one. */
        @Override
        List<String> arrivals() throws Exception {
            var arrivals = new ArrayList<String>();
            for (var one : broker.read(NAME)) {
                if (one.offset() >= forgotten.getOrDefault(new TopicPartition(NAME, one.partition()), 0L)) {
                    arrivals.add(JSON.readTree(one.value()).at("/data/messageId").asText());
                }
            }
            return arrivals;
        }

        @Override
        String refuse(String message) {
            return "x".repeat(MORE_THAN_BROKERS_TAKE);
        }

        @Override
        void forget() throws Exception {
            forgotten = KafkaBroker.written(broker.brokers(), NAME);
        }

        /** A producer that sends something once more is known to the broker. */
        @Override
        boolean knowsRepeats() {
            return true;
        }

        @Override
        public void close() throws Exception {
            super.close();
            broker.close();
        }
    }
}
