package io.npuq.scheduler.reliability;

import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.BodyRef;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.Journal;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.scheduler.journal.StoredTexts;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One seed of {@link SegmentTurnTest}: batches into segments that turn after a few, lives that end badly, and a ledger beside. */
final class SegmentTurn {
    private static final int SEGMENT_BYTES_MAX = 4_000;
    private static final int BATCHES_MAX = 20;
    private static final int LIVES = 3;
    private static final int OPERATIONS_MAX = 80;
    private static final int TEXT_BYTES_MAX = 6_000;
    private static final int SPACE_BYTES_MAX = 3 << 20;

    private final Random dice;
    private final Path scratch;
    private final Map<JobId, byte[]> acknowledged = new HashMap<>();
    private final List<String> failures = new ArrayList<>();
    private Disk disk;
    private Path journal;
    private int ids;
    private int segments;

    SegmentTurn(long seed, Scratch scratch) throws IOException {
        this.dice = new Random(seed);
        this.scratch = scratch.path();
        this.disk = Disk.honest(dice.nextLong());
        this.journal = Files.createDirectory(this.scratch.resolve("journal-0"));
    }

    int segments() {
        return segments;
    }

    List<String> play() throws IOException {
        for (int life = 1; life <= LIVES; life++) {
            boolean power = badLife();
            if (power) {
                Path next = Files.createDirectory(scratch.resolve("journal-" + life));
                disk.settleAfterPowerLoss(journal, next);
                journal = next;
                disk = Disk.honest(dice.nextLong());
            } else {
                disk.revive();
            }
        }
        try {
            open().close();
            check();
        } catch (JournalDamagedException e) {
            failures.add("the journal does not open again: " + e.getMessage());
        }
        return failures;
    }

    /** Whether it ended with a power loss. */
    private boolean badLife() throws IOException {
        boolean full = dice.nextInt(4) == 0;
        Disk.Trouble trouble = dice.nextInt(3) == 0 ? Disk.Trouble.ERROR : Disk.Trouble.POWER_LOSS;
        if (full) {
            disk.limit(disk.usedBytes() + dice.nextInt(SPACE_BYTES_MAX));
        } else {
            disk.arm(trouble, EnumSet.allOf(Disk.Operation.class), 1 + dice.nextInt(OPERATIONS_MAX));
        }
        try (Journal open = open()) {
            for (int batch = dice.nextInt(BATCHES_MAX); batch >= 0; batch--) {
                write(open);
            }
        } catch (IOException e) {
            if (!full && !disk.hasStruck()) {
                throw e;
            }
        }
        boolean power = trouble == Disk.Trouble.POWER_LOSS || dice.nextBoolean();
        if (power) {
            disk.losePower();
        }
        return power;
    }

    private Journal open() throws IOException {
        return Journal.open(journal, disk, SEGMENT_BYTES_MAX, 0, (seq, position, line) -> {});
    }

    private void write(Journal open) throws IOException {
        Map<JobId, byte[]> batch = new HashMap<>();
        for (int i = dice.nextInt(3); i >= 0; i--) {
            byte[] text = new byte[1 + dice.nextInt(TEXT_BYTES_MAX)];
            dice.nextBytes(text);
            JobId id = JobId.of(1, ++ids);
            BodyRef ref = open.stage(Body.of(text));
            open.stage(Instant.EPOCH, id, new Change.Ended(JobState.SUCCEEDED, 1, null, null, null, ref));
            batch.put(id, text);
        }
        open.seal().write();
        acknowledged.putAll(batch);
    }

    private void check() throws IOException {
        Map<JobId, byte[]> found = new HashMap<>();
        try (StoredTexts texts = new StoredTexts(journal, ChannelOpener.REAL)) {
            JournalReader.read(journal, (seq, position, line) -> {
                segments = position.segment();
                Entry entry = JournalReader.parse(line, position);
                if (entry.change() instanceof Change.Ended ended) {
                    byte[] text = texts.read(position.segment(), ended.output()).orElse(new byte[0]);
                    if (found.put(entry.job(), text) != null) {
                        failures.add(entry.job() + " ended twice");
                    }
                }
            });
        }
        acknowledged.forEach((id, text) -> {
            if (!Arrays.equals(text, found.get(id))) {
                failures.add(id + " was acknowledged, and " + (found.containsKey(id) ? "is changed" : "is lost"));
            }
        });
    }
}
