package io.npuq.scheduler.reliability;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;

/**
 * One check's line in the table of docs/reliability.md. Sizes and seeds are system properties: {@code npuq.reliability.NAME.seeds} says
 * how many, {@code npuq.reliability.NAME.seed} plays one seed again, alone.
 */
final class Tally {
    private static final String PREFIX = "npuq.reliability.";
    private static final int SHOWN_MAX = 20;

    private final String name;
    private final String what;
    private final long firstSeed;
    private final long seeds;
    private final List<String> failures = new ArrayList<>();
    private long failedSeeds;

    Tally(String name, String what, long seedsByDefault) {
        Long only = Long.getLong(PREFIX + name + ".seed");
        this.name = name;
        this.what = what;
        this.firstSeed = only != null ? only : Long.getLong(PREFIX + "seed", 1);
        this.seeds = only != null ? 1 : Long.getLong(PREFIX + name + ".seeds", seedsByDefault);
    }

    /** What one seed shows. */
    @FunctionalInterface
    interface Check {
        List<String> failures(long seed) throws Exception;
    }

    /** Runs the check for every seed, writes the line, and fails where a seed failed. */
    void check(Check check, Supplier<String> counted) throws Exception {
        long began = System.nanoTime();
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            add(seed, check.failures(seed));
        }
        String line = line(counted.get(), (System.nanoTime() - began) / 1e9);
        Path report = Path.of("target", "reliability", name + ".md");
        Files.createDirectories(report.getParent());
        Files.writeString(report, line + "\n");
        System.out.println(line);
        Assertions.assertEquals(List.of(), failures, this::replay);
    }

    private void add(long seed, List<String> found) {
        if (!found.isEmpty()) {
            failedSeeds++;
        }
        found.stream()
                .limit(Math.max(0, SHOWN_MAX - failures.size()))
                .forEach(failure -> failures.add("seed " + seed + ": " + failure));
    }

    private String line(String counted, double seconds) {
        return String.format(
                Locale.ROOT,
                "| %s | %d, from %d | %s | %d | %.1f s |",
                what,
                seeds,
                firstSeed,
                counted,
                failedSeeds,
                seconds);
    }

    private String replay() {
        return name + ": replay a seed with -D" + PREFIX + name + ".seed=N; found";
    }
}
