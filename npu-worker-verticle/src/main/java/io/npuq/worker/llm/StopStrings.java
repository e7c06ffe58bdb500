package io.npuq.worker.llm;

import java.util.List;

/** Ends a text at the first stop string, and holds back what may become one. */
final class StopStrings {
    private final List<String> stops;
    private String held = "";
    private boolean found;

    StopStrings(List<String> stops) {
        this.stops = stops;
    }

    /** Takes more text, and answers what may be sent. After a stop string nothing is. */
    String pass(String more) {
        String text = held + more;
        int stop = firstStop(text);
        if (found || stop >= 0) {
            held = "";
            String before = found ? "" : text.substring(0, stop);
            found = true;
            return before;
        }
        int safe = text.length() - longestBeginning(text);
        held = text.substring(safe);
        return text.substring(0, safe);
    }

    /** Whether a stop string came. */
    boolean found() {
        return found;
    }

    /** What was held back, now that nothing more comes. */
    String end() {
        String rest = held;
        held = "";
        return rest;
    }

    private int firstStop(String text) {
        return stops.stream()
                .mapToInt(text::indexOf)
                .filter(at -> at >= 0)
                .min()
                .orElse(-1);
    }

    /** Length of the longest end of the text with which a stop string begins. */
    private int longestBeginning(String text) {
        int longest = 0;
        for (String stop : stops) {
            for (int n = Math.min(stop.length() - 1, text.length()); n > longest; n--) {
                if (text.endsWith(stop.substring(0, n))) {
                    longest = n;
                }
            }
        }
        return longest;
    }
}
