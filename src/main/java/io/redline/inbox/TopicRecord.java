package io.redline.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.Gateway;
import io.redline.event.Source;
import io.redline.outbox.Intake;

/**
 * A notification as a record: its bytes, verbatim, are the value; whose it is and when it was received stands in headers. What
 * has the same key comes out in its order.
 */
final class TopicRecord {

    private static final String ACCOUNT = "redline-account";
    private static final String GATEWAY = "redline-gateway";
    private static final String INSTANCE = "redline-instance";
    private static final String RECEIVED_AT = "redline-received-at";

    private TopicRecord() {
    }

    static ProducerRecord<byte[], byte[]> of(String topic, Intake intake) {
        var account = intake.account();
        var chat = ChatOf.notification(account.kind(), intake.notification());
        var key = chat == null ? account.name() : account.name() + "/" + chat;
        var record = new ProducerRecord<>(topic, key.getBytes(UTF_8), intake.notification());
        record.headers().add(ACCOUNT, account.name().getBytes(UTF_8)).add(GATEWAY, account.gateway().getBytes(UTF_8))
                .add(INSTANCE, account.instance().getBytes(UTF_8))
                .add(RECEIVED_AT, Long.toString(intake.receivedAt()).getBytes(UTF_8));
        return record;
    }

    /**
     * Whose it is: an account that is configured, else one that was when it was received.
     *
     * @return empty if that cannot be told, so that nothing of ours has written it
     */
    static Optional<Account> account(ConsumerRecord<byte[], byte[]> record, Accounts accounts) {
        var gateway = header(record, GATEWAY);
        var instance = header(record, INSTANCE);
        var name = header(record, ACCOUNT);
        if (gateway == null || instance == null || name == null) {
            return Optional.empty();
        }
        // The name may have changed since, or be another's; the history belongs to gateway and instance.
        return accounts.all().stream()
                .filter(one -> one.gateway().equals(gateway) && one.instance().equals(instance)).findFirst()
                .or(() -> Arrays.stream(Gateway.values()).filter(kind -> kind.word().equals(gateway)).findFirst()
                        .map(kind -> new Account(name + " (" + instance + ")", kind, instance)));
    }

    static Intake intake(ConsumerRecord<byte[], byte[]> record, Account account) {
        var value = record.value();
        return new Intake(account, Source.WEBHOOK, receivedAt(record), value == null ? new byte[0] : value);
    }

    private static long receivedAt(ConsumerRecord<byte[], byte[]> record) {
        var text = header(record, RECEIVED_AT);
        try {
            return text == null ? record.timestamp() : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return record.timestamp();
        }
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }
}
