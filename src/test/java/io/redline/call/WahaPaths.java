package io.redline.call;

/** What WAHA is asked, and what its answers mean, for tests that have no service. */
public final class WahaPaths {

    private WahaPaths() {
    }

    /** The path of a call. */
    public static String of(Waha waha, Call call) {
        return waha.path(call.account(), waha.method(call.account(), call.method()), call.argument());
    }

    public static Answer meaning(Waha waha, Call call, int status, byte[] body) {
        return waha.meaning(call.account(), waha.method(call.account(), call.method()), "", status, body);
    }
}
