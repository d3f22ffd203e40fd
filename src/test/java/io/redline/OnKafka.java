package io.redline;

import java.util.List;

/** As {@link OnSqlite}, but what comes in waits in a topic of a real broker. */
public class OnKafka extends OnSqlite {

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(TestFolder.class), new TestResourceEntry(SqliteFile.class),
                new TestResourceEntry(KafkaBroker.AsInbox.class));
    }
}
