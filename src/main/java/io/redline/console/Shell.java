package io.redline.console;

import org.jspecify.annotations.Nullable;

/**
 * What every page has around it.
 *
 * @param page which one it is
 * @param title what the window is called
 * @param signedIn whether there is something to sign out of
 * @param form what its forms carry, so that nobody else's page can send them
 * @param parked how many deliveries wait for a person; {@code null} while the store cannot be read
 * @param refused how many files of routes do not run as they were saved
 */
record Shell(String page, String title, boolean signedIn, String form, @Nullable Long parked, int refused) {

    /** Where an asset is; another one whenever its content is. */
    public String asset(String name) {
        return Assets.url(name);
    }
}
