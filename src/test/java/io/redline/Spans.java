package io.redline;

import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;

import jakarta.inject.Singleton;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;

/** What traces would say, where tracing is switched on. */
@Singleton
public class Spans implements SpanProcessor {

    private final Collection<String> ended = new ConcurrentLinkedQueue<>();

    public Collection<String> ended() {
        return ended;
    }

    @Override
    public void onStart(Context context, ReadWriteSpan span) {
        // What is said at its end counts.
    }

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        ended.add(span.toSpanData().toString());
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }
}
