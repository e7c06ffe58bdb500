package io.npuq.worker.process;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory a process holds. Linux tells; elsewhere nobody does, and nothing is made up. */
public final class ProcessMemory {
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+([0-9]{1,15}) kB$");
    private static final long KIB = 1_024;

    private ProcessMemory() {}

    /** What of the process is in physical memory, in bytes; empty when it has ended, and where it cannot be read. */
    static OptionalLong residentBytes(long pid) {
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"), StandardCharsets.UTF_8);
            Matcher resident = RESIDENT.matcher(status);
            return resident.find() ? OptionalLong.of(Long.parseLong(resident.group(1)) * KIB) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * What one engine may hold where nobody says otherwise, in bytes: three quarters of the machine's memory, or of the container's. How
     * much a model needs while it is compiled is nobody's guess; that the server and the system keep room is what can be held.
     */
    public static long limitBytes() {
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return machine.getTotalMemorySize() / 4 * 3;
    }
}
