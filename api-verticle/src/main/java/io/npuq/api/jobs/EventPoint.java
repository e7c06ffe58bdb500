package io.npuq.api.jobs;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Job;
import io.npuq.schema.JobState;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a client has seen a job's events: the {@code id} of an event, such as {@code 1-120}.
 *
 * @param attempt the attempt, from 1; 0 before the first
 * @param chars code points of this attempt's text that the client has
 */
record EventPoint(int attempt, int chars) {
    /** Behind which everything comes: a client that has seen nothing. */
    static final EventPoint BEGINNING = new EventPoint(-1, 0);

    private static final Pattern SHAPE = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

    /** From the header; a client that sends none, or an empty one as browsers may, has seen nothing. */
    static EventPoint lastSeen(Optional<String> header) {
        return header.filter(text -> !text.isEmpty()).map(EventPoint::parse).orElse(BEGINNING);
    }

    private static EventPoint parse(String text) {
        Matcher parts = SHAPE.matcher(text);
        if (!parts.matches()) {
            throw new InvalidInputException(
                    "Last-Event-ID", "Last-Event-ID must be the id of an event of this job, such as 1-120");
        }
        return new EventPoint(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
    }

    /** Whether the client has the state of this job, as it stands, already: a final one it is told again. */
    boolean knows(Job job) {
        return attempt == job.attempt()
                && (job.state() == JobState.RUNNING || (job.state() == JobState.QUEUED && attempt == 0));
    }

    /** The point after that many more code points. */
    EventPoint plus(int more) {
        return new EventPoint(attempt, chars + more);
    }

    /** What of this attempt's text the client has not seen, if the text begins at its beginning. */
    String rest(String text) {
        int has = Math.min(chars, text.codePointCount(0, text.length()));
        return text.substring(text.offsetByCodePoints(0, has));
    }

    @Override
    public String toString() {
        return attempt + "-" + chars;
    }
}
