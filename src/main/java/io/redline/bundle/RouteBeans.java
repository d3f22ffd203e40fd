package io.redline.bundle;

import java.io.InputStream;
import java.time.Clock;
import java.util.AbstractCollection;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.configuration.MemorySize;
import io.redline.account.Accounts;
import io.redline.call.Aitu;
import io.redline.call.CallAnswer;
import io.redline.call.CallRequest;
import io.redline.call.GreenApi;
import io.redline.call.Stops;
import io.redline.call.TokenInHeader;
import io.redline.call.TokenInPath;
import io.redline.call.Waha;
import io.redline.command.CommandFields;
import io.redline.command.Outcomes;
import io.redline.command.Sending;
import io.redline.door.Queues;
import io.redline.endpoint.AnswerLimit;
import io.redline.endpoint.CloudEvents;
import io.redline.endpoint.KafkaClients;
import io.redline.endpoint.MailLogin;
import io.redline.endpoint.Secrets;
import io.redline.endpoint.SqlParameters;
import io.redline.endpoint.Templates;
import io.redline.endpoint.WebhookSignature;
import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.EventsAsJson;
import io.redline.event.Person;
import io.redline.event.Source;
import io.redline.event.Unreadable;
import io.redline.gateway.aitu.AituCommands;
import io.redline.gateway.aitu.AituTranslator;
import io.redline.gateway.greenapi.GreenApiRequests;
import io.redline.gateway.greenapi.GreenApiTranslator;
import io.redline.gateway.greenapi.GreenApiWebhook;
import io.redline.gateway.waha.WahaRequests;
import io.redline.gateway.waha.WahaTranslator;
import io.redline.gateway.waha.WahaWebhook;
import io.redline.journal.Journals;
import io.redline.journal.Sessions;
import io.redline.ledger.Telling;
import io.redline.operation.Retention;
import io.redline.outbox.UnrecognisedNotification;
import io.redline.reload.Routes;
import io.redline.setting.Settings;

/**
 * The beans that routes name, and the classes that expressions in routes or JSON reach by reflection, so that a native
 * executable has them. The test of the bundle lists every name used in a route and finds it here.
 */
@RegisterForReflection(targets = {
        // Translators, called by bean: with a method.
        GreenApiTranslator.class, WahaTranslator.class, AituTranslator.class, AituCommands.class,
        // What kamelets make by name.
        GreenApiRequests.class, GreenApiWebhook.class, WahaRequests.class, WahaWebhook.class, EventsAsJson.class,
        InputStream.class,
        // What is posted for commands.
        CommandFields.class,
        // What endpoints call.
        SqlParameters.class, Templates.class, Secrets.class, CloudEvents.class, WebhookSignature.class,
        // Kept as JSON.
        Telling.class, Source.class, Direction.class, Chat.class, Person.class, Event.class, Event.Posted.class,
        Event.Edited.class, Event.Deleted.class, Event.Status.class, Event.Reaction.class, Event.ChatAlias.class,
        Event.Call.class, Event.ChatState.class, Event.AccountState.class, Event.Commanded.class,
        Event.CommandEnd.class, Event.Unrecognised.class,
        // What an operator's expressions may call: ${body.size()}, ${exception.message}, throwException.
        Map.class, HashMap.class, LinkedHashMap.class, AbstractMap.class, Collection.class, List.class, ArrayList.class,
        AbstractCollection.class, AbstractList.class, String.class, Integer.class, Long.class, Boolean.class,
        Throwable.class, Exception.class, RuntimeException.class, IllegalStateException.class,
        IllegalArgumentException.class, Unreadable.class,
        // What the endpoint kafka catches.
        RecordTooLargeException.class})
final class RouteBeans {

    RouteBeans() {
    }

    @Produces
    @Singleton
    @Named("greenApi")
    @Unremovable
    static GreenApiTranslator greenApi() {
        return new GreenApiTranslator();
    }

    @Produces
    @Singleton
    @Named("waha")
    @Unremovable
    static WahaTranslator waha() {
        return new WahaTranslator();
    }

    @Produces
    @Singleton
    @Named("aitu")
    @Unremovable
    static AituTranslator aitu() {
        return new AituTranslator();
    }

    @Produces
    @Singleton
    @Named("aituCommands")
    @Unremovable
    static AituCommands aituCommands() {
        return new AituCommands();
    }

    @Produces
    @Singleton
    @Named("unrecognised")
    @Unremovable
    static UnrecognisedNotification unrecognised() {
        return new UnrecognisedNotification();
    }

    @Produces
    @Singleton
    @Named("retention")
    @Unremovable
    static Processor retention(Retention retention) {
        return exchange -> retention.run();
    }

    @Produces
    @Singleton
    @Named("greenApiRequest")
    @Unremovable
    static CallRequest greenApiRequest(Accounts accounts, Stops stops) {
        return new CallRequest(new GreenApi(), accounts, stops, Clock.systemUTC());
    }

    @Produces
    @Singleton
    @Named("greenApiAnswer")
    @Unremovable
    static CallAnswer greenApiAnswer(Stops stops, MeterRegistry metrics) {
        return new CallAnswer(new GreenApi(), stops, metrics, Clock.systemUTC());
    }

    @Produces
    @Singleton
    @Named("greenApiToken")
    @Unremovable
    static HttpClientConfigurer greenApiToken(Accounts accounts, AnswerLimit limit) {
        return limit.and(new TokenInPath(accounts));
    }

    @Produces
    @Singleton
    @Named("aituRequest")
    @Unremovable
    static CallRequest aituRequest(Accounts accounts, Stops stops) {
        return new CallRequest(new Aitu(), accounts, stops, Clock.systemUTC());
    }

    @Produces
    @Singleton
    @Named("aituAnswer")
    @Unremovable
    static CallAnswer aituAnswer(Stops stops, MeterRegistry metrics) {
        return new CallAnswer(new Aitu(), stops, metrics, Clock.systemUTC());
    }

    @Produces
    @Singleton
    @Named("aituToken")
    @Unremovable
    static HttpClientConfigurer aituToken(Accounts accounts, AnswerLimit limit) {
        return limit.and(new TokenInHeader(accounts, "X-BOT-TOKEN"));
    }

    @Produces
    @Singleton
    @Named("wahaRequest")
    @Unremovable
    static CallRequest wahaRequest(Accounts accounts, Stops stops) {
        return new CallRequest(new Waha(), accounts, stops, Clock.systemUTC());
    }

    @Produces
    @Singleton
    @Named("wahaAnswer")
    @Unremovable
    static CallAnswer wahaAnswer(Stops stops, MeterRegistry metrics) {
        return new CallAnswer(new Waha(), stops, metrics, Clock.systemUTC());
    }

    @Produces
    @Singleton
    @Named("wahaToken")
    @Unremovable
    static HttpClientConfigurer wahaToken(Accounts accounts, AnswerLimit limit) {
        return limit.and(new TokenInHeader(accounts, "X-Api-Key"));
    }

    @Produces
    @Singleton
    @Named("sessions")
    @Unremovable
    static Processor sessions(Sessions sessions) {
        return exchange -> sessions.begin();
    }

    @Produces
    @Singleton
    @Named("journals")
    @Unremovable
    static Processor journals(Journals journals) {
        return exchange -> journals.begin();
    }

    @Produces
    @Singleton
    @Named("queueBegin")
    @Unremovable
    static Processor queueBegin(Queues queues) {
        return queues::begin;
    }

    @Produces
    @Singleton
    @Named("queueKeep")
    @Unremovable
    static Processor queueKeep(Queues queues) {
        return queues::keep;
    }

    @Produces
    @Singleton
    @Named("queueDeleted")
    @Unremovable
    static Processor queueDeleted(Queues queues) {
        return queues::deleted;
    }

    @Produces
    @Singleton
    @Named("commandsDue")
    @Unremovable
    static Processor commandsDue(Sending sending) {
        return sending::due;
    }

    @Produces
    @Singleton
    @Named("commandBegin")
    @Unremovable
    static Processor commandBegin(Sending sending) {
        return sending::begin;
    }

    @Produces
    @Singleton
    @Named("commandAnswered")
    @Unremovable
    static Processor commandAnswered(Sending sending) {
        return sending::answered;
    }

    @Produces
    @Singleton
    @Named("commandLooked")
    @Unremovable
    static Processor commandLooked(Sending sending) {
        return sending::looked;
    }

    @Produces
    @Singleton
    @Named("commandOutcomes")
    @Unremovable
    static Processor commandOutcomes(Outcomes outcomes) {
        return outcomes::find;
    }

    @Produces
    @Singleton
    @Named("commandTell")
    @Unremovable
    static Processor commandTell(Outcomes outcomes) {
        return outcomes::tell;
    }

    @Produces
    @Singleton
    @Named("commandTold")
    @Unremovable
    static Processor commandTold(Outcomes outcomes) {
        return outcomes::told;
    }

    @Produces
    @Singleton
    @Named("commandFields")
    @Unremovable
    static CommandFields commandFields() {
        return new CommandFields();
    }

    @Produces
    @Singleton
    @Named("settingsDue")
    @Unremovable
    static Processor settingsDue(Settings settings) {
        return settings::due;
    }

    @Produces
    @Singleton
    @Named("settingsJudge")
    @Unremovable
    static Processor settingsJudge(Settings settings) {
        return settings::judge;
    }

    @Produces
    @Singleton
    @Named("settingsChanged")
    @Unremovable
    static Processor settingsChanged(Settings settings) {
        return settings::changed;
    }

    @Produces
    @Singleton
    @Named("sqlParameters")
    @Unremovable
    static SqlParameters sqlParameters() {
        return new SqlParameters();
    }

    @Produces
    @Singleton
    @Named("templates")
    @Unremovable
    static Templates templates(Routes routes) {
        return new Templates(routes::template);
    }

    @Produces
    @Singleton
    @Named("mailLogin")
    @Unremovable
    static MailLogin mailLogin() {
        return new MailLogin();
    }

    @Produces
    @Singleton
    @Named("secrets")
    @Unremovable
    static Secrets secrets() {
        return new Secrets();
    }

    @Produces
    @Singleton
    @Named("answerLimit")
    @Unremovable
    static AnswerLimit answerLimit(@ConfigProperty(name = "redline.max-answer") MemorySize most) {
        // A journal is several times as large once it is read.
        return new AnswerLimit(Math.min(most.asLongValue(), Runtime.getRuntime().maxMemory() / 8));
    }

    @Produces
    @Singleton
    @Named("cloudEvents")
    @Unremovable
    static CloudEvents cloudEvents() {
        return new CloudEvents();
    }

    @Produces
    @Singleton
    @Named("kafkaClients")
    @Unremovable
    static KafkaClients kafkaClients() {
        return new KafkaClients();
    }

    @Produces
    @Singleton
    @Named("webhookSignature")
    @Unremovable
    static WebhookSignature webhookSignature() {
        return new WebhookSignature(Clock.systemUTC());
    }
}
