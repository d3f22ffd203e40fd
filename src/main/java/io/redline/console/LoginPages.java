package io.redline.console;

import java.net.URI;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import io.redline.http.Sessions;
import io.smallrye.common.annotation.Blocking;
import io.vertx.core.http.HttpServerRequest;

/** Signing in with the token of the API, and out. */
@Path("/console")
@Produces(Shells.HTML)
@Blocking
public class LoginPages {

    private final Sessions sessions;
    private final Shells shells;

    LoginPages(Sessions sessions, Shells shells) {
        this.sessions = sessions;
        this.shells = shells;
    }

    @GET
    public Response home() {
        return Response.seeOther(URI.create(Paths.CONVERSATIONS)).build();
    }

    @GET
    @Path("/login")
    public Response login(@QueryParam("to") @DefaultValue("") String to) {
        return sessions.areNeeded()
                ? Response.ok(Templates.login(shells.bare("Sign in"), to, null).render()).build()
                : home();
    }

    @POST
    @Path("/login")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response login(@FormParam("token") @DefaultValue("") String token,
            @FormParam("to") @DefaultValue("") String to, @FormParam("form") @Nullable String form,
            @Context HttpServerRequest request) {
        shells.expectOurs(null, form);
        var session = sessions.begin(token);
        if (session == null) {
            return Response.status(Response.Status.UNAUTHORIZED).entity(Templates.login(shells.bare("Sign in"), to,
                    "That is not the token of redline.api.token.").render()).build();
        }
        return Response.seeOther(URI.create(to.startsWith("/console/") ? to : Paths.CONVERSATIONS))
                .cookie(cookie(session, (int) Sessions.LIFE.toSeconds(), request)).build();
    }

    @POST
    @Path("/logout")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response logout(@CookieParam(Sessions.COOKIE) @Nullable String session,
            @FormParam("form") @Nullable String form, @Context HttpServerRequest request) {
        shells.expectOurs(session, form);
        return Response.seeOther(URI.create("/console/login")).cookie(cookie("", 0, request)).build();
    }

    private static NewCookie cookie(String value, int seconds, HttpServerRequest request) {
        return new NewCookie.Builder(Sessions.COOKIE).value(value).path("/console").maxAge(seconds).httpOnly(true)
                .sameSite(NewCookie.SameSite.STRICT).secure(isSecure(request)).build();
    }

    /** Whether the browser came by https, be it to a proxy. */
    private static boolean isSecure(HttpServerRequest request) {
        var forwarded = request.getHeader("Forwarded");
        return request.isSSL() || "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"))
                || forwarded != null && forwarded.toLowerCase(java.util.Locale.ROOT).contains("proto=https");
    }
}
