package io.redline.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;

/** The shipped gateway file as a clumsy hand might leave it: whatever it does, nothing is lost. */
@QuarkusTest
@TestProfile(EditedRoutesTest.Clumsy.class)
class EditedRoutesTest extends BlackBox {

    /** Branches that an operator might have written, by the type they wait for. */
    private static final String BRANCHES = """
                          - id: when-throws
                            expression:
                              simple: "${variable.typeWebhook} == 'throws'"
                            steps:
                              - throwException:
                                  exceptionType: java.lang.IllegalStateException
                                  message: "Secret of ${body}"
                          - id: when-stops
                            expression:
                              simple: "${variable.typeWebhook} == 'stops'"
                            steps:
                              - stop: {}
                          - id: when-rolls-back
                            expression:
                              simple: "${variable.typeWebhook} == 'rollsBack'"
                            steps:
                              - rollback:
                                  markRollbackOnly: true
                          - id: when-channel-is-missing
                            expression:
                              simple: "${variable.typeWebhook} == 'missing'"
                            steps:
                              - to: direct:nowhere
                          - id: when-not-translated
                            expression:
                              simple: "${variable.typeWebhook} == 'notTranslated'"
                            steps:
                              - to: direct:edits
                          - id: when-emptied
                            expression:
                              simple: "${variable.typeWebhook} == 'emptied'"
                            steps:
                              - setBody:
                                  simple: "${body[none]}"
                              - to: direct:edits
                          - id: when-body-is-lost
                            expression:
                              simple: "${variable.typeWebhook} == 'bodyLost'"
                            steps:
                              - setBody:
                                  constant: ""
                              - to: direct:unrecognised
                              - throwException:
                                  exceptionType: java.lang.IllegalStateException
                                  message: after the outbox
                          - id: when-swallowed
                            expression:
                              simple: "${variable.typeWebhook} == 'swallowed'"
                            steps:
                              - doTry:
                                  steps:
                                    - throwException:
                                        exceptionType: java.lang.IllegalStateException
                                        message: swallowed
                                  doCatch:
                                    - exception:
                                        - java.lang.Exception
                                      steps:
                                        - log: swallowed
                          - id: when-answers
                            expression:
                              simple: "${variable.typeWebhook} == 'answers'"
                            steps:
                              - setHeader:
                                  name: CamelHttpResponseCode
                                  constant: "500"
                              - setHeader:
                                  name: X-Leak
                                  simple: "${body}"
                              - setBody:
                                  constant: An answer of its own
                          - id: when-split
                            expression:
                              simple: "${variable.typeWebhook} == 'split'"
                            steps:
                              - split:
                                  simple: "${body[many]}"
                                  steps:
                                    - to: direct:unrecognised
                          - id: when-hangs
                            expression:
                              simple: "${variable.typeWebhook} == 'hangs'"
                            steps:
                              - delay:
                                  constant: "8000"
                          - id: when-hangs-after-the-outbox
                            expression:
                              simple: "${variable.typeWebhook} == 'hangsLater'"
                            steps:
                              - to: direct:unrecognised
                              - delay:
                                  constant: "8000"
                          - id: when-on-another-thread
                            expression:
                              simple: "${variable.typeWebhook} == 'thread'"
                            steps:
                              - threads:
                                  poolSize: 1
                              - to: direct:unrecognised
            """;

    public static final class Clumsy extends OnSqlite {

        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("redline.max-route-time", "1s");
            settings.put("redline.routes",
                    routesWithout("            otherwise:\n              id: otherwise-unrecognised\n")
                            .toString());
            return settings;
        }
    }

    /** A copy of routes/ whose gateway file has forgotten its otherwise and gained the branches above. */
    private static Path routesWithout(String otherwise) {
        var copy = OnSqlite.newFolder().resolve("routes");
        var routes = Path.of("routes");
        try (var files = Files.walk(routes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var to = copy.resolve(routes.relativize(file).toString());
                Files.createDirectories(to.getParent());
                var text = Files.readString(file);
                if (file.endsWith("green-api.camel.yaml")) {
                    var from = text.indexOf(otherwise);
                    var until = text.indexOf("- route:", from);
                    assertThat(from).isPositive();
                    assertThat(until).isGreaterThan(from);
                    text = text.substring(0, from) + BRANCHES + text.substring(until);
                }
                Files.writeString(to, text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    @ParameterizedTest
    @CsvSource({"forgotten,ended without", "throws,IllegalStateException", "stops,ended without",
            "rollsBack,", "missing,", "notTranslated,", "swallowed,ended without", "answers,ended without",
            "emptied,ended without", "hangs,did not come to an end"})
    void whatTheRoutesForget_isParked(String type, String reason) {
        var body = ("{\"typeWebhook\":\"" + type + "\",\"text\":\"confidential\",\"none\":[]}").getBytes();
        var answer = post("sales", body);
        expectTaken(answer);
        assertThat(answer.headers().hasHeaderWithName("X-Leak")).isFalse();
        expectParked(body);
        assertThat((String) parked().get(0).get("lastError")).contains(reason == null ? "" : reason)
                .doesNotContain("confidential");
    }

    @ParameterizedTest
    @CsvSource({"bodyLost", "split", "thread", "hangsLater"})
    void whatReachesTheOutboxInSpiteOfAll_isKeptOnce(String type) {
        var body = ("{\"typeWebhook\":\"" + type + "\",\"many\":[1,2,3]}").getBytes();
        take("sales", body);
        expectParked(body);
    }

    @Test
    void otherBranches_goOn() {
        take("sales", sample("incoming-edited"));
        assertThat(message("sales", "71234567890@c.us", "3PEAD8EDB7A9D438FF5E")).containsEntry("edited", true);
        assertThat(parked()).isEmpty();
    }
}
