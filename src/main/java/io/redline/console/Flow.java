package io.redline.console;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The routes as they run, drawn: gateways, their branches, channels and endpoints, from left to right.
 *
 * @param unread where what no route could read ended up, one for each gateway that has such
 */
record Flow(int width, int height, List<Box> gateways, List<Branch> branches, List<Branch> unread, List<Box> channels,
        List<Box> endpoints, List<Arrow> arrows) {

    /** A gateway, a channel or an endpoint. */
    record Box(String name, int x, int y, int width, int height, long count, @Nullable Long rate, long bad,
            @Nullable String note, @Nullable String path) {

        public int middle() {
            return y + height / 2;
        }

        public int inside() {
            return x + 10;
        }

        public int end() {
            return x + width - 10;
        }
    }

    /** A branch of a router, with what it hands over to its channel. */
    record Branch(Box box, String title, String gateway, String channel) {
    }

    /**
     * From one to the other.
     *
     * @param weight how much goes there, from 0 to 4
     */
    record Arrow(String path, int weight, boolean bad) {
    }

    /** What went through a branch of late. */
    record Last(String name, String title, long count, long failed, List<Line> lines) {
    }

    /** One of it. */
    record Line(Moment at, String kind, @Nullable String account, String chat, @Nullable String path, boolean failed) {
    }
}
