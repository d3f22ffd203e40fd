package io.redline.endpoint;

import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.apache.camel.CamelContext;
import org.apache.camel.component.jdbc.JdbcComponent;
import org.apache.camel.quarkus.main.events.AfterStop;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.redline.config.Secret;
import io.redline.config.Unusable;

/**
 * A pool of connections for every {@code redline.endpoint.<name>.url} that begins with {@code jdbc:}, under that name, so that
 * {@code jdbc:<name>} finds it. Quarkus' own data sources are fixed when the service is built; an operator's are not.
 */
@Singleton
class JdbcPools {

    private static final Pattern URL = Pattern.compile("redline\\.endpoint\\.([A-Za-z0-9_-]+)\\.url");
    private static final String JDBC = "jdbc:";
    /** The one shipped endpoint whose address can be nothing else. */
    private static final String DATABASE = "database";
    /** As many as an endpoint has deliveries on their way. SQLite has one writer; others would only wait for it. */
    private static final int CONNECTIONS = 8;

    private final List<AgroalDataSource> open = new ArrayList<>();

    /** Make the pools. Nothing is connected yet: a database that is away is what deliveries are tried again for. */
    void bind(CamelContext context) {
        context.getComponent("jdbc", JdbcComponent.class).setConnectionStrategy(new PooledConnections());
        var config = ConfigProvider.getConfig();
        var names = new TreeSet<>(List.of(DATABASE));
        config.getPropertyNames().forEach(property -> {
            var matcher = URL.matcher(property);
            if (matcher.matches()) {
                names.add(matcher.group(1));
            }
        });
        for (var name : names) {
            var url = config.getOptionalValue(property(name, "url"), String.class).orElse("").strip();
            if (url.startsWith(JDBC)) {
                var pool = pool(config, name, url);
                open.add(pool);
                context.getRegistry().bind(name, DataSource.class, pool);
            } else if (name.equals(DATABASE) && !url.isEmpty()) {
                throw Unusable.because(property(name, "url") + " has to begin with " + JDBC);
            }
        }
    }

    private static AgroalDataSource pool(Config config, String name, String url) {
        var driver = driver(name, url);
        var username = config.getOptionalValue(property(name, "username"), String.class).orElse("").strip();
        var password = Secret.text(property(name, "password"));
        var sqlite = url.startsWith("jdbc:sqlite:");
        var configuration = new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(pool -> pool
                .maxSize(sqlite ? 1 : CONNECTIONS).acquisitionTimeout(Duration.ofSeconds(10)).validateOnBorrow(!sqlite)
                // Unless it is told how, it takes every connection for a good one.
                .connectionValidator(ConnectionValidator.defaultValidator())
                .connectionFactoryConfiguration(factory -> {
                    factory.jdbcUrl(url).connectionProviderClass(driver.getClass());
                    if (!username.isEmpty()) {
                        factory.principal(new NamePrincipal(username));
                    }
                    if (!password.isEmpty()) {
                        factory.credential(new SimplePassword(password));
                    }
                    if (url.startsWith("jdbc:postgresql:")) {
                        // A server that is silent must not hold a delivery for ever. The address may say otherwise.
                        factory.jdbcProperty("connectTimeout", "5").jdbcProperty("socketTimeout", "60")
                                .jdbcProperty("tcpKeepAlive", "true").jdbcProperty("ApplicationName", "redline");
                    }
                    return factory;
                }));
        return new io.agroal.pool.DataSource(configuration.get());
    }

    /** Not as DriverManager does it, which knows only the drivers that somebody happened to load before. */
    private static Driver driver(String name, String url) {
        for (var driver : ServiceLoader.load(Driver.class, JdbcPools.class.getClassLoader())) {
            try {
                if (driver.acceptsURL(url)) {
                    return driver;
                }
            } catch (SQLException e) {
                // It looked at the address and did not like it: the sentence below says so.
                break;
            }
        }
        throw Unusable.because(property(name, "url") + " is no address that a driver compiled in understands: "
                + "jdbc:postgresql://host:5432/database, or jdbc:sqlite:file.");
    }

    private static String property(String name, String setting) {
        return "redline.endpoint." + name + "." + setting;
    }

    void close(@Observes AfterStop event) {
        open.forEach(AgroalDataSource::close);
        open.clear();
    }
}
