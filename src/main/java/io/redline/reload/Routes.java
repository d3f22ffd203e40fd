package io.redline.reload;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.apache.camel.CamelContext;
import org.apache.camel.quarkus.main.events.AfterStart;
import org.apache.camel.quarkus.main.events.BeforeStart;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.PreventFurtherStepsException;
import io.redline.check.BundleCheck;
import io.redline.check.BundleFiles;
import io.redline.config.Unusable;
import io.redline.reload.CamelRoutes.Busy;

/**
 * What runs of the operator's files, and brings into force what they save: as a whole or not at all, file by file where they
 * do not depend on each other. What cannot run is said, and what ran before goes on. Threadsafe.
 */
@Singleton
public class Routes {

    private static final Logger LOG = Logger.getLogger(Routes.class);
    private static final String COUNTER = "redline.routes.reload";

    private final CamelContext camel;
    private final CamelRoutes work;
    private final Folders folders;
    private final GoodCopies copies;
    private final BundleCheck check;
    private final MeterRegistry metrics;
    /** By file. */
    private final SortedMap<String, Generation> running = new TreeMap<>();
    private final Map<String, RouteFile> templates = new ConcurrentHashMap<>();
    private final Map<String, Problem> problems = new TreeMap<>();
    /** By file, what it sends to and no route begins with: it runs all the same, and what is sent there is parked. */
    private Map<String, Problem> looseEnds = Map.of();
    /** Texts that were refused, not to be tried again before something else has changed. */
    private final Map<String, String> refused = new HashMap<>();
    private SortedMap<String, RouteFile> seen = new TreeMap<>();
    private Map<String, String> settings = Map.of();
    private final Set<String> toldToRestart = new HashSet<>();
    private final Set<String> idsOfTheJar = new HashSet<>();
    private int number = 1;
    private boolean starts = true;
    private @Nullable String unreadable;
    /** For those who ask, and must not wait until something has come into force. */
    private volatile View view = new View(List.of(), List.of(), Map.of(), null);

    private record View(List<Running> running, List<Problem> problems, Map<String, String> refused,
            @Nullable String unreadable) {
    }

    /**
     * Why a file does not run as it was saved.
     *
     * @param line from 1; {@code null} where none is to blame
     * @param running whether an older text of it runs
     */
    public record Problem(String file, @Nullable Integer line, String sentence, Instant at, boolean running) {

        /** {@code routes/channels.camel.yaml:12}. */
        public String place() {
            return line == null ? file : file + ":" + line;
        }
    }

    /**
     * A route that runs.
     *
     * @param id as it stands in the file
     * @param since when this text of it began to run
     */
    public record Running(String id, String file, @Nullable String description, String from, Instant since,
            int generation, boolean started) {
    }

    Routes(CamelContext camel, CamelRoutes work, Folders folders, GoodCopies copies, BundleCheck check,
            MeterRegistry metrics) {
        this.camel = camel;
        this.work = work;
        this.folders = folders;
        this.copies = copies;
        this.check = check;
        this.metrics = metrics;
        metrics.gauge("redline.routes.refused", this, routes -> routes.all().size());
        for (var outcome : List.of("applied", "refused")) {
            metrics.counter(COUNTER, "outcome", outcome);
        }
    }

    /** What is in the jar sends to the operator's routes: it begins after them. */
    void hold(@Observes BeforeStart event) {
        starts = camel.isAutoStartup();
        camel.setAutoStartup(false);
    }

    /** Whatever is broken, the service starts. Only a setting without which nothing can be right ends it. */
    synchronized void begin(@Observes AfterStart event) throws Exception {
        try {
            seen = folders.read();
        } catch (IOException e) {
            throw Unusable.because("The routes cannot be read: " + e.getMessage());
        }
        settings = Settings.now();
        camel.getRoutes().forEach(route -> idsOfTheJar.add(route.getRouteId()));
        for (var file : seen.values().stream().sorted(RouteFile.ORDER).toList()) {
            begin(file);
        }
        work.missing(running.values(), List.of()).forEach((generation, direct) -> {
            var refusal = missing(generation, direct);
            if (copies.of(refusal.file()).filter(copy -> !copy.equals(generation.file())).isPresent()) {
                work.remove(List.of(generation));
                running.remove(refusal.file());
                beginCopy(generation.file(), refusal);
            } else {
                // Better than none: what is sent there is parked, and nothing lost. Health shows it.
                LOG.warnf("%s: %s", refusal.file(), refusal.sentence());
            }
        });
        if (!starts) {
            findLooseEnds();
            show();
            return;
        }
        for (var generation : List.copyOf(running.values())) {
            try {
                work.start(generation);
            } catch (Refusal e) {
                work.remove(List.of(generation));
                running.remove(e.file());
                var copy = beginCopy(generation.file(), e);
                if (copy != null) {
                    startCopy(copy);
                }
            }
        }
        running.values().stream().map(Generation::file).filter(file -> !problems.containsKey(file.name()))
                .forEach(copies::keep);
        templates.values().stream().filter(file -> !problems.containsKey(file.name())).forEach(copies::keep);
        findLooseEnds();
        show();
        camel.setAutoStartup(true);
        camel.getRouteController().startAllRoutes();
    }

    private void begin(RouteFile file) {
        try {
            take(file);
        } catch (Refusal e) {
            if (e.getCause() instanceof PreventFurtherStepsException unusable) {
                throw unusable;
            }
            beginCopies(file, e);
        }
    }

    /** What a file refers to may be what is broken: it is tried with the last good copies of that, and then its own. */
    private void beginCopies(RouteFile file, Refusal refusal) {
        var again = refusal;
        for (var shared : List.copyOf(running.values())) {
            if (again != null && shared.defines(file)
                    && copies.of(shared.file().name()).filter(copy -> !copy.equals(shared.file())).isPresent()) {
                work.remove(List.of(shared));
                running.remove(shared.file().name());
                beginCopy(shared.file(), Sentences.blame(shared.file(), again));
                try {
                    take(file);
                    again = null;
                } catch (Refusal e) {
                    again = e;
                }
            }
        }
        if (again != null) {
            beginCopy(file, again);
        }
    }

    private void take(RouteFile file) throws Refusal {
        if (file.isTemplate()) {
            TemplateCheck.check(file);
            templates.put(file.name(), file);
        } else {
            var generation = work.build(file, number);
            try {
                work.expectOwnBeginnings(generation, running.values());
            } catch (Refusal e) {
                work.remove(List.of(generation));
                throw e;
            }
            running.put(file.name(), generation);
        }
    }

    private @Nullable Generation beginCopy(RouteFile file, Refusal refusal) {
        refused.put(file.name(), file.text());
        var copy = copies.of(file.name());
        if (copy.isPresent() && !copy.get().equals(file)) {
            try {
                take(copy.get());
            } catch (Refusal e) {
                // It was good for another release, or with other settings.
                LOG.debugf("The last good copy of %s does not run either.", file.name());
            }
        }
        note(refusal, running.containsKey(file.name()) || templates.containsKey(file.name()));
        return running.get(file.name());
    }

    private void startCopy(Generation copy) {
        try {
            work.start(copy);
        } catch (Refusal e) {
            work.remove(List.of(copy));
            running.remove(e.file());
            note(e, false);
        }
    }

    private Refusal missing(Generation generation, String direct) {
        var file = generation.file();
        var name = direct.substring("direct:".length());
        return new Refusal(file.name(), Sentences.line(file, name), "It sends to " + direct
                + ", and no route begins with that.");
    }

    /** Look at the files and the settings, and bring into force what was changed and is sound. */
    synchronized void look() {
        try {
            bringIntoForce();
        } finally {
            show();
        }
    }

    private void bringIntoForce() {
        work.removeDrained();
        SortedMap<String, RouteFile> now;
        try {
            now = folders.read();
            unreadable = null;
        } catch (IOException e) {
            if (unreadable == null) {
                LOG.errorf("The routes cannot be read any more (%s). What ran goes on.", e.getMessage());
            }
            unreadable = "The routes cannot be read any more: " + e.getMessage() + ".";
            return;
        }
        Map<String, @Nullable RouteFile> changes = new TreeMap<>();
        Set<String> names = new TreeSet<>(now.keySet());
        names.addAll(running.keySet());
        names.addAll(templates.keySet());
        names.addAll(problems.keySet());
        for (var name : names) {
            var file = now.get(name);
            // What was seen like this twice is no longer being written.
            if (Objects.equals(file, seen.get(name)) && isNew(name, file)) {
                changes.put(name, file);
            }
        }
        seen = now;
        changeSettings(changes);
        if (!changes.isEmpty()) {
            apply(changes);
        }
    }

    private boolean isNew(String name, @Nullable RouteFile file) {
        if (Objects.equals(file, runs(name))) {
            if (problems.remove(name) != null) {
                refused.remove(name);
                LOG.infof("%s is again as it runs.", name);
            }
            return false;
        }
        return !String.valueOf(file == null ? null : file.text()).equals(refused.get(name));
    }

    private @Nullable RouteFile runs(String name) {
        var generation = running.get(name);
        return generation != null ? generation.file() : templates.get(name);
    }

    /** Which files have to be read anew for settings that changed; what cannot be applied is said once. */
    private void changeSettings(Map<String, @Nullable RouteFile> changes) {
        var now = Settings.now();
        var before = settings;
        settings = now;
        for (var name : Settings.changed(before, now)) {
            refused.clear();
            var was = before.getOrDefault(name, "");
            var is = now.getOrDefault(name, "");
            var applied = Settings.isLive(name);
            for (var generation : running.values()) {
                var file = generation.file();
                if (Settings.isNamed(file, name) || Settings.decides(file, name, was, is)
                        || work.deliversTo(generation, endpoint -> name.startsWith("redline.outbox.retry.")
                                || name.startsWith("redline.endpoint." + endpoint + ".retry.")
                                || name.equals("redline.endpoint." + endpoint + ".rate"))) {
                    applied = true;
                    if (!changes.containsKey(file.name())) {
                        changes.put(file.name(), file);
                    }
                }
            }
            if (applied) {
                LOG.infof("The setting %s has changed.", name);
                toldToRestart.remove(name);
            } else if (toldToRestart.add(name)) {
                LOG.warnf("The setting %s has changed, and needs a restart.", name);
            }
        }
    }

    private void apply(Map<String, @Nullable RouteFile> changes) {
        var pending = new TreeMap<>(changes);
        var applied = false;
        for (var file : changes.values()) {
            if (file != null && file.isTemplate()) {
                applied |= applyTemplate(file);
            }
        }
        for (var name : changes.keySet()) {
            if (templates.containsKey(name) || changes.get(name) != null && changes.get(name).isTemplate()) {
                pending.remove(name);
                if (changes.get(name) == null) {
                    // Who names it goes on with what it was, until the next start.
                    copies.forget(name);
                    templates.remove(name);
                    settle(name);
                }
            }
        }
        while (!pending.isEmpty()) {
            try {
                replace(pending);
                applied = true;
                break;
            } catch (Refusal e) {
                refuse(e, changes.get(e.file()));
                pending.remove(e.file());
            } catch (Busy e) {
                LOG.warnf("%s: what was saved comes into force when it has ended.", e.getMessage());
                break;
            }
        }
        if (applied) {
            // What was refused for want of another may be right now.
            refused.clear();
            problems.values().stream().filter(problem -> changes.containsKey(problem.file()))
                    .forEach(problem -> refused.put(problem.file(), text(changes.get(problem.file()))));
            findLooseEnds();
        }
    }

    private void findLooseEnds() {
        var before = looseEnds;
        Map<String, Problem> now = new TreeMap<>();
        work.missing(running.values(), List.of()).forEach((generation, direct) -> {
            var refusal = missing(generation, direct);
            var known = before.get(refusal.file());
            now.put(refusal.file(), known != null && known.sentence().equals(refusal.sentence())
                    ? known
                    : new Problem(refusal.file(), refusal.line(), refusal.sentence(), Instant.now(), true));
        });
        looseEnds = now;
    }

    private static String text(@Nullable RouteFile file) {
        return String.valueOf(file == null ? null : file.text());
    }

    private boolean applyTemplate(RouteFile file) {
        try {
            TemplateCheck.check(file);
            templates.put(file.name(), file);
            copies.keep(file);
            settle(file.name());
            LOG.infof("%s was read anew.", file.name());
            return true;
        } catch (Refusal e) {
            refuse(e, file);
            return false;
        }
    }

    /** All of them, or none. */
    private void replace(Map<String, @Nullable RouteFile> changes) throws Refusal {
        expectNoLoss(changes);
        var files = withDependents(changes);
        List<Generation> old = files.keySet().stream().map(running::get).filter(one -> one != null).toList();
        number++;
        old.forEach(work::withdraw);
        List<Generation> fresh = new ArrayList<>();
        try {
            for (var file : files.values().stream().filter(Objects::nonNull).sorted(RouteFile.ORDER).toList()) {
                fresh.add(work.build(file, number));
            }
            expectNoneMissing(files, fresh, old);
            expectUniqueIds(fresh, old);
            List<Generation> all = new ArrayList<>(running.values());
            all.removeAll(old);
            for (var generation : fresh) {
                work.expectOwnBeginnings(generation, all);
                all.add(generation);
            }
            work.replace(fresh, old);
        } catch (Refusal | RuntimeException e) {
            work.remove(fresh);
            old.forEach(work::restore);
            if (e instanceof Refusal refusal && !changes.containsKey(refusal.file())) {
                // A file that did not change cannot be built with those that did.
                var culprit = changes.keySet().iterator().next();
                var text = changes.get(culprit);
                throw Sentences.blame(text == null ? new RouteFile(culprit, "") : text, refusal);
            }
            throw e;
        }
        for (var name : files.keySet()) {
            running.remove(name);
            copiesOf(name, files.get(name));
            settle(name);
        }
        fresh.forEach(generation -> running.put(generation.file().name(), generation));
        metrics.counter(COUNTER, "outcome", "applied").increment();
        LOG.infof("In force: %s%s (generation %d).", String.join(", ", changes.keySet()),
                files.size() > changes.size() ? ", and with it all files that may name it" : "", number);
    }

    /** What Camel would run, and something would be lost by it. */
    private void expectNoLoss(Map<String, @Nullable RouteFile> changes) throws Refusal {
        Map<String, String> texts = new TreeMap<>();
        running.forEach((name, generation) -> texts.put(name, generation.file().text()));
        changes.forEach((name, file) -> {
            if (file == null) {
                texts.remove(name);
            } else {
                texts.put(name, file.text());
            }
        });
        texts.keySet().removeIf(RouteFile::isKamelet);
        for (var finding : check.losses(new BundleFiles(texts, Map.of(), List.of()))) {
            if (changes.get(finding.file()) != null) {
                throw new Refusal(finding.file(), finding.line() == 0 ? null : finding.line(), finding.sentence());
            }
        }
    }

    private void copiesOf(String name, @Nullable RouteFile file) {
        if (file == null) {
            copies.forget(name);
        } else {
            copies.keep(file);
        }
    }

    /** What one file defines for others is in force in those only if they are built anew. */
    private Map<String, @Nullable RouteFile> withDependents(Map<String, @Nullable RouteFile> changes) {
        Map<String, @Nullable RouteFile> files = new TreeMap<>(changes);
        var kamelets = changes.keySet().stream().anyMatch(RouteFile::isKamelet);
        var shared = changes.keySet().stream().filter(name -> !RouteFile.isKamelet(name)).map(running::get)
                .anyMatch(one -> one != null && one.isShared())
                || changes.values().stream().anyMatch(file -> file != null && !file.isKamelet() && file.isForOthers());
        // One that is to go is in it without a text.
        running.values().stream().map(Generation::file)
                .filter(file -> shared || kamelets && !file.isKamelet() && file.usesKamelets())
                .filter(file -> !files.containsKey(file.name())).forEach(file -> files.put(file.name(), file));
        return files;
    }

    private void expectNoneMissing(Map<String, @Nullable RouteFile> files, List<Generation> fresh,
            List<Generation> old) throws Refusal {
        List<Generation> would = new ArrayList<>(fresh);
        running.values().stream().filter(generation -> !files.containsKey(generation.file().name()))
                .forEach(would::add);
        var before = work.missing(running.values(), fresh).keySet();
        for (var entry : work.missing(would, old).entrySet()) {
            var generation = entry.getKey();
            var direct = entry.getValue();
            if (fresh.contains(generation)) {
                throw missing(generation, direct);
            }
            if (!before.contains(generation)) {
                // It was there: who took it away?
                var culprit = old.stream().filter(one -> work.serves(one, direct)).findFirst().orElseThrow();
                var name = culprit.file().name();
                throw new Refusal(name, null, generation.file().name() + " sends to " + direct
                        + ", and no route would begin with that any more.");
            }
        }
    }

    /** Ids of different generations differ; those that stand in the files must be unique as well. */
    private void expectUniqueIds(List<Generation> fresh, Collection<Generation> old) throws Refusal {
        Set<String> taken = new HashSet<>(idsOfTheJar);
        running.values().stream().filter(generation -> !old.contains(generation))
                .forEach(generation -> taken.addAll(generation.plainIds()));
        for (var generation : fresh) {
            for (var id : generation.plainIds()) {
                if (!taken.add(id)) {
                    throw Sentences.duplicate(generation.file(), id);
                }
            }
        }
    }

    private void refuse(Refusal refusal, @Nullable RouteFile file) {
        refused.put(refusal.file(), text(file));
        metrics.counter(COUNTER, "outcome", "refused").increment();
        note(refusal, runs(refusal.file()) != null);
    }

    private void note(Refusal refusal, boolean runs) {
        var problem = new Problem(refusal.file(), refusal.line(), refusal.sentence(), Instant.now(), runs);
        problems.put(refusal.file(), problem);
        LOG.errorf("%s: %s %s", problem.place(), problem.sentence(), runs
                ? "It runs as it was before."
                : "Nothing of it runs.");
    }

    private void settle(String name) {
        problems.remove(name);
        refused.remove(name);
    }

    private void show() {
        List<Running> all = new ArrayList<>();
        for (var generation : running.values()) {
            for (var route : work.routes(generation)) {
                all.add(new Running(Generation.plainId(route.getRouteId()), generation.file().name(),
                        route.getDescription(), route.getEndpoint().getEndpointBaseUri(), generation.since(),
                        generation.number(),
                        camel.getRouteController().getRouteStatus(route.getRouteId()).isStarted()));
            }
        }
        var wrong = Stream.concat(problems.values().stream(), looseEnds.values().stream()).toList();
        view = new View(List.copyOf(all), wrong, Map.copyOf(refused), unreadable);
    }

    /** Which files do not run as they were saved or as they are meant, and why. */
    public List<Problem> all() {
        return view.problems();
    }

    /** The text of a file that was refused, as it was read; {@code null} where there is none. */
    public @Nullable String refused(String file) {
        return view.refused().get(file);
    }

    /** Why no file is looked at any more, if so. */
    public @Nullable String unreadable() {
        return view.unreadable();
    }

    /** The routes of files that run, by file. */
    public List<Running> running() {
        return view.running();
    }

    /** The text of a template of {@code routes/templates} as it runs; {@code null} if there is none. */
    public @Nullable String template(String name) {
        var file = templates.get(folders.template(name));
        return file == null ? null : file.text();
    }
}
