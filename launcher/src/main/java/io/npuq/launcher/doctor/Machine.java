package io.npuq.launcher.doctor;

import io.npuq.worker.lane.BusyCounter;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The machine and its Java. */
final class Machine {
    private static final Path DEVICES = Path.of("/dev/accel");

    private Machine() {}

    static Check java() {
        return Check.ok(
                "java",
                Runtime.version() + " (" + System.getProperty("java.vendor") + ") on " + System.getProperty("os.name")
                        + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"));
    }

    /** The NPU's device file; Linux only, elsewhere there is none to look for. */
    static List<Check> accelerator() {
        if (!System.getProperty("os.name").startsWith("Linux")) {
            return List.of();
        }
        List<Path> files = deviceFiles();
        if (files.isEmpty()) {
            return List.of(
                    Check.missing(
                            "device file",
                            "there is no " + DEVICES + "/accel*",
                            "if this machine has an NPU: modprobe intel_vpu, with a kernel of 6.6 or later and the NPU's firmware"));
        }
        return files.stream().map(Machine::deviceFile).toList();
    }

    static Check busyCounter(Optional<Path> named) {
        OptionalLong microseconds = BusyCounter.of(named).readUs();
        if (microseconds.isPresent()) {
            return Check.ok("busy counter", microseconds.getAsLong() + " us");
        }
        String next = "without it no job can be proven on the NPU; a kernel of 6.11 or later has it";
        return named.isPresent()
                ? Check.needed(
                        "busy counter", named.get() + " holds no counter", "correct --busy-counter, or leave it out")
                : Check.missing("busy counter", "there is no /sys/class/accel/accel*/device/npu_busy_time_us", next);
    }

    private static Check deviceFile(Path file) {
        return Files.isReadable(file) && Files.isWritable(file)
                ? Check.ok("device file", file + " may be used")
                : Check.missing(
                        "device file",
                        file + " may not be used by this user",
                        "add the user to its group (usually: sudo usermod -aG render $USER), then log in again");
    }

    private static List<Path> deviceFiles() {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(DEVICES)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(DEVICES, "accel*")) {
                files.forEach(found::add);
            } catch (IOException e) {
                return List.of(); // not to be listed is, for npuq, not there
            }
        }
        return found;
    }
}
