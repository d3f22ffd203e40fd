package io.redline.gateway;

import java.util.Map;

import io.redline.event.Direction;
import io.redline.event.Reading;

/**
 * An entry of a gateway's history.
 *
 * @param reading what it says
 * @param direction who wrote
 * @param members the entry as it came
 */
public record Entry(Reading reading, Direction direction, Map<?, ?> members) {
}
