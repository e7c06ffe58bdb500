package io.npuq.launcher.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was left out, and why: how many, and the first few by name. Any thread. */
final class Skips {
    static final String LINK = "symbolic links";
    static final String HIDDEN = "hidden files and folders";
    static final String SPECIAL = "neither files nor folders";
    static final String BINARY = "no texts";
    static final String EMPTY = "empty";
    static final String RESULT = "files of this batch's result";

    private static final int NAMED_MAX = 3;

    private final Map<String, Integer> counts = new TreeMap<>();
    private final Map<String, List<String>> names = new TreeMap<>();

    synchronized void add(String why, String name) {
        counts.merge(why, 1, Integer::sum);
        List<String> named = names.computeIfAbsent(why, unused -> new ArrayList<>());
        if (named.size() < NAMED_MAX) {
            named.add(name);
        }
    }

    /** One line for each reason; none where nothing was left out. */
    synchronized List<String> lines() {
        return counts.entrySet().stream().map(this::line).toList();
    }

    private String line(Map.Entry<String, Integer> skipped) {
        List<String> named = names.getOrDefault(skipped.getKey(), List.of());
        return "skipped " + skipped.getValue() + " (" + skipped.getKey() + "): " + String.join(", ", named)
                + (skipped.getValue() > named.size() ? ", …" : "");
    }
}
