package io.npuq.worker.setup;

import io.npuq.schema.Sha256;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What pip fetches: a requirements file, each package pinned by version and hash, in groups that start with {@code ## name}.
 *
 * @param groups the lines of each group, by its name
 */
record Requirements(Map<String, List<String>> groups) {
    private static final String GROUP = "## ";
    private static final int FINGERPRINT_CHARS = 16;

    Requirements {
        groups = Map.copyOf(groups);
    }

    static Requirements parse(String text) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        List<String> current = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith(GROUP)) {
                current = groups.computeIfAbsent(line.substring(GROUP.length()).strip(), name -> new ArrayList<>());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                current.add(line);
            }
        }
        return new Requirements(groups);
    }

    /** The packages of some groups: each with its lines, which are a requirements file; in the file's order. */
    Map<String, String> packages(List<String> names) {
        Map<String, String> packages = new LinkedHashMap<>();
        String current = "";
        for (String name : names) {
            for (String line : group(name)) {
                current = Character.isWhitespace(line.charAt(0)) ? current : line.split("==", 2)[0];
                packages.merge(current, line + "\n", String::concat);
            }
        }
        return packages;
    }

    private List<String> group(String name) {
        List<String> lines = groups.get(name);
        if (lines == null) {
            throw new IllegalArgumentException("the requirements have no group " + name);
        }
        return lines;
    }

    /** Names a content: the same text has the same fingerprint on every machine. */
    static String fingerprint(String text) {
        return Sha256.hex(text).substring(0, FINGERPRINT_CHARS);
    }
}
