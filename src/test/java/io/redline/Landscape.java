package io.redline;

import java.util.List;

import org.apache.camel.component.log.LogComponent;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

import io.redline.event.EventsAsJson;
import io.redline.gateway.aitu.AituTranslator;
import io.redline.gateway.greenapi.GreenApiTranslator;
import io.redline.gateway.waha.WahaTranslator;

/**
 * Camel as others have it: a main of its own with routes in files and a web server, and no Quarkus anywhere. For
 * {@link KameletsIT}, which starts it with nothing but Camel and the jar of kamelets.
 */
final class Landscape {

    private Landscape() {
    }

    /** @param arguments the port to listen on, where the receiver is, and the files of routes */
    public static void main(String[] arguments) throws Exception {
        var main = new Main();
        main.configure().setRoutesIncludePattern(String.join(",", List.of(arguments).subList(2, arguments.length)));
        // It shows the values of whatever is not named token, password or secret.
        main.configure().setAutoConfigurationLogSummary(false);
        main.addInitialProperty("receiver", arguments[1]);
        // For the service's own router, which is run beside the kamelets.
        main.bind("greenApi", new GreenApiTranslator());
        main.bind("waha", new WahaTranslator());
        main.bind("aitu", new AituTranslator());
        main.bind("shown", new EventsAsJson());
        main.bind("outbox", new LogComponent());
        main.addMainListener(new MainListenerSupport() {

            @Override
            public void beforeConfigure(BaseMainSupport support) {
                var server = new VertxPlatformHttpServerConfiguration();
                server.setBindHost("127.0.0.1");
                server.setBindPort(Integer.parseInt(arguments[0]));
                try {
                    support.getCamelContext().addService(new VertxPlatformHttpServer(server));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        main.run();
    }
}
