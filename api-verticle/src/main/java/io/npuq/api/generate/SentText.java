package io.npuq.api.generate;

import java.util.Optional;

/**
 * What a follower has been told of a job's answer. An attempt that comes after another one begins its text anew: what it says again is
 * not told again, and where it says something else, the answer cannot be told on.
 */
final class SentText {
    private final StringBuilder sent = new StringBuilder();
    private final StringBuilder said = new StringBuilder();
    private int attempt;

    /** What is new in it; empty when it contradicts what was told. */
    Optional<String> progress(int ofAttempt, String text) {
        if (ofAttempt != attempt) {
            attempt = ofAttempt;
            said.setLength(0);
        }
        said.append(text);
        return rest(said);
    }

    /** What of the whole answer was not told; empty when the whole contradicts what was told. */
    Optional<String> whole(String answer) {
        return rest(answer);
    }

    private Optional<String> rest(CharSequence text) {
        int common = Math.min(sent.length(), text.length());
        if (CharSequence.compare(sent.subSequence(0, common), text.subSequence(0, common)) != 0) {
            return Optional.empty();
        }
        String rest = text.subSequence(common, text.length()).toString();
        sent.append(rest);
        return Optional.of(rest);
    }
}
