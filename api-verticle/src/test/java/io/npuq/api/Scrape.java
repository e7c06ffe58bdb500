package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code GET /metrics} answered, read strictly: a text that Prometheus' format does not allow fails the test. */
final class Scrape {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern SAMPLE =
            Pattern.compile("(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?<labels>.*)\\})? (?<value>\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=\"(?<value>(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");
    private static final Set<String> TYPES = Set.of("counter", "gauge", "histogram");

    private final Map<String, String> types = new HashMap<>();
    private final Map<String, String> helps = new HashMap<>();
    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> labels = new HashMap<>();
    private final Set<String> finished = new HashSet<>();
    private String family = "";

    private Scrape(String text) {
        assertTrue(text.endsWith("\n"), "the last line has no end");
        text.lines().forEach(this::line);
        families().forEach(this::check);
    }

    static Scrape of(String text) {
        return new Scrape(text);
    }

    /** The names of all metrics, as their types have them. */
    Set<String> families() {
        return types.keySet();
    }

    /** The names that a query may use. */
    Set<String> names() {
        return labels.keySet().stream().map(key -> key.split("\\{", 2)[0]).collect(Collectors.toSet());
    }

    String type(String name) {
        return types.get(name);
    }

    /** Every value of every label but for the bounds of buckets, by the label's name. */
    Map<String, Set<String>> labelValues() {
        Map<String, Set<String>> values = new TreeMap<>();
        labels.values()
                .forEach(ofOne -> ofOne.forEach((name, value) ->
                        values.computeIfAbsent(name, key -> new HashSet<>()).add(value)));
        values.remove("le");
        return values;
    }

    /** The sample with these labels, as {@code name} and {@code label="value"} in the order of their names; 0 where there is none. */
    double value(String name, String... sortedLabels) {
        return samples.getOrDefault(key(name, List.of(sortedLabels)), 0.0);
    }

    /** The labels of each sample of that name. */
    Stream<Map<String, String>> labelsOf(String name) {
        return labels.entrySet().stream()
                .filter(series -> series.getKey().split("\\{", 2)[0].equals(name))
                .map(Map.Entry::getValue);
    }

    boolean has(String name) {
        return names().contains(name);
    }

    /** All samples of that name, by their labels' values in the order of the labels' names. */
    Map<String, Long> counts(String name) {
        Map<String, Long> counts = new TreeMap<>();
        labels.forEach((key, ofOne) -> {
            if (key.split("\\{", 2)[0].equals(name)) {
                double value = samples.get(key);
                assertEquals(Math.rint(value), value, key);
                if (value > 0) {
                    counts.put(String.join(" ", new TreeMap<>(ofOne).values()), (long) value);
                }
            }
        });
        return counts;
    }

    private static String key(String name, List<String> sortedLabels) {
        return sortedLabels.isEmpty() ? name : name + "{" + String.join(",", sortedLabels) + "}";
    }

    private void line(String line) {
        if (line.startsWith("# HELP ")) {
            begin(line.split(" ", 4)[2]);
            assertFalse(line.split(" ", 4)[3].isBlank(), line);
            assertEquals(null, helps.put(family, line), line);
        } else if (line.startsWith("# TYPE ")) {
            String[] words = line.split(" ", -1);
            assertEquals(family, words[2], line);
            assertTrue(TYPES.contains(words[3]), line);
            assertEquals(null, types.put(family, words[3]), line);
        } else {
            sample(line);
        }
    }

    private void begin(String next) {
        assertTrue(NAME.matcher(next).matches(), next);
        finished.add(family);
        assertFalse(finished.contains(next), () -> next + " comes in two places");
        family = next;
    }

    private void sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        assertTrue(sample.matches(), line);
        String name = sample.group("name");
        String suffix = name.startsWith(family) ? name.substring(family.length()) : "no suffix of " + family;
        Set<String> allowed = "histogram".equals(types.get(family)) ? Set.of("_bucket", "_sum", "_count") : Set.of("");
        assertTrue(allowed.contains(suffix), line);
        Map<String, String> ofThis = labels(sample.group("labels"));
        List<String> sorted = ofThis.entrySet().stream()
                .map(label -> label.getKey() + "=\"" + label.getValue() + "\"")
                .toList();
        String value = sample.group("value");
        String key = key(name, sorted);
        assertEquals(null, samples.put(key, Double.valueOf(value.replace("+Inf", "Infinity"))), line);
        labels.put(key, ofThis);
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        if (text == null) {
            return labels;
        }
        Matcher label = LABEL.matcher(text);
        int end = 0;
        while (label.find(end) && label.start() == end) {
            assertEquals(null, labels.put(label.group("name"), label.group("value")), text);
            end = label.end();
            if (end == text.length()) {
                return labels;
            }
        }
        throw new AssertionError("not labels: " + text);
    }

    /** What every metric of a type must have. */
    private void check(String name) {
        assertTrue(helps.containsKey(name), name);
        assertEquals("counter".equals(types.get(name)), name.endsWith("_total"), name);
        if (!"histogram".equals(types.get(name))) {
            return;
        }
        labels.forEach((key, ofOne) -> {
            if (key.split("\\{", 2)[0].equals(name + "_count")) {
                Map<String, String> all = new TreeMap<>(ofOne);
                all.put("le", "+Inf");
                List<String> sorted = all.entrySet().stream()
                        .map(label -> label.getKey() + "=\"" + label.getValue() + "\"")
                        .toList();
                assertEquals(samples.get(key), samples.get(key(name + "_bucket", sorted)), key);
            }
        });
    }
}
