package io.npuq.worker.lane;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The NPU's busy counter: microseconds in which it had work, of all processes, since its driver was loaded. It is one integer in a
 * file of the driver, such as {@code /sys/class/accel/accel0/device/npu_busy_time_us}.
 */
public final class BusyCounter {
    private static final Path ACCELERATORS = Path.of("/sys/class/accel");
    private static final String FILE = "device/npu_busy_time_us";

    /** More than the longest number has; a file with more is no counter. */
    private static final int FILE_BYTES_MAX = 64;

    private static final Logger LOG = LoggerFactory.getLogger(BusyCounter.class);

    private final @Nullable Path accelerators;
    private volatile @Nullable Path file;
    private volatile boolean jumpBackTold;

    private BusyCounter(@Nullable Path accelerators, @Nullable Path file) {
        this.accelerators = accelerators;
        this.file = file;
    }

    /** The counter in that file; without one, the first that this machine has, looked for until it is there. */
    public static BusyCounter of(Optional<Path> file) {
        return new BusyCounter(ACCELERATORS, file.orElse(null));
    }

    /** No counter at all. */
    static BusyCounter none() {
        return new BusyCounter(null, null);
    }

    static BusyCounter below(Path accelerators) {
        return new BusyCounter(accelerators, null);
    }

    /** The counter now, in microseconds; empty when there is none or it is not one integer. */
    public OptionalLong readUs() {
        Path counter = file;
        if (counter == null) {
            counter = find().orElse(null);
            file = counter;
        }
        return counter == null ? OptionalLong.empty() : read(counter);
    }

    /**
     * How much it grew between two readings, in microseconds. Empty when either is missing, and when it jumped back, as it does when
     * its driver is loaded anew: then nobody knows how much it grew.
     */
    public OptionalLong growthUs(OptionalLong before, OptionalLong after) {
        if (before.isEmpty() || after.isEmpty()) {
            return OptionalLong.empty();
        }
        if (after.getAsLong() < before.getAsLong()) {
            tellJumpBack(before.getAsLong(), after.getAsLong());
            return OptionalLong.empty();
        }
        return OptionalLong.of(after.getAsLong() - before.getAsLong());
    }

    private Optional<Path> find() {
        if (accelerators == null || !Files.isDirectory(accelerators)) {
            return Optional.empty();
        }
        TreeSet<Path> found = new TreeSet<>();
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(accelerators, "accel*")) {
            for (Path device : devices) {
                Path counter = device.resolve(FILE);
                if (Files.isReadable(counter)) {
                    found.add(counter);
                }
            }
        } catch (IOException e) {
            LOG.debug("cannot look for the NPU's busy counter below {}: {}", accelerators, e.toString());
        }
        return found.stream().findFirst();
    }

    private static OptionalLong read(Path counter) {
        try (InputStream in = Files.newInputStream(counter)) {
            byte[] bytes = in.readNBytes(FILE_BYTES_MAX);
            String text = new String(bytes, StandardCharsets.US_ASCII).strip();
            boolean isNumber = bytes.length < FILE_BYTES_MAX && text.matches("[0-9]{1,19}");
            return isNumber ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
        } catch (IOException | NumberFormatException e) {
            LOG.debug("cannot read the NPU's busy counter {}: {}", counter, e.toString());
            return OptionalLong.empty();
        }
    }

    private void tellJumpBack(long before, long after) {
        if (!jumpBackTold) {
            jumpBackTold = true;
            LOG.warn(
                    "the NPU's busy counter jumped back from {} to {} us (was its driver loaded anew?); the growth of such"
                            + " jobs is unknown",
                    before,
                    after);
        }
    }
}
