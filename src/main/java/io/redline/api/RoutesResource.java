package io.redline.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

import org.jspecify.annotations.Nullable;

import io.redline.event.EventJson;
import io.redline.reload.Routes;
import io.redline.reload.Routes.Problem;
import io.smallrye.common.annotation.Blocking;

/** The routes of files: what runs, and what does not run as it was saved. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class RoutesResource {

    private final Routes routes;

    RoutesResource(Routes routes) {
        this.routes = routes;
    }

    @GET
    @Path("/routes")
    public String routes() {
        Map<String, Problem> problems = routes.all().stream()
                .collect(Collectors.toMap(Problem::file, Function.identity(), (a, b) -> a, LinkedHashMap::new));
        List<Map<String, Object>> all = new ArrayList<>();
        for (var route : routes.running()) {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("file", route.file());
            json.put("id", route.id());
            json.put("description", route.description());
            json.put("from", route.from());
            json.put("started", route.started());
            json.put("since", route.since().toString());
            json.put("generation", route.generation());
            json.put("lastError", error(problems.get(route.file())));
            all.add(json);
        }
        problems.values().stream()
                .filter(problem -> all.stream().noneMatch(json -> problem.file().equals(json.get("file"))))
                .forEach(problem -> {
                    Map<String, @Nullable Object> json = new LinkedHashMap<>();
                    json.put("file", problem.file());
                    json.put("id", null);
                    json.put("lastError", error(problem));
                    all.add(json);
                });
        return EventJson.writeInOrder(all);
    }

    private static @Nullable Map<String, @Nullable Object> error(@Nullable Problem problem) {
        if (problem == null) {
            return null;
        }
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("line", problem.line());
        json.put("sentence", problem.sentence());
        json.put("at", problem.at().toString());
        return json;
    }
}
