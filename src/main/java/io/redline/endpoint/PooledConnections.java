package io.redline.endpoint;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import org.apache.camel.component.jdbc.ConnectionStrategy;

/**
 * Where the component jdbc takes connections from. It does not give those back that say they are closed, and one that broke
 * says so: its pool would wait for it for ever, and once all are gone nothing is delivered any more. Those are given back here.
 */
final class PooledConnections implements ConnectionStrategy {

    private final Set<Connection> taken = ConcurrentHashMap.newKeySet();

    @Override
    public Connection getConnection(DataSource pool) throws SQLException {
        taken.removeIf(PooledConnections::isOver);
        var connection = pool.getConnection();
        taken.add(connection);
        return connection;
    }

    private static boolean isOver(Connection connection) {
        try {
            if (!connection.isClosed()) {
                return false;
            }
            // Nothing happens if it was given back.
            connection.close();
        } catch (SQLException e) {
            // It is of no use any more, and the pool knows.
        }
        return true;
    }

    @Override
    public boolean isConnectionTransactional(Connection connection, DataSource pool) {
        return false;
    }
}
