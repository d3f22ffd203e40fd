package io.redline.endpoint;

import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.util.TimeUtils;

/**
 * The placeholder <code>{{millis:redline.endpoint.http.connect-timeout}}</code>: a setting with its unit ({@code 5s}) as the
 * milliseconds that some Camel components ask for.
 */
final class Millis implements PropertiesFunction {

    @Override
    public String getName() {
        return "millis";
    }

    @Override
    public String apply(String time) {
        return String.valueOf(TimeUtils.toMilliSeconds(time));
    }
}
