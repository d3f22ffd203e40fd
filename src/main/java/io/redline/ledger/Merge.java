package io.redline.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.EventKey;
import io.redline.event.Person;
import io.redline.event.Source;
import io.redline.ledger.MessageView.Original;
import io.redline.ledger.MessageView.Reacted;
import io.redline.ledger.MessageView.Receipt;

/**
 * The views of an account's messages as a pure function of the set of facts known of them: whatever order the facts came
 * in, and however often, the result is the same. docs/ledger.md has the rules; each paragraph here is one of them.
 * <p>
 * The facts given must be closed: whoever names a message, one of its edits or deletes, or could be bound to it, is among
 * them ({@link Neighbourhood} sees to that).
 */
final class Merge {

    /** A journal may be this far behind the messages it lists. */
    static final long JOURNAL_LAG = 120_000;

    /** Gateways give times in seconds, and clocks differ. */
    private static final long COMMAND_SKEW = 60_000;
    /** The end of an id that hides a phone number; the index event_of_hidden_chat has it too. */
    static final String HIDDEN = "@lid";
    private static final String BY_PHONE = "@c.us";

    /** What follows from no facts: the state before most messages. */
    private static final Result NOTHING = new Result(Map.of(), Set.of(), Map.of(), Map.of(), Map.of(), Map.of(), false);

    private final Collection<Fact> facts;
    private final boolean erase;
    private final boolean guess;
    private boolean guessed;
    private final Map<String, String> chatPointers = new HashMap<>();
    private final Map<Node, List<Fact>> posted = new TreeMap<>();
    private final Map<Node, Node> pointers = new HashMap<>();
    /** Pointers that mean "the same message under another id", not "an edit of". */
    private final Map<Node, Node> twins = new HashMap<>();
    private final Map<Fact, Node> targets = new LinkedHashMap<>();
    private final Set<EventKey> unresolved = new HashSet<>();

    /**
     * What follows from a set of facts.
     *
     * @param messages every message, by its root
     * @param unresolved keys of facts without a chat that could not be given to exactly one message
     * @param roots to which message each fact belongs
     * @param aliases what is not a message of its own, and which one it belongs to
     * @param chats chats known under another id, and which one that is
     * @param reposted when what was posted was posted a second time under an id that is an alias now
     * @param guessed whether something belongs to a message only because no other fits as well, which may change
     */
    record Result(Map<Node, MessageView> messages, Set<EventKey> unresolved, Map<EventKey, Node> roots,
            Map<Node, Node> aliases, Map<String, String> chats, Map<Node, Long> reposted, boolean guessed) {

        /** The message that something named belongs to. */
        Node root(Node named) {
            var node = new Node(chat(named.chat()), named.id());
            return aliases.getOrDefault(node, node);
        }

        /** The id that stands for a chat. */
        String chat(String named) {
            return chats.getOrDefault(named, named);
        }
    }

    /**
     * Derive the views.
     *
     * @param erase whether a deleted message loses its text
     */
    static Result of(Collection<Fact> facts, boolean erase) {
        if (facts.isEmpty()) {
            return NOTHING;
        }
        var first = facts.iterator().next();
        if (facts.size() == 1 && first.best().event() instanceof Event.Posted) {
            return alone(first);
        }
        return new Merge(facts, erase, true).result();
    }

    /** The same without guesses: what holds whatever else becomes known. */
    static Result ofWhatIsSure(Collection<Fact> facts, boolean erase) {
        return new Merge(facts, erase, false).result();
    }

    /** A posting of which nothing else is known, as most are: all that follows, without a search for what is not there. */
    private static Result alone(Fact post) {
        var node = new Node(post.key().chat(), post.key().target());
        var text = post.best(Event.Posted.class, Event.Posted::text);
        var sender = post.best(Event.Posted.class, Event.Posted::sender);
        var view = new MessageView(
                new Chat(node.chat(), post.best(Event.Posted.class, event -> event.chat().name()),
                        post.best(Event.Posted.class, event -> event.chat().phone())),
                node.id(), sender, post.best(Event.Posted.class, Event.Posted::direction), post.at(),
                post.best(Event.Posted.class, Event.Posted::type), text, true,
                post.best(Event.Posted.class, Event.Posted::media),
                post.best(Event.Posted.class, Event.Posted::replyTo), false, false, StatusLine.UNKNOWN,
                isOldEntry(post) ? Original.UNMATCHED : Original.KNOWN, false, List.of(), List.of(), null,
                List.of(version(List.of(), post, Event.Posted.KIND, text, sender, node.id(), true,
                        StatusLine.UNKNOWN)));
        return new Result(Map.of(node, view), Set.of(), Map.of(post.key(), node), Map.of(), Map.of(), Map.of(), false);
    }

    private Merge(Collection<Fact> facts, boolean erase, boolean guess) {
        this.facts = facts.stream().sorted(Comparator.comparing(Fact::key)).toList();
        this.erase = erase;
        this.guess = guess;
    }

    private Result result() {
        joinChats();
        findPosted();
        if (guess) {
            bindNewIdsAfterAuthorisation();
        }
        followChanges(facts.stream().filter(Merge::isAboutMessage).filter(fact -> !fact.key().chat().isEmpty())
                .toList());
        bindHiddenChats();
        resolveChatless();
        if (guess) {
            bindMaxIds();
        }
        Map<EventKey, Node> roots = new HashMap<>();
        targets.forEach((fact, target) -> roots.put(fact.key(), root(target)));
        Map<Node, Node> aliases = new HashMap<>();
        pointers.keySet().forEach(node -> aliases.put(node, root(node)));
        Map<String, String> chats = new HashMap<>();
        chatPointers.keySet().forEach(chat -> chats.put(chat, canonical(chat)));
        Map<Node, Long> reposted = new TreeMap<>();
        twins.keySet().stream().filter(posted::containsKey).forEach(node -> {
            var at = joinedPosted(node).at();
            if (at != null) {
                reposted.put(node, at);
            }
        });
        return new Result(views(), unresolved, roots, aliases, chats, reposted, guessed);
    }

    /** Gateways tell of statuses without saying of what; those are facts, but about no message. */
    private static boolean isAboutMessage(Fact fact) {
        return fact.best().event() instanceof Event.OfMessage about && about.target() != null;
    }

    /** One chat may be known under two ids. */
    private void joinChats() {
        for (var fact : facts) {
            if (fact.best().event() instanceof Event.ChatAlias alias && !alias.seen().equals(alias.chat().id())) {
                chatPointers.merge(alias.seen(), alias.chat().id(), (a, b) -> a.compareTo(b) <= 0 ? a : b);
            }
        }
    }

    private String canonical(String chat) {
        return chatPointers.isEmpty() ? chat : Node.root(chat, chatPointers::get);
    }

    private void findPosted() {
        for (var fact : facts) {
            if (fact.best().event() instanceof Event.Posted) {
                posted.computeIfAbsent(new Node(canonical(fact.key().chat()), fact.key().target()),
                        node -> new ArrayList<>()).add(fact);
            }
        }
    }

    /**
     * After an account was authorised anew, its journal may list old messages under new ids, with the text that they have
     * by then. Such an entry is the one older message of the same chat, time and direction that can have this text, if it was
     * posted with it, or it stays unmatched.
     */
    private void bindNewIdsAfterAuthorisation() {
        for (var node : posted.keySet()) {
            var entry = joinedPosted(node);
            if (!isOldEntry(entry) || entry.at() == null) {
                continue;
            }
            var text = entry.best(Event.Posted.class, Event.Posted::text);
            var likely = posted.keySet().stream()
                    .filter(other -> other.chat().equals(node.chat()) && !other.equals(node))
                    .filter(other -> {
                        var older = joinedPosted(other);
                        return !isOldEntry(older) && Objects.equals(older.at(), entry.at())
                                && older.best(Event.Posted.class, Event.Posted::direction) == entry
                                        .best(Event.Posted.class, Event.Posted::direction)
                                && (wasPostedWith(other, text) || isEditedTo(other, text));
                    }).toList();
            if (likely.size() == 1 && wasPostedWith(likely.get(0), text)) {
                pointers.put(node, likely.get(0));
                twins.put(node, likely.get(0));
                guessed = true;
            }
        }
    }

    private boolean wasPostedWith(Node node, @Nullable String text) {
        return Objects.equals(joinedPosted(node).best(Event.Posted.class, Event.Posted::text), text);
    }

    private boolean isEditedTo(Node node, @Nullable String text) {
        return facts.stream().anyMatch(fact -> fact.best().event() instanceof Event.Edited
                && new Node(canonical(fact.key().chat()), fact.key().target()).equals(node)
                && Objects.equals(fact.best(Event.Edited.class, Event.Edited::text), text));
    }

    private static boolean isOldEntry(Fact fact) {
        return "telegram".equals(fact.best(Event.Posted.class, Event.Posted::messenger)) && fact.tellings().stream()
                .allMatch(telling -> telling.event() instanceof Event.Posted p && p.epoch() != null);
    }

    private Fact joinedPosted(Node node) {
        return posted.getOrDefault(node, List.of()).stream().reduce(Fact::with).orElseThrow();
    }

    /** The id of an edit or delete stands for its target; but what was posted under an id is always that message. */
    private void followChanges(Collection<Fact> changes) {
        for (var fact : changes) {
            var target = place(fact);
            targets.put(fact, target);
            var key = fact.key();
            if (fact.best().event() instanceof Event.Change && !key.eventId().isEmpty()) {
                var event = new Node(target.chat(), key.eventId());
                if (!event.equals(target) && !posted.containsKey(event)) {
                    pointers.merge(event, target, (a, b) -> a.compareTo(b) <= 0 ? a : b);
                }
            }
        }
    }

    private Node place(Fact fact) {
        var known = targets.get(fact);
        return known != null ? known : new Node(canonical(fact.key().chat()), fact.key().target());
    }

    private Node root(Node node) {
        return Node.root(node, pointers::get);
    }

    /**
     * WhatsApp names a chat by a hidden id or by a phone number, and the id of a message is the same in both. As long as no
     * alias says that two chats are one, their messages do, each for itself.
     */
    private void bindHiddenChats() {
        Set<Node> hidden = new HashSet<>();
        for (var node : targets.values()) {
            if (node.chat().endsWith(HIDDEN) && !pointers.containsKey(node)) {
                hidden.add(node);
            }
        }
        if (hidden.isEmpty()) {
            return;
        }
        Map<String, Set<Node>> byPhone = new HashMap<>();
        for (var node : targets.values()) {
            if (node.chat().endsWith(BY_PHONE)) {
                byPhone.computeIfAbsent(node.id(), id -> new HashSet<>()).add(node);
            }
        }
        for (var node : hidden) {
            var same = byPhone.getOrDefault(node.id(), Set.of());
            if (same.size() == 1) {
                pointers.put(node, same.iterator().next());
                twins.put(node, same.iterator().next());
            }
        }
    }

    /**
     * A fact without a chat belongs to the one outgoing message that has its id, and to none if there are several. Where
     * another telling of the same event names the chat, that one counts. What is given to a message brings its own id along,
     * which others may name.
     */
    private void resolveChatless() {
        facts.stream().filter(Merge::isAboutMessage).filter(fact -> fact.key().chat().isEmpty()).forEach(fact -> {
            var named = toldWithChat(fact.key());
            if (named.size() == 1) {
                // It is the same event, and may say when it was.
                targets.put(fact, named.iterator().next());
            }
        });
        var open = new ArrayList<>(facts.stream().filter(Merge::isAboutMessage)
                .filter(fact -> fact.key().chat().isEmpty() && toldWithChat(fact.key()).isEmpty()).toList());
        if (guess) {
            resolveByIdAlone(open);
        }
        open.forEach(fact -> unresolved.add(fact.key()));
    }

    /** What can be given to a message is taken out of what is open. */
    private void resolveByIdAlone(List<Fact> open) {
        var resolved = new ArrayList<Fact>();
        do {
            resolved.clear();
            for (var fact : open) {
                var id = fact.key().target();
                var named = Stream.concat(posted.keySet().stream(), pointers.keySet().stream())
                        .filter(node -> node.id().equals(id) && isOutgoing(root(node))).sorted().toList();
                if (named.stream().map(this::root).distinct().count() == 1) {
                    // Its message may be known in another chat than the name.
                    targets.put(fact, named.get(0));
                    resolved.add(fact);
                }
            }
            open.removeAll(resolved);
            followChanges(resolved);
            guessed |= !resolved.isEmpty();
        } while (!resolved.isEmpty());
    }

    /** The messages which other tellings of an event, with a chat, say that it is about. */
    private Set<Node> toldWithChat(EventKey key) {
        return key.eventId().isEmpty()
                ? Set.of()
                : facts.stream().filter(fact -> !fact.key().chat().isEmpty() && fact.key().kind().equals(key.kind())
                        && fact.key().target().equals(key.target()) && fact.key().eventId().equals(key.eventId()))
                        .map(this::place).collect(Collectors.toSet());
    }

    private boolean isOutgoing(Node node) {
        return posted.getOrDefault(node, List.of()).stream().anyMatch(
                fact -> fact.best(Event.Posted.class, Event.Posted::direction) == Direction.OUTGOING);
    }

    /**
     * MAX names a message sent by API with 13 digits, and may name it with 18 when it is edited elsewhere. The upper bits
     * of those are milliseconds; the name is bound if exactly one message fits.
     */
    private void bindMaxIds() {
        for (var target : Set.copyOf(targets.values())) {
            if (posted.containsKey(target) || pointers.containsKey(target) || !MaxIds.isLong(target.id())) {
                continue;
            }
            var fitting = posted.keySet().stream()
                    .filter(node -> node.chat().equals(target.chat()) && MaxIds.isShort(node.id()))
                    .filter(node -> {
                        var fact = joinedPosted(node);
                        var at = fact.at();
                        return "max".equals(fact.best(Event.Posted.class, Event.Posted::messenger))
                                && Boolean.TRUE.equals(fact.best(Event.Posted.class, Event.Posted::byApi))
                                && at != null && MaxIds.fits(target.id(), at);
                    }).toList();
            if (fitting.size() == 1) {
                pointers.put(target, fitting.get(0));
                twins.put(target, fitting.get(0));
                guessed = true;
            }
        }
    }

    private Map<Node, MessageView> views() {
        Map<Node, List<Fact>> byRoot = new TreeMap<>();
        targets.forEach((fact, target) -> byRoot.computeIfAbsent(root(target), node -> new ArrayList<>()).add(fact));
        Map<Node, MessageView> views = new TreeMap<>();
        byRoot.forEach((root, known) -> views.put(root, view(root, known)));
        return views;
    }

    private MessageView view(Node root, List<Fact> known) {
        var postings = known.stream().filter(f -> f.best().event() instanceof Event.Posted)
                .filter(f -> targets.get(f).equals(root) || twins.containsKey(targets.get(f))).toList();
        var post = postings.stream().reduce(Fact::with).orElse(null);
        var edits = changes(known, Event.Edited.class);
        var deletes = changes(known, Event.Deleted.class);
        var statuses = known.stream().filter(f -> f.best().event() instanceof Event.Status).toList();
        var ofMessage = statuses.stream().filter(f -> isMessage(targets.get(f), root)).toList();

        var sentAt = post == null ? null : post.at();
        Map<Fact, StatusLine> fates = new HashMap<>();
        Stream.concat(edits.stream(), deletes.stream()).forEach(change -> fates.put(change, StatusLine.of(statuses
                .stream().filter(f -> !isMessage(targets.get(f), root))
                .filter(f -> targets.get(f).id().equals(change.key().eventId())).toList())));

        var ordered = inOrder(edits, sentAt);
        deletes.sort(Comparator.<Fact>comparingLong(f -> f.at() == null ? Long.MAX_VALUE : f.at())
                .thenComparing(f -> f.key()));
        var deleted = deletes.stream().filter(f -> !fates.getOrDefault(f, StatusLine.UNKNOWN).isFailure()).findFirst()
                .orElse(null);
        // Only a delete whose time is known can make an edit late: a gateway announces no edit of what is gone.
        var deletedAt = deleted == null || deleted.at() == null ? Long.MAX_VALUE : deleted.at();
        var erased = erase && deleted != null;

        var versions = new ArrayList<Version>();
        String text = null;
        var textKnown = true;
        var edited = false;
        if (post != null) {
            text = post.best(Event.Posted.class, Event.Posted::text);
            var sender = post.best(Event.Posted.class, Event.Posted::sender);
            versions.add(version(versions, post, Event.Posted.KIND, erased ? null : text, sender, root.id(), true,
                    StatusLine.UNKNOWN));
        }
        var waiting = new ArrayList<>(deletes);
        String previous = null;
        for (var edit : ordered) {
            var at = order(edit, sentAt);
            while (!waiting.isEmpty() && waiting.get(0).at() != null && at > waiting.get(0).at()) {
                versions.add(deletion(versions, waiting.remove(0), deleted, fates));
            }
            var fate = fates.getOrDefault(edit, StatusLine.UNKNOWN);
            // Of one time, which mostly is one second, the edit was first: nobody edits what is gone.
            var applied = at <= deletedAt && !fate.isFailure();
            var told = edit.best(Event.Edited.class, Event.Edited::text);
            if (applied) {
                edited = true;
                textKnown = told != null;
                text = told != null ? told : text;
                if (told != null && told.equals(previous)) {
                    continue;
                }
                previous = told;
            }
            versions.add(version(versions, edit, Event.Edited.KIND, erased ? null : told,
                    edit.best(Event.Edited.class, Event.Edited::by), edit.key().eventId(), applied, fate));
        }
        for (var delete : waiting) {
            versions.add(deletion(versions, delete, deleted, fates));
        }
        var commands = known.stream().filter(f -> f.best().event() instanceof Event.Commanded).toList();
        nameCommands(versions, commands);

        var status = StatusLine.of(ofMessage);
        return new MessageView(chat(root, known), root.id(),
                post == null ? null : post.best(Event.Posted.class, Event.Posted::sender),
                direction(post, edits, deletes,
                        Stream.concat(statuses.stream().filter(StatusLine::isOn), commands.stream()).toList()),
                sentAt,
                post == null ? null : post.best(Event.Posted.class, Event.Posted::type),
                erased ? null : text, textKnown,
                post == null || erased ? null : post.best(Event.Posted.class, Event.Posted::media),
                post == null ? null : post.best(Event.Posted.class, Event.Posted::replyTo),
                edited, deleted != null, status,
                post == null ? Original.MISSING : isOldEntry(post) ? Original.UNMATCHED : Original.KNOWN,
                post == null && edits.isEmpty() && deletes.isEmpty(),
                receipts(ofMessage), reactions(known), erased ? null : votes(known), List.copyOf(versions));
    }

    /**
     * Say of versions which command made them. The gateway tells the id of what a command made; where that is nothing of its
     * own, it is the first version of the kind that was not before the command.
     */
    private static void nameCommands(List<Version> versions, List<Fact> commands) {
        var inOrder = commands.stream().sorted(Comparator.<Fact>comparingLong(
                fact -> fact.at() == null ? Long.MIN_VALUE : fact.at()).thenComparing(fact -> fact.key())).toList();
        for (var fact : inOrder) {
            var madeId = fact.best(Event.Commanded.class, Event.Commanded::madeId);
            var made = fact.best(Event.Commanded.class, Event.Commanded::made);
            var at = fact.at();
            for (int i = 0; i < versions.size(); i++) {
                var version = versions.get(i);
                if (version.commandId() == null && version.kind().equals(made)
                        && (madeId != null && !madeId.equals(fact.key().target())
                                ? version.eventId().equals(madeId)
                                : (madeId == null || version.eventId().equals(madeId)) && isNotBefore(version, at))) {
                    versions.set(i, version.by(fact.key().variant(),
                            fact.best(Event.Commanded.class, Event.Commanded::operator)));
                    break;
                }
            }
        }
    }

    private static boolean isNotBefore(Version version, @Nullable Long at) {
        var versionAt = version.at();
        return versionAt == null || at == null || versionAt >= at - COMMAND_SKEW;
    }

    /** The edits or deletes of a message; what is told of one event under several names is one. */
    private static List<Fact> changes(List<Fact> known, Class<? extends Event.Change> kind) {
        Map<String, Fact> byEvent = new TreeMap<>();
        for (var fact : known) {
            if (kind.isInstance(fact.best().event())) {
                var key = fact.key();
                byEvent.merge(key.eventId() + '\n' + key.variant(), fact, Fact::with);
            }
        }
        return new ArrayList<>(byEvent.values());
    }

    /** Whether a status named here is the message's own, not that of one of its edits or deletes. */
    private boolean isMessage(Node named, Node root) {
        var at = named;
        while (twins.containsKey(at)) {
            at = Objects.requireNonNull(twins.get(at));
        }
        return at.equals(root);
    }

    /** By time; where that is unknown, as if right after the posting. */
    private static long order(Fact edit, @Nullable Long sentAt) {
        if (Boolean.TRUE.equals(edit.best(Event.Edited.class, Event.Edited::byReceipt))) {
            return edit.receivedAt();
        }
        var at = edit.at();
        return at != null ? at : sentAt != null ? sentAt : Long.MIN_VALUE;
    }

    /**
     * Edits as they followed each other. The journal names the last edit there was when it was read: that one comes after
     * every edit which the journal must have known by then, and which it named before.
     */
    private static List<Fact> inOrder(List<Fact> edits, @Nullable Long sentAt) {
        var ordered = new ArrayList<>(edits);
        ordered.sort(Comparator.<Fact>comparingLong(edit -> order(edit, sentAt))
                // What only journals told has no time: what was the last edit at a later reading is later.
                .thenComparingLong(edit -> edit.at() == null ? lastRead(edit) : -1)
                .thenComparing(edit -> edit.key().eventId())
                .thenComparing(edit -> edit.key().chat())
                .thenComparing(edit -> edit.key().target())
                .thenComparing(edit -> edit.key().variant()));
        var last = ordered.stream().filter(edit -> lastRead(edit) >= 0)
                .max(Comparator.comparingLong(Merge::lastRead).thenComparing(edit -> edit.key().eventId()));
        if (last.isPresent()) {
            var register = last.get();
            var known = lastRead(register) - JOURNAL_LAG;
            var from = ordered.indexOf(register);
            for (int i = ordered.size() - 1; i > from; i--) {
                var by = happenedBy(ordered.get(i));
                if (by == null || by <= known) {
                    ordered.add(i + 1, register);
                    ordered.remove(from);
                    break;
                }
            }
        }
        return ordered;
    }

    /**
     * By when an edit had happened: as it says, and no later than it was heard of; {@code null} if only journals told of it, for
     * the last one read has the word.
     */
    static @Nullable Long happenedBy(Fact edit) {
        var at = edit.at();
        return at != null
                ? Long.valueOf(Math.min(at, edit.receivedAt()))
                : lastRead(edit) >= 0 ? null : edit.receivedAt();
    }

    /** The edits among what is known of a message, as they followed each other. */
    static List<Fact> editsInOrder(List<Fact> known, @Nullable Long sentAt) {
        return inOrder(changes(known, Event.Edited.class), sentAt);
    }

    private static long lastRead(Fact edit) {
        return edit.tellings().stream().filter(telling -> telling.source() == Source.JOURNAL)
                .mapToLong(Telling::receivedAt).max().orElse(-1);
    }

    private static Version deletion(List<Version> before, Fact delete, @Nullable Fact deleted,
            Map<Fact, StatusLine> fates) {
        return version(before, delete, Event.Deleted.KIND, null, delete.best(Event.Deleted.class, Event.Deleted::by),
                delete.key().eventId(), delete.equals(deleted), fates.getOrDefault(delete, StatusLine.UNKNOWN));
    }

    private static Version version(List<Version> before, Fact fact, String kind, @Nullable String text,
            @Nullable Person by, String eventId, boolean applied, StatusLine fate) {
        return new Version(before.size() + 1, kind, text, fact.at(), fact.doubtful(), eventId,
                by == null ? null : by.id(), by == null ? null : by.name(), fact.best().source(), applied, null,
                fate.status(), fate.description());
    }

    private static @Nullable Direction direction(@Nullable Fact post, List<Fact> edits, List<Fact> deletes,
            List<Fact> ofOurs) {
        var told = post == null ? null : post.best(Event.Posted.class, Event.Posted::direction);
        if (told != null) {
            return told;
        }
        return Stream.concat(edits.stream(), deletes.stream())
                .map(change -> change.best(Event.Change.class, Event.Change::direction))
                .filter(Objects::nonNull).findFirst()
                .orElse(ofOurs.isEmpty() ? null : Direction.OUTGOING);
    }

    /** The chat with the newest name told for it. */
    private static Chat chat(Node root, List<Fact> known) {
        var newestFirst = known.stream()
                .sorted(Comparator.<Fact>comparingLong(f -> f.at() == null ? Long.MIN_VALUE : f.at())
                        .thenComparing(f -> f.key()).reversed())
                .toList();
        return new Chat(root.chat(), newest(newestFirst, Chat::name), newest(newestFirst, Chat::phone));
    }

    private static @Nullable String newest(List<Fact> newestFirst, Function<Chat, @Nullable String> field) {
        return newestFirst.stream().map(fact -> fact.best(Event.class, event -> {
            var chat = event.chat();
            return chat == null ? null : field.apply(chat);
        })).filter(Objects::nonNull).findFirst().orElse(null);
    }

    private static List<Receipt> receipts(List<Fact> statuses) {
        Map<String, List<Fact>> byParticipant = new TreeMap<>();
        for (var fact : statuses) {
            var participant = fact.best(Event.Status.class, Event.Status::participant);
            if (participant != null) {
                byParticipant.computeIfAbsent(participant, p -> new ArrayList<>()).add(fact);
            }
        }
        return byParticipant.entrySet().stream().map(entry -> {
            var line = StatusLine.of(entry.getValue());
            return new Receipt(entry.getKey(), line.status(), line.at());
        }).toList();
    }

    private static List<Fact> reactionsInOrder(List<Fact> known) {
        return known.stream().filter(fact -> fact.best().event() instanceof Event.Reaction)
                .sorted(Comparator.<Fact>comparingLong(f -> f.at() == null ? Long.MIN_VALUE : f.at())
                        .thenComparing(f -> f.key()))
                .toList();
    }

    /** Everybody's last reaction, without those taken back. */
    private static List<Reacted> reactions(List<Fact> known) {
        Map<String, Reacted> last = new TreeMap<>();
        for (var fact : reactionsInOrder(known)) {
            var emoji = fact.best(Event.Reaction.class, Event.Reaction::emoji);
            if (emoji != null) {
                var by = fact.best(Event.Reaction.class, Event.Reaction::by);
                var id = by == null ? null : by.id();
                last.put(id == null ? "" : id, new Reacted(id, emoji, fact.at()));
            }
        }
        return last.values().stream().filter(reacted -> !"".equals(reacted.emoji())).toList();
    }

    /** The newest tally of a poll; each one told is whole. */
    private static @Nullable Map<String, Object> votes(List<Fact> known) {
        Map<String, Object> votes = null;
        for (var fact : reactionsInOrder(known)) {
            var told = fact.best(Event.Reaction.class, Event.Reaction::votes);
            votes = told == null ? votes : told;
        }
        return votes;
    }
}
