package io.redline.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;

import org.jspecify.annotations.Nullable;

import io.redline.console.RouteFileLine.RouteLine;
import io.redline.console.RouteFileLine.Wrong;
import io.redline.http.Sessions;
import io.redline.reload.Routes;
import io.smallrye.common.annotation.Blocking;

/** The files of routes: what runs of each and since when, and why one does not run as it was saved. */
@Path("/console/routes")
@Produces(Shells.HTML)
@Blocking
public class RoutePages {

    private final Routes routes;
    private final Shells shells;

    RoutePages(Routes routes, Shells shells) {
        this.routes = routes;
        this.shells = shells;
    }

    @GET
    public String all(@CookieParam(Sessions.COOKIE) @Nullable String session) {
        Map<String, List<RouteLine>> running = new TreeMap<>();
        routes.running().forEach(route -> running.computeIfAbsent(route.file(), file -> new ArrayList<>())
                .add(RouteLine.of(route)));
        Map<String, Wrong> wrong = new TreeMap<>();
        routes.all().forEach(problem -> {
            wrong.put(problem.file(), Wrong.of(problem, routes.refused(problem.file())));
            running.putIfAbsent(problem.file(), List.of());
        });
        // What a person has to look at comes first.
        var files = running.entrySet().stream()
                .map(one -> new RouteFileLine(one.getKey(), wrong.get(one.getKey()), one.getValue()))
                .sorted(Comparator.comparing((RouteFileLine file) -> file.wrong() == null)
                        .thenComparing(RouteFileLine::file))
                .toList();
        return Templates.routes(shells.of("routes", "Routes", session), files).render();
    }
}
