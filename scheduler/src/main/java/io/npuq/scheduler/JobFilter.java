package io.npuq.scheduler;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Job;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which jobs are wanted. All that is given must hold.
 *
 * @param state only these
 * @param kind only these
 * @param priority only these
 * @param lane only jobs whose latest attempt began there
 * @param text only jobs whose id, labels or error code hold it, whatever the case
 */
public record JobFilter(
        Optional<JobState> state,
        Optional<JobKind> kind,
        Optional<Integer> priority,
        Optional<Lane> lane,
        Optional<String> text) {
    /** Longest text that is looked for, in characters. */
    public static final int TEXT_CHARS_MAX = 100;

    /** Checks the text. */
    public JobFilter {
        text.ifPresent(wanted -> InvalidInputException.check(
                !wanted.isBlank() && wanted.length() <= TEXT_CHARS_MAX,
                "q",
                "q must have 1 to " + TEXT_CHARS_MAX + " characters, not all of them blank"));
    }

    /** Whether the text, where one is given, is found. */
    public boolean findsText(Job job) {
        if (text.isEmpty()) {
            return true;
        }
        String wanted = text.get().strip().toLowerCase(Locale.ROOT);
        return holds(job.id().value(), wanted)
                || job.error().map(error -> holds(error.code().wire(), wanted)).orElse(false)
                || job.metadata().entrySet().stream().anyMatch(label -> holds(label, wanted));
    }

    private static boolean holds(Map.Entry<String, String> label, String wanted) {
        return holds(label.getKey(), wanted) || holds(label.getValue(), wanted);
    }

    private static boolean holds(String text, String wanted) {
        return text.toLowerCase(Locale.ROOT).contains(wanted);
    }
}
