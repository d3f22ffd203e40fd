package io.redline.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import jakarta.inject.Singleton;

import io.redline.account.Accounts;
import io.redline.call.Stops;
import io.redline.journal.Journals;
import io.redline.ledger.LedgerReader;
import io.redline.setting.Settings;

/** The accounts, each with how it stands with its gateway, as the API and the console show them. Threadsafe. */
@Singleton
public class AccountOverview {

    private final Accounts accounts;
    private final LedgerReader reader;
    private final Stops stops;
    private final Settings settings;
    private final Journals journals;

    AccountOverview(Accounts accounts, LedgerReader reader, Stops stops, Settings settings, Journals journals) {
        this.accounts = accounts;
        this.reader = reader;
        this.stops = stops;
        this.settings = settings;
        this.journals = journals;
    }

    /** All of them as JSON objects, by name. */
    public List<Map<String, Object>> all() {
        return reader.accounts().stream().map(this::withGateway).toList();
    }

    private Map<String, Object> withGateway(Map<String, Object> json) {
        accounts.find((String) json.get("name")).ifPresent(account -> {
            json.put("intake", account.intake().name().toLowerCase(Locale.ROOT));
            json.put("journal", account.journal() && accounts.token(account).isSet());
            stops.of(account).ifPresent(stop -> json.put("stopped", stop.sentence()));
            journals.of(account).ifPresent(reading -> {
                Map<String, Object> reconciled = new LinkedHashMap<>();
                reconciled.put("completedAt", reading.completedAt() == null ? null : reading.completedAt().toString());
                reconciled.put("problem", reading.problem());
                json.put("reconciled", reconciled);
            });
            settings.report(account).ifPresent(report -> {
                Map<String, Object> found = new LinkedHashMap<>();
                found.put("checkedAt", report.checkedAt().toString());
                found.put("missing", report.missing());
                found.put("note", report.note());
                json.put("settings", found);
            });
        });
        return json;
    }
}
