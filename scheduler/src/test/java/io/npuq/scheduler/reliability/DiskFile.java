package io.npuq.scheduler.reliability;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** One file of a {@link Disk}: the real file is what processes see, and here is what of it is not on the platter yet. */
final class DiskFile {
    static final int BLOCK_BYTES = 4096;
    private static final int SECTOR_BYTES = 512;
    private static final byte[] ZEROS = new byte[BLOCK_BYTES];

    private final Path path;
    private final long seed;

    /** Blocks that changed since the last sync, as they are on the platter. */
    private Map<Long, byte[]> unsynced = new HashMap<>();

    private long syncedSize;
    private long size;
    private boolean named;

    /** Of a disk that syncs late: the blocks of the sync before. */
    private Set<Long> promised = Set.of();

    DiskFile(Path path, boolean exists, long seed) throws IOException {
        this.path = path;
        this.seed = seed;
        this.named = exists;
        this.size = exists && Files.isRegularFile(path) ? Files.size(path) : 0;
        this.syncedSize = size;
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    void named() {
        named = true;
    }

    void beforeChange(long at, int length) throws IOException {
        for (long block = at / BLOCK_BYTES; block * BLOCK_BYTES < at + length; block++) {
            keep(block);
        }
    }

    void beforeTruncation(long to) throws IOException {
        beforeChange(to, (int) Math.max(0, size - to));
        size = Math.min(size, to);
    }

    void grewTo(long end) {
        size = Math.max(size, end);
    }

    /** The name is not synced with it: POSIX promises that only for a sync of the directory. */
    void synced() {
        unsynced = new HashMap<>();
        syncedSize = size;
    }

    void syncedLate() {
        unsynced.keySet().removeAll(promised);
        promised = Set.copyOf(unsynced.keySet());
        syncedSize = size;
    }

    /** Makes the file at its new place what the platter may hold: every unsynced block is old, new or torn, each on its own. */
    void settle(Path target) throws IOException {
        Random dice = new Random(seed);
        if (!named && dice.nextBoolean()) {
            Files.delete(target);
            return;
        }
        try (FileChannel real = FileChannel.open(target, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long left = sizeLeft(dice);
            int mood = dice.nextInt(4);
            for (Map.Entry<Long, byte[]> block : unsynced.entrySet()) {
                settle(real, block.getKey(), block.getValue(), new Random(seed ^ block.getKey()), mood);
            }
            if (real.size() > left) {
                real.truncate(left);
            } else if (real.size() < left) {
                writeFully(real, ByteBuffer.wrap(new byte[1]), left - 1);
            }
        }
    }

    private long sizeLeft(Random dice) {
        long low = Math.min(syncedSize, size);
        long high = Math.max(syncedSize, size);
        return switch (dice.nextInt(4)) {
            case 0 -> syncedSize;
            case 1 -> low + (long) (dice.nextDouble() * (high - low));
            default -> size;
        };
    }

    /** Some losses take everything or nothing, most take block by block. */
    private static void settle(FileChannel real, long block, byte[] old, Random dice, int mood) throws IOException {
        int fate = mood == 0 ? 0 : dice.nextInt(3);
        if (fate == 1) {
            return;
        }
        int from = fate == 0 ? 0 : SECTOR_BYTES * dice.nextInt(BLOCK_BYTES / SECTOR_BYTES);
        int to = fate == 0 || dice.nextBoolean() ? BLOCK_BYTES : from + SECTOR_BYTES;
        writeFully(real, ByteBuffer.wrap(old, from, to - from), block * BLOCK_BYTES + from);
    }

    private void keep(long block) throws IOException {
        if (unsynced.containsKey(block)) {
            return;
        }
        long at = block * BLOCK_BYTES;
        if (at >= Math.min(size, syncedSize)) {
            unsynced.put(block, ZEROS);
            return;
        }
        ByteBuffer old = ByteBuffer.allocate(BLOCK_BYTES);
        try (FileChannel real = FileChannel.open(path)) {
            int read;
            do {
                read = real.read(old, at + old.position());
            } while (read > 0);
        }
        unsynced.put(block, old.array());
    }

    static void writeFully(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }
}
