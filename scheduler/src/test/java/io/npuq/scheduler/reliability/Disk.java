package io.npuq.scheduler.reliability;

import io.npuq.scheduler.journal.ChannelOpener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A disk under the journal. It knows of every file which blocks are synced, and which names; it can lose power, fail once, or run full;
 * and it can lie about its syncs. Files are real, so that what reads them past this layer sees what a process would see.
 */
final class Disk implements ChannelOpener {
    /** What changes the disk, and can go wrong. */
    enum Operation {
        WRITE,
        TRUNCATE,
        SYNC,
        SYNC_DIRECTORY
    }

    /** What a sync is worth. */
    enum Honesty {
        HONEST,
        /** A sync does nothing. */
        SKIPS_SYNCS,
        /** A sync makes true what the sync before it was asked for. */
        SYNCS_LATE
    }

    /** What happens at an operation that goes wrong. */
    enum Trouble {
        NONE,
        /** It may or may not be done; after it nothing is. */
        POWER_LOSS,
        /** It fails, in part done; the next one succeeds. */
        ERROR
    }

    private final Random dice;
    private final Honesty honesty;
    private final Map<Path, DiskFile> files = new HashMap<>();
    private Trouble trouble = Trouble.NONE;
    private Set<Operation> counted = Set.of();
    private long untilTrouble;
    private boolean struck;
    private long quotaBytes = Long.MAX_VALUE;

    Disk(long seed, Honesty honesty) {
        this.dice = new Random(seed);
        this.honesty = honesty;
    }

    static Disk honest(long seed) {
        return new Disk(seed, Honesty.HONEST);
    }

    /** From now on the n-th of these operations goes wrong. */
    synchronized void arm(Trouble what, Set<Operation> operations, long nth) {
        trouble = what;
        counted = operations;
        untilTrouble = nth;
        struck = false;
    }

    /** The power goes now. */
    synchronized void losePower() {
        trouble = Trouble.POWER_LOSS;
        struck = true;
    }

    /** A new process finds the files as the dead one left them, synced or not. */
    synchronized void revive() {
        trouble = Trouble.NONE;
        struck = false;
        quotaBytes = Long.MAX_VALUE;
    }

    /** Whether the trouble has come. */
    synchronized boolean hasStruck() {
        return struck;
    }

    /** So many bytes may the files have together; for files that are there, and new ones. */
    synchronized void limit(long bytes) {
        quotaBytes = bytes;
    }

    /** Bytes that all files have together. */
    synchronized long usedBytes() {
        long sum = 0;
        for (DiskFile file : files.values()) {
            sum += file.size();
        }
        return sum;
    }

    @Override
    public synchronized FileChannel open(Path path, Set<? extends OpenOption> options) throws IOException {
        checkPower();
        if (Files.isDirectory(path)) {
            return new DiskChannel(this, new DiskFile(path, true, dice.nextLong()), FileChannel.open(path, options));
        }
        boolean exists = Files.exists(path);
        FileChannel real = FileChannel.open(path, options);
        DiskFile file = files.get(path);
        if (file == null) {
            file = new DiskFile(path, exists, dice.nextLong());
            files.put(path, file);
        }
        return new DiskChannel(this, file, real);
    }

    synchronized void checkPower() throws IOException {
        if (struck && trouble == Trouble.POWER_LOSS) {
            throw new IOException("the power is gone");
        }
    }

    synchronized int write(DiskFile file, FileChannel real, ByteBuffer bytes, long at) throws IOException {
        boolean fails = strikes(Operation.WRITE);
        long room = room(file, at + bytes.remaining());
        int wanted = fails ? dice.nextInt(bytes.remaining() + 1) : bytes.remaining();
        int done = (int) Math.min(wanted, Math.max(0, room - at));
        file.beforeChange(at, done);
        DiskFile.writeFully(real, bytes.slice(bytes.position(), done), at);
        file.grewTo(at + done);
        bytes.position(bytes.position() + done);
        if (fails) {
            throw error("write to", file);
        }
        if (done < wanted) {
            throw new IOException("No space left on device: " + file.path().getFileName());
        }
        return done;
    }

    synchronized void truncate(DiskFile file, FileChannel real, long size) throws IOException {
        boolean fails = strikes(Operation.TRUNCATE);
        if (!fails || dice.nextBoolean()) {
            file.beforeTruncation(size);
            real.truncate(size);
        }
        if (fails) {
            throw error("truncate", file);
        }
    }

    synchronized void sync(DiskFile file) throws IOException {
        boolean directory = Files.isDirectory(file.path());
        boolean fails = strikes(directory ? Operation.SYNC_DIRECTORY : Operation.SYNC);
        // A sync that fails has done nothing, or all: its caller cannot know.
        if (!fails || dice.nextBoolean()) {
            if (directory) {
                syncNamesIn(file.path());
            } else {
                syncContent(file);
            }
        }
        if (fails) {
            throw error("sync", file);
        }
    }

    /** Moves the files as a machine would find them after the power came back; nothing may have them open any more. */
    synchronized void settleAfterPowerLoss(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> paths = Files.list(from)) {
            all = paths.toList();
        }
        for (Path path : all) {
            Path target = to.resolve(path.getFileName());
            Files.move(path, target);
            if (files.containsKey(path)) {
                files.get(path).settle(target);
            }
        }
    }

    private void syncContent(DiskFile file) {
        switch (honesty) {
            case HONEST -> file.synced();
            case SKIPS_SYNCS -> {}
            case SYNCS_LATE -> file.syncedLate();
        }
    }

    private void syncNamesIn(Path directory) {
        files.values().stream()
                .filter(file -> file.path().getParent().equals(directory))
                .forEach(DiskFile::named);
    }

    private boolean strikes(Operation operation) throws IOException {
        checkPower();
        if (trouble == Trouble.NONE || struck || !counted.contains(operation)) {
            return false;
        }
        struck = --untilTrouble == 0;
        return struck;
    }

    private long room(DiskFile file, long wantedSize) {
        long growth = Math.max(0, wantedSize - file.size());
        long free = quotaBytes - usedBytes();
        return growth <= free ? Long.MAX_VALUE : file.size() + Math.max(0, free);
    }

    private IOException error(String what, DiskFile file) {
        return new IOException("cannot " + what + " " + file.path().getFileName() + ": "
                + (trouble == Trouble.POWER_LOSS ? "the power is gone" : "Input/output error"));
    }
}
