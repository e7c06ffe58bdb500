package io.npuq.worker.process;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;

/** What native code does to the process that it runs in. */
public final class NativeFaults {
    /** What was hogged: memory that nobody holds is freed. */
    private static final List<Memory> HOARD = new ArrayList<>();

    private NativeFaults() {}

    /** Writes where nothing is: the process gets a real SIGSEGV. */
    public static void writeToNull() {
        new Pointer(0).setInt(0, 1);
    }

    /** Takes so many MiB for ever, outside of the heap, and touches each page. */
    public static void hog(int mib) {
        Memory more = new Memory((long) mib << 20);
        more.clear();
        HOARD.add(more);
    }
}
