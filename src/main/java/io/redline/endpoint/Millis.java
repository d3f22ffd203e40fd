package io.redline.endpoint;

import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.util.TimeUtils;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The placeholder <code>{{millis:redline.http.connect-timeout}}</code>: a setting with its unit ({@code 5s}) as the
 * milliseconds that some Camel components ask for.
 */
final class Millis implements PropertiesFunction {

    @Override
    public String getName() {
        return "millis";
    }

    @Override
    public String apply(String property) {
        return String.valueOf(TimeUtils.toMilliSeconds(ConfigProvider.getConfig().getValue(property, String.class)));
    }
}
