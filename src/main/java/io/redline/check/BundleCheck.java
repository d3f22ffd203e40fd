package io.redline.check;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

import io.quarkus.runtime.PreventFurtherStepsException;
import io.redline.account.Accounts;

/**
 * Judges a bundle: files in, findings out. It builds no route, starts nothing and opens nothing, so that it can be asked at any
 * time, beside a service that runs as well as within it. Threadsafe.
 */
@Singleton
public class BundleCheck {

    private final Installed installed;
    private final Instance<Accounts> accounts;
    /** Large, and only needed when somebody asks. */
    private volatile List<Rule> always = List.of();

    BundleCheck(Installed installed, Instance<Accounts> accounts) {
        this.installed = installed;
        this.accounts = accounts;
    }

    /**
     * Judge files as they would run with the settings that are in force now.
     *
     * @return what has to be put right, by file and line; empty if it is sound
     */
    public List<Finding> check(BundleFiles files) {
        var findings = new TreeSet<>(check(files, ConfigProvider.getConfig(), System.getenv()));
        accounts(findings::add);
        return List.copyOf(findings);
    }

    /**
     * Judge what would come into force in a running service, beside what Camel itself says when it builds it: whether a change
     * or a notification would be lost on its way. What else there is to say is for whoever writes the files.
     */
    public List<Finding> losses(BundleFiles files) {
        var config = ConfigProvider.getConfig();
        var findings = new TreeSet<Finding>();
        var bundle = new Bundle(files.routes(), new Placeholders(config), findings::add);
        if (bundle.isWhole()) {
            for (var rule : List.of(new ChannelRule(config, new PropertyFiles(files.properties())), new KeptRule(),
                    new LossRule())) {
                rule.look(bundle, findings::add);
            }
        }
        return List.copyOf(findings);
    }

    List<Finding> check(BundleFiles files, Config config, Map<String, String> environment) {
        var findings = new TreeSet<Finding>(files.findings());
        var placeholders = new Placeholders(config);
        var bundle = new Bundle(files.routes(), placeholders, findings::add);
        var properties = new PropertyFiles(files.properties());
        var known = KnownSettings.ofThisRelease();
        var names = new LinkedHashSet<String>();
        config.getPropertyNames().forEach(names::add);
        var rules = new ArrayList<>(always());
        rules.add(new PlaceholderRule(names));
        rules.add(new KameletRule(files.kamelets()));
        if (bundle.isWhole()) {
            // What leads into a file that cannot be read leads nowhere, which is said already.
            rules.add(new ChannelRule(config, properties));
            rules.add(new KeptRule());
        }
        rules.add(new SettingsRule(known, properties, environment));
        rules.add(new InboxRule(config, properties));
        rules.forEach(rule -> rule.look(bundle, findings::add));
        return List.copyOf(findings);
    }

    private List<Rule> always() {
        if (always.isEmpty()) {
            always = List.of(new SchemaRule(), new NamingRule(), new InstalledRule(installed), new LossRule(),
                    new ConfigurationRule(), new SecretRule());
        }
        return always;
    }

    /** They are read by whoever needs them first, and say in a sentence what is wrong. */
    private void accounts(Consumer<Finding> findings) {
        try {
            accounts.get().all();
        } catch (PreventFurtherStepsException e) {
            findings.accept(new Finding("application.properties", 0, 0, e.getMessage()));
        }
    }
}
