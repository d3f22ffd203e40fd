package io.redline.check;

import java.util.function.Consumer;

/** Something that has to be so in every bundle. */
interface Rule {

    /** Look at a bundle, and say what is not so. */
    void look(Bundle bundle, Consumer<Finding> findings);
}
