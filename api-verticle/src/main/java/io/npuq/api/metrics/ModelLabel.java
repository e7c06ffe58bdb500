package io.npuq.api.metrics;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model as a label: the name that its engine has for it, which the configuration or an operator gave it. Engines may be loaded with one
 * model after another; past a bound they are all one, so that a server's life has no say in how many series there are.
 */
final class ModelLabel {
    static final String OTHER = "other";
    static final int MODELS_MAX = 32;

    private final Set<String> known = new HashSet<>();

    /** The model's own name, or that of all the others. */
    synchronized String of(@Nullable String model) {
        if (model == null || (known.size() >= MODELS_MAX && !known.contains(model))) {
            return OTHER;
        }
        known.add(model);
        return model;
    }
}
