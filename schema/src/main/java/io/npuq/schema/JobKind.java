package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What is asked of the model. */
public enum JobKind implements WireName {
    /** One line of at most eight words. */
    TITLE(32),
    /** One short paragraph or at most four bullets. */
    SUMMARY(160),
    /** A JSON object: severity, category, summary, action_needed. */
    NOTIFICATION(96),
    /** A JSON object: candidates, notes. */
    MEMORY_CANDIDATE(192),
    /** A conversation, answered freely. */
    CHAT(256),
    /** A vector for each text. */
    EMBEDDING(0);

    private static final List<JobKind> BOUNDED = List.of(TITLE, SUMMARY, NOTIFICATION, MEMORY_CANDIDATE);

    private final int newTokensDefault;

    JobKind(int newTokensDefault) {
        this.newTokensDefault = newTokensDefault;
    }

    @Override
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Tokens that a job of this kind may generate when it names no number. */
    public int newTokensDefault() {
        return newTokensDefault;
    }

    /** The largest number of new tokens that a job of this kind may ask for. */
    public int newTokensMax() {
        return switch (this) {
            case CHAT -> Limits.CHAT_NEW_TOKENS_MAX;
            case EMBEDDING -> 0;
            case TITLE, SUMMARY, NOTIFICATION, MEMORY_CANDIDATE -> Limits.NEW_TOKENS_MAX;
        };
    }

    /** The smallest number of new tokens that a job of this kind may ask for. */
    public int newTokensMin() {
        return this == EMBEDDING ? 0 : 1;
    }

    /** Whether that is the kind of input which such a job takes. */
    boolean takes(JobInput input) {
        return switch (this) {
            case CHAT -> input instanceof JobInput.Chat || input instanceof JobInput.Prompt;
            case EMBEDDING -> input instanceof JobInput.Texts;
            case TITLE, SUMMARY, NOTIFICATION, MEMORY_CANDIDATE -> input instanceof JobInput.Text;
        };
    }

    /** Whether the job is one of the four that take one bounded text. */
    public boolean isBounded() {
        return BOUNDED.contains(this);
    }

    /** Whether the answer is a JSON object of a fixed shape. */
    public boolean answersJson() {
        return this == NOTIFICATION || this == MEMORY_CANDIDATE;
    }

    /** The four bounded kinds, in the order in which documents list them. */
    public static List<JobKind> bounded() {
        return BOUNDED;
    }

    /** The kind of that wire name; {@code memory} is an alias of {@code memory_candidate}. */
    public static Optional<JobKind> find(String wire) {
        String name = wire.equals("memory") ? MEMORY_CANDIDATE.wire() : wire;
        return Stream.of(values()).filter(kind -> kind.wire().equals(name)).findFirst();
    }
}
