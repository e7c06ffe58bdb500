package io.npuq.scheduler.reliability;

import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.embedded.OpenQueue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** One seed of {@link DamageTest}: a queue works and closes, one of its files is damaged, and it opens again. */
final class DamagedQueue {
    private static final int BLOCK_BYTES = 4096;

    /** What is damaged. */
    enum File {
        LOG("journal/0000000001.log"),
        BODY("journal/0000000001.body"),
        INDEX("index.mv.db");

        private final String name;

        File(String name) {
            this.name = name;
        }
    }

    private final Lives lives;
    private final File file;
    private final Random dice;
    private int stopped;
    private int rebuilt;

    DamagedQueue(long seed, Scratch scratch, File file) {
        this.lives = Lives.honest(seed, scratch.path());
        this.file = file;
        this.dice = new Random(seed);
    }

    int stopped() {
        return stopped;
    }

    int rebuilt() {
        return rebuilt;
    }

    int refused() {
        return lives.books().refusedForDamage();
    }

    List<String> play() throws IOException, InterruptedException {
        lives.live(queue -> {
            lives.work(queue);
            lives.work(queue);
            queue.queue().close();
        });
        lives.processDied();
        if (file == File.BODY) {
            lives.books().damaged();
        }
        damage(lives.directory().resolve(file.name));
        try {
            lives.live(this::serve);
        } catch (QueueUnavailableException e) {
            stopped++;
            boolean clear = e.getMessage().contains(lives.directory().toString())
                    || e.getMessage().contains("entry");
            if (file == File.INDEX || !clear) {
                lives.books().fail("the start stopped: " + e.getMessage());
            }
        }
        return lives.books().failures();
    }

    private void serve(OpenQueue queue) {
        rebuilt += queue.rebuiltIndex() ? 1 : 0;
        if (file == File.LOG) {
            lives.books().fail("the damage to the log was not found");
        }
        lives.compare(queue);
        lives.clients().takeAll(queue.queue());
        lives.settle(queue);
        lives.compare(queue);
    }

    private void damage(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        byte[] damaged = bytes.clone();
        while (Arrays.equals(bytes, damaged)) {
            damaged = damaged(bytes.clone());
        }
        Files.write(path, damaged);
    }

    private byte[] damaged(byte[] bytes) {
        int at = dice.nextInt(bytes.length);
        switch (dice.nextInt(3)) {
            case 0 -> bytes[at] ^= (byte) (1 << dice.nextInt(8));
            case 1 -> {
                int block = at / BLOCK_BYTES * BLOCK_BYTES;
                Arrays.fill(bytes, block, Math.min(bytes.length, block + BLOCK_BYTES), (byte) 0);
            }
            default -> {
                return Arrays.copyOf(bytes, at);
            }
        }
        return bytes;
    }
}
