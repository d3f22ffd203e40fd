package io.redline.setting;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import io.redline.account.Account;
import io.redline.database.Database;
import io.redline.database.Rows;

/**
 * What was sent by SetSettings, which restarts an instance: kept, so that neither restarts of ours nor several replicas make a
 * loop of it. Threadsafe.
 */
@Singleton
class SentSettings {

    /** The gateway needs up to five minutes until it shows what it was sent. */
    private static final Duration BETWEEN_TWO = Duration.ofMinutes(15);
    private static final Duration BETWEEN_SAME = Duration.ofHours(24);

    private final Database database;

    private record Sent(Set<String> names, long at, long now) {
    }

    SentSettings(Database database) {
        this.database = database;
    }

    private static String instance(Account account) {
        return account.gateway() + "/" + account.instance();
    }

    /** The names of what was sent to the instance last. */
    Set<String> of(Account account) {
        return database.read(connection -> Rows.query(connection, "select names from sent_settings where instance = ?",
                row -> names(row.getString(1)), instance(account))).stream().findFirst().orElse(Set.of());
    }

    private static Set<String> names(String text) {
        return Arrays.stream(text.split(",")).filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether these may be sent now; if so, it is written down that they were. Told to one of all who ask. */
    boolean allow(Account account, Collection<String> names) {
        var now = database.dialect().now();
        try {
            return database.write(connection -> {
                var sent = Rows.query(connection, "select names, sent_at, " + now
                        + " from sent_settings where instance = ?",
                        row -> new Sent(names(row.getString(1)), row.getLong(2), row.getLong(3)), instance(account))
                        .stream().findFirst().orElse(new Sent(Set.of(), 0, Long.MAX_VALUE));
                var rest = sent.names().containsAll(names) ? BETWEEN_SAME : BETWEEN_TWO;
                if (sent.now() - sent.at() < rest.toMillis()) {
                    return false;
                }
                var all = new TreeSet<>(sent.names());
                all.addAll(names);
                return Rows.update(connection, "insert into sent_settings (instance, names, sent_at) values (?, ?, "
                        + now + ") on conflict (instance) do update set names = excluded.names,"
                        + " sent_at = excluded.sent_at where sent_settings.sent_at = ?", instance(account),
                        String.join(",", all), sent.at()) > 0;
            });
        } catch (SQLException e) {
            throw new IllegalStateException("What was sent could not be written down.", e);
        }
    }
}
