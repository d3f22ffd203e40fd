package io.redline.api;

import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

import io.redline.account.Accounts;
import io.redline.event.EventJson;
import io.redline.journal.Journals;
import io.redline.journal.Journals.NotRead;
import io.smallrye.common.annotation.Blocking;

/** The ledger compared with the gateway's journals, now. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class ReconcileResource {

    private final Accounts accounts;
    private final Journals journals;

    ReconcileResource(Accounts accounts, Journals journals) {
        this.accounts = accounts;
        this.journals = journals;
    }

    @POST
    @Path("/accounts/{account}/reconcile")
    public String reconcile(@PathParam("account") String account) {
        var of = accounts.find(account).orElseThrow(() -> new Refused(404, "There is no account of this name: see"
                + " redline.accounts.* in application.properties."));
        try {
            var reconciled = journals.reconcile(of);
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("compared", reconciled.compared());
            json.put("repaired", reconciled.repaired());
            json.put("drift", reconciled.drift());
            return EventJson.writeInOrder(json);
        } catch (NotRead e) {
            throw new Refused(e.impossible ? 409 : 502, e.getMessage());
        }
    }
}
