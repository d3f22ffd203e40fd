package io.redline.database;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

/** Remembers which statements were prepared, without those that only say how a session or transaction is to behave. */
public final class Statements {

    private final List<String> prepared = new CopyOnWriteArrayList<>();

    /** The same data source, looked at. */
    public DataSource of(DataSource dataSource) {
        return proxy(DataSource.class, dataSource);
    }

    public void forget() {
        prepared.clear();
    }

    public List<String> prepared() {
        return prepared.stream().filter(sql -> !sql.startsWith("pragma") && !sql.startsWith("set ")).toList();
    }

    private <T> T proxy(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (self, method, args) -> {
            if (method.getName().startsWith("prepare") && args != null) {
                prepared.add((String) args[0]);
            }
            try {
                var result = method.invoke(target, args);
                return result instanceof Connection connection ? proxy(Connection.class, connection) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
