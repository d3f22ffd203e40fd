package io.redline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;

import io.redline.database.Database;
import io.redline.database.Rows;
import io.redline.endpoint.CloudEvents;
import io.redline.event.EventJson;

/**
 * The published schemas, held against what really leaves. Here they are stricter than they are for others, who have to put up
 * with members that a later release adds: what a schema does not name is an error.
 */
public final class Schemas {

    private static final String FOLDER = "META-INF/resources/schemas/";
    private static final String STRICT = "strict:/";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CloudEvents EVENTS = new CloudEvents();
    private static final Map<String, JsonSchema> KNOWN = new ConcurrentHashMap<>();

    private Schemas() {
    }

    /** Expect a text to be what a schema says: {@code cloudevent}, {@code message}, … */
    public static void expect(String schema, String json) {
        assertThat(schema(schema).validate(json, InputFormat.JSON,
                execution -> execution.getExecutionConfig().setFormatAssertionsEnabled(true)))
                .as("%s: %s", schema, json).isEmpty();
    }

    /** Expect all that was told to endpoints to be what the schemas say, also as it leaves by http. */
    public static int expectAllThatLeaves(Database database) {
        var told = database.read(connection -> Rows.query(connection, "select data from change where told order by id"
                + " limit 500", row -> row.getString(1)));
        for (var data : told) {
            expect("delivery", data);
            var change = EventJson.readObject(data);
            expect("cloudevent", new String(EVENTS.of(change, EVENTS.id(change, "1")), StandardCharsets.UTF_8));
        }
        return told.size();
    }

    private static JsonSchema schema(String name) {
        return KNOWN.computeIfAbsent(name, one -> JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012,
                factory -> factory.schemaLoaders(loaders -> loaders.add(iri -> iri.toString().startsWith(STRICT)
                        ? () -> new ByteArrayInputStream(strict(iri.toString().substring(STRICT.length())))
                        : null)))
                .getSchema(SchemaLocation.of(STRICT + one + ".schema.json"), SchemaValidatorsConfig.builder()
                        .build()));
    }

    private static byte[] strict(String file) {
        try (var in = Schemas.class.getClassLoader().getResourceAsStream(FOLDER + file)) {
            assertThat(in).as(file).isNotNull();
            var schema = JSON.readTree(in);
            close(schema);
            return JSON.writeValueAsBytes(schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(JsonNode at) {
        at.forEach(Schemas::close);
        if (at instanceof ObjectNode node && node.path("type").toString().contains("object")
                && node.has("properties")) {
            node.put("additionalProperties", false);
        }
    }
}
