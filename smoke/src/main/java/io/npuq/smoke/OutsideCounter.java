package io.npuq.smoke;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** The NPU's busy counter, read by the plan itself: what npuq says of it is held against this. */
final class OutsideCounter {
    private static final Path ACCELERATORS = Path.of("/sys/class/accel");

    private final Optional<Path> file;

    /** The counter in that file; without one, the first that this machine has. */
    OutsideCounter(Optional<Path> file) {
        this.file = file.or(OutsideCounter::find);
    }

    /** The counter now, in microseconds; empty when there is none, or it cannot be read. */
    OptionalLong readUs() {
        try {
            return file.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(
                            Long.parseLong(Files.readString(file.get()).strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty(); // the plan says that it could not be read, and where it looked
        }
    }

    /** Where it is looked for, for people. */
    String place() {
        return file.map(Path::toString).orElse("below " + ACCELERATORS);
    }

    private static Optional<Path> find() {
        TreeSet<Path> found = new TreeSet<>();
        if (Files.isDirectory(ACCELERATORS)) {
            try (DirectoryStream<Path> devices = Files.newDirectoryStream(ACCELERATORS, "accel*")) {
                devices.forEach(device -> found.add(device.resolve("device/npu_busy_time_us")));
            } catch (IOException e) {
                return Optional.empty();
            }
        }
        return found.stream().filter(Files::isReadable).findFirst();
    }
}
