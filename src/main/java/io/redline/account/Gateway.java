package io.redline.account;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A kind of messenger service. All that is not its translator, its routes or its way to prove who it is stands here: a new one
 * is an entry more.
 */
public enum Gateway {
    /** WhatsApp, MAX and Telegram instances of GREEN-API. */
    GREEN_API("green-api", "https://api.green-api.com", "idInstance", "apiTokenInstance", "[A-Za-z0-9_-]+",
            Set.of(Way.WEBHOOK, Way.QUEUE, Way.NONE), List.of(Credential.TOKEN), true, true, ""),
    /** WAHA, the WhatsApp HTTP API that one runs oneself. */
    WAHA("waha", "http://localhost:3000", "the name of the session", "API key", "[!-~]+",
            Set.of(Way.WEBHOOK, Way.NONE), List.of(Credential.SECRET, Credential.TOKEN), true, false, ""),
    /** The bot API of Aitu. */
    AITU("aitu", "https://botapi.aitu.io/bot/v1", "the id of the bot", "service token", "[!-~]+",
            Set.of(Way.WEBHOOK, Way.QUEUE, Way.NONE), List.of(Credential.TOKEN), false, false, "{\"updates\":[]}");

    /** By what webhooks can prove who sends them. All that are set have to be right. */
    public enum Credential {
        /** A header carries it. */
        TOKEN("webhook-token"),
        /** The body is signed with it. */
        SECRET("webhook-secret");

        private final String setting;

        Credential(String setting) {
            this.setting = setting;
        }

        /** The last part of the property that holds it. */
        public String setting() {
            return setting;
        }
    }

    private static final Pattern FULL_ID = Pattern.compile("(?:true|false)_[^_]+_([^_]+)(?:_.+)?");

    private final String word;
    private final URI url;
    private final String instance;
    private final String token;
    private final Pattern tokens;
    private final Set<Way> ways;
    private final List<Credential> credentials;
    private final boolean journals;
    private final boolean settings;
    private final String receipt;

    Gateway(String word, String url, String instance, String token, String tokens, Set<Way> ways,
            List<Credential> credentials, boolean journals, boolean settings, String receipt) {
        this.word = word;
        this.url = URI.create(url);
        this.instance = instance;
        this.token = token;
        this.tokens = Pattern.compile(tokens);
        this.ways = ways;
        this.credentials = credentials;
        this.journals = journals;
        this.settings = settings;
        this.receipt = receipt;
    }

    /** The one of a word in {@code redline.accounts.<name>.gateway}. */
    static Optional<Gateway> of(String word) {
        return Arrays.stream(values()).filter(one -> one.word.equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Gateway::word).toList();
    }

    /** The word in properties, paths, route names and rows. */
    public String word() {
        return word;
    }

    /** Where its API is, if nothing else is configured. */
    public URI url() {
        return url;
    }

    /** What it calls the id of an account. */
    public String instance() {
        return instance;
    }

    /** What it calls the token of its API. */
    public String token() {
        return token;
    }

    /** Whether something can be such a token: what goes into a path or header must fit there. */
    public boolean isToken(String value) {
        return tokens.matcher(value).matches();
    }

    /** How its notifications can come in. */
    public Set<Way> ways() {
        return ways;
    }

    /** How its webhooks can prove who they are, the best first. */
    public List<Credential> credentials() {
        return credentials;
    }

    /** Whether it has journals that are read. */
    public boolean hasJournals() {
        return journals;
    }

    /** Whether it has settings that are compared with what an account needs. */
    public boolean hasSettings() {
        return settings;
    }

    /** The id by which the ledger knows a message, of one that somebody names: WAHA's full ids hold the bare one. */
    public String messageId(String named) {
        var full = this == WAHA ? FULL_ID.matcher(named) : null;
        return full != null && full.matches() ? full.group(1) : named;
    }

    /** The JSON that a webhook is answered with when it is kept; empty for nothing. */
    public String receipt() {
        return receipt;
    }
}
