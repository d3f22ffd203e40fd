package io.redline.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.redline.Schemas;
import io.redline.event.EventJson;
import io.restassured.path.json.JsonPath;

/** The API keeps to its contract, META-INF/openapi.yaml: the same paths, and no member that it does not know. */
@QuarkusTest
@TestProfile(OnSqlite.class)
class ContractTest extends BlackBox {

    private static final List<Class<?>> RESOURCES = List.of(ReadingResource.class, DeliveriesResource.class,
            EndpointsResource.class, ReplaysResource.class, ReconcileResource.class,
            CommandsResource.class, RoutesResource.class, GatewayReadsResource.class);

    private JsonPath contract;

    @BeforeEach
    void readTheContract() {
        contract = api().get("/api/openapi?format=json").jsonPath();
        for (var sample : List.of("incoming-edited", "outgoing-api-edited", "status-failed-edit-window-expired",
                "incoming-reaction", "incoming-deleted", "quota-exceeded")) {
            post("sales", sample(sample));
        }
        take("sales", "not JSON");
    }

    @Test
    void hasThePathsThatAreServed() {
        var served = RESOURCES.stream().flatMap(resource -> Arrays.stream(resource.getDeclaredMethods())
                .filter(method -> Arrays.stream(method.getAnnotations())
                        .anyMatch(a -> a.annotationType().isAnnotationPresent(HttpMethod.class)))
                .map(method -> "/api" + method.getAnnotation(Path.class).value()))
                .collect(Collectors.toSet());
        Set<String> promised = contract.<Map<String, Object>>get("paths").keySet();
        assertThat(promised).containsAll(served).contains("/webhooks/green-api/{account}");
        assertThat(promised.stream().filter(path -> path.startsWith("/api/"))).hasSameSizeAs(served);
    }

    @Test
    void knowsEveryMemberOfWhatIsAnswered() {
        for (var account : list("/api/accounts")) {
            expectKnown("Account", account);
        }
        for (var chat : list("/api/accounts/sales/chats")) {
            expectKnown("Chat", Map.of("id", chat.get("id")));
            for (var message : list("/api/accounts/sales/chats/" + encoded((String) chat.get("id")) + "/messages")) {
                expectKnown("Message", message);
                Schemas.expect("message", EventJson.write(message));
                assertThat(versions(message)).isNotEmpty().allSatisfy(version -> expectKnown("Version", version));
            }
        }
        assertThat(parked()).isNotEmpty().allSatisfy(delivery -> expectKnown("Delivery", delivery));
        assertThat(list("/api/endpoints")).isNotEmpty().allSatisfy(endpoint -> expectKnown("Endpoint", endpoint));
        assertThat(list("/api/routes")).isNotEmpty().allSatisfy(route -> expectKnown("Route", route));
        var begun = given().contentType("application/json").body("{}").post("/api/endpoints/nobody/resync");
        assertThat(begun.statusCode()).as(begun.asString()).isEqualTo(202);
        assertThat(begun.jsonPath().getString("note")).isNotBlank();
        expectKnown("Replay", begun.jsonPath().getMap("$"));
        assertThat(list("/api/replays")).isNotEmpty().allSatisfy(replay -> expectKnown("Replay", replay));
        var kinds = contract.<List<String>>get("components.schemas.Kind.enum");
        assertThat(events()).hasSizeGreaterThan(5).allSatisfy(event -> {
            assertThat(kinds).contains((String) event.get("kind"));
            expectKnown("Event", event);
        });
    }

    private void expectKnown(String schema, Map<String, Object> json) {
        var of = "components.schemas." + schema;
        assertThat(contract.<Map<String, Object>>get(of + ".properties").keySet()).as(schema)
                .containsAll(json.keySet());
        assertThat(json.keySet()).as(schema).containsAll(contract.<List<String>>get(of + ".required"));
    }
}
