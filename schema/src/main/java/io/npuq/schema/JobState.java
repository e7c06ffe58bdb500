package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The states of a job, and the only place where one follows another.
 *
 * <pre>
 *            ┌────────────── recovery ──────────────┐
 *            ▼                                      │
 *  submit ▶ queued ── take ──▶ running ──▶ succeeded │ failed │ cancelled │ expired
 *            └────────────────────────────────────▶ failed │ cancelled │ expired
 *                                                   succeeded, where its answer was known when it came
 * </pre>
 *
 * The index's table holds the same edges by a guarded UPDATE for each of them.
 */
public enum JobState implements WireName {
    /** On disk, waiting for a lane. */
    QUEUED,
    /** Handed to a lane; the attempt is on record. */
    RUNNING,
    /** Ended with a result. */
    SUCCEEDED,
    /** Ended with an error. */
    FAILED,
    /** Ended by someone's wish. */
    CANCELLED,
    /** Ended by its deadline. */
    EXPIRED;

    @Override
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether nothing can follow this state. */
    public boolean isFinal() {
        return this != QUEUED && this != RUNNING;
    }

    /** Whether {@code next} may follow this state. */
    public boolean canMoveTo(JobState next) {
        return switch (this) {
            case QUEUED -> next != QUEUED;
            case RUNNING -> next != RUNNING;
            case SUCCEEDED, FAILED, CANCELLED, EXPIRED -> false;
        };
    }

    /**
     * The next state.
     *
     * @throws IllegalStateException where no such edge exists: a bug in npuq
     */
    public JobState moveTo(JobState next) {
        if (!canMoveTo(next)) {
            throw new IllegalStateException("no job moves from " + wire() + " to " + next.wire());
        }
        return next;
    }
}
