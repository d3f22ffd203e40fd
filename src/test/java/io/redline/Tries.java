package io.redline;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/** So many times as many tries of each property as it says itself: {@code -Dredline.tries=100} for a long run, by hand. */
public final class Tries implements AroundPropertyHook {

    /** How many times as many. */
    public static final int FACTOR = Integer.getInteger("redline.tries", 1);

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
        var attributes = context.attributes();
        attributes.tries().ifPresent(tries -> attributes.setTries(tries * FACTOR));
        return property.execute();
    }
}
