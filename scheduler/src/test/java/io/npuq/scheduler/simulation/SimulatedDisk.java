package io.npuq.scheduler.simulation;

import io.npuq.scheduler.journal.ChannelOpener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The journal's files as one process sees them. What is written stays, as after a kill, so nothing need be forced. At a chosen operation
 * the process dies: a write may be half done, and nothing works from then on.
 */
final class SimulatedDisk implements ChannelOpener {
    private final List<FileChannel> opened = new ArrayList<>();
    private int operationsLeft = Integer.MAX_VALUE;
    private boolean halfWrite;
    private boolean dead;

    /**
     * The process dies at its n-th write, sync or truncation from now.
     *
     * @param halfWrite whether half of the bytes are still written, where it is a write
     */
    synchronized void dieAt(int operation, boolean halfWrite) {
        this.operationsLeft = operation;
        this.halfWrite = halfWrite;
    }

    /** The process does not die at any operation. */
    synchronized void live() {
        operationsLeft = Integer.MAX_VALUE;
    }

    /** The process is dead: whatever it still tries fails. */
    synchronized void die() {
        dead = true;
    }

    /** Gives the files back to the system, as the end of a process does. */
    synchronized void release() throws IOException {
        for (FileChannel channel : opened) {
            channel.close();
        }
    }

    @Override
    public synchronized FileChannel open(Path path, Set<? extends OpenOption> options) throws IOException {
        checkAlive();
        FileChannel real = ChannelOpener.REAL.open(path, options);
        opened.add(real);
        return new SimulatedChannel(this, real);
    }

    synchronized int write(FileChannel real, ByteBuffer bytes, long at) throws IOException {
        checkAlive();
        if (diesNow()) {
            if (halfWrite) {
                real.write(bytes.slice(bytes.position(), bytes.remaining() / 2), at);
            }
            throw death();
        }
        return real.write(bytes, at);
    }

    synchronized void truncate(FileChannel real, long size) throws IOException {
        force();
        real.truncate(size);
    }

    /** Nothing is lost but by a loss of power, which there is none of here. */
    synchronized void force() throws IOException {
        checkAlive();
        if (diesNow()) {
            throw death();
        }
    }

    synchronized void checkAlive() throws IOException {
        if (dead) {
            throw death();
        }
    }

    private boolean diesNow() {
        operationsLeft--;
        dead = operationsLeft == 0;
        return dead;
    }

    private static IOException death() {
        return new IOException("the simulated process is dead");
    }
}
