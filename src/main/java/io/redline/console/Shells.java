package io.redline.console;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.database.StoreUnavailable;
import io.redline.http.Sessions;
import io.redline.operation.EndpointOverview;
import io.redline.operation.EndpointOverview.Status;
import io.redline.reload.Routes;

/** Makes what pages have around them, and judges what their forms send back. Threadsafe. */
@Singleton
class Shells {

    static final String HTML = "text/html;charset=UTF-8";

    private final Sessions sessions;
    private final EndpointOverview endpoints;
    private final Routes routes;

    Shells(Sessions sessions, EndpointOverview endpoints, Routes routes) {
        this.sessions = sessions;
        this.endpoints = endpoints;
        this.routes = routes;
    }

    Shell of(String page, String title, @Nullable String session) {
        return new Shell(page, title, sessions.areNeeded(), sessions.formToken(session), parked(),
                routes.all().size());
    }

    /** For whoever may not be signed in. */
    Shell bare(String title) {
        return new Shell("", title, false, sessions.formToken(null), null, 0);
    }

    private @Nullable Long parked() {
        try {
            return endpoints.all().stream().mapToLong(Status::parked).sum();
        } catch (StoreUnavailable e) {
            return null;
        }
    }

    /** Nothing is done for a form that is not ours. */
    void expectOurs(@Nullable String session, @Nullable String form) {
        if (!sessions.isFormToken(session, form)) {
            throw new NotShown(403, "This page is older than your session: load it anew, and try again.");
        }
    }
}
