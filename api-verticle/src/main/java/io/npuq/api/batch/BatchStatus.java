package io.npuq.api.batch;

import io.npuq.schema.WireName;
import java.util.Locale;

/**
 * Where a batch stands.
 *
 * <pre>
 *  validating ──▶ in_progress ──▶ finalizing ──▶ completed │ expired │ cancelled
 *     │  └──────────┬──────────▶ cancelling ──▶ (finalizing) ──▶ cancelled
 *     └──▶ failed
 * </pre>
 */
enum BatchStatus implements WireName {
    /** Every line of its file is checked before the first one runs. */
    VALIDATING,
    /** Its file cannot be run; nothing of it was. */
    FAILED,
    /** Its lines run. */
    IN_PROGRESS,
    /** Its output becomes files. */
    FINALIZING,
    /** Every line has its answer or its error. */
    COMPLETED,
    /** Its time was over before that; what there was is kept. */
    EXPIRED,
    /** Someone does not want it any more; its running lines are stopped. */
    CANCELLING,
    /** Ended by someone's wish; what there was is kept. */
    CANCELLED;

    @Override
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether nothing can follow. */
    boolean isFinal() {
        return this == FAILED || this == COMPLETED || this == EXPIRED || this == CANCELLED;
    }

    /** Whether it may still be cancelled. */
    boolean isCancellable() {
        return this == VALIDATING || this == IN_PROGRESS;
    }
}
