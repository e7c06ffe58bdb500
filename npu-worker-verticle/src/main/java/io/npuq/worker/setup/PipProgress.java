package io.npuq.worker.setup;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns pip's output into a few lines for people. */
final class PipProgress implements Consumer<String> {
    private static final Pattern FETCH = Pattern.compile("\\s*Downloading (?:\\S*/)?([^/\\s]+\\.whl)(?: \\((.+)\\))?");
    private static final Pattern BYTES = Pattern.compile("Progress (\\d+) of (\\d+)");
    private static final int PERCENT_STEP = 10;

    /** Smaller ones are there before anyone asks. */
    private static final long WORTH_PERCENT_BYTES = 5_000_000;

    private static final double MEGABYTE = 1e6;

    private final int number;
    private final int count;
    private final Consumer<String> progress;
    private String wheel = "";
    private long saidPercent;

    /** For the package with this number among so many. */
    PipProgress(int number, int count, Consumer<String> progress) {
        this.number = number;
        this.count = count;
        this.progress = progress;
    }

    @Override
    public void accept(String line) {
        Matcher fetch = FETCH.matcher(line);
        Matcher bytes = BYTES.matcher(line);
        if (fetch.matches()) {
            wheel = fetch.group(1);
            saidPercent = 0;
            String size = fetch.group(2) == null ? "" : ", " + fetch.group(2);
            progress.accept("  fetching " + number + " of " + count + ": " + wheel + size);
        } else if (bytes.matches()) {
            say(Long.parseLong(bytes.group(1)), Long.parseLong(bytes.group(2)));
        }
    }

    private void say(long done, long all) {
        long percent = all == 0 ? 0 : done * 100 / all;
        if (all >= WORTH_PERCENT_BYTES && percent >= saidPercent + PERCENT_STEP) {
            saidPercent = percent;
            progress.accept(String.format(
                    Locale.ROOT, "  %s: %.0f of %.0f MB, %d %%", wheel, done / MEGABYTE, all / MEGABYTE, percent));
        }
    }
}
